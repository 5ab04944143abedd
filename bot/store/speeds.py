"""How long news took: from when a source published a report, and from when it was read, to when it was told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot.model import DeliveryKind, Reason
from bot.store.columns import among
from bot.store.deliveries import SENT
from bot.store.schema import deliveries, entries

MOST = 20_000
"""Alerts that are looked at, the latest first."""
_HELD = frozenset({Reason.QUIET_HOURS.value, Reason.OVER_BUDGET.value})
_AHEAD = timedelta(minutes=10)
"""A feed's clock may run so far ahead of ours; what is dated later has no believable time."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One alert that was sent: the source of the report that made it ring, and when that was what."""

    source: str
    source_name: str
    watches: tuple[str, ...]
    published: datetime | None
    """None where the feed gave no time to be believed."""
    read: datetime
    told: datetime

    @property
    def since_published(self) -> timedelta | None:
        """From published to told; never negative."""
        return None if self.published is None else max(timedelta(0), self.told - self.published)

    @property
    def since_read(self) -> timedelta:
        """From read to told."""
        return max(timedelta(0), self.told - self.read)


def tellings(conn: Connection, since: datetime, receivers: Iterable[str] | None = None) -> list[Telling]:
    """Return the alerts that were sent since then to these receivers, or to all; the latest first.

    What quiet hours or a limit held back on purpose, and what was dated long before it could be read, says
    nothing of how quick the bot is: it is left out.
    """
    entry = func.json_extract(deliveries.c.payload, "$.entry")
    found = (
        select(*_COLUMNS)
        .join(entries, entries.c.id == entry)
        # Nothing is sent before it is due: so the index of states finds the few rows.
        .where(deliveries.c.state == SENT, deliveries.c.due >= since, deliveries.c.ended_at >= since)
        .where(deliveries.c.kind == DeliveryKind.ALERT.value)
        .where(func.json_extract(deliveries.c.payload, "$.reason").not_in(_HELD), ~entries.c.late)
        .order_by(deliveries.c.due.desc())
        .limit(MOST)
    )
    if receivers is not None:
        found = found.where(among(deliveries.c.receiver, receivers))
    return [_telling(row) for row in conn.execute(found)]


def of_alert(conn: Connection, delivery: int, told: datetime) -> Telling | None:
    """Return how long the alert of this delivery took; None where it says nothing, as above."""
    entry = func.json_extract(deliveries.c.payload, "$.entry")
    found = select(*_COLUMNS).join(entries, entries.c.id == entry).where(deliveries.c.id == delivery)
    timely = found.where(func.json_extract(deliveries.c.payload, "$.reason").not_in(_HELD), ~entries.c.late)
    row = conn.execute(timely).first()
    return None if row is None else _telling(row, told)


_COLUMNS: tuple[Any, ...] = (
    entries.c.source,
    entries.c.source_name,
    func.json_extract(deliveries.c.payload, "$.watches").label("watches"),
    entries.c.published,
    entries.c.first_seen,
    deliveries.c.ended_at,
)


def _telling(row: Row[Any], told: datetime | None = None) -> Telling:
    published = row.published
    believed = published is not None and published - row.first_seen <= _AHEAD
    return Telling(
        source=row.source,
        source_name=row.source_name,
        watches=tuple(json.loads(row.watches or "[]")),
        published=published if believed else None,
        read=row.first_seen,
        told=told or row.ended_at,
    )
