"""Who is let in, what is answered once, and what a press becomes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app.listening import BURST, Doorman, pressed_of
from bot.channels import Address, Moved, Question, Reply, Sent
from bot.channels import Answer as Handed
from bot.commands import SILENT, Answer, Asked, Pressed, split_command
from bot.errors import SendError
from bot.model import Access, Block, Message, Outcome, Receiver, Settings, Span
from bot.store import Store, audit

NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)
DESK = Receiver(id="desk", via="telegram", chat="-1001", topic=12, language="zh")
GENERAL = Receiver(id="general", via="telegram", chat="-1001")
SAID = Message(blocks=(Block(((Span("an answer"),),)),))


class House:
    """The app as the doorman sees it: it notes what was asked."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = NOON
        self.settings = Settings(
            receivers={"general": GENERAL, "desk": DESK},
            access={"telegram": Access(admins=frozenset({"4242"}), chats=frozenset({"-55"}))},
        )
        self.asked: list[Asked] = []
        self.gives = Answer(SAID)

    def now(self) -> datetime:
        return self.clock

    async def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return self.gives


class Chat:
    """A chat service that notes its replies, after failing as often as it is told to."""

    name = "telegram"

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.menus: list[str | None] = []
        self.fails: list[Outcome] = []
        self.listens = False
        self.done = asyncio.Event()

    async def respond(self, question: Question, reply: Reply) -> None:
        if self.fails:
            raise SendError(self.fails.pop(0), "not now")
        self.replies.append(reply)

    async def set_commands(self, commands: Sequence[tuple[str, str]], *, language: str | None = None) -> None:
        self.menus.append(language)

    async def listen(self, answer: Handed) -> None:
        self.listens = True
        await self.done.wait()

    def tell_moves(self, on_moved: Moved) -> None: ...

    async def send(
        self, to: Address, message: Message, *, reply_to: str | None = None, reference: str = ""
    ) -> Sent:
        raise AssertionError("a doorman responds, it does not send")

    async def edit(self, to: Address, message_id: str, message: Message) -> None: ...

    async def check(self, to: Address | None = None) -> str:
        return ""

    async def close(self) -> None: ...


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    store = Store.open(f"sqlite:///{tmp_path / 'wirewatch.db'}")
    yield House(store)
    store.close()


@pytest.fixture
def chat() -> Chat:
    return Chat()


@pytest.fixture
def doorman(house: House, chat: Chat) -> Doorman:
    return Doorman(house, chat)


_numbers = iter(range(1, 1_000_000))


def typed(text: str, *, chat: str = "-1001", person: str = "7", **more: Any) -> Question:
    given: dict[str, Any] = {"topic": None, "message_id": "5", "reply_to_message_id": None} | more
    update = str(next(_numbers))
    return Question("telegram", chat, person, text, update_id=update, person_name="Mei", **given)


def press(action: str, **more: Any) -> Question:
    return typed("", callback=action, callback_id="9", **more)


async def test_people_in_a_receivers_chat_are_answered(doorman: Doorman, house: House, chat: Chat) -> None:
    await doorman.answer(typed("/recent 腾讯"))
    assert [(asked.verb, asked.words, asked.receiver) for asked in house.asked] == [
        ("recent", "腾讯", "general")
    ]
    assert [reply.message for reply in chat.replies] == [SAID]


async def test_a_topic_of_its_own_speaks_its_own_language(doorman: Doorman, house: House) -> None:
    await doorman.answer(typed("/status", topic=12))
    assert house.asked[0].reader == DESK


async def test_an_unknown_chat_gets_silence_for_words_and_for_presses(
    doorman: Doorman, house: House, chat: Chat
) -> None:
    await doorman.answer(typed("/status", chat="666"))
    await doorman.answer(press("mute:k7f2", chat="666"))
    assert house.asked == []
    assert chat.replies == []
    with house.store.snapshot() as conn:
        assert [(change.who, change.what) for change in audit.latest(conn)] == [("telegram:7", "refused")]


