"""Floods of commands, from admins and from strangers, in chats and in frames: alerts come, and nothing grows."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.listening import BURST, MOST_NOTED, Doorman
from bot.channels.slack.listen import MOST_WAITING
from bot.model import Access, Settings
from bot.store import Store, audit
from tests.acceptance.living import Outlet, eventually, make_bot, telegram_environ
from tests.loopback import Newsroom
from tests.rawly import Raw
from tests.standins import SlackStandIn, TelegramStandIn
from tests.test_channels_slack_listening import APP_TOKEN, MEI, TEAM, Listening, listening, until
from tests.test_channels_telegram_questions import GROUP
from tests.test_channels_telegram_questions import listening as telegram_listening
from tests.test_doorman import Chat, House, typed

ADMIN = 4242
FLOOD = 1_000
SETTINGS = f"""\
receivers: {{desk: {{via: telegram, chat: {GROUP}}}}}
routes: [{{min_score: 0, to: [desk]}}]
access: {{telegram: {{admins: [{ADMIN}]}}}}
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(Store.open(f"sqlite:///{tmp_path / 'wirewatch.db'}"))


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(app_token=APP_TOKEN, chats={TEAM}, rates=False) as running:
        yield running


@pytest.fixture
async def ears(slack: SlackStandIn) -> AsyncIterator[Listening]:
    async with listening(slack) as running:
        await until(lambda: slack.sockets.connected)
        yield running


async def test_of_a_thousand_commands_in_a_minute_an_admin_gets_as_many_answers_as_anybody_reads(
    house: House,
) -> None:
    chat = Chat()
    doorman = Doorman(house, chat)
    for _ in range(FLOOD):
        house.clock += timedelta(seconds=60 / FLOOD)
        await doorman.answer(typed("/status", person="4242"))
    assert BURST < len(chat.replies) <= BURST + 60 / 2 + 1
    house.store.close()


async def test_strangers_in_numbers_are_noted_so_often_and_no_more(house: House) -> None:
    doorman = Doorman(house, Chat())
    for number in range(10 * MOST_NOTED):
        await doorman.answer(typed("/status", chat="666", person=str(10_000 + number % (3 * MOST_NOTED))))
    assert house.asked == []
    assert noted(house) == MOST_NOTED
    house.clock += timedelta(days=1)
    await doorman.answer(typed("/status", chat="666", person="10000"))
    assert noted(house) == MOST_NOTED + 1
    house.store.close()


def noted(house: House) -> int:
    with house.store.snapshot() as conn:
        return len(audit.latest(conn, 10_000))


async def test_an_admin_who_is_none_any_more_is_none_for_the_next_press(house: House) -> None:
    doorman = Doorman(house, Chat())
    await doorman.answer(typed("", person="4242", callback="do:nonce", callback_id="9"))
    house.settings = Settings(receivers=house.settings.receivers, access={"telegram": Access()})
    await doorman.answer(typed("", person="4242", callback="do:nonce", callback_id="9"))
    assert [asked.admin for asked in house.asked] == [True, False]
    house.store.close()


async def test_what_somebody_else_wrote_is_no_order() -> None:
    from bot.channels.telegram import Telegram

    async with TelegramStandIn(chats={GROUP}) as api:
        telegram = Telegram(api.token, api_url=api.url, poll_seconds=1)
        async with telegram_listening(telegram) as asked:
            other = {"id": 99, "is_bot": True, "first_name": "Other", "username": "other_bot"}
            origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Mallory"}
            for given in ({"via_bot": other}, {"forward_origin": origin}):
                api._push({"message": api._written(GROUP, ADMIN) | {"text": "/watch remove alibaba"} | given})
            api.say(GROUP, ADMIN, "/status")
            await asked.until(1)
        await telegram.close()
    assert [question.text for question in asked] == ["/status"]


