"""A strict stand-in for the Bot API: it refuses what Telegram refuses, counts, limits, and remembers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import Any

from aiohttp import web

from tests.standins.server import number, parameters, plain
from tests.standins.telegram_api import BotApi
from tests.standins.telegram_rules import Chat, RefusedError, refused_answer, said_failure


class TelegramStandIn(BotApi):
    """``async with TelegramStandIn(token=..., chats={4242, -1001234567890}) as telegram:``."""

    def __init__(
        self,
        *,
        token: str = "123456:stand-in-token-for-tests",
        chats: Iterable[int] | Mapping[int, Chat] = (4242,),
        username: str = "WirewatchBot",
        clock: Callable[[], float] = time.monotonic,
        rates: bool = True,
    ) -> None:
        super().__init__(chats=chats, username=username, clock=clock, rates=rates)
        self.token = token
        self._update_ids = count(9001)
        self._presses = count(1)

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
            "menus": {f"{scope} {language}".strip(): menu for (scope, language), menu in self.menus.items()},
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
        if verb == "move":
            return self.move(**arguments)
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
        message = self._written(chat, person, name=name, is_bot=is_bot) | {"text": text}
        if topic is not None:
            message |= {"message_thread_id": topic, "is_topic_message": True}
            message["reply_to_message"] = self._opening(chat, topic)
        if sender_chat is not None:
            message["sender_chat"] = self._chat_json(sender_chat)
        if reply_to is not None:
            message["reply_to_message"] = self._json(self._message(chat, reply_to))
        return self._push({kind: message})

    def press(
        self, chat: int, person: int, message_id: int, data: str, *, name: str = "Mei", old: bool = False
    ) -> int:
        """Let a person press a button; ``old``: Telegram shows the bot no more of the message than its number."""
        message = self._message(chat, message_id)
        if not any(action == data for row in message.buttons for _, action in row):
            raise ValueError(f"message {message_id} has no button {data}")
        callback = f"callback-{next(self._presses)}"
        self._callbacks.add(callback)
        hidden = {"message_id": message_id, "date": 0, "chat": self._chat_json(chat)}
        press = {
            "id": callback,
            "from": {"id": person, "is_bot": False, "first_name": name},
            "message": hidden if old else self._json(message),
            "chat_instance": "1",
            "data": data,
        }
        return self._push({"callback_query": press})

    def forget_presses(self) -> None:
        """Let every press that was not answered yet be too old to be answered."""
        self._callbacks.clear()

    def move(self, old: int, new: int, *, told: str = "both") -> None:
        """Make a group a supergroup; ``told``: both, to, from or none of the two service messages come."""
        self.chats[old].moved_to = new
        self.chats.setdefault(new, Chat("supergroup"))
        if told in {"both", "to"}:
            self._push({"message": self._written(old, 77) | {"migrate_to_chat_id": new}})
        if told in {"both", "from"}:
            self._push({"message": self._written(new, 77) | {"migrate_from_chat_id": old}})

    def _written(self, chat: int, person: int, *, name: str = "Mei", is_bot: bool = False) -> dict[str, Any]:
        return {
            "message_id": next(self._message_ids),
            "date": int(time.time()),
            "chat": self._chat_json(chat),
            "from": {"id": person, "is_bot": is_bot, "first_name": name},
        }

    def _opening(self, chat: int, topic: int) -> dict[str, Any]:
        """What every message of a topic seems to reply to: the message that opened it, here by the bot itself."""
        return {
            "message_id": topic,
            "date": int(time.time()),
            "chat": self._chat_json(chat),
            "from": self._me(),
            "message_thread_id": topic,
            "is_topic_message": True,
            "forum_topic_created": {"name": "Markets", "icon_color": 7322096},
        }

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
            return web.json_response({"ok": True, "result": await self.method(method)(given)})
        except RefusedError as refusal:
            self.refused.append((method, f"{refusal.code} {refusal.said}"))
            self.rate_limited += refusal.code == 429
            return refused_answer(refusal)
