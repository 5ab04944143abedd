"""What a soak must keep to, and whether it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bench.soak.house import RETENTION, Sample
from bench.soak.world import Plan

MOST_MEMORY = 350.0
"""Megabytes."""
STEEPEST = 1.0
"""Megabytes per hour of the soak's clock."""
WARM = timedelta(days=13)
"""Until then the window of recent stories and the archive fill: they hold ten and twelve days."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One promise, what was measured, and whether it is kept."""

    promise: str
    found: str
    kept: bool


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the slope of the straight line that fits best, 0 for fewer than three points."""
    if len(points) < 3:
        return 0.0
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    spread = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / spread if spread else 0.0


def verdicts(samples: Sequence[Sample], counts: Mapping[str, Any], plan: Plan) -> list[Verdict]:
    """Hold a soak against its promises."""
    return [*_told(counts), *_held(samples, plan)]


def _told(counts: Mapping[str, Any]) -> list[Verdict]:
    lost = counts["owed"] - counts["accepted"]
    repeats, marked, doubtful = counts["repeats"], counts["marked"], counts["doubtful"]
    return [
        Verdict("everything owed arrived", f"{counts['owed']:,} owed, {lost:,} lost", lost == 0),
        Verdict(
            "repeats only after doubtful sends",
            f"{repeats:,} repeats, {doubtful:,} doubtful",
            repeats <= doubtful,
        ),
        Verdict("every repeat is marked", f"{marked:,} of {repeats:,}", marked == repeats),
    ]


def _held(samples: Sequence[Sample], plan: Plan) -> list[Verdict]:
    warm = [one for one in samples if one.hours >= WARM / timedelta(hours=1)]
    if len(warm) < 3:
        return [Verdict("what is held stays flat", "too short to tell", kept=True)]
    grown = slope([(one.hours, one.memory) for one in warm])
    most = max(one.memory for one in samples)
    return [
        Verdict("memory does not grow", f"{grown:+.4f} MB an hour", grown < STEEPEST),
        Verdict(
            f"at most {MOST_MEMORY:.0f} MB",
            f"{most:.0f} MB, {warm[-1].index:,} in the index",
            most <= MOST_MEMORY,
        ),
        *(_flat(name, warm) for name in ("files", "threads", "tasks")),
        _archive(warm, plan),
    ]


def _flat(name: str, warm: Sequence[Sample]) -> Verdict:
    found = [int(getattr(one, name)) for one in warm]
    half = len(found) // 2
    kept = max(found[half:]) <= max(found[:half]) + 2
    return Verdict(f"{name} stay as many", f"{min(found)} to {max(found)}, {found[-1]} at the end", kept)


def _archive(warm: Sequence[Sample], plan: Plan) -> Verdict:
    """A night's clean-up leaves what came within the retention: the rate times the days."""
    wanted = plan.entries / plan.days * (RETENTION / timedelta(days=1))
    found = warm[-1].entries
    return Verdict(
        "the archive is what retention leaves",
        f"{found:,} entries, {wanted:,.0f} by the rate; {warm[-1].database:.0f} MB",
        0.9 * wanted <= found <= 1.05 * wanted + plan.sources,
    )
