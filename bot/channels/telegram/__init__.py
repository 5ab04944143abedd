"""Telegram, both directions: sends, edits and questions through the Bot API."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ParseMode

from bot.channels import TELEGRAM_LIMITS, Address, Answer, Pacer, Sent
from bot.channels.network import checked_root, quiet_loggers
from bot.channels.parts import insist
from bot.channels.telegram.dress import Part, keyboard, one_part_of, parts_of
from bot.channels.telegram.listen import Ear
from bot.channels.telegram.wire import BotApiError, Wire
from bot.errors import SendError
from bot.model import DeliveryKind, Message, Outcome

__all__ = ["PUBLIC_API", "Telegram"]

PUBLIC_API = "https://api.telegram.org"
POPUP_LENGTH = 200
# Beyond the long poll itself, for the answer to come over.
CATCH_UP_SECONDS = 10.0

_log = logging.getLogger(__name__)
_TOKEN = re.compile(r"[A-Za-z0-9:_-]+")
_TOPIC_GONE = ("message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid")
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One part on its way, and what was already given up to get it through."""

    to: Address
    part: Part
    silent: bool
    buttons: InlineKeyboardMarkup | None = None
    reply_to: int | None = None
    plain: bool = False
    moved: bool = False


class Telegram:
    """One bot. Its Pacer paces every request; whoever holds a turn for the chat sends within that turn."""

    name = "telegram"

    def __init__(
        self,
        token: str,
        *,
        api_url: str = PUBLIC_API,
        pacer: Pacer | None = None,
        read_timeout: float = 60.0,
        poll_seconds: int = 50,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        if not _TOKEN.fullmatch(token):
            raise SendError(
                Outcome.UNAUTHORISED, "TELEGRAM_BOT_TOKEN is empty or holds a character no token has"
            )
        quiet_loggers()
        root = checked_root("TELEGRAM_API_URL", api_url)
        self.pacer = pacer or Pacer(TELEGRAM_LIMITS)
        self._sleep = sleep
        self._poll_seconds = poll_seconds
        self._wire = Wire(root, read_timeout=read_timeout, deadline=read_timeout * 1.5)
        self._poll_wire = Wire(root, read_timeout=CATCH_UP_SECONDS, deadline=None, connections=2)
        self._bot = Bot(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=self._wire,
            get_updates_request=self._poll_wire,
        )
        self._username = ""

    def __repr__(self) -> str:
        return f"Telegram({'@' + self._username if self._username else 'not yet asked who it is'})"

    async def send(
        self, to: Address, message: Message, *, reply_to: str | None = None, reference: str = ""
    ) -> Sent:
        """Send a message; the first part replies and tells the chat's new id, the last one has the buttons.

        Raises SendError; when a later part can't be sent, it is AMBIGUOUS: what came before has arrived.
        """
        parts = parts_of(message)
        if not parts:
            raise SendError(Outcome.REFUSED, f"there is nothing to see in the message {reference}".rstrip())
        attempt = _Attempt(to, parts[0], message.silent, reply_to=_message_number(reply_to))
        ids: list[str] = []
        for at, part in enumerate(parts):
            last = at == len(parts) - 1
            attempt = replace(
                attempt,
                part=part,
                reply_to=None if at else attempt.reply_to,
                silent=message.silent or at > 0,
                buttons=keyboard(message.buttons) if last else None,
            )
            if at:
                deliver = partial(self._deliver, attempt)
                attempt, sent = await insist(deliver, f"{at} of {len(parts)} parts", self._sleep)
            else:
                attempt, sent = await self._deliver(attempt)
            ids.append(sent)
        return Sent(ids[0], tuple(ids), attempt.to.chat)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Replace the text and the buttons of a message. Raises SendError; REFUSED when it is gone."""
        part = one_part_of(message)
        number = _message_number(message_id)
        if part is None or number is None:
            what = "nothing to see in the new text" if number else f"{message_id!r} is no message of Telegram"
            raise SendError(Outcome.REFUSED, f"the message can't be edited: {what}")
        attempt = _Attempt(to, part, silent=True, buttons=keyboard(message.buttons))
        while True:
            try:
                await self._rewrite(attempt, number)
            except BotApiError as fault:
                if fault.says("message is not modified"):
                    return
                attempt = self._mended(attempt, fault)
            else:
                return

    async def check(self, to: Address | None = None) -> str:
        """Return the bot's name and, given an address, that it may write there. Raises SendError."""
        try:
            me = await self._identify()
            if to is None:
                return f"@{me}"
            await self._bot.send_chat_action(_chat(to), "typing", message_thread_id=to.topic)
        except BotApiError as fault:
            raise fault.as_send_error(to.chat if to else "") from None
        return f"@{me} may write to chat {to.chat}" + (f", topic {to.topic}" if to.topic else "")

    async def listen(self, answer: Answer) -> None:
        """Poll for questions until cancelled. See ``listen.Ear`` for what counts as one."""
        ear = Ear(self._bot, self._identify, answer, poll_seconds=self._poll_seconds, sleep=self._sleep)
        await ear.listen()

    async def answer_callback(self, callback_id: str, text: str = "", *, alert: bool = True) -> None:
        """Answer the press of a button with a pop-up of at most 200 characters; no text only ends the wait.

        A press that is too old to be answered passes silently. Raises SendError otherwise.
        """
        shown = text if len(text) <= POPUP_LENGTH else text[: POPUP_LENGTH - 1] + "…"
        try:
            await self._bot.answer_callback_query(
                callback_id, text=shown or None, show_alert=alert and bool(shown)
            )
        except BotApiError as fault:
            if not fault.says("query is too old", "query id is invalid", "query_id_invalid"):
                raise fault.as_send_error("") from None

    async def set_commands(self, commands: Sequence[tuple[str, str]], *, language: str | None = None) -> None:
        """Set the menu: (name, description), for all or for one language (``zh``). Raises SendError."""
        menu = [BotCommand(name, description[:256]) for name, description in commands]
        try:
            await self._bot.set_my_commands(menu, language_code=language)
        except BotApiError as fault:
            raise fault.as_send_error("") from None

    async def close(self) -> None:
        """Close all connections."""
        await self._wire.shutdown()
        await self._poll_wire.shutdown()

    async def _identify(self) -> str:
        if not self._username:
            me = await self._bot.get_me()
            self._username = me.username or str(me.id)
        return self._username

    async def _deliver(self, attempt: _Attempt) -> tuple[_Attempt, str]:
        while True:
            try:
                return attempt, await self._post(attempt)
            except BotApiError as fault:
                attempt = self._mended(attempt, fault)

    async def _post(self, attempt: _Attempt) -> str:
        async with self.pacer.turn(attempt.to.chat, DeliveryKind.ANSWER):
            try:
                sent = await self._bot.send_message(
                    _chat(attempt.to),
                    attempt.part.plain if attempt.plain else attempt.part.html,
                    parse_mode=None if attempt.plain else ParseMode.HTML,
                    disable_notification=attempt.silent,
                    message_thread_id=attempt.to.topic,
                    link_preview_options=_NO_PREVIEW,
                    reply_markup=attempt.buttons,
                    reply_parameters=_reply(attempt.reply_to),
                )
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise _unreadable_message(error) from None
        return str(sent.message_id)

    async def _rewrite(self, attempt: _Attempt, number: int) -> None:
        async with self.pacer.turn(attempt.to.chat, DeliveryKind.EDIT):
            try:
                await self._bot.edit_message_text(
                    attempt.part.plain if attempt.plain else attempt.part.html,
                    chat_id=_chat(attempt.to),
                    message_id=number,
                    parse_mode=None if attempt.plain else ParseMode.HTML,
                    link_preview_options=_NO_PREVIEW,
                    reply_markup=attempt.buttons,
                )
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise _unreadable_message(error) from None

    def _mended(self, attempt: _Attempt, fault: BotApiError) -> _Attempt:
        """Return an attempt without what Telegram did not like, each thing once; else raise SendError."""
        chat = attempt.to.chat
        if fault.migrate_to and not attempt.moved:
            _log.warning("Telegram chat %s has moved to %s; store the new id", chat, fault.migrate_to)
            return replace(attempt, to=replace(attempt.to, chat=fault.migrate_to), moved=True)
        if fault.code == 400 and fault.says(*_TOPIC_GONE) and attempt.to.topic is not None:
            _log.warning("topic %s of Telegram chat %s is gone; General gets it", attempt.to.topic, chat)
            return replace(attempt, to=replace(attempt.to, topic=None))
        if fault.code == 400 and fault.says("can't parse entities") and not attempt.plain:
            _log.error("Telegram can't read our markup (%s); chat %s gets plain text", fault.said, chat)
            return replace(attempt, plain=True)
        if fault.retry_after is not None:
            self.pacer.pause(chat, fault.retry_after)
        raise fault.as_send_error(chat) from None


def _chat(to: Address) -> int | str:
    return int(to.chat) if re.fullmatch(r"-?\d{1,18}", to.chat) else to.chat


def _message_number(message_id: str | None) -> int | None:
    return int(message_id) if message_id and re.fullmatch(r"\d{1,18}", message_id) else None


def _reply(number: int | None) -> ReplyParameters | None:
    return None if number is None else ReplyParameters(number, allow_sending_without_reply=True)


def _unreadable_message(error: Exception) -> BotApiError:
    return BotApiError(Outcome.AMBIGUOUS, f"an ok without a readable message, {type(error).__name__}")
