"""When a digest is due, and what stands in it: everything that waited since the last one, once."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.model import DeliveryKind, Receiver, Settings
from bot.route.digests import last_moment, plans_of
from bot.store import deliveries, digests, requests


def owe_digests(conn: Connection, settings: Settings, now: datetime) -> int:
    """Owe every digest that is due and has something to say; return how many."""
    receivers = list(settings.receivers.values())
    asked = len(requests.take(conn, ["digest"])) and sum(
        owe_digest_now(conn, each, now) for each in receivers
    )
    return asked + sum(_owe_due(conn, receiver, settings, now) for receiver in receivers)


def owe_digest_now(conn: Connection, receiver: Receiver, now: datetime) -> bool:
    """Owe a digest of everything that waits, at once (the ``digest`` command)."""
    return _owe(conn, receiver, now, now, kind=f"asked {now.isoformat()}")


def _owe_due(conn: Connection, receiver: Receiver, settings: Settings, now: datetime) -> int:
    owed = 0
    for plan in sorted(plans_of(receiver, settings), key=lambda plan: plan.at):
        moment = last_moment(plan, receiver.timezone, now)
        if moment is not None:
            owed += _owe(conn, receiver, moment, now, kind=f"daily {plan.at:%H:%M}")
    return owed


def _owe(conn: Connection, receiver: Receiver, moment: datetime, now: datetime, *, kind: str) -> bool:
    waiting = digests.waiting(conn, receiver.id, moment)
    if not waiting:
        return False
    local_date = moment.astimezone(ZoneInfo(receiver.timezone)).date()
    since = digests.last_run(conn, receiver.id)
    if not digests.start_run(conn, receiver.id, kind, local_date, now):
        return False
    run = f"{kind} {local_date.isoformat()}"
    digests.taken(conn, receiver.id, [item.story for item in waiting], run)
    return deliveries.owe(
        conn,
        key=f"digest|{receiver.id}|{run}",
        story="",
        receiver=receiver.id,
        kind=DeliveryKind.DIGEST,
        revision=0,
        due=now,
        score=max(item.score for item in waiting),
        payload={
            "since": (since or min(item.at for item in waiting)).isoformat(),
            "until": moment.isoformat(),
            "stories": [[item.story, item.score, item.reason.value] for item in waiting],
        },
        now=now,
    )
