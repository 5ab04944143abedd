"""Claim what is owed and due, make its message, send it, and write down how that ended.

    claim (commit) -> compose -> wait for the chat's turn -> on the wire (commit) -> send -> acknowledge (commit)

A crash before the wire changes nothing. A crash between sending and acknowledging leaves a row in
``sending``: the next start finds it, and the repeat says that it may be one. One delivery is in flight per
receiver, so one chat never blocks another and a chat's order is kept.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.channels import Address, Channel, Pacer, Sent
from bot.charts import illustrated
from bot.errors import SendError
from bot.model import Delivery, DeliveryKind, Outcome, Reason, Receiver, Settings, Watchlist
from bot.outbox import silenced
from bot.outbox.compose import Composed, compose, held
from bot.outbox.ending import TOGETHER, Ending
from bot.route.telling import MOST_HELD
from bot.store import Store, deliveries, notices

log = structlog.get_logger()

LEASE = timedelta(minutes=3)
_DRAWN_WITHIN = 90.0
"""Seconds that a digest waits for its picture: many may be due at one hour. Less than the lease."""
EDITS_AHEAD = timedelta(seconds=61)
"""How far ahead ``once`` flushes edits: they are paced a minute apart."""
OUTAGE = timedelta(minutes=15)
"""An alert overdue by this much was held up by an outage."""


class Outbox:
    """Delivers what the store owes, through the channels given."""

    def __init__(
        self,
        *,
        store: Store,
        channels: Mapping[str, Channel],
        pacers: Mapping[str, Pacer],
        configuration: Callable[[], tuple[Settings, Watchlist]],
        clock: Callable[[], datetime],
        owner: str,
        buttons: frozenset[str] = frozenset(),
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._channels = channels
        self._pacers = pacers
        self._configuration = configuration
        self._clock = clock
        self._owner = owner
        self._buttons = buttons
        self._chance = chance
        self._wake = asyncio.Event()
        self._in_hand: dict[int, int] = {}
        """What is being sent, and by whose delivery: those held together go with the first."""
        self.sent = 0
        self.failures: dict[str, str] = {}
        """Receiver to the words of its last failed attempt, until one succeeds."""

    def wake(self) -> None:
        """Something may be owed: look at once."""
        self._wake.set()

    async def start(self) -> int:
        """Own what an earlier instance left in flight; those may be repeats. Return how many."""
        now = self._clock()

        def own(conn: Connection) -> int:
            # The token may be another one since: what the old one could not send is tried at once.
            deliveries.hasten_failed(conn, f"{Outcome.UNAUTHORISED.value}:", now)
            return deliveries.foreign_to_ambiguous(conn, self._owner, now)

        return await self._store.write(own)

    async def flush(self, *, edits_ahead: bool = False) -> int:
        """Deliver until nothing is due; return how many attempts were made."""
        attempts = 0
        ahead = EDITS_AHEAD if edits_ahead else timedelta(0)
        running: set[asyncio.Task[None]] = set()
        while True:
            claimed = await self._claim(ahead)
            attempts += len(claimed)
            running |= {asyncio.create_task(self._deliver(delivery)) for delivery in claimed}
            if not running:
                return attempts
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until stopped; what is in flight then is finished first."""
        running: set[asyncio.Task[None]] = set()
        while not stop.is_set():
            self._wake.clear()
            try:
                claimed = await self._claim(timedelta(0))
            except Exception:
                log.exception("outbox could not claim")
                claimed = []
            for delivery in claimed:
                task = asyncio.create_task(self._deliver(delivery))
                running.add(task)
                task.add_done_callback(running.discard)
                task.add_done_callback(lambda _: self._wake.set())
            await self._wait(stop, idle=not claimed)
        if running:
            await asyncio.wait(running, timeout=25)

    async def _wait(self, stop: asyncio.Event, *, idle: bool) -> None:
        if not idle:
            return
        waits = [asyncio.create_task(self._wake.wait()), asyncio.create_task(stop.wait())]
        await asyncio.wait(waits, timeout=1.0, return_when=asyncio.FIRST_COMPLETED)
        for each in waits:
            each.cancel()

    async def _claim(self, ahead: timedelta) -> list[Delivery]:
        settings, _ = self._configuration()
        now = self._clock()

        def claim(conn: Connection) -> list[Delivery]:
            found = deliveries.claim(
                conn, now, owner=self._owner, lease=LEASE, limit=100, receivers=list(settings.receivers)
            )
            if not found and ahead:
                found = deliveries.claim(
                    conn,
                    now + ahead,
                    owner=self._owner,
                    lease=LEASE,
                    limit=100,
                    receivers=list(settings.receivers),
                    kinds=[DeliveryKind.EDIT],
                )
            return found

        claimed = [each for each in await self._store.write(claim) if each.id not in self._in_hand]
        self._in_hand.update({each.id: each.id for each in claimed})
        return claimed

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            await self._try(delivery)
        finally:
            self._in_hand = {each: by for each, by in self._in_hand.items() if by != delivery.id}

    async def _try(self, delivery: Delivery) -> None:
        settings, watchlist = self._configuration()
        receiver = settings.receivers.get(delivery.receiver)
        if receiver is None:
            return
        ending = Ending(self._store, delivery, receiver, self._clock, self._chance)
        try:
            together = await self._held_with(delivery, receiver)
            # Who comes along is in hand as well: a send may wait longer than a lease lasts.
            self._in_hand.update({each.id: delivery.id for each in together})
            group = await self._let_through(together)
            if not group:
                return
            ending = Ending(self._store, group[0], receiver, self._clock, self._chance)
            if len(group) > MOST_HELD:
                await self._send_held(group, receiver, watchlist, ending)
            else:
                await self._give_back(group[1:], ending, ambiguous=False)
                await self._send_one(group[0], receiver, watchlist, ending)
        except SendError as error:
            await self._failed(error, receiver, ending)
        except Exception as error:
            log.exception(
                "delivery broke", receiver=receiver.id, story=delivery.story, kind=delivery.kind.value
            )
            self.failures[receiver.id] = str(error)
            await ending.broke(error)

    async def _send_one(
        self, delivery: Delivery, receiver: Receiver, watchlist: Watchlist, ending: Ending
    ) -> None:
        now = self._clock()
        buttons = receiver.via in self._buttons
        composed = await self._store.read(
            lambda conn: compose(conn, delivery, receiver, watchlist, now, buttons=buttons)
        )
        if composed is None:
            await ending.nothing_to_say()
        elif delivery.kind is DeliveryKind.EDIT:
            await self._edit(composed, delivery, receiver, ending)
        else:
            message = await illustrated(composed.message, composed.picture, patience=_DRAWN_WITHIN)
            sent = await self._send(replace(composed, message=message), delivery, receiver)
            self._succeeded(receiver)
            await ending.sent(composed, sent)
            if composed.troubled:
                await self._remember_notice(composed, delivery, receiver, sent)

    async def _send(
        self, composed: Composed, delivery: Delivery, receiver: Receiver, together: Sequence[Delivery] = ()
    ) -> Sent:
        together = together or (delivery,)
        channel, address = self._channels[receiver.via], address_of(receiver)
        replies = delivery.kind in {DeliveryKind.REPLY, DeliveryKind.CORRECTION, DeliveryKind.NOTICE}
        reference = composed.reference
        # A group that became a supergroup numbers its messages anew: an old number is another message there.
        there = reference is not None and reference.chat in {"", address.chat}
        under = reference.message_id if reference is not None and replies and there else None
        async with self._pacers[receiver.via].turn(address.chat, delivery.kind):
            await self._leaving(*together)
            return await channel.send(address, composed.message, reply_to=under, reference=delivery.key)

    async def _leaving(self, *leaving: Delivery) -> None:
        """Commit that these are on the wire: only from here on may a crash make a repeat."""
        now = self._clock()

        def note(conn: Connection) -> None:
            for delivery in leaving:
                deliveries.on_wire(conn, delivery.id, now)

        await self._store.write(note)

    async def _edit(self, composed: Composed, delivery: Delivery, receiver: Receiver, ending: Ending) -> None:
        reference = composed.reference
        if reference is None or reference.text_hash in {composed.text_hash, TOGETHER}:
            await ending.nothing_to_say()
            return
        address = Address(reference.chat or receiver.chat, receiver.topic)
        async with self._pacers[receiver.via].turn(address.chat, DeliveryKind.EDIT):
            await self._channels[receiver.via].edit(address, reference.message_id, composed.message)
        if composed.told is None:
            await self._store.write(lambda conn: deliveries.sent(conn, delivery.id, self._clock()))
        else:
            await ending.edited(composed)

    async def _remember_notice(
        self, composed: Composed, delivery: Delivery, receiver: Receiver, sent: Sent
    ) -> None:
        """What ends the trouble is a reply to the message that told of it."""
        chat = sent.chat or address_of(receiver).chat

        def keep(conn: Connection) -> None:
            place = {"channel": receiver.via, "chat": chat, "message_id": sent.message_id}
            notices.keep(conn, delivery.id, receiver.id, composed.troubled, **place)

        await self._store.write(keep)

    async def _held_with(self, delivery: Delivery, receiver: Receiver) -> list[Delivery]:
        """Every held alert that is due for the receiver, this one included, when they are many."""
        if delivery.kind is not DeliveryKind.ALERT or not self._was_held(delivery):
            return [delivery]
        now = self._clock()

        def claim(conn: Connection) -> list[Delivery]:
            due = deliveries.pending_of(conn, receiver.id, DeliveryKind.ALERT, now)
            companions = [each for each in due if self._was_held(each) and each.id != delivery.id]
            if len(companions) < MOST_HELD:
                return []
            return deliveries.claim_these(
                conn, [each.id for each in companions], now, owner=self._owner, lease=LEASE
            )

        return [delivery, *await self._store.write(claim)]

    async def _let_through(self, group: list[Delivery]) -> list[Delivery]:
        """Return those that nobody muted since they were owed; the others end here, unsent."""
        if group[0].kind not in silenced.RINGS:
            return group
        now = self._clock()

        def silenced_in(conn: Connection) -> list[Delivery]:
            return [each for each in group if silenced.is_silenced(conn, each, now)]

        def withhold(conn: Connection) -> None:
            for each in muted:
                silenced.withhold(conn, each, now)

        muted = await self._store.read(silenced_in)
        if muted:
            await self._store.write(withhold)
        return [each for each in group if each not in muted]

    def _was_held(self, delivery: Delivery) -> bool:
        quiet = delivery.payload.get("reason") == Reason.QUIET_HOURS.value
        return quiet or self._clock() - delivery.due > OUTAGE

    async def _send_held(
        self, group: list[Delivery], receiver: Receiver, watchlist: Watchlist, ending: Ending
    ) -> None:
        now = self._clock()
        composed = await self._store.read(lambda conn: held(conn, group, receiver, watchlist, now))
        try:
            sent = await self._send(composed, group[0], receiver, group)
        except SendError as error:
            await self._give_back(group[1:], ending, ambiguous=error.outcome is Outcome.AMBIGUOUS)
            raise
        self._succeeded(receiver)
        await ending.sent_together(group, sent)

    async def _give_back(self, companions: Sequence[Delivery], ending: Ending, *, ambiguous: bool) -> None:
        """Let companions be claimed again, alone or together."""
        for each in companions:
            self._in_hand.pop(each.id, None)
        await ending.release(companions, ambiguous=ambiguous)

    async def _failed(self, error: SendError, receiver: Receiver, ending: Ending) -> None:
        log.warning("not delivered", receiver=receiver.id, outcome=error.outcome.value, message=str(error))
        if error.outcome is Outcome.RATE_LIMITED and error.retry_after:
            self._pacers[receiver.via].pause(receiver.chat, error.retry_after.total_seconds())
        self.failures[receiver.id] = str(error)
        await ending.failed(error)

    def _succeeded(self, receiver: Receiver) -> None:
        self.sent += 1
        self.failures.pop(receiver.id, None)


def address_of(receiver: Receiver) -> Address:
    """Return where a receiver's messages go."""
    return Address(receiver.chat or receiver.id, receiver.topic)
