"""How many messages were given up, by receiver."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from bot.store.deliveries import DEAD
from bot.store.schema import deliveries


def dead(conn: Connection) -> dict[str, int]:
    """Return how many dead letters each receiver has."""
    found = select(deliveries.c.receiver, func.count()).where(deliveries.c.state == DEAD)
    return {row[0]: int(row[1]) for row in conn.execute(found.group_by(deliveries.c.receiver))}
