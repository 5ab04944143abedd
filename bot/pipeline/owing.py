"""Write a judgement down: matches, verdicts, what is owed, what counts as told, what waits for a digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.model import DeliveryKind, Judgement, Order
from bot.route.telling import edit_due
from bot.store import alerts, deliveries, digests, matches


def keep(conn: Connection, judgement: Judgement, watchlist_version: str, now: datetime) -> None:
    """Save one judgement; called inside the poll's transaction."""
    matches.save(conn, judgement.matches, watchlist_version, now)
    matches.save_verdicts(conn, judgement.verdicts, watchlist_version, now)
    for told in judgement.told:
        alerts.save_told(conn, told)
    for order in judgement.orders:
        owe(conn, order, now)
        if order.kind is DeliveryKind.ALERT:
            digests.drop(conn, order.receiver, order.story)
    for waiting in judgement.waiting:
        digests.collect(conn, waiting.receiver, waiting.story, waiting.score, waiting.reason, now)


def owe(conn: Connection, order: Order, now: datetime) -> None:
    """Put one order into the outbox; an order that is there already may only come sooner."""
    key = delivery_key(order.story, order.receiver, order.kind, order.revision)
    payload = payload_of(order)
    if order.kind is DeliveryKind.EDIT:
        deliveries.owe_edit(
            conn,
            story=order.story,
            receiver=order.receiver,
            revision=order.revision,
            due=_edit_due(conn, order, now),
            score=order.score,
            payload=payload,
            now=now,
        )
        return
    fresh = deliveries.owe(
        conn,
        key=key,
        story=order.story,
        receiver=order.receiver,
        kind=order.kind,
        revision=order.revision,
        due=order.due,
        score=order.score,
        payload=payload,
        now=now,
    )
    if not fresh:
        deliveries.hasten(conn, key, order.due)


def payload_of(order: Order) -> dict[str, object]:
    """Return what is kept with a delivery, so that its message can be made when it is sent."""
    return {
        "reason": order.reason.value,
        "watches": list(order.watches),
        "events": list(order.events),
        "entry": order.entry,
        **order.detail,
    }


def delivery_key(story: str, receiver: str, kind: DeliveryKind, revision: int) -> str:
    """The unique key of a delivery: it can be owed only once, for ever."""
    return f"{story}|{receiver}|{kind.value}|{revision}"


def _edit_due(conn: Connection, order: Order, now: datetime) -> datetime:
    message = alerts.message_of(conn, order.story, order.receiver)
    return edit_due(message.last_edit if message else None, now)
