"""Lists in a chat: five to a page, numbers that open stories, pages that turn, and what was mistyped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.commands import Answer
from tests.deskwork import Desk
from tests.questions import Room, buttons_of

HEADLINES = (
    "Globex opens a data centre in Johor",
    "Globex fined over late filings in Milan",
    "Globex hires a new finance chief from Initrode",
    "Globex recalls 4,000 electric scooters",
    "Globex buys back 3 million shares",
    "Court dismisses suit against Globex over patents",
    "Globex cloud goes down for two hours",
    "Globex signs rice farmers in Hunan",
    "Globex raises prices of office chairs",
    "Globex wins a tender for school tablets",
    "Globex sponsors the women's chess league",
)


@pytest.fixture
def room(desk: Desk) -> Room:
    for headline in HEADLINES:
        desk.read("harbour", headline, minutes=60)
    desk.now += timedelta(minutes=1)
    return Room(desk)


def titles(given: Answer) -> list[str]:
    return [str(row["title"]) for row in given.rows]


def turn(given: Answer, label: str) -> str:
    return buttons_of(given.message)[label]


def test_five_stories_stand_on_a_page_the_newest_first(room: Room) -> None:
    given = room.says("/recent globex")

    assert titles(given) == list(HEADLINES[:-6:-1])
    assert given.message.plain.splitlines()[0] == "Globex · 11 stories"
    assert list(buttons_of(given.message)) == ["1", "2", "3", "4", "5", "›"]


def test_a_number_names_the_story_that_stands_beside_it(room: Room) -> None:
    given = room.says("/recent globex")

    stories = [str(row["story"]) for row in given.rows]
    assert [buttons_of(given.message)[label] for label in "12345"] == [f"story:{story}" for story in stories]


def test_turning_the_page_edits_the_answer_and_numbers_go_on(room: Room) -> None:
    first = room.says("/recent globex")
    second = room.presses(turn(first, "›"))
    third = room.presses(turn(second, "›"))

    assert second.instead
    assert titles(second) == list(HEADLINES[5:0:-1])
    assert list(buttons_of(second.message)) == ["6", "7", "8", "9", "10", "‹", "›"]
    assert titles(third) == [HEADLINES[0]]
    assert list(buttons_of(third.message)) == ["11", "‹"]
    assert titles(room.presses(turn(second, "‹"))) == titles(first)


def test_news_that_comes_meanwhile_shifts_no_page(room: Room) -> None:
    first = room.says("/recent globex since:3d")
    room.desk.read("harbour", "Globex names a street after its founder", minutes=5)

    second = room.presses(turn(first, "›"))
    assert titles(second)[0] == HEADLINES[5]
    assert second.message.plain.splitlines()[0] == "Globex · 3 days · 11 stories"


def test_a_span_of_time_begins_where_it_began_when_it_was_asked_for(room: Room) -> None:
    first = room.says("/recent globex since:10h")
    assert first.message.plain.splitlines()[0] == "Globex · 10 h · 10 stories"
    room.desk.now += timedelta(hours=6)

    assert titles(room.presses(turn(first, "›"))) == list(HEADLINES[5:0:-1])


def test_a_source_that_was_removed_can_still_be_asked_for_and_its_pages_turn(room: Room) -> None:
    first = room.says("/recent globex source:harbour")
    assert titles(room.presses(turn(first, "›"))) == list(HEADLINES[5:0:-1])
    assert "There is no source" in room.shown("/recent source:nowhere")


def test_a_list_that_is_a_week_old_says_so_and_asks_to_ask_again(room: Room) -> None:
    action = turn(room.says("/recent globex"), "›")
    room.desk.now += timedelta(days=7, minutes=1)

    assert room.presses(action).popup == "This list is too old: ask again."
    assert Room(room.desk, language="zh").presses(action).popup == "此列表已过期，请重新查询。"


@pytest.mark.parametrize("action", ["page:made-up:2", "page:x", "page:", "page:made-up:²"])
def test_a_made_up_page_is_no_page(room: Room, action: str) -> None:
    given = room.presses(action)
    assert given.failed
    assert given.popup


def test_a_page_beyond_the_last_says_that_there_is_none(room: Room) -> None:
    action = turn(room.says("/recent globex"), "›").rpartition(":")[0]
    assert room.presses(f"{action}:99").popup == "There is nothing further."


def test_one_page_has_numbers_and_nothing_to_turn(room: Room) -> None:
    given = room.says("/search chess")
    assert list(buttons_of(given.message)) == ["1"]
    assert given.offers == ()


def test_slack_has_a_menu_of_stories_and_a_list_in_single_lines(room: Room) -> None:
    room.via = "slack"
    given = room.says("/recent globex")

    assert len(given.message.plain.splitlines()) == 7
    assert list(buttons_of(given.message)) == ["Open story", "Next ›", "Share here"]
    assert buttons_of(given.message)["Share here"] == "share:recent globex"


def test_the_terminal_has_no_buttons_and_shows_the_ids(room: Room) -> None:
    room.via = "console"
    given = room.says("recent globex")

    assert given.message.buttons == ()
    assert given.offers == ()
    assert str(given.rows[0]["story"]) in given.message.plain


def test_a_mistyped_company_is_answered_with_the_one_that_was_meant(room: Room) -> None:
    given = room.says("/recent Globx")

    assert given.message.plain == (
        "“Globx” · nothing in 180 days\nDid you mean Globex?  It has 11 stories in 3 days."
    )
    actions = buttons_of(given.message)
    assert actions == {"Globex": "recent:Globex", "Search everything": "search:Globx"}


def test_a_mistyped_company_among_words_is_found_out_as_well(room: Room) -> None:
    assert "Did you mean Globex?" in room.shown("/recent Globx profit")


def test_search_looks_for_the_name_itself_and_recent_for_what_is_told_of_the_company(room: Room) -> None:
    room.desk.read("harbour", "格洛贝克斯推出新款咖啡机", minutes=5)

    assert titles(room.says("/search globex since:2m")) == []
    assert titles(room.says("/recent globex since:2m")) == ["格洛贝克斯推出新款咖啡机"]
    assert room.shown("/search globex since:3d").splitlines()[0] == "“globex” · 3 days · 11 stories"


def test_a_list_names_all_that_was_asked_for(room: Room) -> None:
    title = room.shown('/recent globex event:recall source:harbour score>=important "electric scooters"')
    assert title.splitlines()[0].startswith("Globex · Recall · ")

    room.language = "zh"
    assert room.shown("/recent globex event:recall").splitlines()[0] == "Globex · 召回 · 1 条"


def test_an_empty_archive_says_so_in_the_readers_language(desk: Desk) -> None:
    assert Room(desk).shown("/recent") == "No stories yet."
    assert Room(desk, language="zh").shown("最新") == "暂无新闻。"


def test_search_without_words_says_what_to_type(desk: Desk) -> None:
    assert Room(desk).shown("/search") == "Say what to look for, as in /search chip exports since:7d"
    assert Room(desk, language="zh", via="slack").shown("/search") == (
        "请写要搜索的内容，例如 /wirewatch search 芯片 出口 since:7天"
    )
