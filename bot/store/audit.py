"""Who changed what, when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.store.schema import audit


@dataclass(frozen=True, slots=True)
class Change:
    """One change that a person made."""

    at: datetime
    who: str
    what: str
    detail: Mapping[str, Any]


def record(conn: Connection, who: str, what: str, detail: Mapping[str, object], now: datetime) -> None:
    """Note a change; ``who`` is a person's id on a chat service, ``detail`` anything that JSON holds."""
    conn.execute(insert(audit).values(at=now, who=who, what=what, detail=dict(detail)))


def latest(conn: Connection, limit: int = 50) -> list[Change]:
    """Return the last changes, the latest first."""
    found = (
        select(audit.c.at, audit.c.who, audit.c.what, audit.c.detail).order_by(audit.c.id.desc()).limit(limit)
    )
    return [Change(*row) for row in conn.execute(found)]
