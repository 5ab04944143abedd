"""Slack by Socket Mode: what people say and press becomes questions, whatever the network does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from bot.channels import Address, Listener, Pacer, Question
from bot.channels.slack import Slack
from bot.channels.slack.questions import WayBack
from bot.model import Block, Button, Message, Span
from tests.standins import SlackStandIn, VirtualClock

APP_TOKEN = "xapp-CANARY-never-to-be-seen"
TEAM, MEI, KEN = "C0123ABC", "U0MEI", "U0KEN"


class Listening:
    """A bot that listens, what it heard, and how long it would have slept."""

    def __init__(self, slack: Slack, api: SlackStandIn, slept: list[float]) -> None:
        self.slack = slack
        self.api = api
        self.slept = slept
        self.heard: list[Question] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.fails = False

    async def answer(self, question: Question) -> None:
        if question.text in self.gates:
            await self.gates[question.text].wait()
        self.heard.append(question)
        if self.fails:
            raise RuntimeError("no answer")

    async def hears(self, count: int) -> list[Question]:
        await until(lambda: len(self.heard) >= count)
        return self.heard


async def until(so: Callable[[], Any], *, seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not so():  # noqa: ASYNC110 - what is waited for happens behind a socket
            await asyncio.sleep(0.005)


@asynccontextmanager
async def listening(api: SlackStandIn, *, app_token: str = APP_TOKEN) -> AsyncIterator[Listening]:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0.01)

    pacer = Pacer(clock=VirtualClock(), sleep=sleep)
    slack = Slack(api.token, app_token=app_token, api_url=api.api_url, pacer=pacer, sleep=sleep)
    ears = Listening(slack, api, slept)
    task = asyncio.create_task(slack.listen(ears.answer))
    try:
        yield ears
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await slack.close()


@pytest.fixture
async def api() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(app_token=APP_TOKEN, chats={TEAM}, rates=False) as running:
        yield running


@pytest.fixture
async def ears(api: SlackStandIn) -> AsyncIterator[Listening]:
    async with listening(api) as running:
        await until(lambda: api.sockets.connected)
        yield running


def under_alert() -> Message:
    lengths = (Button("4 h", "snooze:k7f2:4h"), Button("1 day", "snooze:k7f2:1d"))
    row = (Button("Why", "why:k7f2"), Button("Snooze", "snooze:k7f2", lengths))
    return Message(blocks=(Block(((Span("Alibaba"),),)),), buttons=(row,))


async def test_slack_is_a_channel_that_people_can_ask(ears: Listening) -> None:
    assert isinstance(ears.slack, Listener)
    await ears.slack.set_commands([("why", "why it was told")])


async def test_a_slash_command_is_a_question(ears: Listening) -> None:
    await ears.api.slash(TEAM, MEI, "recent 腾讯 since:3d", name="mei.lin")
    (question,) = await ears.hears(1)
    assert (question.channel, question.chat, question.person) == ("slack", TEAM, MEI)
    assert question.text == "/recent 腾讯 since:3d"
    assert (question.person_name, question.private, question.chat_name) == ("mei.lin", False, "desk-news")
    assert question.reply_to_message_id is None
    assert WayBack.of(question).url.startswith(ears.api.url)


@pytest.mark.parametrize("text", ["", "   ", "help", "/help", "／help"])
async def test_a_command_without_words_asks_for_help(ears: Listening, text: str) -> None:
    await ears.api.slash(TEAM, MEI, text)
    assert [question.text for question in await ears.hears(1)] == ["/help"]


async def test_a_mention_in_a_thread_asks_about_the_message_that_began_it(ears: Listening) -> None:
    await ears.api.mention(TEAM, MEI, "why", thread="1700000000.000100")
    (question,) = await ears.hears(1)
    assert (question.text, question.reply_to_message_id) == ("/why", "1700000000.000100")
    assert WayBack.of(question).thread == "1700000000.000100"


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("why", "/why"),
        ("R&amp;D &lt;3", "/R&D <3"),
        ("why <https://a.example/x?b=1&amp;c=2>", "/why https://a.example/x?b=1&c=2"),
        ("recent <http://jd.com|jd.com>", "/recent jd.com"),
        ("recent <#C0123|general> <!here> <@U0KEN|ken>", "/recent general ken"),
        ("  recent \n 腾讯 ", "/recent 腾讯"),
        ("recent\n腾讯", "/recent 腾讯"),
        ("match  Alibaba jumps\n its  text", "/match Alibaba jumps\nits text"),
    ],
)
async def test_what_slack_made_of_the_words_is_undone(ears: Listening, said: str, asked: str) -> None:
    await ears.api.mention(TEAM, MEI, said)
    assert [question.text for question in await ears.hears(1)] == [asked]


async def test_a_person_whose_name_was_told_once_keeps_it(ears: Listening) -> None:
    await ears.api.mention(TEAM, MEI, "status")
    await ears.hears(1)
    await ears.api.slash(TEAM, MEI, "status", name="mei.lin")
    await ears.hears(2)
    await ears.api.mention(TEAM, MEI, "status")
    assert [question.person_name for question in await ears.hears(3)] == ["", "mei.lin", "mei.lin"]


async def test_a_direct_message_needs_no_name(ears: Listening) -> None:
    chat = await ears.api.direct(MEI, "腾讯")
    await ears.api.direct(MEI, "<@U0BOT> why k7f2")
    first, second = await ears.hears(2)
    assert (first.chat, first.text, first.private) == (chat, "腾讯", True)
    assert second.text == "/why k7f2"


async def test_what_is_not_asked_of_this_bot_is_no_question(ears: Listening) -> None:
    api = ears.api
    await api.mention(TEAM, MEI, "why", bot_id="B0OTHER")
    await api.mention(TEAM, MEI, "why", subtype="bot_message")
    await api.mention(TEAM, MEI, "why", edited={"user": MEI, "ts": "1.2"})
    await api.direct(MEI, "why", subtype="message_changed")
    await api.direct(MEI, "why", bot_id="B0OTHER")
    await api.direct("U0BOT", "an answer of our own")
    await api.direct(MEI, "in a channel", channel_type="channel")
    await api.sockets.tell("events_api", {"type": "event_callback", "event_id": "E1", "event": {"type": "x"}})
    await api.sockets.tell("interactive", {"type": "view_submission", "view": {}})
    await api.sockets.tell("interactive", {"type": "block_actions", "actions": "nonsense"})
    await api.sockets.tell("slash_commands", {"command": "/wirewatch"})
    await api.sockets.tell("events_api", {"event": ["nonsense"]})
    await api.direct(MEI, "")
    told = {"user": MEI, "text": "<@U0BOTANY> <@U0OTHER> tell <@U0BOT> why", "channel": TEAM, "ts": "1.1"}
    about = {"type": "event_callback", "event_id": "E2", "event": {"type": "app_mention", **told}}
    await api.sockets.tell("events_api", about)
    await api.mention(TEAM, MEI, "status")
    assert [question.text for question in await ears.hears(1)] == ["/status"]
    await until(lambda: all(each.confirmed for each in api.sockets.envelopes))
    assert len(api.sockets.envelopes) == 15


async def test_a_press_and_a_choice_ask_what_they_stand_for(ears: Listening) -> None:
    sent = await ears.slack.send(Address(TEAM), under_alert())
    (post,) = ears.api.posts
    await ears.api.press(post, "why:k7f2", MEI)
    await ears.api.press(post, "snooze:k7f2:1d", KEN, name="ken")
    why, snooze = await ears.hears(2)
    assert (why.callback, why.person, why.message_id, why.text) == ("why:k7f2", MEI, sent.message_id, "")
    assert (snooze.callback, snooze.person, snooze.person_name) == ("snooze:k7f2:1d", KEN, "ken")
    assert not WayBack.of(why).ephemeral


async def test_envelopes_are_confirmed_before_they_are_answered(ears: Listening) -> None:
    ears.gates["/slow"] = asyncio.Event()
    await ears.api.slash(TEAM, MEI, "slow")
    await until(lambda: ears.api.sockets.envelopes[0].confirmed)
    assert ears.heard == []
    ears.gates["/slow"].set()
    await ears.hears(1)
    assert ears.api.sockets.late == []


async def test_a_person_is_answered_in_order_and_keeps_nobody_else_waiting(ears: Listening) -> None:
    ears.gates["/first"] = asyncio.Event()
    for text in ("first", "second"):
        await ears.api.slash(TEAM, MEI, text)
    await ears.api.slash(TEAM, KEN, "other")
    assert [question.text for question in await ears.hears(1)] == ["/other"]
    ears.gates["/first"].set()
    assert [question.text for question in await ears.hears(3)] == ["/other", "/first", "/second"]


async def test_an_answer_that_breaks_does_not_end_listening(
    ears: Listening, caplog: pytest.LogCaptureFixture
) -> None:
    ears.fails = True
    await ears.api.slash(TEAM, MEI, "one")
    await ears.api.slash(TEAM, MEI, "two")
    assert len(await ears.hears(2)) == 2
    await until(lambda: caplog.text.count("got no answer") == 2)


async def test_an_event_that_slack_sends_again_has_the_same_number() -> None:
    async with SlackStandIn(app_token=APP_TOKEN, chats={TEAM}, rates=False) as api:
        api.sockets.patience = 0.05
        await api.mention(TEAM, MEI, "why")
        api.sockets._waiting.append(api.sockets.envelopes[0])
        async with listening(api) as ears:
            first, again = await ears.hears(2)
            assert first.update_id == again.update_id != ""


async def test_slash_commands_and_presses_have_numbers_of_their_own(ears: Listening) -> None:
    await ears.api.slash(TEAM, MEI, "status")
    await ears.api.slash(TEAM, MEI, "status")
    first, second = await ears.hears(2)
    assert first.update_id != second.update_id


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_refreshed_connection_loses_nothing(ears: Listening, reason: str) -> None:
    await ears.api.sockets.disconnect(reason)
    await ears.api.mention(TEAM, MEI, "why")
    await until(lambda: ears.api.sockets.opened == 2)
    await ears.api.mention(TEAM, MEI, "status")
    await until(lambda: {question.text for question in ears.heard} == {"/why", "/status"})
    assert ears.slept == []


@pytest.mark.parametrize("end", ["drop", "hang_up"])
async def test_a_broken_connection_is_made_again(
    api: SlackStandIn, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr("bot.channels.slack.listen.PING_SECONDS", 0.05)
    async with listening(api) as ears:
        await until(lambda: api.sockets.connected)
        await getattr(api.sockets, end)()
        await api.mention(TEAM, MEI, "why")
        assert len(await ears.hears(1)) == 1
        assert api.sockets.opened == 2


async def test_it_can_be_stopped_while_nothing_works(api: SlackStandIn) -> None:
    api.fail_next(999, "error:invalid_auth", method="apps.connections.open")
    async with listening(api) as ears:
        await until(lambda: len(ears.slept) >= 8)
        assert max(ears.slept) == 60.0
    assert api.sockets.opened == 0


async def test_too_many_listeners_are_said_once_and_waited_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with SlackStandIn(app_token=APP_TOKEN, chats={TEAM}, rates=False) as api:
        api.sockets.most = 0
        async with listening(api) as ears:
            await until(lambda: len(ears.slept) >= 4)
            assert ears.slept[:4] == [1.0, 2.0, 4.0, 8.0]
            api.sockets.most = 10
            await until(lambda: api.sockets.connected)
            await until(lambda: "listening to Slack again" in caplog.text)
    assert caplog.text.count("stop the others") == 1


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("error:invalid_auth", "SLACK_APP_TOKEN"),
        ("error:missing_scope", "connections:write"),
        ("500", "no connection"),
        ("502html", "no connection"),
        ("reset_before", "no connection"),
        ("error:ratelimited", "no connection"),
    ],
)
async def test_trouble_is_said_once_and_tried_again_with_longer_pauses(
    caplog: pytest.LogCaptureFixture, trouble: str, said: str
) -> None:
    caplog.set_level(logging.DEBUG)
    async with SlackStandIn(app_token=APP_TOKEN, chats={TEAM}, rates=False) as api:
        api.fail_next(3, trouble, method="apps.connections.open")
        async with listening(api) as ears:
            await until(lambda: api.sockets.connected)
            await api.slash(TEAM, MEI, "status")
            await ears.hears(1)
            assert len(ears.slept) == 3
            assert ears.slept == sorted(ears.slept)
    warnings = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert [said in each.getMessage() for each in warnings] == [True]


async def test_a_bot_token_that_is_refused_at_first_is_tried_again(api: SlackStandIn) -> None:
    api.fail_next(2, "401", method="auth.test")
    async with listening(api) as ears:
        await until(lambda: api.sockets.connected)
        assert len(ears.slept) == 2


async def test_no_secret_is_in_any_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with SlackStandIn(token="xoxb-CANARY", app_token=APP_TOKEN, chats={TEAM}, rates=False) as api:
        api.fail_next(1, "error:internal_error", method="apps.connections.open")
        async with listening(api) as ears:
            await until(lambda: api.sockets.connected)
            await api.slash(TEAM, MEI, "recent confidential merger")
            await ears.hears(1)
            await api.sockets.disconnect()
            await until(lambda: api.sockets.opened == 2)
            await api.sockets.drop()
    shown = "\n".join(f"{each.name} {each.getMessage()}" for each in caplog.records)
    for secret in ("CANARY", "SECRET-TICKET", "confidential", "/hooks/"):
        assert secret not in shown


async def test_a_socket_elsewhere_is_not_opened(api: SlackStandIn, caplog: pytest.LogCaptureFixture) -> None:
    api.sockets.ticket = lambda: "x@elsewhere.example/"  # type: ignore[method-assign]
    url = api.url
    api.url = "http://elsewhere.example"
    slack = Slack(api.token, app_token=APP_TOKEN, api_url=f"{url}/api/", sleep=lambda _: asyncio.sleep(0.01))
    task = asyncio.create_task(slack.listen(lambda _: asyncio.sleep(0)))
    await until(lambda: "not its own" in caplog.text)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await slack.close()


async def test_without_an_app_token_it_only_sends(
    api: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(api, app_token="") as ears:
        await until(lambda: "SLACK_APP_TOKEN is not set" in caplog.text)
        await ears.slack.send(Address(TEAM), under_alert())
    assert api.posts[0].elements() == []
    assert api.calls["apps.connections.open"] == 0
