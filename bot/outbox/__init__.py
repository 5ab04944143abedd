"""Claim what is owed and due, make its message, send it, and write down how that ended.

    claim (commit) -> compose -> wait for the chat's turn -> on the wire (commit) -> send -> acknowledge (commit)

A crash before the wire changes nothing. A crash between sending and acknowledging leaves a row in
``sending``: the next start finds it, and the repeat says that it may be one. One delivery is in flight per
receiver, so one chat never blocks another and a chat's order is kept. Who does not answer at all rests (see
``rests``), and what may have arrived is looked for before it is repeated (see ``doubts``).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from bot.channels import UNEDITED, Address, Channel, Pacer, Reconciler, Sent
from bot.charts import illustrated
from bot.config.veil import masked
from bot.crashpoints import crashpoint
from bot.errors import SendError
from bot.model import Delivery, DeliveryKind, Outcome, Reason, Receiver, Settings, Watchlist
from bot.outbox import silenced
from bot.outbox.compose import Composed, compose, held
from bot.outbox.doubts import Looks
from bot.outbox.ending import TOGETHER, Ending
from bot.outbox.paces import keep_pace
from bot.outbox.refused import owe_refused
from bot.outbox.rests import Rest, Rests, address_of
from bot.outbox.stopping import finish
from bot.route.telling import MOST_HELD
from bot.store import Store, deliveries, doubts

__all__ = ["Outbox", "address_of"]

log = structlog.get_logger()

LEASE = timedelta(minutes=3)
_DRAWN_WITHIN = 90.0
"""Seconds that a digest waits for its picture: many may be due at one hour. Less than the lease."""
EDITS_AHEAD = timedelta(seconds=61)
"""How far ahead ``once`` flushes edits: they are paced a minute apart."""
MOST_TOGETHER = 25
"""Held alerts in one message: as many as a reader takes in, and a chat takes at once."""
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
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._channels = channels
        self._pacers = pacers
        self._configuration = configuration
        self._clock = clock
        self._owner = owner
        self._buttons = buttons
        self._chance = chance
        self._rests = Rests(channels, clock, chance)
        self._looks = Looks(clock, sleep)
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

        repeats = await self._store.write(own)
        await keep_pace(self._store, self._pacers, self._configuration()[0].receivers, now)
        crashpoint("left-behind-owned")
        return repeats

    async def flush(self, *, edits_ahead: bool = False) -> int:
        """Deliver until nothing is due; return how many attempts were made."""
        attempts = 0
        ahead = EDITS_AHEAD if edits_ahead else timedelta(0)
        running: set[asyncio.Task[None]] = set()
        while True:
            await asyncio.gather(*map(self._look_at, self._rests.to_look_at()))
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
        looks: set[asyncio.Task[None]] = set()
        while not stop.is_set():
            self._wake.clear()
            for rest in self._rests.to_look_at():
                looks.add(look := asyncio.create_task(self._look_at(rest)))
                look.add_done_callback(looks.discard)
            try:
                claimed = await self._claim(timedelta(0))
            except Exception:
                log.exception("outbox could not claim")
                claimed = []
            for delivery in claimed:
                task = asyncio.create_task(self._deliver(delivery), name=str(delivery.id))
                running.add(task)
                task.add_done_callback(running.discard)
                task.add_done_callback(lambda _: self._wake.set())
            await self._wait(stop, idle=not claimed)
        await finish(self._store, running.copy(), self._in_hand, self._clock)

    async def _look_at(self, rest: Rest) -> None:
        """Where a service answers again, what it did not take is due at once, with all that waited behind it."""
        if not await self._rests.look(rest):
            return
        now = self._clock()
        mine = [
            each.id for each in self._configuration()[0].receivers.values() if each.via == rest.receiver.via
        ]

        def hasten(conn: Connection) -> None:
            for name in mine:
                for outcome in (Outcome.UNSENT, Outcome.UNAUTHORISED):
                    deliveries.hasten_failed(conn, f"{outcome.value}:", now, receiver=name)

        if rest.outcome is not Outcome.AMBIGUOUS:
            await self._store.write(hasten)
        self._wake.set()

    async def _wait(self, stop: asyncio.Event, *, idle: bool) -> None:
        if not idle:
            return
        waits = [asyncio.create_task(self._wake.wait()), asyncio.create_task(stop.wait())]
        await asyncio.wait(waits, timeout=1.0, return_when=asyncio.FIRST_COMPLETED)
        for each in waits:
            each.cancel()

    async def _claim(self, ahead: timedelta) -> list[Delivery]:
        free = self._rests.free(self._configuration()[0].receivers.values())
        if not free:
            return []
        now = self._clock()

        def claim(conn: Connection) -> list[Delivery]:
            deliveries.renew(conn, self._in_hand, now + LEASE)
            take = partial(deliveries.claim, conn, owner=self._owner, lease=LEASE, limit=100, receivers=free)
            return take(now) or (take(now + ahead, kinds=[DeliveryKind.EDIT]) if ahead else [])

        claimed = [each for each in await self._store.write(claim) if each.id not in self._in_hand]
        self._in_hand.update({each.id: each.id for each in claimed})
        return claimed

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            await self._try(delivery)
        finally:
            self._in_hand = {each: by for each, by in self._in_hand.items() if by != delivery.id}

    async def _try(self, delivery: Delivery) -> None:
        crashpoint("delivery-claimed")
        settings, watchlist = self._configuration()
        receiver = settings.receivers.get(delivery.receiver)
        if receiver is None:
            return
        ending = Ending(self._store, delivery, receiver, self._clock, self._chance)
        try:
            known = await self._made_sure(delivery, receiver, watchlist, ending)
            if known is None:
                return
            delivery = known
            together = await self._held_with(delivery, receiver)
            # Who comes along is in hand as well: a send may wait longer than a lease lasts.
            self._in_hand.update({each.id: delivery.id for each in together})
            group = await self._let_through(together, receiver)
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
            self.failures[receiver.id] = masked(str(error))
            await ending.broke(error)

    async def _made_sure(
        self, delivery: Delivery, receiver: Receiver, watchlist: Watchlist, ending: Ending
    ) -> Delivery | None:
        """Look what became of an earlier attempt; return what is to be sent, None where it had arrived."""
        channel = self._channels[receiver.via]
        if not delivery.maybe_repeat or not isinstance(channel, Reconciler):
            return delivery
        now, fresh = self._clock(), replace(delivery, maybe_repeat=False)
        doubt = await self._store.read(lambda conn: doubts.of(conn, delivery.id))
        composed = await self._store.read(
            lambda conn: compose(conn, fresh, receiver, watchlist, now, buttons=receiver.via in self._buttons)
        )
        if doubt is None or composed is None:
            return delivery
        address = address_of(receiver)
        under = composed.replied_to(delivery.kind, address.chat)
        looked = await self._looks.look(channel, address, doubt, under)
        if looked is None:
            return delivery
        if looked.sent is None:
            await self._store.write(lambda conn: doubts.clear(conn, doubt.deliveries))
            return fresh
        self._succeeded(receiver)
        await ending.found(composed, looked.sent, doubt)
        await ending.keep_notice(composed, looked.sent)
        return None

    async def _send_one(
        self, delivery: Delivery, receiver: Receiver, watchlist: Watchlist, ending: Ending
    ) -> None:
        now = self._clock()
        buttons = receiver.via in self._buttons
        composed = await self._store.read(
            lambda conn: compose(conn, delivery, receiver, watchlist, now, buttons=buttons)
        )
        crashpoint("composed")
        if composed is None:
            await ending.nothing_to_say()
        elif delivery.kind is DeliveryKind.EDIT:
            await self._edit(composed, delivery, receiver, ending)
        else:
            message = await illustrated(composed.message, composed.picture, patience=_DRAWN_WITHIN)
            sent = await self._send(replace(composed, message=message), delivery, receiver)
            self._succeeded(receiver)
            await ending.sent(composed, sent)
            await ending.keep_notice(composed, sent)

    async def _send(
        self, composed: Composed, delivery: Delivery, receiver: Receiver, together: Sequence[Delivery] = ()
    ) -> Sent:
        together = together or (delivery,)
        channel, address = self._channels[receiver.via], address_of(receiver)
        under = composed.replied_to(delivery.kind, address.chat)
        async with self._pacers[receiver.via].turn(address.chat, delivery.kind):
            crashpoint("before-wire")
            await self._leaving(*together)
            crashpoint("on-wire")
            sent = await channel.send(address, composed.message, reply_to=under, reference=delivery.key)
            crashpoint("arrived")
            return sent

    async def _leaving(self, *leaving: Delivery) -> None:
        """Commit that these are on the wire: only from here on may a crash make a repeat."""
        now = self._clock()

        def note(conn: Connection) -> None:
            for delivery in leaving:
                deliveries.on_wire(conn, delivery.id, now)

        await self._store.write(note)

    async def _edit(self, composed: Composed, delivery: Delivery, receiver: Receiver, ending: Ending) -> None:
        reference = composed.reference
        fixed = receiver.via in UNEDITED
        if fixed or reference is None or reference.text_hash in {composed.text_hash, TOGETHER}:
            await ending.nothing_to_say()
            return
        address = Address(reference.chat or receiver.chat, receiver.topic)
        async with self._pacers[receiver.via].turn(address.chat, DeliveryKind.EDIT):
            await self._channels[receiver.via].edit(address, reference.message_id, composed.message)
        crashpoint("edit-arrived")
        if composed.told is None:
            await self._store.write(lambda conn: deliveries.sent(conn, delivery.id, self._clock()))
        else:
            await ending.edited(composed)

    async def _held_with(self, delivery: Delivery, receiver: Receiver) -> list[Delivery]:
        """Every held alert that is due for the receiver, this one included, when they are many."""
        if delivery.kind is not DeliveryKind.ALERT or not self._was_held(delivery):
            return [delivery]
        now = self._clock()

        def claim(conn: Connection) -> list[Delivery]:
            due = deliveries.pending_of(conn, receiver.id, DeliveryKind.ALERT, now, limit=4 * MOST_TOGETHER)
            companions = [each for each in due if self._was_held(each) and each.id != delivery.id]
            companions = doubts.alike(conn, delivery.id, companions)[: MOST_TOGETHER - 1]
            if len(companions) < MOST_HELD:
                return []
            return deliveries.claim_these(
                conn, [each.id for each in companions], now, owner=self._owner, lease=LEASE
            )

        return [delivery, *await self._store.write(claim)]

    async def _let_through(self, group: list[Delivery], receiver: Receiver) -> list[Delivery]:
        """Return those that nobody muted since they were owed, and no quiet hours hold; the others end here, unsent."""
        if group[0].kind not in silenced.RINGS:
            return group
        now = self._clock()

        def silenced_in(conn: Connection) -> list[Delivery]:
            return [each for each in group if silenced.is_silenced(conn, each, receiver, now)]

        def withhold(conn: Connection) -> None:
            for each in muted:
                silenced.withhold(conn, each, receiver, now)

        muted = await self._store.read(silenced_in)
        if muted:
            await self._store.write(withhold)
        return [each for each in group if each not in muted]

    def _was_held(self, delivery: Delivery) -> bool:
        quiet = delivery.payload.get("reason") == Reason.QUIET_HOURS.value
        return quiet or deliveries.HELD in delivery.payload or self._clock() - delivery.due > OUTAGE

    async def _send_held(
        self, group: list[Delivery], receiver: Receiver, watchlist: Watchlist, ending: Ending
    ) -> None:
        now = self._clock()
        composed = await self._store.read(lambda conn: held(conn, group, receiver, watchlist, now))
        crashpoint("held-composed")
        try:
            sent = await self._send(composed, group[0], receiver, group)
        except SendError as error:
            await self._part(group[1:], ending, error)
            raise
        self._succeeded(receiver)
        await ending.sent_together(group, sent)

    async def _part(self, companions: Sequence[Delivery], ending: Ending, error: SendError) -> None:
        """Where all are tried again, it is together; else each alone: one of them may be what was refused."""
        if ending.is_last(error):
            await self._give_back(companions, ending, ambiguous=error.outcome is Outcome.AMBIGUOUS)
            return
        for each in companions:
            self._in_hand.pop(each.id, None)
        ending.companions = tuple(companions)

    async def _give_back(self, companions: Sequence[Delivery], ending: Ending, *, ambiguous: bool) -> None:
        """Let companions be claimed again, alone or together."""
        for each in companions:
            self._in_hand.pop(each.id, None)
        await ending.release(companions, ambiguous=ambiguous)

    async def _failed(self, error: SendError, receiver: Receiver, ending: Ending) -> None:
        log.warning("not delivered", receiver=receiver.id, outcome=error.outcome.value, message=str(error))
        if error.outcome is Outcome.RATE_LIMITED and error.retry_after:
            self._pacers[receiver.via].pause(receiver.chat, error.retry_after.total_seconds())
        self.failures[receiver.id] = masked(str(error))
        self._rests.failed(receiver, error.outcome)
        await ending.failed(error)
        if error.outcome is Outcome.UNAUTHORISED:
            settings, _ = self._configuration()
            await self._store.write(lambda conn: owe_refused(conn, settings, receiver, self._clock()))

    def _succeeded(self, receiver: Receiver) -> None:
        self.sent += 1
        self._rests.answered(receiver)
        self.failures.pop(receiver.id, None)
