"""Which report an alert leads with, and which of its reports was corrected: kept with what was owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.model import DeliveryKind
from bot.store.schema import deliveries


@dataclass(frozen=True, slots=True)
class Corrected:
    """The report whose headline was corrected last, and when a receiver was told so."""

    entry: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rang:
    """The entry that made an alert ring, and the one it led with where that was not simply the first."""

    entry: str = ""
    lead: str = ""


def rang(conn: Connection, story: str, receiver: str) -> Rang:
    """Return what made an alert ring; empty where none was owed."""
    row = _latest(conn, story, receiver, DeliveryKind.ALERT)
    if row is None:
        return Rang()
    return Rang(str(row.payload.get("entry") or ""), str(row.payload.get("lead") or ""))


def keep_lead(conn: Connection, delivery: int, lead: str) -> None:
    """Note which entry an alert led with when it was sent: later edits lead with it too."""
    mine = deliveries.c.id == delivery
    payload = conn.execute(select(deliveries.c.payload).where(mine)).scalar_one()
    conn.execute(update(deliveries).where(mine).values(payload={**payload, "lead": lead}))


def corrected(conn: Connection, story: str, receiver: str) -> Corrected | None:
    """Return the last correction that a receiver was owed of a story; its alert's foot says so."""
    row = _latest(conn, story, receiver, DeliveryKind.CORRECTION)
    return None if row is None else Corrected(str(row.payload.get("entry") or ""), row.at)


def _latest(conn: Connection, story: str, receiver: str, kind: DeliveryKind) -> Row[Any, Any] | None:
    found = select(deliveries.c.payload, deliveries.c.at).where(
        deliveries.c.story == story, deliveries.c.receiver == receiver, deliveries.c.kind == kind.value
    )
    return conn.execute(found.order_by(deliveries.c.id.desc()).limit(1)).first()
