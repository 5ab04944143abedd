"""How much leans on one source: the stories that it told, and those that nobody else did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.store.schema import alerts, entries


def leaned_on(conn: Connection, source: str, since: datetime) -> tuple[int, int, int]:
    """Return what a source told since then: stories, those told by no other source, and alerts about them."""
    told = select(entries.c.story).where(entries.c.source == source, entries.c.first_seen >= since).distinct()
    stories = int(conn.execute(select(func.count()).select_from(told.subquery())).scalar_one())
    shared = (
        select(entries.c.story)
        .where(entries.c.story.in_(told), entries.c.source != source)
        .distinct()
        .subquery()
    )
    others = int(conn.execute(select(func.count()).select_from(shared)).scalar_one())
    sent = (
        select(func.count())
        .select_from(alerts)
        .where(alerts.c.story.in_(told), alerts.c.message_id.is_not(None))
    )
    return stories, stories - others, int(conn.execute(sent).scalar_one())
