"""Telegram, answering: pop-ups for presses, replies in the topic, messages that change under a button."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.channels import Address, Pacer, Question, Reply
from bot.channels.telegram import Telegram
from bot.channels.telegram.dress import popup_of
from bot.errors import SendError
from bot.model import Button, DeliveryKind, Outcome
from tests.standins import Chat, TelegramStandIn, VirtualClock
from tests.standins.samples import alert, text

GROUP = -1001234567890
DESK = Address(str(GROUP), 12)
WAIT = ((Button("4 h", "snooze:k7f2:4h"), Button("‹", "back:k7f2")),)


@pytest.fixture
async def api() -> AsyncIterator[TelegramStandIn]:
    chats = {4242: Chat(), GROUP: Chat("supergroup", frozenset({12}))}
    async with TelegramStandIn(chats=chats) as running:
        yield running


@pytest.fixture
async def telegram(api: TelegramStandIn) -> AsyncIterator[Telegram]:
    channel = Telegram(api.token, api_url=api.url)
    yield channel
    await channel.close()


async def pressed(telegram: Telegram, api: TelegramStandIn, action: str = "why:k7f2") -> Question:
    """Send an alert to the desk's topic and let somebody press its button."""
    sent = await telegram.send(DESK, alert())
    api.press(GROUP, 77, int(sent.message_id), action)
    callback = api._updates[-1]["callback_query"]["id"]
    return Question(
        "telegram",
        str(GROUP),
        "77",
        "",
        12,
        sent.message_id,
        None,
        "9",
        callback=action,
        callback_id=callback,
    )


def typed(chat: str = "4242", topic: int | None = None) -> Question:
    return Question("telegram", chat, "77", "/recent", topic, "1", None, "9")


