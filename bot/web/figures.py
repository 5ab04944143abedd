"""What the store says of itself in numbers, for /metrics and /health: one snapshot, bounded questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.commands import Desk
from bot.commands.sourcing import trouble_now
from bot.store import Connection, Store, counting, deliveries, health, keeping, sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The store's numbers at one moment; ages in seconds."""

    owed: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """By receiver and kind."""
    oldest: Mapping[str, float] = field(default_factory=dict)
    """How long the oldest owed message of a receiver has been due."""
    dead: Mapping[str, int] = field(default_factory=dict)
    """By receiver."""
    configured: int = 0
    failing: int = 0
    last_poll: float | None = None
    overdue: float = 0.0
    """How long the source that has waited longest for its poll has been due."""
    bytes: int = 0
    faults: int = 0
    backup: float | None = None
    """Since the last backup; None where none was made."""


def figures(desk: Desk, store: Store) -> Figures:
    """Return the numbers of one snapshot."""
    conn, now = desk.conn, desk.now
    polled = {name for name, source in desk.sources.items() if source.enabled}
    known = [each for name, each in health.conditions(conn).items() if name in polled]
    polls = [each.last_poll for each in known if each.last_poll is not None]
    owed = deliveries.owed(conn)
    return Figures(
        owed={(one.receiver, one.kind.value): one.count for one in owed},
        oldest=_oldest(owed, now),
        dead=counting.dead(conn),
        configured=len(polled),
        failing=sum(trouble_now(each) is not None for each in known),
        last_poll=_since(max(polls, default=None), now),
        overdue=overdue(conn, now),
        bytes=size_of(store),
        faults=len(desk.faults),
        backup=_since(keeping.last_backup(conn), now),
    )


def overdue(conn: Connection, now: datetime) -> float:
    """Return for how many seconds the source that has waited longest has been due."""
    due = sources.next_due(conn)
    return max(0.0, (now - due).total_seconds()) if due else 0.0


def size_of(store: Store) -> int:
    """Return how many bytes the database takes on disk, with what is not written back yet."""
    files = (store.file, store.file.with_name(store.file.name + "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def _since(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max(0.0, (now - moment).total_seconds())


def _oldest(owed: list[deliveries.Owed], now: datetime) -> dict[str, float]:
    found: dict[str, float] = {}
    for one in owed:
        late = (now - one.oldest_due).total_seconds()
        found[one.receiver] = max(found.get(one.receiver, 0.0), late)
    return found
