"""How many requests are under way: few quick ones, many that wait for a slow host, and few to any one host.

A request begins in the quick lane. Where its host has not answered in full after three seconds, it goes on in the
slow lane and its quick slot is free for another: five hundred hosts that hang cost the others next to nothing. A
host that let its last request run into the time limit begins in the slow lane. When the slow lane is full, the
request that waited longest is ended, so the quick lane always moves on.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.errors import FetchError

PATIENCE = 3.0
"""Seconds that a request may take before it goes to the slow lane."""
FAIR = 10.0
"""Seconds that every request is given, however full the slow lane is."""
_SLOW_FOR_EACH_QUICK = 8
_MOST_SLOW = 512
_HOSTS_REMEMBERED = 10_000


class _Stay:
    """One request in its lane."""

    __slots__ = ("began", "cut_short", "limit", "mover")

    def __init__(self, began: float, limit: asyncio.Timeout) -> None:
        self.began = began
        self.limit = limit
        self.mover: asyncio.TimerHandle | None = None
        """What will move it to the slow lane; None once it is there."""
        self.cut_short = False


class Slots:
    """Lends places to requests; hosts that nobody asks take no memory."""

    def __init__(self, quick: int, per_host: int) -> None:
        """At most ``quick`` requests hold a quick slot at once, and ``per_host`` ask the same host."""
        quick = max(1, quick)
        self._quick = asyncio.Semaphore(quick)
        self._most_slow = min(quick * _SLOW_FOR_EACH_QUICK, _MOST_SLOW)
        self._slow: OrderedDict[_Stay, None] = OrderedDict()
        self._hung: OrderedDict[str, None] = OrderedDict()
        self._per_host = max(1, per_host)
        self._hosts: dict[str, tuple[asyncio.Semaphore, int]] = {}
        self._queueing = 0

    @property
    def aside(self) -> int:
        """How many requests are in nobody's way: in the slow lane, or waiting for their turn at their host."""
        return len(self._slow) + self._queueing

    @asynccontextmanager
    async def of(self, host: str, seconds: float) -> AsyncIterator[None]:
        """Lend a place; ``seconds`` limit the block, not the wait for a place. FetchError ``timeout``."""
        async with self._turn_at(host):
            stay = await self._enter(host, seconds)
            try:
                async with stay.limit:
                    yield
            except TimeoutError as error:
                self._remember(host)
                raise _late(host, stay, seconds) from error
            except FetchError as error:
                self._remember(host) if error.reason == "timeout" else self._hung.pop(host, None)
                raise
            else:
                self._hung.pop(host, None)
            finally:
                self._leave(stay)

    @asynccontextmanager
    async def _turn_at(self, host: str) -> AsyncIterator[None]:
        turns, users = self._hosts.get(host, (asyncio.Semaphore(self._per_host), 0))
        self._hosts[host] = (turns, users + 1)
        try:
            self._queueing += 1
            try:
                await turns.acquire()
            finally:
                self._queueing -= 1
            try:
                yield
            finally:
                turns.release()
        finally:
            users = self._hosts[host][1] - 1
            if users:
                self._hosts[host] = (turns, users)
            else:
                del self._hosts[host]

    async def _enter(self, host: str, seconds: float) -> _Stay:
        loop = asyncio.get_running_loop()
        if host in self._hung and len(self._slow) < self._most_slow:
            stay = _Stay(loop.time(), asyncio.timeout(seconds))
            self._slow[stay] = None
        else:
            await self._quick.acquire()
            stay = _Stay(loop.time(), asyncio.timeout(seconds))
            stay.mover = loop.call_later(PATIENCE, self._move, stay)
        return stay

    def _move(self, stay: _Stay) -> None:
        """Let a request go on in the slow lane; where that is full, its oldest one ends, if it had its time."""
        loop = asyncio.get_running_loop()
        if len(self._slow) >= self._most_slow:
            oldest = next(iter(self._slow))
            missing = oldest.began + FAIR - loop.time()
            if missing > 0:
                stay.mover = loop.call_later(missing, self._move, stay)
                return
            self._end(oldest, loop.time())
        stay.mover = None
        self._slow[stay] = None
        self._quick.release()

    def _end(self, stay: _Stay, now: float) -> None:
        del self._slow[stay]
        if not stay.limit.expired():
            stay.cut_short = True
            stay.limit.reschedule(now)

    def _leave(self, stay: _Stay) -> None:
        self._slow.pop(stay, None)
        if stay.mover is not None:
            stay.mover.cancel()
            self._quick.release()

    def _remember(self, host: str) -> None:
        self._hung[host] = None
        if len(self._hung) > _HOSTS_REMEMBERED:
            self._hung.popitem(last=False)


def _late(host: str, stay: _Stay, seconds: float) -> FetchError:
    if stay.cut_short:
        waited = asyncio.get_running_loop().time() - stay.began
        return FetchError(
            "timeout", f"{host} did not answer in full within {waited:.0f} s, and too many other hosts hang"
        )
    return FetchError("timeout", f"{host} did not answer in full within {seconds:g} s")
