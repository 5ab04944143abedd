"""A source changed a headline: write down what that makes owed to exactly those who were told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot import decide
from bot.model import Entry, Facts, Receiver, Watchlist
from bot.pipeline.owing import keep
from bot.route import Circumstances
from bot.store import alerts, mutes, stories


def correct(
    conn: Connection,
    entry: Entry,
    facts: Facts,
    before: Facts,
    was: str,
    watchlist: Watchlist,
    receivers: Mapping[str, Receiver],
    now: datetime,
    *,
    earlier: Collection[str] = (),
) -> bool:
    """Owe what an edited headline makes owed; return whether anybody was told of its story."""
    story_id = stories.of_entry(conn, entry.id)
    story = stories.get(conn, story_id) if story_id else None
    if story is None:
        return False
    heard = alerts.told_of(conn, story.id)
    # What only counts as told, since a split, was no message: there is nothing to correct.
    shown = {name: told for name, told in heard.items() if alerts.message_of(conn, story.id, name)}
    around = Circumstances(
        now=now,
        routes=(),
        receivers=receivers,
        watchlist=watchlist,
        told=shown,
        mutes=mutes.active(conn, now),
    )
    judgement = decide.correct(story, entry, facts, before, was, around, earlier=earlier)
    keep(conn, judgement, watchlist.version, now)
    return any(not told.digest for told in heard.values())
