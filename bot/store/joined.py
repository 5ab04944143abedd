"""What is owed of two stories that turned out to be one: it tells of the one that lives on, once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.model import DeliveryKind
from bot.store.deliveries import OWED, SENDING, SENT, cancel
from bot.store.schema import deliveries


def follow(conn: Connection, ended: str, into: str, now: datetime) -> None:
    """Let what is owed of a story that merged tell of the one it merged into, once.

    A second first alert for one receiver is dropped, and a second owed edit.
    """
    in_flight = (deliveries.c.story == ended, deliveries.c.state == SENDING)
    conn.execute(update(deliveries).where(*in_flight).values(story=into))
    moving = select(
        deliveries.c.id,
        deliveries.c.key,
        deliveries.c.receiver,
        deliveries.c.kind,
        deliveries.c.doubtful_since,
    )
    for row in conn.execute(moving.where(deliveries.c.story == ended, deliveries.c.state == OWED)).all():
        if _has(conn, into, row.receiver, DeliveryKind(row.kind)):
            cancel(conn, row.id, f"merged into {into}, of which the receiver hears already", now)
        # The key follows, so that the same message can't be owed again under the surviving story's name.
        renamed = into + row.key[len(ended) :] if row.key.startswith(f"{ended}|") else row.key
        # What may have arrived is looked for under the key that it left with.
        renamed = row.key if row.doubtful_since is not None else renamed
        taken = conn.execute(select(deliveries.c.id).where(deliveries.c.key == renamed)).first() is not None
        values = {"story": into} if taken else {"story": into, "key": renamed}
        conn.execute(update(deliveries).where(deliveries.c.id == row.id).values(values))


def _has(conn: Connection, story: str, receiver: str, kind: DeliveryKind) -> bool:
    """Tell whether the story's alert was sent or is owed, or an edit is owed; other kinds never repeat."""
    states = {DeliveryKind.ALERT: [OWED, SENDING, SENT], DeliveryKind.EDIT: [OWED]}.get(kind, [])
    same = (deliveries.c.story == story, deliveries.c.receiver == receiver, deliveries.c.kind == kind.value)
    return (
        conn.execute(select(deliveries.c.id).where(*same, deliveries.c.state.in_(states))).first() is not None
    )
