"""When: one tick claims the sources that are due; digests, reloads and clean-up have jobs of their own.

Due times and leases live in the store, so a restart loses nothing and polls nothing twice.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Connection

from bot.pipeline import Pipeline, PollResult
from bot.pipeline.rhythm import after_error
from bot.schedule.digests import owe_digests
from bot.store import Store, requests, sources

log = structlog.get_logger()

TICK = 0.5
"""Seconds between two looks at what is due."""
DIGEST_TICK = 2.0
BROKEN = timedelta(minutes=5)
LEASE = timedelta(minutes=3)
"""How long a claimed source stays claimed: longer than any fetch, parse and commit together."""


class Schedule:
    """Polls what is due, as many at a time as ``polling.concurrency`` allows."""

    def __init__(
        self,
        *,
        store: Store,
        pipeline: Pipeline,
        clock: Callable[[], datetime],
        owner: str,
        polled: Callable[[PollResult], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._pipeline = pipeline
        self._clock = clock
        self._owner = owner
        self._polled = polled
        self._running: set[asyncio.Task[None]] = set()
        self._results: deque[PollResult] = deque(maxlen=10_000)

    async def tick(self) -> int:
        """Claim what is due or asked for and start polling it; return how many polls began."""
        return await self._begin(self._clock())

    async def poll_all_due(self) -> list[PollResult]:
        """Poll every source that is due now, once (``wirewatch once``)."""
        self._results.clear()
        now = self._clock()
        while await self._begin(now) or self._running:
            await asyncio.wait(set(self._running), return_when=asyncio.FIRST_COMPLETED)
        return list(self._results)

    async def owe_digests(self) -> int:
        """Owe the digests that are due."""
        settings, now = self._pipeline.newsroom.settings, self._clock()
        return await self._store.write(lambda conn: owe_digests(conn, settings, now))

    async def run(
        self, stop: asyncio.Event, jobs: Mapping[str, tuple[float, Callable[[], Awaitable[object]]]]
    ) -> None:
        """Tick until stopped, then let polls that are under way finish. ``jobs``: name -> (seconds, work)."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        every = {"tick": (TICK, self.tick), "digests": (DIGEST_TICK, self.owe_digests), **jobs}
        for name, (seconds, work) in every.items():
            scheduler.add_job(
                _guarded(name, work),
                "interval",
                id=name,
                seconds=seconds,
                next_run_time=datetime.now(tz=None).astimezone(),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=60,
            )
        scheduler.start()
        try:
            await stop.wait()
        finally:
            scheduler.shutdown(wait=False)
            await self._drain()

    async def _begin(self, now: datetime) -> int:
        free = self._pipeline.newsroom.settings.polling.concurrency - len(self._running)
        if free <= 0:
            return 0
        claimed = await self._store.write(lambda conn: self._claim(conn, free, now))
        for state in claimed:
            task = asyncio.create_task(self._poll(state), name=f"poll {state.id}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return len(claimed)

    def _claim(self, conn: Connection, free: int, now: datetime) -> list[sources.SourceState]:
        asked = [str(request.payload["source"]) for request in requests.take(conn, ["poll"])]
        found = (
            sources.claim_due(
                conn, now, owner=self._owner, lease=LEASE, limit=free, only=asked, ignore_due=True
            )
            if asked
            else []
        )
        return found + sources.claim_due(
            conn, now, owner=self._owner, lease=LEASE, limit=max(0, free - len(found))
        )

    async def _poll(self, state: sources.SourceState) -> None:
        try:
            result = await self._pipeline.poll(state)
        except Exception as error:
            log.exception("poll broke", source=state.id)
            due = after_error(BROKEN, state.errors, self._clock(), retry_after=None, status=None)
            words = f"the bot itself failed: {error}"
            await self._store.write(
                lambda conn: sources.failed(
                    conn, state.id, self._clock(), due=due, reason="broken", message=words, status=None
                )
            )
            result = PollResult(source=state.id, error=str(error), reason="broken")
        self._results.append(result)
        self._polled(result)

    async def _drain(self) -> None:
        if self._running:
            await asyncio.wait(set(self._running), timeout=25)
        for task in self._running:
            task.cancel()


def _guarded(name: str, work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """A job that fails is logged and runs again at its next time."""

    async def run() -> None:
        try:
            await work()
        except Exception:
            log.exception("job failed", job=name)

    return run
