"""👍 and 👎: one vote a person, the last one counts, and nothing is changed by it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.store import feedback
from bot.store.schema import feedback as rows
from tests.deskwork import CLIMBS, LINK, PROFIT, Desk
from tests.grouping import NOON
from tests.voting import press, vote


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk that hears everything from 40 on."""
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def counted(desk: Desk, story: str, receiver: str = "desk") -> tuple[int, int]:
    """The thumbs (up, down) that a story has at a receiver."""
    with desk.store.snapshot() as conn:
        return feedback.of_story(conn, story, receiver)


def stored(desk: Desk) -> int:
    """How many votes are kept at all."""
    with desk.store.snapshot() as conn:
        return int(conn.execute(select(func.count()).select_from(rows)).scalar_one())


async def test_a_vote_says_what_is_now_stored_and_that_nothing_changes_by_itself(desk: Desk) -> None:
    story = desk.read("harbour", PROFIT)
    await desk.deliver()

    vote(desk, story, "up", "mei", "lee", "sam")
    popup = vote(desk, story, "down", "ana").popup

    assert popup.startswith("Noted: less like this. 3 up, 1 down from this chat.")
    assert "Nothing changes by itself" in popup
    assert len(popup) <= 200, "Telegram shows so much in a pop-up"
    assert counted(desk, story) == (3, 1)


async def test_a_vote_is_answered_in_chinese(desk: Desk) -> None:
    story = desk.read("harbour", PROFIT)

    assert vote(desk, story, "up", language="zh").popup == (
        "已记下：多推此类。本聊天 1 赞 0 踩。设置不会自动更改：/stats 可查看统计。"
    )


async def test_the_last_vote_of_a_person_counts(desk: Desk) -> None:
    story = desk.read("harbour", PROFIT)

    vote(desk, story, "up", "mei")
    vote(desk, story, "down", "mei")

    assert counted(desk, story) == (0, 1)


async def test_the_same_thumb_again_takes_the_vote_back(desk: Desk) -> None:
    story = desk.read("harbour", PROFIT)

    vote(desk, story, "up", "mei")
    given = vote(desk, story, "up", "mei")

    assert given.popup.startswith("Your vote is taken back. 0 up, 0 down")
    assert stored(desk) == 0


async def test_votes_follow_a_merge_and_buttons_of_both_alerts_still_work(desk: Desk) -> None:
    one = desk.read("harbour", PROFIT)
    other = desk.read("south", "Acme sued over brake patents in Texas court")
    vote(desk, one, "up", "mei")
    vote(desk, other, "up", "lee")

    desk.merge(other, one)
    vote(desk, other, "down", "ana")  # the old button under the younger alert

    assert counted(desk, one) == (2, 1)


async def test_a_thumb_under_an_alert_of_another_story_does_nothing(desk: Desk) -> None:
    story = desk.read("harbour", PROFIT)
    other = desk.read("south", "Acme sued over brake patents in Texas court")

    given = press(desk, f"up:{other}", under=story)

    assert given.failed
    assert "nothing was noted" in given.popup
    assert stored(desk) == 0


async def test_more_like_this_under_a_trace_counts_for_what_this_chat_was_not_told(desk: Desk) -> None:
    story = desk.read("harbour", "Ten firms to watch, among them a paint maker", "Globex is one of them.")

    given = press(desk, f"up:{story}")

    assert given.popup.startswith("Noted: more like this. 1 up, 0 down")
    assert not desk.chat.posts


async def test_a_story_of_which_this_chat_has_no_verdict_takes_no_vote(desk: Desk) -> None:
    story = desk.read("harbour", "Wheat harvest is the best in ten years")

    assert "nothing was noted" in press(desk, f"up:{story}").popup
    assert "no longer kept" in press(desk, "up:zzzz").popup
    assert stored(desk) == 0


async def test_a_chat_that_gets_no_alerts_has_no_vote(desk: Desk) -> None:
    story = desk.read("harbour", PROFIT)

    assert "gets none" in press(desk, f"up:{story}", receiver="").popup
    assert stored(desk) == 0


async def test_votes_of_two_chats_are_counted_apart(desk: Desk) -> None:
    story = desk.read("harbour", PROFIT, link=LINK)
    desk.read("south", CLIMBS, link=LINK)
    vote(desk, story, "up")
    with desk.store.begin() as conn:
        feedback.vote(conn, story, "team", who="slack:U1", value=-1, now=NOON)

    assert counted(desk, story) == (1, 0)
    assert counted(desk, story, "team") == (0, 1)


async def test_forged_actions_change_nothing_and_never_break(desk: Desk) -> None:
    story = desk.read("harbour", PROFIT)
    dice = random.Random(6)
    letters = [":", "up", "down", story, "\0", "𝕏", "阿", " ", "'", '"', "%", "-1", "9" * 400]
    for _ in range(400):
        about = "".join(dice.choice(letters) for _ in range(dice.randint(0, 5)))
        if about != story:
            press(desk, f"{dice.choice(['up', 'down'])}:{about}", under=dice.choice([story, "", "zzzz"]))

    assert stored(desk) == 0
