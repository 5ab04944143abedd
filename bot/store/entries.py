"""Entries: what was published, what it says, and by which keys it is recognised again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model import Assignment, Entry, Facts, Report
from bot.store import search
from bot.store.codec import ENTRY_FIELDS, entry_from, entry_row, facts_from, joining_text
from bot.store.columns import among
from bot.store.roots import roots_of
from bot.store.schema import entries, entry_edits, seen, stories
from bot.store.stories import REPORT_COLUMNS, report_from

_CHUNK = 500
"""Keys asked for at once: within what every SQLite allows in one statement."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A headline that a source changed."""

    at: datetime
    was_title: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a source's item is held against: the headline, canonical link and date that are stored of an entry."""

    title: str
    link: str
    published: datetime | None


# Made once: each poll with news runs these, and putting them together takes longer than running them.
_SEE = insert(seen).on_conflict_do_nothing()
_LAST = select(func.coalesce(func.max(entries.c.seq), 0))
_STORIES = insert(stories)
_GROW = _STORIES.on_conflict_do_update(
    index_elements=["id"],
    set_={
        "opened": func.min(stories.c.opened, _STORIES.excluded.opened),
        "latest": func.max(stories.c.latest, _STORIES.excluded.latest),
    },
)


def _hash(key: str) -> bytes:
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def known(conn: Connection, keys: Collection[str]) -> dict[str, str]:
    """Return the entry id of every key seen before, also where retention has taken the entry since."""
    by_hash = {_hash(key): key for key in keys}
    hashes = list(by_hash)
    found: dict[str, str] = {}
    for start in range(0, len(hashes), _CHUNK):
        rows = conn.execute(
            select(seen.c.hash, seen.c.entry).where(seen.c.hash.in_(hashes[start : start + _CHUNK]))
        )
        found.update((by_hash[row.hash], row.entry) for row in rows)
    return found


def add_keys(conn: Connection, entry_id: str, keys: Collection[str]) -> None:
    """Let an entry be recognised by more keys; a key that another entry has stays with that one."""
    _remember(conn, [(key, entry_id) for key in keys])


def _remember(conn: Connection, keys: Sequence[tuple[str, str]]) -> None:
    if keys:
        rows = [{"hash": _hash(key), "entry": entry_id} for key, entry_id in keys]
        conn.execute(_SEE, rows)


def save(conn: Connection, assignments: Iterable[Assignment], keys: Mapping[str, Collection[str]]) -> None:
    """Store new entries with their facts, joinings, keys (by entry id) and stories, and make them findable.

    An entry whose id is stored already is left as it is. Stories that an assignment ends are not merged here.
    """
    listed = list(assignments)
    stored = _stored(conn, [assignment.entry.id for assignment in listed])
    fresh = [assignment for assignment in listed if assignment.entry.id not in stored]
    if fresh:
        _save_stories(conn, fresh)
        _save_entries(conn, fresh)
    _remember(conn, [(key, one.entry.id) for one in listed for key in keys.get(one.entry.id, ())])


def _stored(conn: Connection, ids: Sequence[str]) -> set[str]:
    return {str(row[0]) for row in conn.execute(select(entries.c.id).where(among(entries.c.id, ids)))}


def _save_stories(conn: Connection, fresh: Sequence[Assignment]) -> None:
    """Open new stories and let old ones run on; a story's times are those of its first and latest entry."""
    rows = [
        {"id": new.story, "serial": new.serial, "opened": new.entry.time, "latest": new.entry.time}
        for new in fresh
    ]
    conn.execute(_GROW, rows)


