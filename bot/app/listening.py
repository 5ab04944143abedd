"""Questions from a chat: who may ask, what they meant, and the answer. Everybody else gets silence."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import suppress
from datetime import date, datetime
from itertools import chain, repeat
from typing import Protocol

import structlog
from sqlalchemy import Connection

from bot.app.claiming import claim, typed_code
from bot.channels import Channel, Listener, Question, Reply
from bot.commands import SILENT, Answer, Asked, Pressed, menu, split_command
from bot.commands.picturing import digest_meant
from bot.crashpoints import crashpoint
from bot.errors import SendError, StoreFull
from bot.model import Access, Outcome, Receiver, Settings
from bot.store import Store, alerts, audit, messages, updates

log = structlog.get_logger()

MOST_ATTEMPTS = 3
MOST_STRANGERS = 10_000
MOST_NOTED = 200
"""Strangers whose attempts are noted in one day; more of them is a flood, of which these tell enough."""
MOST_HEARD = 2000
"""Questions of this life that are remembered here, while they are answered and after."""
BURST = 12
"""Questions that a person may ask at once; one more every ``EVERY`` seconds. The rest is dropped: a flood."""
EVERY = 2.0
MENU_AGAIN = (10.0, 60.0, 600.0, 3600.0)
"""Seconds until the menu of commands is offered again; the last of them over and over."""
SLASHES = ("/", "／")
OF_A_DIGEST = frozenset({"digest", "chart"})
"""Buttons that name the digest they stand under."""


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

    def __init__(self, app: House, channel: Channel) -> None:
        self._app = app
        self._channel = channel
        self._strangers: set[str] = set()
        self._noted_on: date | None = None
        self._heard: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._patience: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    async def listen(self) -> None:
        """Answer until cancelled."""
        assert isinstance(self._channel, Listener)
        offering = asyncio.create_task(self.offer_menu(), name=f"menu of {self._channel.name}")
        try:
            await self._channel.listen(self.answer)
        finally:
            offering.cancel()
            await asyncio.gather(offering, return_exceptions=True)

    async def offer_menu(self) -> None:
        """Offer the menu of commands until the service has taken it: there may be no network yet."""
        assert isinstance(self._channel, Listener)
        for wait in chain(MENU_AGAIN, repeat(MENU_AGAIN[-1])):
            try:
                await self._channel.set_commands(menu("en"))
                await self._channel.set_commands(menu("zh"), language="zh")
            except SendError as error:
                log.warning(
                    "the menu of commands was not set", outcome=error.outcome.value, message=str(error)
                )
            else:
                return
            await asyncio.sleep(wait)

    async def answer(self, question: Question) -> None:
        """Answer one question, once, if its asker may ask."""
        known = self.may_ask(question)
        if not known and typed_code(question.text) and self._asks_too_much(question):
            return
        claimed = await claim(self._app.store, question, self._app.now(), known=known)
        if claimed is not None:
            await self._respond(question, claimed)
            return
        if not known:
            await self._note_stranger(question)
            return
        if question.callback is None and not (question.text[:1] in SLASHES or question.private):
            return
        if self._floods(question):
            if question.callback is not None:
                await self._respond(question, Reply())
            return
        heard = (question.channel, question.update_id)
        if heard in self._heard:
            return
        self._heard[heard] = None
        if len(self._heard) > MOST_HEARD:
            self._heard.popitem(last=False)
        if await self._begin(question):
            await self._obey(question)

    async def _begin(self, question: Question) -> bool:
        """Note that a question is taken up; False where it was dealt with. A full disk keeps nobody from asking."""
        try:
            return await self._app.store.write(
                lambda conn: updates.begin(conn, question.channel, question.update_id, self._app.now())
            )
        except StoreFull:
            return True

    async def _obey(self, question: Question) -> None:
        """Answer, and note that: what changes something is noted with the change, the rest once it is answered.

        So a change is made once, and a question that was cut short is answered after the next start.
        """
        crashpoint("question-heard")
        asked = await self._app.store.read(lambda conn: self.understand(conn, question))
        reply = reply_of(await self._app.answer(asked))
        crashpoint("answer-made")
        for attempt in range(MOST_ATTEMPTS):
            if await self._respond(question, reply):
                break
            await asyncio.sleep(2**attempt)
        with suppress(StoreFull):
            await self._app.store.write(
                lambda conn: updates.first_time(conn, question.channel, question.update_id, self._app.now())
            )
        crashpoint("update-noted")

    async def _respond(self, question: Question, reply: Reply) -> bool:
        """Give the answer; True when it is no use to try again."""
        assert isinstance(self._channel, Listener)
        try:
            await self._channel.respond(question, reply)
            crashpoint("answer-given")
        except SendError as error:
            log.warning("answer not delivered", chat=question.chat, outcome=error.outcome.value)
            return error.outcome not in {Outcome.UNSENT, Outcome.RATE_LIMITED}
        return True

    def _floods(self, question: Question) -> bool:
        """Tell whether a person asks more than anybody reads; alerts must not wait for that."""
        if not self._asks_too_much(question):
            return False
        log.warning("a flood of questions, some are dropped", who=f"{question.channel}:{question.person}")
        return True

    def _asks_too_much(self, question: Question) -> bool:
        who, now = f"{question.channel}:{question.person}", self._app.now()
        left, at = self._patience.get(who, (float(BURST), now))
        left = min(float(BURST), left + max(0.0, (now - at).total_seconds()) / EVERY)
        self._patience[who] = (left - 1 if left >= 1 else left, now)
        self._patience.move_to_end(who)
        if len(self._patience) > MOST_STRANGERS:
            self._patience.popitem(last=False)
        return left < 1

    def may_ask(self, question: Question) -> bool:
        """People in a receiver's chat may ask, admins anywhere, and the chats that ``access`` adds."""
        access = self._access(question)
        return (
            question.person in access.admins
            or question.chat in access.chats
            or bool(self._receivers(question))
        )

    def _access(self, question: Question) -> Access:
        return self._app.settings.access.get(question.channel, Access())

    def understand(self, conn: Connection, question: Question) -> Asked:
        """Return what was asked: ``/recent 腾讯``; in a private chat bare words mean ``recent``."""
        receiver = self._addressee(conn, question)
        verb, words = split_command(question.text) if question.callback is None else ("", "")
        under = under_of(question)
        story = alerts.by_message(conn, question.channel, question.chat, under) if under else None
        return Asked(
            verb=verb,
            words=words,
            reader=receiver or self._guest(question),
            receiver=receiver.id if receiver else "",
            story=story or "",
            admin=question.person in self._access(question).admins,
            by=f"{question.channel}:{question.person}",
            who=question.person_name,
            alone=question.private,
            pressed=pressed_of(question),
            update=(question.channel, question.update_id),
        )

    def _addressee(self, conn: Connection, question: Question) -> Receiver | None:
        """Return whom the question is about: of several in one chat the one that got the message it is under."""
        mine = self._receivers(question)
        told = told_by(conn, question) if len(mine) > 1 else None
        fitting = sorted(mine, key=lambda each: (each.id != told, each.topic != question.topic))
        return next(iter(fitting), None)

    def _receivers(self, question: Question) -> list[Receiver]:
        """The receivers in the chat of a question."""
        return [
            receiver
            for receiver in self._app.settings.receivers.values()
            if receiver.via == question.channel
            and (receiver.chat == question.chat or (question.private and receiver.chat == question.person))
        ]

    def _guest(self, question: Question) -> Receiver:
        zone = self._app.settings.timezone
        return Receiver(id="", via=question.channel, chat=question.chat, timezone=zone)

    async def _note_stranger(self, question: Question) -> None:
        """Once a day and person, and so many a day, so that a flood of strangers fills no disk."""
        who, now = f"{question.channel}:{question.person}", self._app.now()
        if self._noted_on != now.date():
            self._strangers.clear()
            self._noted_on = now.date()
        if who in self._strangers or len(self._strangers) >= MOST_NOTED:
            return
        self._strangers.add(who)
        log.info("a stranger was not answered", who=who, chat=question.chat)
        await self._app.store.write(
            lambda conn: audit.record(conn, who, "refused", {"chat": question.chat}, now)
        )


def under_of(question: Question) -> str | None:
    """Return the message that a question is under: the one replied to, or that of the pressed button."""
    return question.reply_to_message_id if question.callback is None else question.message_id


def told_by(conn: Connection, question: Question) -> str | None:
    """Return the receiver whom the message that a question is under was sent to; None for any other message."""
    verb, _, about = (question.callback or "").partition(":")
    if verb in OF_A_DIGEST and (made := digest_meant(conn, about)) is not None:
        return made.receiver
    under = under_of(question)
    return messages.receiver_of(conn, question.channel, question.chat, under) if under else None


def reply_of(answer: Answer) -> Reply:
    """Return what a channel shows of an answer."""
    return Reply(
        message=None if answer.message is SILENT else answer.message,
        popup=answer.popup,
        buttons=answer.buttons,
        instead=answer.instead,
        public=answer.public,
    )


def pressed_of(question: Question) -> Pressed | None:
    """Return the button that was pressed: ``snooze:k7f2:4h`` is the verb snooze about ``k7f2:4h``."""
    if question.callback is None:
        return None
    verb, _, about = question.callback.partition(":")
    return Pressed(verb, about, question.channel, question.chat, question.message_id)
