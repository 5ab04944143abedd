"""What happened to a company, by day: the newest day first, the best stories of each, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands import Answer, Asked, Pressed, answer
from bot.model import Receiver
from bot.store import buttons
from tests.deskwork import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path)
    yield opened
    opened.close()


NEWS = tuple(
    f"Globex {what}"
    for what in (
        "opens battery plant in Ohio",
        "wins tram contract for Lisbon",
        "hires a poet as its spokesman",
        "recalls toaster with loose cable",
        "buys a vineyard near Bordeaux",
        "names Ada Byron finance chief",
        "sues Hooli over chess software",
        "cuts forecast for wind turbines",
        "moves its museum to Nagoya",
        "sponsors deep sea expedition",
        "prints banknotes for Iceland",
        "launches satellite with solar sail",
        "donates organ to cathedral",
        "settles fishing dispute",
        "builds hospital from timber",
        "drops plan for airship line",
        "translates Homer by machine",
        "grows tomatoes under Dublin",
        "repairs the Nile ferry fleet",
        "closes its last typewriter shop",
    )
)


def days(desk: Desk, count: int, *, stories: int = 1) -> None:
    for day in range(count):
        for at in range(stories):
            desk.read("harbour", NEWS[day * stories + at], minutes=5)
        desk.now += timedelta(days=1)


def press(desk: Desk, action: str, *, via: str = "telegram") -> Answer:
    verb, _, about = action.partition(":")
    with desk.store.begin() as conn:
        asked = Asked(
            verb="",
            reader=Receiver(id="desk", via=via),
            receiver="desk",
            pressed=Pressed(verb, about, via, "1", "9"),
        )
        return answer(asked, desk.desk(conn))


def offered(desk: Desk, given: Answer) -> None:
    with desk.store.begin() as conn:
        for offer in given.offers:
            buttons.offer(conn, offer.nonce, offer.payload, offer.expires)


def test_days_are_heads_and_the_newest_stands_first(desk: Desk) -> None:
    desk.read("harbour", "Globex profit jumps 34%", minutes=0)
    desk.read("wire", "Globex names a new chief executive", minutes=60 * 24)

    said = [line for line in desk.ask("timeline globex").message.plain.splitlines() if line]

    assert said[0] == "Globex · 30 days · 2 stories"
    assert said[1] == "Thu 21 May"
    assert "Globex names a new chief executive" in said[2]
    assert said[3].strip() == "Executive · Wire"
    assert said[4] == "Wed 20 May"
    assert said[6].strip() == "Earnings · Harbour"


def test_it_says_the_same_in_chinese(desk: Desk) -> None:
    desk.read("harbour", "Globex profit jumps 34%", minutes=0)

    said = desk.ask("timeline globex since:7d", language="zh").message.plain

    assert said.startswith("Globex · 7 天 · 1 条")
    assert "5月20日 周三" in said
    assert "财报 · Harbour" in said


def test_a_day_shows_its_three_best_in_a_chat_and_counts_the_rest(desk: Desk) -> None:
    days(desk, 1, stories=5)

    given = desk.ask("timeline globex", via="telegram")

    assert len(given.rows) == 3
    assert "2 more that day" in given.message.plain
    assert "All of them: /recent globex since:30d" in given.message.plain


def test_a_long_timeline_is_turned_page_by_page_without_losing_a_day(desk: Desk) -> None:
    days(desk, 20)
    given = desk.ask("timeline globex", via="telegram")
    offered(desk, given)

    ((on,),) = given.message.buttons
    second = press(desk, on.action)

    assert "8 stories on earlier days" in given.message.plain
    assert second.instead
    assert {row["story"] for row in given.rows} | {row["story"] for row in second.rows} == {
        desk.story_of(title) for title in NEWS
    }
    ((back,),) = second.message.buttons
    assert [row["story"] for row in press(desk, back.action).rows] == [row["story"] for row in given.rows]


def test_a_page_shows_the_span_that_was_asked_for_also_a_day_later(desk: Desk) -> None:
    days(desk, 20)
    given = desk.ask("timeline globex since:20d", via="telegram")
    offered(desk, given)
    ((on,),) = given.message.buttons
    before = press(desk, on.action).rows

    desk.now += timedelta(days=1)
    desk.read("wire", "Globex buys back shares")

    assert press(desk, on.action).rows == before


def test_a_button_that_was_forgotten_says_so(desk: Desk) -> None:
    days(desk, 20)
    ((on,),) = desk.ask("timeline globex", via="telegram").message.buttons

    given = press(desk, on.action)

    assert given.failed
    assert given.popup


def test_in_slack_a_story_is_one_line_and_the_page_can_be_shared(desk: Desk) -> None:
    desk.read("harbour", "Globex profit jumps 34%", minutes=0)

    given = desk.ask("timeline globex", via="slack")

    assert "🟠 Globex profit jumps 34%  Earnings · Harbour" in given.message.plain
    assert [button.action for button in given.message.buttons[0]] == ["share:timeline globex"]


def test_as_a_reply_to_an_alert_it_needs_no_company(desk: Desk) -> None:
    story = desk.read("harbour", "Globex profit jumps 34%", minutes=0)
    desk.read("wire", "Initech profit falls", minutes=60)

    for verb in ("timeline", "chart"):
        with desk.store.snapshot() as conn:
            asked = Asked(verb=verb, reader=Receiver(id="desk", via="telegram"), story=story)
            given = answer(asked, desk.desk(conn))
        assert given.message.plain.startswith("Globex · ")
        assert "1 story" in given.message.plain


def test_without_a_company_it_says_how_to_name_one(desk: Desk) -> None:
    given = desk.ask("timeline")

    assert given.misunderstood
    assert "wirewatch timeline Globex" in given.message.plain


def test_nothing_in_the_span_is_said_in_words(desk: Desk) -> None:
    assert desk.ask("timeline globex since:3d").message.plain == "Globex · nothing in 3 days"


def test_events_and_words_narrow_it_down(desk: Desk) -> None:
    desk.read("harbour", "Globex profit jumps 34%", minutes=0)
    desk.read("wire", "Globex names a new chief executive")

    assert len(desk.ask("timeline globex event:executive").rows) == 1
    assert len(desk.ask("timeline globex profit").rows) == 1
