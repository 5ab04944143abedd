"""Telegram, listening: what counts as a question, and that nothing ever ends the listening."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot.channels import Address, Listener, Question
from bot.channels.telegram import Telegram
from bot.channels.telegram.listen import addressed
from tests.standins import Chat, TelegramStandIn
from tests.standins.samples import alert

GROUP = -1001234567890
MEI = 77


@pytest.fixture
async def api() -> AsyncIterator[TelegramStandIn]:
    chats = {4242: Chat(), GROUP: Chat("supergroup", frozenset({12})), -55: Chat("channel")}
    async with TelegramStandIn(chats=chats) as running:
        yield running


@pytest.fixture
async def telegram(api: TelegramStandIn) -> AsyncIterator[Telegram]:
    async def no_time(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0.01)

    slept: list[float] = []
    channel = Telegram(api.token, api_url=api.url, poll_seconds=1, sleep=no_time)
    channel.slept = slept  # type: ignore[attr-defined]
    yield channel
    await channel.close()


class Asked(list[Question]):
    """The questions that came, and a way to wait for them."""

    async def until(self, number: int) -> None:
        await soon(lambda: len(self) >= number)


async def soon(true: Callable[[], bool]) -> None:
    """Wait until something is true, for five seconds at most."""
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - what is waited for happens in a server, which sets no event
            await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(
    telegram: Telegram, answer: Callable[[Question], Awaitable[None]] | None = None
) -> AsyncIterator[Asked]:
    asked = Asked()

    async def remember(question: Question) -> None:
        asked.append(question)
        if answer is not None:
            await answer(question)

    task = asyncio.create_task(telegram.listen(remember))
    try:
        yield asked
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_question_says_who_asked_what_and_where(telegram: Telegram, api: TelegramStandIn) -> None:
    await telegram.send(Address(str(GROUP), 12), alert())
    async with listening(telegram) as asked:
        update = api.say(GROUP, MEI, "/why@WirewatchBot", topic=12, reply_to=1)
        api.say(4242, MEI, "腾讯")
        await asked.until(2)
    in_group, in_private = asked
    assert in_group == Question(
        "telegram",
        str(GROUP),
        "77",
        "/why",
        12,
        "2",
        "1",
        str(update),
        person_name="Mei",
        private=False,
        chat_name="Desk",
    )
    assert (in_private.text, in_private.private, in_private.topic) == ("腾讯", True, None)


async def test_only_people_who_speak_to_the_bot_are_heard(telegram: Telegram, api: TelegramStandIn) -> None:
    async with listening(telegram) as asked:
        api.say(GROUP, MEI, "just talk among people")
        api.say(GROUP, MEI, "/recent@OtherBot 腾讯")
        api.say(GROUP, MEI, "/mute now", kind="edited_message")
        api.say(-55, MEI, "/mute now", kind="channel_post")
        api.say(GROUP, 1087968824, "/mute anonymous", sender_chat=GROUP)
        api.say(GROUP, 99, "/mute by a bot", is_bot=True)
        api.say(GROUP, MEI, "@WirewatchBot, recent 腾讯")
        await asked.until(1)
    assert [question.text for question in asked] == ["/recent 腾讯"]


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("/recent@WirewatchBot 腾讯", "/recent 腾讯"),
        ("/recent@wirewatchbot", "/recent"),
        ("/recent 腾讯 since:3d", "/recent 腾讯 since:3d"),
        ("/recent@Other 腾讯", None),
        ("@WirewatchBot：腾讯", "/腾讯"),
        ("@WirewatchBot /recent 腾讯", "/recent 腾讯"),
        ("@WirewatchBotany is a plant", None),
        ("@WirewatchBot", "/help"),
        ("recent 腾讯, @wirewatchbot?", "/recent 腾讯"),
        ("Hello @WirewatchBot! why k7f2", "/why k7f2"),
        ("mail to me@WirewatchBot", None),
        ("see https://t.me/@WirewatchBot", None),
        ("腾讯", None),
        ("", None),
    ],
)
def test_the_bots_name_is_taken_out_and_other_bots_are_left_alone(text: str, heard: str | None) -> None:
    assert addressed(text, "WirewatchBot", listening=False) == heard


async def test_a_pressed_button_is_a_question(telegram: Telegram, api: TelegramStandIn) -> None:
    await telegram.send(Address(str(GROUP), 12), alert())
    async with listening(telegram) as asked:
        api.press(GROUP, MEI, 1, "why:k7f2")
        api.press(GROUP, MEI, 1, "why:k7f2", old=True)
        await asked.until(2)
    assert [(one.callback, one.message_id, one.person, one.topic) for one in asked] == [
        ("why:k7f2", "1", "77", 12),
        ("why:k7f2", "1", "77", None),
    ]


async def test_in_a_topic_only_a_real_reply_is_one(telegram: Telegram, api: TelegramStandIn) -> None:
    """Telegram lets every message of a topic reply to the message that opened it, which may be the bot's."""
    async with listening(telegram) as asked:
        api.say(GROUP, MEI, "just talk among people", topic=12)
        api.say(GROUP, MEI, "/why", topic=12)
        await asked.until(1)
    assert [(one.text, one.reply_to_message_id, one.topic) for one in asked] == [("/why", None, 12)]


