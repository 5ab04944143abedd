"""The clock was set: what is stored by the time of day is brought along, so that nothing stands still or comes twice.

What lasts (a lease, a pause, the wait before the next try) goes on for as long as it would have. What happened never
lies in the future. What hangs on the calendar (the end of quiet hours, a mute) stays as it was said.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Table,
    type_coerce,
    update,
)

from bot.model import DeliveryKind, Receiver
from bot.store import hosts, meta
from bot.store.columns import EPOCH
from bot.store.deliveries import OWED, SENDING
from bot.store.digests import clamp_plans
from bot.store.schema import (
    alerts,
    deliveries,
    digest_items,
    digest_runs,
    entries,
    notices,
    sources,
    stories,
)

LIVED = "lived until"
"""When the bot last said that it lives, by the clock of that time."""
STEADY = "steady since"
"""Since when the clock has gone on without a leap of more than a day."""
HISTORY = timedelta(days=7)
"""A clock that was set back by more is as likely wrong now as it was before: what has happened keeps its time."""
_SLACK = timedelta(seconds=2)
_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
_AHEAD = timedelta(minutes=10)
"""So far ahead of its first sight an entry's own date is believed."""
_POLLED = (
    "last_poll",
    "last_success",
    "baseline",
    "failing_since",
    "told_trouble_at",
    "read_at",
    "moved_since",
)
"""Moments of what happened to a source."""
_HAPPENED: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (alerts, ("at", "last_edit", "sent_at")),
    (deliveries, ("at", "started_at", "ended_at")),
    (digest_items, ("at",)),
    (digest_runs, ("at",)),
    (notices, ("at",)),
)
"""Moments of what else has happened, by their tables."""
_MARKS = ("started", "oddities told")
"""The same among the bot's single values."""


def lived(conn: Connection, now: datetime) -> None:
    """Note that the bot lives: a start at which the clock says less will know that it was set back."""
    meta.set(conn, LIVED, now.isoformat())


def heal_at_start(conn: Connection, now: datetime, receivers: Iterable[Receiver]) -> timedelta | None:
    """Heal what a clock left that was set back since the bot last lived; return by how much, None: it was not."""
    known = meta.get(conn, LIVED)
    by = now - datetime.fromisoformat(known) if known else timedelta(0)
    lived(conn, now)
    _note_leap(conn, by, now)
    if by >= -_SLACK:
        return None
    heal(conn, by, now, receivers)
    return by


def heal(conn: Connection, by: timedelta, now: datetime, receivers: Iterable[Receiver]) -> None:
    """Bring along what is stored, after the clock was set by ``by`` and says ``now``.

    A digest of a day that has not come yet on the clock of one of the ``receivers`` was made too early: that day
    will have its own.
    """
    _shift_leases(conn, by)
    _note_leap(conn, by, now)
    if by >= timedelta(0):
        return  # what became due early comes early, once
    was = now - by
    _shift(conn, sources, "due", by, sources.c.due > now)
    for host, until in hosts.all_rests(conn):
        if until > now:
            hosts.set_rest(conn, host, until + by)
    _free_owed(conn, by, was, now)
    # Each keeps a moment of its own: those of one moment left in one message.
    _shift(conn, deliveries, "doubtful_since", by, deliveries.c.doubtful_since > now)
    if by >= -HISTORY:
        _bring_back_history(conn, now, receivers)
    for name in _POLLED:
        conn.execute(update(sources).where(sources.c[name] > now).values({name: now}))
    for mark in _MARKS:
        _clamp(conn, mark, now)
    lived(conn, now)


def is_steady(conn: Connection, now: datetime) -> bool:
    """Tell whether the clock can be trusted with what deletes: it has gone on for a day without a leap of a day."""
    since = meta.get(conn, STEADY)
    return since is None or now - datetime.fromisoformat(since) >= _DAY


def _note_leap(conn: Connection, by: timedelta, now: datetime) -> None:
    if abs(by) > _DAY:
        meta.set(conn, STEADY, now.isoformat())


def _bring_back_history(conn: Connection, now: datetime, receivers: Iterable[Receiver]) -> None:
    _reopen_days(conn, now, receivers)
    for table, names in _HAPPENED:
        for name in names:
            conn.execute(update(table).where(table.c[name] > now).values({name: now}))
    _bring_back_news(conn, now)
    clamp_plans(conn, now)


def _shift_leases(conn: Connection, by: timedelta) -> None:
    """Who has claimed something has it for as long as was meant, whatever the clock says."""
    _shift(conn, sources, "lease_until", by, sources.c.lease_until.is_not(None))
    _shift(conn, deliveries, "lease_until", by, deliveries.c.state == SENDING)


def _free_owed(conn: Connection, by: timedelta, was: datetime, now: datetime) -> None:
    """What was due is due; the next try comes after its own pause; what waits for an hour of the day waits for that."""
    owed = deliveries.c.state == OWED
    counted = (deliveries.c.attempts > 0) | (deliveries.c.kind == DeliveryKind.EDIT.value)
    conn.execute(
        update(deliveries)
        .where(owed, ~counted, deliveries.c.due > now, deliveries.c.due <= was)
        .values(due=now)
    )
    _shift(conn, deliveries, "due", by, owed, counted, deliveries.c.due > now)
    due, day = type_coerce(deliveries.c.due, BigInteger), _DAY // _MICROSECOND
    ahead = due - (now - EPOCH) // _MICROSECOND
    same_hour = type_coerce(due - ahead // day * day, deliveries.c.due.type)
    far = deliveries.c.due > now + _DAY
    conn.execute(update(deliveries).where(owed, ~counted, far).values(due=same_hour))


def _reopen_days(conn: Connection, now: datetime, receivers: Iterable[Receiver]) -> None:
    for receiver, zone in ((each.id, each.timezone) for each in receivers):
        today = now.astimezone(ZoneInfo(zone)).date().isoformat()
        early = (digest_runs.c.receiver == receiver, digest_runs.c.local_date > today)
        found = conn.execute(digest_runs.select().where(*early)).all()
        for row in found:
            stem = [
                f"digest|{receiver}|{row.kind} {row.local_date}",
                f"{row.kind}|{receiver}|{row.local_date}",
            ]
            renamed = deliveries.c.key + f"|early {now.isoformat()}"
            # What is on the wire, or in doubt, is looked for by its key.
            settled = (deliveries.c.state != SENDING, deliveries.c.doubtful_since.is_(None))
            early_ones = update(deliveries).where(deliveries.c.key.in_(stem), *settled)
            conn.execute(early_ones.values(key=renamed))
        kind = digest_runs.c.kind + f" early {now.isoformat()}"
        conn.execute(update(digest_runs).where(*early).values(kind=kind))


def _bring_back_news(conn: Connection, now: datetime) -> None:
    for table, names in ((entries, ("first_seen", "time")), (stories, ("opened", "latest"))):
        for name in names:
            ahead = table.c[name] > now + _AHEAD
            conn.execute(update(table).where(ahead).values({name: now}))


def _clamp(conn: Connection, key: str, now: datetime) -> None:
    known = meta.get(conn, key)
    if known and datetime.fromisoformat(known) > now:
        meta.set(conn, key, now.isoformat())


def _shift(conn: Connection, table: Table, name: str, by: timedelta, *where: ColumnElement[bool]) -> None:
    column: Column[Any] = table.c[name]
    moved = type_coerce(type_coerce(column, BigInteger) + by // _MICROSECOND, column.type)
    conn.execute(update(table).where(*where).values({name: moved}))
