"""Telegram, both directions: sends, edits and questions through the Bot API."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)

from bot.channels import TELEGRAM_LIMITS, Address, Answer, Moved, Pacer, Question, Reply, Sent
from bot.channels.network import checked_root, quiet_loggers
from bot.channels.parts import insist
from bot.channels.plain import tame, utf16_units
from bot.channels.telegram.dress import Part, keyboard, one_part_of, parts_of, popup_of
from bot.channels.telegram.listen import Ear
from bot.channels.telegram.posting import Attempt, Post, chat_of, message_number
from bot.channels.telegram.wire import BotApiError, PollWire, Wire
from bot.errors import SendError
from bot.model import Block, DeliveryKind, Message, Outcome, Rows, Span

__all__ = ["PUBLIC_API", "Telegram"]

PUBLIC_API = "https://api.telegram.org"
# Beyond the long poll itself, for the answer to come over.
CATCH_UP_SECONDS = 10.0
MOST_COMMANDS = 100
LONGEST_DESCRIPTION = 256
# A longer pop-up stays until it is put away; a shorter one, of one line, goes by itself after a moment.
LONGEST_GLANCE = 60

_log = logging.getLogger(__name__)
_TOKEN = re.compile(r"[A-Za-z0-9:_-]+")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_TOO_LATE = ("query is too old", "query id is invalid", "query_id_invalid")
# A press on a message that is gone, or that nobody may change any more, needs no answer.
_OUT_OF_REACH = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
    "message_edit_time_expired",
)


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
        on_moved: Moved | None = None,
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
        # An answer that dribbles must not leave the bot deaf.
        longest = poll_seconds + 4 * CATCH_UP_SECONDS
        self._poll_wire = PollWire(root, read_timeout=CATCH_UP_SECONDS, deadline=longest, connections=2)
        self._bot = Bot(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=self._wire,
            get_updates_request=self._poll_wire,
        )
        self._post = Post(self._bot, self.pacer)
        self._post.on_moved = on_moved
        self._username = ""

    def tell_moves(self, on_moved: Moved) -> None:
        """Have every move of a group to another id told, whether a send or a service message brings it."""
        self._post.on_moved = on_moved

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
        attempt = Attempt(to, parts[0], message.silent, reply_to=message_number(reply_to))
        ids: list[str] = []
        for at, part in enumerate(parts):
            last = at == len(parts) - 1
            attempt = replace(
                attempt,
                part=part,
                reply_to=None if at else attempt.reply_to,
                attachment=None if at else message.attachment,
                silent=message.silent or at > 0,
                buttons=keyboard(message.buttons) if last else None,
            )
            if at:
                deliver = partial(self._post.send, attempt)
                attempt, sent = await insist(deliver, f"{at} of {len(parts)} parts", self._sleep)
            else:
                attempt, sent = await self._post.send(attempt)
            ids.append(sent)
        return Sent(ids[0], tuple(ids), attempt.to.chat)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Replace the words and the buttons of a message, be they a text or a picture's caption.

        Raises SendError; REFUSED when it is gone, or stayed behind in a group that moved.
        """
        await self._rewrite(to, message_id, message, DeliveryKind.EDIT)

    async def _rewrite(self, to: Address, message_id: str, message: Message, kind: DeliveryKind) -> None:
        as_caption = partial(one_part_of, message, caption=True)
        part = (as_caption() or Part("", "")) if message.attachment else one_part_of(message)
        number = message_number(message_id)
        if part is None or number is None:
            what = "nothing to see in the new text" if number else f"{message_id!r} is no message of Telegram"
            raise SendError(Outcome.REFUSED, f"the message can't be edited: {what}")
        buttons = keyboard(message.buttons)
        attempt = Attempt(to, part, silent=True, buttons=buttons, attachment=message.attachment)
        await self._post.rewrite(attempt, number, as_caption, kind=kind)

    async def respond(self, question: Question, reply: Reply) -> None:
        """Answer a question in its chat and topic, as a reply; a press is confirmed first, with the pop-up.

        A press on a message that is gone, or from yesterday, passes silently. Raises SendError otherwise.
        """
        message = reply.message
        if question.callback_id is not None:
            await self._confirm(question.callback_id, reply.popup)
            if reply.popup:
                message = None
        elif message is None and reply.popup:
            message = _as_message(reply.popup)
        if reply.buttons is not None:
            await _passing(self._swap_buttons(question, reply.buttons))
        if message is None:
            return
        to = Address(question.chat, question.topic)
        if reply.instead and question.callback is not None:
            await _passing(self._rewrite(to, question.message_id, message, DeliveryKind.ANSWER))
        else:
            await self.send(to, message, reply_to=question.message_id)

    async def _swap_buttons(self, question: Question, rows: Rows) -> None:
        number = message_number(question.message_id)
        if number is not None:
            to = Address(question.chat, question.topic)
            await self._post.swap_buttons(to, number, keyboard(rows))

    async def _confirm(self, callback_id: str, popup: str) -> None:
        """End the wait of whoever pressed; beside the chat's queue, where alerts may stand for minutes."""
        words = popup_of(popup)
        stays = "\n" in words or utf16_units(words) > LONGEST_GLANCE
        try:
            async with self.pacer.beside():
                await self._bot.answer_callback_query(callback_id, text=words or None, show_alert=stays)
        except BotApiError as fault:
            if fault.says(*_TOO_LATE):
                return
            error = fault.as_send_error("")
            if error.outcome is not Outcome.AMBIGUOUS:
                raise error from None
            # It may have been shown; what else the answer brings must not be lost for that.
            _log.warning("a press was perhaps not confirmed: %s", fault.said)

    async def check(self, to: Address | None = None) -> str:
        """Return the bot's name and, given an address, that it may write there. Raises SendError."""
        try:
            me = await self._identify()
            if to is None:
                return f"@{me}"
            await self._bot.send_chat_action(chat_of(to), "typing", message_thread_id=to.topic)
        except BotApiError as fault:
            raise fault.as_send_error(to.chat if to else "") from None
        return f"@{me} may write to chat {to.chat}" + (f", topic {to.topic}" if to.topic else "")

    async def listen(self, answer: Answer) -> None:
        """Poll for questions until cancelled. See ``listen.Ear`` for what counts as one."""
        ear = Ear(
            self._bot,
            self._identify,
            answer,
            poll_seconds=self._poll_seconds,
            sleep=self._sleep,
            moved=self._post.note_move,
        )
        await ear.listen()

    async def set_commands(self, commands: Sequence[tuple[str, str]], *, language: str | None = None) -> None:
        """Set the menu of private chats and of groups: (name, what it does), for all or for one language.

        What can't be a command there (names of a-z, 0-9 and _ only) is left out. Raises SendError.
        """
        menu = [
            BotCommand(name, tame(does).strip()[:LONGEST_DESCRIPTION])
            for name, does in commands
            if _COMMAND.fullmatch(name) and tame(does).strip()
        ][:MOST_COMMANDS]
        scopes: tuple[BotCommandScope, ...] = (
            BotCommandScopeAllPrivateChats(),
            BotCommandScopeAllGroupChats(),
        )
        for scope in scopes:
            try:
                async with self.pacer.beside():
                    await self._bot.set_my_commands(menu, scope=scope, language_code=language)
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


async def _passing(request: Awaitable[None]) -> None:
    """Make a change to a pressed message; that it is gone or out of reach troubles nobody."""
    try:
        await request
    except SendError as error:
        out_of_reach = any(words in str(error).lower() for words in _OUT_OF_REACH)
        if error.outcome is not Outcome.REFUSED or not (out_of_reach or error.moved_to):
            raise


def _as_message(words: str) -> Message:
    return Message(blocks=(Block(tuple((Span(line),) for line in words.split("\n"))),))