async def test_an_update_that_nobody_can_read_costs_only_itself(
    telegram: Telegram, api: TelegramStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(telegram) as asked:
        broken = api._push({"message": {"message_id": "none", "chat": "of your business"}})
        api.say(4242, MEI, "/recent")
        await asked.until(1)
        api.say(4242, MEI, "/status")
        await asked.until(2)
    assert [one.text for one in asked] == ["/recent", "/status"]
    assert f"update {broken} of Telegram can't be read" in caplog.text
    assert telegram.slept == []  # type: ignore[attr-defined]


async def test_a_command_copied_from_an_alert_is_read(telegram: Telegram, api: TelegramStandIn) -> None:
    async with listening(telegram) as asked:
        api.say(GROUP, MEI, "/\u2060why k7f2")
        await asked.until(1)
    assert asked[0].text == "/why k7f2"


async def test_half_characters_and_turning_marks_do_not_get_in(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    async with listening(telegram) as asked:
        api.say(4242, MEI, "/match half \ud83d\nof it", name="Mei\u202e\nadmin")
        await asked.until(1)
    assert (asked[0].text, asked[0].person_name) == ("/match half \ufffd\nof it", "Mei admin")


async def test_an_answer_that_fails_does_not_end_listening(
    telegram: Telegram, api: TelegramStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(question: Question) -> None:
        if question.text == "/crash":
            raise ZeroDivisionError

    async with listening(telegram, fail) as asked:
        api.say(4242, MEI, "/crash")
        await asked.until(1)
        api.say(4242, MEI, "/recent")
        await asked.until(2)
    assert "got no answer" in caplog.text


async def test_a_question_that_was_not_answered_comes_again_after_a_restart(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    async def never(_: Question) -> None:
        await asyncio.sleep(60)

    async with listening(telegram, never) as asked:
        api.say(4242, MEI, "/recent")
        await asked.until(1)
    async with listening(telegram) as again:
        await again.until(1)
        api.say(4242, MEI, "/status")
        await again.until(2)
    assert [question.text for question in again] == ["/recent", "/status"]


async def test_questions_of_one_chat_are_answered_in_order_and_chats_side_by_side(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    blocked = asyncio.Event()
    done: list[str] = []

    async def answer(question: Question) -> None:
        if question.text == "/slow":
            await blocked.wait()
        done.append(question.text)

    api.say(4242, MEI, "/slow")
    api.say(4242, MEI, "/after")
    api.say(GROUP, MEI, "/other")
    async with listening(telegram, answer):
        await soon(lambda: bool(done))
        assert done == ["/other"]
        blocked.set()
        await soon(lambda: len(done) == 3)
    assert done == ["/other", "/slow", "/after"]


async def test_a_press_does_not_wait_for_an_answer_that_takes_long(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    blocked = asyncio.Event()
    done: list[str] = []

    async def answer(question: Question) -> None:
        if question.text == "/slow":
            await blocked.wait()
        done.append(question.callback or question.text)

    await telegram.send(Address(str(GROUP)), alert())
    api.say(GROUP, MEI, "/slow")
    api.press(GROUP, MEI, 1, "why:k7f2")
    async with listening(telegram, answer):
        await soon(lambda: bool(done))
        api.press(GROUP, 78, 1, "mute:k7f2")
        await soon(lambda: len(done) == 2)
        blocked.set()
        await soon(lambda: len(done) == 3)
    assert done == ["why:k7f2", "mute:k7f2", "/slow"]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("409", "another program polls this bot"),
        ("401", "TELEGRAM_BOT_TOKEN"),
        ("reset_before", "no connection"),
        ("502html", "no connection"),
    ],
)
async def test_trouble_is_logged_once_backed_off_and_survived(
    telegram: Telegram, api: TelegramStandIn, caplog: pytest.LogCaptureFixture, how: str, words: str
) -> None:
    api.fail_next(4, how, method="getUpdates")
    with caplog.at_level(logging.INFO, "bot.channels.telegram.listen"):
        async with listening(telegram) as asked:
            api.say(4242, MEI, "/recent")
            await asked.until(1)
    warnings = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 1
    assert words in warnings[0]
    assert "listening to Telegram again" in caplog.text
    assert telegram.slept == [1, 2, 4, 8]  # type: ignore[attr-defined]


async def test_a_rival_poller_is_told_and_the_first_goes_on(telegram: Telegram, api: TelegramStandIn) -> None:
    rival = Telegram(api.token, api_url=api.url, poll_seconds=1)
    async with listening(telegram) as asked:
        await asyncio.sleep(0.2)
        async with listening(rival):
            await asyncio.sleep(0.3)
        api.say(4242, MEI, "/recent")
        await asked.until(1)
    assert any(how == "getUpdates" and "409" in said for how, said in api.refused)
    await rival.close()


async def test_telegram_keeps_the_contract_of_a_listener(telegram: Telegram) -> None:
    assert isinstance(telegram, Listener)
