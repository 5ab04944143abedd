"""Stories: what is read of them. Merging and splitting them stands in ``regroup``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, select

from bot.model import Report, Story
from bot.store import meta
from bot.store.codec import ENTRY_FIELDS, entry_from, facts_from, joining_from
from bot.store.columns import among
from bot.store.regroup import left, merge, parted, split, splits
from bot.store.roots import root_of, roots_of
from bot.store.schema import entries, stories

__all__ = [
    "by_serial",
    "doubtful",
    "get",
    "left",
    "many",
    "merge",
    "next_serial",
    "of_entry",
    "parted",
    "root_of",
    "roots_of",
    "serials",
    "split",
    "splits",
]

REPORT_COLUMNS = (
    *(entries.c[name] for name in ENTRY_FIELDS),
    entries.c.facts,
    entries.c.rule,
    entries.c.margin,
    entries.c.joining,
)
"""What ``report_from`` reads, in its order."""


def report_from(row: Sequence[Any]) -> Report:
    """Return the report of a row that starts with ``REPORT_COLUMNS``."""
    size = len(ENTRY_FIELDS)
    facts, rule, margin, joining = row[size : size + 4]
    return Report(
        entry=entry_from(tuple(row[:size])),
        facts=facts_from(facts),
        joining=joining_from(rule, margin, joining),
    )


def get(conn: Connection, story_id: str) -> Story | None:
    """Return a story with its reports, oldest first, or that which it merged into; None: not stored."""
    root = root_of(conn, story_id)
    return None if root is None else _load(conn, [root]).get(root)


def many(conn: Connection, ids: Iterable[str]) -> dict[str, Story]:
    """Return the stories by the ids asked for; ids that merged get the story they merged into."""
    roots = roots_of(conn, ids)
    loaded = _load(conn, roots.values())
    return {asked: loaded[root] for asked, root in roots.items() if root in loaded}


def _load(conn: Connection, roots: Iterable[str]) -> dict[str, Story]:
    found = (
        select(*REPORT_COLUMNS, entries.c.story)
        .where(among(entries.c.story, set(roots)))
        .order_by(entries.c.story, entries.c.seq)
    )
    grouped = groupby(conn.execute(found), key=lambda row: row.story)
    return {story: Story(id=story, reports=tuple(map(report_from, rows))) for story, rows in grouped}


def of_entry(conn: Connection, entry_id: str) -> str | None:
    """Return the story in which an entry stands; None when the entry isn't stored."""
    return conn.execute(select(entries.c.story).where(entries.c.id == entry_id)).scalar()


def next_serial(conn: Connection) -> int:
    """Return the running number for the next new story (the first is 0); none is given twice."""
    last = conn.execute(select(func.max(stories.c.serial))).scalar()
    return max(-1 if last is None else last, int(meta.get(conn, meta.LAST_SERIAL) or -1)) + 1


def by_serial(conn: Connection, serial: int) -> str | None:
    """Return the id of the story with this running number; the one it merged into, where it did."""
    found = conn.execute(select(stories.c.id).where(stories.c.serial == serial)).scalar()
    return None if found is None else root_of(conn, found)


def serials(conn: Connection, ids: Iterable[str]) -> dict[str, int]:
    """Return the running numbers of stories, each its own: a merged story keeps the number people know."""
    rows = conn.execute(select(stories.c.id, stories.c.serial).where(among(stories.c.id, ids)))
    return {row.id: row.serial for row in rows}


@dataclass(frozen=True, slots=True)
class Doubt:
    """A joining with a thin margin: an entry, and that of its story to which it was joined ("" if gone)."""

    story: str
    entry: str
    margin: float
    title: str
    source: str
    at: datetime
    other: str
    other_title: str
    other_source: str


def doubtful(conn: Connection, since: datetime, margin: float, limit: int = 20) -> list[Doubt]:
    """Return the entries dated since then that joined with less than ``margin``, newest first.

    Entries that opened their story, or that a person or a merge put there, are not in doubt, nor is one whose
    other was taken out of the story since.
    """
    one, other = entries.alias(), entries.alias()
    held_against = func.json_extract(one.c.joining, "$.other")
    found = (
        select(one.c.story, one.c.id.label("entry"), one.c.margin)
        .add_columns(one.c.title, one.c.source_name.label("source"), one.c.time.label("at"))
        .add_columns(func.coalesce(other.c.id, "").label("other"))
        .add_columns(func.coalesce(other.c.title, "").label("other_title"))
        .add_columns(func.coalesce(other.c.source_name, "").label("other_source"))
        .join(other, other.c.id == held_against, isouter=True)
        .where(one.c.time >= since, one.c.margin < margin)
        .where(one.c.rule.not_in(["first", "split", "merged"]))
        .where(func.coalesce(other.c.story, one.c.story) == one.c.story)
        .order_by(one.c.time.desc(), one.c.seq.desc())
        .limit(limit)
    )
    return [Doubt(**row._asdict()) for row in conn.execute(found)]
