"""The Pacer: every request of one bot waits its turn, so that no service has to refuse one for haste."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from heapq import heapify, heappush
from itertools import count

from bot.model import DeliveryKind

_RANK = {kind: rank for rank, kind in enumerate(DeliveryKind)}
_HAIR = 1e-6
_MANY_LANES = 256


@dataclass(frozen=True, slots=True)
class Limits:
    """What a service allows: one message per ``every`` seconds in a chat, ``burst`` at once; 0: no limit."""

    every: float = 1.0
    burst: int = 1
    group_per_minute: int = 0
    """For chats whose id is negative, as Telegram's groups have it."""
    per_second: int = 0
    """Over all chats of the bot."""


TELEGRAM_LIMITS = Limits(every=1.0, burst=3, group_per_minute=20, per_second=28)
SLACK_LIMITS = Limits(every=1.0, burst=1)


@dataclass(eq=False, slots=True)
class _Lane:
    """One chat's queue, what it may still send, and until when it rests."""

    tokens: float
    counted: float
    ends: deque[float]
    waiting: list[tuple[int, int]] = field(default_factory=list)
    busy: bool = False
    until: float = 0.0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def announce(self) -> None:
        """Wake everybody who waits in this lane, once."""
        self.changed.set()
        self.changed = asyncio.Event()


@dataclass(eq=False, slots=True)
class _Held:
    """The turn that the running task holds, so that a request inside it does not wait for itself."""

    pacer: Pacer
    chat: str
    used: bool = False
    open: bool = True


_held: ContextVar[_Held | None] = ContextVar("held_turn", default=None)


class Pacer:
    """One for all sends, edits and answers of one bot. Times are seconds of ``clock``; tests pass both in."""

    def __init__(
        self,
        limits: Limits = TELEGRAM_LIMITS,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.limits = limits
        self._clock = clock
        self._sleep = sleep
        self._lanes: dict[str, _Lane] = {}
        self._starts: deque[float] = deque(maxlen=limits.per_second or 1)
        self._until = 0.0
        self._arrivals = count()

    @asynccontextmanager
    async def turn(self, chat: str, kind: DeliveryKind = DeliveryKind.ANSWER) -> AsyncIterator[None]:
        """Wait for this chat's turn and hold it for the body: one request is in flight per chat.

        In a chat the order is that of DeliveryKind, then of arrival; chats never wait for each other.
        A turn inside a turn for the same chat is the same one for the first request and waits only for the
        rate afterwards: whoever owns the delivery takes the turn, and a channel paces its parts within it.
        """
        held = _held.get()
        if held is not None and held.open and held.pacer is self and held.chat == chat:
            lane = self._lane(chat)
            await self._again(held, lane)
            try:
                yield
            finally:
                self._charge(lane)
            return
        lane = self._lane(chat)
        await self._enter(lane, kind)
        mine = _Held(self, chat)
        _held.set(mine)
        try:
            yield
        finally:
            _held.set(held)
            self._leave(lane, mine)

    def pause(self, chat: str | None, seconds: float) -> None:
        """Let nothing start in a chat (None: in any) for so many seconds; a longer pause in force stays."""
        until = self._clock() + seconds
        if chat is None:
            self._until = max(self._until, until)
        else:
            lane = self._lane(chat)
            lane.until = max(lane.until, until)

    def resume(self, chat: str | None = None) -> None:
        """End a pause early, for instance because a new token works."""
        if chat is None:
            self._until = 0.0
        elif chat in self._lanes:
            self._lanes[chat].until = 0.0

    def paused(self, chat: str) -> float:
        """Seconds until the pause of this chat or of the bot ends; 0.0 when there is none."""
        lane = self._lanes.get(chat)
        return max(0.0, self._until - self._clock(), (lane.until - self._clock()) if lane else 0.0)

    async def _enter(self, lane: _Lane, kind: DeliveryKind) -> None:
        ticket = (_RANK[kind], next(self._arrivals))
        heappush(lane.waiting, ticket)
        try:
            while True:
                if lane.busy or lane.waiting[0] != ticket:
                    await lane.changed.wait()
                elif (delay := self._delay(lane)) > 0:
                    await self._sleep(delay)
                else:
                    break
            lane.busy = True
            self._starts.append(self._clock())
        finally:
            lane.waiting.remove(ticket)
            heapify(lane.waiting)
            lane.announce()

    async def _again(self, held: _Held, lane: _Lane) -> None:
        if not held.used:
            held.used = True
            return
        while (delay := self._delay(lane)) > 0:
            await self._sleep(delay)
        self._starts.append(self._clock())

    def _leave(self, lane: _Lane, mine: _Held) -> None:
        mine.open = False
        if not mine.used:
            self._charge(lane)
        lane.busy = False
        lane.announce()
        if len(self._lanes) > _MANY_LANES:
            self._forget_idle_lanes()

    def _delay(self, lane: _Lane) -> float:
        now = self._clock()
        wait = max(lane.until, self._until) - now
        wait = max(wait, (1 - self._tokens(lane, now)) * self.limits.every)
        if lane.ends.maxlen and len(lane.ends) == lane.ends.maxlen:
            wait = max(wait, lane.ends[0] + 60 - now)
        if self.limits.per_second and len(self._starts) == self._starts.maxlen:
            wait = max(wait, self._starts[0] + 1 - now)
        return wait if wait > _HAIR else 0.0

    def _tokens(self, lane: _Lane, now: float) -> float:
        return min(float(self.limits.burst), lane.tokens + (now - lane.counted) / self.limits.every)

    def _charge(self, lane: _Lane) -> None:
        # A request counts from its end: the service counted it at its arrival, which was not later. So our
        # account is never richer than the service's, whatever the network does to single requests.
        now = self._clock()
        lane.tokens = self._tokens(lane, now) - 1
        lane.counted = now
        lane.ends.append(now)

    def _lane(self, chat: str) -> _Lane:
        if chat not in self._lanes:
            window = self.limits.group_per_minute if chat.startswith("-") else 0
            self._lanes[chat] = _Lane(float(self.limits.burst), self._clock(), deque(maxlen=window))
        return self._lanes[chat]

    def _forget_idle_lanes(self) -> None:
        now = self._clock()
        self._lanes = {
            chat: lane
            for chat, lane in self._lanes.items()
            if lane.busy or lane.waiting or lane.until > now or now - lane.counted < 60
        }