def _save_entries(conn: Connection, fresh: Sequence[Assignment]) -> None:
    roots = roots_of(conn, {assignment.story for assignment in fresh})
    seq = conn.execute(_LAST).scalar_one()
    rows: list[dict[str, Any]] = []
    for place, new in enumerate(fresh, seq + 1):
        row = entry_row(new.entry, new.facts)
        joining = {
            "rule": new.joining.rule,
            "margin": new.joining.margin,
            "joining": joining_text(new.joining),
        }
        rows.append(row | joining | {"seq": place, "story": roots[new.story]})
    conn.execute(insert(entries), rows)
    search.add(conn, [(row["seq"], row["title"], row["body"] or row["summary"]) for row in rows])


def edit(conn: Connection, entry: Entry, facts: Facts, was_title: str, now: datetime) -> None:
    """Store what a source changed in an entry, keep the headline it had, and make the new text findable."""
    row = entry_row(entry, facts)
    changed = conn.execute(
        update(entries).where(entries.c.id == entry.id).values(row).returning(entries.c.seq)
    ).scalar()
    if changed is None:
        return
    conn.execute(insert(entry_edits).values(entry=entry.id, was_title=was_title, at=now))
    search.remove(conn, [changed])
    search.add(conn, [(changed, entry.title, entry.text)])


def edits_of(conn: Connection, entry_id: str) -> list[Edit]:
    """Return the headlines that an entry had before, oldest first."""
    found = select(entry_edits.c.at, entry_edits.c.was_title).where(entry_edits.c.entry == entry_id)
    return [Edit(row.at, row.was_title) for row in conn.execute(found.order_by(entry_edits.c.id))]


def get(conn: Connection, entry_id: str) -> Report | None:
    """Return an entry with its facts and why it joined its story; None when it isn't stored."""
    row = conn.execute(select(*REPORT_COLUMNS).where(entries.c.id == entry_id)).first()
    return None if row is None else report_from(row)


def headlines(conn: Connection, ids: Collection[str]) -> dict[str, Known]:
    """Return headline, link and date of the entries that are stored, by id."""
    columns = (entries.c.title, entries.c.link, entries.c.published)
    rows = conn.execute(select(entries.c.id, *columns).where(among(entries.c.id, ids)))
    return {row.id: Known(row.title, row.link, row.published) for row in rows}


def by_link(conn: Connection, canonical: str) -> list[str]:
    """Return the ids of the entries with this canonical address, oldest first."""
    found = select(entries.c.id).where(entries.c.link == canonical, entries.c.link != "")
    return list(conn.execute(found.order_by(entries.c.seq)).scalars())


def for_index(
    conn: Connection, since: datetime, *, texts: bool = True
) -> Iterator[tuple[str, int, Entry, Facts]]:
    """Yield (story, serial, entry, facts) of the entries dated since then, in time order, read as used.

    Without ``texts`` summary and body are left empty, which is quicker where only the facts are wanted.
    """
    wanted = (
        ENTRY_FIELDS if texts else tuple(name for name in ENTRY_FIELDS if name not in {"summary", "body"})
    )
    found = (
        select(entries.c.story, stories.c.serial, entries.c.facts, *(entries.c[name] for name in wanted))
        .join(stories, stories.c.id == entries.c.story)
        .where(entries.c.time >= since)
        .order_by(entries.c.time, entries.c.seq)
        .execution_options(yield_per=1000)
    )
    for row in conn.execute(found):
        story, serial, facts, *values = row
        entry = entry_from(tuple(values)) if texts else Entry(**dict(zip(wanted, values, strict=True)))
        yield story, serial, entry, facts_from(facts)


def volume_of(conn: Connection, source: str, since: datetime) -> int:
    """Return how many entries of one source were first seen since then."""
    found = select(func.count()).where(entries.c.source == source, entries.c.first_seen >= since)
    return int(conn.execute(found).scalar_one())


def volume(conn: Connection, since: datetime) -> dict[str, int]:
    """Return how many entries of each source were first seen since then."""
    found = select(entries.c.source, func.count()).where(entries.c.first_seen >= since)
    return {str(row[0]): int(row[1]) for row in conn.execute(found.group_by(entries.c.source))}
