"""What a process spends: processor time of the bot, its store thread and its parse workers; how late its loop is."""

from __future__ import annotations

import asyncio
import os
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_NAP = 0.005


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor time since a process began."""

    own: float
    """All threads of this process."""
    store: float
    """The thread that writes the store, a part of ``own``."""
    children: float
    """Its children, running or ended: the parse workers."""

    @classmethod
    def until_now(cls) -> Spent:
        """Return what was spent so far."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        return cls(used.ru_utime + used.ru_stime, _store_seconds(), _children_seconds())

    def since(self, earlier: Spent) -> Spent:
        """Return what was spent between two moments."""
        return Spent(self.own - earlier.own, self.store - earlier.store, self.children - earlier.children)


def _store_seconds() -> float:
    return sum(
        time.clock_gettime(time.pthread_getcpuclockid(thread.ident))
        for thread in threading.enumerate()
        if thread.name.startswith("store-write") and thread.ident is not None
    )


def _children_seconds() -> float:
    """Sum up the children: the system counts those that ended, /proc tells of those that run."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks = os.sysconf("SC_CLK_TCK")
    running = 0.0
    for tasks in Path("/proc/self/task").glob("*/children"):
        for child in tasks.read_text().split():
            try:
                fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # ended meanwhile
            running += (int(fields[11]) + int(fields[12])) / ticks
    return ended.ru_utime + ended.ru_stime + running


@dataclass(slots=True)
class Lag:
    """How much later than asked a short sleep ended, in seconds, again and again."""

    seen: list[float] = field(default_factory=list)

    async def watch(self) -> None:
        """Sleep and note until cancelled."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_NAP)
            self.seen.append(time.perf_counter() - began - _NAP)


@contextmanager
def lag_watched() -> Iterator[Lag]:
    """Watch the running loop while the block runs."""
    lag = Lag()
    task = asyncio.ensure_future(lag.watch())
    try:
        yield lag
    finally:
        task.cancel()


def share(seen: list[float], part: float) -> float:
    """Return the value below which ``part`` (0-1) of all lie; 0 where nothing was seen."""
    ordered = sorted(seen)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0
