"""What is done at an hour of the night, on the clock of the bot's own time zone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import time, timedelta
from importlib import import_module
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.schedule.ticking import guarded

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

Night = tuple[time, Callable[[], Awaitable[object]]]
"""The hour, and what is done then."""
_LATE = 12 * 3600
"""Seconds by which it may come late, because the machine slept."""


class Calendar:
    """Jobs of the night, each once a night at its hour; ``zone`` tells whose night."""

    def __init__(self, jobs: Mapping[str, Night], zone: Callable[[], str]) -> None:
        self._jobs = jobs
        self._zone = zone
        self._scheduler: AsyncIOScheduler | None = None

    async def start(self) -> None:
        """Wait for the hours; nothing where there are no jobs."""
        if not self._jobs:
            return
        await asyncio.to_thread(import_module, "apscheduler.schedulers.asyncio")
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.start(paused=True)
        self._count(self._scheduler)
        self._scheduler.resume()

    def moved(self, by: timedelta) -> None:
        """The clock was set by ``by``: what was slept through comes now, what lies too far ahead is counted anew."""
        if self._scheduler is None:
            return
        if by < timedelta(0):
            self._count(self._scheduler)
        else:
            self._scheduler.wakeup()

    def stop(self) -> None:
        """Begin nothing more."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    def _count(self, scheduler: AsyncIOScheduler) -> None:
        from apscheduler.triggers.cron import CronTrigger

        for name, (hour, work) in self._jobs.items():
            scheduler.add_job(
                guarded(name, work),
                CronTrigger(hour=hour.hour, minute=hour.minute, timezone=ZoneInfo(self._zone())),
                id=name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=_LATE,
                replace_existing=True,
            )
