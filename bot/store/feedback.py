"""What people think of an alert: thumbs up or down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.store.roots import root_or_self
from bot.store.schema import feedback


def vote(conn: Connection, story: str, receiver: str, *, who: str, value: int, now: datetime) -> None:
    """Note a person's vote (1 or -1) on a story as told to a receiver; it replaces their earlier one."""
    key = {"story": root_or_self(conn, story), "receiver": receiver, "who": who}
    row = {"vote": value, "at": now}
    conn.execute(insert(feedback).values(key | row).on_conflict_do_update(index_elements=list(key), set_=row))


def votes(conn: Connection, since: datetime) -> dict[str, tuple[int, int]]:
    """Return (up, down) of the stories voted on since then."""
    up = func.sum(feedback.c.vote > 0)
    down = func.sum(feedback.c.vote < 0)
    found = select(feedback.c.story, up, down).where(feedback.c.at >= since).group_by(feedback.c.story)
    return {story: (int(ups), int(downs)) for story, ups, downs in conn.execute(found)}


def follow(conn: Connection, ended: str, into: str) -> None:
    """Let votes on a story that merged count for the one it merged into."""
    conn.execute(
        update(feedback).where(feedback.c.story == ended).values(story=into).prefix_with("OR IGNORE")
    )
    conn.execute(delete(feedback).where(feedback.c.story == ended))
