"""How a poll ended: what is remembered of it, when the source is due again, and what it means for its host."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, Row, bindparam, func, select, update

from bot.errors import UNREACHED
from bot.model import Document
from bot.store import hosts, places
from bot.store.columns import at
from bot.store.schema import sources

FEW = 5
"""A source that usually has fewer entries is not called shrunk, for it may well have none."""
_ACCEPTED = 50
"""Shrunk documents in a row after which the small number is what is usual."""


def postpone(conn: Connection, source_id: str, until: datetime) -> None:
    """Give a claimed source back: its host asked for a pause, so that it was not polled. That is no error."""
    later = until + crc32(source_id.encode()) % 60 * timedelta(seconds=1)
    row = sources.c.id == source_id
    conn.execute(update(sources).where(row).values(due=func.max(sources.c.due, at(later)), **_FREE))


def found_place(conn: Connection, source_id: str, url: str) -> str | None:
    """Poll the feed that was found at ``url`` in place of the configured address from now on.

    Where another source polls it already, this one rests from now on; that one's id is returned.
    """
    return places.settle_place(conn, source_id, url)


_FREE: dict[str, Any] = {"lease_owner": None, "lease_until": None}
_BEFORE = tuple(
    sources.c[name]
    for name in [
        "url",
        "place",
        "host",
        "due",
        "errors",
        "failing_since",
        "interval",
        "moved_to",
        "moved_hits",
        "moved_since",
        "usual_count",
        "shrunk",
        "last_count",
        "baseline",
        "polls",
    ]
)
# Made once: every poll runs these two, and putting them together takes longer than running them.
_STATE = select(*_BEFORE, hosts.failing_beside(sources).label("failing")).where(
    sources.c.id == bindparam("source")
)
_CHANGE = update(sources).where(sources.c.id == bindparam("source"))


def _before(conn: Connection, source_id: str) -> Any:
    """Return what is known of a source, a row of ``_STATE``; None where there is none."""
    return conn.execute(_STATE, {"source": source_id}).first()


def _not_in_rest(conn: Connection, before: Row[Any], due: datetime, now: datetime) -> datetime:
    """Return ``due``, or the later time to which the host's pause moved the source while it was polled."""
    if before.due <= now:
        return due
    until = hosts.rests_until(conn, before.host)
    return max(due, before.due) if until is not None and until > now else due


def succeeded(
    conn: Connection,
    source_id: str,
    now: datetime,
    *,
    due: datetime,
    document: Document | None,
    count: int | None,
    baseline: bool,
    parsed_kind: str = "",
    oddities: Sequence[str] | None = None,
) -> None:
    """Record a poll that went well, also one that found nothing new; frees the claim.

    ``count`` is the number of entries the document had (None: it wasn't parsed), ``parsed_kind`` what it was,
    ``oddities`` what was odd about it, a line each (None: as before). ``baseline`` is True when this was the
    source's first parse; an earlier baseline stays. A permanent move that has proved stable takes effect, and
    the other sources of a host that answers again are due.
    """
    before = _before(conn, source_id)
    if before is None:
        return
    values: dict[str, Any] = {
        "due": _not_in_rest(conn, before, due, now),
        "last_poll": now,
        "last_success": now,
        "interval": due - now,
        "errors": 0,
        "error": "",
        "error_reason": "",
        "failing_since": None,
        "polls": before.polls + 1,
        **_FREE,
    }
    if count is not None:
        values |= {"last_count": count, **_shape(before, count)}
    elif before.shrunk:
        values["shrunk"] = min(before.shrunk + 1, _ACCEPTED)  # unchanged, so as small as before
    if parsed_kind:
        values["kind"] = parsed_kind
    if oddities is not None:
        values["oddities"] = "\n".join(dict.fromkeys(" ".join(line.split()) for line in oddities))
    if baseline:
        values["baseline"] = before.baseline or now
    broken = before.failing >= hosts.BROKEN and hosts.is_broken(conn, before.host)
    move = places.Move()
    if document is not None:
        known = places.Move(before.moved_to, before.moved_hits, before.moved_since)
        move = places.moved(known, document.moved_to, before.place or before.url, now)
        values |= _from_document(document, now)
        values |= {"moved_to": move.to, "moved_hits": move.hits, "moved_since": move.since}
    conn.execute(_CHANGE, {"source": source_id, **values})
    if move.settled(now) and (before.last_count if count is None else count):
        places.settle_place(conn, source_id, move.to)
    if broken:
        hosts.free(conn, before.host, now)


def _shape(before: Row[Any], count: int) -> dict[str, Any]:
    """Return what a count of entries says: how many are usual, and for how long there are far fewer."""
    usual = before.usual_count
    if usual is None:
        return {"usual_count": count, "shrunk": 0}
    if usual >= FEW and count < max(1, usual / 5):
        if before.shrunk + 1 < _ACCEPTED:
            return {"shrunk": before.shrunk + 1}
        return {"usual_count": count, "shrunk": 0}
    return {"usual_count": round(usual + (count - usual) / 8), "shrunk": 0}


def _from_document(document: Document, now: datetime) -> dict[str, Any]:
    validators = document.validators
    values: dict[str, Any] = {"status": document.status}
    if not document.complete:  # a body cut short must be asked for again
        return values | {"etag": None, "last_modified": None, "body_hash": ""}
    told = {
        "etag": validators.etag,
        "last_modified": validators.last_modified,
        "body_hash": document.body_hash,
    }
    if document.status == 304:  # it need not repeat its validators
        return values | {name: new for name, new in told.items() if new}
    return values | told | {"read_at": now}


def failed(
    conn: Connection,
    source_id: str,
    now: datetime,
    *,
    due: datetime,
    reason: str,
    message: str,
    status: int | None,
    host_until: datetime | None = None,
    host: str = "",
) -> None:
    """Record a poll that failed; validators and baseline stay, the claim is freed.

    ``host_until`` is the end of the pause that the host asked for: no source of it is due before. ``host`` is
    the one that asked, where a redirect led to it; "" means the source's own. A host that fails three sources
    in a row is tried with one at a time, a place that is gone is given up for the configured address, and
    while nobody can be reached the waits don't grow.
    """
    before = _before(conn, source_id)
    if before is None:
        return
    errors, since = before.errors + 1, before.failing_since or now
    gone = places.is_lost(reason, status, errors, now - since)
    lost = gone and before.place is not None
    silent = reason in UNREACHED and errors > 1
    offline = silent and hosts.offline(conn, since)
    if lost:
        due = now
    elif offline:
        due = min(due, now + (before.interval or timedelta(minutes=5)))
    due = _not_in_rest(conn, before, due, now)
    values: dict[str, Any] = {
        "due": due if host_until is None or host not in ("", before.host) else max(due, host_until),
        "last_poll": now,
        "errors": errors,
        "error": message,
        "error_reason": reason,
        "failing_since": since,
        "status": status,
        "polls": sources.c.polls + 1,
        **_FREE,
    }
    conn.execute(update(sources).where(sources.c.id == source_id).values(values))
    if lost:
        _give_up_place(conn, source_id)
    if gone:
        places.free_merged(conn, source_id, now)
    if host_until is not None:
        hosts.rest(conn, host or before.host, host_until)
    elif hosts.breaks(reason, status):
        hosts.hold(conn, before.host, now, offline=offline)


def _give_up_place(conn: Connection, source_id: str) -> None:
    places.settle_place(conn, source_id, None)
    conn.execute(update(sources).where(sources.c.id == source_id).values(**places.UNREAD))
