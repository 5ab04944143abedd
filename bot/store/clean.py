"""What is forgotten with time, and what never is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from bot.crashpoints import crashpoint
from bot.store import meta, search
from bot.store.columns import among
from bot.store.schema import (
    buttons,
    deliveries,
    digest_items,
    entries,
    handled_updates,
    mutes,
    requests,
    stories,
    verdict_history,
)
from bot.store.schema import messages as linked
from bot.store.stories import next_serial

A_WHILE = timedelta(days=14)
"""How long buttons that expired, updates from chats and finished requests are kept at most."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much one clean-up took; ``more`` is True when there is more to take."""

    stories: int
    entries: int
    deliveries: int
    more: bool


def retention(conn: Connection, before: datetime, now: datetime, *, limit: int = 2000) -> Forgotten:
    """Delete stories whose latest entry is older than ``before``, at most ``limit`` of them.

    All that hangs on a story goes with it, also which messages told of it, so that an answer under an alert finds
    its story as long as there is one. A story with something owed, or that waits for a digest, stays. What
    was seen and what was told stays for ever, as do audit and splits: retention never makes old news new.
    Call it again, in another transaction, while ``more``.
    """
    meta.set(conn, meta.LAST_SERIAL, str(next_serial(conn) - 1))
    old = _old_stories(conn, before, limit)
    gone = [
        int(seq) for seq in conn.execute(select(entries.c.seq).where(among(entries.c.story, old))).scalars()
    ]
    search.remove(conn, gone)
    conn.execute(delete(linked).where(among(linked.c.story, old)))
    conn.execute(delete(stories).where(among(stories.c.id, old)))
    crashpoint("retention-batch")
    over = (deliveries.c.ended_at < before, deliveries.c.state.in_(["sent", "cancelled", "dead"]))
    # Greetings stay: their key is all that says that a receiver was greeted.
    messages = conn.execute(delete(deliveries).where(*over, deliveries.c.kind != "greeting")).rowcount
    _small_things(conn, before, now)
    if len(old) < limit:
        _without_story(conn, before)
    return Forgotten(len(old), len(gone), messages, more=len(old) == limit)


def _old_stories(conn: Connection, before: datetime, limit: int) -> list[str]:
    owed = select(deliveries.c.id).where(
        deliveries.c.story == stories.c.id, deliveries.c.state.in_(["owed", "sending"])
    )
    waits = select(digest_items.c.story).where(
        digest_items.c.story == stories.c.id, digest_items.c.run.is_(None)
    )
    # Written so that SQLite doesn't look through all stories that were not merged, which is most of them.
    was_merged = func.coalesce(stories.c.merged_into, "") != ""
    found = (
        select(stories.c.id)
        .where(~was_merged, stories.c.latest < before, ~owed.exists(), ~waits.exists())
        .order_by(stories.c.latest)
        .limit(limit)
    )
    return list(conn.execute(found).scalars())


def _small_things(conn: Connection, before: datetime, now: datetime) -> None:
    conn.execute(delete(mutes).where(mutes.c.until <= min(before, now)))
    # What a chat service may send again, or a person press, within days at most.
    lately = max(before, now - A_WHILE)
    conn.execute(delete(buttons).where(buttons.c.expires < lately))
    conn.execute(delete(handled_updates).where(handled_updates.c.at < lately))
    conn.execute(delete(requests).where(requests.c.state == "finished", requests.c.at < lately))


def _without_story(conn: Connection, before: datetime) -> None:
    """Forget messages of stories that went without them, and what was once decided of a story that goes on."""
    there = select(stories.c.id).where(stories.c.id == linked.c.story)
    conn.execute(delete(linked).where(~there.exists()))
    lasting = select(stories.c.id).where(stories.c.opened < before)
    conn.execute(
        delete(verdict_history).where(verdict_history.c.at < before, verdict_history.c.story.in_(lasting))
    )
