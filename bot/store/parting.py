"""What is told and owed of a story that is parted in two: which part keeps the message, what is withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, delete, select, update

from bot.model import DeliveryKind
from bot.store.columns import at
from bot.store.deliveries import CANCELLED, OWED
from bot.store.schema import alerts, deliveries, messages


def hand_over(conn: Connection, story: str, into: str, receiver: str) -> None:
    """Let the message that tells a receiver of ``story``, and all that was or is owed of it, tell of ``into``.

    What counts as told of ``into`` is replaced; of ``story`` nothing counts as told any more.
    """
    conn.execute(delete(alerts).where(alerts.c.story == into, alerts.c.receiver == receiver))
    for table in (alerts, messages, deliveries):
        theirs = (table.c.story == story, table.c.receiver == receiver)
        conn.execute(update(table).where(*theirs).values(story=into))


def forget_told(conn: Connection, story: str, receiver: str) -> None:
    """Let nothing of a story count as told to a receiver."""
    conn.execute(delete(alerts).where(alerts.c.story == story, alerts.c.receiver == receiver))


def owed_replies(conn: Connection, story: str, receiver: str) -> dict[int, Mapping[str, Any]]:
    """Return what the developments that a receiver is owed of a story say: delivery number -> payload."""
    found = select(deliveries.c.id, deliveries.c.payload).where(*_owed(story, receiver, DeliveryKind.REPLY))
    return {row.id: row.payload for row in conn.execute(found)}


def withdraw(conn: Connection, delivery_id: int, reason: str, now: datetime) -> None:
    """Take an owed message out of the outbox and free its key: what it would have told may be owed later."""
    ended = {"state": CANCELLED, "error": reason, "ended_at": now, "owner": "", "lease_until": None}
    free = deliveries.c.key + f"|withdrawn {delivery_id}"
    conn.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.state == OWED)
        .values(ended | {"key": free})
    )


def withdraw_alert(conn: Connection, story: str, receiver: str, reason: str, now: datetime) -> bool:
    """Withdraw the first alert of a story that a receiver is still owed; False when none is."""
    alert = select(deliveries.c.id).where(*_owed(story, receiver, DeliveryKind.ALERT))
    owed = conn.execute(alert).scalar()
    if owed is None:
        return False
    withdraw(conn, owed, reason, now)
    return True


def amend_alert(
    conn: Connection, story: str, receiver: str, due: datetime, score: int, payload: Mapping[str, object]
) -> bool:
    """Change the first alert that a receiver is still owed; False when none is. One tried before keeps its time."""
    moment = case((deliveries.c.attempts > 0, deliveries.c.due), else_=at(due))
    values = {"due": moment, "score": score, "payload": dict(payload)}
    alert = _owed(story, receiver, DeliveryKind.ALERT)
    return conn.execute(update(deliveries).where(*alert).values(values)).rowcount > 0


def _owed(story: str, receiver: str, kind: DeliveryKind) -> tuple[ColumnElement[bool], ...]:
    return (
        deliveries.c.story == story,
        deliveries.c.receiver == receiver,
        deliveries.c.kind == kind.value,
        deliveries.c.state == OWED,
    )
