"""A world behind real sockets, in a process of its own: what is measured is the bot alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import time
from typing import Any
from urllib.parse import parse_qs
from urllib.request import urlopen

from bench.soak.world import Plan, Reply, World

_WORDS = {200: "OK", 304: "Not Modified", 404: "Not Found", 429: "Too Many Requests"}


class Remote:
    """The world as the bench sees it, from another process."""

    def __init__(self, port: int) -> None:
        self.port = port

    def move(self, now: datetime, *, silent: bool = False) -> None:
        """Move the world's clock."""
        self._ask(f"move/{now.timestamp()}/{int(silent)}")

    def forget_firsts(self) -> None:
        """Note anew when the first poll and the first send come."""
        self._ask("forget")

    def counts(self) -> dict[str, Any]:
        """Return what the world counted."""
        return dict(json.loads(self._ask("counts")))

    def _ask(self, what: str) -> bytes:
        with urlopen(f"http://127.0.0.1:{self.port}/control/{what}", timeout=60) as answer:
            return bytes(answer.read())


@contextmanager
def serving(plan: Plan) -> Iterator[Remote]:
    """Run a world until the block ends."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_run, args=(plan, there), daemon=True)
    process.start()
    try:
        yield Remote(int(here.recv()))
    finally:
        process.terminate()
        process.join()


def _run(plan: Plan, told: Connection) -> None:
    asyncio.run(_serve(World(plan), told))


async def _serve(world: World, told: Connection) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await _answer(world, reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    told.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _answer(world: World, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Answer one request; False where the connection ends with it."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    head = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(head.get("content-length", 0)))
    reply = _reply(world, first.split(" ")[1], head, body)
    if not reply.status:
        writer.transport.abort()
        return False
    sent = {"Content-Length": str(len(reply.body)), **reply.head}
    text = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    start = f"HTTP/1.1 {reply.status} {_WORDS.get(reply.status, 'Error')}\r\n{text}\r\n"
    writer.write(start.encode() + reply.body[: reply.cut])
    await writer.drain()
    return reply.cut is None


def _reply(world: World, path: str, head: Mapping[str, str], body: bytes) -> Reply:
    _, kind, *rest = path.split("/")
    if kind == "feed":
        world.firsts.setdefault("feed", time())
        return world.feed(int(rest[0]), head.get("if-none-match", ""))
    if kind == "control" and rest[0] == "move":
        world.move(datetime.fromtimestamp(float(rest[1]), UTC), silent=rest[2] == "1")
        return Reply(200)
    if kind == "control" and rest[0] == "forget":
        world.firsts.clear()
        return Reply(200)
    if kind == "control":
        return Reply(200, json.dumps(world.counts()).encode())
    if kind == "robots.txt":
        return Reply(404)
    if rest[0] == "sendMessage":
        world.firsts.setdefault("send", time())
    return world.send(rest[0], _text(head, body))


def _text(head: Mapping[str, str], body: bytes) -> str:
    if "json" in head.get("content-type", ""):
        return str(json.loads(body or b"{}").get("text", ""))
    return " ".join(parse_qs(body.decode("utf-8", "replace")).get("text", []))
