"""The Bot API as the stand-in for Telegram speaks it: each method, with what it refuses."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from itertools import count
from typing import Any

from tests.standins.server import Rates, StandIn, flag, number
from tests.standins.telegram_html import Entity, live
from tests.standins.telegram_rules import (
    NOT_MODIFIED,
    Chat,
    Edit,
    RefusedError,
    TelegramMessage,
    read_buttons,
    read_commands,
    read_file,
    read_text,
    refusal_of_state,
    type_of,
)

LONGEST_POPUP = 200
_WRITES = ("sendMessage", "sendPhoto", "sendDocument", "editMessageText", "editMessageCaption",
           "editMessageMedia", "editMessageReplyMarkup")  # fmt: skip
_READS = ("getMe", "getUpdates", "sendChatAction", "answerCallbackQuery", "setMyCommands", "deleteMessage")


class BotApi(StandIn):
    """What a bot may ask of Telegram."""

    writes = frozenset(_WRITES)

    def __init__(
        self,
        *,
        chats: Iterable[int] | Mapping[int, Chat],
        username: str,
        clock: Callable[[], float],
        rates: bool,
    ) -> None:
        super().__init__()
        self.username = username
        self.chats = (
            dict(chats) if isinstance(chats, Mapping) else {chat: Chat(type_of(chat)) for chat in chats}
        )
        self.messages: list[TelegramMessage] = []
        self.files: dict[int, bytes] = {}
        """Message id to what was uploaded with it."""
        self.popups: list[tuple[str, str]] = []
        """(callback id, text) of every answered button."""
        self.staying: list[str] = []
        """The pop-ups that a person has to put away; the others go by themselves."""
        self.menus: dict[tuple[str, str], list[tuple[str, str]]] = {}
        """(scope, language) to the menu of commands."""
        self.rate_limited = 0
        self._rates = Rates(clock, burst=3, per_minute=20, per_second=30) if rates else None
        self._paused: dict[int, float] = {}
        self._clock = clock
        self._message_ids = count(1)
        self._updates: list[dict[str, Any]] = []
        self._callbacks: set[str] = set()
        self._arrived = asyncio.Event()
        self._poll = 0

    @property
    def menu(self) -> list[tuple[str, str]]:
        """The commands that people see in private, in a language that has no menu of its own."""
        return self.menus.get(("all_private_chats", ""), self.menus.get(("default", ""), []))

    def method(self, name: str) -> Callable[[dict[str, Any]], Awaitable[Any]]:
        """Return what answers a method; names are those of the Bot API."""
        if name not in {*_WRITES, *_READS}:
            raise RefusedError(404, "Not Found")
        snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
        answer: Callable[[dict[str, Any]], Awaitable[Any]] = getattr(self, f"_do_{snake}")
        return answer

    async def _do_get_me(self, given: dict[str, Any]) -> Any:
        return self._me()

    async def _do_send_chat_action(self, given: dict[str, Any]) -> Any:
        self._open_chat(given)
        return True

    async def _do_set_my_commands(self, given: dict[str, Any]) -> Any:
        scope, language, commands = read_commands(given)
        self.menus[scope, language] = commands
        return True

    async def _do_answer_callback_query(self, given: dict[str, Any]) -> Any:
        text = str(given.get("text") or "")
        if given.get("callback_query_id") not in self._callbacks:
            raise RefusedError(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        if len(text.encode("utf-16-le")) // 2 > LONGEST_POPUP:
            raise RefusedError(400, "Bad Request: MESSAGE_TOO_LONG")
        self._callbacks.discard(given["callback_query_id"])
        self.popups.append((given["callback_query_id"], text))
        if flag(given.get("show_alert")):
            self.staying.append(text)
        return True

    async def _do_send_message(self, given: dict[str, Any]) -> Any:
        text, entities = read_text(given)
        return self._accept(given, text, str(given["text"]), entities)

    async def _do_send_photo(self, given: dict[str, Any]) -> Any:
        return self._accept_file(given, "photo")

    async def _do_send_document(self, given: dict[str, Any]) -> Any:
        return self._accept_file(given, "document")

    def _accept_file(self, given: dict[str, Any], kind: str) -> Any:
        text, entities = read_text(given, "caption", 1024)
        name, content = read_file(given, kind)
        answer = self._accept(given, text, str(given.get("caption") or ""), entities, kind, name, content)
        self.files[answer["message_id"]] = content
        return answer

    def _accept(
        self,
        given: dict[str, Any],
        text: str,
        html: str,
        entities: list[Entity],
        kind: str = "text",
        name: str = "",
        content: bytes = b"",
    ) -> Any:
        chat = self._open_chat(given)
        topic = number(given.get("message_thread_id"))
        if topic is not None and topic not in self.chats[chat].topics:
            raise RefusedError(400, "Bad Request: message thread not found")
        message = TelegramMessage(
            chat,
            0,
            text,
            html,
            flag(given.get("disable_notification")),
            time.time(),
            self._reply(chat, given.get("reply_parameters")),
            topic,
            read_buttons(given.get("reply_markup")),
            entities,
            live(text, entities),
            kind=kind,
            file_name=name,
            file_size=len(content),
        )
        self._limit(chat)
        message.message_id = next(self._message_ids)
        self.messages.append(message)
        return self._json(message)

    async def _do_edit_message_text(self, given: dict[str, Any]) -> Any:
        self._open_chat(given)
        text, entities = read_text(given)
        message = self._found(given)
        if message.kind != "text":
            raise RefusedError(400, "Bad Request: there is no text in the message to edit")
        return self._change(message, text, str(given["text"]), entities, given)

    async def _do_edit_message_caption(self, given: dict[str, Any]) -> Any:
        self._open_chat(given)
        text, entities = read_text(given, "caption", 1024)
        message = self._found(given)
        if message.kind == "text":
            raise RefusedError(400, "Bad Request: there is no caption in the message to edit")
        return self._change(message, text, str(given.get("caption") or ""), entities, given)

    async def _do_edit_message_media(self, given: dict[str, Any]) -> Any:
        self._open_chat(given)
        media = given["media"]
        text, entities = read_text(media, "caption", 1024)
        kind = media["type"]
        uploads = {kind: given.get(str(media["media"]).removeprefix("attach://"))}
        name, content = read_file(uploads, kind)
        message = self._found(given)
        buttons = read_buttons(given.get("reply_markup"))
        self._limit(message.chat)
        message.kind, message.file_name, message.file_size = kind, name, len(content)
        self.files[message.message_id] = content
        return self._changed(message, text, str(media.get("caption") or ""), entities, buttons)

    async def _do_edit_message_reply_markup(self, given: dict[str, Any]) -> Any:
        self._open_chat(given)
        message = self._found(given)
        return self._change(message, message.text, message.html, message.entities, given)

    def _change(
        self, message: TelegramMessage, text: str, html: str, entities: list[Entity], given: dict[str, Any]
    ) -> Any:
        buttons = read_buttons(given.get("reply_markup"))
        self._limit(message.chat)
        if (message.text, message.entities, message.buttons) == (text, entities, buttons):
            raise RefusedError(400, f"Bad Request: {NOT_MODIFIED}")
        return self._changed(message, text, html, entities, buttons)

    def _changed(
        self,
        message: TelegramMessage,
        text: str,
        html: str,
        entities: list[Entity],
        buttons: list[list[tuple[str, str]]],
    ) -> Any:
        message.text, message.html, message.entities, message.buttons = text, html, entities, buttons
        message.live = live(text, entities)
        message.edits.append(Edit(text, html, time.time()))
        return self._json(message)

    def _found(self, given: dict[str, Any]) -> TelegramMessage:
        chat, message_id = self._open_chat(given), number(given.get("message_id"))
        found = [one for one in self.messages if one.chat == chat and one.message_id == message_id]
        if not found:
            raise RefusedError(400, "Bad Request: message to edit not found")
        return found[0]

    async def _do_delete_message(self, given: dict[str, Any]) -> Any:
        self._open_chat(given)
        try:
            self.messages.remove(self._found(given))
        except RefusedError:
            raise RefusedError(400, "Bad Request: message to delete not found") from None
        return True

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
        answer: dict[str, Any] = {
            "message_id": message.message_id,
            "date": int(message.at),
            "chat": self._chat_json(message.chat),
            "from": self._me(),
        }
        name = f"file-{message.message_id}"
        identity = {"file_id": name, "file_unique_id": name}
        if message.kind == "text":
            answer["text"] = message.text
        elif message.kind == "photo":
            answer |= {"photo": [{**identity, "width": 1200, "height": 900}], "caption": message.text}
        else:
            answer |= {"document": {**identity, "file_name": message.file_name}, "caption": message.text}
        if message.topic is not None:
            answer |= {"message_thread_id": message.topic, "is_topic_message": True}
        return answer
