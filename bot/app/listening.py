"""Questions from a chat: who may ask, what they meant, and the answer. Everybody else gets silence."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from typing import Protocol

import structlog
from sqlalchemy import Connection

from bot.channels import Address, Channel, Listener, Pacer, Question
from bot.commands import COMMANDS, Answer, Asked
from bot.errors import SendError
from bot.model import Access, DeliveryKind, Message, Outcome, Receiver, Settings
from bot.store import Store, alerts, audit, updates

log = structlog.get_logger()

MOST_ATTEMPTS = 3
MOST_STRANGERS = 10_000


class House(Protocol):
    """What the doorman needs of the app."""

    settings: Settings
    store: Store

    def now(self) -> datetime:
        """The time."""
        ...

    async def answer(self, asked: Asked) -> Answer:
        """Answer a question."""
        ...


class Doorman:
    """Lets people in whom ``access`` and the receivers name, and brings their answers out."""

    def __init__(self, app: House, channel: Channel, pacer: Pacer) -> None:
        self._app = app
        self._channel = channel
        self._pacer = pacer
        self._strangers: dict[str, date] = {}

    async def listen(self) -> None:
        """Answer until cancelled."""
        assert isinstance(self._channel, Listener)
        await self._channel.listen(self.answer)

    async def answer(self, question: Question) -> None:
        """Answer one question, once, if its asker may ask."""
        if not self.may_ask(question):
            await self._note_stranger(question)
            return
        if question.callback is not None or not (question.text.startswith("/") or question.private):
            return
        first = await self._app.store.write(
            lambda conn: updates.first_time(conn, question.channel, question.update_id, self._app.now())
        )
        if not first:
            return
        asked = await self._app.store.read(lambda conn: self.understand(conn, question))
        reply = await self._app.answer(asked)
        for attempt in range(MOST_ATTEMPTS):
            if await self._reply(question, reply.message):
                return
            await asyncio.sleep(2**attempt)

    async def _reply(self, question: Question, message: Message) -> bool:
        """Send an answer; True when it is no use to try again."""
        address = Address(question.chat, question.topic)
        try:
            async with self._pacer.turn(question.chat, DeliveryKind.ANSWER):
                await self._channel.send(address, message, reply_to=question.message_id)
        except SendError as error:
            log.warning("answer not delivered", chat=question.chat, outcome=error.outcome.value)
            return error.outcome not in {Outcome.UNSENT, Outcome.RATE_LIMITED}
        return True

    def may_ask(self, question: Question) -> bool:
        """People in a receiver's chat may ask, admins anywhere, and the chats that ``access`` adds."""
        access = self._access(question)
        return (
            question.person in access.admins
            or question.chat in access.chats
            or self._receiver(question) is not None
        )

    def _access(self, question: Question) -> Access:
        return self._app.settings.access.get(question.channel, Access())

    def understand(self, conn: Connection, question: Question) -> Asked:
        """Return what was asked: ``/recent 腾讯``; in a private chat bare words mean ``recent``."""
        receiver = self._receiver(question)
        verb, words = split_command(question.text)
        story = None
        if question.reply_to_message_id:
            story = alerts.by_message(conn, question.channel, question.chat, question.reply_to_message_id)
        return Asked(
            verb=verb,
            words=words,
            reader=receiver or self._guest(question),
            receiver=receiver.id if receiver else "",
            story=story or "",
            admin=question.person in self._access(question).admins,
            by=f"{question.channel}:{question.person}",
        )

    def _receiver(self, question: Question) -> Receiver | None:
        mine = [
            receiver
            for receiver in self._app.settings.receivers.values()
            if receiver.via == question.channel and receiver.chat == question.chat
        ]
        in_topic = [receiver for receiver in mine if receiver.topic == question.topic]
        return next(iter(in_topic or mine), None)

    def _guest(self, question: Question) -> Receiver:
        zone = self._app.settings.timezone
        return Receiver(id="", via=question.channel, chat=question.chat, timezone=zone)

    async def _note_stranger(self, question: Question) -> None:
        """Once a day and person, so that a flood of strangers fills no disk."""
        who, now = f"{question.channel}:{question.person}", self._app.now()
        if len(self._strangers) > MOST_STRANGERS:
            self._strangers.clear()
        if self._strangers.get(who) == now.date():
            return
        self._strangers[who] = now.date()
        await self._app.store.write(
            lambda conn: audit.record(conn, who, "refused", {"chat": question.chat}, now)
        )


def split_command(text: str) -> tuple[str, str]:
    """Return (verb, words) of a typed line; a line without a slash asks for recent stories."""
    text = text.strip()
    if not text.startswith("/"):
        verb, _, words = text.partition(" ")
        return (verb.lower(), words.strip()) if verb.lower() in COMMANDS else ("recent", text)
    verb, _, words = text[1:].partition(" ")
    return verb.partition("@")[0].lower(), words.strip()
