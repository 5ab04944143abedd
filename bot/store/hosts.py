"""One host, many sources: the pause that it asks for, and one probe at a time while it fails them all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    ScalarSelect,
    Table,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from bot.errors import UNREACHED
from bot.store import meta
from bot.store.columns import EPOCH, at
from bot.store.schema import meta as meta_rows
from bot.store.schema import sources

BROKEN = 3
"""Sources of one host that fail in a row, none going well between, until one at a time is tried."""
_USUAL = timedelta(minutes=5)
_LONGEST = timedelta(hours=6)
_STEP = timedelta(seconds=2)
_MOST_STEPS = 150
_BEHIND = timedelta(minutes=2)
"""How far the others stay behind a probe: longer than a fetch and its wait for a slot."""
_RESTS = "rests until "
_OUTAGE = 3


def _ours(host: str) -> tuple[ColumnElement[bool], ...]:
    return (sources.c.host == host, sources.c.configured, sources.c.merged_into.is_(None))


def _stagger(count: int) -> ColumnElement[int]:
    """Return microseconds that differ from source to source and are the same each time, five minutes at most."""
    place = literal_column("rowid", Integer) % max(1, min(count, _MOST_STEPS))
    return place * literal(_STEP // timedelta(microseconds=1), Integer)


def _push(conn: Connection, until: datetime, count: int, *where: ColumnElement[bool]) -> None:
    """Let the sources that are due before ``until`` be due from then on, one after the other."""
    later = at(until) + _stagger(count)
    conn.execute(update(sources).where(*where, sources.c.due < until).values(due=later))


def rest(conn: Connection, host: str, until: datetime) -> None:
    """Ask nothing of a host until then: it said so. No source of it counts that as an error."""
    if not host:
        return
    asked = rests_until(conn, host)
    if asked is None or until > asked:
        meta.set(conn, _RESTS + host, until.isoformat())
    count = conn.execute(select(func.count()).where(*_ours(host))).scalar_one()
    _push(conn, until, count, *_ours(host))


def rests_until(conn: Connection, host: str) -> datetime | None:
    """Return the end of the last pause that a host asked for, also when it is over; None without any."""
    found = meta.get(conn, _RESTS + host)
    return datetime.fromisoformat(found) if found else None


def all_rests(conn: Connection) -> list[tuple[str, datetime]]:
    """Return every host that ever asked for a pause, and the end of its last one."""
    mine = meta_rows.c.key.between(_RESTS, _RESTS + "\U0010ffff")
    rows = conn.execute(select(meta_rows.c.key, meta_rows.c.value).where(mine))
    return [(row.key.removeprefix(_RESTS), datetime.fromisoformat(row.value)) for row in rows]


def set_rest(conn: Connection, host: str, until: datetime) -> None:
    """Let a host's pause end then, also where that is sooner."""
    meta.set(conn, _RESTS + host, until.isoformat())


def breaks(reason: str, status: int | None) -> bool:
    """Tell whether a failure speaks of the host rather than of one source: 5xx, 403, or no answer at all."""
    return reason in UNREACHED or (status is not None and (status >= 500 or status == 403))


def _members(conn: Connection, host: str) -> Sequence[Row[Any]]:
    names = (
        "id",
        "due",
        "errors",
        "error_reason",
        "status",
        "last_poll",
        "last_success",
        "failing_since",
        "interval",
        "lease_until",
    )
    return conn.execute(select(*(sources.c[name] for name in names)).where(*_ours(host))).all()


def _fails(row: Row[Any]) -> bool:
    return row.errors > 0 and breaks(row.error_reason, row.status)


def _well_at(rows: Sequence[Row[Any]]) -> datetime:
    return max((row.last_success for row in rows if row.last_success), default=EPOCH)


def _is_broken(rows: Sequence[Row[Any]]) -> bool:
    since = _well_at(rows)
    return len([row for row in rows if _fails(row) and row.last_poll > since]) >= BROKEN


def hold(conn: Connection, host: str, now: datetime, *, offline: bool = False) -> None:
    """After a failure: when the host fails all that was tried, one source is tried next and the others wait.

    The next try comes after half the time that the host has been failing, at most six hours; when it is our
    own line that is cut (``offline``), after one interval.
    """
    rows = _members(conn, host) if host else ()
    if not _is_broken(rows):
        return
    base = min((row.interval for row in rows if row.interval), default=_USUAL)
    began = max(_well_at(rows), min(row.failing_since or row.last_poll for row in rows if _fails(row)))
    pause = base if offline else max(base, min((now - began) / 2, _LONGEST))
    free = [row for row in rows if row.lease_until is None or row.lease_until <= now]
    able = [row for row in free if not row.errors or _fails(row)] or free
    if not able:
        return
    next_try = max(now + pause, rests_until(conn, host) or now)
    probe = min(
        able, key=lambda row: (max(row.due, next_try), row.errors > 0, row.last_poll or EPOCH, row.id)
    )
    tried = max(probe.due, next_try)
    conn.execute(update(sources).where(sources.c.id == probe.id).values(due=tried))
    _push(conn, tried + _BEHIND, len(rows), *_ours(host), sources.c.id != probe.id)


def failing_beside(outer: Table) -> ScalarSelect[int]:
    """Return how many sources of the host of ``outer``'s row have failed since they were last read."""
    beside = sources.alias("beside")
    return (
        select(func.count())
        .where(
            beside.c.host == outer.c.host,
            beside.c.host != "",
            beside.c.configured,
            beside.c.merged_into.is_(None),
            beside.c.errors > 0,
        )
        .correlate(outer)
        .scalar_subquery()
    )


def is_broken(conn: Connection, host: str) -> bool:
    """Tell whether a host failed several sources in a row, none going well between."""
    failing = select(func.count()).where(*_ours(host), sources.c.errors > 0)
    if not host or conn.execute(failing).scalar_one() < BROKEN:
        return False
    return _is_broken(_members(conn, host))


def free(conn: Connection, host: str, now: datetime) -> None:
    """The host answers again: who waited for that is due now, one after the other, none before its own time."""
    earliest = max(now, rests_until(conn, host) or now)
    waiting = [row for row in _members(conn, host) if not row.errors or _fails(row)]
    step = min(_STEP, _STEP * _MOST_STEPS / max(1, len(waiting)))
    for number, row in enumerate(sorted(waiting, key=lambda row: (row.due, row.id)), start=1):
        own = row.last_success + row.interval if not row.errors and row.last_success and row.interval else now
        due = max(own, earliest + number * step)
        if due < row.due:
            conn.execute(update(sources).where(sources.c.id == row.id).values(due=due))


def offline(conn: Connection, since: datetime) -> bool:
    """Tell whether it is our own line that is cut: three hosts or all of them lost, nobody reached ``since``."""
    unreached = sources.c.error_reason.in_(UNREACHED)
    answered = or_(
        sources.c.last_success > since,
        (sources.c.last_poll > since) & (sources.c.errors > 0) & ~unreached,
    )
    if conn.execute(select(sources.c.id).where(sources.c.configured, answered).limit(1)).first():
        return False
    reached = select(func.max(sources.c.last_success)).where(sources.c.configured).scalar_subquery()
    lost = (sources.c.errors > 0) & unreached & (sources.c.failing_since > func.coalesce(reached, at(EPOCH)))
    hosts = func.count(func.distinct(sources.c.host))
    found = select(hosts.filter(lost), hosts).where(sources.c.configured)
    gone, known = conn.execute(found).one()
    return bool(gone >= min(_OUTAGE, max(2, known)))
