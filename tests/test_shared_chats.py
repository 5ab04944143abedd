"""Two receivers in one chat: a question under a message is about the one that got it, in its language."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from bot.app.listening import Doorman
from bot.channels import Question
from bot.commands import Asked
from bot.model import Receiver
from bot.store import feedback
from tests.presses import GROUP, TOM, PressDesk
from tests.test_chart_command import owe_digest

_UPDATES = count(1_000)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[PressDesk]:
    """The first receiver of the chat hears nothing at once; what it is told stands in its digest."""
    made = PressDesk(tmp_path)
    first = Receiver(id="board", via="telegram", chat=GROUP, topic=12)
    heard = replace(made.settings.receivers["desk"], topic=13, language="zh")
    made.settings = replace(made.settings, receivers={"board": first, "desk": heard})
    yield made
    made.close()


def question(text: str = "", *, topic: int | None = None, **more: str) -> Question:
    """Without a topic: Telegram says of a message that is too old for it neither text nor topic."""
    given = {"message_id": "1", "reply_to_message_id": None} | more
    number = str(next(_UPDATES))
    return Question("telegram", GROUP, TOM.id, text, topic, update_id=number, person_name="Tom", **given)  # type: ignore[arg-type]


async def understood(desk: PressDesk, asked: Question) -> Asked:
    doorman = Doorman(desk, desk.wall)  # type: ignore[arg-type]  # the time is a value here, not a function
    return await desk.store.read(lambda conn: doorman.understand(conn, asked))


async def test_a_press_under_an_old_message_is_its_receivers(desk: PressDesk) -> None:
    story = await desk.told()
    given = await desk.answered(question(callback=f"up:{story}"))

    assert not given.failed, given.popup
    assert "已记下：多推此类。" in given.popup
    with desk.store.snapshot() as conn:
        assert feedback.of_story(conn, story, "desk") == (1, 0)


async def test_why_under_an_old_message_speaks_of_the_receiver_that_was_told(desk: PressDesk) -> None:
    story = await desk.told()
    asked = await understood(desk, question(callback=f"why:{story}"))
    assert (asked.receiver, asked.reader.language, asked.story) == ("desk", "zh", story)


async def test_a_reply_is_about_the_receiver_of_the_message_replied_to(desk: PressDesk) -> None:
    await desk.told()
    for topic in (None, 12, 13):
        asked = await understood(desk, question("/why", topic=topic, message_id="9", reply_to_message_id="1"))
        assert asked.receiver == "desk", topic


async def test_what_stands_under_no_message_is_the_topics(desk: PressDesk) -> None:
    await desk.told()
    named = {topic: (await understood(desk, question("/why", topic=topic, message_id="9"))).receiver
             for topic in (None, 12, 13)}  # fmt: skip
    assert named == {None: "board", 12: "board", 13: "desk"}


async def test_a_digests_buttons_are_the_receivers_whose_digest_it_is(desk: PressDesk) -> None:
    story = desk.read("harbour", "Globex opens a park in Berlin")
    reference = owe_digest(desk, story)
    for action in (f"digest:{reference}", f"digest:{reference}:2", f"chart:{reference}"):
        asked = await understood(desk, question(callback=action, message_id="77"))
        assert asked.receiver == "desk", action
    given = await desk.answered(question(callback=f"chart:{reference}", message_id="77"))
    assert "Globex" in given.message.plain
    assert given.message.language == "zh"
    assert (await understood(desk, question(callback="digest:999", message_id="77"))).receiver == "board"


async def test_a_message_of_another_chats_receiver_changes_nothing(desk: PressDesk) -> None:
    story = await desk.told()
    receivers = {**desk.settings.receivers, "desk": Receiver(id="desk", via="telegram", chat="-7")}
    desk.settings = replace(
        desk.settings, receivers={**receivers, "team": replace(receivers["board"], id="team")}
    )
    asked = await understood(desk, question(callback=f"why:{story}", topic=12))
    assert asked.receiver == "board"
