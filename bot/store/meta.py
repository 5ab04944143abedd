"""Single values that the bot remembers about itself."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.store.schema import meta

LAST_SERIAL = "last_serial"
_MOVED = "moved {channel} "


def get(conn: Connection, key: str) -> str | None:
    """Return the value, None where none was set."""
    return conn.execute(select(meta.c.value).where(meta.c.key == key)).scalar()


def set(conn: Connection, key: str, value: str) -> None:  # noqa: A001 (read as meta.set)
    """Set the value."""
    statement = insert(meta).values(key=key, value=value)
    conn.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def forget(conn: Connection, key: str) -> None:
    """Forget the value."""
    conn.execute(delete(meta).where(meta.c.key == key))


def note_move(conn: Connection, channel: str, old: str, new: str) -> bool:
    """Remember that a chat has another id; True when that is news."""
    key = _MOVED.format(channel=channel) + old
    if old == new or get(conn, key) == new:
        return False
    set(conn, key, new)
    return True


def moves(conn: Connection, channel: str) -> dict[str, str]:
    """Return the old and the new ids of a service's chats that moved, a step each."""
    prefix = _MOVED.format(channel=channel)
    rows = conn.execute(
        select(meta.c.key, meta.c.value).where(meta.c.key.startswith(prefix, autoescape=True))
    )
    return {key.removeprefix(prefix): new for key, new in rows}
