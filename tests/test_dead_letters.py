"""What was given up: seen in status with its reason, and tried again when somebody asks or the chat is back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import SendError
from bot.model import Outcome
from bot.store import deliveries
from tests.deskwork import PROFIT, Desk

ODD = SendError(Outcome.REFUSED, "Telegram refused the message for chat 1: too odd")
GONE = SendError(Outcome.GONE, "Telegram chat 1 takes no messages", said="bot was kicked")
SUED = "Globex sued over brake patents in Texas court"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path)
    yield opened
    opened.close()


async def give_up(desk: Desk) -> str:
    """An alert that the service refuses for good; return its story."""
    desk.chat.down = ODD
    story = desk.read("harbour", PROFIT)
    await desk.deliver()
    desk.chat.down = None
    return story


def carry_out(desk: Desk, question: str, **more: object) -> str:
    """Ask, and make the change that was asked for."""
    given = desk.ask(question, **more)  # type: ignore[arg-type]
    if given.effect is not None:
        with desk.store.begin() as conn:
            given = given.effect(conn)
    return given.message.plain


async def test_status_shows_who_did_not_get_what_why_and_how_to_try_again(desk: Desk) -> None:
    story = await give_up(desk)
    said = desk.ask("status").message.plain
    assert "⚠️ Given up: 1 message\n" in said
    assert f"desk · “{PROFIT}” {story} · 12:07: Telegram refused the message for chat 1: too odd" in said
    assert "Try again: wirewatch retry all" in said
    assert "已放弃：1" in desk.ask("status", language="zh").message.plain
    assert "too odd" not in desk.ask("status", admin=False).message.plain


@pytest.mark.parametrize("what", ["all", "desk", "the story"])
async def test_what_was_given_up_is_tried_again_at_once(desk: Desk, what: str) -> None:
    story = await give_up(desk)
    said = carry_out(desk, f"retry {story if what == 'the story' else what}")
    assert said == "1 message owed again at once: desk"
    await desk.outbox.flush()
    assert desk.chat.headlines == [PROFIT]
    assert "may be a repeat" not in desk.chat.posts[0].text, "it was certainly refused"
    assert "Given up" not in desk.ask("status").message.plain


async def test_what_may_have_arrived_before_it_was_given_up_says_so(desk: Desk) -> None:
    desk.read("harbour", PROFIT)
    desk.chat.down = SendError(Outcome.AMBIGUOUS, "the answer got lost")
    await desk.deliver()
    desk.chat.down = ODD
    await desk.deliver()
    desk.chat.down = None
    carry_out(desk, "retry all")
    await desk.outbox.flush()
    assert "may be a repeat" in desk.chat.posts[0].text


async def test_retry_is_for_admins_and_says_what_it_did_not_find(desk: Desk) -> None:
    await give_up(desk)
    assert desk.ask("retry all", admin=False).failed
    assert desk.ask("retry").failed
    assert carry_out(desk, "retry desk") == "1 message owed again at once: desk"
    assert carry_out(desk, "retry all") == "Nothing was given up there."
    with pytest.raises(Exception, match="There is no receiver or story “nobody”"):
        carry_out(desk, "retry nobody")


async def test_a_chat_that_is_back_after_days_gets_what_was_given_up(desk: Desk) -> None:
    desk.chat.down = GONE
    desk.read("harbour", PROFIT)
    for _ in range(26):
        await desk.deliver(minutes=61)
    with desk.store.snapshot() as conn:
        (letter,) = deliveries.dead_letters(conn)
        assert letter.at - letter.delivery.due <= timedelta(hours=2)
    desk.chat.down = None
    desk.read("delta", SUED)
    await desk.deliver()
    assert sorted(desk.chat.headlines) == sorted([PROFIT, SUED])


async def test_status_names_a_chat_whose_service_takes_nothing_at_present(desk: Desk) -> None:
    desk.chat.down = SendError(Outcome.UNAUTHORISED, "Telegram does not know this token")
    desk.read("harbour", PROFIT)
    await desk.deliver()
    said = desk.ask("status").message.plain
    assert "desk gets nothing at present (Telegram does not know this token); 1 owed" in said
    desk.chat.down = None
    desk.now += timedelta(minutes=10)
    await desk.deliver()
    assert "gets nothing" not in desk.ask("status").message.plain
