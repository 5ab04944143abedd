"""One message on its way to a Telegram chat, mended where Telegram turns it down."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from telegram import (
    Bot,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode

from bot.channels import Address, Moved, Pacer
from bot.channels.plain import tame
from bot.channels.telegram.dress import Part
from bot.channels.telegram.wire import BotApiError
from bot.errors import SendError
from bot.model import Attachment, DeliveryKind, Outcome

__all__ = ["Attempt", "Post"]

_log = logging.getLogger(__name__)
_TOPIC_GONE = ("message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid")
_ATTACHMENT_REFUSED = ("photo", "image_process_failed", "send_media", "send_docs", "documents", "wrong file")
_LARGEST_PICTURE = 10_000_000
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One part on its way, and what was already given up to get it through."""

    to: Address
    part: Part
    silent: bool
    buttons: InlineKeyboardMarkup | None = None
    reply_to: int | None = None
    attachment: Attachment | None = None
    plain: bool = False
    moved: bool = False
    caption: Part | None = None
    """For edits: the same as short as a caption must be, once the message turned out to be a picture's."""

    @property
    def words(self) -> str:
        """The text to show, in the markup that ``parse_mode`` names."""
        part = self.caption or self.part
        return part.plain if self.plain else part.html

    @property
    def parse_mode(self) -> ParseMode | None:
        """How the words are marked up."""
        return None if self.plain else ParseMode.HTML


class Post:
    """Sends and edits single messages; every request waits for its chat's turn."""

    def __init__(self, bot: Bot, pacer: Pacer) -> None:
        self._bot = bot
        self._pacer = pacer
        self.on_moved: Moved | None = None
        self._moved: dict[str, str] = {}

    async def send(self, attempt: Attempt) -> tuple[Attempt, str]:
        """Send a part; return the attempt that went through and the message's id. Raises SendError."""
        if attempt.to.chat in self._moved:
            attempt = _at(attempt, self._moved[attempt.to.chat])
        while True:
            try:
                return attempt, await self._send_once(attempt)
            except BotApiError as fault:
                attempt = await self._mended(attempt, fault)

    async def rewrite(
        self,
        attempt: Attempt,
        number: int,
        shorter: Callable[[], Part | None],
        *,
        kind: DeliveryKind = DeliveryKind.EDIT,
    ) -> None:
        """Replace a message; ``shorter`` gives the words of a caption. Raises SendError, REFUSED when it is gone."""
        while True:
            try:
                await self._rewrite_once(attempt, number, kind)
            except BotApiError as fault:
                if fault.says("message is not modified"):
                    return
                if fault.says("no text in the message to edit") and attempt.caption is None:
                    attempt = replace(attempt, caption=shorter() or attempt.part)
                    continue
                await self._insist_on_the_place(attempt, fault)
                attempt = await self._mended(attempt, fault)
            else:
                return

    async def swap_buttons(self, to: Address, number: int, buttons: InlineKeyboardMarkup | None) -> None:
        """Put other buttons under a message, or none. Raises SendError; the same again is fine."""
        try:
            async with self._pacer.turn(to.chat, DeliveryKind.ANSWER):
                await self._bot.edit_message_reply_markup(
                    chat_id=chat_of(to), message_id=number, reply_markup=buttons
                )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _unreadable_message(error).as_send_error(to.chat) from None
        except BotApiError as fault:
            if not fault.says("message is not modified"):
                raise self._told(fault, to.chat) from None

    async def note_move(self, old: str, new: str) -> None:
        """Remember that a chat has another id from now on, and tell whoever wants to know."""
        if old == new or self._moved.get(old) == new:
            return
        self._moved[old] = new
        _log.warning("Telegram chat %s has become %s; put the new number into wirewatch.yaml", old, new)
        if self.on_moved is None:
            return
        try:
            await self.on_moved(old, new)
        except Exception:  # noqa: BLE001 - the message itself has arrived, or the update is read
            _log.exception("the move of chat %s to %s was not noted", old, new)

    async def _send_once(self, attempt: Attempt) -> str:
        async with self._pacer.turn(attempt.to.chat, DeliveryKind.ANSWER):
            try:
                return str((await self._request(attempt)).message_id)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise _unreadable_message(error) from None

    async def _request(self, attempt: Attempt) -> Message:
        chat, attachment = chat_of(attempt.to), attempt.attachment
        common: dict[str, Any] = {
            "parse_mode": attempt.parse_mode,
            "disable_notification": attempt.silent,
            "message_thread_id": attempt.to.topic,
            "reply_markup": attempt.buttons,
            "reply_parameters": _reply(attempt.reply_to),
        }
        if attachment is None:
            return await self._bot.send_message(
                chat, attempt.words, link_preview_options=_NO_PREVIEW, **common
            )
        if as_picture(attachment):
            return await self._bot.send_photo(
                chat, _file(attachment), caption=attempt.words or None, **common
            )
        return await self._bot.send_document(
            chat,
            _file(attachment),
            caption=attempt.words or None,
            disable_content_type_detection=True,
            **common,
        )

    async def _rewrite_once(self, attempt: Attempt, number: int, kind: DeliveryKind) -> None:
        place: dict[str, Any] = {
            "chat_id": chat_of(attempt.to),
            "message_id": number,
            "reply_markup": attempt.buttons,
        }
        async with self._pacer.turn(attempt.to.chat, kind):
            try:
                if attempt.attachment is not None:
                    await self._bot.edit_message_media(_media(attempt), **place)
                elif attempt.caption is not None:
                    await self._bot.edit_message_caption(
                        caption=attempt.words, parse_mode=attempt.parse_mode, **place
                    )
                else:
                    await self._bot.edit_message_text(
                        attempt.words,
                        parse_mode=attempt.parse_mode,
                        link_preview_options=_NO_PREVIEW,
                        **place,
                    )
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise _unreadable_message(error) from None

    async def _insist_on_the_place(self, attempt: Attempt, fault: BotApiError) -> None:
        """A group that moved left its messages behind: the number means another message in the new one."""
        if not fault.migrate_to:
            return
        await self.note_move(attempt.to.chat, fault.migrate_to)
        words = f"chat {attempt.to.chat} has become {fault.migrate_to}; its old messages stay as they are"
        raise SendError(Outcome.REFUSED, words, moved_to=fault.migrate_to)

    async def _mended(self, attempt: Attempt, fault: BotApiError) -> Attempt:
        """Return an attempt without what Telegram did not like, each thing once; else raise SendError."""
        chat = attempt.to.chat
        if fault.migrate_to and not attempt.moved:
            await self.note_move(chat, fault.migrate_to)
            return _at(attempt, fault.migrate_to)
        if fault.code == 400 and fault.says(*_TOPIC_GONE) and attempt.to.topic is not None:
            _log.warning("topic %s of Telegram chat %s is gone; General gets it", attempt.to.topic, chat)
            return replace(attempt, to=replace(attempt.to, topic=None))
        if fault.code == 400 and fault.says("can't parse entities") and not attempt.plain:
            _log.error("Telegram can't read our markup (%s); chat %s gets plain text", fault.said, chat)
            return replace(attempt, plain=True)
        if fault.code == 400 and fault.says(*_ATTACHMENT_REFUSED) and attempt.attachment is not None:
            return _without_picture(attempt, attempt.attachment, fault)
        raise self._told(fault, chat) from None

    def _told(self, fault: BotApiError, chat: str) -> SendError:
        if fault.retry_after is not None:
            self._pacer.pause(chat, fault.retry_after)
        return fault.as_send_error(chat)


