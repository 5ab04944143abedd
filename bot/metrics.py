"""Counters and timings of this process, held in memory; ``web`` shows them to Prometheus.

A name is that of the metric without the prefix ``wirewatch_``. Labels have few values (a kind, a channel, the id of a
source), never text from feeds or people.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

SECONDS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0, 21_600.0)
"""Upper bounds of a timing's buckets."""

T = TypeVar("T")
Labels = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Timing:
    """How often something took at most so long; ``buckets`` are not cumulative, the last has no bound."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(SECONDS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        at = next((at for at, bound in enumerate(SECONDS) if seconds <= bound), len(SECONDS))
        self.buckets[at] += 1
        self.total += seconds


_lock = threading.Lock()
_counts: dict[str, dict[Labels, float]] = defaultdict(dict)
_timings: dict[str, dict[Labels, Timing]] = defaultdict(dict)


def count(name: str, by: float = 1, **labels: str) -> None:
    """Add to a counter."""
    key = tuple(sorted(labels.items()))
    with _lock:
        _counts[name][key] = _counts[name].get(key, 0) + by


def observe(name: str, seconds: float, **labels: str) -> None:
    """Count one thing that took so long."""
    key = tuple(sorted(labels.items()))
    with _lock:
        _timings[name].setdefault(key, Timing()).add(seconds)


async def timed(name: str, work: Awaitable[T]) -> T:
    """Do the work, count how long it took, and return its result; what fails is counted too."""
    began = time.monotonic()
    try:
        return await work
    finally:
        observe(name, time.monotonic() - began)


def counts() -> Mapping[str, Mapping[Labels, float]]:
    """Return a copy of every counter, by name and labels."""
    with _lock:
        return {name: dict(values) for name, values in _counts.items()}


def timings() -> Mapping[str, Mapping[Labels, Timing]]:
    """Return a copy of every timing, by name and labels."""
    with _lock:
        return {
            name: {labels: Timing(list(one.buckets), one.total) for labels, one in values.items()}
            for name, values in _timings.items()
        }
