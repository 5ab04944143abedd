"""A Telegram group becomes a supergroup: the bot follows it, remembers it, and says so once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.app.moves import moved, note, unwritten
from bot.channels import Address, Question
from bot.channels.telegram import Telegram
from bot.commands import Asked, Desk, answer
from bot.errors import SendError
from bot.model import Access, Outcome, Settings
from bot.outbox import Outbox
from bot.render.health_views import MovedChat
from bot.store import Store, alerts, entries, matches, meta
from tests.grouping import TABLES
from tests.newsmaking import NOON, WATCHLIST, entry, facts, mention, receiver
from tests.standins import Chat, TelegramStandIn
from tests.standins.samples import alert, text
from tests.storing import assignment, match, open_store, owe, told

OLD, NEW = "-77", "-1001234567890"
SETTINGS = Settings(
    receivers={
        "desk": receiver(via="telegram", chat=OLD),
        "mei": receiver("mei", via="telegram", chat="4242"),
        "team": receiver("team", via="slack", chat=OLD),
    },
    access={"telegram": Access(admins=frozenset({OLD}), chats=frozenset({OLD, "-5"}))},
)


@pytest.fixture
async def api() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn(chats={4242: Chat(), int(OLD): Chat("group")}) as running:
        yield running


@pytest.fixture
async def telegram(api: TelegramStandIn) -> AsyncIterator[Telegram]:
    channel = Telegram(api.token, api_url=api.url, poll_seconds=1)
    yield channel
    await channel.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


async def test_a_send_follows_the_group_and_the_next_one_goes_there_at_once(
    telegram: Telegram, api: TelegramStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[tuple[str, str]] = []

    async def hear(old: str, new: str) -> None:
        heard.append((old, new))

    telegram.tell_moves(hear)
    api.move(int(OLD), int(NEW), told="none")
    sent = [await telegram.send(Address(OLD), alert()) for _ in range(2)]
    assert [each.chat for each in sent] == [NEW, NEW]
    assert api.calls["sendMessage"] == 3
    assert heard == [(OLD, NEW)]
    assert caplog.text.count("put the new number into wirewatch.yaml") == 1


async def test_nothing_replies_to_or_edits_what_stayed_in_the_old_group(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    """The numbers of messages start anew in a supergroup: the same number is another message there."""
    first = await telegram.send(Address(OLD), alert())
    api.move(int(OLD), int(NEW), told="none")
    api.messages[0].chat = int(NEW)
    await telegram.send(Address(OLD), text("new: Executive"), reply_to=first.message_id)
    assert api.messages[1].reply_to is None
    with pytest.raises(SendError) as caught:
        await telegram.edit(Address(OLD), first.message_id, text("overwritten"))
    assert caught.value.outcome is Outcome.REFUSED
    assert "old messages stay as they are" in str(caught.value)
    assert api.messages[0].text != "overwritten"


@pytest.mark.parametrize("told", ["both", "to", "from"])
async def test_a_move_is_heard_before_anything_is_sent(
    telegram: Telegram, api: TelegramStandIn, told: str
) -> None:
    heard: list[tuple[str, str]] = []
    asked: list[Question] = []
    done = asyncio.Event()

    async def hear(old: str, new: str) -> None:
        heard.append((old, new))

    async def answer(question: Question) -> None:
        asked.append(question)
        done.set()

    telegram.tell_moves(hear)
    api.move(int(OLD), int(NEW), told=told)
    api.say(4242, 77, "/recent")
    listening = asyncio.create_task(telegram.listen(answer))
    await asyncio.wait_for(done.wait(), 5)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    assert heard == [(OLD, NEW)]
    assert [one.text for one in asked] == ["/recent"], "that a group moved is no question"
    await telegram.send(Address(OLD), alert())
    assert api.calls["sendMessage"] == 1


async def test_checking_a_group_that_moved_says_what_to_write(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    api.move(int(OLD), int(NEW), told="none")
    with pytest.raises(SendError, match=f"chat {OLD} has become {NEW}: write chat: {NEW}") as caught:
        await telegram.check(Address(OLD))
    assert caught.value.moved_to == NEW


async def test_that_a_move_could_not_be_noted_stops_no_alert(
    telegram: Telegram, api: TelegramStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(old: str, new: str) -> None:
        raise OSError("the disk is full")

    telegram.tell_moves(fail)
    api.move(int(OLD), int(NEW), told="none")
    assert (await telegram.send(Address(OLD), alert())).chat == NEW
    assert "was not noted" in caplog.text


async def test_the_outbox_remembers_the_new_id_with_the_alert_it_sent(
    telegram: Telegram, api: TelegramStandIn, store: Store
) -> None:
    api.move(int(OLD), int(NEW), told="none")
    title = "Alibaba profit jumps 34%"
    of = entry("e1", title)
    with store.begin() as conn:
        entries.save(conn, [assignment("s1", of, facts(mention(title, "Alibaba")))], {of.id: [of.id]})
        matches.save(conn, [match("s1", entry=of.id)], "v1", NOON)
        alerts.save_told(conn, told("s1", watches=("alibaba",), pending=True))
        owe(conn, "s1|desk|alert|0", due=NOON, payload={"reason": "first_report"})

    def clock() -> datetime:
        return NOON

    outbox = Outbox(
        store=store,
        channels={"telegram": telegram},
        pacers={"telegram": telegram.pacer},
        configuration=lambda: (SETTINGS, WATCHLIST),
        clock=clock,
        owner="first",
    )
    await outbox.flush()
    with store.begin() as conn:
        reference = alerts.message_of(conn, "s1", "desk")
        assert reference is not None
        assert reference.chat == NEW
        assert moved(SETTINGS, conn).receivers["desk"].chat == NEW


def test_receivers_and_who_may_ask_follow_a_chat_on_its_own_service_only(store: Store) -> None:
    with store.begin() as conn:
        assert moved(SETTINGS, conn) is SETTINGS
        assert note(conn, SETTINGS, "telegram", OLD, NEW)
        assert not note(conn, SETTINGS, "telegram", OLD, NEW), "it is news once"
        followed = moved(SETTINGS, conn)
    chats = {name: each.chat for name, each in followed.receivers.items()}
    assert chats == {"desk": NEW, "mei": "4242", "team": OLD}
    assert followed.access["telegram"] == Access(admins=frozenset({OLD}), chats=frozenset({NEW, "-5"}))


def test_a_chat_that_moved_twice_is_followed_to_its_end_and_circles_end(store: Store) -> None:
    with store.begin() as conn:
        meta.note_move(conn, "telegram", OLD, "-2")
        meta.note_move(conn, "telegram", "-2", NEW)
        meta.note_move(conn, "telegram", "-5", "-6")
        meta.note_move(conn, "telegram", "-6", "-5")
        followed = moved(SETTINGS, conn)
    assert followed.receivers["desk"].chat == NEW
    assert followed.access["telegram"].chats == {NEW, "-6"}


def test_a_group_that_nobody_named_is_not_remembered(store: Store) -> None:
    with store.begin() as conn:
        assert not note(conn, SETTINGS, "telegram", "-999", NEW)
        assert not note(conn, SETTINGS, "telegram", OLD, OLD)
        assert meta.moves(conn, "telegram") == {}


def test_the_operator_reads_what_to_write_until_it_is_written(store: Store) -> None:
    written = Settings(receivers={"desk": receiver(via="telegram", chat=NEW)})
    with store.begin() as conn:
        note(conn, SETTINGS, "telegram", OLD, NEW)
        (moved_chat,) = unwritten(SETTINGS, conn)
        assert moved_chat == MovedChat("desk", OLD, NEW)
        assert unwritten(written, conn) == ()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "Telegram group -77 of desk has become -1001234567890. It is followed; in wirewatch.yaml write chat",
        ),
        ("zh", "desk 的 Telegram 群组 -77 已变为 -1001234567890，机器人已跟随；"),
    ],
)
def test_a_group_that_moved_is_no_fault_of_the_configuration(store: Store, language: str, said: str) -> None:
    with store.begin() as conn:
        note(conn, SETTINGS, "telegram", OLD, NEW)
        desk = Desk(
            conn=conn,
            settings=SETTINGS,
            watchlist=WATCHLIST,
            sources={},
            tables=TABLES,
            now=NOON,
            version="0",
            started=NOON,
            moved=unwritten(SETTINGS, conn),
        )
        asked = Asked(verb="status", reader=receiver(language=language), admin=True)
        given = answer(asked, desk)
    assert said in given.message.plain
    assert "last good one" not in given.message.plain
    assert "沿用上一份" not in given.message.plain
    assert given.rows[0]["faults"] == []
    assert given.rows[0]["moved"] == [{"receiver": "desk", "old": OLD, "new": NEW}]
