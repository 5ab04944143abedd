"""What is known of many stories at once: their matches, and what was told of them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from bot.model import Match, Told
from bot.store.alerts import told_from
from bot.store.columns import among
from bot.store.matches import match_from
from bot.store.schema import alerts, matches


def matches_of(conn: Connection, ids: Collection[str]) -> dict[str, list[Match]]:
    """Return the matches of stories that live under these ids, the best first; stories without one are left out."""
    found: dict[str, list[Match]] = {}
    order = (matches.c.story, matches.c.score.desc(), matches.c.watch)
    for row in conn.execute(select(matches).where(among(matches.c.story, ids)).order_by(*order)):
        found.setdefault(row.story, []).append(match_from(row))
    return found


def told_of(conn: Connection, ids: Collection[str]) -> dict[str, list[Told]]:
    """Return what was told (or is owed) of stories that live under these ids, by the names of the receivers."""
    found: dict[str, list[Told]] = {}
    rows = select(alerts).where(among(alerts.c.story, ids)).order_by(alerts.c.story, alerts.c.receiver)
    for row in conn.execute(rows):
        found.setdefault(row.story, []).append(told_from(row))
    return found
