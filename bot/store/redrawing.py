"""An alert that must look different although no report came: what it shows is read anew when it is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.store import alerts, deliveries


def owe_redraw(conn: Connection, story: str, receiver: str, now: datetime) -> bool:
    """Owe an edit of the alert that told a receiver of a story, due at once; False where none was sent."""
    told = alerts.told_of(conn, story).get(receiver)
    if told is None or told.digest or told.pending or alerts.message_of(conn, story, receiver) is None:
        return False
    revision = told.revision + 1
    alerts.save_told(conn, replace(told, revision=revision))
    return deliveries.owe_edit(
        conn,
        story=told.story,
        receiver=receiver,
        revision=revision,
        due=now,
        score=told.score,
        payload={},
        now=now,
    )
