"""The Pacer: every request of one bot waits its turn, so that no service has to refuse one for haste."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from heapq import heapify, heappush
from itertools import count

from bot.model import DeliveryKind

_RANK = {kind: rank for rank, kind in enumerate(DeliveryKind)}
_HAIR = 1e-6
_MANY_LANES = 256
_HANGS = 5.0
# Who waits long looks up now and then: a pause may have been lifted.
_NAP = 5.0


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
class _Flight:
    """One request of the bot, from its start to its end."""

    start: float
    end: float | None = None


@dataclass(eq=False, slots=True)
class _Held:
    """The turn that the running task holds, so that a request inside it does not wait for itself."""

    pacer: Pacer
    chat: str
    flight: _Flight
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
        self._flights: list[_Flight] = []
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
                self._charge(lane, held.flight)
            return
        lane = self._lane(chat)
        mine = _Held(self, chat, await self._enter(lane, kind))
        _held.set(mine)
        try:
            yield
        finally:
            _held.set(held)
            self._leave(lane, mine)

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        """Hold a request that puts nothing into a chat (a press confirmed): it waits for the bot's rate only."""
        while (delay := max(self._until - self._clock(), self._bot_delay(self._clock()))) > _HAIR:
            await self._sleep(min(delay, _NAP))
        flight = self._take_off()
        try:
            yield
        finally:
            flight.end = self._clock()

    def remember(self, chat: str, ages: Collection[float]) -> None:
        """Count what an earlier process sent to a chat so many seconds ago; nobody knows what burst it left."""
        lane, now = self._lane(chat), self._clock()
        lane.tokens, lane.counted = 0.0, now - min(ages)
        lane.ends.extend(now - age for age in sorted(ages, reverse=True))

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

    async def _enter(self, lane: _Lane, kind: DeliveryKind) -> _Flight:
        ticket = (_RANK[kind], next(self._arrivals))
        heappush(lane.waiting, ticket)
        try:
            while True:
                if lane.busy or lane.waiting[0] != ticket:
                    await lane.changed.wait()
                elif (delay := self._delay(lane)) > 0:
                    await self._sleep(min(delay, _NAP))
                else:
                    lane.busy = True
                    return self._take_off()
        finally:
            lane.waiting.remove(ticket)
            heapify(lane.waiting)
            lane.announce()

    async def _again(self, held: _Held, lane: _Lane) -> None:
        if not held.used:
            held.used = True
            return
        while (delay := self._delay(lane)) > 0:
            await self._sleep(min(delay, _NAP))
        held.flight = self._take_off()

    def _leave(self, lane: _Lane, mine: _Held) -> None:
        mine.open = False
        if not mine.used:
            self._charge(lane, mine.flight)
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
        wait = max(wait, self._bot_delay(now))
        return wait if wait > _HAIR else 0.0

    def _tokens(self, lane: _Lane, now: float) -> float:
        return min(float(self.limits.burst), lane.tokens + (now - lane.counted) / self.limits.every)

    def _take_off(self) -> _Flight:
        flight = _Flight(self._clock())
        if self.limits.per_second:
            self._flights.append(flight)
        return flight

    def _bot_delay(self, now: float) -> float:
        """Return how long the whole bot has to wait; a request that hangs counts for some seconds only."""
        if not self.limits.per_second:
            return 0.0
        self._flights = [
            flight
            for flight in self._flights
            if (flight.end if flight.end is not None else min(now, flight.start + _HANGS)) > now - 1
        ]
        if len(self._flights) < self.limits.per_second:
            return 0.0
        return min(1.0 if flight.end is None else flight.end + 1 - now for flight in self._flights)

    def _charge(self, lane: _Lane, flight: _Flight) -> None:
        # A request counts from its end: the service counted it at its arrival, which was not later. So our
        # account is never richer than the service's, whatever the network does to single requests.
        now = flight.end = self._clock()
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
