"""What is owed and does not get through at present: to whom, how much, and what the chat service said last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select

from bot.model import Outcome
from bot.store.deliveries import OWED
from bot.store.schema import deliveries

_FAILING = (Outcome.UNSENT, Outcome.UNAUTHORISED, Outcome.AMBIGUOUS)


@dataclass(frozen=True, slots=True)
class HeldUp:
    """A receiver whose messages fail; ``why`` are the words of the latest failure."""

    receiver: str
    count: int
    why: str


def held_up(conn: Connection) -> Iterator[HeldUp]:
    """Yield every receiver that is owed something whose last attempt failed, with all that it is owed."""
    failed = or_(*(deliveries.c.error.startswith(f"{each.value}:") for each in _FAILING))
    latest = select(deliveries.c.receiver, func.max(deliveries.c.due), deliveries.c.error)
    last = latest.where(deliveries.c.state == OWED, failed).group_by(deliveries.c.receiver)
    for receiver, _, error in conn.execute(last.order_by(deliveries.c.receiver)).all():
        every = select(func.count()).where(deliveries.c.state == OWED, deliveries.c.receiver == receiver)
        yield HeldUp(receiver, int(conn.execute(every).scalar_one()), error.partition(": ")[2])
