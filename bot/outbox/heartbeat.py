"""What the daily sign of life says: from what holds when it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bot.model import Message, Receiver
from bot.render.heartbeat import HeartbeatView, heartbeat
from bot.render.times import Clock
from bot.store import deliveries, entries, health, meta, pulse
from bot.store.backups import LAST


def sign_of_life(
    conn: Connection, payload: Mapping[str, object], receiver: Receiver, now: datetime, *, buttons: bool
) -> Message | None:
    """Return the message, or None where its day is over: then the next one says all that it would have said."""
    if now > datetime.fromisoformat(str(payload["until"])):
        return None
    today = Clock.of(receiver, now).local(now).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    yesterday = today - timedelta(days=1)
    polled = health.polled(conn)
    owed = [each for each in deliveries.owed(conn) if each.oldest_due < now - timedelta(minutes=1)]
    view = HeartbeatView(
        reader=receiver,
        now=now,
        started=_moment(conn, "started") or now,
        sources=polled.count,
        failing=polled.failing,
        entries=sum(entries.volume(conn, now - timedelta(days=1)).values()),
        told=pulse.told_between(conn, yesterday.astimezone(UTC), today.astimezone(UTC)),
        owed=sum(each.count for each in owed),
        oldest_owed=min((each.oldest_due for each in owed), default=None),
        dead=sum(each.at > now - timedelta(days=1) for each in deliveries.dead_letters(conn)),
        backup=_moment(conn, LAST),
        buttons=buttons,
    )
    return heartbeat(view)


def _moment(conn: Connection, key: str) -> datetime | None:
    stored = meta.get(conn, key)
    return datetime.fromisoformat(stored) if stored else None
