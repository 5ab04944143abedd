"""How much news there is of a story's watches: asked of the store only where a spike could ring."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from bot.model import Settings, Story
from bot.route import Volumes
from bot.route.spike import can_ring
from bot.store import volumes


def volumes_around(
    conn: Connection, story: Story, settings: Settings, now: datetime, new: Collection[str]
) -> Volumes:
    """Return the volumes of the watches that a story names; ``new`` are the entries that led here, or all."""
    if not can_ring(story, settings.routes, now, new):
        return Volumes()
    named = {watch for report in story.reports for watch in report.facts.watches}
    return volumes.around(conn, story.id, named, settings.receivers.keys(), now)
