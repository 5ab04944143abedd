"""Tell the operator which receivers can't be reached: once when a chat is lost, once when it takes messages again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.model import Receiver, Settings
from bot.outbox.operators import operators, owe_notice
from bot.store import deliveries, notices, reaching
from bot.store.reaching import Lost

LOST, FOUND = "lost", "found"


def owe_chat_notices(conn: Connection, settings: Settings, now: datetime) -> int:
    """Owe what is new to the operator's receivers that can be reached; return how many messages are owed.

    Where there is none, it is told as soon as there is one.
    """
    known = reaching.lost(conn)
    missing = {name for name, each in known.items() if each.back is None}
    hearing = [receiver for receiver in operators(settings) if receiver.id not in missing]
    owed = 0
    for each in known.values():
        receiver = settings.receivers.get(each.receiver)
        if receiver is None or reaching.place_of(receiver) != each.place:
            reaching.forget(conn, each.receiver)
            continue
        others = [one for one in hearing if one.id != each.receiver]
        if each.back is not None:
            owed += sum(
                _owe(conn, one, FOUND, each, now) for one in others if not _unheard(conn, one, each, now)
            )
            reaching.forget(conn, each.receiver)
        elif not each.told and others:
            owed += sum(_owe(conn, one, LOST, each, now) for one in others)
            reaching.save(conn, replace(each, told=True))
    return owed


def _unheard(conn: Connection, receiver: Receiver, each: Lost, now: datetime) -> bool:
    """Who has not heard yet that it was lost is told nothing at all."""
    return deliveries.cancel(conn, _key(receiver, LOST, each), "it was over before it was told", now)


def _owe(conn: Connection, receiver: Receiver, about: str, each: Lost, now: datetime) -> bool:
    what = {
        "lost": each.receiver,
        "why": each.why,
        "since": each.since.isoformat(),
        "back": each.back.isoformat() if each.back else "",
    }
    return owe_notice(conn, receiver, _key(receiver, about, each), about, what, now)


def _key(receiver: Receiver, about: str, each: Lost) -> str:
    return notices.key_of(receiver.id, about, each.receiver, each.since)
