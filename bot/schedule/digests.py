"""When a digest is due: everything that waited since the last one, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from bot.model import DigestPlan, Receiver, Settings
from bot.route.digests import Due, is_weekly, last_due, moment_on, plans_of
from bot.store import digests, requests


def owe_digests(conn: Connection, settings: Settings, now: datetime) -> int:
    """Owe every digest that is due and has something to say; return how many."""
    receivers = list(settings.receivers.values())
    asked = len(requests.take(conn, ["digest"])) and sum(
        owe_digest_now(conn, each, now) for each in receivers
    )
    plans = {each.id: {_words(plan, each): plan for plan in plans_of(each, settings)} for each in receivers}
    since = digests.planned_since(conn, plans, now)
    return asked + sum(_owe_due(conn, each, plans[each.id], since[each.id], now) for each in receivers)


def owe_digest_now(conn: Connection, receiver: Receiver, now: datetime) -> bool:
    """Owe a digest of everything that waits, at once (the ``digest`` command)."""
    return digests.owe_now(conn, receiver, now) > 0


def _owe_due(
    conn: Connection,
    receiver: Receiver,
    plans: Mapping[str, DigestPlan],
    planned: Mapping[str, datetime],
    now: datetime,
) -> int:
    """Owe what is due of these plans; what was due before a plan was ``planned`` was never promised."""
    due: dict[tuple[datetime, str], tuple[Due, list[DigestPlan]]] = {}
    for words, plan in plans.items():
        last = last_due(plan, receiver.timezone, now)
        if last is not None and last.moment >= planned[words]:
            due.setdefault((last.moment, f"{plan.at:%H:%M}"), (last, []))[1].append(plan)
    return sum(_owe_at(conn, receiver, *due[each], now) for each in sorted(due))


def _owe_at(
    conn: Connection, receiver: Receiver, due: Due, plans: Sequence[DigestPlan], now: datetime
) -> bool:
    """Owe the one digest of plans that are due at one hour: where one of them is a week's, the week's."""
    kind = f"daily {plans[0].at:%H:%M}"
    weeks = [plan for plan in plans if is_weekly(plan, receiver.timezone, due.moment)]
    since = digests.last_run(conn, receiver.id)
    if weeks:  # what was asked for meanwhile, or came by another plan, takes nothing from the week
        each = [_last_of(conn, receiver, kind, plan, due.day) for plan in weeks]
        since = min((at for at in each if at is not None), default=None)
    weekly = bool(weeks)
    return (
        digests.owe(conn, receiver, due.moment, now, kind=kind, since=since, weekly=weekly, day=due.day) > 0
    )


def _last_of(
    conn: Connection, receiver: Receiver, kind: str, plan: DigestPlan, today: date
) -> datetime | None:
    day = digests.last_day(conn, receiver.id, kind, plan.days, today)
    return None if day is None else moment_on(plan, receiver.timezone, day)


def _words(plan: DigestPlan, receiver: Receiver) -> str:
    """What makes it another plan when it changes."""
    return f"{plan.at:%H:%M} {''.join(map(str, sorted(plan.days)))} {receiver.timezone}"
