"""Silences with an end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model import Mute
from bot.store.schema import mutes


def active(conn: Connection, now: datetime) -> list[Mute]:
    """Return the mutes that hold now, the one that ends first first."""
    found = select(mutes).where(mutes.c.until > now).order_by(mutes.c.until, mutes.c.id)
    return [
        Mute(receiver=row.receiver, watch=row.watch, story=row.story, until=row.until, by=row.by)
        for row in conn.execute(found)
    ]


def add(conn: Connection, mute: Mute, now: datetime) -> None:
    """Begin a mute; one for the same receiver, watch and story is replaced."""
    what = {"receiver": mute.receiver, "watch": mute.watch, "story": mute.story}
    how = {"until": mute.until, "by": mute.by, "at": now}
    conn.execute(insert(mutes).values(what | how).on_conflict_do_update(index_elements=list(what), set_=how))


def remove(conn: Connection, *, receiver: str = "", watch: str = "", story: str = "") -> bool:
    """End the mute for exactly this receiver, watch and story; False when there is none."""
    same = (mutes.c.receiver == receiver, mutes.c.watch == watch, mutes.c.story == story)
    return conn.execute(delete(mutes).where(*same)).rowcount > 0


def follow(conn: Connection, ended: str, into: str) -> None:
    """Let mutes of a story that merged hold for the one it merged into; one that is there already stays."""
    conn.execute(update(mutes).where(mutes.c.story == ended).values(story=into).prefix_with("OR IGNORE"))
    conn.execute(delete(mutes).where(mutes.c.story == ended))
