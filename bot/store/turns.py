"""Whose turn it is: of the sources that are due, those whose hosts are not busy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, or_, select

from bot.store.columns import among
from bot.store.schema import sources

_LOOKS = 5
"""So often is looked further down the list when one busy host holds its top."""


def due(
    conn: Connection,
    now: datetime,
    *,
    limit: int,
    under_way: Mapping[str, int],
    most: int,
    but: Collection[str] = (),
) -> tuple[list[str], bool]:
    """Return the ids of at most ``limit`` sources that are due, longest due first, and whether more are.

    ``but`` are left out: a poll that outlasts its lease is not begun a second time.

    ``under_way`` is how many polls of each host run; with those chosen there are at most ``most``.
    """
    running = Counter(under_way)
    chosen: list[str] = []
    for _ in range(_LOOKS):
        busy = [host for host, count in running.items() if host and count >= most]
        found = _due(conn, now, busy, limit=2 * limit + 1, without=[*chosen, *but])
        for source, host in found:
            if len(chosen) == limit:
                return chosen, True
            if not host or running[host] < most:
                running[host] += 1
                chosen.append(source)
        if len(found) <= 2 * limit:
            return chosen, bool(busy)
    return chosen, True


def _due(
    conn: Connection, now: datetime, busy: list[str], *, limit: int, without: list[str]
) -> list[tuple[str, str]]:
    """Return ids and hosts of what is due, configured and claimed by nobody."""
    conditions = [
        sources.c.configured,
        sources.c.merged_into.is_(None),
        or_(sources.c.lease_until.is_(None), sources.c.lease_until <= now),
        sources.c.due <= now,
    ]
    if busy:
        conditions.append(~among(sources.c.host, busy))
    if without:
        conditions.append(~among(sources.c.id, without))
    wanted = select(sources.c.id, sources.c.host).where(*conditions)
    rows = conn.execute(wanted.order_by(sources.c.due, sources.c.id).limit(limit))
    return [(row.id, row.host) for row in rows]
