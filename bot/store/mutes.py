"""Silences with an end. One that was ended early stays as a record of when it held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model import Mute
from bot.store.schema import mutes


def active(conn: Connection, now: datetime) -> list[Mute]:
    """Return the mutes that hold now, the one that ends first first."""
    found = select(mutes).where(mutes.c.until > now).order_by(mutes.c.until, mutes.c.id)
    return [_mute(row) for row in conn.execute(found)]


def held(conn: Connection, moment: datetime) -> list[Mute]:
    """Return the mutes that held at a moment, as far as they are remembered, the one that ends first first."""
    found = select(mutes).where(mutes.c.at <= moment, mutes.c.until > moment)
    return [_mute(row) for row in conn.execute(found.order_by(mutes.c.until, mutes.c.id))]


def of(
    conn: Connection, now: datetime, *, receiver: str = "", watch: str = "", story: str = ""
) -> Mute | None:
    """Return the mute for exactly this receiver, watch and story that holds now, if there is one."""
    found = select(mutes).where(*_same(receiver, watch, story), mutes.c.until > now)
    row = conn.execute(found).first()
    return None if row is None else _mute(row)


def add(conn: Connection, mute: Mute, now: datetime) -> None:
    """Begin a mute; one for the same receiver, watch and story is replaced."""
    what = {"receiver": mute.receiver, "watch": mute.watch, "story": mute.story}
    how = {"until": mute.until, "by": mute.by, "at": now}
    conn.execute(insert(mutes).values(what | how).on_conflict_do_update(index_elements=list(what), set_=how))


def end(conn: Connection, mute: Mute, now: datetime) -> bool:
    """End a mute that holds now, and remember that it held until now; False when none does."""
    same = _same(mute.receiver, mute.watch, mute.story)
    return conn.execute(update(mutes).where(*same, mutes.c.until > now).values(until=now)).rowcount > 0


def follow(conn: Connection, ended: str, into: str) -> None:
    """Let mutes of a story that merged hold for the one it merged into; of two the one that ends later stays."""
    mine = conn.execute(select(mutes).where(mutes.c.story == ended)).all()
    conn.execute(delete(mutes).where(mutes.c.story == ended))
    for row in mine:
        key = {"receiver": row.receiver, "watch": row.watch, "story": into}
        how = {"until": row.until, "by": row.by, "at": row.at}
        kept = insert(mutes).values(key | how)
        longer = mutes.c.until < kept.excluded.until
        conn.execute(kept.on_conflict_do_update(index_elements=list(key), set_=how, where=longer))


def part(conn: Connection, story: str, new_story: str) -> None:
    """Let mutes of a story hold for what was taken out of it, too."""
    for row in conn.execute(select(mutes).where(mutes.c.story == story)).all():
        values = {"receiver": row.receiver, "watch": row.watch, "story": new_story}
        values |= {"until": row.until, "by": row.by, "at": row.at}
        conn.execute(insert(mutes).values(values).on_conflict_do_nothing())


def _same(receiver: str, watch: str, story: str) -> tuple[ColumnElement[bool], ...]:
    return (mutes.c.receiver == receiver, mutes.c.watch == watch, mutes.c.story == story)


def _mute(row: Row[Any]) -> Mute:
    return Mute(receiver=row.receiver, watch=row.watch, story=row.story, until=row.until, by=row.by)
