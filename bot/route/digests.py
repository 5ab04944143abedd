"""When a receiver's digests are due, in its own time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model import DigestPlan, Receiver, Settings

FALLBACK = DigestPlan(at=time(8, 30))
"""For what an alert budget held back at a receiver that has no digest of its own."""

WEEKLY = timedelta(days=5) - timedelta(hours=12)
"""A digest this long after the last one takes the weekly form: five days, less what the last one was late."""


def plans_of(receiver: Receiver, settings: Settings) -> set[DigestPlan]:
    """Return the digests that the routes plan for a receiver; several at one hour are one."""
    plans = {route.digest for route in settings.routes if route.digest and receiver.id in route.to}
    return plans or {FALLBACK}


def last_moment(plan: DigestPlan, zone: str, now: datetime) -> datetime | None:
    """Return the latest moment of the last week, up to ``now``, at which the plan was due, or None."""
    return next((moment for moment in _moments(plan, zone, now, range(0, -8, -1)) if moment <= now), None)


def next_moment(plan: DigestPlan, zone: str, after: datetime) -> datetime | None:
    """Return the first moment after ``after`` at which the plan is due, or None for a plan without days."""
    return next((moment for moment in _moments(plan, zone, after, range(9)) if moment > after), None)


def is_weekly(plan: DigestPlan, zone: str, moment: datetime) -> bool:
    """Tell whether the plan's digest of this moment comes five days or more after the one before it."""
    before = last_moment(plan, zone, moment - timedelta(microseconds=1))
    return before is not None and moment - before > WEEKLY


def days_covered(since: datetime | None, until: datetime, *, weekly: bool) -> int:
    """Return how many days a digest in the weekly form covers, 5 to 14; 0 for one in the daily form.

    ``since`` is when the last one was made, None when there was none: then the plan says which it is.
    """
    if since is None:
        return 7 if weekly else 0
    if until - since <= WEEKLY:
        return 0
    return min(14, max(5, round((until - since) / timedelta(days=1))))


def _moments(plan: DigestPlan, zone: str, near: datetime, days: Iterable[int]) -> Iterable[datetime]:
    """Yield the plan's moments so many local days from ``near``, in the zone of ``near``."""
    local = near.astimezone(ZoneInfo(zone))
    for away in days:
        day = local.date() + timedelta(days=away)
        if day.weekday() in plan.days:
            yield datetime.combine(day, plan.at, tzinfo=ZoneInfo(zone)).astimezone(near.tzinfo)
