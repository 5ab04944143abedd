"""Short ways to replay a made-up stream: lines as they are recorded, receivers, and what they would have heard."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from bot.backtest import Plan, ToldMessage, read_recorded, replay_recorded
from bot.model import DigestPlan, Receiver, Route, Settings
from tests.grouping import NOON, TABLES, WATCHLIST

DESK = Receiver(id="desk", via="console")
AT_ONCE = Route(name="important", to=("desk",), min_score=60)
PROFIT = "Globex profit jumps 34% on cloud demand"
PROFIT_AGAIN = "Globex profit up 34% as cloud demand grows"
SUED = "Acme sued over brake patents in Texas court"
JOBS = "Initech cuts 3,000 jobs in restructuring"
LISTING = "Globex files for Hong Kong listing"
OUTAGE = "Initech payroll service suffers nationwide outage"
"""Each of these is told at once; the first two are one story."""


def line(name: str, title: str, after: float = 0, **more: Any) -> dict[str, Any]:
    """A recorded line so many hours after noon, from a source of its own."""
    time = (NOON + timedelta(hours=after)).isoformat()
    return {"id": name, "time": time, "source": f"source of {name}", "title": title, **more}


def recorded(lines: Iterable[object]) -> list[bytes]:
    """Lines as they stand in a file."""
    return [json.dumps(each).encode() + b"\n" for each in lines]


def daily(at: str, *, days: Iterable[int] = range(7)) -> DigestPlan:
    """A digest at this hour."""
    return DigestPlan(at=datetime.strptime(at, "%H:%M").time(), days=frozenset(days))  # noqa: DTZ007


def replay(
    *lines: object, receivers: Iterable[Receiver] = (DESK,), routes: Iterable[Route] = (AT_ONCE,), **more: Any
) -> Plan:
    """What these lines would have told."""
    settings = Settings(receivers={each.id: each for each in receivers}, routes=tuple(routes))
    entries = read_recorded(recorded(lines), "lines")
    values = {"settings": settings, "watchlist": WATCHLIST, "tables": TABLES, **more}
    return replay_recorded(entries, **values)


def heard(plan: Plan) -> list[str]:
    """Kind and headline of every message, in the order in which they were told."""
    return [f"{message.kind.value}: {message.title}" for message in plan.messages]


def hours(message: ToldMessage) -> float:
    """How many hours after noon a message was told."""
    return (message.time - NOON) / timedelta(hours=1)
