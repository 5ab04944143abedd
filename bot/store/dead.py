"""Messages that were given up: owed again when somebody asks, or when their chat is back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, update

from bot.store.deliveries import DEAD, OWED
from bot.store.schema import deliveries


def revive(
    conn: Connection,
    now: datetime,
    *,
    story: str = "",
    receiver: str = "",
    error: str = "",
    until: datetime | None = None,
) -> list[str]:
    """Owe again at once, with all its attempts, what was given up; return the receivers, one for each message.

    A story, a receiver, how the error begins, and when it was given up narrow it; without any it is all.
    What may have arrived before is
    still marked.
    """
    which: list[ColumnElement[bool]] = [deliveries.c.state == DEAD]
    which += [deliveries.c.story == story] if story else []
    which += [deliveries.c.receiver == receiver] if receiver else []
    which += [deliveries.c.error.startswith(error, autoescape=True)] if error else []
    which += [deliveries.c.ended_at <= until] if until else []
    again = {"state": OWED, "due": now, "attempts": 0, "error": "", "ended_at": None}
    revived = update(deliveries).where(*which).values(again).returning(deliveries.c.receiver)
    return list(conn.execute(revived).scalars())
