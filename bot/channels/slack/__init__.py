"""Slack: sends and edits through the Web API, and finds again what may have arrived."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.channels import SLACK_LIMITS, Address, Pacer, Sent
from bot.channels.network import checked_root, quiet_loggers
from bot.channels.parts import insist
from bot.channels.slack.dress import Part, one_part_of, parts_of
from bot.channels.slack.wire import WebApiError, Wire
from bot.errors import SendError
from bot.model import DeliveryKind, Level, Message, Outcome

__all__ = ["PUBLIC_API", "Slack"]

PUBLIC_API = "https://slack.com/api"
EVENT_TYPE = "wirewatch"
# The clocks of two machines; and how much history is read before giving up.
CLOCK_SLACK = timedelta(seconds=5)
HISTORY_PAGE = 200
MOST_PAGES = 10

_log = logging.getLogger(__name__)
_TOKEN = re.compile(r"[\x21-\x7e]+")
_THREAD_GONE = frozenset(
    {"thread_not_found", "cannot_reply_to_message", "invalid_thread_ts", "message_not_found"}
)
_MARKUP = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
_PLAIN_ARGUMENTS = {"parse": "none", "link_names": False}


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One part on its way, and what was already given up to get it through."""

    chat: str
    part: Part
    plain_text: str
    thread: str | None = None
    broadcast: bool = False
    metadata: dict[str, Any] | None = None
    plain: bool = False

    @property
    def arguments(self) -> dict[str, Any]:
        content: dict[str, Any] = {"text": self.part.text, "blocks": list(self.part.blocks)}
        if self.plain:
            content = {"text": self.plain_text, "mrkdwn": False}
        threaded = {"thread_ts": self.thread, "reply_broadcast": self.broadcast} if self.thread else {}
        return {
            "channel": self.chat,
            **content,
            **threaded,
            **_PLAIN_ARGUMENTS,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": self.metadata,
        }


