"""Single values that the bot remembers about itself."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from bot.store.schema import meta

LAST_SERIAL = "last_serial"


def get(conn: Connection, key: str) -> str | None:
    """Return the value, None where none was set."""
    return conn.execute(select(meta.c.value).where(meta.c.key == key)).scalar()


def set(conn: Connection, key: str, value: str) -> None:  # noqa: A001 (read as meta.set)
    """Set the value."""
    statement = insert(meta).values(key=key, value=value)
    conn.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
