"""What is known of each source: validators, when it is due, how it fares; and who polls it at the moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model import Source, Validators
from bot.store import documents, meta, places
from bot.store.columns import among, at
from bot.store.outcomes import failed, found_place, postpone, succeeded
from bot.store.schema import sources

__all__ = [
    "SourceState",
    "any_unpolled",
    "claim_due",
    "failed",
    "found_place",
    "free_foreign_leases",
    "next_due",
    "postpone",
    "release",
    "set_unsettled_keys",
    "states",
    "succeeded",
    "sync",
    "unsettled_keys",
]

FAR = timedelta(days=2)
DAY = timedelta(days=1)
_UNKNOWN: dict[str, Any] = {
    **places.UNREAD,
    "status": None,
    "errors": 0,
    "error": "",
    "error_reason": "",
    "failing_since": None,
    "place": None,
    "merged_into": None,
    "moved_to": None,
    "moved_hits": 0,
    "moved_since": None,
    "kind": "",
    "last_count": None,
    "usual_count": None,
    "shrunk": 0,
    "oddities": "",
}
"""What is known of an address before it was ever polled."""
_UNSETTLED = "unsettled keys of "


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """One source as the store knows it."""

    id: str
    url: str
    validators: Validators
    body_hash: str
    due: datetime
    last_poll: datetime | None
    last_success: datetime | None
    baseline: datetime | None
    """When its first document was read; None until then."""
    errors: int
    """Polls that failed since the last one that didn't."""
    error: str
    error_reason: str
    status: int | None
    last_count: int | None
    interval: timedelta | None
    """From the last success to the poll that was due after it."""
    moved_to: str | None
    moved_hits: int
    """How many polls in a row said, by permanent redirects, that it moved to ``moved_to``."""
    polls: int
    place: str | None = None
    """The address that is polled in place of the configured one: a feed that was found, or where it moved for good."""
    merged_into: str | None = None
    """The source that polls the same place; this one rests."""
    host: str = ""
    """The host that is asked, in lower case."""
    moved_since: datetime | None = None
    """When the redirects to ``moved_to`` began."""
    failing_since: datetime | None = None
    """When the first of ``errors`` failed polls was."""
    kind: str = ""
    """What the last document was: rss, atom, rdf, jsonfeed, sitemap, page, json."""
    usual_count: int | None = None
    """How many entries its documents usually have, slowly moving."""
    shrunk: int = 0
    """Documents in a row that were empty or had far fewer entries than usual."""
    oddities: str = ""
    """What was odd about the last document that was read, a line each."""
    told_trouble: str = ""
    """The trouble that the operator was told of and that is not over; "" when well."""
    told_trouble_at: datetime | None = None
    read_at: datetime | None = None
    """When a whole body (status 200) was last fetched; a day later it is asked for without validators once."""

    @property
    def address(self) -> str:
        """The address to ask."""
        return self.place or self.url


_COLUMNS = tuple(
    sources.c[name]
    for name in [
        "id",
        "url",
        "etag",
        "last_modified",
        "body_hash",
        "due",
        "last_poll",
        "last_success",
        "baseline",
        "errors",
        "error",
        "error_reason",
        "status",
        "last_count",
        "interval",
        "moved_to",
        "moved_hits",
        "polls",
        "place",
        "merged_into",
        "host",
        "moved_since",
        "failing_since",
        "kind",
        "usual_count",
        "shrunk",
        "oddities",
        "told_trouble",
        "told_trouble_at",
        "read_at",
    ]
)


def _state(row: Row[Any]) -> SourceState:
    values = row._asdict()
    return SourceState(validators=Validators(values.pop("etag"), values.pop("last_modified")), **values)


