"""``connect``: who sends the code makes a chat a receiver and themself an admin; nobody else, and nothing else."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from bot.app.claiming import MOST_WRONG, claim, claim_code, claim_of, offer_code, typed_code, withdraw
from bot.app.greetings import expect_greeting, greet_now, owe_greetings
from bot.app.listening import Doorman
from bot.app.lock import hold
from bot.channels import Address, Question, Reply, Sent
from bot.commands import Answer, Asked
from bot.config import load
from bot.model import Access, Message, Receiver, Settings
from bot.store import Connection, Store, meta
from tests.connecting import GROUP, MEI, SETTINGS, Place, until
from tests.deskwork import PROFIT, Desk
from tests.grouping import NOON, TABLES, WATCHLIST
from tests.standins import TelegramStandIn

STRANGER = 666


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with TelegramStandIn(chats=[MEI, GROUP]) as telegram:
        yield Place(tmp_path, telegram)


async def test_who_sends_the_code_makes_the_chat_a_receiver_and_themself_an_admin(place: Place) -> None:
    async with place.connecting("--yes") as (typing, code):
        place.telegram.say(GROUP, MEI, f"/connect {code}")

    assert typing.code == 0, typing.out.getvalue()
    settings = load(place.config, environ={"TELEGRAM_BOT_TOKEN": "1:a"}).settings
    assert settings.receivers["desk"].chat == str(GROUP)
    assert settings.access["telegram"].admins == {str(MEI)}
    (now, later) = [route for route in settings.routes if route.to == ("desk",)]
    assert (now.min_score, now.digest) == (60, None)
    assert later.min_score == 40
    assert later.digest is not None
    assert "code is right" in place.texts[0]
    assert "Wirewatch is connected" in place.texts[1]
    assert "desk" in place.texts[1]


async def test_every_other_byte_of_the_file_stays(place: Place) -> None:
    async with place.connecting("--yes") as (_, code):
        place.telegram.say(GROUP, MEI, f"/connect {code}")

    after = place.settings.splitlines()
    left = SequenceMatcher(None, SETTINGS.splitlines(), after, autojunk=False).get_opcodes()
    assert {kind for kind, *_ in left} == {"equal", "insert"}


async def test_the_change_is_shown_and_only_made_once_it_is_agreed_to(place: Place) -> None:
    async with place.connecting(keys="news-desk\nn\n") as (typing, code):
        place.telegram.say(GROUP, MEI, f"/connect {code}")

    assert typing.code == 1
    assert "+  news-desk: {via: telegram, chat: -1001234567890" in typing.out.getvalue()
    assert place.settings == SETTINGS
    assert "said no" in place.texts[-1]


async def test_dry_run_shows_the_lines_and_writes_nothing(place: Place) -> None:
    async with place.connecting("--dry-run", "--name", "wire", "--language", "zh") as (typing, code):
        place.telegram.say(GROUP, MEI, f"/connect {code}")

    assert typing.code == 0
    assert "+  wire: {via: telegram" in typing.out.getvalue()
    assert "language: zh" in typing.out.getvalue()
    assert place.settings == SETTINGS


async def test_a_wrong_code_connects_nobody_and_gets_no_answer(place: Place) -> None:
    async with place.connecting("--yes") as (typing, code):
        place.telegram.say(GROUP, STRANGER, "/connect zzzzzzzz")
        await until(lambda: "A wrong code came" in typing.out.getvalue(), typing)
        assert place.texts == []
        place.telegram.say(GROUP, MEI, f"/connect {code.upper()}")

    assert load(place.config, environ={}).settings.access["telegram"].admins == {str(MEI)}


async def test_a_chat_that_is_a_receiver_only_gets_what_is_missing(place: Place) -> None:
    known = SETTINGS.replace("# this one\n", f"# this one\n  desk: {{via: telegram, chat: {GROUP}}}\n")
    place.put("wirewatch.yaml", known)
    async with place.connecting("--yes") as (_, code):
        place.telegram.say(GROUP, MEI, f"/connect {code}")
    settings = load(place.config, environ={}).settings
    assert set(settings.receivers) == {"terminal", "desk"}
    assert settings.access["telegram"].admins == {str(MEI)}
    assert "connected already, as desk" in place.texts[-1]
    again = place.settings
    async with place.connecting("--yes") as (typing, code):
        place.telegram.say(GROUP, MEI, f"/connect {code}")

    assert typing.code == 0
    assert place.settings == again


async def test_a_new_chat_may_stand_beside_another_one(place: Place) -> None:
    async with place.connecting("--yes", "--beside", "terminal") as (_, code):
        place.telegram.say(GROUP, MEI, f"/connect {code}")

    assert [route.to for route in load(place.config, environ={}).settings.routes] == [("terminal", "desk")]


async def test_a_topic_of_a_group_is_a_chat_of_its_own(place: Place) -> None:
    place.telegram.chats[GROUP] = replace(place.telegram.chats[GROUP], topics=frozenset({12}))
    async with place.connecting("--yes") as (_, code):
        place.telegram.say(GROUP, MEI, f"/connect {code}", topic=12)

    assert load(place.config, environ={}).settings.receivers["desk"].topic == 12
    assert {message.topic for message in place.telegram.messages} == {12}


async def test_while_a_bot_listens_connect_does_not_take_its_messages(place: Place) -> None:
    place.put(
        "wirewatch.yaml", SETTINGS.replace("# this one\n", "# this one\n  me: {via: telegram, chat: 1}\n")
    )
    with hold(place.home / "state"):
        async with place.connecting("--yes", "--name", "desk") as (_, code):
            await asyncio.sleep(0.7)
            assert place.telegram.calls["getUpdates"] == 0
            store = Store.open(place.database, variants=TABLES.variants)
            with store.begin() as conn:
                assert claim_code(conn, said(f"/connect {code}"), NOON, known=False)
            store.close()

    assert load(place.config, environ={}).settings.receivers["desk"].chat == str(GROUP)


async def test_what_can_not_be_written_is_said_before_anybody_sends_a_code(place: Place) -> None:
    # A mount that is read-only: whoever runs the tests may be root, who may write anywhere else.
    with patch("os.access", side_effect=lambda path, mode: mode != os.W_OK):
        locked = await place.type("connect", "telegram", "--yes")
    (place.config / "wirewatch.yaml").unlink()
    missing = await place.type("connect", "telegram", "--yes")

    assert (locked.code, missing.code) == (2, 2)
    assert "can't be written" in locked.out.getvalue()
    assert "wirewatch init" in missing.out.getvalue()


async def test_where_nobody_can_be_asked_connect_says_so_first(place: Place) -> None:
    typing = await place.type("connect", "telegram")

    assert typing.code == 2
    assert "--yes" in typing.out.getvalue()
    assert place.telegram.calls["getUpdates"] == 0


async def test_without_its_token_connect_says_where_to_put_it(place: Place) -> None:
    del place.environ["TELEGRAM_BOT_TOKEN"]
    async with place.connecting("--yes") as (typing, _):
        pass

    assert typing.code == 2
    assert "TELEGRAM_BOT_TOKEN" in typing.out.getvalue()
    assert ".env" in typing.out.getvalue()


class Room:
    """A chat that keeps its answers, and the little that the doorman needs of the app."""

    name = "telegram"

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.answers: list[str] = []

    def now(self) -> datetime:
        """The time."""
        return NOON

    async def answer(self, asked: Asked) -> Answer:
        """Not what is tested here."""
        raise AssertionError(f"{asked.verb} {asked.words} was taken for a command")

    async def listen(self, answer: object) -> None:
        """Nobody else is heard."""

    def tell_moves(self, on_moved: object) -> None:
        """Nothing moves."""

    async def set_commands(self, commands: object, *, language: str | None = None) -> None:
        """There is no menu."""

    async def respond(self, question: Question, reply: Reply) -> None:
        """Keep the answer."""
        assert reply.message is not None
        self.answers.append(reply.message.plain)

    async def send(self, to: Address, message: Message, **more: object) -> Sent:
        """Keep what is sent."""
        self.answers.append(message.plain)
        return Sent("1")

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Nothing is edited."""

    async def check(self, to: Address | None = None) -> str:
        """Always there."""
        return "a chat"

    async def close(self) -> None:
        """Nothing is open."""


