"""Which messages from chats were dealt with, so that none is obeyed twice, and how often each was tried."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.store.schema import handled_updates

MOST_TRIES = 3
"""Lives that may take up one update: a question that ends the process each time must not end it for ever."""


def begin(conn: Connection, channel: str, update_id: str | int, now: datetime) -> bool:
    """Note that an update is taken up; False when it was dealt with before, or taken up too often without an end."""
    tries = _tries(update_id)
    noted = select(handled_updates.c.update_id).where(
        handled_updates.c.channel == channel, handled_updates.c.update_id.in_([str(update_id), *tries])
    )
    found = set(conn.execute(noted).scalars())
    left = [each for each in tries if each not in found]
    if str(update_id) in found or not left:
        return False
    return _note(conn, channel, left[0], now)


def first_time(conn: Connection, channel: str, update_id: str | int, now: datetime) -> bool:
    """Note that an update of a chat service is dealt with; False when that was noted before."""
    tries = handled_updates.c.update_id.in_(_tries(update_id))
    conn.execute(delete(handled_updates).where(handled_updates.c.channel == channel, tries))
    return _note(conn, channel, str(update_id), now)


def _note(conn: Connection, channel: str, update_id: str, now: datetime) -> bool:
    row = {"channel": channel, "update_id": update_id, "at": now}
    return conn.execute(insert(handled_updates).values(row).on_conflict_do_nothing()).rowcount > 0


def _tries(update_id: str | int) -> list[str]:
    return [f"{update_id} try {number}" for number in range(1, MOST_TRIES + 1)]
