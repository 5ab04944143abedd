"""Messages of which nobody knows whether they arrived: since when, and what was found when somebody looked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.model import Delivery
from bot.store.schema import deliveries


@dataclass(frozen=True, slots=True)
class Doubt:
    """One message that may have arrived: when it first left, and all deliveries that it was to bring."""

    since: datetime
    deliveries: tuple[int, ...]
    keys: tuple[str, ...]
    """What the message was sent under is one of these."""


def of(conn: Connection, delivery: int) -> Doubt | None:
    """Return the doubt about a delivery, None where there is none. What left in one message left at one moment."""
    mine = select(deliveries.c.doubtful_since, deliveries.c.receiver).where(deliveries.c.id == delivery)
    row = conn.execute(mine).one()
    if row.doubtful_since is None:
        return None
    # The one whose key it bears may have ended since: merged into another story, or given up.
    together = select(deliveries.c.id, deliveries.c.key, deliveries.c.ended_at).where(
        deliveries.c.receiver == row.receiver, deliveries.c.doubtful_since == row.doubtful_since
    )
    rows = conn.execute(together.order_by(deliveries.c.id)).all()
    open_ones = tuple(each.id for each in rows if each.ended_at is None)
    return Doubt(row.doubtful_since, open_ones, tuple(each.key for each in rows))


def alike(conn: Connection, delivery: int, others: Sequence[Delivery]) -> list[Delivery]:
    """Return those of other deliveries about which as much is known: no doubt, or one of the same moment.

    So a message that repeats others is the same message, and one that repeats nothing is not called a repeat.
    """
    ids = [delivery, *(each.id for each in others)]
    found = select(deliveries.c.id, deliveries.c.doubtful_since).where(deliveries.c.id.in_(ids))
    since = {row.id: row.doubtful_since for row in conn.execute(found)}
    return [each for each in others if since[each.id] == since[delivery]]


def has_left(conn: Connection, delivery: int) -> bool:
    """Tell whether a claimed delivery was on the wire already."""
    found = select(deliveries.c.started_at).where(deliveries.c.id == delivery)
    return conn.execute(found).scalar() is not None


def clear(conn: Connection, ids: Collection[int]) -> list[str]:
    """These surely never arrived, or surely did: none of them is called a repeat. Return the stories they tell."""
    known = {"maybe_repeat": False, "doubtful_since": None}
    cleared = update(deliveries).where(deliveries.c.id.in_(ids)).values(known)
    return list(conn.execute(cleared.returning(deliveries.c.story)).scalars())
