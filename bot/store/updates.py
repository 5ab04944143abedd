"""Which messages from chats were dealt with, so that none is obeyed twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert

from bot.store.schema import handled_updates


def first_time(conn: Connection, channel: str, update_id: str | int, now: datetime) -> bool:
    """Note an update of a chat service; False when it was noted before."""
    row = {"channel": channel, "update_id": str(update_id), "at": now}
    return conn.execute(insert(handled_updates).values(row).on_conflict_do_nothing()).rowcount > 0
