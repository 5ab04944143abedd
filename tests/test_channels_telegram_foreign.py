"""Our channel against a stand-in for Telegram that others wrote: npm's telegram-test-api, where it runs.

Start it anywhere (``npm install telegram-test-api``, then ``new TelegramServer({port: 9000}).start()`` in node)
and name its address: ``TELEGRAM_TEST_API=http://127.0.0.1:9000``.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.channels import Address, Question, Reply
from bot.channels.telegram import Telegram
from bot.errors import SendError
from tests.standins.samples import HEADLINE, alert, text

ADDRESS = os.environ.get("TELEGRAM_TEST_API", "")
TOKEN = "123456:any-token"
MEI = {"id": 77, "first_name": "Mei", "is_bot": False}
CHAT = {"id": 4242, "type": "private", "first_name": "Mei"}

pytestmark = pytest.mark.skipif(
    not ADDRESS, reason="TELEGRAM_TEST_API names no running telegram-test-api (an npm package)"
)


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    channel = Telegram(TOKEN, api_url=ADDRESS, poll_seconds=1)
    yield channel
    await channel.close()


async def order(path: str, **given: Any) -> Any:
    """Act as a person: the stand-in's own way to write, to press and to read."""
    async with aiohttp.ClientSession() as session, session.post(f"{ADDRESS}/{path}", json=given) as response:
        return (await response.json()).get("result")


async def shown() -> list[dict[str, Any]]:
    """The messages that the chat has not read yet."""
    return [row["message"] for row in await order("getUpdates", token=TOKEN, chatId=4242)]


async def test_an_alert_arrives_and_is_edited(telegram: Telegram) -> None:
    sent = await telegram.send(Address("4242"), alert())
    await telegram.edit(
        Address("4242"), sent.message_id, alert("Harbour Wire 🔒 17:02 · also 浦江早报 17:03")
    )
    message = (await shown())[-1]
    assert HEADLINE in message["text"]
    assert "浦江早报" in message["text"]
    assert message["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "why:k7f2"


async def test_a_command_is_heard_and_answered_and_so_is_a_press(telegram: Telegram) -> None:
    heard: list[Question] = []
    done = asyncio.Event()

    async def answer(question: Question) -> None:
        heard.append(question)
        reply = Reply(popup="92 urgent", buttons=()) if question.callback else Reply(message=text("newest"))
        await telegram.respond(question, reply)
        if len(heard) == 2:
            done.set()

    sent = await telegram.send(Address("4242"), alert())
    written = {"from": MEI, "chat": CHAT, "date": 1_794_000_000, "botToken": TOKEN}
    await order(
        "sendCommand", text="/recent", entities=[{"type": "bot_command", "offset": 0, "length": 7}], **written
    )
    pressed = {"message_id": int(sent.message_id), "chat": CHAT, "date": 1_794_000_000}
    await order("sendCallback", data="why:k7f2", message=pressed, **{"from": MEI, "botToken": TOKEN})
    listening = asyncio.create_task(telegram.listen(answer))
    await asyncio.wait_for(done.wait(), 10)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    assert sorted((one.text, one.callback) for one in heard) == [("", "why:k7f2"), ("/recent", None)]
    assert (await shown())[-1]["text"] == "newest"


async def test_what_it_does_not_know_is_told_and_ends_nothing(telegram: Telegram) -> None:
    with pytest.raises(SendError):
        await telegram.set_commands([("recent", "newest stories")])
    assert await telegram.check() == "@TestNameBot"
