"""Under a notice of a source's trouble: poll it now, or a day's rest; its end answers the notice and marks it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app.asking import ask
from bot.app.listening import Doorman
from bot.channels import Limits, Pacer, Question
from bot.commands import Answer, Desk
from bot.model import Access, QuietHours
from bot.outbox import Outbox
from bot.store import Connection, audit, requests
from tests.grouping import TABLES
from tests.newsmaking import NOON, WATCHLIST
from tests.presses import MEI, TOM, Person, Wall, labels
from tests.storing import later
from tests.wards import DAY, Ward, make_ward

HARBOUR = "⚠️ Harbour refuses us (403) since 12:00"
LONG = "早报财经" * 15 + "-b"


class Watch:
    """A ward, and the chat of its operator; minutes count from noon."""

    def __init__(self, ward: Ward, wall: Wall | None = None) -> None:
        self.ward = ward
        self.store = ward.store
        self.settings = replace(ward.settings, access={"telegram": Access(admins=frozenset({MEI.id}))})
        self.time = NOON
        self.wall = wall or Wall()
        self.pressed = 0
        self.outbox = Outbox(
            store=ward.store,
            channels={"telegram": self.wall},
            pacers={"telegram": Pacer(Limits(every=1e-9, burst=1))},
            configuration=lambda: (self.settings, WATCHLIST),
            clock=self.now,
            owner="me",
            buttons=frozenset({"telegram"}),
        )

    def now(self) -> datetime:
        """The time."""
        return self.time

    async def looks(self, minutes: float) -> None:
        """Look at the sources at that minute, and send what is due."""
        self.ward.look(minutes)
        self.time = later(minutes)
        await self.outbox.flush()

    async def press(self, action: str, by: Person = MEI, under: int = 1) -> Answer:
        """Press a button."""
        self.pressed += 1
        question = Question(
            "telegram", "desk", by.id, "", None, str(under), None, f"{self.pressed}", callback=action
        )
        doorman = Doorman(self, self.wall)  # type: ignore[arg-type]  # a chat that can't be asked is enough
        asked = await self.store.read(lambda conn: doorman.understand(conn, question))
        return await ask(self.store, asked, self.desk, self.now)

    def desk(self, conn: Connection) -> Desk:
        """What answering needs."""
        return Desk(
            conn=conn,
            settings=self.settings,
            watchlist=WATCHLIST,
            sources=self.ward.sources,
            tables=TABLES,
            now=self.time,
            version="0",
            started=NOON,
        )

    def polls(self) -> list[str]:
        """The sources that are to be polled now."""
        with self.store.begin() as conn:
            return [str(request.payload["source"]) for request in requests.take(conn, ["poll"])]


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Watch]:
    """Harbour refuses, and its operator was told."""
    made = Watch(make_ward(tmp_path, "harbour", "delta", "pujiang"))
    made.ward.fails("harbour", status=403)
    await made.looks(31)
    yield made
    made.store.close()


async def test_the_notice_has_two_buttons(watch: Watch) -> None:
    assert watch.wall.text().startswith(HARBOUR)
    assert watch.wall.buttons() == ["Poll now", "Snooze 1 day"]


async def test_poll_now_polls_whatever_is_due(watch: Watch) -> None:
    given = await watch.press("poll:harbour")

    assert given.popup == "Polling Harbour now."
    assert watch.polls() == ["harbour"]


async def test_the_end_answers_the_notice_which_is_marked_as_over(watch: Watch) -> None:
    watch.ward.answers("harbour", at=560)
    await watch.looks(561)

    warned, back = watch.wall.posts
    assert back.text.startswith("✅ Harbour is back after 9 h")
    assert back.reply_to == "1"
    assert warned.shown == HARBOUR.replace("⚠️", "✅") + "\nNothing was lost before 12:00."
    assert watch.wall.buttons(1) == []


async def test_a_day_of_rest_tells_nothing_and_then_tells_a_trouble_that_lasts_again(watch: Watch) -> None:
    given = await watch.press("quiet:harbour:1d")
    assert given.popup == "No notice of Harbour until Fri 12:31."
    assert labels(given.buttons) == ["Poll now"]

    watch.ward.fails("harbour", at=(300, 900), status=410)
    for minutes in (301, 901, 31 + DAY - 1):
        await watch.looks(minutes)
    assert len(watch.wall.posts) == 1

    watch.ward.fails("harbour", at=(31 + DAY,), status=403)
    await watch.looks(32 + DAY)
    assert len(watch.wall.posts) == 2
    assert watch.wall.text(2).startswith("⚠️ Harbour refuses us (403) since Thu 12:00")
    assert watch.wall.buttons(2) == ["Poll now", "Snooze 1 day"]
    await watch.looks(33 + DAY)
    assert len(watch.wall.posts) == 2


async def test_what_ends_during_the_rest_makes_no_sound_and_only_marks_the_notice(watch: Watch) -> None:
    await watch.press("quiet:harbour:1d")
    watch.ward.answers("harbour", at=200)
    await watch.looks(201)
    await watch.looks(32 + DAY)

    (post,) = watch.wall.posts
    assert post.shown.startswith("✅ Harbour")
    assert "Try:" not in post.shown


async def test_other_sources_are_told_while_one_rests(watch: Watch) -> None:
    await watch.press("quiet:harbour:1d")
    watch.ward.fails("delta", at=(40, 50, 80))
    await watch.looks(81)

    assert [post.text.splitlines()[0] for post in watch.wall.posts[1:]] == ["⚠️ Delta answers 503 since 12:40"]


async def test_a_second_press_keeps_the_first_rest(watch: Watch) -> None:
    await watch.press("quiet:harbour:1d")
    watch.time += timedelta(hours=3)

    again = await watch.press("quiet:harbour:1d")

    assert again.popup == "Snoozed already: no notice of Harbour until Fri 12:31."
    with watch.store.snapshot() as conn:
        assert [(change.who, change.what) for change in audit.latest(conn)] == [("telegram:1", "rest")]


@pytest.mark.parametrize("action", ["poll:harbour", "quiet:harbour:1d"])
async def test_only_admins_may(watch: Watch, action: str) -> None:
    given = await watch.press(action, TOM)

    assert given.popup.startswith("Only admins may change this. Your id is 2;")
    assert watch.polls() == []
    watch.ward.answers("harbour", at=60)
    await watch.looks(61)
    assert len(watch.wall.posts) == 2


@pytest.mark.parametrize(
    "action", ["poll:nobody", "poll:", "poll:#12", "quiet:harbour", "quiet:harbour:9y", "quiet::1d"]
)
async def test_a_source_or_a_time_that_nobody_offered_changes_nothing(watch: Watch, action: str) -> None:
    given = await watch.press(action)

    assert given.failed
    assert watch.polls() == []


async def test_a_source_with_a_long_chinese_id_has_buttons_that_telegram_takes(tmp_path: Path) -> None:
    watch = Watch(make_ward(tmp_path, LONG, LONG[:-1] + "c"))
    watch.ward.fails(LONG)
    await watch.looks(31)
    (row,) = watch.wall.shown["1"].buttons
    assert all(len(button.action.encode()) <= 64 for button in row)

    await watch.press(row[0].action)
    assert watch.polls() == [LONG]
    assert "No notice of" in (await watch.press(row[1].action)).popup
    watch.store.close()


async def test_many_at_once_are_one_message_without_buttons_which_their_ends_answer(tmp_path: Path) -> None:
    names = ("a1", "b2", "c3", "d4", "e5", "f6")
    watch = Watch(make_ward(tmp_path, *names))
    watch.ward.fails(*names[:5], status=403)
    await watch.looks(31)
    assert watch.wall.buttons() == []
    before = watch.wall.text()

    watch.ward.answers("a1", at=60)
    await watch.looks(61)
    await watch.looks(100)

    assert watch.wall.posts[1].reply_to == "1"
    assert watch.wall.text() == before, "the others are still in trouble"
    watch.store.close()


async def test_a_later_trouble_is_answered_under_its_own_notice(watch: Watch) -> None:
    watch.ward.answers("harbour", at=60)
    await watch.looks(61)
    watch.ward.fails("harbour", at=(DAY, DAY + 10, DAY + 35))
    await watch.looks(DAY + 36)
    watch.ward.answers("harbour", at=DAY + 60)
    await watch.looks(DAY + 61)

    assert [post.reply_to for post in watch.wall.posts] == [None, "1", None, "3"]
    assert watch.wall.text(3).startswith("✅")


async def test_a_notice_that_quiet_hours_held_is_not_sent_once_its_source_rests(tmp_path: Path) -> None:
    quiet = QuietHours(NOON.time(), later(120).time())
    watch = Watch(make_ward(tmp_path, "harbour", "delta", quiet_hours=quiet))
    watch.ward.fails("harbour")
    await watch.looks(31)
    await watch.press("quiet:harbour:1d")

    await watch.looks(121)

    assert watch.wall.posts == []
    watch.store.close()


async def test_the_mark_of_the_end_survives_a_crash_before_it_was_made(watch: Watch) -> None:
    watch.ward.answers("harbour", at=560)
    watch.ward.look(561)
    again = Watch(watch.ward, watch.wall)
    again.time = later(562)
    await again.outbox.start()
    await again.outbox.flush()

    assert watch.wall.text(1).startswith("✅")
    assert watch.wall.posts[1].reply_to == "1"
