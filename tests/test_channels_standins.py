"""The stand-ins refuse what the real services refuse: a test that passes against them means something."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.standins import Chat, SlackStandIn, TelegramStandIn, VirtualClock

GROUP = -1001234567890


async def call(url: str, **given: Any) -> dict[str, Any]:
    async with aiohttp.ClientSession() as session, session.post(url, json=given) as response:
        return dict(await response.json())


async def telegram_says(given: dict[str, Any], *, method: str = "sendMessage", token: str = "") -> str:
    chats = {
        4242: Chat(),
        13: Chat(state="blocked"),
        -5: Chat("group", moved_to=GROUP),
        GROUP: Chat("supergroup"),
    }
    async with TelegramStandIn(chats=chats) as api:
        await call(f"{api.url}/bot{api.token}/sendMessage", chat_id=4242, text="same")
        answer = await call(f"{api.url}/bot{token or api.token}/{method}", **given)
        assert answer["ok"] is False
        return str(answer["description"])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": "<b>x"}, "Can't find end tag"),
        ({"text": "<b>x</i>"}, "Unmatched end tag"),
        ({"text": "<blink>x</blink>"}, "Unsupported start tag"),
        ({"text": "a < b"}, "Unsupported start tag"),
        ({"text": "R & D"}, "must be escaped"),
        ({"text": "a > b"}, "must be escaped"),
        ({"text": "&nbsp;"}, "must be escaped"),
        ({"text": '<a href="javascript:x">x</a>'}, "Bad address"),
        ({"text": "<b> </b>"}, "message text is empty"),
        ({"text": "🔴" * 2049}, "message is too long"),
        ({"text": "<b>x</b>y" * 101}, "ENTITIES_TOO_LONG"),
        ({"text": "x", "chat_id": 777}, "chat not found"),
        ({"text": "x", "chat_id": 13}, "blocked by the user"),
        ({"text": "x", "chat_id": -5}, "upgraded to a supergroup"),
        ({"text": "x", "chat_id": GROUP, "message_thread_id": 9}, "message thread not found"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b" * 65}]]}},
            "BUTTON_DATA_INVALID",
        ),
    ],
)
async def test_telegram_refuses(given: dict[str, Any], said: str) -> None:
    assert said in await telegram_says({"chat_id": 4242, "parse_mode": "HTML", **given})


async def test_telegram_refuses_wrong_tokens_unknown_methods_and_edits_of_nothing() -> None:
    same = {"chat_id": 4242, "message_id": 1, "text": "same"}
    assert await telegram_says({}, token="1:wrong") == "Unauthorized"
    assert await telegram_says({}, method="sendEverything") == "Not Found"
    assert "not modified" in await telegram_says(same, method="editMessageText")
    assert "not found" in await telegram_says({**same, "message_id": 9}, method="editMessageText")
    assert "query is too old" in await telegram_says({"callback_query_id": "9"}, method="answerCallbackQuery")


async def test_telegram_limits_a_chat_and_holds_to_the_pause_it_asked_for() -> None:
    clock = VirtualClock()
    async with TelegramStandIn(clock=clock) as api:
        url = f"{api.url}/bot{api.token}/sendMessage"
        answers = [await call(url, chat_id=4242, text=str(n)) for n in range(4)]
        assert [answer["ok"] for answer in answers] == [True, True, True, False]
        assert answers[3]["parameters"] == {"retry_after": 1}
        api.fail_next(1, "429", retry_after=30)
        await call(url, chat_id=4242, text="refused")
        await clock.advance(29)
        assert (await call(url, chat_id=4242, text="too soon"))["parameters"] == {"retry_after": 1}
        await clock.advance(1)
        assert (await call(url, chat_id=4242, text="in time"))["ok"]


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"blocks": [section("")]}, "invalid_blocks"),
        ({"blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"blocks": [section("x")] * 51}, "invalid_blocks"),
        ({"blocks": [section("x" * 3000)] * 5}, "msg_blocks_too_long"),
        ({"blocks": [section("<!channel>")]}, "invalid_blocks"),
        ({"blocks": [section("<@U123>")]}, "invalid_blocks"),
        ({"blocks": [section("R & D")]}, "invalid_blocks"),
        ({"blocks": [section("a < b")]}, "invalid_blocks"),
        ({"blocks": [{"type": "marquee"}]}, "invalid_blocks"),
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "channel": "C404"}, "channel_not_found"),
        ({"text": "x", "thread_ts": "1.1"}, "thread_not_found"),
    ],
)
async def test_slack_refuses(given: dict[str, Any], said: str) -> None:
    async with SlackStandIn() as api:
        quiet = {"unfurl_links": False, "unfurl_media": False, "token": api.token}
        answer = await call(f"{api.api_url}chat.postMessage", **{"channel": "C0123ABC", **quiet, **given})
        assert answer["error"] == said


async def test_slack_refuses_calls_without_the_right_token() -> None:
    async with SlackStandIn() as api:
        assert (await call(f"{api.api_url}auth.test"))["error"] == "not_authed"
        assert (await call(f"{api.api_url}auth.test", token="xoxb-other"))["error"] == "invalid_auth"


async def test_as_a_process_they_are_told_what_to_do_and_say_what_they_got() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.standins",
        "--telegram-chat=4242",
        cwd=Path(__file__).parents[1],
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        urls = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
        api = f"{urls['telegram']}/bot123456:stand-in-token-for-tests"
        await call(f"{urls['telegram']}/_say", chat=4242, person=77, text="/recent")
        updates = await call(f"{api}/getUpdates")
        await call(f"{urls['telegram']}/_fail", how="500")
        failed = await call(f"{api}/sendMessage", chat_id=4242, text="lost")
        await call(f"{api}/sendMessage", chat_id=4242, text="kept")
        async with aiohttp.ClientSession() as session, session.get(f"{urls['telegram']}/_log") as response:
            log = await response.json()
    finally:
        process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), 10)
    assert updates["result"][0]["message"]["text"] == "/recent"
    assert failed["error_code"] == 500
    assert [message["text"] for message in log["messages"]] == ["kept"]
    assert code == 0