async def test_a_server_that_dribbles_does_not_leave_the_bot_deaf(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from bot.channels import telegram as service

    async def dribble(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        for _ in range(200):
            writer.write(b" ")
            await asyncio.sleep(0.02)

    async def named() -> str:
        return "WirewatchBot"

    monkeypatch.setattr(service, "CATCH_UP_SECONDS", 0.25)
    async with Raw(dribble) as server:
        telegram = service.Telegram("1:token", api_url=server.url(""), poll_seconds=0)
        monkeypatch.setattr(telegram, "_identify", named)
        async with telegram_listening(telegram):
            await until(lambda: "no whole answer in 1 s" in caplog.text, seconds=20)
        await telegram.close()


async def test_an_alert_comes_through_a_flood(tmp_path: Path) -> None:
    async with Newsroom() as newsroom, TelegramStandIn(chats={GROUP}) as telegram:
        outlet = Outlet(newsroom, "wire")
        bot = make_bot(tmp_path, [outlet], SETTINGS, telegram_environ(telegram))
        await bot.once()
        outlet.publish("Alibaba cloud revenue jumps 34%, beating forecasts")
        for number in range(FLOOD):
            telegram.say(
                GROUP if number % 2 else -666, ADMIN if number % 4 == 1 else 10_000 + number % 500, "/status"
            )
        async with bot.running() as running:
            await eventually(
                lambda: any("34%" in message.text for message in telegram.messages),
                lambda: f"{len(telegram.messages)} messages\n{running.said}",
            )
        assert telegram.rate_limited == 0
        assert running.said.count("a flood of questions") <= 10
        assert {message.chat for message in telegram.messages} == {GROUP}


def junk() -> list[str]:
    """Frames that are no envelopes, or such as no app can read."""
    deep = "{" * 5 + '"a":' * 2
    odd = ("null", "1", '"text"', "[]", "{}", '{"a": 1}')
    kinds = ("slash_commands", "events_api", "interactive", "unheard_of", "", 7, None, {"a": 1})
    bodies = ("null", "7", '"text"', "[]", "{}", '{"type": 7}', '{"actions": "x", "type": "block_actions"}',
              '{"command": 7, "text": {}, "user_id": [], "channel_id": {}}', '{"event": "x", "type": "event_callback"}',
              '{"event": {"type": {}}, "type": "event_callback"}')  # fmt: skip
    frames = ["", "x", "{", deep, "[" * 10_000, '{"type": "hello", "connection_info": 7}', *odd]
    numbers = iter(range(10_000))
    frames += [
        f'{{"type": {json.dumps(kind)}, "envelope_id": "junk-{next(numbers)}", "payload": {body}}}'
        for kind in kinds
        for body in bodies
    ]
    frames += [f'{{"type": "slash_commands", "envelope_id": {each}, "payload": {{}}}}' for each in odd]
    return [*frames, '{"type": "slash_commands", "envelope_id": "without"}']


async def test_frames_that_nobody_can_read_are_confirmed_and_end_nothing(
    ears: Listening, slack: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    await slack.sockets.say_raw(*junk())
    await slack.slash(TEAM, MEI, "status")
    assert [question.text for question in await ears.hears(1)] == ["/status"]
    assert slack.sockets.opened == 1
    assert "Traceback" not in caplog.text


async def test_a_frame_without_end_costs_a_connection_and_no_more(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.slack.listen.PING_SECONDS", 0.3)
    async with listening(slack) as ears:
        await until(lambda: slack.sockets.connected)
        with suppress(ConnectionError):
            await slack.sockets.say_raw('{"type": "x", "payload": "' + "x" * 5_000_000 + '"}')
        await until(lambda: slack.sockets.opened == 2)
        await slack.slash(TEAM, MEI, "status")
        assert len(await ears.hears(1)) == 1


async def test_the_same_envelope_twice_is_one_question_by_its_number(
    ears: Listening, slack: SlackStandIn
) -> None:
    await slack.slash(TEAM, MEI, "status")
    await ears.hears(1)
    envelope = slack.sockets.envelopes[-1]
    same = {"type": "slash_commands", "envelope_id": envelope.id, "payload": envelope.payload}
    await slack.sockets.say_raw(json.dumps(same))
    first, second = await ears.hears(2)
    assert first.update_id == second.update_id, "the doorman answers a number once"


async def test_a_payload_for_another_app_is_left_alone(ears: Listening, slack: SlackStandIn) -> None:
    await slack.slash(TEAM, MEI, "status")
    await ears.hears(1)
    envelope = slack.sockets.envelopes[-1]
    forged = envelope.payload | {"api_app_id": "A0EVIL", "trigger_id": "other"}
    await slack.sockets.say_raw(json.dumps({"type": "slash_commands", "envelope_id": "f", "payload": forged}))
    await slack.slash(TEAM, MEI, "stats")
    assert [question.text for question in await ears.hears(2)] == ["/status", "/stats"]


async def test_a_flood_of_one_person_in_slack_waits_in_a_short_line(
    ears: Listening, slack: SlackStandIn
) -> None:
    ears.gates["/slow"] = asyncio.Event()
    await slack.slash(TEAM, MEI, "slow")
    for _ in range(5 * MOST_WAITING):
        await slack.slash(TEAM, MEI, "status")
    await slack.slash(TEAM, "U0OTHER", "status")
    await ears.hears(1)
    ears.gates["/slow"].set()
    await asyncio.sleep(0.1)
    mine = [question for question in ears.heard if question.person == MEI]
    assert len(mine) == MOST_WAITING


async def test_a_storm_of_farewells_is_met_with_patience(ears: Listening, slack: SlackStandIn) -> None:
    for _ in range(12):
        opened = slack.sockets.opened
        await slack.sockets.disconnect("refresh_requested")
        await until(lambda: slack.sockets.opened > opened)  # noqa: B023
    assert sum(ears.slept) >= 10, "seconds that it would have waited"
    await slack.slash(TEAM, MEI, "status")
    assert [question.text for question in await ears.hears(1)] == ["/status"]
