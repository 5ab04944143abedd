"""The last days as they came: entries with their stories, what was told of them, and the mutes of the time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select

from bot.model import Entry, Joining, Mute, Told
from bot.store.alerts import told_from
from bot.store.codec import ENTRY_FIELDS, entry_from, joining_from
from bot.store.schema import alerts, entries, mutes


def entries_since(conn: Connection, since: datetime) -> Iterator[tuple[str, Entry, Joining]]:
    """Yield (story, entry, joining) of every story that an entry reached since then, its older entries too.

    In the order in which they were read and stored; read as used. Facts are left out.
    """
    touched = select(entries.c.story).where(entries.c.first_seen >= since).distinct()
    columns = [entries.c[name] for name in ENTRY_FIELDS]
    found = (
        select(entries.c.story, entries.c.rule, entries.c.margin, entries.c.joining, *columns)
        .where(entries.c.story.in_(touched))
        .order_by(entries.c.first_seen, entries.c.seq)
        .execution_options(yield_per=1000)
    )
    for story, rule, margin, joining, *values in conn.execute(found):
        yield story, entry_from(tuple(values)), joining_from(rule, margin, joining)


def told_since(conn: Connection, since: datetime) -> list[Told]:
    """Return what was told, or is owed, since then, as it stands today; oldest first."""
    found = (
        select(alerts).where(alerts.c.at >= since).order_by(alerts.c.at, alerts.c.story, alerts.c.receiver)
    )
    return list(map(told_from, conn.execute(found)))


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