def as_picture(attachment: Attachment) -> bool:
    """Tell whether Telegram shows it: a picture within its limit of 10 MB."""
    return attachment.picture and len(attachment.content) <= _LARGEST_PICTURE


def chat_of(to: Address) -> int | str:
    """Return a chat as the Bot API takes it: a number, or the @name of a channel."""
    return int(to.chat) if re.fullmatch(r"-?\d{1,18}", to.chat) else to.chat


def message_number(message_id: str | None) -> int | None:
    """Return the number of a message, None for what is none of Telegram's."""
    return int(message_id) if message_id and re.fullmatch(r"\d{1,18}", message_id) else None


def _at(attempt: Attempt, chat: str) -> Attempt:
    # What it would have replied to stayed in the old group, where the numbers are others.
    return replace(attempt, to=replace(attempt.to, chat=chat), moved=True, reply_to=None)


def _without_picture(attempt: Attempt, attachment: Attachment, fault: BotApiError) -> Attempt:
    """Return it with the picture as a file, then without the file: the words must arrive."""
    if as_picture(attachment):
        _log.warning(
            "Telegram does not show the picture %s (%s); it goes as a file", attachment.name, fault.said
        )
        return replace(attempt, attachment=replace(attachment, picture=False))
    _log.warning("Telegram takes no file in chat %s (%s); only the words go", attempt.to.chat, fault.said)
    words = tame(attachment.alt or attachment.name)
    part = attempt.part if attempt.part.plain else Part(words, words)
    return replace(attempt, attachment=None, part=part, plain=attempt.plain or not attempt.part.plain)


def _file(attachment: Attachment) -> InputFile:
    return InputFile(attachment.content, filename=tame(attachment.name).replace("/", "-") or "file")


def _media(attempt: Attempt) -> InputMediaPhoto | InputMediaDocument:
    assert attempt.attachment is not None
    kind = InputMediaPhoto if as_picture(attempt.attachment) else InputMediaDocument
    name = tame(attempt.attachment.name).replace("/", "-") or "file"
    words = attempt.words or None
    return kind(attempt.attachment.content, caption=words, parse_mode=attempt.parse_mode, filename=name)


def _reply(number: int | None) -> ReplyParameters | None:
    return None if number is None else ReplyParameters(number, allow_sending_without_reply=True)


def _unreadable_message(error: Exception) -> BotApiError:
    return BotApiError(Outcome.AMBIGUOUS, f"an ok without a readable message, {type(error).__name__}")
