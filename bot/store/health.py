"""What the health of sources is judged by, and what was told of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    and_,
    case,
    delete,
    distinct,
    exists,
    func,
    or_,
    select,
    type_coerce,
    update,
)

from bot.route.quiet import MEMORY
from bot.route.troubles import Condition
from bot.store import meta
from bot.store.columns import EPOCH, among
from bot.store.schema import alerts, entries, matches, sources, stories
from bot.store.schema import meta as meta_rows

LEANS = 0.2
"""A company leans on a source that had at least this share of its stories first."""
_HOUR = timedelta(hours=1) // timedelta(microseconds=1)
_ODDITIES = "oddities told of "
_ODDITIES_AT = "oddities told"
_LAST_ENTRY = (
    select(func.max(entries.c.first_seen, type_=entries.c.first_seen.type))
    .where(entries.c.source == sources.c.id)
    .correlate(sources)
    .scalar_subquery()
)
_PLAIN = (
    "id",
    "url",
    "place",
    "merged_into",
    "errors",
    "error",
    "status",
    "failing_since",
    "last_poll",
    "last_success",
    "baseline",
    "due",
    "interval",
    "kind",
    "last_count",
    "usual_count",
    "shrunk",
    "oddities",
    "moved_to",
)
_COLUMNS = (
    *(sources.c[name] for name in _PLAIN),
    sources.c.error_reason.label("reason"),
    sources.c.told_trouble.label("told"),
    sources.c.told_trouble_at.label("told_at"),
    _LAST_ENTRY.label("last_entry"),
)


@dataclass(frozen=True, slots=True)
class Odd:
    """A source that is odd or read elsewhere: what its document was like, and where it is."""

    id: str
    url: str
    place: str | None
    merged_into: str | None
    oddities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Polled:
    """How many configured sources were ever polled, and how many of them failed at their last poll."""

    count: int
    failing: int


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What came of a source since a moment, and in how many stories a receiver heard of it, and how."""

    entries: int
    told: int = 0
    in_digest: int = 0


def conditions(conn: Connection) -> dict[str, Condition]:
    """Return the condition of every source that is configured or ever was, by id."""
    return {row.id: _condition(row) for row in conn.execute(select(*_COLUMNS))}


def ailing(conn: Connection, also: Iterable[str] = ()) -> list[Condition]:
    """Return the sources that failed, shrank, or were told of and not said to be back; and those in ``also``."""
    ill = or_(sources.c.errors > 0, sources.c.shrunk > 0, among(sources.c.id, also))
    wanted = or_(sources.c.told_trouble != "", and_(sources.c.configured, ill))
    return [_condition(row) for row in conn.execute(select(*_COLUMNS).where(wanted).order_by(sources.c.id))]


def odd(conn: Connection) -> list[Odd]:
    """Return the configured sources about which something is odd, by id, or that are read elsewhere."""
    found = select(*(sources.c[name] for name in ("id", "url", "place", "merged_into", "oddities"))).where(
        sources.c.configured,
        or_(sources.c.oddities != "", sources.c.merged_into.is_not(None), sources.c.place.is_not(None)),
    )
    rows = conn.execute(found.order_by(sources.c.id))
    return [Odd(row.id, row.url, row.place, row.merged_into, _lines(row.oddities)) for row in rows]


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line.strip())


def _condition(row: Row[Any]) -> Condition:
    values = row._asdict()
    return Condition(oddities=_lines(values.pop("oddities")), **values)


def polled(conn: Connection) -> Polled:
    """Count the configured sources that were polled."""
    failing = func.coalesce(func.sum(case((sources.c.errors > 0, 1), else_=0)), 0)
    row = conn.execute(select(func.count(), failing).where(sources.c.configured, sources.c.polls > 0)).one()
    return Polled(int(row[0]), int(row[1]))


def quiet(conn: Connection, before: datetime) -> dict[str, tuple[datetime, datetime]]:
    """Return (last entry, first read) of the sources that answer and had no entry since ``before``."""
    last = _LAST_ENTRY.label("last")
    found = select(sources.c.id, sources.c.baseline, last).where(
        sources.c.configured,
        sources.c.errors == 0,
        sources.c.merged_into.is_(None),
        sources.c.baseline.is_not(None),
    )
    rows = conn.execute(found)
    return {row.id: (row.last, row.baseline) for row in rows if row.last is not None and row.last < before}


def seen_before(conn: Connection, source: str, last: datetime) -> list[datetime]:
    """Return the beginnings of the hours in which entries of a source were first seen, and ``last`` itself.

    ``last`` is when its last entry was; what is older than any rhythm is learned from is left out.
    """
    hour = type_coerce(entries.c.first_seen, BigInteger).op("/")(_HOUR)
    # One row for all: a source has a thousand entries, and thousands of sources are asked for.
    found = select(func.group_concat(distinct(hour))).where(
        entries.c.source == source,
        entries.c.first_seen >= last - MEMORY,
        entries.c.first_seen < last,
    )
    hours = conn.execute(found).scalar() or ""
    return [*(EPOCH + timedelta(hours=int(each)) for each in hours.split(",") if each), last]


