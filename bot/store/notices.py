"""The messages that told receivers of a source's trouble, so that its end can be a reply to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from bot.store.schema import deliveries, notices


@dataclass(frozen=True, slots=True)
class NoticeRef:
    """One such message as the chat service knows it, and when it was sent."""

    channel: str
    chat: str
    message_id: str
    at: datetime


def keep(
    conn: Connection,
    delivery: int,
    receiver: str,
    about: Iterable[str],
    *,
    channel: str,
    chat: str,
    message_id: str,
) -> None:
    """Remember the message that a sent delivery became, for each of the sources whose trouble it tells."""
    at = conn.execute(select(deliveries.c.ended_at).where(deliveries.c.id == delivery)).scalar()
    if at is None:
        return
    what = {"channel": channel, "chat": chat, "message_id": message_id, "at": at}
    for source in about:
        row = insert(notices).values(source=source, receiver=receiver, **what)
        conn.execute(row.on_conflict_do_update(index_elements=["source", "receiver"], set_=what))


def latest(conn: Connection, source: str, receiver: str) -> NoticeRef | None:
    """Return the message that last told a receiver of a source's trouble."""
    found = select(notices.c.channel, notices.c.chat, notices.c.message_id, notices.c.at).where(
        notices.c.source == source, notices.c.receiver == receiver
    )
    row = conn.execute(found).first()
    return None if row is None else NoticeRef(*row)


def key_of(receiver: str, about: str, what: str, now: datetime) -> str:
    """Return the key under which a notice is owed."""
    return f"{_key(receiver, about, what)}{now.isoformat()}"


def row_told(conn: Connection, source: str, receiver: str, told: NoticeRef) -> Mapping[str, Any] | None:
    """Return what a message said of this source alone; None when it told of many, or is forgotten."""
    key = _key(receiver, "trouble", source)
    found = select(deliveries.c.payload).where(
        deliveries.c.key.between(key, key + "\U0010ffff"), deliveries.c.ended_at == told.at
    )
    payload = conn.execute(found).scalar()
    rows = payload["rows"] if payload else []
    return rows[0] if len(rows) == 1 else None


def _key(receiver: str, about: str, what: str) -> str:
    return f"notice|{receiver}|{about} {what} "
