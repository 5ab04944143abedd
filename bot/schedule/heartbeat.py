"""The daily sign of life: owed once a local day, at its hour or soon after, never twice."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.model import DigestPlan, Settings
from bot.outbox.operators import operators, owe_notice
from bot.route.digests import last_due
from bot.store import digests
from bot.store.digests import HEARTBEAT

LATEST = timedelta(hours=6)
"""After so long a day's sign of life is left out: it would say what everybody has seen by then."""


def owe_heartbeats(conn: Connection, settings: Settings, now: datetime) -> int:
    """Owe the operator's receivers today's sign of life, where its hour has come; return how many are owed.

    The hour is that of the first receiver's clock.
    """
    hour, hearing = settings.operator.heartbeat, operators(settings)
    if hour is None or not hearing:
        return 0
    due = last_due(DigestPlan(hour), hearing[0].timezone, now)
    if due is None or now - due.moment > LATEST:
        return 0
    what = {"until": (due.moment + LATEST).isoformat()}
    day = due.day.isoformat()
    return sum(
        owe_notice(conn, receiver, f"{HEARTBEAT}|{receiver.id}|{day}", HEARTBEAT, what, now)
        for receiver in hearing
        if digests.start_run(conn, receiver.id, HEARTBEAT, due.day, now)
    )