def lean_on(
    conn: Connection, source: str, now: datetime, *, within: timedelta = timedelta(days=30)
) -> list[str]:
    """Return the watches that lean on a source, most first: it was often the first to have their stories."""
    since = now - within
    other = entries.alias()
    earlier = exists().where(other.c.story == entries.c.story, other.c.seq < entries.c.seq)
    first = (
        select(matches.c.watch, func.count(distinct(matches.c.story)))
        .join(entries, entries.c.story == matches.c.story)
        .where(entries.c.source == source, entries.c.first_seen >= since, ~earlier, matches.c.subject)
        .group_by(matches.c.watch)
    )
    mine = {str(row[0]): int(row[1]) for row in conn.execute(first)}
    total = _stories_of(conn, mine, since)
    lean = {watch: count for watch, count in mine.items() if count >= LEANS * total.get(watch, count)}
    return sorted(lean, key=lambda watch: (-lean[watch], watch))


def _stories_of(conn: Connection, watches: Collection[str], since: datetime) -> dict[str, int]:
    found = (
        select(matches.c.watch, func.count())
        .join(stories, stories.c.id == matches.c.story)
        .where(among(matches.c.watch, watches), matches.c.subject, stories.c.latest >= since)
        .group_by(matches.c.watch)
    )
    return {str(row[0]): int(row[1]) for row in conn.execute(found)}


def caught_up(conn: Connection, source: str, since: datetime, receiver: str) -> CaughtUp:
    """Return what came of a source since then, and in how many stories the receiver heard of it."""
    mine = (entries.c.source == source, entries.c.first_seen >= since, ~entries.c.baseline)
    count = int(conn.execute(select(func.count()).where(*mine)).scalar_one())
    heard = (
        select(alerts.c.digest, func.count(distinct(alerts.c.story)))
        .join(entries, entries.c.story == alerts.c.story)
        .where(*mine, alerts.c.receiver == receiver, alerts.c.at >= since)
        .group_by(alerts.c.digest)
    )
    by_form = {bool(row[0]): int(row[1]) for row in conn.execute(heard)}
    return CaughtUp(count, told=by_form.get(False, 0), in_digest=by_form.get(True, 0))


def mark(conn: Connection, source: str, told: str, now: datetime | None) -> None:
    """Note what the operator was told of a source, and when; "" when its trouble is over."""
    values = {"told_trouble": told, "told_trouble_at": now}
    conn.execute(update(sources).where(sources.c.id == source).values(values))


def rest(conn: Connection, source: str, until: datetime, now: datetime) -> datetime | None:
    """Let nothing be told of a source until then; return until when that was so already, and leave it there."""
    mine = sources.c.id == source
    before: datetime | None = conn.execute(select(sources.c.quiet_until).where(mine)).scalar()
    if before is not None and before > now:
        return before
    conn.execute(update(sources).where(mine).values(quiet_until=until))
    return None


def resting(conn: Connection, now: datetime) -> frozenset[str]:
    """Return the sources of which nothing is to be told now."""
    return frozenset(conn.execute(select(sources.c.id).where(sources.c.quiet_until > now)).scalars())


def end_rests(conn: Connection, now: datetime) -> frozenset[str]:
    """Return the sources of which something may be told again from now on; each is returned once."""
    over = sources.c.quiet_until <= now
    ended = update(sources).where(over).values(quiet_until=None).returning(sources.c.id)
    return frozenset(conn.execute(ended).scalars())


def told_of(conn: Connection, ids: Collection[str]) -> dict[str, str]:
    """Return what the operator was told of these sources and is not over; those that are well are left out."""
    found = select(sources.c.id, sources.c.told_trouble)
    rows = conn.execute(found.where(among(sources.c.id, ids), sources.c.told_trouble != ""))
    return {row.id: row.told_trouble for row in rows}


def oddities_told(conn: Connection) -> tuple[datetime | None, dict[str, frozenset[str]]]:
    """Return when oddities were last told, and the marks of those that ever were, by source."""
    at = meta.get(conn, _ODDITIES_AT)
    # A range, so that the key's index is used, which a pattern would not be.
    mine = meta_rows.c.key.between(_ODDITIES, _ODDITIES + "\U0010ffff")
    rows = conn.execute(select(meta_rows.c.key, meta_rows.c.value).where(mine))
    told = {row.key.removeprefix(_ODDITIES): frozenset(json.loads(row.value)) for row in rows}
    return (datetime.fromisoformat(at) if at else None), told


def mark_oddities(conn: Connection, told: Mapping[str, Iterable[str]], now: datetime) -> None:
    """Note the marks of the oddities that were told of each source, which replace those noted before."""
    meta.set(conn, _ODDITIES_AT, now.isoformat())
    for source, marks in told.items():
        meta.set(conn, _ODDITIES + source, json.dumps(sorted(marks)))


def forget(conn: Connection, ids: Collection[str]) -> None:
    """Forget what was told of sources that are no longer polled: they begin anew should they come back."""
    gone = among(sources.c.id, ids)
    conn.execute(update(sources).where(gone).values(told_trouble="", told_trouble_at=None))
    conn.execute(delete(meta_rows).where(among(meta_rows.c.key, [_ODDITIES + each for each in ids])))
