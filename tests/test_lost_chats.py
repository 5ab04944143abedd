"""A chat that lets the bot go: nothing is lost, who waits reads why, the operator hears, and it all comes at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands import Answer, Asked, answer
from bot.errors import SendError
from bot.model import Operator, Outcome, Receiver
from bot.schedule.reaching import owe_chat_notices
from bot.store import deliveries, reaching
from tests.deskwork import PROFIT, Desk

SUED = "Globex sued over brake patents in Texas court"
CUTS = "Globex cuts 3,000 jobs in restructuring"
KICKED = SendError(
    Outcome.GONE, "Telegram chat 1 takes no messages (bot was blocked)", said="bot was blocked by the user"
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path)
    ops = Receiver(id="ops", via="chat", chat="2")
    opened.settings = replace(
        opened.settings,
        receivers={**opened.settings.receivers, "ops": ops},
        operator=Operator(to=("desk", "ops")),
    )
    yield opened
    opened.close()


async def lose(desk: Desk) -> None:
    """Two alerts at 12:05 and 12:12 that the chat does not take."""
    desk.chat.down = KICKED
    for title in (PROFIT, SUED):
        desk.read("harbour", title)
        await desk.deliver()
    desk.chat.down = None


def ask(desk: Desk, words: str, *, receiver: str = "", language: str = "en", via: str = "chat") -> Answer:
    verb, _, rest = words.partition(" ")
    reader = Receiver(id=receiver, via=via, language=language)
    with desk.store.snapshot() as conn:
        asked = Asked(
            verb=verb, words=rest, reader=reader, receiver=receiver, admin=not receiver, by="chat:7"
        )
        return answer(asked, desk.desk(conn))


async def look(desk: Desk) -> list[str]:
    """Look as the bot does every minute, and deliver; return what came since."""
    before = len(desk.chat.posts)
    with desk.store.begin() as conn:
        owe_chat_notices(conn, desk.settings, desk.now)
    await desk.deliver()
    return [post.text for post in desk.chat.posts[before:]]


async def test_the_first_message_that_arrives_brings_all_that_was_kept(desk: Desk) -> None:
    await lose(desk)
    desk.read("delta", CUTS)
    await desk.deliver()

    assert desk.chat.headlines == [CUTS, PROFIT, SUED], "within minutes, not at the next try an hour later"


async def test_what_waits_for_another_cause_keeps_its_time(desk: Desk) -> None:
    await lose(desk)
    with desk.store.begin() as conn:
        held = deliveries.claim(conn, desk.now + timedelta(hours=2), owner="x", lease=timedelta(0), limit=1)
        later = desk.now + timedelta(hours=3)
        deliveries.retry(conn, held[0].id, later, "unsent: no network", ambiguous=False)
    desk.read("delta", CUTS)
    await desk.deliver()

    assert len(desk.chat.posts) == 2


async def test_why_says_that_it_is_owed_since_when_and_when_it_is_tried(desk: Desk) -> None:
    await lose(desk)
    story = desk.story_of(PROFIT)

    said = ask(desk, f"why {story}", receiver="desk").message.plain
    assert said.startswith(
        "Not told yet · owed: the chat takes no messages since 12:07; tried again at 13:07\n"
    )
    zh = ask(desk, f"why {story}", receiver="desk", language="zh").message.plain
    assert "待发送：本聊天自 12:07 起无法接收消息，13:07 重试" in zh


async def test_what_was_given_up_is_not_called_told(desk: Desk) -> None:
    desk.chat.down = SendError(Outcome.REFUSED, "Telegram refused the message: too odd")
    story = desk.read("harbour", PROFIT)
    await desk.deliver()

    said = ask(desk, f"why {story}", receiver="desk").message.plain
    assert said.startswith("Not told to desk · given up: Telegram refused the message: too odd\n")


async def test_status_names_who_cannot_be_reached_since_when_and_why(desk: Desk) -> None:
    await lose(desk)

    given = ask(desk, "status")
    assert "⚠️ desk takes no messages since 12:07 (bot was blocked by the user)" in given.message.plain
    assert "2 messages kept for it; tried again at 13:07." in given.message.plain
    assert given.rows[0]["lost"] == [
        {
            "receiver": "desk",
            "why": "bot was blocked by the user",
            "since": "2026-05-20T12:07:00+00:00",
            "owed": 2,
            "next_try": "2026-05-20T13:07:00+00:00",
        }
    ]
    assert "desk" not in ask(desk, "status", receiver="ops").message.plain, (
        "others' chats are not its business"
    )

    desk.read("delta", CUTS)
    await desk.deliver()
    assert ask(desk, "status").rows[0]["lost"] == []


async def test_the_operator_hears_once_elsewhere_and_once_when_it_works_again(desk: Desk) -> None:
    await lose(desk)

    (said,) = await look(desk)
    assert said.startswith(
        "⚠️ desk takes no messages since 12:07 (bot was blocked by the user)\n2 messages kept"
    )
    assert await look(desk) == []

    desk.read("delta", CUTS)
    await desk.deliver()
    (back,) = await look(desk)
    assert back.startswith("✅ desk takes messages again after ")
    assert await look(desk) == []


async def test_who_has_not_heard_that_it_was_lost_does_not_hear_that_it_is_back(desk: Desk) -> None:
    await lose(desk)
    with desk.store.begin() as conn:
        assert owe_chat_notices(conn, desk.settings, desk.now) == 1
        reaching.note_found(conn, desk.settings.receivers["desk"], desk.now)

    assert await look(desk) == []


async def test_without_anybody_else_to_tell_status_alone_says_it(desk: Desk) -> None:
    desk.settings = replace(desk.settings, operator=Operator(to=("desk",)))
    await lose(desk)

    assert await look(desk) == []
    assert len(ask(desk, "status").rows[0]["lost"]) == 1  # type: ignore[arg-type]


async def test_a_receiver_that_got_another_chat_is_no_longer_lost(desk: Desk) -> None:
    await lose(desk)
    moved = replace(desk.settings.receivers["desk"], chat="9")
    desk.settings = replace(desk.settings, receivers={**desk.settings.receivers, "desk": moved})

    assert await look(desk) == []
    with desk.store.snapshot() as conn:
        assert reaching.lost(conn) == {}
