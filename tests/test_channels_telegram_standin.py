"""The stand-in for Telegram refuses of pictures, buttons, presses and menus what Telegram refuses."""

from __future__ import annotations

import json
import struct
from typing import Any

import aiohttp
import pytest

from tests.standins import TelegramStandIn

CHAT = 4242
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", 1200, 900) + b"\x08\x02\x00"


def picture(width: int, height: int) -> bytes:
    return PNG[:16] + struct.pack(">II", width, height)


def keyboard(*rows: int, data: str = "why:k7f2", label: str = "Why") -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": data}] * row for row in rows]}


async def ask(api: TelegramStandIn, method: str, **given: Any) -> dict[str, Any]:
    """Call a method with a form of several parts, as pictures need it."""
    form = aiohttp.FormData()
    for name, value in given.items():
        if isinstance(value, bytes):
            form.add_field(name, value, filename=f"{name}.png", content_type="image/png")
        else:
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    url = f"{api.url}/bot{api.token}/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as response:
        return dict(await response.json())


async def said(method: str, **given: Any) -> str:
    """What is said of a call beside message 1, a text, and message 2, a picture; empty when it is taken."""
    async with TelegramStandIn(rates=False) as api:
        await ask(api, "sendMessage", chat_id=CHAT, text="a text", reply_markup=keyboard(1))
        await ask(api, "sendPhoto", chat_id=CHAT, photo=PNG, caption="a caption", reply_markup=keyboard(1))
        answer = await ask(api, method, chat_id=CHAT, **given)
    return "" if answer["ok"] else str(answer["description"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"photo": PNG, "caption": "x" * 1024}, ""),
        ({"photo": PNG}, ""),
        ({"photo": PNG, "caption": "🔴" * 513}, "message caption is too long"),
        ({"photo": PNG, "caption": "<b>x", "parse_mode": "HTML"}, "can't parse entities"),
        ({"photo": b"GIF89a" + PNG}, "IMAGE_PROCESS_FAILED"),
        ({"photo": b""}, "file must be non-empty"),
        ({"photo": "https://picture.example/1.png"}, "there is no photo"),
        ({}, "there is no photo"),
        ({"photo": picture(9000, 1001)}, "PHOTO_INVALID_DIMENSIONS"),
        ({"photo": picture(2100, 100)}, "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_of_pictures(given: dict[str, Any], words: str) -> None:
    answer = await said("sendPhoto", **given)
    assert words in answer
    assert bool(words) == bool(answer)


@pytest.mark.parametrize(
    ("method", "given", "words"),
    [
        ("editMessageText", {"message_id": 2, "text": "x"}, "there is no text in the message to edit"),
        ("editMessageCaption", {"message_id": 1, "caption": "x"}, "there is no caption"),
        ("editMessageCaption", {"message_id": 2, "caption": "x" * 1025}, "too long"),
        (
            "editMessageCaption",
            {"message_id": 2, "caption": "a caption", "reply_markup": keyboard(1)},
            "not modified",
        ),
        ("editMessageReplyMarkup", {"message_id": 2, "reply_markup": keyboard(1)}, "not modified"),
        ("editMessageReplyMarkup", {"message_id": 9}, "message to edit not found"),
        ("editMessageCaption", {"message_id": 9, "caption": "x"}, "message to edit not found"),
    ],
)
async def test_of_edits(method: str, given: dict[str, Any], words: str) -> None:
    assert words in await said(method, **given)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (keyboard(8, 8), ""),
        (keyboard(9), "REPLY_MARKUP_TOO_LONG"),
        (keyboard(*[8] * 13), "REPLY_MARKUP_TOO_LONG"),
        (keyboard(1, data=""), "BUTTON_DATA_INVALID"),
        (keyboard(1, data="月" * 22), "BUTTON_DATA_INVALID"),
        (keyboard(1, label=" "), "BUTTON_DATA_INVALID"),
        ({"inline_keyboard": "none"}, "can't parse inline keyboard"),
    ],
)
async def test_of_buttons(markup: dict[str, Any], words: str) -> None:
    answer = await said("sendMessage", text="x", reply_markup=markup)
    assert words in answer
    assert bool(words) == bool(answer)


@pytest.mark.parametrize(
    ("commands", "language", "words"),
    [
        ([("recent", "newest")], "zh", ""),
        ([("Recent", "newest")], "", "BOT_COMMAND_INVALID"),
        ([("re-cent", "newest")], "", "BOT_COMMAND_INVALID"),
        ([("x" * 33, "newest")], "", "BOT_COMMAND_INVALID"),
        ([("recent", "")], "", "DESCRIPTION_INVALID"),
        ([("recent", "x" * 257)], "", "DESCRIPTION_INVALID"),
        ([("recent", "newest")] * 101, "", "TOO_MUCH"),
        ([("recent", "newest")], "zh-CN", "LANG_CODE_INVALID"),
    ],
)
async def test_of_menus(commands: list[tuple[str, str]], language: str, words: str) -> None:
    listed = [{"command": name, "description": does} for name, does in commands]
    answer = await said("setMyCommands", commands=listed, language_code=language)
    assert words in answer
    assert bool(words) == bool(answer)


async def test_a_press_is_answered_once_and_with_two_hundred_characters_at_most() -> None:
    async with TelegramStandIn() as api:
        await ask(api, "sendPhoto", chat_id=CHAT, photo=PNG, caption="a caption", reply_markup=keyboard(1))
        api.press(CHAT, 77, 1, "why:k7f2")
        update = (await ask(api, "getUpdates"))["result"][0]["callback_query"]
        assert (update["message"]["caption"], update["data"]) == ("a caption", "why:k7f2")
        press = update["id"]
        too_long = await ask(api, "answerCallbackQuery", callback_query_id=press, text="x" * 201)
        taken = await ask(api, "answerCallbackQuery", callback_query_id=press, text="x" * 200)
        again = await ask(api, "answerCallbackQuery", callback_query_id=press, text="again")
    assert [too_long["ok"], taken["ok"], again["ok"]] == [False, True, False]
    assert "query is too old" in again["description"]
    assert api.popups == [(press, "x" * 200)]
