"""Clocks that are set ahead and back, and days that a place leaves out: each digest once, no quiet hour broken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.model import Budget, DigestPlan, QuietHours, Reason, Settings
from bot.route.digests import last_due, next_moment
from bot.route.silence import budget_began, quiet_until
from bot.schedule.digests import owe_digests
from bot.store import digests
from bot.store.schema import deliveries, digest_runs
from tests.newsmaking import receiver, route
from tests.storing import open_store, publish

DAY, STEP = timedelta(days=1), timedelta(minutes=5)
AHEAD, BACK, LEFT_OUT, PLAIN = "ahead", "back", "left out", "plain"

PLACES = {
    ("Europe/Berlin", AHEAD): date(2026, 3, 29),  # 02:00 is 03:00
    ("Europe/Berlin", BACK): date(2026, 10, 25),  # 03:00 is 02:00
    ("America/New_York", AHEAD): date(2026, 3, 8),
    ("America/New_York", BACK): date(2026, 11, 1),  # 02:00 is 01:00
    ("Australia/Lord_Howe", AHEAD): date(2026, 10, 4),  # 02:00 is 02:30
    ("Australia/Lord_Howe", BACK): date(2026, 4, 5),  # 02:00 is 01:30
    ("Pacific/Apia", LEFT_OUT): date(2011, 12, 30),
    ("Pacific/Apia", BACK): date(2012, 4, 1),
    ("Pacific/Kwajalein", LEFT_OUT): date(1993, 8, 21),
    ("Asia/Kolkata", PLAIN): date(2026, 3, 29),
    ("Asia/Beirut", AHEAD): date(2026, 3, 29),  # 00:00 is 01:00
    ("America/Havana", BACK): date(2026, 11, 1),  # 01:00 is 00:00
    ("America/Nuuk", AHEAD): date(2025, 3, 29),  # 23:00 is 00:00 of the next day
    ("Antarctica/Troll", AHEAD): date(2026, 3, 29),  # 01:00 is 03:00
}

# The hour of the digest, and what the clock on the wall says when it comes on the day of the change.
DIGESTS = [
    ("Europe/Berlin", AHEAD, "02:30", "03:30"),
    ("Europe/Berlin", AHEAD, "02:00", "03:00"),
    ("Europe/Berlin", AHEAD, "01:55", "01:55"),
    ("Europe/Berlin", AHEAD, "03:00", "03:00"),
    ("Europe/Berlin", AHEAD, "08:30", "08:30"),
    ("Europe/Berlin", BACK, "02:30", "02:30"),
    ("Europe/Berlin", BACK, "02:00", "02:00"),
    ("Europe/Berlin", BACK, "01:30", "01:30"),
    ("Europe/Berlin", BACK, "03:00", "03:00"),
    ("America/New_York", AHEAD, "02:30", "03:30"),
    ("America/New_York", AHEAD, "08:30", "08:30"),
    ("America/New_York", BACK, "01:30", "01:30"),
    ("America/New_York", BACK, "01:00", "01:00"),
    ("America/New_York", BACK, "00:30", "00:30"),
    ("Australia/Lord_Howe", AHEAD, "02:15", "02:45"),
    ("Australia/Lord_Howe", AHEAD, "02:30", "02:30"),
    ("Australia/Lord_Howe", BACK, "01:45", "01:45"),
    ("Australia/Lord_Howe", BACK, "01:30", "01:30"),
    ("Pacific/Apia", LEFT_OUT, "00:00", None),
    ("Pacific/Apia", LEFT_OUT, "08:30", None),
    ("Pacific/Apia", LEFT_OUT, "23:55", None),
    ("Pacific/Apia", BACK, "03:30", "03:30"),
    ("Pacific/Kwajalein", LEFT_OUT, "12:00", None),
    ("Asia/Kolkata", PLAIN, "08:30", "08:30"),
    ("Asia/Beirut", AHEAD, "00:15", "01:15"),
    ("America/Havana", BACK, "00:30", "00:30"),
    ("America/Nuuk", AHEAD, "23:30", "00:30"),
    ("Antarctica/Troll", AHEAD, "02:00", "04:00"),
]
QUIET = [
    ("Europe/Berlin", AHEAD, "22:00", "02:30"),
    ("Europe/Berlin", BACK, "22:00", "02:30"),
    ("Europe/Berlin", BACK, "02:15", "02:45"),
    ("Europe/Berlin", AHEAD, "22:00", "07:30"),
    ("America/New_York", AHEAD, "01:30", "02:30"),
    ("America/New_York", BACK, "23:00", "01:30"),
    ("America/New_York", BACK, "01:10", "01:50"),
    ("Australia/Lord_Howe", BACK, "22:00", "01:45"),
    ("Australia/Lord_Howe", AHEAD, "22:00", "02:15"),
    ("Pacific/Apia", LEFT_OUT, "22:00", "07:30"),
    ("Pacific/Kwajalein", LEFT_OUT, "09:00", "17:00"),
    ("Asia/Kolkata", PLAIN, "22:00", "07:30"),
    ("America/Havana", BACK, "22:00", "00:30"),
    ("America/Nuuk", AHEAD, "22:30", "23:30"),
]


def clock(text: str) -> time:
    """An hour of the day."""
    return time.fromisoformat(text)


def around(zone: str, change: str) -> Iterator[datetime]:
    """Yield every five minutes from two days before the day of a change to two days after it."""
    middle = datetime.combine(PLACES[zone, change], time(12), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for step in range(-2 * (DAY // STEP), 2 * (DAY // STEP)):
        yield middle + step * STEP


def local(moment: datetime, zone: str) -> datetime:
    """What the wall shows."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def whole_days(zone: str, change: str) -> set[date]:
    """The days that are seen from their beginning to their end."""
    moments = [local(moment, zone).date() for moment in around(zone, change)]
    return set(moments) - {moments[0], moments[-1]}


