"""Who changed what, when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, or_, select

from bot.store.schema import audit

_FILE = func.json_extract(audit.c.detail, "$.file")


@dataclass(frozen=True, slots=True)
class Change:
    """One change that a person made."""

    at: datetime
    who: str
    what: str
    detail: Mapping[str, Any]
    id: int = 0


def record(conn: Connection, who: str, what: str, detail: Mapping[str, object], now: datetime) -> None:
    """Note a change; ``who`` is a person's id on a chat service, ``detail`` anything that JSON holds."""
    conn.execute(insert(audit).values(at=now, who=who, what=what, detail=dict(detail)))


def latest(conn: Connection, limit: int = 50) -> list[Change]:
    """Return the last changes, the latest first."""
    return _changes(conn, _newest().limit(limit))


def has_key(conn: Connection, key: str) -> bool:
    """Tell whether the change that was offered under this key is noted."""
    kept = func.json_extract(audit.c.detail, "$.key")
    return conn.execute(select(audit.c.id).where(kept == key).limit(1)).first() is not None


def edits(conn: Connection, limit: int = 200) -> list[Change]:
    """Return the last changes of files, the latest first; ``detail`` holds an ``Edit``."""
    return _changes(conn, _newest().where(_FILE.is_not(None)).limit(limit))


def last_edit(conn: Connection, file: str) -> Change | None:
    """Return the last change of one file, None where there is none."""
    found = _changes(conn, _newest().where(_FILE.in_([file])).limit(1))
    return found[0] if found else None


def steps(conn: Connection, limit: int = 10) -> list[Change]:
    """Return the last changes of files and of what is muted, the latest first."""
    return _changes(conn, _newest().where(or_(_FILE.is_not(None), audit.c.what.like("watch %"))).limit(limit))


def _newest() -> Select[tuple[datetime, str, str, Any, int]]:
    columns = (audit.c.at, audit.c.who, audit.c.what, audit.c.detail, audit.c.id)
    return select(*columns).order_by(audit.c.id.desc())


def _changes(conn: Connection, found: Select[tuple[datetime, str, str, Any, int]]) -> list[Change]:
    return [Change(*row) for row in conn.execute(found)]
