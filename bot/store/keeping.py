"""Looks that the bot takes at its own file now and then: whether it is whole, and whether the disk has room again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.store import backups, meta, opening
from bot.store.schema import sources

_PROBE = "room"
_PROBED = 256 * 1024
"""Bytes that the disk must take before it is believed to have room; afterwards their pages are free inside the file."""


def probe(conn: Connection) -> None:
    """Write something large; StoreFull while the disk doesn't take it."""
    meta.set(conn, _PROBE, "x" * _PROBED)


def forget_probe(conn: Connection) -> None:
    """Give the pages back."""
    meta.forget(conn, _PROBE)


def look(conn: Connection) -> None:
    """Read every page of the file; StoreDamaged where they don't fit together. Takes a second for half a gigabyte."""
    found = conn.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if found != "ok":
        raise opening.damaged(str(conn.engine.url.database), str(found))


def last_backup(conn: Connection) -> datetime | None:
    """Return when the database was last copied."""
    value = meta.get(conn, backups.LAST)
    return datetime.fromisoformat(value) if value else None


def note_backup(conn: Connection, at: datetime) -> None:
    """Note that it was copied then."""
    meta.set(conn, backups.LAST, at.isoformat())


def read_since(conn: Connection) -> datetime | None:
    """Return since when there is something to lose: when the first source was read."""
    return conn.execute(select(func.min(sources.c.baseline, type_=sources.c.baseline.type))).scalar()
