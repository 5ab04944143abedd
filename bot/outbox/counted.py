"""Count how attempts to send ended, and how long alerts took."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot import metrics
from bot.model import Delivery, DeliveryKind, Outcome, Receiver
from bot.store import speeds

DEAD = "dead"


def attempt(delivery: Delivery, receiver: Receiver, outcome: Outcome | str) -> None:
    """One attempt ended; ``dead`` when it was the last."""
    kind = delivery.kind.value
    metrics.count("deliveries_total", channel=receiver.via, kind=kind, outcome=str(outcome))


def alert_arrived(conn: Connection, delivery: Delivery, now: datetime) -> None:
    """Note how long an alert took; called where its arrival is written down."""
    if delivery.kind is not DeliveryKind.ALERT:
        return
    telling = speeds.of_alert(conn, delivery.id, now)
    if telling is None:
        return
    metrics.observe("told_after_read_seconds", telling.since_read.total_seconds())
    if telling.since_published is not None:
        metrics.observe("told_seconds", telling.since_published.total_seconds())
