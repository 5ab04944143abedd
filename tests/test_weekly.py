"""Once a week: what there was of each company, told or collected, under a picture; every story counts once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.channels import Address, Limits, Pacer, Sent
from bot.channels.plain import utf16_units
from bot.model import Budget, DeliveryKind, DigestPlan, Message, Reason, Watch, Watchlist
from bot.outbox import Outbox
from bot.render import CompanyWeek, WeeklyView, weekly
from bot.store import alerts, deliveries, digests
from tests.golden.invented import WATCHLIST, headline, reader
from tests.picturing import MONDAY
from tests.storing import owe as owe_alert
from tests.weeks import Weeks


@pytest.fixture
def weeks(tmp_path: Path) -> Iterator[Weeks]:
    made = Weeks(tmp_path)
    yield made
    made.close()


def lines(weeks: Weeks) -> list[str]:
    made = weeks.digest()
    assert made is not None
    return [line for line in made.message.plain.splitlines() if line]


def test_the_caption_counts_what_was_told_and_what_was_collected(weeks: Weeks) -> None:
    weeks.news("Alibaba profit jumps", score=90, event="earnings", rang=True, days_ago=3)
    weeks.news("Alibaba opens a park", score=48)
    weeks.news("Tencent buys back shares", "tencent", score=66)

    assert lines(weeks) == [
        "Your week · 9-15 Nov · 3 stories, 1 told",
        "🔴 Alibaba 2",
        "Alibaba profit jumps",
        "🟠 Tencent 1",
        "Tencent buys back shares",
    ]


def test_its_picture_has_the_same_counts(weeks: Weeks) -> None:
    weeks.news("Alibaba profit jumps", score=90, event="earnings", rang=True, days_ago=3)
    weeks.news("Alibaba opens a park", days_ago=0.2)

    made = weeks.digest()

    assert made is not None
    assert made.picture is not None
    assert made.picture.total == "2 stories"
    assert [row.counts for row in made.picture.rows] == [(0, 0, 0, 0, 1, 0, 1)]
    assert made.picture.rows[0].dots[0].word == "earnings"
    assert made.picture.name == "week-2026-11-15"


def test_a_chat_that_shows_no_pictures_gets_the_words_without_buttons(weeks: Weeks) -> None:
    weeks.news("Alibaba opens a park")

    made = weeks.digest(buttons=False)

    assert made is not None
    assert made.picture is None
    assert not made.message.buttons


def test_without_buttons_a_week_lists_all_that_waited_for_it(weeks: Weeks) -> None:
    weeks.news("Alibaba profit jumps", score=90, rang=True)
    for number in range(12):
        weeks.news(f"Alibaba opens park {number}.", score=48)
    weeks.news("Tencent opens a museum.", "tencent", score=50)

    made = weeks.digest(buttons=False)

    assert made is not None
    shown = made.message.plain
    assert all(shown.count(f"park {number}.") == 1 for number in range(12))
    assert "Tencent opens a museum." in shown
    assert shown.count("Alibaba profit jumps") == 1, "what rang is counted, and named as the best"


def test_its_buttons_are_all_stories_and_the_two_companies_with_the_best_ones(weeks: Weeks) -> None:
    for watch, score in (("alibaba", 70), ("tencent", 90), ("moonshot", 80)):
        weeks.news("News", watch, score=score)

    made = weeks.digest()

    assert made is not None
    (row,) = made.message.buttons
    assert [(button.label, button.action.partition(":")[0]) for button in row] == [
        ("All stories", "digest"),
        ("Tencent", "recent"),
        ("Moonshot AI", "recent"),
    ]


def test_the_change_is_to_the_week_before_and_every_story_counts_in_one_week(weeks: Weeks) -> None:
    for days_ago in (7.01, 8, 9, 13.9):
        weeks.news("Alibaba last week", days_ago=days_ago)
    weeks.digest(MONDAY - timedelta(days=7))
    weeks.news("Alibaba this week", days_ago=6.99)

    assert lines(weeks)[:2] == ["Your week · 9-15 Nov · 1 story, 0 told", "🟠 Alibaba 1 (-3)"]


def test_a_story_that_is_told_of_again_counts_when_it_first_was(weeks: Weeks) -> None:
    weeks.news("Alibaba last week", days_ago=13.5)
    story = weeks.news("Alibaba before", days_ago=8)
    weeks.digest(MONDAY - timedelta(days=7))
    with weeks.conn() as conn:
        told = alerts.told_of(conn, story)["desk"]
        alerts.save_told(conn, replace(told, at=MONDAY - timedelta(days=2), score=75))
    weeks.news("Alibaba this week")

    assert "Alibaba 1 (-1)" in lines(weeks)[1]


def test_companies_that_usually_have_news_and_had_none_are_named(weeks: Weeks) -> None:
    for week in range(1, 5):
        for at in range(4):
            weeks.news("Zhipu", "zhipu", days_ago=7 * week + at + 0.5)
        weeks.news("MiniMax", "minimax", days_ago=7 * week + 0.5)
        weeks.news("BYD", "byd", days_ago=7 * week + 0.5)
        weeks.news("BYD again", "byd", days_ago=7 * week + 1.5)
    weeks.digest(MONDAY - timedelta(days=7))
    weeks.news("Alibaba opens a park")

    assert lines(weeks)[-1] == "Quiet: Zhipu AI, BYD (usually 2-4 a week)"


def test_a_receiver_of_two_weeks_knows_of_no_habit(weeks: Weeks) -> None:
    for at in range(6):
        weeks.news("Zhipu", "zhipu", days_ago=8 + at)
    weeks.digest(MONDAY - timedelta(days=7))
    weeks.news("Alibaba opens a park")

    assert not any("Quiet" in line for line in lines(weeks))


def test_a_corrected_headline_is_marked(weeks: Weeks) -> None:
    story = weeks.news("Alibaba revenue jumps 24%", rang=True)
    with weeks.conn() as conn:
        owe_alert(conn, f"{story}|desk|correction|1", kind=DeliveryKind.CORRECTION)
        (correction,) = deliveries.claim(conn, MONDAY, owner="me", lease=timedelta(minutes=1), limit=1)
        deliveries.sent(conn, correction.id, MONDAY - timedelta(hours=3))

    assert "Alibaba revenue jumps 24% (corrected)" in lines(weeks)


def test_a_week_of_which_everything_was_told_at_once_has_its_digest_too(weeks: Weeks) -> None:
    weeks.news("Alibaba profit jumps", rang=True)

    assert lines(weeks)[0] == "Your week · 9-15 Nov · 1 story, 1 told"
    assert weeks.owe(MONDAY + timedelta(hours=1)) == 0


def test_what_the_budget_held_is_said(weeks: Weeks) -> None:
    weeks.receiver = replace(weeks.receiver, at_most=Budget(1))
    weeks.news("Alibaba opens a park", reason=Reason.OVER_BUDGET)
    weeks.news("Alibaba profit jumps", rang=True)

    assert lines(weeks)[-1] == "Held by your limit of 1 a day: 1, included above"


def test_a_week_without_news_has_none(weeks: Weeks) -> None:
    weeks.news("Alibaba profit jumps", rang=True, days_ago=9)

    assert weeks.digest() is None


def test_a_daily_digest_that_was_asked_for_stays_a_daily_one(weeks: Weeks) -> None:
    weeks.news("Alibaba opens a park", days_ago=8)
    weeks.digest(MONDAY - timedelta(days=7))
    weeks.news("Alibaba opens another", days_ago=3.5)
    with weeks.conn() as conn:
        assert digests.owe_now(conn, weeks.receiver, MONDAY - timedelta(days=3)) == 1
    (owed,) = weeks.owed()

    assert owed.payload["days"] == 0


def test_digests_on_monday_and_saturday_are_a_week_and_a_day_long_form(tmp_path: Path) -> None:
    weeks = Weeks(tmp_path, plan=DigestPlan(time(8, 30), frozenset({0, 5})))
    weeks.news("Alibaba", days_ago=10)
    weeks.digest(MONDAY - timedelta(days=7))
    weeks.news("Alibaba on Thursday", days_ago=4)
    saturday = weeks.digest(MONDAY - timedelta(days=2))
    weeks.news("Alibaba on Sunday", days_ago=1)
    monday = weeks.digest()

    assert saturday is not None
    assert saturday.message.plain.startswith("Your week · 9-13 Nov · 1 story")
    assert monday is not None
    assert monday.message.plain.startswith("Morning digest · Mon 16 Nov")
    weeks.close()


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=9), timedelta(days=1)])
def test_a_bot_that_slept_makes_the_week_up_to_its_hour(weeks: Weeks, late: timedelta) -> None:
    weeks.news("Alibaba before", days_ago=8)
    weeks.digest(MONDAY - timedelta(days=7))
    weeks.news("Alibaba opens a park", days_ago=6.9)

    made = weeks.digest(MONDAY + late)

    assert made is not None
    assert made.message.plain.startswith("Your week · 9-15 Nov · 1 story")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("via", ["telegram", "slack"])
def test_the_longest_caption_fits_under_a_picture(language: str, via: str) -> None:
    long = "中文" * 60 if language == "zh" else "Alibaba " * 30
    names = {f"w{at}": Watch(id=f"w{at}", name=long, names={"zh": long}) for at in range(9)}
    best = headline("k7f2", 90, long, "Harbour Wire", MONDAY, "w1")
    view = WeeklyView(
        receiver=reader(language, via),
        watchlist=Watchlist(watches={**WATCHLIST.watches, **names}),
        now=MONDAY,
        first_day=MONDAY - timedelta(days=400),
        last_day=MONDAY,
        count=123_456,
        told=12_345,
        companies=tuple(
            CompanyWeek(watch=f"w{at}", count=12_345, change=-12_345, best=replace(best, corrected=True))
            for at in range(4)
        ),
        quiet=("w5", "w6", "w7"),
        held=123_456,
        usually=100,
        usually_most=999,
        reference="1",
    )

    message = weekly(view)

    assert message is not None
    assert utf16_units(message.plain) <= 1_024


class Album:
    """A chat that keeps the messages it is sent."""

    name = "telegram"

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(
        self, to: Address, message: Message, *, reply_to: str | None = None, reference: str = ""
    ) -> Sent:
        """Keep a message."""
        self.messages.append(message)
        return Sent("1", ("1",), to.chat)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Nothing is edited."""

    async def check(self, to: Address | None = None) -> str:
        """Always there."""
        return "an album"

    async def close(self) -> None:
        """Nothing is open."""


async def test_the_picture_arrives_over_its_caption_as_one_silent_message(weeks: Weeks) -> None:
    weeks.news("Alibaba profit jumps", score=90, event="earnings", rang=True)
    weeks.owe()
    album = Album()
    outbox = Outbox(
        store=weeks.store,
        channels={"telegram": album},
        pacers={"telegram": Pacer(Limits(every=1e-9, burst=1))},
        configuration=lambda: (weeks.settings, WATCHLIST),
        clock=lambda: MONDAY,
        owner="me",
        buttons=frozenset({"telegram"}),
    )

    await outbox.flush()

    (message,) = album.messages
    assert message.silent
    assert message.plain.startswith("Your week · 9-15 Nov · 1 story, 1 told")
    assert message.attachment is not None
    assert message.attachment.content.startswith(b"\x89PNG")
    assert message.attachment.name == "week-2026-11-15.png"
    assert message.attachment.alt == "Stories a day: Alibaba 1"
