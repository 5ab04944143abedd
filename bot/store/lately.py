"""What left for a chat in the last moments, whoever sent it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, or_, select

from bot.store.deliveries import OWED, SENDING, SENT
from bot.store.schema import deliveries

LONGEST_OWED = timedelta(days=3)
"""Before it arrived; what was owed longer is not looked at, so that the look stays short."""


def left_since(conn: Connection, since: datetime) -> list[tuple[str, datetime]]:
    """Return for each message that left since then, arrived or not, its receiver and when."""
    moment = func.coalesce(deliveries.c.ended_at, deliveries.c.started_at, type_=deliveries.c.ended_at.type)
    arrived = and_(deliveries.c.state == SENT, deliveries.c.due >= since - LONGEST_OWED)
    perhaps = and_(deliveries.c.state.in_([OWED, SENDING]), deliveries.c.started_at.is_not(None))
    found = select(deliveries.c.receiver, moment).where(or_(arrived, perhaps), moment >= since).distinct()
    return [(receiver, at) for receiver, at in conn.execute(found)]
