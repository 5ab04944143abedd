"""What both stand-ins share: a loopback server, planned failures, rates, a log and remote control."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any, Self

from aiohttp import web

LONGEST_HANG = 300.0
LARGEST_UPLOAD = 64 * 1024 * 1024
WAYS_TO_FAIL = frozenset(
    {
        "429",
        "500",
        "502html",
        "200html",
        "401",
        "403",
        "409",
        "reset_before",
        "accept_then_reset",
        "accept_then_hang",
        "slow",
        "no_id",
    }
)


@dataclass
class Failure:
    """One planned failure of the next call to ``method`` (empty: of any call that writes)."""

    how: str
    method: str = ""
    retry_after: int = 1
    seconds: float = 0.3


class Rates:
    """What the service allows a chat: ``burst`` at once, one a second, and so many a minute."""

    def __init__(
        self, clock: Callable[[], float], *, burst: int, per_minute: int = 0, per_second: int = 0
    ) -> None:
        self._clock = clock
        self._burst = burst
        self._per_minute = per_minute
        self._buckets: dict[str, tuple[float, float]] = {}
        self._minutes: dict[str, deque[float]] = {}
        self._second: deque[float] = deque(maxlen=per_second or None)

    def refuses(self, chat: str, *, group: bool = False) -> int:
        """Count a message; return 0 when it is allowed, else the seconds to wait."""
        now = self._clock()
        tokens, at = self._buckets.get(chat, (float(self._burst), now))
        tokens = min(float(self._burst), tokens + now - at)
        minute = self._minutes.setdefault(chat, deque())
        while minute and now - minute[0] >= 60:
            minute.popleft()
        if tokens < 1 - 1e-6:
            return 1
        if group and self._per_minute and len(minute) >= self._per_minute:
            return int(60 - (now - minute[0])) + 1
        if self._second.maxlen and len(self._second) == self._second.maxlen and now - self._second[0] < 1:
            return 1
        self._buckets[chat] = (tokens - 1, now)
        minute.append(now)
        self._second.append(now)
        return 0


class StandIn:
    """A server on 127.0.0.1 with an ephemeral port; subclasses add the service's own routes."""

    writes: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.url = ""
        self.calls: Counter[str] = Counter()
        self.refused: list[tuple[str, str]] = []
        """(method, what was said) for everything turned down."""
        self._failures: deque[Failure] = deque()
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    def routes(self) -> list[web.RouteDef]:
        """Return the service's own routes."""
        raise NotImplementedError

    def log(self) -> dict[str, Any]:
        """Return what was accepted and counted, fit for JSON."""
        raise NotImplementedError

    async def command(self, verb: str, arguments: dict[str, Any]) -> Any:
        """Carry out a remote order beyond ``fail``."""
        raise web.HTTPNotFound(text=f"no order named {verb}")

    def fail_next(
        self, n: int, how: str, *, method: str = "", retry_after: int = 1, seconds: float = 0.3
    ) -> None:
        """Let the next n calls (of a method, or that write) fail in one of WAYS_TO_FAIL or "error:WORDS"."""
        if how not in WAYS_TO_FAIL and not how.startswith("error:"):
            raise ValueError(f"{how} is none of {sorted(WAYS_TO_FAIL)}")
        self._failures.extend(Failure(how, method, retry_after, seconds) for _ in range(n))

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST_UPLOAD)
        app.add_routes(
            [*self.routes(), web.get("/_log", self._show_log), web.post("/_{verb}", self._take_order)]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=0.5, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._closing.set()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _show_log(self, request: web.Request) -> web.Response:
        return web.json_response(self.log())

    async def _take_order(self, request: web.Request) -> web.Response:
        arguments = json.loads(await request.text() or "{}")
        verb = request.match_info["verb"]
        if verb == "fail":
            self.fail_next(int(arguments.pop("n", 1)), arguments.pop("how"), **arguments)
            return web.json_response({"ok": True})
        return web.json_response({"ok": True, "result": await self.command(verb, arguments)})

    def planned(self, method: str) -> Failure | None:
        """Take the failure that is planned for this call, if any."""
        for failure in self._failures:
            if failure.method == method or (not failure.method and method in self.writes):
                self._failures.remove(failure)
                return failure
        return None

    async def failing(
        self, request: web.Request, failure: Failure, accept: Callable[[], Awaitable[web.Response]]
    ) -> web.Response:
        """Fail in the ways in which any HTTP server can; ``accept`` does what was asked."""
        if failure.how == "reset_before":
            return reset(request)
        if failure.how == "accept_then_reset":
            await accept()
            return reset(request)
        if failure.how == "accept_then_hang":
            await accept()
            await self.rest(LONGEST_HANG)
            return reset(request)
        if failure.how == "slow":
            await self.rest(failure.seconds)
            return await accept()
        if failure.how == "200html":
            await accept()
            return web.Response(text="<html>It works</html>", content_type="text/html")
        return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")

    async def rest(self, seconds: float) -> None:
        """Wait, but not beyond the end of the stand-in."""
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return


def reset(request: web.Request) -> web.Response:
    """Drop the connection with a reset, so that nothing of an answer arrives."""
    if request.transport is not None:
        sock = request.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()


async def parameters(request: web.Request) -> dict[str, Any]:
    """Read a call's parameters, be they a form, JSON or a query; values that hold JSON are read too."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        given |= await request.json()
    elif request.can_read_body:
        given |= dict(await request.post())
    return {name: _read(value) for name, value in given.items()}


def _read(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def number(value: Any) -> int | None:
    """Return an integer parameter, None where it is missing."""
    return None if value in {None, ""} else int(value)


def flag(value: Any) -> bool:
    """Return a boolean parameter."""
    return str(value).lower() in {"true", "1"}


def plain(record: Any) -> dict[str, Any]:
    """Return a record fit for JSON."""
    return asdict(record)
