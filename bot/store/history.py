"""The last days as they came: entries with their stories, what was told of them, and the mutes of the time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, func, select

from bot.model import Entry, Joining, Mute, Told
from bot.store.alerts import silent, told_from
from bot.store.codec import ENTRY_FIELDS, entry_from, joining_from
from bot.store.columns import among
from bot.store.schema import alerts, entries, mutes


@dataclass(frozen=True, slots=True)
class Growth:
    """How many entries were read since a moment, and when the first and the last one of them."""

    entries: int
    first: datetime | None
    last: datetime | None


def growth_since(conn: Connection, since: datetime) -> Growth:
    """Return what was read since then."""
    seen = entries.c.first_seen
    found = select(func.count(), func.min(seen), func.max(seen)).where(seen >= since)
    return Growth(*conn.execute(found).one())


def texts_since(conn: Connection, since: datetime) -> Iterator[Row[str, str, str, str]]:
    """Yield (story, entry, title, text) of every story that an entry reached since then; read as used."""
    text = func.coalesce(func.nullif(entries.c.body, ""), entries.c.summary)
    found = (
        select(entries.c.story, entries.c.id, entries.c.title, text)
        .where(_touched_since(since))
        .execution_options(yield_per=1000)
    )
    yield from conn.execute(found)


def entries_since(
    conn: Connection, since: datetime, stories: Iterable[str] | None = None
) -> Iterator[tuple[str, Entry, Joining]]:
    """Yield (story, entry, joining) of every story that an entry reached since then, its older entries too.

    Of these ``stories`` alone, where they are given. In the order in which they were read and stored; read as
    used. Facts are left out.
    """
    columns = [entries.c[name] for name in ENTRY_FIELDS]
    found = (
        select(entries.c.story, entries.c.rule, entries.c.margin, entries.c.joining, *columns)
        .where(_touched_since(since, stories))
        .order_by(entries.c.first_seen, entries.c.seq)
        .execution_options(yield_per=1000)
    )
    for story, rule, margin, joining, *values in conn.execute(found):
        yield story, entry_from(tuple(values)), joining_from(rule, margin, joining)


def _touched_since(since: datetime, stories: Iterable[str] | None = None) -> ColumnElement[bool]:
    touched = select(entries.c.story).where(entries.c.first_seen >= since)
    if stories is not None:
        touched = touched.where(among(entries.c.story, stories))
    return entries.c.story.in_(touched.distinct())


def told_since(conn: Connection, since: datetime) -> list[Told]:
    """Return what was told, or is owed, since then, as it stands today; oldest first."""
    found = (
        select(alerts).where(alerts.c.at >= since).order_by(alerts.c.at, alerts.c.story, alerts.c.receiver)
    )
    return list(map(told_from, conn.execute(found)))


def told_silently(conn: Connection, since: datetime) -> set[tuple[str, str]]:
    """Return (story, receiver) of what counts as told since a split, without a message of its own."""
    found = select(alerts.c.story, alerts.c.receiver).where(alerts.c.at >= since, ~alerts.c.digest, silent())
    return {(story, receiver) for story, receiver in conn.execute(found)}


def mutes_since(conn: Connection, since: datetime) -> list[tuple[datetime, Mute]]:
    """Return (when it began, mute) of the mutes that held since then and are remembered."""
    found = select(mutes).where(mutes.c.until > since).order_by(mutes.c.at, mutes.c.id)
    return [
        (
            row.at,
            Mute(receiver=row.receiver, watch=row.watch, story=row.story, until=row.until, by=row.by),
        )
        for row in conn.execute(found)
    ]
