"""The daily sign of life: owed once a local day, at its hour or soon after, never twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.model import DeliveryKind, DigestPlan, Receiver, Settings
from bot.route.digests import last_due
from bot.route.silence import held_until
from bot.store import deliveries, digests
from bot.store.digests import HEARTBEAT

LATEST = timedelta(hours=6)
"""After so long a day's sign of life is left out: it would say what everybody has seen by then."""


def owe_heartbeats(conn: Connection, settings: Settings, now: datetime) -> int:
    """Owe the operator's receivers today's sign of life, where its hour has come; return how many are owed.

    The hour is that of the first receiver's clock.
    """
    hour, hearing = settings.operator.heartbeat, list(_hearing(settings))
    if hour is None or not hearing:
        return 0
    due = last_due(DigestPlan(hour), hearing[0].timezone, now)
    if due is None or now - due.moment > LATEST:
        return 0
    owed = 0
    for receiver in hearing:
        if digests.start_run(conn, receiver.id, HEARTBEAT, due.day, now):
            owed += deliveries.owe(
                conn,
                key=f"{HEARTBEAT}|{receiver.id}|{due.day.isoformat()}",
                story="",
                receiver=receiver.id,
                kind=DeliveryKind.NOTICE,
                revision=0,
                due=held_until(receiver, 0, now) or now,
                score=0,
                payload={"about": HEARTBEAT, "rows": [], "until": (due.moment + LATEST).isoformat()},
                now=now,
            )
    return owed


def _hearing(settings: Settings) -> Iterable[Receiver]:
    for name in dict.fromkeys(settings.operator.to):
        if name in settings.receivers:
            yield settings.receivers[name]