def sync(
    conn: Connection, configured: Iterable[Source], now: datetime, *, spread: timedelta = timedelta(0)
) -> None:
    """Bring the table to what is configured.

    New sources are due at once, or evenly over ``spread``. A changed address is due at once and forgets what
    was known of the old one, but stays the same source with the same baseline. Sources with one address are
    polled as one. Those no longer configured or enabled are kept and never claimed.
    """
    listed = [source for source in configured if source.enabled]
    conn.execute(update(sources).values(configured=False))
    if not listed:
        return
    mine = among(sources.c.id, [source.id for source in listed])
    before = select(sources.c.id, sources.c.url, sources.c.asked_as).where(mine)
    known = {row.id: row for row in conn.execute(before)}
    urls = {name: row.url for name, row in known.items()}
    step = spread / len(listed)
    rows = [
        {"id": source.id, "url": source.url, "host": places.host_of(source.url), "due": now + number * step}
        for number, source in enumerate(listed)
        if urls.get(source.id) != source.url
    ]
    if rows:
        statement = insert(sources)
        moved = {"url": statement.excluded.url, "host": statement.excluded.host, "due": now, **_UNKNOWN}
        conn.execute(statement.on_conflict_do_update(index_elements=["id"], set_=moved), rows)
        for row in rows:
            if row["id"] in urls:
                documents.forget(conn, str(row["id"]))
    _read_anew(conn, listed, {name: row.asked_as for name, row in known.items()}, now)
    conn.execute(update(sources).where(mine).values(configured=True))
    # A source given up long ago, or a clock that once ran ahead: a new start is a new try, once a day.
    far = sources.c.due > func.max(at(now + FAR), at(now) + func.coalesce(sources.c.interval, 0))
    gone = (sources.c.status == 410) & (sources.c.last_poll > now - DAY) & (sources.c.last_poll <= now)
    conn.execute(update(sources).where(mine, far, ~func.coalesce(gone, False)).values(due=now))
    places.settle_all(conn, listed, now)


def _read_anew(conn: Connection, listed: Iterable[Source], before: Mapping[str, str], now: datetime) -> None:
    """A source that is read in another way is read anew: that its document did not change says nothing."""
    for source in listed:
        mark = places.asked_as(source)
        if mark == before.get(source.id, ""):
            continue
        values: dict[str, Any] = {"asked_as": mark}
        if source.id in before:
            values |= {**places.UNREAD, "due": now}
        conn.execute(update(sources).where(sources.c.id == source.id).values(values))


def claim_due(
    conn: Connection,
    now: datetime,
    *,
    owner: str,
    lease: timedelta,
    limit: int,
    only: Collection[str] | None = None,
    ignore_due: bool = False,
) -> list[SourceState]:
    """Take the sources that are due, longest due first; nobody else gets them until the lease ends.

    ``only`` narrows it to these ids, ``ignore_due`` takes those that are not due yet as well.
    """
    free: list[ColumnElement[bool]] = [
        sources.c.configured,
        sources.c.merged_into.is_(None),
        or_(sources.c.lease_until.is_(None), sources.c.lease_until <= now),
    ]
    if not ignore_due:
        free.append(sources.c.due <= now)
    if only is not None:
        free.append(among(sources.c.id, only))
    chosen = select(sources.c.id).where(*free).order_by(sources.c.due, sources.c.id).limit(limit)
    claim = update(sources).where(sources.c.id.in_(chosen)).values(lease_owner=owner, lease_until=now + lease)
    rows = conn.execute(claim.returning(*_COLUMNS)).all()
    return sorted(map(_state, rows), key=lambda state: (state.due, state.id))


def release(conn: Connection, source_id: str) -> None:
    """Give a claimed source back unpolled: it is due as before."""
    conn.execute(update(sources).where(sources.c.id == source_id).values(lease_owner=None, lease_until=None))


def free_foreign_leases(conn: Connection, owner: str) -> int:
    """Free what another instance has claimed (at start, when it is known to be gone) and return how many."""
    foreign = (sources.c.lease_owner.is_not(None), sources.c.lease_owner != owner)
    return conn.execute(update(sources).where(*foreign).values(lease_owner=None, lease_until=None)).rowcount


def unsettled_keys(conn: Connection, source_id: str) -> frozenset[str]:
    """Return the marks of the keys that came in place of others at the last poll that was read."""
    return frozenset((meta.get(conn, _UNSETTLED + source_id) or "").split())


def set_unsettled_keys(conn: Connection, source_id: str, marks: Collection[str]) -> None:
    """Store the marks of keys that may be others again at the next poll."""
    if marks or meta.get(conn, _UNSETTLED + source_id):
        meta.set(conn, _UNSETTLED + source_id, " ".join(marks))


def states(conn: Connection) -> dict[str, SourceState]:
    """Return every source that is configured or ever was, by id."""
    return {row.id: _state(row) for row in conn.execute(select(*_COLUMNS))}


def any_unpolled(conn: Connection) -> bool:
    """Tell whether a configured source was never polled; one that rests for another needs no poll."""
    fresh = (sources.c.configured, sources.c.polls == 0, sources.c.merged_into.is_(None))
    return conn.execute(select(sources.c.id).where(*fresh).limit(1)).first() is not None


def next_due(conn: Connection) -> datetime | None:
    """Return when the next configured source is due; a claimed one counts from the end of its lease."""
    moment = func.max(sources.c.due, func.coalesce(sources.c.lease_until, sources.c.due))
    found = select(func.min(moment, type_=sources.c.due.type)).where(
        sources.c.configured, sources.c.merged_into.is_(None)
    )
    return conn.execute(found).scalar()
