"""When: sources that are due are claimed; digests, reloads and clean-up have jobs of their own.

Due times and leases live in the store, so a restart loses nothing and polls nothing twice. A tick looks for what
is due, and while more is due than there is room for, every few polls that end make room for as many others.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from bot.config.veil import masked
from bot.crashpoints import crashpoint
from bot.errors import StoreFull
from bot.model import Polling
from bot.pipeline import Pipeline, PollResult
from bot.pipeline.rhythm import after_error
from bot.schedule import watchdog
from bot.schedule.calendar import Calendar, Night
from bot.schedule.clock import JumpWatch
from bot.schedule.counted import poll_ended
from bot.schedule.digests import owe_digests
from bot.schedule.ticking import Job, Ticking, guarded
from bot.store import Store, jumps, requests, sources, turns

log = structlog.get_logger()

TICK = 0.5
"""Seconds between two looks at what is due."""
DIGEST_TICK = 2.0
PATIENCE = 25.0
"""Seconds that what is under way has to end, once the bot is to stop."""
BROKEN = timedelta(minutes=5)
LEASE = timedelta(minutes=3)
"""How long a claimed source stays claimed where the one who claimed it is gone; a poll that lasts longer is let be."""


_MOST = 640
"""Polls under way at once, with those that wait for a slow host: what they hold in memory is bounded."""
_TURNS = 2
"""Polls of one host under way for each request that ``polling.per_host`` allows: while one is parsed, another asks."""


class Schedule:
    """Polls what is due, as many at a time as ``polling.concurrency`` allows.

    ``aside`` tells how many of the polls under way wait for a slow host; they take nobody's place. ``monotonic``
    counts the seconds that ``clock`` is held against.
    """

    def __init__(
        self,
        *,
        store: Store,
        pipeline: Pipeline,
        clock: Callable[[], datetime],
        owner: str,
        polled: Callable[[PollResult], None] = lambda _: None,
        aside: Callable[[], int] = lambda: 0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._pipeline = pipeline
        self._clock = clock
        self._owner = owner
        self._polled = polled
        self._aside = aside
        self._monotonic = monotonic
        self._running: dict[asyncio.Task[None], sources.SourceState] = {}
        self._claiming = asyncio.Lock()
        self._more = False
        """True while more is due than there was room for."""
        self._refilling: asyncio.Task[None] | None = None
        self._ends = 0
        self._ticking = False
        self._stopping = False
        self._results: deque[PollResult] = deque(maxlen=10_000)

    async def tick(self) -> int:
        """Claim what is due or asked for and start polling it; return how many polls began."""
        return await self._begin(self._clock())

    async def poll_all_due(self) -> list[PollResult]:
        """Poll every source that is due now, once (``wirewatch once``)."""
        self._results.clear()
        now = self._clock()
        ends = self._ends
        while await self._begin(now) or self._running or self._more:
            await self._room(ends)
            ends = self._ends
        return list(self._results)

    async def owe_digests(self) -> int:
        """Owe the digests that are due."""
        settings, now = self._pipeline.newsroom.settings, self._clock()
        return await self._store.write(lambda conn: owe_digests(conn, settings, now))

    async def run(
        self, stop: asyncio.Event, jobs: Mapping[str, Job], nightly: Mapping[str, Night] | None = None
    ) -> None:
        """Tick until stopped, then let polls that are under way finish; what does not end in time is given back.

        ``jobs``: name -> (seconds between two times, work). ``nightly``: name -> (hour, work).
        """
        dog = watchdog.Watchdog()
        calendar = Calendar(nightly or {}, lambda: self._pipeline.newsroom.settings.timezone)
        every: dict[str, Job] = {
            "clock": (TICK, self._clock_reader(calendar)),
            "tick": (TICK, self.tick),
            "digests": (DIGEST_TICK, self.owe_digests),
            "watchdog": (watchdog.EVERY, dog.turn),
        }
        ticking = Ticking(every | dict(jobs))
        self._ticking, self._stopping = True, False
        ticking.start()
        dog.start()
        nights = asyncio.create_task(calendar.start(), name="calendar")
        try:
            await stop.wait()
        finally:
            self._ticking, self._stopping = False, True
            nights.cancel()
            calendar.stop()
            crashpoint("draining")
            await asyncio.gather(ticking.stop(PATIENCE), self._drain())
            dog.stop()
            crashpoint("drained")

    def _clock_reader(self, calendar: Calendar) -> Callable[[], Awaitable[None]]:
        watch = JumpWatch(self._clock, self._monotonic)

        async def look() -> None:
            by = watch.look()
            if by is not None:
                await self._follow_clock(by)
                calendar.moved(by)

        return look

    async def _follow_clock(self, by: timedelta) -> None:
        """The clock was set, or the machine slept: nothing stands still for that, and nothing comes twice."""
        now, receivers = self._clock(), self._pipeline.newsroom.settings.receivers
        log.warning("the clock was set, or the machine slept", seconds=round(by.total_seconds()), now=now)
        await self._store.write(lambda conn: jumps.heal(conn, by, now, receivers.values()))

    @property
    def _polling(self) -> Polling:
        return self._pipeline.newsroom.settings.polling

    def _free(self) -> int:
        """Return how many polls may begin."""
        running = len(self._running)
        quick = running - min(running, self._aside())
        return max(0, min(self._polling.concurrency - quick, _MOST - running))

    def _wants_more(self) -> bool:
        """Tell whether a claim is worth its transaction: more is due, and a quarter of the slots is free."""
        return self._more and self._free() * 4 >= self._polling.concurrency

    async def _room(self, ends: int) -> None:
        """Wait until another claim may find something: a poll has ended since, or was set aside."""
        while self._running and not (self._ends != ends and self._wants_more()):
            ended, _ = await asyncio.wait(
                set(self._running), timeout=TICK, return_when=asyncio.FIRST_COMPLETED
            )
            if not ended and self._wants_more():
                return

    async def _begin(self, now: datetime) -> int:
        async with self._claiming:
            free = 0 if self._stopping else self._free()
            if self._store.room.full:  # what is read could not be kept
                free, self._more = 0, False
            if not free:
                return 0
            under_way = list(self._running.values())
            claimed, self._more = await self._store.write(
                lambda conn: self._claim(conn, free, under_way, now)
            )
            crashpoint("poll-claimed")
            for state in claimed:
                task = asyncio.create_task(self._poll(state), name=f"poll {state.id}")
                self._running[task] = state
                task.add_done_callback(self._ended)
            return len(claimed)

    def _claim(
        self, conn: Connection, free: int, under_way: Sequence[sources.SourceState], now: datetime
    ) -> tuple[list[sources.SourceState], bool]:
        """Claim what was asked for and what is due, but nothing that is under way; also tell whether more is due."""
        running = {state.id for state in under_way}
        asked = [str(request.payload["source"]) for request in requests.take(conn, ["poll"])]
        asked = [source for source in asked if source not in running]
        claim = partial(sources.claim_due, conn, now, owner=self._owner, lease=LEASE)
        found = claim(limit=free, only=asked, ignore_due=True) if asked else []
        hosts = Counter(state.host for state in (*under_way, *found))
        most = _TURNS * self._polling.per_host
        due, more = turns.due(
            conn, now, limit=free - len(found), under_way=hosts, most=most, but=sorted(running)
        )
        return found + (claim(limit=len(due), only=due) if due else []), more

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._ends += 1
        idle = self._refilling is None or self._refilling.done()
        if self._ticking and idle and self._wants_more():
            self._refilling = asyncio.create_task(guarded("claim more", self._refill)(), name="claim more")

    async def _refill(self) -> None:
        """Claim while there is room; a claim that got nothing is worth another once some poll has ended."""
        seen = -1
        while self._ticking and self._wants_more() and seen != self._ends:
            seen = self._ends
            if await self.tick():
                seen = -1

    async def _poll(self, state: sources.SourceState) -> None:
        began = self._monotonic()
        try:
            result = await self._pipeline.poll(state)
        except StoreFull as error:
            await self._store.write(lambda conn: sources.release(conn, state.id), patient=self._ticking)
            result = PollResult(source=state.id, error=str(error), reason="disk_full")
        except Exception as error:
            log.exception("poll broke", source=state.id)
            due = after_error(BROKEN, state.errors, self._clock(), retry_after=None, status=None)
            words = masked(f"the bot itself failed: {error}")
            await self._store.write(
                lambda conn: sources.failed(
                    conn, state.id, self._clock(), due=due, reason="broken", message=words, status=None
                )
            )
            result = PollResult(source=state.id, error=masked(str(error)), reason="broken")
        poll_ended(result, self._monotonic() - began)
        self._results.append(result)
        self._polled(result)

    async def _drain(self) -> None:
        """Let the polls under way end. Those that can't in time, or wait for an index that is not there, go back."""
        async with self._claiming:  # a claim under way still begins its polls
            running = dict(self._running)
        if running:
            await asyncio.wait(running, timeout=PATIENCE if self._pipeline.decides else 1.0)
        late = {task: state for task, state in running.items() if not task.done()}
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        if late:
            log.info("polls given back, they are due at the next start", count=len(late))
            await self._store.write(lambda conn: _release(conn, late.values()))


def _release(conn: Connection, states: Iterable[sources.SourceState]) -> None:
    for state in states:
        sources.release(conn, state.id)
