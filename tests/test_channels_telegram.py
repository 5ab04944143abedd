"""Telegram, sending: what a reader sees, and what every kind of trouble means for the message."""

from __future__ import annotations

import logging
import socket
import traceback
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.channels import Address, Channel, Pacer
from bot.channels.telegram import Telegram
from bot.errors import ConfigError, SendError
from bot.model import Block, Button, DeliveryKind, Message, Outcome, Span
from tests.standins import Chat, TelegramStandIn, VirtualClock
from tests.standins.samples import HEADLINE, alert, hostile, line, text

TOKEN = "123456:CANARY-token_never-to-be-seen"
MEI = Address("4242")
DESK = Address("-1001234567890", topic=12)


@pytest.fixture
async def api() -> AsyncIterator[TelegramStandIn]:
    chats = {4242: Chat(), -1001234567890: Chat("supergroup", frozenset({12})), -77: Chat("group")}
    async with TelegramStandIn(token=TOKEN, chats=chats) as running:
        yield running


@pytest.fixture
async def telegram(api: TelegramStandIn) -> AsyncIterator[Telegram]:
    channel = Telegram(TOKEN, api_url=api.url, read_timeout=0.4)
    yield channel
    await channel.close()


async def failure_of(telegram: Telegram, to: Address = MEI, message: Message | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        await telegram.send(to, message or text("hello"))
    assert "CANARY" not in "".join(traceback.format_exception(caught.value))
    return caught.value


async def test_an_alert_looks_as_it_was_drawn(telegram: Telegram, api: TelegramStandIn) -> None:
    sent = await telegram.send(MEI, alert())
    (message,) = api.messages
    assert message.text == (
        f"🔴 Alibaba · Earnings\n{HEADLINE}\n"
        "Cloud revenue rose to 39.8 billion yuan in the September quarter.\n\n"
        "Harbour Wire 🔒 17:02\n92 · company in headline, earnings"
    )
    assert {
        (message.text[entity.start : entity.end], entity.kind, entity.url) for entity in message.entities
    } == {
        ("Alibaba", "b", ""),
        (HEADLINE, "b", ""),
        (HEADLINE, "a", "https://harbour.example/a?b=1&c=2"),
    }
    assert message.buttons == [[("Why", "why:k7f2"), ("Mute", "mute:k7f2")]]
    assert not message.silent
    assert sent.message_id == str(message.message_id)
    assert sent.parts == (sent.message_id,)
    assert sent.chat == "4242"


async def test_telegram_keeps_the_contract_of_a_channel(telegram: Telegram) -> None:
    assert isinstance(telegram, Channel)


async def test_a_development_stands_under_its_alert_and_an_answer_is_silent(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    first = await telegram.send(DESK, alert())
    await telegram.send(DESK, text("new: Executive"), reply_to=first.message_id)
    await telegram.send(DESK, text("the alert is gone"), reply_to="999")
    _, reply, lost = api.messages
    assert (reply.reply_to, reply.topic, reply.silent) == (int(first.message_id), 12, True)
    assert lost.reply_to is None


async def test_an_edit_changes_the_message_and_the_same_text_again_is_fine(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    sent = await telegram.send(MEI, alert())
    await telegram.edit(MEI, sent.message_id, alert("Harbour Wire 🔒 17:02 · also 浦江早报 17:03"))
    await telegram.edit(MEI, sent.message_id, alert("Harbour Wire 🔒 17:02 · also 浦江早报 17:03"))
    (message,) = api.messages
    assert "浦江早报" in message.text
    assert len(message.edits) == 1


async def test_an_edit_of_a_message_that_is_gone_is_refused(telegram: Telegram) -> None:
    with pytest.raises(SendError) as caught:
        await telegram.edit(MEI, "999", alert())
    assert caught.value.outcome is Outcome.REFUSED


async def test_text_from_a_feed_stays_text(telegram: Telegram, api: TelegramStandIn) -> None:
    await telegram.send(MEI, hostile())
    (message,) = api.messages
    assert "<script>alert(1)</script>" in message.text
    assert message.live == []
    assert [entity.url for entity in message.entities if entity.kind == "a"] == [
        "https://ok.example/%22%3E%3Cb%3E%7Cx%3E"
    ]
    assert not {"\u202e", "\x1b", "\x00"} & set(message.text)


async def test_neither_an_address_in_the_gist_nor_a_company_of_such_a_name_becomes_a_link(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    company = (Span("🔴 "), Span("JD.com", bold=True), Span(" · Earnings"))
    named = Block((company, line("Read more at evil.test/win or evil.com.")))
    await telegram.send(MEI, Message(blocks=(named,)))
    (message,) = api.messages
    assert message.live == []
    assert message.text.replace("\u2060", "").startswith("🔴 JD.com · Earnings\n")


async def test_a_group_that_moved_is_followed_and_its_new_id_is_told(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    api.chats[-77].moved_to = -1001234567890
    sent = await telegram.send(Address("-77"), alert())
    assert sent.chat == "-1001234567890"
    assert [message.chat for message in api.messages] == [-1001234567890]


async def test_a_group_that_moves_in_circles_is_given_up(telegram: Telegram, api: TelegramStandIn) -> None:
    api.chats[-77].moved_to = -77
    assert (await failure_of(telegram, Address("-77"))).outcome is Outcome.REFUSED
    assert api.calls["sendMessage"] == 2


async def test_when_the_topic_is_deleted_general_gets_the_alert(
    telegram: Telegram, api: TelegramStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    await telegram.send(Address(DESK.chat, topic=99), alert())
    assert [message.topic for message in api.messages] == [None]
    assert "topic 99" in caplog.text


async def test_markup_that_telegram_cannot_read_arrives_as_plain_text(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    api.fail_next(1, "error:can't parse entities: Unsupported start tag")
    await telegram.send(MEI, alert())
    (message,) = api.messages
    assert HEADLINE in message.text
    assert message.entities == []


@pytest.mark.parametrize(
    ("how", "outcome"),
    [
        ("429", Outcome.RATE_LIMITED),
        ("500", Outcome.AMBIGUOUS),
        ("502html", Outcome.AMBIGUOUS),
        ("200html", Outcome.AMBIGUOUS),
        ("no_id", Outcome.AMBIGUOUS),
        ("401", Outcome.UNAUTHORISED),
        ("403", Outcome.GONE),
        ("reset_before", Outcome.AMBIGUOUS),
        ("accept_then_reset", Outcome.AMBIGUOUS),
        ("accept_then_hang", Outcome.AMBIGUOUS),
        ("error:chat not found", Outcome.GONE),
        ("error:not enough rights to send text messages to the chat", Outcome.GONE),
        ("error:wrong file identifier", Outcome.REFUSED),
    ],
)
async def test_every_failure_says_what_became_of_the_message(
    telegram: Telegram, api: TelegramStandIn, how: str, outcome: Outcome
) -> None:
    api.fail_next(1, how)
    assert (await failure_of(telegram)).outcome is outcome
    assert api.calls["sendMessage"] == 1


async def test_an_answer_with_fields_that_nobody_can_read_is_no_doubt(
    telegram: Telegram, api: TelegramStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new field must not make an alert that arrived look lost, and be repeated."""
    strange = {"message_id": 7, "date": 10**15, "chat": "of the future", "entities": 5}
    monkeypatch.setattr(api, "_json", lambda _: strange)
    assert (await telegram.send(MEI, alert())).message_id == "7"


async def test_a_slow_answer_is_waited_for(telegram: Telegram, api: TelegramStandIn) -> None:
    api.fail_next(1, "slow", seconds=0.2)
    assert (await telegram.send(MEI, alert())).message_id == "1"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}", "http://no-such-host.invalid", "https://127.0.0.1:{port}"]
)
async def test_what_never_left_is_certainly_unsent(api: TelegramStandIn, url: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1] if url.startswith("http:") else api.url.rpartition(":")[2]
        telegram = Telegram(TOKEN, api_url=url.format(port=port), read_timeout=2)
        assert (await failure_of(telegram)).outcome is Outcome.UNSENT
        await telegram.close()


async def test_the_pause_telegram_asks_for_is_told_and_kept(api: TelegramStandIn) -> None:
    clock = VirtualClock()
    pacer = Pacer(clock=clock, sleep=clock.sleep)
    telegram = Telegram(TOKEN, api_url=api.url, pacer=pacer)
    api.fail_next(1, "429", retry_after=30)
    assert (await failure_of(telegram)).retry_after == timedelta(seconds=30)
    assert pacer.paused("4242") == 30
    assert pacer.paused(DESK.chat) == 0
    await telegram.close()


async def test_a_wrong_token_is_told_without_showing_any(api: TelegramStandIn) -> None:
    telegram = Telegram("123456:CANARY-other", api_url=api.url)
    error = await failure_of(telegram)
    assert error.outcome is Outcome.UNAUTHORISED
    assert "TELEGRAM_BOT_TOKEN" in str(error)
    assert "CANARY" not in repr(telegram)
    await telegram.close()


@pytest.mark.parametrize("token", ["", "12 34:abc", "1234:abc\n", "1234:abc/../x"])
def test_what_can_be_no_token_is_refused_before_it_is_used(token: str) -> None:
    with pytest.raises(SendError, match="TELEGRAM_BOT_TOKEN"):
        Telegram(token)


def test_an_address_that_is_none_names_the_variable() -> None:
    with pytest.raises(ConfigError, match="TELEGRAM_API_URL"):
        Telegram(TOKEN, api_url="api.telegram.org")


async def test_no_log_at_any_level_shows_the_token(
    telegram: Telegram, api: TelegramStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for name in ("httpx", "httpcore", "telegram", "telegram.Bot"):
            logging.getLogger(name).setLevel(logging.DEBUG)
        await telegram.send(MEI, alert())
        api.fail_next(1, "reset_before")
        await failure_of(telegram)
        fresh = Telegram(TOKEN, api_url=api.url)
        await fresh.check(MEI)
        await fresh.close()
    for name in ("httpx", "httpcore", "telegram", "telegram.Bot"):
        logging.getLogger(name).setLevel(logging.WARNING)
    assert "sendMessage" in caplog.text
    assert "CANARY" not in caplog.text


async def test_check_names_the_bot_and_tries_the_chat(telegram: Telegram) -> None:
    assert await telegram.check() == "@WirewatchBot"
    assert await telegram.check(DESK) == "@WirewatchBot may write to chat -1001234567890, topic 12"
    with pytest.raises(SendError, match="chat not found") as caught:
        await telegram.check(Address("777"))
    assert caught.value.outcome is Outcome.GONE


async def test_a_message_without_text_is_refused_here(telegram: Telegram, api: TelegramStandIn) -> None:
    error = await failure_of(telegram, message=Message(blocks=(Block((line(" \x00 "),)),)))
    assert error.outcome is Outcome.REFUSED
    assert api.calls["sendMessage"] == 0


async def test_a_button_too_long_for_telegram_is_left_out_not_the_message(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    row = (Button("Why", "why:" + "汉" * 21), Button("Mute", "mute:k7f2"))
    await telegram.send(MEI, Message(blocks=(Block((line("hello"),)),), buttons=(row,)))
    assert api.messages[0].buttons == [[("Mute", "mute:k7f2")]]


async def test_the_menu_of_commands_is_set_for_private_chats_and_groups_in_both_languages(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    await telegram.set_commands([("recent", "newest stories"), ("why", "why I was told")])
    await telegram.set_commands([("recent", "最新消息")], language="zh")
    assert api.menu == [("recent", "newest stories"), ("why", "why I was told")]
    assert set(api.menus) == {
        (scope, language) for scope in ("all_private_chats", "all_group_chats") for language in ("", "zh")
    }
    assert api.menus["all_group_chats", "zh"] == [("recent", "最新消息")]


async def test_what_telegram_takes_for_no_command_is_left_out_of_the_menu(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    odd = [("Recent", "x"), ("re-read", "x"), ("关注", "x"), ("empty", " "), ("x" * 33, "x")]
    many = [(f"verb{number}", "what it does " * 40) for number in range(120)]
    await telegram.set_commands(odd + many)
    assert [name for name, _ in api.menu] == [f"verb{number}" for number in range(100)]
    assert {len(does) for _, does in api.menu} == {256}


async def test_more_buttons_than_telegram_takes_are_laid_out_in_rows_it_takes(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    row = tuple(Button(str(number), f"story:{number}") for number in range(11))
    await telegram.send(MEI, Message(blocks=(Block((line("hello"),)),), buttons=(row,) * 12))
    rows = api.messages[0].buttons
    assert [len(row) for row in rows[:4]] == [8, 3, 8, 3]
    assert sum(map(len, rows)) == 100


async def test_a_delivery_that_holds_its_turn_sends_within_it(api: TelegramStandIn) -> None:
    clock = VirtualClock()
    pacer = Pacer(clock=clock, sleep=clock.sleep)
    telegram = Telegram(TOKEN, api_url=api.url, pacer=pacer)
    async with pacer.turn("4242", DeliveryKind.ALERT):
        await telegram.send(MEI, alert())
    assert len(api.messages) == 1
    await telegram.close()
