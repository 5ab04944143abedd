"""Receivers whose chat takes no messages: since when and why, until one arrives there again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from bot.model import DeliveryKind, Outcome, Receiver
from bot.store import meta
from bot.store.deliveries import DEAD, OWED, SENDING
from bot.store.roots import root_or_self
from bot.store.schema import deliveries
from bot.store.schema import meta as remembered

GONE = f"{Outcome.GONE.value}:"
"""How the error begins of what a chat did not take because the bot may not write there."""
_KEY = "lost chat "


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A receiver whose chat let the bot go; ``back`` is when it took a message again, until that is told."""

    receiver: str
    place: str
    """The service and the chat: another chat for the same receiver is another matter."""
    since: datetime
    why: str
    """The service's own words."""
    told: bool = False
    """True once the operator's notice was owed."""
    back: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unsent:
    """An alert that did not arrive (yet): how its last attempt ended, when it is tried again."""

    error: str
    due: datetime
    given_up: bool
    at: datetime
    """Since when it is owed."""


def place_of(receiver: Receiver) -> str:
    """Return where a receiver's messages go, as one word."""
    return f"{receiver.via}:{receiver.chat}"


def note_lost(conn: Connection, receiver: Receiver, why: str, now: datetime) -> None:
    """The chat took no message: remember since when. Lost again before its return was told, it was never back."""
    known = _known(conn, receiver.id)
    if known is None or known.place != place_of(receiver):
        save(conn, Lost(receiver=receiver.id, place=place_of(receiver), since=now, why=why))
    elif known.back is not None or known.why != why:
        save(conn, replace(known, why=why, back=None))


def note_found(conn: Connection, receiver: Receiver, now: datetime) -> bool:
    """The chat took a message; True where it had been lost. What nobody was told is forgotten."""
    known = _known(conn, receiver.id)
    if known is None or known.back is not None:
        return False
    if known.told and known.place == place_of(receiver):
        save(conn, replace(known, back=now))
    else:
        forget(conn, receiver.id)
    return True


def lost(conn: Connection) -> dict[str, Lost]:
    """Return the receivers that can't be reached, and those whose return is still to be told, by name."""
    mine = remembered.c.key.startswith(_KEY, autoescape=True)
    rows = conn.execute(select(remembered.c.value).where(mine).order_by(remembered.c.key)).scalars()
    return {each.receiver: each for each in map(_from_row, rows)}


def _known(conn: Connection, receiver: str) -> Lost | None:
    text = meta.get(conn, _KEY + receiver)
    return _from_row(text) if text else None


def save(conn: Connection, each: Lost) -> None:
    """Remember it as it stands."""
    row = asdict(each) | {
        "since": each.since.isoformat(),
        "back": each.back.isoformat() if each.back else None,
    }
    meta.set(conn, _KEY + each.receiver, json.dumps(row))


def forget(conn: Connection, receiver: str) -> None:
    """There is nothing left to tell of it."""
    conn.execute(delete(remembered).where(remembered.c.key == _KEY + receiver))


def next_try(conn: Connection, receiver: str) -> datetime | None:
    """Return when the first of what a lost chat did not take is tried again; None when nothing is."""
    failed = (
        deliveries.c.receiver == receiver,
        deliveries.c.state == OWED,
        deliveries.c.error.startswith(GONE),
    )
    moment: datetime | None = conn.execute(select(func.min(deliveries.c.due)).where(*failed)).scalar()
    return moment


def unsent_alert(conn: Connection, story: str, receiver: str) -> Unsent | None:
    """Return what keeps a story's alert from a receiver; None where it is not owed, nor was given up."""
    found = select(deliveries.c.error, deliveries.c.due, deliveries.c.state, deliveries.c.at).where(
        deliveries.c.story == root_or_self(conn, story),
        deliveries.c.receiver == receiver,
        deliveries.c.kind == DeliveryKind.ALERT.value,
        deliveries.c.state.in_([OWED, SENDING, DEAD]),
    )
    row = conn.execute(found.order_by(deliveries.c.id.desc())).first()
    return None if row is None else Unsent(row.error, row.due, row.state == DEAD, row.at)


def _from_row(text: str) -> Lost:
    row = json.loads(text)
    back = datetime.fromisoformat(row["back"]) if row["back"] else None
    return Lost(**(row | {"since": datetime.fromisoformat(row["since"]), "back": back}))
