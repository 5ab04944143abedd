"""What failed for a reason that is gone is tried again at once, whenever it would have been due."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, update

from bot.store.columns import among
from bot.store.schema import sources


def failing_due(conn: Connection, ids: Collection[str], now: datetime) -> int:
    """Make those of these sources that fail due now; return how many."""
    failing = (among(sources.c.id, list(ids)), sources.c.errors > 0, sources.c.due > now)
    return conn.execute(update(sources).where(*failing).values(due=now)).rowcount
