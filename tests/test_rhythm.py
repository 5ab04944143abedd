"""When a source is polled again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model import Polling, Source
from bot.pipeline.rhythm import after_error, host_pause, interval, next_due, usual_interval
from tests.newsmaking import NOON

MINUTES = timedelta(minutes=1)


def source(**more: object) -> Source:
    return Source(id="wire", name="Wire", url="https://wire.example/feed", **more)  # type: ignore[arg-type]


def test_an_explicit_interval_is_kept_exactly_whatever_the_server_would_like() -> None:
    every = interval(source(every=timedelta(seconds=20)), Polling(), per_week=9, floor=timedelta(hours=1))

    assert every == timedelta(seconds=20)


def test_a_slow_poll_does_not_shift_the_ones_after_it() -> None:
    assert next_due(NOON, 5 * MINUTES, NOON + timedelta(seconds=40)) == NOON + 5 * MINUTES


def test_a_bot_that_was_off_does_not_catch_up_poll_by_poll() -> None:
    assert next_due(NOON, 5 * MINUTES, NOON + timedelta(hours=8)) == NOON + timedelta(hours=8, minutes=5)


@pytest.mark.parametrize(
    ("per_week", "floor", "expected"),
    [
        (0, None, timedelta(hours=6)),
        (10_000, None, MINUTES),
        (336, None, 15 * MINUTES),
        (336, timedelta(hours=1), timedelta(hours=1)),
        (336, timedelta(hours=20), timedelta(hours=6)),
    ],
)
def test_auto_follows_the_sources_rhythm_between_bounds(
    per_week: int, floor: timedelta | None, expected: timedelta
) -> None:
    every = interval(source(rhythm=True), Polling(), per_week=per_week, floor=floor)

    assert expected * 0.9 <= every <= expected * 1.1
    assert MINUTES <= every <= timedelta(hours=6)
    assert every >= min(floor or MINUTES, timedelta(hours=6))


def test_auto_is_a_little_early_or_late_and_so_sources_spread() -> None:
    def intervals(name: str) -> list[timedelta]:
        one = Source(id=name, name=name, url="https://wire.example/feed", rhythm=True)
        return [interval(one, Polling(), per_week=336, floor=None, polls=polls) for polls in range(200)]

    wire = intervals("wire")
    assert wire == intervals("wire"), "the same after a restart"
    assert wire != intervals("post")
    assert min(wire) >= 13.5 * MINUTES
    assert max(wire) <= 16.5 * MINUTES
    assert max(wire) - min(wire) > 2 * MINUTES
    assert abs(sum(wire, timedelta(0)) / 200 - 15 * MINUTES) < timedelta(seconds=20)


def test_an_explicit_interval_has_no_jitter() -> None:
    every = [interval(source(), Polling(), per_week=1, floor=None, polls=polls) for polls in range(50)]

    assert set(every) == {5 * MINUTES}


def test_a_thousand_sources_that_started_together_do_not_stay_together() -> None:
    minutes = [0] * 60
    for number in range(1_000):
        one = Source(id=f"s{number}", name="S", url="https://wire.example/feed", rhythm=True)
        passed = timedelta(0)
        for polls in range(100):
            passed += interval(one, Polling(), per_week=84, floor=None, polls=polls)
        minutes[int(passed / MINUTES) % 60] += 1

    assert max(minutes) < 60


def test_patience_with_a_source_of_its_own_rhythm_starts_from_that() -> None:
    auto = source(rhythm=True)
    assert usual_interval(auto, Polling(), 20 * MINUTES) == 20 * MINUTES
    assert usual_interval(auto, Polling(), None) == Polling().every
    assert usual_interval(source(every=2 * MINUTES), Polling(), 20 * MINUTES) == 2 * MINUTES


def test_errors_are_met_with_growing_patience() -> None:
    waits = [after_error(5 * MINUTES, n, NOON, retry_after=None, status=500) - NOON for n in range(12)]

    assert waits[0] == 5 * MINUTES
    assert waits == sorted(waits)
    assert max(waits) == timedelta(hours=6)


def test_what_the_server_asks_is_a_floor() -> None:
    assert after_error(MINUTES, 0, NOON, retry_after=timedelta(hours=2), status=429) == NOON + timedelta(
        hours=2
    )


def test_a_source_that_is_gone_for_good_is_not_asked_again() -> None:
    assert after_error(MINUTES, 0, NOON, retry_after=None, status=410) > NOON + timedelta(days=1000)


@pytest.mark.parametrize(("status", "hours"), [(401, 4), (403, 4), (404, 1), (500, 0)])
def test_a_source_that_refuses_is_not_asked_again_soon(status: int, hours: int) -> None:
    due = after_error(5 * MINUTES, 0, NOON, retry_after=None, status=status)

    assert due == NOON + max(5 * MINUTES, timedelta(hours=hours))


def test_a_page_that_robots_txt_forbids_is_not_asked_again_soon() -> None:
    due = after_error(5 * MINUTES, 0, NOON, retry_after=MINUTES, status=None, reason="robots")

    assert due == NOON + timedelta(hours=4)


@pytest.mark.parametrize(
    ("days", "status", "longest"), [(2.9, 500, 6), (3, 500, 24), (30, 404, 24), (30, None, 24)]
)
def test_a_source_that_fails_for_days_is_asked_once_a_day(
    days: float, status: int | None, longest: int
) -> None:
    since = NOON - timedelta(days=days)
    due = after_error(5 * MINUTES, 40, NOON, retry_after=None, status=status, failing_since=since)

    assert due == NOON + timedelta(hours=longest)


def test_a_source_that_is_polled_weekly_is_not_asked_more_often_because_it_fails() -> None:
    week = timedelta(days=7)
    waits = [
        after_error(week, n, NOON, retry_after=None, status=500, failing_since=NOON - n * week, source="wire")
        for n in range(9)
    ]

    assert min(waits) - NOON == week


def test_sources_that_failed_together_do_not_come_back_together() -> None:
    def due(name: str, errors: int) -> timedelta:
        return after_error(5 * MINUTES, errors, NOON, retry_after=None, status=None, source=name) - NOON

    waits = {due(f"s{number}", 5) for number in range(100)}
    assert len(waits) > 90
    assert all(0.9 * 160 * MINUTES <= wait <= 1.1 * 160 * MINUTES for wait in waits)
    assert due("s1", 0) == 5 * MINUTES, "the first try is the next poll"


@pytest.mark.parametrize(
    ("status", "retry_after", "errors", "minutes"),
    [
        (429, 7 * MINUTES, 3, 7),
        (503, 7 * MINUTES, 3, 7),
        (503, None, 3, None),
        (500, 7 * MINUTES, 3, None),
        (None, 7 * MINUTES, 3, None),
        (429, None, 0, 15),
        (429, None, 2, 60),
        (429, None, 99, 360),
    ],
)
def test_a_host_is_left_alone_as_long_as_it_asks(
    status: int | None, retry_after: timedelta | None, errors: int, minutes: int | None
) -> None:
    pause = host_pause(status, retry_after, errors)

    assert pause == (None if minutes is None else minutes * MINUTES)
    if pause is not None:
        assert after_error(MINUTES, 0, NOON, retry_after=retry_after, status=status) >= NOON + min(
            pause, 15 * MINUTES
        )
