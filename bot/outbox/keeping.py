"""Notices about the bot's own memory and disk: owed to the operator, and made when they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.model import Message, Receiver, Settings
from bot.outbox.operators import operators, owe_notice
from bot.render.keeping import MemoryView, backup_failed, disk_was_full, memory_lost
from bot.store import notices
from bot.store.restoring import Loss

MEMORY, BACKUP, ROOM = ABOUT = ("memory lost", "backup failed", "disk was full")


def owe_memory_lost(conn: Connection, settings: Settings, loss: Loss, now: datetime) -> int:
    """Owe that memory was lost and what took its place; return to how many receivers."""
    folder = "/".join(loss.aside.split("/")[-2:])
    what = {"kind": loss.kind, "found": loss.found, "copied": loss.copied, "aside": folder}
    return _owe(conn, settings, MEMORY, what, now)


def owe_backup_failed(
    conn: Connection, settings: Settings, why: str, last: datetime | None, now: datetime
) -> int:
    """Owe that the database can't be copied; return to how many receivers."""
    what = {"why": why, "last": last.isoformat() if last else ""}
    return _owe(conn, settings, BACKUP, what, now)


def owe_disk_was_full(conn: Connection, settings: Settings, since: datetime, now: datetime) -> int:
    """Owe that the disk was full, and isn't any more; return to how many receivers."""
    return _owe(conn, settings, ROOM, {"since": since.isoformat(), "until": now.isoformat()}, now)


def notice(payload: Mapping[str, object], receiver: Receiver, now: datetime) -> Message:
    """Return the message of such a notice."""
    about = payload["about"]
    if about == BACKUP:
        return backup_failed(receiver, now, str(payload["why"]), _moment(payload, "last"))
    if about == ROOM:
        return disk_was_full(
            receiver, now, _moment(payload, "since") or now, _moment(payload, "until") or now
        )
    view = MemoryView(
        reader=receiver,
        now=now,
        kind=str(payload["kind"]),
        found=_moment(payload, "found") or now,
        copied=_moment(payload, "copied"),
        aside=str(payload["aside"]),
    )
    return memory_lost(view)


def _owe(conn: Connection, settings: Settings, about: str, what: Mapping[str, object], now: datetime) -> int:
    return sum(
        owe_notice(conn, receiver, notices.key_of(receiver.id, about, "", now), about, what, now)
        for receiver in operators(settings)
    )


def _moment(payload: Mapping[str, object], name: str) -> datetime | None:
    value = payload.get(name)
    return datetime.fromisoformat(str(value)) if value else None
