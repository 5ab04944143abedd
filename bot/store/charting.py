"""Stories over time, for charts and timelines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.render.picture_views import Happened
from bot.store import search
from bot.store.columns import among
from bot.store.schema import matches, stories
from bot.store.search import Filters, StoryRow

MOST = 20_000
"""Stories that one timeline lists."""


def listed(conn: Connection, filters: Filters, words: str = "") -> list[StoryRow]:
    """Return the stories that matched a watch and pass, the newest first."""
    return search.recent(conn, replace(filters, matched_only=True), limit=MOST, question=words)


def happened(conn: Connection, filters: Filters, words: str = "") -> list[Happened]:
    """Return what the stories that pass are for each watch that they matched, or for those of the filters."""
    chosen = search.chosen(conn, replace(filters, matched_only=True), words)
    if chosen is None:
        return []
    event = func.json_extract(matches.c.events, "$[0]")
    found = (
        select(matches.c.story, matches.c.watch, matches.c.score, event.label("event"), stories.c.opened)
        .join(stories, stories.c.id == matches.c.story)
        .where(matches.c.story.in_(chosen))
        .order_by(stories.c.opened, matches.c.story, matches.c.watch)
    )
    if filters.watches:
        found = found.where(among(matches.c.watch, filters.watches))
    return [
        Happened(story=row.story, watch=row.watch, at=row.opened, score=row.score, event=row.event or "")
        for row in conn.execute(found)
    ]


def oldest(conn: Connection) -> datetime | None:
    """Return when the oldest story that is kept was opened; None without stories."""
    return conn.execute(select(func.min(stories.c.opened))).scalar()
