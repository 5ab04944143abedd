"""/metrics: what the process counted and what the store holds, as Prometheus reads it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from bot import __version__, metrics
from bot.metrics import SECONDS, Labels, Timing
from bot.web.figures import Figures

PREFIX = "wirewatch_"
COUNTERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "polls": ("Polls that ended, by how: new, unchanged, postponed, failed.", ("outcome",)),
    "entries": ("Entries that were read for the first time (new) or had changed (edited).", ("kind",)),
    "stories": ("Stories that entries opened.", ()),
    "deliveries": (
        "Attempts to send that ended, by channel, kind of message and outcome.",
        ("channel", "kind", "outcome"),
    ),
}
"""Counters by name, without the ``_total`` that is added: what they count, and their labels."""
TIMINGS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "poll_seconds": ("How long polls took, from the claim to the commit.", ()),
    "fetch_seconds": ("How long fetching took, robots.txt and waiting for a host's turn included.", ()),
    "parse_seconds": ("How long parsing took, waiting for a parser included.", ()),
    "told_seconds": ("Detection latency: from when a report was published to when its alert was sent.", ()),
    "told_after_read_seconds": ("From when a report was read to when its alert was sent.", ()),
    "loop_late_seconds": ("How late the event loop came to what was due.", ()),
}


def exposition(figures: Figures, *, indexed: int, started: float) -> bytes:
    """Return the text; ``started`` in seconds since 1970."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told((*_counted(), *_timed(), *_held(figures), *_process(indexed, started))))
    return generate_latest(registry)


class _Told(Collector):
    """Metrics that were put together already."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _counted() -> Iterator[Metric]:
    """What was counted; a name that nobody knows is shown too, so that none is lost."""
    known = metrics.counts()
    names = [*COUNTERS, *sorted({_stem(name) for name in known} - COUNTERS.keys())]
    for name in names:
        values = known.get(f"{name}_total") or known.get(name) or {}
        help_, labels = COUNTERS.get(name) or (f"{name.replace('_', ' ')}.", _labels_of(values))
        family = CounterMetricFamily(PREFIX + name, help_, labels=labels)
        for key, value in values.items() or ([((), 0.0)] if not labels else []):
            family.add_metric(_values(key, labels), value)
        yield family


def _timed() -> Iterator[Metric]:
    known = metrics.timings()
    for name in [*TIMINGS, *sorted(known.keys() - TIMINGS.keys())]:
        values = known.get(name) or {}
        help_, labels = TIMINGS.get(name) or (f"{name.replace('_', ' ')}.", _labels_of(values))
        family = HistogramMetricFamily(PREFIX + name, help_, labels=labels)
        for key, timing in values.items() or ([((), Timing())] if not labels else []):
            family.add_metric(_values(key, labels), _buckets(timing), timing.total)
        yield family


def _held(figures: Figures) -> Iterator[Metric]:
    """What the store holds."""
    owed = GaugeMetricFamily(
        PREFIX + "owed", "Messages that are owed or being sent now.", labels=("receiver", "kind")
    )
    for (receiver, kind), count in figures.owed.items():
        owed.add_metric((receiver, kind), count)
    yield owed
    yield _by_receiver(
        "owed_oldest_seconds", "How long the oldest owed message has been due; 0 in time.", figures.oldest
    )
    yield _by_receiver("dead_letters", "Messages that were given up; status lists them.", figures.dead)
    yield _one("sources", "Sources that are configured and polled.", figures.configured)
    yield _one("sources_failing", "Sources that fail, are silent or shrank.", figures.failing)
    yield _one("source_overdue_seconds", "How long a source has been due at most.", figures.overdue)
    yield _one("last_poll_age_seconds", "Since the last poll of any source ended.", figures.last_poll)
    yield _one("last_backup_age_seconds", "Since the last backup was made.", figures.backup)
    yield _one("database_bytes", "Size of the database on disk.", figures.bytes)
    yield _one("configuration_faults", "Faults of the files on disk; not in force.", figures.faults)


def _process(indexed: int, started: float) -> Iterator[Metric]:
    yield _one("index_entries", "Entries in the index of recent stories.", indexed)
    yield _one("resident_memory_bytes", "Memory that the process holds.", resident())
    yield _one("start_time_seconds", "When the process started, in seconds since 1970.", started)
    python = ".".join(map(str, sys.version_info[:3]))
    build = {"version": __version__, "python": python}
    yield InfoMetricFamily(PREFIX + "build", "The version that runs.", value=build)


def resident(status: Path = Path("/proc/self/status")) -> int | None:
    """Return the bytes of memory that this process holds; None where the system does not say."""
    try:
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    found = (line.split()[1] for line in lines if line.startswith("VmRSS:"))
    return next((int(kibibytes) * 1024 for kibibytes in found), None)


def _one(name: str, help_: str, value: float | None) -> Metric:
    """A number; without a sample where nobody knows it."""
    family = GaugeMetricFamily(PREFIX + name, help_)
    if value is not None:
        family.add_metric((), value)
    return family


def _by_receiver(name: str, help_: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(PREFIX + name, help_, labels=("receiver",))
    for receiver, value in values.items():
        family.add_metric((receiver,), value)
    return family


def _stem(name: str) -> str:
    return name.removesuffix("_total")


def _labels_of(values: Mapping[Labels, object]) -> tuple[str, ...]:
    return tuple(sorted({name for key in values for name, _ in key}))


def _values(key: Labels, labels: Sequence[str]) -> list[str]:
    given = dict(key)
    return [given.get(label, "") for label in labels]


def _buckets(timing: Timing) -> list[tuple[str, float]]:
    """Cumulative counts, as Prometheus wants them."""
    bounds = [*(repr(bound) for bound in SECONDS), "+Inf"]
    return [(bound, float(sum(timing.buckets[: at + 1]))) for at, bound in enumerate(bounds)]
