"""A clock that stands still until a test moves it on; whoever sleeps by it wakes at the right moment."""

from __future__ import annotations

import asyncio
from heapq import heappop, heappush
from itertools import count

_SETTLING_ROUNDS = 20


class VirtualClock:
    """Call it for the time in seconds; pass its ``sleep``; ``await advance(seconds)`` in the test."""

    def __init__(self, start: float = 1000.0) -> None:
        self.now = start
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Sleep until the test has moved the clock on by this much."""
        woken = asyncio.get_running_loop().create_future()
        heappush(self._sleepers, (self.now + seconds, next(self._order), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Move on, waking sleepers one after the other, each at its own time."""
        end = self.now + seconds
        await self._settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            wakes, _, woken = heappop(self._sleepers)
            self.now = max(self.now, wakes)
            if not woken.done():
                woken.set_result(None)
            await self._settle()
        self.now = end
        await self._settle()

    async def _settle(self) -> None:
        for _ in range(_SETTLING_ROUNDS):
            await asyncio.sleep(0)


class EagerClock:
    """Seconds that pass where somebody sleeps, and a blink for each look: for a bot and the service it talks to."""

    def __init__(self, start: float, turn: float = 0.005) -> None:
        self.now = start
        self._turn = turn

    def __call__(self) -> float:
        self.now += 0.0001
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Sleep; who is about to answer does so first, within a ``turn`` of real seconds."""
        wakes = self.now + seconds
        await asyncio.sleep(self._turn)
        self.now = max(self.now, wakes)
