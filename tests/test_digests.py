"""A digest comes once at its hour, with everything that waited, and never empty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.model import DigestPlan, Reason, Settings
from bot.route.digests import last_moment, next_moment, plans_of
from bot.schedule.digests import owe_digest_now, owe_digests
from bot.store import Store, deliveries, digests
from tests.newsmaking import receiver, route
from tests.storing import publish

MORNING = DigestPlan(time(8, 30))
DESK = receiver(timezone="Asia/Hong_Kong", via="telegram", chat="1")
SETTINGS = Settings(receivers={"desk": DESK}, routes=(route(at=40, digest=MORNING),))
EVENING = datetime(2026, 11, 11, 12, 0, tzinfo=UTC)
HALF_PAST_EIGHT = datetime(2026, 11, 12, 0, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path / 'wirewatch.db'}")
    yield opened
    opened.close()


def collect(store: Store, story: str, at: datetime) -> None:
    with store.begin() as conn:
        publish(conn, (story, f"e{story}", "Alibaba opens a park"))
        digests.collect(conn, "desk", story, 48, Reason.IN_DIGEST, at)


def owe(store: Store, now: datetime) -> int:
    with store.begin() as conn:
        return owe_digests(conn, SETTINGS, now)


def listed(store: Store, now: datetime) -> list[list[object]]:
    with store.begin() as conn:
        found = deliveries.claim(conn, now, owner="me", lease=timedelta(minutes=1), limit=9)
        return [row for delivery in found for row in delivery.payload["stories"]]  # type: ignore[attr-defined]


def test_it_is_owed_at_its_hour_in_the_receivers_own_time_and_once(store: Store) -> None:
    collect(store, "s1000", EVENING)

    assert owe(store, HALF_PAST_EIGHT - timedelta(seconds=1)) == 0
    assert owe(store, HALF_PAST_EIGHT) == 1
    assert owe(store, HALF_PAST_EIGHT + timedelta(hours=1)) == 0
    assert listed(store, HALF_PAST_EIGHT) == [["s1000", 48, "in_digest"]]


def test_what_comes_after_its_hour_waits_for_the_next_day(store: Store) -> None:
    collect(store, "s1000", HALF_PAST_EIGHT + timedelta(hours=2))

    assert owe(store, HALF_PAST_EIGHT + timedelta(hours=3)) == 0
    assert owe(store, HALF_PAST_EIGHT + timedelta(days=1)) == 1


def test_a_bot_that_slept_through_it_makes_it_when_it_wakes(store: Store) -> None:
    collect(store, "s1000", EVENING)
    assert owe(store, EVENING) == 0

    assert owe(store, HALF_PAST_EIGHT + timedelta(hours=9)) == 1


def test_nothing_waiting_is_no_digest(store: Store) -> None:
    assert owe(store, HALF_PAST_EIGHT) == 0


def test_a_digest_asked_for_takes_what_waits_and_leaves_nothing_for_the_morning(store: Store) -> None:
    collect(store, "s1000", EVENING)
    with store.begin() as conn:
        assert owe_digest_now(conn, DESK, EVENING + timedelta(hours=1))

    assert owe(store, HALF_PAST_EIGHT) == 0


def test_a_weekday_digest_waits_over_the_weekend() -> None:
    plan = DigestPlan(time(8, 30), frozenset(range(5)))
    sunday = datetime(2026, 11, 15, 12, 0, tzinfo=UTC)

    assert last_moment(plan, "UTC", sunday) == datetime(2026, 11, 13, 8, 30, tzinfo=UTC)


def test_the_next_digest_is_the_last_one_once_it_was_due() -> None:
    plan = DigestPlan(time(8, 30), frozenset({0, 3}))
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    for _ in range(30):
        after, moment = moment, next_moment(plan, "Europe/Berlin", moment) or moment
        assert after < moment
        assert last_moment(plan, "Europe/Berlin", moment) == moment
        assert last_moment(plan, "Europe/Berlin", moment - timedelta(seconds=1)) != moment
    assert next_moment(DigestPlan(time(8, 30), frozenset()), "UTC", moment) is None


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"], ids=["gap", "fold"])
def test_the_days_on_which_clocks_change_have_one_digest_each(store: Store, day: str) -> None:
    berlin = receiver(timezone="Europe/Berlin", via="telegram", chat="1")
    settings = Settings(receivers={"desk": berlin}, routes=(route(at=40, digest=DigestPlan(time(2, 30))),))
    start = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(hours=3)
    with store.begin() as conn:
        owe_digests(conn, settings, start - timedelta(days=1))
    owed = 0
    for quarter in range(24 * 4):
        now = start + timedelta(minutes=15 * quarter)
        collect(store, f"s{quarter}", now - timedelta(days=2))
        with store.begin() as conn:
            owed += owe_digests(conn, settings, now)

    assert owed == 1 + 1, "the one of the day before, whose stories waited, and the day's own"


def test_a_receiver_without_a_digest_of_its_own_gets_one_for_what_its_budget_held() -> None:
    assert plans_of(DESK, Settings(receivers={"desk": DESK}, routes=(route(),))) == {MORNING}
