"""No story that waited is lost on its way into a digest, whatever the plan, the zone, and when the bot was away."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from bot.commands import Asked, Desk, Pressed, answer
from bot.model import DigestPlan
from bot.outbox.digests import digest
from bot.schedule.digests import owe_digest_now
from bot.store import deliveries, digests, parting, stories
from bot.store.schema import meta
from tests.golden.invented import WATCHLIST
from tests.grouping import TABLES
from tests.newsmaking import route
from tests.picturing import MONDAY
from tests.weeks import WEEKLY, Weeks

DAILY = DigestPlan(time(8, 30))
DAY = timedelta(days=1)
PLANS = {
    "a week": (WEEKLY,),
    "a week, ended at night": (DigestPlan(time(2, 30), frozenset({6})),),
    "every day, and a week at another hour": (DAILY, DigestPlan(time(18), frozenset({6}))),
    "every day, and a week at the same hour": (DAILY, WEEKLY),
    "two days a week": (DigestPlan(time(8, 30), frozenset({0, 5})),),
}
ZONES = ("Asia/Hong_Kong", "America/New_York", "Europe/Berlin", "Pacific/Apia", "UTC")


@dataclass(frozen=True)
class Sent:
    """A digest that was sent: its first line, the stories behind its button, and the sum of its picture's bars."""

    at: datetime
    head: str
    listed: frozenset[str]
    drawn: int | None
    asked: bool = False

    @property
    def count(self) -> int:
        return int(self.head.split(" · ")[2].split()[0])


class Room:
    """A receiver with these plans, and what it was sent."""

    def __init__(self, home: Path, *plans: DigestPlan, zone: str = "Asia/Hong_Kong") -> None:
        self.weeks = Weeks(home)
        self.weeks.receiver = replace(self.weeks.receiver, timezone=zone)
        self.sent: list[Sent] = []
        self.plan(*plans)

    def plan(self, *plans: DigestPlan) -> None:
        """Let these digests be planned."""
        routes = tuple(
            route(name=f"route {at}", at=40, digest=plan) for at, plan in enumerate((*plans, None))
        )
        self.weeks.settings = replace(
            self.weeks.settings, receivers={"desk": self.weeks.receiver}, routes=routes
        )

    def news(self, at: datetime, *, rang: bool = False) -> str:
        """A story that is told or collected then."""
        return self.weeks.news("Alibaba opens a park", days_ago=(MONDAY - at) / DAY, rang=rang)

    def ask(self, now: datetime) -> None:
        """An admin asks for the digest, and gets it."""
        with self.weeks.conn() as conn:
            owe_digest_now(conn, self.weeks.receiver, now)
        self.send(now, asked=True)

    def look(self, now: datetime) -> None:
        """The bot looks what is due, as it does all the time while it runs."""
        self.weeks.owe(now)
        self.send(now)

    def send(self, now: datetime, *, asked: bool = False) -> None:
        """Send what is owed."""
        while owed := self.weeks.owed(now):
            for each in owed:
                with self.weeks.conn() as conn:
                    made = digest(conn, each, self.weeks.receiver, WATCHLIST, now, buttons=True)
                    deliveries.sent(conn, each.id, now)
                if made is not None:
                    rows = made.picture.rows if made.picture else None
                    drawn = None if rows is None else sum(sum(row.counts) for row in rows)
                    head = made.message.plain.splitlines()[0]
                    self.sent.append(Sent(now, head, self.behind(each.id, now), drawn, asked))

    def behind(self, delivery: int, now: datetime) -> frozenset[str]:
        """The stories that the button under a digest answers with."""
        pressed = Pressed("digest", str(delivery), "telegram", "1", "9")
        asked = Asked(verb="", reader=self.weeks.receiver, receiver="desk", pressed=pressed)
        with self.weeks.conn() as conn:
            desk = Desk(
                conn=conn,
                settings=self.weeks.settings,
                watchlist=WATCHLIST,
                sources={},
                tables=TABLES,
                now=now,
                version="0",
                started=now,
            )
            return frozenset(str(row["story"]) for row in answer(asked, desk).rows)

    def merge(self, ended: str, into: str) -> None:
        """Two stories turn out to be one."""
        with self.weeks.conn() as conn:
            stories.merge(conn, ended, into, MONDAY)

    def weekly(self) -> list[Sent]:
        """The digests in the weekly form."""
        return [each for each in self.sent if each.head.startswith("Your week")]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path, WEEKLY)
    made.look(MONDAY - 14 * DAY)
    yield made
    made.weeks.close()


def ago(days: float = 0, *, hours: float = 0) -> datetime:
    """So long before a Monday at 08:30."""
    return MONDAY - timedelta(days=days, hours=hours)


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_story_that_waited_is_behind_a_button_and_is_counted(
    tmp_path: Path, name: str, seed: int
) -> None:
    chance = random.Random(f"{name} {seed}")
    room = Room(tmp_path, *PLANS[name], zone=chance.choice(ZONES))
    now = datetime(2026, 10, 5, 9, 13, tzinfo=UTC)
    waited: set[str] = set()
    room.look(now)
    for _ in range(25):
        now += timedelta(minutes=chance.choice([7, 90, 700, 2_000, 12_000, 30_000]))
        if chance.random() < 0.8:  # else the bot was away, and a source is read before the digest is made
            room.look(now)
        if chance.random() < 0.15:
            room.ask(now)
        rang = chance.random() < 0.3
        story = room.news(now, rang=rang)
        waited |= set() if rang else {story}
    for days in range(8, 16):
        room.look(now + days * DAY)

    assert waited <= {story for each in room.sent for story in each.listed}
    with room.weeks.conn() as conn:
        assert not digests.waiting(conn, "desk", now + 99 * DAY)
    assert room.weekly()
    for each in room.weekly():
        assert each.count == len(each.listed) == each.drawn
    room.weeks.close()