async def test_an_admin_is_answered_anywhere(doorman: Doorman, house: House) -> None:
    await doorman.answer(typed("/status", chat="666", person="4242"))
    assert house.asked[0].admin
    assert house.asked[0].receiver == ""


async def test_the_same_update_is_answered_once(doorman: Doorman, house: House) -> None:
    question = press("snooze:k7f2:4h")
    await doorman.answer(question)
    await doorman.answer(question)
    assert len(house.asked) == 1


async def test_a_press_is_a_verb_and_what_it_is_about() -> None:
    found = pressed_of(press("snooze:k7f2:4h"))
    assert found == Pressed("snooze", "k7f2:4h", "telegram", "-1001", "5")


async def test_a_pop_up_brings_no_message(doorman: Doorman, house: House, chat: Chat) -> None:
    house.gives = Answer(SILENT, popup="Muted.")
    await doorman.answer(press("mute:k7f2"))
    assert chat.replies == [Reply(popup="Muted.")]


async def test_talk_in_a_group_is_not_answered_but_a_private_word_is_a_search(
    doorman: Doorman, house: House
) -> None:
    await doorman.answer(typed("good morning all"))
    await doorman.answer(typed("腾讯", chat="4242", person="4242", private=True))
    assert [(asked.verb, asked.words, asked.alone) for asked in house.asked] == [("recent", "腾讯", True)]


async def test_a_flood_of_one_person_is_dropped_and_others_are_answered(
    doorman: Doorman, house: House
) -> None:
    for _ in range(3 * BURST):
        await doorman.answer(typed("/status"))
    assert len(house.asked) == BURST
    await doorman.answer(typed("/status", person="8"))
    assert len(house.asked) == BURST + 1
    house.clock += timedelta(seconds=2)
    await doorman.answer(typed("/status"))
    assert len(house.asked) == BURST + 2


async def test_a_press_in_a_flood_is_confirmed_although_it_does_nothing(
    doorman: Doorman, house: House, chat: Chat
) -> None:
    for _ in range(BURST + 1):
        await doorman.answer(press("why:k7f2"))
    assert len(house.asked) == BURST
    assert chat.replies[-1] == Reply()


async def test_a_receiver_that_is_a_person_is_known_in_the_direct_messages_with_them(
    doorman: Doorman, house: House
) -> None:
    mei = Receiver(id="mei", via="telegram", chat="7", language="zh")
    house.settings = Settings(receivers={"mei": mei})
    await doorman.answer(typed("/status", chat="D77", person="7", private=True))
    assert house.asked[0].reader == mei


async def test_an_answer_that_was_not_sent_is_sent_again(
    doorman: Doorman, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_time(seconds: float) -> None: ...

    monkeypatch.setattr("bot.app.listening.asyncio.sleep", no_time)
    chat.fails = [Outcome.UNSENT, Outcome.RATE_LIMITED]
    await doorman.answer(typed("/status"))
    assert len(chat.replies) == 1
    chat.fails = [Outcome.AMBIGUOUS]
    await doorman.answer(typed("/status"))
    assert len(chat.replies) == 1


async def test_a_menu_is_offered_until_it_is_taken_while_questions_are_answered(
    doorman: Doorman, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = 0

    async def offered(commands: object, *, language: str | None = None) -> None:
        nonlocal tried
        tried += 1
        assert chat.listens, "the menu comes second"
        if tried < 9:
            raise SendError(Outcome.UNSENT, "no network")
        chat.menus.append(language)
        if language == "zh":
            chat.done.set()

    monkeypatch.setattr("bot.app.listening.MENU_AGAIN", (0.001, 0.002))
    monkeypatch.setattr(chat, "set_commands", offered)
    async with asyncio.timeout(5):
        await doorman.listen()
    assert chat.menus == [None, "zh"]


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/recent 腾讯 since:3d", ("recent", "腾讯 since:3d")),
        ("/Why@WirewatchBot k7f2", ("why", "k7f2")),
        ("why k7f2", ("why", "k7f2")),
        ("月之暗面", ("recent", "月之暗面")),
    ],
)
def test_a_line_becomes_a_verb_and_words(text: str, command: tuple[str, str]) -> None:
    assert split_command(text) == command
