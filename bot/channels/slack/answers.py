"""Answers in Slack: for the asker alone, unless they are shared on purpose or stand in a direct message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bot.channels import Question, Reply
from bot.channels.parts import insist
from bot.channels.slack.dress import Part, commented, one_part_of, parts_of, plain_of
from bot.channels.slack.files import upload, upload_picture
from bot.channels.slack.posting import Attempt, Post
from bot.channels.slack.questions import WayBack
from bot.channels.slack.wire import WebApiError
from bot.errors import SendError
from bot.model import Attachment, Block, Message, Outcome, Span
from bot.render.words import say

_SHARE = "share:"


@dataclass(frozen=True, slots=True)
class _Given:
    """An answer on its way back to its question."""

    question: Question
    way_back: WayBack
    message: Message
    public: bool

    @property
    def alone(self) -> bool:
        """True when only the asker is to see it."""
        return not self.public and not self.question.private


class Answers:
    """Gives questions their answers."""

    def __init__(self, post: Post, *, interactive: bool) -> None:
        self._post = post
        self._interactive = interactive

    async def respond(self, question: Question, reply: Reply) -> None:
        """Give a question its answer. Raises SendError."""
        message = reply.message or _spoken(reply.popup)
        if message is None:
            return
        if reply.public:
            message = _shared(message)
        given = _Given(question, WayBack.of(question), message, reply.public)
        try:
            await self._give(given, instead=reply.instead and question.callback is not None)
        except WebApiError as error:
            raise self._post.failed(error, question.chat) from None

    async def _give(self, given: _Given, *, instead: bool) -> None:
        attachment = given.message.attachment
        if attachment is not None and not attachment.picture:
            await self._give_file(given, attachment)
            return
        picture = await upload_picture(self._post.wire, attachment) if attachment else ""
        if instead and await self._take_its_place(given, picture):
            return
        parts = parts_of(given.message, interactive=self._interactive, picture=picture)
        await self._send(given, parts)

    async def _send(self, given: _Given, parts: Sequence[Part]) -> None:
        question = given.question
        attempt = Attempt(
            question.chat,
            Part((), ""),
            plain_of(given.message),
            thread=given.way_back.thread or None,
            person=question.person if given.alone else "",
            language=given.message.language,
        )
        for at, part in enumerate(parts):
            if not at:
                attempt = await self._deliver(replace(attempt, part=part), given)
            else:
                deliver = partial(self._deliver, replace(attempt, part=part), given)
                attempt = await insist(deliver, f"{at} of {len(parts)} parts", self._post.sleep)
            if attempt.plain:
                return  # the plain text holds the whole message

    async def _deliver(self, attempt: Attempt, given: _Given) -> Attempt:
        """Post a part; where the bot is no member, by the address that came with the question."""
        try:
            return (await self._post.deliver(attempt))[0]
        except SendError as error:
            if not given.way_back.url or error.outcome is not Outcome.GONE:
                raise
        kind = "in_channel" if given.public else "ephemeral"
        body: dict[str, Any] = {**attempt.content, "response_type": kind, "replace_original": False}
        if given.way_back.thread:
            body["thread_ts"] = given.way_back.thread
        try:
            await self._post.wire.answer_at(given.way_back.url, body)
        except WebApiError as error:
            raise self._post.failed(error, given.question.chat) from None
        return attempt

    async def _take_its_place(self, given: _Given, picture: str) -> bool:
        """Replace the message whose button was pressed; False where it is gone or too old for that."""
        part = one_part_of(given.message, interactive=self._interactive, picture=picture)
        if part is None:
            return False
        question = given.question
        try:
            if given.way_back.ephemeral:
                body = {"text": part.text, "blocks": list(part.blocks)}
                await self._post.wire.answer_at(given.way_back.url, {**body, "replace_original": True})
            else:
                await self._post.rewrite(question.chat, question.message_id, part)
        except WebApiError as error:
            if error.outcome in {Outcome.REFUSED, Outcome.GONE}:
                return False
            raise
        return True

    async def _give_file(self, given: _Given, attachment: Attachment) -> None:
        """Share a file where everybody may have it, else in the asker's direct messages, and say so."""
        wire, question = self._post.wire, given.question
        comment = commented(given.message)
        if not given.alone:
            thread = given.way_back.thread or None
            await upload(wire, attachment, chat=question.chat, comment=comment, thread=thread)
            return
        opened = await wire.call(wire.client.conversations_open, users=question.person)
        channel = opened.get("channel")
        own = str(channel.get("id") or "") if isinstance(channel, dict) else ""
        if not own:
            raise WebApiError(Outcome.REFUSED, "an ok without a direct message")
        await upload(wire, attachment, chat=own, comment=comment)
        said = _spoken(say(given.message.language, "slack_file_sent"))
        assert said is not None
        await self._send(given, parts_of(said, interactive=False))


def _spoken(words: str) -> Message | None:
    """Return few words as a message; None for none."""
    lines = tuple((Span(line),) for line in words.splitlines() if line.strip())
    return Message(blocks=(Block(lines),)) if lines else None


def _shared(message: Message) -> Message:
    """Return what is shared without the buttons that share it."""
    rows = tuple(tuple(b for b in row if not b.action.startswith(_SHARE)) for row in message.buttons)
    return replace(message, buttons=tuple(filter(None, rows)))
