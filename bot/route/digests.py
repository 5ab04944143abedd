"""When a receiver's digests are due, in its own time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model import DigestPlan, Receiver, Settings

FALLBACK = DigestPlan(at=time(8, 30))
"""For what an alert budget held back at a receiver that has no digest of its own."""

WEEKLY = timedelta(days=5) - timedelta(hours=12)
"""A digest this long after the last one takes the weekly form: five days, less what the last one was late."""
_DAY = timedelta(days=1)
_A_WEEK = 7 * _DAY
_LONGEST = 14 * _DAY
"""A digest in the weekly form begins no earlier, unless a story that it tells of is older."""


def plans_of(receiver: Receiver, settings: Settings) -> set[DigestPlan]:
    """Return the digests that the routes plan for a receiver; several at one hour are one."""
    plans = {route.digest for route in settings.routes if route.digest and receiver.id in route.to}
    return plans or {FALLBACK}


@dataclass(frozen=True, slots=True)
class Due:
    """The local day that a plan is due for, and when that is.

    Where the clock is set ahead over the plan's time, the moment may lie on the day after.
    """

    day: date
    moment: datetime


def last_due(plan: DigestPlan, zone: str, now: datetime) -> Due | None:
    """Return the latest day of the last week for which the plan was due by ``now``, or None."""
    return next((due for due in _dues(plan, zone, now, range(0, -9, -1)) if due.moment <= now), None)


def last_moment(plan: DigestPlan, zone: str, now: datetime) -> datetime | None:
    """Return the latest moment of the last week, up to ``now``, at which the plan was due, or None."""
    due = last_due(plan, zone, now)
    return None if due is None else due.moment


def next_moment(plan: DigestPlan, zone: str, after: datetime) -> datetime | None:
    """Return the first moment after ``after`` at which the plan is due, or None for a plan without days."""
    moments = (due.moment for due in _dues(plan, zone, after, range(-1, 10)))
    return next((moment for moment in moments if moment > after), None)


def is_weekly(plan: DigestPlan, zone: str, moment: datetime) -> bool:
    """Tell whether the plan's digest of this moment comes five days or more after the one before it."""
    before = last_moment(plan, zone, moment - timedelta(microseconds=1))
    return before is not None and moment - before > WEEKLY


def moment_on(plan: DigestPlan, zone: str, day: date) -> datetime:
    """Return when the plan is due on this local day, whether or not it is due on such days."""
    return datetime.combine(day, plan.at, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def week_since(since: datetime | None, until: datetime, zone: str, *, weekly: bool) -> datetime | None:
    """Return since when a digest in the weekly form counts; None for one in the daily form.

    ``since`` is up to when the last one counted, None when there was none: then the plan says which form it is.
    """
    if since is None:
        return (until.astimezone(ZoneInfo(zone)) - _A_WEEK).astimezone(UTC) if weekly else None
    return since if until - since > WEEKLY else None


def first_counted(since: datetime, until: datetime, stories: Iterable[datetime]) -> datetime:
    """Return when a digest in the weekly form begins: empty weeks before its first story are left out."""
    return min([max(since, until - _LONGEST), *stories])


def days_covered(first: datetime, until: datetime, zone: str) -> int:
    """Return how many days by a local clock the time from ``first`` to ``until`` takes, a begun one whole."""
    begin, end = (each.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for each in (first, until))
    return max(1, -((begin - end) // _DAY))


def _dues(plan: DigestPlan, zone: str, near: datetime, days: Iterable[int]) -> Iterable[Due]:
    """Yield when the plan is due on the days so many local days from ``near``, in the zone of ``near``."""
    today = near.astimezone(ZoneInfo(zone)).date()
    for away in days:
        day = today + timedelta(days=away)
        if day.weekday() in plan.days and _is_there(day, zone):
            moment = datetime.combine(day, plan.at, tzinfo=ZoneInfo(zone)).astimezone(UTC)
            yield Due(day, moment.astimezone(near.tzinfo))


def _is_there(day: date, zone: str) -> bool:
    """Tell whether a place has this day: one that crosses the date line leaves a whole day out."""
    noon = datetime.combine(day, time(12), tzinfo=ZoneInfo(zone))
    return noon.astimezone(UTC).astimezone(ZoneInfo(zone)).date() == day
