"""When a source is polled again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model import Polling, Source
from bot.pipeline.rhythm import after_error, interval, next_due
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
    ],
)
def test_auto_follows_the_sources_rhythm_between_bounds(
    per_week: int, floor: timedelta | None, expected: timedelta
) -> None:
    assert interval(source(rhythm=True), Polling(), per_week=per_week, floor=floor) == expected


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
