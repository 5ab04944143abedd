"""A soak in miniature: days of polling and telling with faults, after which nothing is lost."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from bench.soak.__main__ import soak
from bench.soak.house import Sample
from bench.soak.serving import serving
from bench.soak.verdicts import slope, verdicts
from bench.soak.world import MARK, Plan, World, word

PLAN = Plan(sources=3, entries=45, days=1, hours=12, faults=0.15, watched=0.4)
COUNTS = {"owed": 10, "accepted": 10, "repeats": 2, "marked": 2, "doubtful": 3}


def test_a_day_with_faults_loses_nothing_and_marks_every_repeat(tmp_path: Path) -> None:
    with serving(PLAN) as world:
        found = asyncio.run(soak(PLAN, world, tmp_path, Console(file=io.StringIO()), tmp_path / "held.svg"))
        counts = world.counts()
    assert counts["owed"] >= 5
    assert sum(counts["faults"].values()) >= 2
    assert [each for each in found if not each.kept] == []
    assert "<polyline" in (tmp_path / "held.svg").read_text()


@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        ({}, set()),
        ({"accepted": 9}, {"everything owed arrived"}),
        ({"repeats": 4, "marked": 4}, {"repeats only after doubtful sends"}),
        ({"marked": 1}, {"every repeat is marked"}),
    ],
)
def test_a_soak_breaks_where_something_is_lost_or_repeated(changed: dict[str, int], broken: set[str]) -> None:
    assert {each.promise for each in verdicts([], COUNTS | changed, PLAN) if not each.kept} == broken


def _sample(hours: float, **changed: float) -> Sample:
    held = {
        "memory": 200.0,
        "files": 20,
        "threads": 9,
        "tasks": 1,
        "entries": 540,
        "index": 9,
        "database": 5.0,
    }
    return Sample(hours=hours, **(held | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "grows", "broken"),
    [
        ("memory", 0.0, set()),
        ("memory", 2.0, {"memory does not grow", "at most 350 MB"}),
        ("files", 1.0, {"files stay as many"}),
        ("tasks", 1.0, {"tasks stay as many"}),
        ("entries", 60.0, {"the archive is what retention leaves"}),
    ],
)
def test_a_soak_breaks_where_what_is_held_grows(name: str, grows: float, broken: set[str]) -> None:
    hours = range(13 * 24, 20 * 24, 12)
    first = float(getattr(_sample(0), name))
    samples = [_sample(at, **{name: first + grows * (at - hours[0])}) for at in hours]
    assert {each.promise for each in verdicts(samples, COUNTS, PLAN) if not each.kept} == broken


def test_a_slope_is_that_of_the_straight_line_that_fits_best() -> None:
    assert slope([(0, 1), (1, 3), (2, 5), (3, 7)]) == pytest.approx(2)
    assert slope([(0, 1), (1, 2)]) == 0


def test_the_world_knows_what_arrived_and_whether_a_repeat_was_marked() -> None:
    world = World(Plan(sources=1, entries=1_000, days=1, hours=24, faults=0.0))
    world.move(datetime(2026, 1, 5, tzinfo=UTC))
    owed = str(world.counts()["owed"])
    missing = world.counts()["lost"]
    assert isinstance(missing, list)
    assert len(missing) == min(20, int(owed))
    world.send("sendMessage", f"Alibaba {missing[0]}")
    world.send("sendMessage", f"Alibaba {missing[0]} ({MARK})")
    world.send("sendMessage", f"Alibaba {missing[0]} once more")
    counts = world.counts()
    assert (counts["accepted"], counts["repeats"], counts["marked"]) == (1, 2, 1)
    assert counts["unmarked"] == [missing[0]]


def test_no_two_items_bear_one_word() -> None:
    assert len({word(number) for number in range(50_000)}) == 50_000
