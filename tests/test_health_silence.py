"""A silence is told where it is unusual for this source at this time of its week, and hardly ever where it isn't."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.route.quiet import LEARNED, MEMORY, SHORTEST, next_silence, silent
from tests.newsmaking import NOON
from tests.wards import DAY, make_ward

HOUR = timedelta(hours=1)
MONDAY = datetime.fromisoformat("2026-09-07T00:00:00+00:00")
WEEKS = 4


def every(hours: float, *, weeks: float = WEEKS, before: datetime = MONDAY) -> list[datetime]:
    """Entries at an even pace, the last one at ``before``."""
    return [before - timedelta(hours=hours * number) for number in range(int(weeks * 168 / hours))]


def office(*, weeks: int = WEEKS, until: datetime = MONDAY) -> list[datetime]:
    """Two entries an hour from 9 to 18, Monday to Friday."""
    start = until - timedelta(weeks=weeks)
    halves = (start + number * HOUR / 2 for number in range(weeks * 336))
    return [moment for moment in halves if moment.weekday() < 5 and 9 <= moment.hour < 18 and moment < until]


def test_a_wire_that_never_rests_is_missed_within_hours() -> None:
    found = silent(every(0.5), MONDAY + 8 * HOUR)

    assert found is not None
    assert found.since == MONDAY
    assert found.unusual_at <= MONDAY + 8 * HOUR
    assert found.usual <= HOUR


def test_no_silence_under_three_hours_is_told() -> None:
    assert silent(every(1 / 60), MONDAY + 2.9 * HOUR) is None
    assert silent(every(1 / 60), MONDAY + 8 * HOUR) is not None


def test_an_office_is_not_missed_over_night_nor_over_the_weekend() -> None:
    friday = [moment for moment in office() if moment < MONDAY - timedelta(days=3)]
    thursday_night = MONDAY - timedelta(days=3) + 8 * HOUR

    assert silent(friday, thursday_night) is None
    assert silent(office(), MONDAY + 9 * HOUR) is None


def test_an_office_that_stays_shut_on_monday_is_missed_that_day() -> None:
    found = silent(office(), MONDAY + 20 * HOUR)

    assert found is not None
    assert found.unusual_at.hour in range(12, 18)
    assert found.usual <= 3 * HOUR


def test_a_daily_paper_is_missed_after_days() -> None:
    assert silent(every(24), MONDAY + 30 * HOUR) is None
    assert silent(every(24), MONDAY + 6 * 24 * HOUR) is not None


def test_a_blog_of_one_entry_a_week_is_left_alone() -> None:
    assert silent(every(168, weeks=10), MONDAY + timedelta(days=40)) is None


def test_two_weeks_must_have_been_seen_first() -> None:
    young = every(0.5, weeks=1.9)

    assert silent(young, MONDAY + timedelta(days=3)) is None
    assert silent(every(0.5, weeks=2.1), MONDAY + timedelta(days=3)) is not None
    # What a first poll finds was published before, but nobody watched the rhythm then.
    assert silent([MONDAY] * 500, MONDAY + timedelta(days=3)) is None
    assert next_silence([]) is None


# False alarms, over rhythms as they are found


def _arrivals(chance: Random, days: int, rate: Callable[[datetime], float]) -> Iterator[datetime]:
    """Entries that come by chance, so many an hour as ``rate`` says."""
    for number in range(days * 24):
        left = rate(MONDAY + number * HOUR)
        while (left := left - chance.expovariate(1)) > 0:
            yield MONDAY + (number + chance.random()) * HOUR


def _newsroom(chance: Random, days: int) -> Iterator[datetime]:
    busy, begins = chance.uniform(0.5, 8), chance.randrange(24)

    def rate(moment: datetime) -> float:
        working = (moment.hour - begins) % 24 < 10
        return busy * (1 if working else 0.1) * (1 if moment.weekday() < 5 else 0.1)

    return _arrivals(chance, days, rate)


def _wire(chance: Random, days: int) -> Iterator[datetime]:
    busy = chance.uniform(0.8, 12)
    return _arrivals(chance, days, lambda _: busy)


def _daily(chance: Random, days: int) -> Iterator[datetime]:
    hour, sundays = chance.uniform(0, 23), chance.random() < 0.5
    for day in range(days):
        printed = MONDAY + timedelta(days=day, hours=hour + chance.gauss(0, 0.7))
        if (sundays or printed.weekday() < 6) and chance.random() > 0.01:
            yield from [printed] * 12


def _weekly(chance: Random, days: int) -> Iterator[datetime]:
    day = chance.uniform(0, 7)
    while day < days:
        yield MONDAY + timedelta(days=day)
        day += max(0.5, chance.gauss(7, 2))


def _bursts(chance: Random, days: int) -> Iterator[datetime]:
    hour, pause = 0.0, chance.uniform(4, 20)
    while (hour := hour + chance.expovariate(1 / pause)) < days * 24:
        for _ in range(1 + int(chance.paretovariate(1.2)) % 30):
            yield MONDAY + (hour + chance.random() * 0.7) * HOUR


def _polled(found: Iterator[datetime], pace: timedelta) -> list[datetime]:
    """When polls at this pace see them."""
    return sorted({MONDAY + (1 + (moment - MONDAY) // pace) * pace for moment in found})


def _alarms(times: list[datetime]) -> int:
    """How many of the pauses between entries would have been told."""
    count = 0
    for at in range(1, len(times)):
        last, following = times[at - 1], times[at]
        if following - last < SHORTEST or last - MONDAY < LEARNED:
            continue
        known = times[bisect_left(times, last - MEMORY) : at]
        found = next_silence(known, known_since=MONDAY)
        count += found is not None and found.unusual_at < following
    return count


def test_fewer_than_one_false_alarm_per_hundred_sources_and_month() -> None:
    chance, days = Random(7), 45
    rhythms = (_newsroom, _wire, _daily, _weekly, _bursts)
    sources = [rhythm(chance, days) for rhythm in rhythms for _ in range(14)]
    alarms = sum(
        _alarms(_polled(found, timedelta(minutes=chance.choice([5, 15, 60, 180])))) for found in sources
    )

    months = len(sources) * (timedelta(days=days) - LEARNED) / timedelta(days=30)
    assert 100 * alarms / months < 1


# With the store


def _hourly(days: int, until: float) -> list[float]:
    return [until - number * 60.0 for number in range(days * 24)]


def test_a_source_that_answers_and_brings_nothing_is_told_once_until_it_does(tmp_path: Path) -> None:
    ward = make_ward(tmp_path, "harbour", "delta")
    ward.set("harbour", baseline=NOON - timedelta(days=28))
    ward.publishes("harbour", *_hourly(28, until=0))
    for minutes in (60, 170, 900):
        ward.answers("harbour", at=minutes)
        if minutes < 900:
            assert ward.looks_and_hears(minutes + 1) == []

    (said,) = ward.looks_and_hears(901)
    lines = said.splitlines()
    assert lines[0] == "⚠️ Harbour has been silent for 15 h"
    assert lines[1].startswith("Usually at most")
    assert lines[2] == "The feed answers, with the same 20 items since Thu 12:00."
    ward.answers("harbour", at=1000)
    assert ward.looks_and_hears(1001) == []

    ward.publishes("harbour", 1100)
    ward.answers("harbour", at=1100)
    assert ward.looks_and_hears(1101) == ["✅ Harbour is back after 18 h 21 min\n1 item caught up."]
    ward.store.close()


@pytest.mark.parametrize("polled_at", [None, 10.0])
def test_nobody_calls_a_source_silent_that_was_not_asked_since(
    tmp_path: Path, polled_at: float | None
) -> None:
    ward = make_ward(tmp_path, "harbour")
    ward.set("harbour", baseline=NOON - timedelta(days=28))
    ward.publishes("harbour", *_hourly(28, until=0))
    if polled_at is not None:
        ward.answers("harbour", at=polled_at)

    assert ward.looks_and_hears(3 * DAY) == []
    ward.answers("harbour", at=3 * DAY)
    assert len(ward.looks_and_hears(3 * DAY + 1)) == 1
    ward.store.close()


def test_a_source_that_fails_is_not_called_silent_as_well(tmp_path: Path) -> None:
    ward = make_ward(tmp_path, "harbour")
    ward.set("harbour", baseline=NOON - timedelta(days=28))
    ward.publishes("harbour", *_hourly(28, until=0))
    ward.fails("harbour", at=(0, 60, 1200))

    (said,) = ward.looks_and_hears(1201)
    assert "answers 503" in said
    ward.store.close()
