"""How much news there is of a watch, beside its habit, and who was told of a spike of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, func, or_, select, type_coerce

from bot.model import DeliveryKind, Spike
from bot.route.spike import (
    COOL_DOWN,
    FEWEST,
    HABIT,
    LOWEST,
    WINDOW,
    Volume,
    Volumes,
    begins,
    volume,
)
from bot.store import alerts
from bot.store.columns import EPOCH
from bot.store.deliveries import CANCELLED, DEAD, OWED, SENDING, SENT
from bot.store.roots import root_or_self
from bot.store.schema import alerts as alert_rows
from bot.store.schema import deliveries, entries, matches, stories

_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1) // _MICROSECOND
_WINDOW = WINDOW // _MICROSECOND
_SPIKE = func.json_extract(deliveries.c.payload, "$.spike")


@dataclass(frozen=True, slots=True)
class Opened:
    """A story that counts for a watch, and when it opened."""

    watch: str
    story: str
    at: datetime


def around(
    conn: Connection, story: str, watches: Collection[str], receivers: Collection[str], now: datetime
) -> Volumes:
    """Return the volumes of these watches beside ``story``, and who knows of those that are spikes.

    Watches with fewer stories in the window than any spike has are left out.
    """
    found = {
        watch: _volume(conn, watch, story, recent, now)
        for watch, recent in _recent(conn, story, watches, now).items()
        if recent + 1 >= FEWEST
    }
    if not any(each.is_spike for each in found.values()):
        return Volumes(of=found)
    return Volumes(
        of=found,
        spiked=spiked_since(conn, now - COOL_DOWN, besides=story),
        heard=_heard(conn, receivers, now - WINDOW),
    )


def spikes_of(conn: Connection, story_id: str) -> dict[str, Spike]:
    """Return the spikes that made a story ring below a route's threshold, by receiver.

    Of two alerts on what turned out to be one story, the older one counts: it is the one that lives on.
    """
    root = root_or_self(conn, story_id)
    same = select(stories.c.id).where(stories.c.merged_into == root)
    found = (
        select(deliveries.c.receiver, deliveries.c.payload)
        .where(or_(deliveries.c.story == root, deliveries.c.story.in_(same)))
        .where(deliveries.c.kind == DeliveryKind.ALERT.value, deliveries.c.state != CANCELLED)
        .order_by(deliveries.c.ended_at.is_(None), deliveries.c.ended_at, deliveries.c.id)
    )
    first: dict[str, Spike | None] = {}
    for row in conn.execute(found):
        first.setdefault(row.receiver, Spike.of(row.payload))
    return {receiver: spike for receiver, spike in first.items() if spike is not None}


def spiked_since(
    conn: Connection, since: datetime, *, besides: str = "", until: datetime | None = None
) -> dict[tuple[str, str], datetime]:
    """Return when each (receiver, watch) was last owed a spike after ``since``; that of one story left out."""
    # Nothing is due before it is owed: so the index of what is due finds the few rows.
    found = select(deliveries.c.receiver, _SPIKE.label("watch"), deliveries.c.at).where(
        deliveries.c.state.in_([OWED, SENDING, SENT, DEAD]),
        deliveries.c.due > since,
        deliveries.c.at > since,
        deliveries.c.kind == DeliveryKind.ALERT.value,
        deliveries.c.story != besides,
        _SPIKE.is_not(None),
    )
    if until is not None:
        found = found.where(deliveries.c.at < until)
    rows = conn.execute(found.order_by(deliveries.c.at))
    return {(row.receiver, row.watch): row.at for row in rows}


def opened_before(conn: Connection, before: datetime) -> Iterator[Opened]:
    """Yield the notable stories that the habits of a moment are made of, each with a watch that it counts for."""
    counted = _counted(matches.c.watch, matches.c.story, stories.c.opened)
    lately = counted.where(stories.c.opened >= before - HABIT, stories.c.opened < before, _notable())
    for row in conn.execute(lately):
        yield Opened(row.watch, row.story, row.opened)


def known_since(conn: Connection, watch: str, now: datetime) -> datetime | None:
    """Return when the first story that matched a watch opened, or any before its habit begins; None: none did."""
    mine = _counted(stories.c.opened).where(matches.c.watch == watch)
    older = conn.execute(mine.where(stories.c.opened <= now - HABIT).limit(1)).scalar()
    return older or conn.execute(mine.order_by(stories.c.opened).limit(1)).scalar()


def archive_began(conn: Connection) -> datetime | None:
    """Return when the oldest entry that is stored was read; None in an empty store."""
    return conn.execute(select(entries.c.first_seen).order_by(entries.c.seq).limit(1)).scalar()


def _recent(conn: Connection, story: str, watches: Collection[str], now: datetime) -> Counter[str]:
    """Count the notable stories that opened in the window, by watch."""
    # Only the hours narrow this one down: by any other index SQLite would go through all that ever matched.
    lately = _counted(matches.c.watch).where(stories.c.opened >= now - WINDOW, stories.c.id != story)
    found = conn.execute(lately.where(matches.c.subject, matches.c.score + 0 >= int(LOWEST))).scalars()
    return Counter(watch for watch in found if watch in watches)


def _volume(conn: Connection, watch: str, story: str, recent: int, now: datetime) -> Volume:
    began = begins(known_since(conn, watch, now) or now, archive_began(conn) or now, now)
    age = _micros(now) - _number(stories.c.opened)
    same_hours = func.count().filter(age % _DAY < _WINDOW)
    found = _counted(func.count(), same_hours).where(
        matches.c.watch == watch,
        _notable(),
        stories.c.id != story,
        stories.c.opened >= began,
        stories.c.opened < now - WINDOW,
    )
    earlier, same = conn.execute(found).one()
    return volume(recent=recent, earlier=earlier, same_hours=same, began=began, now=now)


def _heard(conn: Connection, receivers: Collection[str], since: datetime) -> Counter[tuple[str, str]]:
    """Count the stories told at once since then, by receiver and watch."""
    heard: Counter[tuple[str, str]] = Counter()
    for receiver in receivers:
        found = select(alert_rows.c.watches).where(*alerts.rang(receiver, since))
        heard.update((receiver, watch) for row in conn.execute(found) for watch in row.watches)
    return heard


def _counted(*columns: ColumnElement[Any]) -> Select[Any]:
    """Matches of stories whose first entry says when it was news: see ``is_news_of_its_day``."""
    any_of = entries.alias()
    first = select(func.min(any_of.c.seq)).where(any_of.c.story == stories.c.id).scalar_subquery()
    seen, before = entries.c.first_seen, entries.c.polled_before
    close = or_(before.is_(None), _number(seen) - _number(before) <= _WINDOW)
    return (
        select(*columns)
        .select_from(matches)
        .join(stories, stories.c.id == matches.c.story)
        .join(entries, entries.c.seq == first)
        .where(~entries.c.baseline, ~entries.c.late, or_(entries.c.time != seen, close))
    )


def _notable() -> ColumnElement[bool]:
    return matches.c.subject & (matches.c.score >= int(LOWEST))


def _number(column: ColumnElement[Any]) -> ColumnElement[int]:
    return type_coerce(column, BigInteger())


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // _MICROSECOND
