"""Who may ask but is told nothing reads stories, and not what others are told, mute or think of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from bot.channels import Question
from bot.commands import Answer
from bot.model import Access, Receiver, Route
from tests.deskwork import PROFIT
from tests.presses import ANN, GROUP, MEI, TOM, Person, PressDesk

GUESTS, BOARD = "-999", "-200"
_UPDATES = count(1_000)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[PressDesk]:
    made = PressDesk(tmp_path)
    board = Receiver(id="board", via="telegram", chat=BOARD, language="zh")
    made.settings = replace(
        made.settings,
        receivers={**made.settings.receivers, "board": board},
        routes=(Route(name="all", to=("desk", "board"), min_score=40),),
        access={"telegram": Access(admins=frozenset({MEI.id, ANN.id}), chats=frozenset({GUESTS}))},
    )
    yield made
    made.close()


async def said(
    desk: PressDesk, line: str, chat: str = GUESTS, by: Person = TOM, *, callback: str | None = None
) -> Answer:
    question = Question(
        "telegram",
        chat,
        by.id,
        line,
        None,
        "50",
        None,
        str(next(_UPDATES)),
        callback=callback,
        person_name=by.name,
    )
    return await desk.answered(question)


async def loud(desk: PressDesk) -> str:
    """A story that both chats were told; the desk muted its company and voted."""
    story = await desk.told()
    await desk.press(f"up:{story}", MEI)
    await said(desk, "/watch mute globex 4h", GROUP, MEI)
    return story


@pytest.mark.parametrize("via", ["telegram", "slack"])
@pytest.mark.parametrize(
    "line",
    [
        "/stats", "/stats globex", "/why {}", "/story {}", "/watch", "/watch list", "/watch show globex",
        "/watch mute", "/watch mute globex 4h for:nobody", "/watch unmute globex for:nobody", "/watch log",
        "/status", "/digest", "/plan", f"/match {PROFIT}", "/export globex jsonl", "/timeline globex", "/recent",
        "/search globex", "/sources", "/help watch",
    ],
)  # fmt: skip
async def test_a_guest_reads_no_word_of_receivers_people_and_mutes(
    desk: PressDesk, line: str, via: str
) -> None:
    story = await loud(desk)
    everyone = desk.settings.access["telegram"]
    desk.settings = replace(desk.settings, access={"telegram": everyone, "slack": everyone})

    question = Question(via, GUESTS, TOM.id, line.format(story), None, "50", None, "777", person_name="Tom")
    given = await desk.answered(question)

    file = given.message.attachment
    shown = f"{given.message.plain} {given.popup} {given.rows} {file.content.decode() if file else ''}"
    for name in ("desk", "board", "Mei", "muted until", "all →"):
        assert name not in shown.replace("/watch mute", ""), shown


async def test_a_guest_reads_what_a_story_is_worth_and_why(desk: PressDesk) -> None:
    story = await loud(desk)
    shown = (await said(desk, f"/why {story}")).message.plain
    assert PROFIT in shown
    assert "78" in shown
    assert "This chat gets no alerts" in shown
    assert "Not told" not in shown
    pressed = await said(desk, "", callback=f"why:{story}")
    assert pressed.message.plain == shown


async def test_a_guest_reads_a_list_without_counts_of_what_others_are_told(desk: PressDesk) -> None:
    await loud(desk)
    listed = (await said(desk, "/watch list globex")).message.plain
    assert "Globex" in listed
    assert "alerts" not in listed
    assert not any(line.rstrip().endswith("·") for line in listed.splitlines())
    shown = (await said(desk, "/watch show globex")).message.plain
    assert "1 story in 7 days" in shown
    assert "route" not in shown
    status = (await said(desk, "/status")).message.plain
    assert "1 story" in status
    assert "told" not in status


@pytest.mark.parametrize("line", ["/stats", "/watch mute", "/watch log"])
async def test_what_is_not_for_guests_says_so_in_their_language(desk: PressDesk, line: str) -> None:
    given = await said(desk, line)
    assert given.failed
    assert "This chat gets no alerts" in given.message.plain


async def test_a_chat_reads_of_itself_alone_and_an_admin_elsewhere_of_all(desk: PressDesk) -> None:
    story = await loud(desk)
    for line in ("/stats", f"/why {story}", "/watch mute", "/watch log", "/watch show globex"):
        here = (await said(desk, line, BOARD)).message.plain
        assert "desk" not in here, line
        assert "Mei" not in here, line
        all_of_it = (await said(desk, line, GUESTS, ANN)).message.plain
        assert "desk" in all_of_it or "mute globex" in all_of_it, line
    assert "board" in (await said(desk, "/watch show globex", BOARD)).message.plain
    assert "→ desk" in (await said(desk, "/watch show globex", GROUP)).message.plain


async def test_status_counts_what_a_chat_itself_was_told(desk: PressDesk) -> None:
    await said(desk, "/watch mute globex 4h", GROUP, MEI)
    await desk.told()
    chats = (GROUP, BOARD, GUESTS)
    counted = {chat: (await said(desk, "/status", chat)).rows[0]["told_24h"] for chat in chats}
    assert counted == {GROUP: 0, BOARD: 1, GUESTS: None}
    assert (await said(desk, "/status", GUESTS, ANN)).rows[0]["told_24h"] == 1


async def test_a_story_told_to_two_chats_is_one_story_elsewhere(desk: PressDesk) -> None:
    await desk.told()
    here, board = [(await said(desk, "/status", chat)).message.plain for chat in (GROUP, BOARD)]
    elsewhere = await said(desk, "/status", GUESTS, ANN)

    assert "1 told here" in here
    assert "已推送至本聊天 1 条" in board
    assert elsewhere.rows[0]["told_24h"] == 1
    assert "1 story, 1 told" in elsewhere.message.plain
