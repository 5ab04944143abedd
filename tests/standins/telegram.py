"""A strict stand-in for the Bot API: it refuses what Telegram refuses, counts, limits, and remembers."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from itertools import count
from typing import Any

from aiohttp import web

from tests.standins.server import Rates, StandIn, flag, number, parameters, plain
from tests.standins.telegram_html import live
from tests.standins.telegram_rules import (
    NOT_MODIFIED,
    Chat,
    Edit,
    RefusedError,
    TelegramMessage,
    read_buttons,
    read_text,
    refusal_of_state,
    refused_answer,
    said_failure,
    type_of,
)


class TelegramStandIn(StandIn):
    """``async with TelegramStandIn(token=..., chats={4242, -1001234567890}) as telegram:``."""

    writes = frozenset({"sendMessage", "editMessageText"})

    def __init__(
        self,
        *,
        token: str = "123456:stand-in-token-for-tests",
        chats: Iterable[int] | Mapping[int, Chat] = (4242,),
        username: str = "WirewatchBot",
        clock: Callable[[], float] = time.monotonic,
        rates: bool = True,
    ) -> None:
        super().__init__()
        self.token = token
        self.username = username
        self.chats = (
            dict(chats) if isinstance(chats, Mapping) else {chat: Chat(type_of(chat)) for chat in chats}
        )
        self.messages: list[TelegramMessage] = []
        self.popups: list[tuple[str, str]] = []
        """(callback id, text) of every answered button."""
        self.menu: list[tuple[str, str]] = []
        self.rate_limited = 0
        self._rates = Rates(clock, burst=3, per_minute=20, per_second=30) if rates else None
        self._paused: dict[int, float] = {}
        self._clock = clock
        self._message_ids = count(1)
        self._update_ids = count(9001)
        self._updates: list[dict[str, Any]] = []
        self._callbacks: set[str] = set()
        self._arrived = asyncio.Event()
        self._poll = 0

    async def __aexit__(self, *exc: object) -> None:
        self._closing.set()
        self._arrived.set()
        await super().__aexit__(*exc)

    def routes(self) -> list[web.RouteDef]:
        return [web.route("*", "/bot{token}/{method}", self._called)]

    def log(self) -> dict[str, Any]:
        return {
            "messages": [plain(message) for message in self.messages],
            "popups": self.popups,
            "menu": self.menu,
            "calls": dict(self.calls),
            "refused": self.refused,
            "rate_limited": self.rate_limited,
        }

    async def command(self, verb: str, arguments: dict[str, Any]) -> Any:
        if verb == "say":
            return self.say(
                arguments.pop("chat"), arguments.pop("person"), arguments.pop("text"), **arguments
            )
        if verb == "press":
            return self.press(**arguments)
        return await super().command(verb, arguments)

    def say(
        self,
        chat: int,
        person: int,
        text: str,
        *,
        name: str = "Mei",
        topic: int | None = None,
        reply_to: int | None = None,
        kind: str = "message",
        sender_chat: int | None = None,
        is_bot: bool = False,
    ) -> int:
        """Let a person write; ``kind`` may be edited_message or channel_post. Returns the update's id."""
        message: dict[str, Any] = {
            "message_id": next(self._message_ids),
            "date": int(time.time()),
            "chat": self._chat_json(chat),
            "from": {"id": person, "is_bot": is_bot, "first_name": name},
            "text": text,
        }
        if topic is not None:
            message |= {"message_thread_id": topic, "is_topic_message": True}
        if sender_chat is not None:
            message["sender_chat"] = self._chat_json(sender_chat)
        if reply_to is not None:
            message["reply_to_message"] = self._json(self._message(chat, reply_to))
        return self._push({kind: message})

    def press(self, chat: int, person: int, message_id: int, data: str, *, name: str = "Mei") -> int:
        """Let a person press a button of a message. Returns the update's id."""
        message = self._message(chat, message_id)
        if not any(action == data for row in message.buttons for _, action in row):
            raise ValueError(f"message {message_id} has no button {data}")
        callback = f"callback-{len(self._callbacks) + 1}"
        self._callbacks.add(callback)
        person_json = {"id": person, "is_bot": False, "first_name": name}
        press = {
            "id": callback,
            "from": person_json,
            "message": self._json(message),
            "chat_instance": "1",
            "data": data,
        }
        return self._push({"callback_query": press})

    def _push(self, update: dict[str, Any]) -> int:
        update_id = next(self._update_ids)
        self._updates.append({"update_id": update_id, **update})
        self._arrived.set()
        return update_id

    async def _called(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.calls[method] += 1
        given = await parameters(request)
        if request.match_info["token"] != self.token:
            self.refused.append((method, "401 wrong token"))
            return refused_answer(RefusedError(401, "Unauthorized"))

        async def accept() -> web.Response:
            return await self._answer(method, given)

        failure = self.planned(method)
        if failure is not None and failure.how == "no_id":
            await accept()
            return web.json_response({"ok": True, "result": {}})
        if failure is None:
            return await accept()
        if failure.how == "429":
            self._paused[number(given.get("chat_id")) or 0] = self._clock() + failure.retry_after
        said = said_failure(failure)
        return refused_answer(said) if said else await self.failing(request, failure, accept)

    async def _answer(self, method: str, given: dict[str, Any]) -> web.Response:
        try:
            return web.json_response({"ok": True, "result": await self._method(method)(given)})
        except RefusedError as refusal:
            self.refused.append((method, f"{refusal.code} {refusal.said}"))
            self.rate_limited += refusal.code == 429
            return refused_answer(refusal)

    def _method(self, method: str) -> Callable[[dict[str, Any]], Awaitable[Any]]:
        known = {
            "getMe": self._do_get_me,
            "getUpdates": self._do_get_updates,
            "sendMessage": self._do_send_message,
            "editMessageText": self._do_edit_message_text,
            "sendChatAction": self._do_send_chat_action,
            "answerCallbackQuery": self._do_answer_callback_query,
            "setMyCommands": self._do_set_my_commands,
        }
        if method not in known:
            raise RefusedError(404, "Not Found")
        return known[method]

    async def _do_get_me(self, given: dict[str, Any]) -> Any:
        return self._me()

    async def _do_send_chat_action(self, given: dict[str, Any]) -> Any:
        self._open_chat(given)
        return True

    async def _do_set_my_commands(self, given: dict[str, Any]) -> Any:
        self.menu = [(entry["command"], entry["description"]) for entry in given["commands"]]
        return True

    async def _do_answer_callback_query(self, given: dict[str, Any]) -> Any:
        text = str(given.get("text") or "")
        if given.get("callback_query_id") not in self._callbacks:
            raise RefusedError(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        if len(text) > 200:
            raise RefusedError(400, "Bad Request: MESSAGE_TOO_LONG")
        self.popups.append((given["callback_query_id"], text))
        return True

    async def _do_send_message(self, given: dict[str, Any]) -> Any:
        chat = self._open_chat(given)
        topic = number(given.get("message_thread_id"))
        if topic is not None and topic not in self.chats[chat].topics:
            raise RefusedError(400, "Bad Request: message thread not found")
        text, entities = read_text(given)
        message = TelegramMessage(
            chat,
            0,
            text,
            given["text"],
            flag(given.get("disable_notification")),
            time.time(),
            self._reply(chat, given.get("reply_parameters")),
            topic,
            read_buttons(given.get("reply_markup")),
            entities,
            live(text, entities),
        )
        self._limit(chat)
        message.message_id = next(self._message_ids)
        self.messages.append(message)
        return self._json(message)

    async def _do_edit_message_text(self, given: dict[str, Any]) -> Any:
        chat = self._open_chat(given)
        text, entities = read_text(given)
        buttons = read_buttons(given.get("reply_markup"))
        message_id = number(given.get("message_id"))
        found = [one for one in self.messages if one.chat == chat and one.message_id == message_id]
        if not found:
            raise RefusedError(400, "Bad Request: message to edit not found")
        message = found[0]
        self._limit(chat)
        if (message.text, message.entities, message.buttons) == (text, entities, buttons):
            raise RefusedError(400, f"Bad Request: {NOT_MODIFIED}")
        message.text, message.html, message.entities, message.buttons = text, given["text"], entities, buttons
        message.live = live(text, entities)
        message.edits.append(Edit(text, message.html, time.time()))
        return self._json(message)

    async def _do_get_updates(self, given: dict[str, Any]) -> Any:
        self._poll += 1
        mine = self._poll
        self._arrived.set()
        offset = number(given.get("offset")) or 0
        allowed = given.get("allowed_updates") or [
            "message",
            "callback_query",
            "edited_message",
            "channel_post",
        ]
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        ends = time.monotonic() + float(given.get("timeout") or 0)
        while not self._closing.is_set():
            if mine != self._poll:
                raise RefusedError(
                    409,
                    "Conflict: terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                )
            waiting = [update for update in self._updates if set(update) & set(allowed)]
            if waiting or time.monotonic() >= ends:
                return waiting
            self._arrived.clear()
            await self._until_arrival(min(0.5, ends - time.monotonic()))
        return []

    async def _until_arrival(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._arrived.wait()
        except TimeoutError:
            return

    def _open_chat(self, given: dict[str, Any]) -> int:
        try:
            chat = int(given.get("chat_id") or 0)
        except ValueError:
            chat = 0
        known = self.chats.get(chat)
        if known is None:
            raise RefusedError(400, "Bad Request: chat not found")
        if known.moved_to is not None:
            said = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusedError(400, said, migrate_to_chat_id=known.moved_to)
        if known.state != "ok":
            raise refusal_of_state(known.state, known.type)
        return chat

    def _limit(self, chat: int) -> None:
        told_to_wait = self._paused.get(chat, 0.0) - self._clock()
        seconds = math.ceil(told_to_wait) if told_to_wait > 0 else 0
        if not seconds and self._rates:
            seconds = self._rates.refuses(str(chat), group=chat < 0)
        if seconds:
            raise RefusedError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    def _reply(self, chat: int, given: dict[str, Any] | None) -> int | None:
        if not given:
            return None
        wanted = int(given["message_id"])
        if any(one.chat == chat and one.message_id == wanted for one in self.messages):
            return wanted
        if given.get("allow_sending_without_reply"):
            return None
        raise RefusedError(400, "Bad Request: message to be replied not found")

    def _message(self, chat: int, message_id: int) -> TelegramMessage:
        return next(one for one in self.messages if (one.chat, one.message_id) == (chat, message_id))

    def _me(self) -> dict[str, Any]:
        return {"id": 123456, "is_bot": True, "first_name": "Wirewatch", "username": self.username}

    def _chat_json(self, chat: int) -> dict[str, Any]:
        known = self.chats.get(chat, Chat(type_of(chat)))
        return {"id": chat, "type": known.type, **({"title": "Desk"} if chat < 0 else {"first_name": "Mei"})}

    def _json(self, message: TelegramMessage) -> dict[str, Any]:
        answer = {
            "message_id": message.message_id,
            "date": int(message.at),
            "chat": self._chat_json(message.chat),
            "from": self._me(),
            "text": message.text,
        }
        if message.topic is not None:
            answer |= {"message_thread_id": message.topic, "is_topic_message": True}
        return answer
