"""What buttons stand for, by a nonce: those that change something work once, those that list until they expire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.store.schema import buttons


def offer(conn: Connection, nonce: str, payload: Mapping[str, object], expires: datetime) -> None:
    """Remember what a button does; ``nonce`` is what stands in the message, unguessable and new."""
    conn.execute(insert(buttons).values(nonce=nonce, payload=dict(payload), expires=expires))


def look(conn: Connection, nonce: str, now: datetime) -> dict[str, Any] | None:
    """Return what the button does, without pressing it; None when it was pressed, expired or is unknown."""
    live = (buttons.c.nonce == nonce, buttons.c.pressed.is_(None), buttons.c.expires > now)
    row = conn.execute(select(buttons.c.payload).where(*live)).first()
    return None if row is None else dict(row.payload)


def press(conn: Connection, nonce: str, now: datetime) -> dict[str, Any] | None:
    """Return what the button does, the first time; None when it was pressed before, expired or is unknown."""
    live = (buttons.c.nonce == nonce, buttons.c.pressed.is_(None), buttons.c.expires > now)
    row = conn.execute(update(buttons).where(*live).values(pressed=now).returning(buttons.c.payload)).first()
    return None if row is None else dict(row.payload)
