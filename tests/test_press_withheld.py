"""What was owed before somebody muted it is not sent, says why, and may ring once the mute is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.channels import Limits, Pacer
from bot.errors import SendError
from bot.model import DeliveryKind, Mute, Outcome, QuietHours
from bot.store import alerts, mutes
from tests.acceptance.living import eventually
from tests.deskwork import CLIMBS, LINK, PROFIT
from tests.presses import PressDesk

LISTS = "Globex files for Hong Kong listing"
LEAVES = "Globex chief executive resigns after fraud inquiry"
CUTS = "Globex lays off 900 in Berlin"
BUYS = "Globex buys Hooli for 3 billion dollars"
SUED = "Acme sued over brake patents in Texas court"
DOWN = SendError(Outcome.UNSENT, "no route to host")
QUIET = QuietHours(time(12, 30), time(15))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PressDesk]:
    opened = PressDesk(tmp_path)
    yield opened
    opened.close()


def silence(desk: PressDesk, *, hours: float, **what: str) -> None:
    """Begin a mute for the desk."""
    mute = Mute(receiver="desk", until=desk.now + timedelta(hours=hours), by="telegram:1 Mei", **what)
    with desk.store.begin() as conn:
        mutes.add(conn, mute, desk.now)


async def test_an_alert_that_could_not_be_sent_yet_is_not_sent_once_its_company_is_snoozed(
    desk: PressDesk,
) -> None:
    first = await desk.told()
    desk.wall.down = DOWN
    other = await desk.told(LISTS)
    await desk.press(f"snooze:{first}:4h")
    desk.wall.down = None

    await desk.deliver(minutes=30)

    assert desk.wall.headlines == [PROFIT]
    why = (await desk.says(f"/why {other}")).message.plain
    assert why.startswith("Not told to desk · muted until 16:14 by Mei")


async def test_it_may_ring_again_once_the_snooze_is_over(desk: PressDesk) -> None:
    desk.wall.down = DOWN
    story = await desk.told(LISTS, link=LINK)
    silence(desk, hours=1, watch="globex")
    desk.wall.down = None
    await desk.deliver(minutes=30)
    assert desk.wall.posts == []

    desk.now += timedelta(hours=1)
    assert desk.read("pujiang", LEAVES, link=LINK) == story
    await desk.deliver()

    assert len(desk.wall.headlines) == 1


async def test_one_that_may_have_arrived_is_neither_repeated_nor_told_anew(desk: PressDesk) -> None:
    desk.wall.down = SendError(Outcome.AMBIGUOUS, "the answer never came")
    story = await desk.told(LISTS, link=LINK)
    silence(desk, hours=1, story=story)
    desk.wall.down = None

    await desk.deliver(minutes=30)

    assert desk.wall.posts == []
    with desk.store.snapshot() as conn:
        assert not alerts.told_of(conn, story)["desk"].pending


async def test_of_many_held_alerts_only_those_are_told_that_nobody_muted(desk: PressDesk) -> None:
    desk.wall.down = DOWN
    for title in (PROFIT, LISTS, "Globex payroll service suffers nationwide outage", SUED):
        desk.read("harbour", title)
    await desk.deliver()
    silence(desk, hours=4, watch="globex")
    desk.wall.down = None

    await desk.deliver(minutes=60)

    assert desk.wall.headlines == [SUED]


async def test_held_alerts_still_come_together_where_enough_are_left(desk: PressDesk) -> None:
    desk.wall.down = DOWN
    names = ("Acme", "Initech", "Acme Europe", "Initech Asia", "Globex")
    events = (
        "sued over patents",
        "cuts 3,000 jobs",
        "recalls brakes",
        "files for listing",
        "profit jumps 34%",
    )
    for name, event in zip(names, events, strict=True):
        desk.read("harbour", f"{name} {event}")
    await desk.deliver()
    silence(desk, hours=4, watch="globex")
    desk.wall.down = None

    await desk.deliver(minutes=60)

    (post,) = desk.wall.posts
    assert "4 stories" in post.text.splitlines()[0]
    assert "Globex" not in post.text


async def test_a_development_that_quiet_hours_held_is_dropped_when_its_story_is_muted(tmp_path: Path) -> None:
    desk = PressDesk(tmp_path, quiet=QUIET)
    story = await desk.told(link=LINK)
    desk.now += timedelta(hours=1)
    assert desk.read("pujiang", LEAVES, link=LINK) == story
    await desk.deliver()
    assert len(desk.wall.posts) == 1

    await desk.press(f"mute:{story}")
    await desk.deliver(minutes=240)

    assert len(desk.wall.posts) == 1
    desk.close()


async def test_a_story_of_two_companies_still_rings_for_the_one_that_is_awake(desk: PressDesk) -> None:
    silence(desk, hours=4, watch="globex")

    await desk.told("Globex sues Acme over cloud patents")

    assert len(desk.wall.posts) == 1
    assert "snoozed" not in desk.wall.text()


async def test_a_mute_of_another_chat_holds_nothing_back(desk: PressDesk) -> None:
    with desk.store.begin() as conn:
        mutes.add(conn, Mute(receiver="team", watch="globex", until=desk.now + timedelta(days=1)), desk.now)

    story = await desk.told()
    assert desk.read("pujiang", CLIMBS) == story
    await desk.deliver()

    assert desk.wall.headlines == [PROFIT]
    assert "snoozed" not in desk.wall.text()


async def test_alerts_that_go_together_while_the_chat_rests_for_long_are_told_once(desk: PressDesk) -> None:
    stories = [desk.read("harbour", title) for title in (PROFIT, CUTS, LISTS, LEAVES, BUYS)]
    desk.now += timedelta(minutes=30)
    silence(desk, hours=48, story=stories[0])
    rested = asyncio.Event()
    desk.outbox._pacers = {"telegram": Resting(rested)}
    stop = asyncio.Event()
    running = asyncio.create_task(desk.outbox.run(stop))
    for _ in range(6):  # longer than a lease lasts, by the clock that leases go by
        await asyncio.sleep(0.05)
        desk.now += timedelta(minutes=2)
        desk.outbox.wake()
    rested.set()
    await eventually(lambda: desk.wall.posts)
    stop.set()
    await running

    assert len(desk.wall.posts) == 1
    assert "4 stories" in next(iter(desk.wall.shown.values())).plain


class Resting(Pacer):
    """A pacer whose chat rests until it is told otherwise."""

    def __init__(self, rested: asyncio.Event) -> None:
        super().__init__(Limits(every=1e-9))
        self._rested = rested

    @asynccontextmanager
    async def turn(self, chat: str, kind: DeliveryKind = DeliveryKind.ANSWER) -> AsyncIterator[None]:
        await self._rested.wait()
        yield
