"""How an attempt to send ended, written down: sent, again later, or a dead letter that says why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels import Sent
from bot.config.veil import masked
from bot.crashpoints import crashpoint
from bot.errors import SendError, StoreFull
from bot.model import Delivery, DeliveryKind, Outcome, Receiver
from bot.outbox.compose import Composed
from bot.outbox.counted import DEAD, alert_arrived, attempt
from bot.outbox.rests import address_of
from bot.store import Store, alerts, dead, deliveries, doubts, leads, meta, notices, reaching
from bot.store.alerts import MessageRef
from bot.store.doubts import Doubt

LONGEST_PAUSE = timedelta(minutes=15)
UNAUTHORISED_PAUSE = timedelta(minutes=5)
"""How often a refused token is tried again: a new one works without a restart of the queue."""
GONE_PAUSE = timedelta(hours=1)
"""A bot that was removed from a chat may be let in again: what is owed waits for it."""
MOST_BROKEN = 5
TOGETHER = "held-together"


class Ending:
    """The end of one delivery's attempt."""

    def __init__(
        self,
        store: Store,
        delivery: Delivery,
        receiver: Receiver,
        clock: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self._store = store
        self._delivery = delivery
        self._receiver = receiver
        self._clock = clock
        self._chance = chance
        self.companions: tuple[Delivery, ...] = ()
        """What was sent in one message with the delivery, where all of it is to be tried again together."""

    async def sent(self, composed: Composed, sent: Sent) -> None:
        """The channel took it."""
        now, delivery = self._clock(), self._delivery

        def acknowledge(conn: Connection) -> None:
            deliveries.sent(conn, delivery.id, now)
            self._note_arrival(conn, sent, now)
            crashpoint("acknowledging")
            if delivery.kind is DeliveryKind.ALERT:
                self._told(conn, composed.story, sent, composed.text_hash, now)
                leads.keep_lead(conn, delivery.id, composed.lead)
                alert_arrived(conn, delivery, now)
                self._catch_up(conn, composed, now)
            elif composed.story:
                self._also_about(conn, composed.story, sent)

        await self._store.write(acknowledge, patient=True)
        crashpoint("acknowledged")
        attempt(delivery, self._receiver, Outcome.SENT)

    async def found(self, composed: Composed, sent: Sent, doubt: Doubt) -> None:
        """An earlier attempt had arrived, with all that it was to bring: no repeat, and what it shows may be old."""
        now, delivery = self._clock(), self._delivery

        def acknowledge(conn: Connection) -> None:
            stories = doubts.clear(conn, doubt.deliveries)
            for each in doubt.deliveries:
                deliveries.sent(conn, each, now)
            self._note_arrival(conn, sent, now)
            if len(stories) > 1:
                for story in stories:
                    self._told(conn, story, sent, TOGETHER, doubt.since)
            elif delivery.kind is DeliveryKind.ALERT:
                self._told(conn, composed.story, sent, "", doubt.since)
                leads.keep_lead(conn, delivery.id, composed.lead)
                self._catch_up(conn, replace(composed, told=None), now)
            elif composed.story:
                self._also_about(conn, composed.story, sent)

        await self._store.write(acknowledge, patient=True)

    async def sent_together(self, group: Sequence[Delivery], sent: Sent) -> None:
        """One message told all of these stories."""
        now = self._clock()

        def acknowledge(conn: Connection) -> None:
            self._note_arrival(conn, sent, now)
            for delivery in group:
                deliveries.sent(conn, delivery.id, now)
                self._told(conn, delivery.story, sent, TOGETHER, now)
                crashpoint("held-acknowledging")

        await self._store.write(acknowledge, patient=True)
        for delivery in group:
            attempt(delivery, self._receiver, Outcome.SENT)

    async def edited(self, composed: Composed) -> None:
        """The message shows the story as it stands now."""
        now, delivery = self._clock(), self._delivery
        reference, told = composed.reference, composed.told
        assert reference is not None
        assert told is not None
        shown = replace(reference, shown_revision=told.revision, text_hash=composed.text_hash, last_edit=now)

        def acknowledge(conn: Connection) -> None:
            deliveries.sent(conn, delivery.id, now)
            alerts.save_message(conn, composed.story, self._receiver.id, shown)
            crashpoint("edit-acknowledging")

        await self._store.write(acknowledge, patient=True)
        attempt(delivery, self._receiver, Outcome.SENT)

    async def keep_notice(self, composed: Composed, sent: Sent) -> None:
        """What ends a trouble is a reply to the message that told of it: remember which that was."""
        if not composed.troubled:
            return
        receiver = self._receiver
        chat = sent.chat or address_of(receiver).chat

        def keep(conn: Connection) -> None:
            place = {"channel": receiver.via, "chat": chat, "message_id": sent.message_id}
            notices.keep(conn, self._delivery.id, receiver.id, composed.troubled, **place)

        await self._store.write(keep, patient=True)

    async def nothing_to_say(self) -> None:
        """There is nothing left to say: the story is gone, or the message shows all of it already."""
        now = self._clock()
        await self._store.write(
            lambda conn: deliveries.drop(conn, self._delivery.id, "nothing left to say", now)
        )

    async def dead(self, why: str) -> None:
        """It will not be tried again by itself; ``status`` lists it."""
        now = self._clock()
        await self._store.write(lambda conn: deliveries.dead(conn, self._delivery.id, why, now), patient=True)
        attempt(self._delivery, self._receiver, DEAD)
        crashpoint("dead-letter")

    async def release(self, group: Sequence[Delivery], *, ambiguous: bool) -> None:
        """Give claimed companions back, due as they were, so that they are told together again."""

        def give_back(conn: Connection) -> None:
            for delivery in group:
                words = "sent together, not taken"
                deliveries.retry(conn, delivery.id, delivery.due, words, ambiguous=ambiguous)

        await self._store.write(give_back, patient=True)

    async def broke(self, error: Exception) -> None:
        """Something of ours failed: try again, a few times, before it is a dead letter; a full disk is no failure."""
        if isinstance(error, StoreFull):
            await self.release([self._delivery], ambiguous=False)
            return
        if self._delivery.attempts >= MOST_BROKEN:
            await self.dead(masked(f"broken: {error}"))
            return
        due = self._clock() + timedelta(seconds=30) * self._delivery.attempts

        def retry(conn: Connection) -> None:
            # What broke after it had left (its answer can't be read, or not be written down) may have arrived.
            left = doubts.has_left(conn, self._delivery.id)
            deliveries.retry(conn, self._delivery.id, due, masked(f"broken: {error}"), ambiguous=left)

        await self._store.write(retry, patient=True)

    async def failed(self, error: SendError) -> None:
        """Sort a failure: again later (marked where it may have arrived), or a dead letter."""
        attempt(self._delivery, self._receiver, error.outcome)
        edit = self._delivery.kind is DeliveryKind.EDIT
        if error.outcome is Outcome.REFUSED and edit:
            now = self._clock()
            await self._store.write(
                lambda conn: deliveries.drop(conn, self._delivery.id, masked(str(error)), now)
            )
        elif self.is_last(error):
            gone = f"{reaching.GONE} " if error.outcome is Outcome.GONE else ""
            await self.dead(gone + masked(str(error)))
        else:
            await self._again(error, ambiguous=error.outcome is Outcome.AMBIGUOUS and not edit)

    async def _again(self, error: SendError, *, ambiguous: bool) -> None:
        now = self._clock()
        due = now + self._pause(error)

        def retry(conn: Connection) -> None:
            words = masked(f"{error.outcome.value}: {error}")
            for each in (self._delivery, *self.companions):
                deliveries.retry(conn, each.id, due, words, ambiguous=ambiguous)
            if self.companions:
                deliveries.keep_held(conn, [self._delivery.id, *(each.id for each in self.companions)])
            crashpoint("retry-scheduling")
            if error.outcome is Outcome.GONE:
                reaching.note_lost(conn, self._receiver, masked(error.said or str(error)), now)

        await self._store.write(retry, patient=True)
        crashpoint("retry-scheduled")

    def is_last(self, error: SendError) -> bool:
        """Tell whether an alert is not tried again after this failure."""
        return error.outcome is Outcome.REFUSED or self._given_up(error)

    def _given_up(self, error: SendError) -> bool:
        """A chat that is gone for a day, or that may have taken it many times, is not tried again by itself."""
        most = {Outcome.GONE: 24, Outcome.AMBIGUOUS: 8}.get(error.outcome)
        return most is not None and self._delivery.attempts >= most

    def _pause(self, error: SendError) -> timedelta:
        if error.retry_after is not None:
            return error.retry_after
        if error.outcome is Outcome.UNAUTHORISED:
            return UNAUTHORISED_PAUSE
        if error.outcome is Outcome.GONE:
            return GONE_PAUSE
        # What got no answer comes back after others of its chat had their turn: it may be the message itself.
        behind = error.outcome is Outcome.AMBIGUOUS
        doubled = timedelta(seconds=2 ** min(self._delivery.attempts + behind, 10))
        return min(doubled, LONGEST_PAUSE) * (0.75 + self._chance() / 2)

    def _told(self, conn: Connection, story: str, sent: Sent, text_hash: str, now: datetime) -> None:
        told = alerts.told_of(conn, story).get(self._receiver.id)
        if told is not None:
            alerts.save_told(conn, replace(told, pending=False))
        reference = MessageRef(
            channel=self._receiver.via,
            chat=sent.chat or self._receiver.chat or self._receiver.id,
            message_id=sent.message_id,
            parts=sent.parts,
            shown_revision=told.revision if told else 0,
            text_hash=text_hash,
            last_edit=None,
            sent_at=now,
        )
        alerts.save_message(conn, story, self._receiver.id, reference)

    def _note_arrival(self, conn: Connection, sent: Sent, now: datetime) -> None:
        """Where a lost chat takes messages again, what it did not take is due at once.

        The service may know the chat by another id now: what comes next goes there, and who asks there may ask.
        """
        if reaching.note_found(conn, self._receiver, now):
            dead.revive(conn, now, receiver=self._receiver.id, error=reaching.GONE)
            deliveries.hasten_failed(conn, reaching.GONE, now, receiver=self._receiver.id)
        if sent.chat and self._receiver.chat:
            meta.note_move(conn, self._receiver.via, self._receiver.chat, sent.chat)

    def _catch_up(self, conn: Connection, composed: Composed, now: datetime) -> None:
        """More reports came while the alert was on its way: it is edited like any other.

        Where nobody knows what it shows (``told`` None), it is edited once more than one report is known.
        """
        told, shown = alerts.told_of(conn, composed.story).get(self._receiver.id), composed.told
        if told is None or (told.entries, told.revision) == (
            (shown.entries, shown.revision) if shown else (1, 0)
        ):
            return
        revision = told.revision + 1
        alerts.save_told(conn, replace(told, revision=revision))
        deliveries.owe_edit(
            conn,
            story=told.story,
            receiver=told.receiver,
            revision=revision,
            due=now,
            score=told.score,
            payload={},
            now=now,
        )

    def _also_about(self, conn: Connection, story: str, sent: Sent) -> None:
        """An answer under a reply finds its story too."""
        chat = sent.chat or self._receiver.chat or self._receiver.id
        for message_id in sent.parts or (sent.message_id,):
            place = {"channel": self._receiver.via, "chat": chat, "message_id": message_id}
            alerts.link_message(conn, story, self._receiver.id, **place)
