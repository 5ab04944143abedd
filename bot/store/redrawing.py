"""An alert that must look different although no report came: what it shows is read anew when it is sent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.store import alerts, deliveries

LATELY = timedelta(days=7)
"""An older alert is read by nobody."""


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


def owe_redraws(conn: Connection, watch: str, receivers: Collection[str], now: datetime) -> int:
    """Owe an edit of every alert of the last seven days that told these receivers of a watch; return how many.

    One that shows the same as before is left as it is when its turn comes.
    """
    told = alerts.told_at_once(conn, now - LATELY)
    mine = [each for each in told if each.receiver in receivers and watch in each.watches]
    return sum(owe_redraw(conn, each.story, each.receiver, now) for each in mine)
