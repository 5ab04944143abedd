"""What the index of recent stories holds of each entry, kept as it is: loading it reads no facts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.model import Entry, Facts
from bot.store.codec import ENTRY_FIELDS, entry_from, facts_from
from bot.store.columns import among
from bot.store.schema import entries, recent, stories

_AT_ONCE = 1_000


class Remembered(NamedTuple):
    """One entry for the index: packed, or where it wasn't kept in this form, the entry with its facts."""

    entry_id: str
    story: str
    serial: int
    packed: bytes | None
    read: tuple[Entry, Facts] | None = None


_FOUND = select(entries.c.seq, entries.c.time, bindparam("form"), bindparam("packed"))
_NEW = insert(recent).from_select(
    ["seq", "time", "form", "packed"], _FOUND.where(entries.c.id == bindparam("entry"))
)
_KEEP = _NEW.on_conflict_do_update(
    index_elements=["seq"], set_={name: _NEW.excluded[name] for name in ("time", "form", "packed")}
)


def keep(conn: Connection, packed: Mapping[str, bytes], form: str) -> None:
    """Store what the index holds of these entries, by their ids; unknown ones are left out."""
    rows = [{"entry": name, "form": form, "packed": each} for name, each in packed.items()]
    if rows:
        conn.execute(_KEEP, rows)


def forget(conn: Connection, before: datetime) -> None:
    """Drop what was kept of entries older than this: no index asks for it again."""
    conn.execute(delete(recent).where(recent.c.time < before))


def for_index(conn: Connection, since: datetime, form: str) -> Iterator[Remembered]:
    """Yield the entries dated since then, in time order, read as used."""
    found = (
        select(entries.c.id, entries.c.story, stories.c.serial, recent.c.packed)
        .join(stories, stories.c.id == entries.c.story)
        .outerjoin(recent, and_(recent.c.seq == entries.c.seq, recent.c.form == form))
        .where(entries.c.time >= since)
        .order_by(entries.c.time, entries.c.seq)
        .execution_options(yield_per=_AT_ONCE)
    )
    for rows in conn.execute(found).partitions():
        read = _read(conn, [row.id for row in rows if row.packed is None])
        for name, story, serial, packed in rows:
            yield Remembered(name, story, serial, packed, read.get(name))


def _read(conn: Connection, ids: Collection[str]) -> dict[str, tuple[Entry, Facts]]:
    if not ids:
        return {}
    columns = (entries.c.facts, *(entries.c[name] for name in ENTRY_FIELDS))
    found = conn.execute(select(*columns).where(among(entries.c.id, ids)))
    read = ((entry_from(tuple(values)), facts_from(facts)) for facts, *values in found)
    return {entry.id: (entry, facts) for entry, facts in read}