@pytest.mark.parametrize(("zone", "change", "at", "comes"), DIGESTS)
def test_a_digest_comes_once_on_every_day_there_is(
    zone: str, change: str, at: str, comes: str | None
) -> None:
    plan = DigestPlan(clock(at))
    made: dict[date, datetime] = {}
    for moment in around(zone, change):
        due = last_due(plan, zone, moment)
        assert due is not None
        made.setdefault(due.day, moment)
    first, *days = sorted(made)  # the first one was due before anybody looked

    assert whole_days(zone, change) - {first} <= set(days)
    changed = made.get(PLACES[zone, change])
    assert (f"{local(changed, zone):%H:%M}" if changed else None) == comes
    for day in days:
        if day != PLACES[zone, change]:
            assert local(made[day], zone) == datetime.combine(day, plan.at)


@pytest.mark.parametrize(("zone", "change", "at", "comes"), DIGESTS)
def test_the_next_digest_is_foretold_as_it_comes(zone: str, change: str, at: str, comes: str | None) -> None:
    plan = DigestPlan(clock(at))
    for moment in list(around(zone, change))[::36]:
        foretold = next_moment(plan, zone, moment)
        assert foretold is not None
        due = last_due(plan, zone, foretold)
        assert due is not None
        assert due.moment == foretold
        assert moment < foretold <= moment + timedelta(hours=26)
    del comes


@pytest.mark.parametrize(("zone", "change", "start", "until"), QUIET)
def test_quiet_hours_are_never_broken(zone: str, change: str, start: str, until: str) -> None:
    quiet = QuietHours(clock(start), clock(until))
    for moment in around(zone, change):
        wall = local(moment, zone).time()
        inside = (
            wall >= quiet.start or wall < quiet.until
            if quiet.start > quiet.until
            else quiet.start <= wall < quiet.until
        )
        end = quiet_until(quiet, zone, moment)
        assert (end is not None) == inside
        if end is not None:
            assert moment < end <= moment + timedelta(hours=25)
            assert quiet_until(quiet, zone, end) is None


@pytest.mark.parametrize(("zone", "change"), sorted(PLACES))
def test_a_budget_of_a_day_lasts_from_its_first_midnight_to_its_end(zone: str, change: str) -> None:
    began: dict[date, set[datetime]] = {}
    first: dict[date, datetime] = {}
    for moment in around(zone, change):
        day = local(moment, zone).date()
        began.setdefault(day, set()).add(budget_began(Budget(20), zone, moment))
        first.setdefault(day, moment)

    for day in whole_days(zone, change):
        assert began[day] == {first[day]}


@pytest.mark.parametrize(
    ("zone", "change", "at"),
    [
        ("Europe/Berlin", BACK, "02:30"),
        ("Pacific/Apia", LEFT_OUT, "08:30"),
        ("America/Nuuk", AHEAD, "23:30"),
    ],
)
def test_what_waits_over_the_change_stands_in_one_digest_each_day(
    tmp_path: Path, zone: str, change: str, at: str
) -> None:
    desk = receiver(timezone=zone)
    settings = Settings(receivers={"desk": desk}, routes=(route(at=40, digest=DigestPlan(clock(at))),))
    looks = list(around(zone, change))[::12]
    owed = 0
    with closing(open_store(tmp_path)) as store, store.begin() as conn:
        owe_digests(conn, settings, looks[0])
        for number, moment in enumerate(looks):
            if number % 8 == 0:
                publish(conn, (f"s{number}", f"e{number}", "Alibaba opens a park"))
                digests.collect(conn, "desk", f"s{number}", 48, Reason.IN_DIGEST, moment)
            owed += owe_digests(conn, settings, moment)
        runs = [date.fromisoformat(each) for each in conn.execute(select(digest_runs.c.local_date)).scalars()]
        messages = conn.execute(select(func.count()).select_from(deliveries)).scalar_one()

    assert messages == owed == len(runs)
    left_out = {PLACES[zone, change]} if change == LEFT_OUT else set()
    assert whole_days(zone, change) - left_out <= set(runs) | {min(whole_days(zone, change))}