class Slack:
    """One bot. Its Pacer paces every request; whoever holds a turn for the chat sends within that turn."""

    name = "slack"

    def __init__(
        self,
        token: str,
        *,
        api_url: str = PUBLIC_API,
        pacer: Pacer | None = None,
        interactive: bool = False,
        read_timeout: float = 60.0,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        if not _TOKEN.fullmatch(token):
            raise SendError(Outcome.UNAUTHORISED, "SLACK_BOT_TOKEN is empty or no token")
        quiet_loggers()
        self.pacer = pacer or Pacer(SLACK_LIMITS)
        self._sleep = sleep
        self._interactive = interactive
        self._wire = Wire(token, checked_root("SLACK_API_URL", api_url), read_timeout=read_timeout)

    def __repr__(self) -> str:
        return "Slack()"

    async def send(
        self, to: Address, message: Message, *, reply_to: str | None = None, reference: str = ""
    ) -> Sent:
        """Send a message, a reply into its thread; later parts go into the thread of the first.

        Raises SendError; when a later part can't be sent, it is AMBIGUOUS: what came before has arrived.
        """
        parts = parts_of(message, interactive=self._interactive)
        if not parts:
            raise SendError(Outcome.REFUSED, f"there is nothing to see in the message {reference}".rstrip())
        attempt = _Attempt(
            to.chat, parts[0], message.plain, thread=reply_to, broadcast=bool(reply_to) and _for_all(message)
        )
        ids: list[str] = []
        for at, part in enumerate(parts):
            attempt = replace(attempt, part=part, metadata=_metadata(reference, at, len(parts)))
            if at:
                attempt = replace(attempt, thread=attempt.thread or ids[0], broadcast=False)
                deliver = partial(self._deliver, attempt)
                attempt, sent = await insist(deliver, f"{at} of {len(parts)} parts", self._sleep)
            else:
                attempt, sent = await self._deliver(attempt)
            ids.append(sent)
            if attempt.plain:
                break  # the plain text holds the whole message
        return Sent(ids[0], tuple(ids), attempt.chat)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Replace a message. Raises SendError; REFUSED when it is gone."""
        part = one_part_of(message, interactive=self._interactive)
        if part is None:
            raise SendError(Outcome.REFUSED, "the message can't be edited: nothing to see in the new text")
        async with self.pacer.turn(to.chat, DeliveryKind.EDIT):
            try:
                await self._wire.call(
                    self._wire.client.chat_update,
                    channel=to.chat,
                    ts=message_id,
                    text=part.text,
                    blocks=list(part.blocks),
                    **_PLAIN_ARGUMENTS,
                )
            except WebApiError as error:
                raise self._failed(error, to.chat) from None

    async def check(self, to: Address | None = None) -> str:
        """Return the bot's name and, given an address, that it is in that chat. Raises SendError."""
        chat = to.chat if to else ""
        try:
            me = await self._wire.call(self._wire.client.auth_test)
            who = f"@{me.get('user', '?')} in {me.get('team', '?')}"
            return who if not chat else f"{who} {await self._standing(chat)}"
        except WebApiError as error:
            raise error.as_send_error(chat) from None

    async def reconcile(
        self, to: Address, reference: str, since: datetime, *, reply_to: str | None = None
    ) -> Sent | None:
        """Look whether a message sent under this reference since then has arrived, all parts of it.

        ``reply_to`` is the thread to look in for a reply. None: it has not, or not wholly. Raises SendError
        (AMBIGUOUS, whatever the cause) when the history can't be read, so that nothing can be said.
        """
        try:
            found = await self._parts_found(to.chat, reference, since, reply_to)
            if found and found[0][2] > 1 and reply_to is None:
                found += await self._parts_found(to.chat, reference, since, found[0][1])
        except WebApiError as error:
            pause = timedelta(seconds=error.retry_after) if error.retry_after else None
            words = (
                f"Slack's history of {to.chat} can't be read ({error.said}); it stays unknown what arrived"
            )
            raise SendError(Outcome.AMBIGUOUS, words, retry_after=pause) from None
        ids = {part: ts for part, ts, _ in found}
        if not found or set(ids) != set(range(found[0][2])):
            return None
        ordered = tuple(ids[part] for part in sorted(ids))
        return Sent(ordered[0], ordered, to.chat)

    async def close(self) -> None:
        """Close all connections."""
        await self._wire.close()

    async def _standing(self, chat: str) -> str:
        if chat.startswith("U"):
            return f"(a direct message to {chat} can't be tried without sending one)"
        try:
            info = await self._wire.call(self._wire.client.conversations_info, channel=chat)
        except WebApiError as error:
            if error.code == "missing_scope":
                return f"(whether it is in {chat} can't be seen without the scope channels:read)"
            raise
        channel = info.get("channel")
        if isinstance(channel, dict) and channel.get("is_member") is False:
            raise WebApiError(Outcome.GONE, "not_in_channel", code="not_in_channel")
        return f"may write to {chat}"

    async def _deliver(self, attempt: _Attempt) -> tuple[_Attempt, str]:
        while True:
            try:
                chat, sent = await self._post(attempt)
            except WebApiError as error:
                attempt = self._mended(attempt, error)
            else:
                return replace(attempt, chat=chat), sent

    async def _post(self, attempt: _Attempt) -> tuple[str, str]:
        async with self.pacer.turn(attempt.chat, DeliveryKind.ANSWER):
            answer = await self._wire.call(self._wire.client.chat_postMessage, **attempt.arguments)
        if not answer.get("ts"):
            raise WebApiError(Outcome.AMBIGUOUS, "an ok without a message")
        return str(answer.get("channel") or attempt.chat), str(answer["ts"])

    def _mended(self, attempt: _Attempt, error: WebApiError) -> _Attempt:
        """Return an attempt without what Slack did not like, each thing once; else raise SendError."""
        if error.code in _THREAD_GONE and attempt.thread:
            _log.warning(
                "the thread %s in Slack chat %s is gone; the channel gets it", attempt.thread, attempt.chat
            )
            return replace(attempt, thread=None, broadcast=False)
        if error.code in _MARKUP and not attempt.plain:
            _log.error("Slack can't read our blocks (%s); chat %s gets plain text", error.said, attempt.chat)
            return replace(attempt, plain=True)
        raise self._failed(error, attempt.chat) from None

    def _failed(self, error: WebApiError, chat: str) -> SendError:
        if error.retry_after is not None:
            self.pacer.pause(chat, error.retry_after)
        return error.as_send_error(chat)

    async def _parts_found(
        self, chat: str, reference: str, since: datetime, thread: str | None
    ) -> list[tuple[int, str, int]]:
        """Return (part, message id, number of parts) of what bears the reference, the first part first."""
        found = []
        async for post in self._history(chat, since, thread):
            payload = _payload(post)
            if payload.get("ref") == reference:
                found.append((int(payload.get("part", 0)), str(post["ts"]), int(payload.get("of", 1))))
        return sorted(found)

    async def _history(self, chat: str, since: datetime, thread: str | None) -> AsyncIterator[dict[str, Any]]:
        client = self._wire.client
        oldest = f"{(since - CLOCK_SLACK).timestamp():.6f}"
        arguments = {"channel": chat, "oldest": oldest, "limit": HISTORY_PAGE, "include_all_metadata": True}
        cursor = ""
        for _ in range(MOST_PAGES):
            if thread:
                page = await self._wire.call(
                    client.conversations_replies, ts=thread, cursor=cursor, **arguments
                )
            else:
                page = await self._wire.call(client.conversations_history, cursor=cursor, **arguments)
            for post in page.get("messages") or ():
                yield post
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return
        raise WebApiError(Outcome.AMBIGUOUS, f"more than {MOST_PAGES * HISTORY_PAGE} messages since then")


def _for_all(message: Message) -> bool:
    """Corrections and urgent developments are shown in the channel too, other replies in their thread."""
    return message.broadcast or (message.level is Level.URGENT and not message.silent)


def _metadata(reference: str, part: int, parts: int) -> dict[str, Any] | None:
    if not reference:
        return None
    payload: dict[str, str | int] = {"ref": reference}
    if parts > 1:
        payload |= {"part": part, "of": parts}
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def _payload(post: dict[str, Any]) -> dict[str, Any]:
    metadata = post.get("metadata") or {}
    payload = metadata.get("event_payload") if metadata.get("event_type") == EVENT_TYPE else None
    return payload if isinstance(payload, dict) else {}