async def test_the_running_bot_takes_the_code_of_somebody_it_does_not_know(store: Store) -> None:
    room = Room(store, Settings())
    doorman = Doorman(room, room)
    with store.begin() as conn:
        code = offer_code(conn, "telegram", NOON, language="en", asks=True)
    await doorman.answer(said("/connect zzzzzzzz"))
    assert room.answers == [], "strangers get silence"
    await doorman.answer(said(f"/connect {code}", number=2))

    (answer,) = room.answers
    assert "terminal asks" in answer
    with store.snapshot() as conn:
        claimed, wrong = claim_of(conn, "telegram", code)
    assert claimed is not None
    assert (claimed.person, wrong) == (str(MEI), 1)


async def test_strangers_codes_write_nothing_where_none_is_waited_for_and_little_where_one_is(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, write = 0, store.write

    async def counted(fn: Callable[[Connection], Any]) -> Any:
        nonlocal written
        written += 1
        return await write(fn)

    monkeypatch.setattr(store, "write", counted)
    room = Room(store, Settings())
    doorman = Doorman(room, room)
    for number in range(50):
        await doorman.answer(said("/connect zzzzzzzz", number=number))
    assert written == 1, "the one note of a day that a stranger was refused"

    with store.begin() as conn:
        code = offer_code(conn, "telegram", NOON, language="en", asks=True)
    for number in range(50, 100):
        await claim(store, said("/connect zzzzzzzz", number=number), NOON, known=False)
    assert written == 1 + MOST_WRONG
    with store.snapshot() as conn:
        assert claim_of(conn, "telegram", code) == (None, MOST_WRONG)


async def test_who_may_ask_is_told_that_a_code_was_wrong(store: Store) -> None:
    room = Room(store, Settings(access={"telegram": Access(frozenset({str(MEI)}))}))
    doorman = Doorman(room, room)
    with store.begin() as conn:
        offer_code(conn, "telegram", NOON, language="en", asks=True)
    await doorman.answer(said("/connect zzzzzzzz"))

    assert ["4 more tries" in answer for answer in room.answers] == [True]


async def test_a_chat_is_greeted_with_the_last_day_where_the_bot_has_read_before(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.read("harbour", PROFIT)
    room = Room(desk.store, desk.settings)
    receiver = Receiver(id="new", via="telegram", chat="7")
    assert await greet_now(desk.store, room, receiver, WATCHLIST, desk.now)

    (greeting,) = room.answers
    assert "Wirewatch is connected" in greeting
    assert PROFIT in greeting
    with desk.store.begin() as conn:
        settings = replace(desk.settings, receivers={"new": receiver})
        assert owe_greetings(conn, settings, desk.now) == 0, "once is enough"
        expect_greeting(conn, "new")
        assert owe_greetings(conn, settings, desk.now) == 1, "another chat of the same name"
    desk.close()


def said(text: str, person: str = str(MEI), number: int = 1) -> Question:
    """What the bot hears."""
    return Question("telegram", str(GROUP), person, text, None, str(number), None, str(number))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path / 'w.db'}", variants=TABLES.variants)


def test_a_person_may_try_five_wrong_codes_and_then_not_even_the_right_one(store: Store) -> None:
    with store.begin() as conn:
        code = offer_code(conn, "telegram", NOON, language="en", asks=False)
        wrong = [
            claim_code(conn, said("/connect zzzzzzzz", number=number), NOON, known=True)
            for number in range(7)
        ]
        assert [answer is not None for answer in wrong] == [True] * 5 + [False] * 2
        assert claim_code(conn, said(f"/connect {code}", number=8), NOON, known=True) is None
        assert claim_code(conn, said(f"/connect {code}", "7", 9), NOON, known=False) is not None


def test_a_code_expires(store: Store) -> None:
    with store.begin() as conn:
        code = offer_code(conn, "telegram", NOON, language="en", asks=False)
        late = NOON + timedelta(minutes=10)
        assert claim_code(conn, said(f"/connect {code}"), late, known=True) is None


def test_a_code_works_once_and_for_one_person(store: Store) -> None:
    with store.begin() as conn:
        code = offer_code(conn, "telegram", NOON, language="zh", asks=True)
        assert claim_code(conn, said(f"/connect {code}"), NOON, known=False) is not None
        assert claim_code(conn, said(f"/connect {code}", "7", 2), NOON, known=False) is None
        claimed, _ = claim_of(conn, "telegram", code)
        assert claimed is not None
        assert claimed.person == str(MEI)


def test_a_newer_code_makes_an_older_one_void(store: Store) -> None:
    with store.begin() as conn:
        older = offer_code(conn, "telegram", NOON, language="en", asks=False)
        newer = offer_code(conn, "telegram", NOON, language="en", asks=False)
        with pytest.raises(LookupError):
            claim_of(conn, "telegram", older)
        withdraw(conn, "telegram", older)
        assert claim_code(conn, said(f"/connect {newer}"), NOON, known=False) is not None


def test_the_store_keeps_no_code(store: Store) -> None:
    with store.begin() as conn:
        code = offer_code(conn, "slack", NOON, language="en", asks=False)
        assert code not in str(meta.get(conn, "connect slack"))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("/connect k7f2m9qa", "k7f2m9qa"),
        ("connect K7F2M9QA", "k7f2m9qa"),
        ("／connect “k7f2m9qa”", "k7f2m9qa"),
        ("/connect", ""),
        ("/recent k7f2m9qa", ""),
        ("/connect k7f2 m9qa", ""),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, code: str) -> None:
    assert typed_code(typed) == code
