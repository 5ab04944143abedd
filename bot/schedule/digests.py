"""When a digest is due: everything that waited since the last one, once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.model import Receiver, Settings
from bot.route.digests import is_weekly, last_moment, plans_of
from bot.store import digests, requests


def owe_digests(conn: Connection, settings: Settings, now: datetime) -> int:
    """Owe every digest that is due and has something to say; return how many."""
    receivers = list(settings.receivers.values())
    asked = len(requests.take(conn, ["digest"])) and sum(
        owe_digest_now(conn, each, now) for each in receivers
    )
    return asked + sum(_owe_due(conn, receiver, settings, now) for receiver in receivers)


def owe_digest_now(conn: Connection, receiver: Receiver, now: datetime) -> bool:
    """Owe a digest of everything that waits, at once (the ``digest`` command)."""
    return digests.owe_now(conn, receiver, now) > 0


def _owe_due(conn: Connection, receiver: Receiver, settings: Settings, now: datetime) -> int:
    owed = 0
    for plan in sorted(plans_of(receiver, settings), key=lambda plan: plan.at):
        moment = last_moment(plan, receiver.timezone, now)
        if moment is not None:
            weekly = is_weekly(plan, receiver.timezone, moment)
            kind = f"daily {plan.at:%H:%M}"
            owed += digests.owe(conn, receiver, moment, now, kind=kind, weekly=weekly) > 0
    return owed