async def test_a_press_is_answered_over_the_chat_and_nothing_is_sent(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    await telegram.respond(await pressed(telegram, api), Reply(popup="92 urgent", message=text("at length")))
    assert [words for _, words in api.popups] == ["92 urgent"]
    assert len(api.messages) == 1


async def test_a_press_without_words_is_confirmed_all_the_same(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    await telegram.respond(await pressed(telegram, api), Reply())
    assert [words for _, words in api.popups] == [""]


async def test_a_long_pop_up_stays_and_a_glance_is_enough_for_a_short_one(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    for words in ("Muted.", "92 urgent\n+55 company in headline", "x" * 61):
        await telegram.respond(await pressed(telegram, api), Reply(popup=words))
    assert api.staying == ["92 urgent\n+55 company in headline", "x" * 61]


async def test_other_buttons_take_the_place_of_those_that_were_pressed(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    question = await pressed(telegram, api)
    await telegram.respond(question, Reply(buttons=WAIT))
    await telegram.respond(replace(question, callback_id="another press"), Reply(buttons=WAIT))
    (message,) = api.messages
    assert message.buttons == [[("4 h", "snooze:k7f2:4h"), ("‹", "back:k7f2")]]
    assert "Alibaba" in message.text
    await telegram.respond(question, Reply(buttons=()))
    assert message.buttons == []


async def test_a_turned_page_takes_the_place_of_the_last_one(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    question = await pressed(telegram, api)
    await telegram.respond(question, Reply(message=replace(text("page 2"), buttons=WAIT), instead=True))
    await telegram.respond(question, Reply(message=replace(text("page 2"), buttons=WAIT), instead=True))
    (message,) = api.messages
    assert (message.text, len(message.buttons[0])) == ("page 2", 2)


async def test_an_answer_stands_under_its_question_in_the_same_topic(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    question = await pressed(telegram, api)
    await telegram.respond(question, Reply(message=text("the whole trace")))
    await telegram.respond(typed(), Reply(message=text("a plain answer")))
    _, in_topic, plain = api.messages
    assert (in_topic.topic, in_topic.reply_to, in_topic.silent) == (12, int(question.message_id), True)
    assert (plain.chat, plain.topic) == (4242, None)


async def test_who_typed_reads_what_a_pop_up_would_have_said(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    await telegram.respond(typed(), Reply(popup="first line\nsecond line"))
    assert [message.text for message in api.messages] == ["first line\nsecond line"]
    assert api.popups == []


@pytest.mark.parametrize("reply", [Reply(buttons=WAIT), Reply(message=text("page 2"), instead=True)])
@pytest.mark.parametrize(
    "said", ["", "error:message can't be edited", "error:MESSAGE_ID_INVALID", "error:message is not modified"]
)
async def test_a_press_on_a_message_that_is_out_of_reach_troubles_nobody(
    telegram: Telegram, api: TelegramStandIn, reply: Reply, said: str
) -> None:
    question = await pressed(telegram, api)
    api.forget_presses()
    if said:
        api.fail_next(1, said)
    else:
        api.messages.clear()
    await telegram.respond(question, reply)
    assert all(message.text != "page 2" for message in api.messages)


async def test_trouble_on_the_way_is_told_so_that_it_is_tried_again(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    question = await pressed(telegram, api)
    api.fail_next(1, "429", method="answerCallbackQuery")
    with pytest.raises(SendError):
        await telegram.respond(question, Reply(popup="92 urgent"))
    api.fail_next(1, "429", retry_after=3)
    with pytest.raises(SendError) as caught:
        await telegram.respond(question, Reply(message=text("the whole trace")))
    assert caught.value.outcome is Outcome.RATE_LIMITED
    telegram.pacer.resume(str(GROUP))
    api._paused.clear()
    await telegram.respond(question, Reply(message=text("the whole trace")))
    assert [message.text for message in api.messages[1:]] == ["the whole trace"]


async def test_a_confirmation_that_got_lost_takes_nothing_else_with_it(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    question = await pressed(telegram, api)
    api.fail_next(1, "500", method="answerCallbackQuery")
    await telegram.respond(question, Reply(popup="Muted.", buttons=WAIT))
    assert [action for row in api.messages[0].buttons for _, action in row] == ["snooze:k7f2:4h", "back:k7f2"]


async def test_a_press_is_confirmed_before_the_alerts_that_wait_in_its_chat(api: TelegramStandIn) -> None:
    clock = VirtualClock()
    telegram = Telegram(api.token, api_url=api.url, pacer=Pacer(clock=clock, sleep=clock.sleep))
    question = await pressed(telegram, api)
    telegram.pacer.pause(str(GROUP), 600)
    waiting = asyncio.create_task(telegram.send(DESK, alert()))
    await telegram.respond(question, Reply(popup="92 urgent"))
    assert [words for _, words in api.popups] == ["92 urgent"]
    assert len(api.messages) == 1
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await telegram.close()


async def test_a_page_that_is_turned_does_not_wait_for_the_edits_of_alerts(api: TelegramStandIn) -> None:
    clock = VirtualClock()
    pacer = Pacer(clock=clock, sleep=clock.sleep)
    telegram = Telegram(api.token, api_url=api.url, pacer=pacer)
    question = await pressed(telegram, api)
    order: list[str] = []

    async def edit_an_alert() -> None:
        async with pacer.turn(str(GROUP), DeliveryKind.EDIT):
            order.append("edit")

    async def turn_the_page() -> None:
        await telegram.respond(question, Reply(message=text("page 2"), instead=True))
        order.append("page")

    pacer.pause(str(GROUP), 2)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(edit_an_alert())
        tasks.create_task(turn_the_page())
        while len(order) < 2:
            await asyncio.sleep(0.01)
            await clock.advance(0.5)
    assert order == ["page", "edit"]
    await telegram.close()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("92 urgent\n+55 company\u202e in headline\n", "92 urgent\n+55 company in headline"),
        ("🔴" * 150, "🔴" * 99 + "…"),
        ("\n".join(["+10 trusted source"] * 20), "\n".join(["+10 trusted source"] * 10) + "\n…"),
        ("word " * 60, "word " * 38 + "word…"),
    ],
)
def test_a_pop_up_is_cut_between_words_to_what_telegram_shows(words: str, shown: str) -> None:
    assert popup_of(words) == shown
    assert len(popup_of(words).encode("utf-16-le")) <= 400