@pytest.mark.parametrize("zone", ["Asia/Hong_Kong", "Europe/Berlin"])
def test_weeks_without_gaps_count_every_story_once(tmp_path: Path, zone: str) -> None:
    chance = random.Random(zone)
    room = Room(tmp_path, WEEKLY, zone=zone)
    now = datetime(2026, 10, 5, 0, 0, tzinfo=UTC)
    stories = []
    for at in range(36):
        now += timedelta(hours=19)
        room.look(now)
        if at % 9 == 4:
            room.ask(now)
        stories.append(room.news(now, rang=chance.random() < 0.4))
    room.look(now + 8 * DAY)

    counted = [story for each in room.weekly() if not each.asked for story in each.listed]
    assert sorted(counted) == stories
    room.weeks.close()


def test_what_came_after_a_week_that_was_made_late_stands_in_the_next(room: Room) -> None:
    room.news(ago(8))
    late = room.news(ago(7, hours=-12))
    room.look(ago(7, hours=-13))
    room.look(ago())

    assert [each.listed for each in room.weekly()][-1] == {late}
    assert room.weekly()[-1].head == "Your week · 9-15 Nov · 1 story, 0 told"


def test_stories_of_a_bot_that_was_away_for_weeks_are_drawn_and_counted(room: Room) -> None:
    early = room.news(ago(13.9))
    room.look(ago(-7))

    (week,) = room.weekly()
    assert week.listed == {early}
    assert week.head == "Your week · 2-22 Nov · 1 story, 0 told"
    assert week.drawn == 1


def test_a_digest_that_was_asked_for_takes_nothing_from_the_week(room: Room) -> None:
    rang, waited = room.news(ago(5), rang=True), room.news(ago(4))
    room.ask(ago(0.5))
    room.look(ago())

    asked, week = room.sent
    assert asked.listed == {waited}
    assert week.head == "Your week · 9-15 Nov · 2 stories, 1 told"
    assert week.listed == {rang, waited}


@pytest.mark.parametrize("hour", [8, 18])
def test_who_has_a_digest_every_morning_has_the_week_too(tmp_path: Path, hour: int) -> None:
    room = Room(tmp_path, DAILY, DigestPlan(time(hour, 30), frozenset({0})))
    for days in range(20, -1, -1):
        room.look(ago(days))
        room.look(ago(days, hours=-10))
        room.news(ago(days, hours=-11))

    assert [(f"{each.at:%a}", each.count) for each in room.weekly()[1:]] == [("Mon", 7), ("Mon", 7)]
    mondays = [each for each in room.sent if each.at.weekday() == 0]
    assert len(mondays) == {8: 3, 18: 6}[hour], "two at one hour are one message"
    room.weeks.close()


@pytest.mark.parametrize("days", [WEEKLY.days, DAILY.days])
def test_a_digest_that_is_planned_now_is_not_made_for_an_earlier_hour(
    tmp_path: Path, days: frozenset[int]
) -> None:
    saturday, fresh = DigestPlan(time(7), frozenset({5})), DigestPlan(time(7, 30), days)
    room = Room(tmp_path, saturday)
    room.look(ago(8))
    waited = {room.news(ago(7.5)), room.news(ago(7.2), rang=True)}
    wednesday = ago(5, hours=-4)
    room.plan(saturday, fresh)
    room.look(wednesday)
    room.look(wednesday + timedelta(minutes=1))
    assert not room.sent

    room.plan(saturday)
    room.look(wednesday + timedelta(minutes=2))
    room.plan(saturday, fresh)
    room.look(wednesday + DAY)
    assert not room.sent, "nor where it went and came back"

    room.look(ago())
    assert {story for each in room.sent for story in each.listed} == waited
    room.weeks.close()


def test_a_store_that_knows_of_digests_but_not_of_plans_misses_none(room: Room) -> None:
    room.news(ago(8))
    room.look(ago(7))
    waited = room.news(ago(6))
    with room.weeks.conn() as conn:
        conn.execute(delete(meta).where(meta.c.key == "digest plans"))
    room.look(ago(hours=-9))

    assert room.sent[-1].listed == {waited}


def test_a_story_of_the_hour_that_a_night_repeats_is_drawn(tmp_path: Path) -> None:
    room = Room(tmp_path, PLANS["a week, ended at night"][0], zone="Europe/Berlin")
    half_past_two = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    room.look(half_past_two - 7 * DAY)
    room.news(half_past_two - DAY)
    room.look(half_past_two)
    ten_past_two_again = room.news(half_past_two + timedelta(minutes=40))
    room.look(half_past_two + 7 * DAY + timedelta(hours=1))

    assert room.weekly()[-1].listed == {ten_past_two_again}
    assert room.weekly()[-1].drawn == 1
    room.weeks.close()


def test_a_story_that_merged_into_an_older_one_is_counted_in_its_week(room: Room) -> None:
    older = room.news(ago(30), rang=True)
    waited = room.news(ago(4))
    other = room.news(ago(3))
    room.weeks.owe(MONDAY)
    room.merge(waited, older)
    room.send(MONDAY)

    (week,) = room.weekly()
    assert week.listed == {older, other}
    assert week.count == week.drawn == 2


def test_a_story_of_which_nothing_counts_as_told_any_more_is_counted_in_its_week(room: Room) -> None:
    waited, other = room.news(ago(4)), room.news(ago(3))
    room.weeks.owe(MONDAY)
    with room.weeks.conn() as conn:
        parting.forget_told(conn, waited, "desk")
    room.send(MONDAY)

    (week,) = room.weekly()
    assert week.listed == {waited, other}
    assert week.count == week.drawn == 2
