"""Jobs that a running bot does over and over, by a clock that nobody can set.

A job that hung on the time of day would stand still for an hour when that is set back by one.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress

import structlog

log = structlog.get_logger()

Job = tuple[float, Callable[[], Awaitable[object]]]
"""Seconds between two times, and what is done."""


class Ticking:
    """Does each job at once and then every so many seconds; one that takes longer leaves out what it missed."""

    def __init__(self, jobs: Mapping[str, Job]) -> None:
        self._jobs = jobs
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin every job, each a task of its own."""
        for name, (seconds, work) in self._jobs.items():
            again = self._again_and_again(seconds, guarded(name, work))
            self._tasks.append(asyncio.create_task(again, name=f"job {name}"))

    async def stop(self, patience: float) -> None:
        """Begin nothing more; what is being done may end within ``patience`` seconds."""
        self._stopping.set()
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=patience)
        for task in late:
            log.warning("a job did not end in time", job=task.get_name().removeprefix("job "))
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _again_and_again(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while not self._stopping.is_set():
            await work()
            due += seconds * max(1, math.ceil((loop.time() - due) / seconds))
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self._stopping.wait()


def guarded(
    name: str, work: Callable[[], Awaitable[object]]
) -> Callable[[], Coroutine[object, object, None]]:
    """Return the work as a job that, where it fails, is logged and done again at its next time."""

    async def run() -> None:
        try:
            await work()
        except Exception:
            log.exception("job failed", job=name)

    return run
