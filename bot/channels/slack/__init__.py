"""Slack, both directions: sends, edits and answers through the Web API, questions by Socket Mode."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.channels import SLACK_LIMITS, Address, Answer, Moved, Pacer, Question, Reply, Sent
from bot.channels.network import checked_root, quiet_loggers
from bot.channels.parts import insist
from bot.channels.slack.answers import Answers
from bot.channels.slack.dress import one_part_of, parts_of, plain_of
from bot.channels.slack.files import upload, upload_picture
from bot.channels.slack.listen import Ear
from bot.channels.slack.posting import Attempt, Post
from bot.channels.slack.wire import WebApiError, Wire
from bot.errors import SendError
from bot.model import Level, Message, Outcome

__all__ = ["PUBLIC_API", "Slack"]

PUBLIC_API = "https://slack.com/api"
EVENT_TYPE = "wirewatch"
# A clock may show the time of another zone: what is looked for bears a name of its own, so that an early start finds
# nothing else. And how much history is read before giving up.
CLOCK_SLACK = timedelta(hours=15)
HISTORY_PAGE = 200
MOST_PAGES = 10

_log = logging.getLogger(__name__)
_TOKEN = re.compile(r"[\x21-\x7e]+")


class Slack:
    """One bot. Its Pacer paces every request; whoever holds a turn for the chat sends within that turn.

    Without ``app_token`` it only sends, and its messages have no buttons: nobody would hear a press.
    """

    name = "slack"

    def __init__(
        self,
        token: str,
        *,
        app_token: str = "",
        api_url: str = PUBLIC_API,
        pacer: Pacer | None = None,
        interactive: bool | None = None,
        read_timeout: float = 60.0,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        if not _TOKEN.fullmatch(token):
            raise SendError(Outcome.UNAUTHORISED, "SLACK_BOT_TOKEN is empty or no token")
        if app_token and not _TOKEN.fullmatch(app_token):
            raise SendError(Outcome.UNAUTHORISED, "SLACK_APP_TOKEN is no token")
        quiet_loggers()
        root = checked_root("SLACK_API_URL", api_url)
        self.pacer = pacer or Pacer(SLACK_LIMITS)
        self._sleep = sleep
        # Without somebody who listens, buttons would be dead.
        self._interactive = bool(app_token) if interactive is None else interactive
        self._app_token = app_token
        self._wire = Wire(token, root, read_timeout=read_timeout)
        # The library asks for sockets with the token of its client, which is another one.
        self._app_wire = Wire(app_token, root, read_timeout=read_timeout)
        self._post = Post(self._wire, self.pacer, sleep)
        self._answers = Answers(self._post, interactive=self._interactive)
        self._me = ""

    def __repr__(self) -> str:
        return "Slack()"

    async def send(
        self, to: Address, message: Message, *, reply_to: str | None = None, reference: str = ""
    ) -> Sent:
        """Send a message, a reply into its thread; later parts go into the thread of the first.

        Raises SendError; when a later part can't be sent, it is AMBIGUOUS: what came before has arrived.
        """
        attachment = message.attachment
        picture = await self._uploaded(to.chat, message) if attachment and attachment.picture else ""
        parts = parts_of(message, interactive=self._interactive, picture=picture)
        if not parts:
            raise SendError(Outcome.REFUSED, f"there is nothing to see in the message {reference}".rstrip())
        attempt = Attempt(
            to.chat,
            parts[0],
            plain_of(message),
            thread=reply_to,
            broadcast=bool(reply_to) and _for_all(message),
            language=message.language,
        )
        ids: list[str] = []
        for at, part in enumerate(parts):
            attempt = replace(attempt, part=part, metadata=_metadata(reference, at, len(parts)))
            if at:
                attempt = replace(attempt, thread=attempt.thread or ids[0], broadcast=False)
                deliver = partial(self._post.deliver, attempt)
                attempt, sent = await insist(deliver, f"{at} of {len(parts)} parts", self._sleep)
            else:
                attempt, sent = await self._post.deliver(attempt)
            ids.append(sent)
            if attempt.plain:
                break  # the plain text holds the whole message
        if attachment and not attachment.picture:
            await self._share_below(attempt.chat, attempt.thread or ids[0], message)
        return Sent(ids[0], tuple(ids), attempt.chat)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Replace a message. Raises SendError; REFUSED when it is gone."""
        part = one_part_of(message, interactive=self._interactive)
        if part is None:
            raise SendError(Outcome.REFUSED, "the message can't be edited: nothing to see in the new text")
        try:
            await self._post.rewrite(to.chat, message_id, part)
        except WebApiError as error:
            raise self._post.failed(error, to.chat) from None

    async def listen(self, answer: Answer) -> None:
        """Listen until cancelled; without an app token there is nothing to hear. See ``listen.Ear``."""
        if not self._app_token:
            _log.warning("not listening to Slack: SLACK_APP_TOKEN is not set")
            await asyncio.Event().wait()
        await Ear(self._app_wire, self._app_token, self._identify, answer, sleep=self._sleep).listen()

    async def respond(self, question: Question, reply: Reply) -> None:
        """Give a question its answer: to the asker alone, or to all where it is public. Raises SendError."""
        await self._answers.respond(question, reply)

    def tell_moves(self, on_moved: Moved) -> None:
        """Nothing to do: Slack's channels keep their ids."""

    async def set_commands(self, commands: Sequence[tuple[str, str]], *, language: str | None = None) -> None:
        """Nothing to do: Slack knows one command, /wirewatch, which the app's manifest names."""

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
        self, to: Address, references: Collection[str], since: datetime, *, reply_to: str | None = None
    ) -> Sent | None:
        """Look whether a message sent under one of these references since then has arrived, all parts of it.

        ``reply_to`` is the thread to look in for a reply. None: nothing of it has. Raises SendError: UNSENT when
        Slack can't be reached, AMBIGUOUS when its history can't be read or holds a part of the message only.
        """
        try:
            found = await self._parts_found(to.chat, references, since, reply_to)
            if found and found[0][2] > 1 and reply_to is None:
                found += await self._parts_found(to.chat, references, since, found[0][1])
        except WebApiError as error:
            raise _unseen(error, to.chat) from None
        if not found:
            return None
        ids = {part: ts for part, ts, _ in found}
        if set(ids) != set(range(found[0][2])):
            words = f"only {len(ids)} of {found[0][2]} parts of a message arrived in Slack chat {to.chat}"
            raise SendError(Outcome.AMBIGUOUS, words)
        ordered = tuple(ids[part] for part in sorted(ids))
        return Sent(ordered[0], ordered, to.chat)

    async def close(self) -> None:
        """Close all connections."""
        await self._wire.close()
        await self._app_wire.close()

    async def _identify(self) -> str:
        if not self._me:
            self._me = str((await self._wire.call(self._wire.client.auth_test)).get("user_id") or "")
        return self._me

    async def _uploaded(self, chat: str, message: Message) -> str:
        assert message.attachment is not None
        try:
            return await upload_picture(self._wire, message.attachment)
        except WebApiError as error:
            raise self._post.failed(error, chat) from None

    async def _share_below(self, chat: str, thread: str, message: Message) -> None:
        """Share a file in the thread of its message; the message has arrived, with or without it."""
        assert message.attachment is not None
        try:
            await upload(self._wire, message.attachment, chat=chat, thread=thread)
        except WebApiError as error:
            _log.warning("a file for Slack chat %s was not taken (%s)", chat, error.said)

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

    async def _parts_found(
        self, chat: str, references: Collection[str], since: datetime, thread: str | None
    ) -> list[tuple[int, str, int]]:
        """Return (part, message id, number of parts) of what bears one of them, the first part first."""
        found = []
        async for post in self._history(chat, since, thread):
            payload = _payload(post)
            if payload.get("ref") in references and post.get("ts"):
                found.append((_whole(payload.get("part"), 0), str(post["ts"]), _whole(payload.get("of"), 1)))
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


def _unseen(error: WebApiError, chat: str) -> SendError:
    pause = timedelta(seconds=error.retry_after) if error.retry_after else None
    outcome = Outcome.UNSENT if error.outcome is Outcome.UNSENT else Outcome.AMBIGUOUS
    words = f"Slack's history of {chat} can't be read ({error.said}); it stays unknown what arrived"
    return SendError(outcome, words, retry_after=pause)


def _whole(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise


def _payload(post: dict[str, Any]) -> dict[str, Any]:
    metadata = post.get("metadata") or {}
    payload = metadata.get("event_payload") if metadata.get("event_type") == EVENT_TYPE else None
    return payload if isinstance(payload, dict) else {}
