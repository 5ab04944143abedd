"""One message on its way to Slack: what is tried, what is given up to get it through, and what that means."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.channels import Pacer
from bot.channels.slack.dress import Part, without_picture
from bot.channels.slack.wire import WebApiError, Wire
from bot.errors import SendError
from bot.model import DeliveryKind, Outcome

_log = logging.getLogger(__name__)

_THREAD_GONE = frozenset(
    {"thread_not_found", "cannot_reply_to_message", "invalid_thread_ts", "message_not_found"}
)
_MARKUP = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
PLAIN_ARGUMENTS = {"parse": "none", "link_names": False}
# An uploaded picture is fit to be shown a moment later, which Slack does not announce.
PICTURE_PAUSES = (1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One part on its way, and what was already given up to get it through."""

    chat: str
    part: Part
    plain_text: str
    thread: str | None = None
    broadcast: bool = False
    metadata: dict[str, Any] | None = None
    plain: bool = False
    person: str = ""
    """Who alone sees it; "" for everybody in the chat."""
    language: str = "en"
    waits: int = 0
    """How often it waited for Slack to have done with the picture."""

    @property
    def content(self) -> dict[str, Any]:
        """What is shown, as all methods take it."""
        if self.plain:
            return {"text": self.plain_text, "mrkdwn": False}
        return {"text": self.part.text, "blocks": list(self.part.blocks)}

    @property
    def arguments(self) -> dict[str, Any]:
        """All that a method is called with."""
        common = {"channel": self.chat, **self.content, **PLAIN_ARGUMENTS}
        if self.person:
            common.pop("mrkdwn", None)
            return {**common, "user": self.person, "thread_ts": self.thread}
        threaded = {"thread_ts": self.thread, "reply_broadcast": self.broadcast} if self.thread else {}
        quiet = {"unfurl_links": False, "unfurl_media": False}
        return {**common, **threaded, **quiet, "metadata": self.metadata}


class Post:
    """Brings parts into chats, each in its turn."""

    def __init__(self, wire: Wire, pacer: Pacer, sleep: Callable[[float], Awaitable[object]]) -> None:
        self.wire = wire
        self.pacer = pacer
        self.sleep = sleep

    async def deliver(self, attempt: Attempt) -> tuple[Attempt, str]:
        """Send a part; return how it got through and its message id. Raises SendError."""
        while True:
            try:
                chat, sent = await self.attempt(attempt)
            except WebApiError as error:
                attempt = await self._mended(attempt, error)
            else:
                return replace(attempt, chat=chat), sent

    async def attempt(self, attempt: Attempt) -> tuple[str, str]:
        """Try once; return the chat that took it and the message id. Raises WebApiError."""
        client = self.wire.client
        method, name = (
            (client.chat_postEphemeral, "message_ts") if attempt.person else (client.chat_postMessage, "ts")
        )
        async with self.pacer.turn(attempt.chat, DeliveryKind.ANSWER):
            answer = await self.wire.call(method, **attempt.arguments)
        if not answer.get(name):
            raise WebApiError(Outcome.AMBIGUOUS, "an ok without a message")
        return str(answer.get("channel") or attempt.chat), str(answer[name])

    async def rewrite(self, chat: str, message_id: str, part: Part) -> None:
        """Replace a message of ours. Raises WebApiError."""
        async with self.pacer.turn(chat, DeliveryKind.EDIT):
            await self.wire.call(
                self.wire.client.chat_update,
                channel=chat,
                ts=message_id,
                text=part.text,
                blocks=list(part.blocks),
                **PLAIN_ARGUMENTS,
            )

    def failed(self, error: WebApiError, chat: str) -> SendError:
        """Put a failure into words, and keep to the pause that Slack asks for."""
        if error.retry_after is not None:
            self.pacer.pause(chat, error.retry_after)
        return error.as_send_error(chat)

    async def _mended(self, attempt: Attempt, error: WebApiError) -> Attempt:
        """Return an attempt without what Slack did not like, each thing once; else raise SendError."""
        if error.code in _THREAD_GONE and attempt.thread:
            _log.warning(
                "the thread %s in Slack chat %s is gone; the channel gets it", attempt.thread, attempt.chat
            )
            return replace(attempt, thread=None, broadcast=False)
        if error.code in _MARKUP and attempt.part.pictured:
            return await self._with_patience(attempt)
        if error.code in _MARKUP and not attempt.plain:
            _log.error("Slack can't read our blocks (%s); chat %s gets plain text", error.said, attempt.chat)
            return replace(attempt, plain=True)
        raise self.failed(error, attempt.chat) from None

    async def _with_patience(self, attempt: Attempt) -> Attempt:
        if attempt.waits < len(PICTURE_PAUSES):
            await self.sleep(PICTURE_PAUSES[attempt.waits])
            return replace(attempt, waits=attempt.waits + 1)
        _log.warning("Slack does not show the picture; chat %s gets the message without", attempt.chat)
        return replace(attempt, part=without_picture(attempt.part, attempt.language))
