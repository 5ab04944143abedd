"""Where a source really is: permanent moves, the feed found for a site, and sources that turn out to be one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, select, update

from bot.model import Source
from bot.store.columns import among
from bot.store.schema import sources

HITS = 3
STABLE = timedelta(hours=24)
"""A permanent redirect is believed after as many polls, over as long a time, that led to one place."""
TRIES = 3
"""Failures in a row after which a place is given up for the configured address."""
_GONE = frozenset({"not_a_feed", "web_page"})
_FEEDS = frozenset({"rss", "atom", "rdf", "jsonfeed", "sitemap", "sitemapindex"})
UNREAD: Mapping[str, Any] = {"etag": None, "last_modified": None, "body_hash": "", "read_at": None}
"""What is known of a document that was never fetched: it is asked for in full."""
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Move:
    """Where permanent redirects lead, how many polls said so, and since when; all empty without any."""

    to: str | None = None
    hits: int = 0
    since: datetime | None = None

    def settled(self, now: datetime) -> bool:
        """Tell whether the move is for good: seen at 3 polls or more, over 24 hours or more."""
        return (
            self.to is not None
            and self.hits >= HITS
            and self.since is not None
            and now - self.since >= STABLE
        )


def _parts(url: str) -> tuple[str, str, str] | None:
    """Return scheme, host (with a port that is not the usual one) and the rest; None for what is no address."""
    try:
        parts = urlsplit(url.strip())
        scheme, name, port = parts.scheme.lower(), (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    host = f"[{name}]" if ":" in name else name
    if port is not None and port != _PORTS.get(scheme):
        host += f":{port}"
    return scheme, host, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def host_of(url: str) -> str:
    """Return the host that is asked for an address, in lower case, with its port where that is unusual."""
    parts = _parts(url)
    return parts[1] if parts else ""


def same_place(url: str) -> str:
    """Return an address in the form in which two are compared: case of host, usual port and fragment don't count."""
    parts = _parts(url)
    return "{}://{}{}".format(*parts) if parts else url


def moved(before: Move, seen: str | None, address: str, now: datetime) -> Move:
    """Return what is known of a move after a poll of ``address`` that permanent redirects led to ``seen``."""
    if seen is None or same_place(seen) == same_place(address):
        return Move()
    if seen != before.to:
        return Move(seen, 1, now)
    return Move(seen, before.hits + 1, before.since or now)


def is_lost(reason: str, status: int | None, errors: int, failing: timedelta) -> bool:
    """Tell whether a place is given up after ``errors`` failures in a row over this time, the last one being this.

    A host that no name server knows may be back when the line is: it is believed to be gone after a day.
    """
    if status == 410 or errors < TRIES:
        return status == 410
    return status == 404 or reason in _GONE or (reason == "dns" and failing >= STABLE)


def settle_place(conn: Connection, source_id: str, url: str | None) -> str | None:
    """Poll ``url`` in place of the configured address from now on (None: the configured one again).

    Where another source polls that address already, this one is merged into it and rests; its id is returned.
    """
    known = select(*_POLLED).where(sources.c.id == source_id)
    row = conn.execute(known).first()
    if row is None:
        return None
    place = url if url is not None and same_place(url) != same_place(row.url) else None
    address = place or row.url
    into = _poller_of(conn, row, address) if place is not None else None
    conn.execute(
        update(sources)
        .where(sources.c.id == source_id)
        .values(
            place=place,
            host=host_of(address),
            merged_into=into,
            moved_to=None,
            moved_hits=0,
            moved_since=None,
        )
    )
    return into


_POLLED = [sources.c[name] for name in ("id", "url", "kind", "asked_as", "interval")]


def _poller_of(conn: Connection, row: Any, address: str) -> str | None:
    """Return the source that polls an address already, in the same way, as often, and with success."""
    if row.kind not in _FEEDS:
        return None
    wanted = same_place(address)
    others = select(sources.c.id, sources.c.url, sources.c.place).where(
        sources.c.host == host_of(address),
        sources.c.id != row.id,
        sources.c.asked_as == row.asked_as,
        sources.c.errors == 0,
        sources.c.configured,
        sources.c.merged_into.is_(None),
        sources.c.kind.in_(_FEEDS),
    )
    if row.interval is not None:  # a source keeps its own pace: it does not rest for a slower one
        others = others.where(sources.c.interval <= row.interval)
    for other in conn.execute(others.order_by(sources.c.id)):
        if same_place(other.place or other.url) == wanted:
            return str(other.id)
    return None


def free_merged(conn: Connection, source_id: str, now: datetime) -> None:
    """A source lost its place: those merged into it that came from elsewhere are polled themselves again."""
    row = conn.execute(select(sources.c.url).where(sources.c.id == source_id)).first()
    merged = select(sources.c.id, sources.c.url).where(sources.c.merged_into == source_id)
    for other in conn.execute(merged).all():
        if row is not None and same_place(other.url) == same_place(row.url):
            continue
        values = {"merged_into": None, "place": None, "host": host_of(other.url), "due": now}
        conn.execute(update(sources).where(sources.c.id == other.id).values(**UNREAD, **values))


def settle_all(conn: Connection, configured: Iterable[Source], now: datetime) -> None:
    """Bring hosts and merges to what is configured: of the sources at one address one is polled, the others rest.

    It is the one whose configured address that is, else the first. Pages and lists that differ in their
    selectors, or sources with headers of their own, are not the same. Who no longer has a partner is due now.
    """
    listed = [source for source in configured if source.enabled]
    mine = among(sources.c.id, [source.id for source in listed])
    known = {row.id: row for row in conn.execute(select(*_PLACES).where(mine))}
    asked = {name: _parts(row.place or row.url) for name, row in known.items()}
    groups: dict[tuple[object, ...], list[str]] = {}
    for source in listed:
        address = asked[source.id] or known[source.id].url
        groups.setdefault((address, *_traits(source)), []).append(source.id)
    for members in groups.values():
        head = min(members, key=lambda one: known[one].place is not None)
        for one in members:
            parts = asked[one]
            change = _change(known[one], parts[1] if parts else "", None if one == head else head, now)
            if change:
                conn.execute(update(sources).where(sources.c.id == one).values(**change))


_PLACES = [sources.c[name] for name in ("id", "url", "place", "merged_into", "host")]


def asked_as(source: Source) -> str:
    """Return a mark of how a source is read beside its address: under another one it is read anew."""
    if source.kind == "auto" and not source.selectors and not source.headers_env:
        return ""
    told = repr((source.kind, sorted(source.selectors.items()), sorted(source.headers_env.items())))
    return blake2b(told.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _traits(source: Source) -> tuple[object, ...]:
    kind = source.kind if source.kind in ("page", "json") or source.selectors else ""
    if not (kind or source.selectors or source.headers_env):
        return ()
    return kind, _frozen(source.selectors), _frozen(source.headers_env)


def _frozen(values: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset(values.items())


def _change(row: Any, host: str, into: str | None, now: datetime) -> dict[str, Any]:
    """Return the columns of a source that are not as they should be; empty when all is right."""
    changed: dict[str, Any] = {}
    if row.host != host:
        changed["host"] = host
    if row.merged_into != into:
        changed["merged_into"] = into
        if into is None:
            changed["due"] = now
    return changed
