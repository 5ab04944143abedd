"""The first message in a new chat: owed once per receiver, silently."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.model import DeliveryKind, Settings
from bot.store import deliveries, meta


def are_waiting(conn: Connection, settings: Settings) -> bool:
    """Tell whether a receiver never had a greeting."""
    return any(meta.get(conn, f"greeted {name}") is None for name in settings.receivers)


def owe_greetings(conn: Connection, settings: Settings, now: datetime) -> int:
    """Owe a greeting to every receiver that never had one; return how many."""
    owed = 0
    for receiver in settings.receivers.values():
        mark = f"greeted {receiver.id}"
        if meta.get(conn, mark):
            continue
        meta.set(conn, mark, now.isoformat())
        owed += deliveries.owe(
            conn,
            key=f"greeting|{receiver.id}",
            story="",
            receiver=receiver.id,
            kind=DeliveryKind.GREETING,
            revision=0,
            due=now,
            score=0,
            payload={},
            now=now,
        )
    return owed
