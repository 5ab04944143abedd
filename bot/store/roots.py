"""Which story an id means today: a story that merged into another lives on there."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from bot.store.columns import among
from bot.store.schema import stories


def root_of(conn: Connection, story_id: str) -> str | None:
    """Return the story that ``story_id`` lives on in (itself, unless it merged); None: not stored."""
    found = conn.execute(
        select(func.coalesce(stories.c.merged_into, stories.c.id)).where(stories.c.id == story_id)
    ).scalar()
    return None if found is None else str(found)


def root_or_self(conn: Connection, story_id: str) -> str:
    """Return the root of a story, or the id itself when the story isn't stored (any more)."""
    return root_of(conn, story_id) or story_id


def roots_of(conn: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return the root of each id that is stored."""
    rows = conn.execute(
        select(stories.c.id, func.coalesce(stories.c.merged_into, stories.c.id)).where(
            among(stories.c.id, ids)
        )
    )
    return {str(row[0]): str(row[1]) for row in rows}
