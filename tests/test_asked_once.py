"""A question from a chat that a crash cuts short: what changes something is done once, the rest is answered again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import asking
from bot.app import listening as door
from bot.app.listening import Doorman
from bot.channels import Pacer, Question, Reply
from bot.channels.telegram import Telegram
from bot.channels.telegram.listen import Ear
from bot.errors import StoreFull
from bot.model import Receiver
from bot.store import updates
from tests.deskwork import Chat
from tests.presses import GROUP, MEI, House, PressDesk
from tests.standins import TelegramStandIn

BEFORE = ("question-heard",)
AFTER = ("effect-committed", "answer-made", "answer-given", "update-noted")


class _EndedError(BaseException):
    """The process ends here."""


class _Ears(Chat):
    """A channel that keeps what is answered."""

    name = "telegram"
    pacer = Pacer()

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Reply] = []

    async def listen(self, answer: Any) -> None:
        """Nobody says anything."""

    async def set_commands(self, menu: Any, *, language: str = "") -> None:
        """There is no menu."""

    def tell_moves(self, on_moved: Any) -> None:
        """Chats keep their ids."""

    async def respond(self, question: Question, reply: Reply) -> None:
        """Keep an answer."""
        if reply.message is not None:
            self.heard.append(reply)


class _Lives:
    """Processes that follow one another on one store, and may end at a point."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch) -> None:
        self.desk = PressDesk(home)
        self.ends_at = ""
        for module in (door, asking):
            patch.setattr(module, "crashpoint", self._pass)

    def _pass(self, name: str) -> None:
        if name == self.ends_at:
            raise _EndedError(name)

    def born(self) -> tuple[Doorman, _Ears]:
        """A new life."""
        self.desk.restart()
        ears = _Ears()
        house = House(self.desk, ears, Receiver(id="desk", via="telegram", chat=GROUP))  # type: ignore[arg-type]
        return Doorman(house, ears), ears

    async def hear(self, text: str, *, ends_at: str = "") -> list[Reply]:
        """Let a new life hear a question under the same number; return what it answered."""
        doorman, ears = self.born()
        self.ends_at = ends_at
        asked = Question("telegram", GROUP, MEI.id, text, None, "99", None, "7", person_name=MEI.name)
        if ends_at:
            with pytest.raises(_EndedError):
                await doorman.answer(asked)
        else:
            await doorman.answer(asked)
        return ears.heard


@pytest.fixture
def lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Lives]:
    made = _Lives(tmp_path, monkeypatch)
    yield made
    made.desk.close()


@pytest.mark.parametrize("point", [*BEFORE, *AFTER])
async def test_a_mute_that_a_crash_cuts_short_is_made_once(lives: _Lives, point: str) -> None:
    await lives.hear("/watch mute globex 4h", ends_at=point)
    assert len(lives.desk.changes()) == (point in AFTER)

    again = await lives.hear("/watch mute globex 4h")

    assert len(again) == (point in BEFORE)
    assert lives.desk.changes() == ["watch mute globex"]
    assert len(lives.desk.muted()) == 1


@pytest.mark.parametrize(
    ("point", "answers"), [("question-heard", 1), ("answer-made", 1), ("update-noted", 0)]
)
async def test_a_question_that_a_crash_cuts_short_is_answered_after_it(
    lives: _Lives, point: str, answers: int
) -> None:
    await lives.hear("/recent", ends_at=point)

    assert len(await lives.hear("/recent")) == answers
    assert await lives.hear("/recent") == []


async def test_a_question_that_ends_the_bot_each_time_is_left_after_some_tries(lives: _Lives) -> None:
    for _ in range(updates.MOST_TRIES):
        await lives.hear("/recent", ends_at="question-heard")

    assert await lives.hear("/recent") == []


async def test_an_update_that_comes_again_while_it_is_answered_is_answered_once(lives: _Lives) -> None:
    doorman, ears = lives.born()
    asked = Question("telegram", GROUP, MEI.id, "/recent", None, "99", None, "7")

    await asyncio.gather(doorman.answer(asked), doorman.answer(asked))

    assert len(ears.heard) == 1


async def test_on_a_full_disk_a_question_is_answered(lives: _Lives, monkeypatch: pytest.MonkeyPatch) -> None:
    doorman, ears = lives.born()

    async def full(_: object) -> None:
        raise StoreFull("no room")

    monkeypatch.setattr(lives.desk.store, "write", full)
    await doorman.answer(Question("telegram", GROUP, MEI.id, "/recent", None, "99", None, "7"))

    assert len(ears.heard) == 1


async def test_telegram_hands_a_question_out_again_until_it_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(Ear.__init__.__kwdefaults__, "patience", 0.02)  # type: ignore[arg-type]
    answered: list[str] = []
    slow = asyncio.Event()

    async def answer(question: Question) -> None:
        if question.text == "/slow":
            await slow.wait()
        answered.append(question.text)

    async def until(*texts: str) -> None:
        while answered != list(texts):  # noqa: ASYNC110 - a server sets no event
            await asyncio.sleep(0.01)

    async with TelegramStandIn(chats=[1, 2]) as api, asyncio.timeout(5):
        for life in range(2):
            channel = Telegram(api.token, api_url=api.url, poll_seconds=1)
            listening = asyncio.create_task(channel.listen(answer))
            if life == 0:
                for chat, text in ((1, "/slow"), (2, "/quick"), (2, "/next")):
                    api.say(chat, 11, text)
                    await asyncio.sleep(0)
                await until("/quick", "/next")
                await asyncio.sleep(0.1)  # it polls on, and nothing is answered twice
                assert answered == ["/quick", "/next"]
                answered.clear()
            else:
                slow.set()
                while "/slow" not in answered:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await channel.close()
