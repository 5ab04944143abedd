"""Other ways to fetch and to parse the same feeds, each measured beside the bot's own in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter, process_time

import feedparser
import httpx

from bench.effort import lag_watched, share
from bench.memory import held
from bench.publisher import Remote, World, address_of
from bot.fetch import Fetcher
from bot.model import Polling
from bot.parsers import parse

Fetch = Callable[[str], Awaitable[object]]
LONGEST = 120.0
"""Seconds after which a rival is stopped: what it did until then is counted."""
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """What fetching took; times in seconds, memory in megabytes."""

    asked: int
    failed: int
    wall: float
    each: float
    """Processor time per answer that arrived; all of it where none did."""
    memory: float
    """What the process grew by."""
    lag: float
    """The loop's lag, 99th percentile."""


def addresses(world: World, publisher: Remote) -> list[str]:
    """Return where the sources are, by number: rivals have no names looked up, which spares them work."""
    return [
        f"http://{address_of(world.host(number))}:{publisher.port}/feed/{number}"
        for number in range(world.count)
    ]


async def _ours(urls: Sequence[str]) -> Fetched:
    polling = Polling(allow_private=("127.0.0.0/8",), timeout=timedelta(seconds=_PATIENCE))
    fetcher = Fetcher(polling)
    try:
        return await _measured(urls, fetcher.fetch)
    finally:
        await fetcher.close()


async def _one_client_each(urls: Sequence[str]) -> Fetched:
    at_once = asyncio.Semaphore(32)

    async def fetch(url: str) -> bytes:
        async with at_once, httpx.AsyncClient(timeout=_PATIENCE) as client:
            return (await client.get(url)).content

    return await _measured(urls, fetch)


async def _all_at_once(urls: Sequence[str]) -> Fetched:
    async with httpx.AsyncClient(timeout=_PATIENCE) as client:
        return await _measured(urls, client.get)


async def _measured(urls: Sequence[str], fetch: Fetch) -> Fetched:
    arrived = 0

    async def one(url: str) -> None:
        nonlocal arrived
        await fetch(url)
        arrived += 1

    before, began, spent = held(), perf_counter(), process_time()
    with lag_watched() as lag:
        tasks = [asyncio.ensure_future(one(url)) for url in urls]
        _, late = await asyncio.wait(tasks, timeout=LONGEST)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return Fetched(
        asked=len(urls),
        failed=len(urls) - arrived,
        wall=perf_counter() - began,
        each=(process_time() - spent) / max(1, arrived),
        memory=held() - before,
        lag=share(lag.seen, 0.99),
    )


@dataclass(frozen=True, slots=True)
class Client:
    """A way to fetch, and how many of the sources it is asked for at most."""

    name: str
    fetch: Callable[[Sequence[str]], Awaitable[Fetched]]
    most: int

    def measure(self, urls: Sequence[str]) -> Fetched:
        """Fetch the addresses once each; meant for a process of its own."""

        async def run() -> Fetched:
            return await self.fetch(urls[: self.most])

        return asyncio.run(run())


CLIENTS = (
    Client("Wirewatch's fetcher", _ours, 2_000),
    Client("httpx, one client per request, 32 at once", _one_client_each, 400),
    Client("httpx, one client, gather of all at once", _all_at_once, 3_000),
)


def parsers(bodies: Sequence[bytes]) -> dict[str, float]:
    """Return the seconds of processor time that one feed takes to parse, by who parses it."""

    def ours(body: bytes) -> None:
        parse(body, content_type="application/rss+xml", url="https://press.example/feed")

    ways: dict[str, Callable[[bytes], object]] = {
        "Wirewatch's parser": ours,
        "feedparser with its defaults": feedparser.parse,
    }
    found = {}
    for name, way in ways.items():
        way(bodies[0])
        began = process_time()
        for body in bodies:
            way(body)
        found[name] = (process_time() - began) / len(bodies)
    return found


def lively_bodies(world: World, publisher: Remote, count: int) -> list[bytes]:
    """Fetch so many feeds of lively sources."""
    urls = addresses(world, publisher)
    chosen = [number for number in range(world.count) if world.is_lively(number)][:count]
    with httpx.Client(timeout=_PATIENCE, trust_env=False) as client:
        return [client.get(urls[number]).content for number in chosen]
