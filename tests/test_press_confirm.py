"""A change is made by the button under what it will do: by who asked, who may still, once, within ten minutes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands import Answer
from bot.model import Access
from tests.deskwork import CLIMBS, PROFIT
from tests.presses import ANN, MEI, TOM, PressDesk, action_of, labels

THIRD = "Globex profit climbs 34% on cloud, beating forecasts"
ASKS_AGAIN = "This was answered already, or it is too old."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PressDesk]:
    opened = PressDesk(tmp_path)
    yield opened
    opened.close()


async def pair(desk: PressDesk) -> str:
    """A story of two reports, told."""
    story = await desk.told()
    assert desk.read("pujiang", CLIMBS) == story
    await desk.deliver()
    return story


async def offered(desk: PressDesk, story: str) -> Answer:
    """What an admin gets who presses Not one story."""
    return await desk.press(f"split:{story}", MEI, under=55)


async def test_a_story_of_two_is_split_once_an_admin_confirms_what_is_shown(desk: PressDesk) -> None:
    story = await pair(desk)

    asked = await offered(desk, story)
    assert asked.message.plain.startswith(f"Take this out of {story} for good?")
    assert CLIMBS in asked.message.plain
    assert labels(asked.message.buttons) == ["Do it", "Cancel"]
    assert desk.titles(story) == [PROFIT, CLIMBS]

    done = await desk.press(action_of(asked.message, "Do it"), MEI, under=56)
    assert done.message.plain.startswith(f"Taken out of {story}")
    assert done.instead
    assert desk.titles(story) == [PROFIT]
    await desk.deliver()
    assert "Pujiang" not in desk.wall.text()
    assert desk.changes() == ["story split"]


async def test_of_more_reports_a_number_says_which(desk: PressDesk) -> None:
    story = await pair(desk)
    assert desk.read("south", THIRD) == story

    asked = (await offered(desk, story)).message
    assert asked.plain.startswith(f"Which one does not belong to {story}?")
    assert labels(asked.buttons) == ["1", "2", "3", "Cancel"]

    await desk.press(action_of(asked, "2"), MEI, under=56)
    assert desk.titles(story) == [PROFIT, THIRD]


async def test_the_beginning_of_a_story_of_many_is_listed_and_the_rest_is_typed(desk: PressDesk) -> None:
    story = await desk.told()
    for number in range(14):
        assert desk.read(f"paper{number}", PROFIT, minutes=1) == story

    asked = (await offered(desk, story)).message

    assert labels(asked.buttons) == [*map(str, range(1, 13)), "Cancel"]
    assert all(len(row) <= 6 for row in asked.buttons)
    assert f"3 more reports: /story split {story} 13" in asked.plain


async def test_two_presses_at_one_moment_make_one_change(desk: PressDesk) -> None:
    story = await pair(desk)
    assert desk.read("south", THIRD) == story
    button = action_of((await offered(desk, story)).message, "3")

    await desk.press(button, MEI)
    again = await desk.press(button, MEI)

    assert again.popup.startswith(ASKS_AGAIN)
    assert desk.changes() == ["story split"]


async def test_another_admin_can_neither_confirm_nor_cancel_and_the_button_stays(desk: PressDesk) -> None:
    story = await pair(desk)
    asked = (await offered(desk, story)).message

    for person in (ANN, TOM):
        for label in ("Do it", "Cancel"):
            refused = await desk.press(action_of(asked, label), person)
            assert refused.popup == "Only Mei, who asked, can press this."
    await desk.press(action_of(asked, "Do it"), MEI)
    assert desk.titles(story) == [PROFIT]


async def test_who_is_no_longer_an_admin_can_not_confirm_any_more(desk: PressDesk) -> None:
    story = await pair(desk)
    button = action_of((await offered(desk, story)).message, "Do it")
    desk.settings = replace(desk.settings, access={"telegram": Access(admins=frozenset({ANN.id}))})

    refused = await desk.press(button, MEI)
    assert refused.popup.startswith("Only admins may change this. Your id is 1;")
    assert len(refused.popup) <= 200
    assert desk.titles(story) == [PROFIT, CLIMBS]

    desk.settings = replace(desk.settings, access={"telegram": Access(admins=frozenset({MEI.id}))})
    await desk.press(button, MEI)
    assert desk.titles(story) == [PROFIT]


async def test_after_ten_minutes_it_has_to_be_asked_anew(desk: PressDesk) -> None:
    story = await pair(desk)
    button = action_of((await offered(desk, story)).message, "Do it")
    desk.now += timedelta(minutes=10)

    assert (await desk.press(button, MEI)).popup.startswith(ASKS_AGAIN)
    assert desk.titles(story) == [PROFIT, CLIMBS]


async def test_cancel_says_who_cancelled_and_ends_the_offer(desk: PressDesk) -> None:
    story = await pair(desk)
    asked = (await offered(desk, story)).message

    cancelled = await desk.press(action_of(asked, "Cancel"), MEI)
    assert (cancelled.message.plain, cancelled.instead) == ("Cancelled by Mei.", True)
    assert cancelled.message.buttons == ()

    assert (await desk.press(action_of(asked, "Do it"), MEI)).popup.startswith(ASKS_AGAIN)
    assert desk.titles(story) == [PROFIT, CLIMBS]


async def test_only_admins_are_asked_which_one_does_not_belong(desk: PressDesk) -> None:
    story = await pair(desk)

    refused = await desk.press(f"split:{story}", TOM, under=55)

    assert refused.popup.startswith("Only admins may take a story apart. Your id here is 2;")
    assert refused.offers == ()


async def test_what_changed_while_the_question_stood_is_said_and_nothing_is_split(desk: PressDesk) -> None:
    story = await pair(desk)
    button = action_of((await offered(desk, story)).message, "Do it")
    new = desk.split(story, 2)

    given = await desk.press(button, MEI)

    assert given.popup == f"{story} has only this one entry: there is nothing to take it out of."
    assert desk.titles(new) == [CLIMBS]
    assert desk.changes() == ["story split"]


async def test_a_story_of_one_report_is_not_asked_about(desk: PressDesk) -> None:
    story = await desk.told()

    assert "only this one entry" in (await offered(desk, story)).popup
    assert (await offered(desk, "zzzz")).popup.startswith("There is no story zzzz")


async def test_the_question_is_asked_in_chinese_where_chinese_is_read(tmp_path: Path) -> None:
    desk = PressDesk(tmp_path, language="zh")
    story = await pair(desk)

    asked = (await offered(desk, story)).message
    assert asked.plain.startswith(f"将此篇永久移出 {story}？")
    assert labels(asked.buttons) == ["执行", "取消"]
    assert (await desk.press(action_of(asked, "取消"), MEI)).message.plain == "Mei 已取消。"
    desk.close()
