"""When a source is due again: its own interval, what its server asks, and patience with errors."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model import Polling, Source

NEVER = timedelta(days=3650)
MOST_PATIENCE = timedelta(hours=6)
REFUSED = timedelta(hours=1)
"""The shortest pause after 401, 403 and 404: asking sooner helps nobody."""


def interval(source: Source, polling: Polling, *, per_week: int, floor: timedelta | None) -> timedelta:
    """Return the time between two polls.

    An explicit ``every`` (or ``polling.every``) is kept exactly. ``every: auto`` aims at two polls for each
    entry of the last week, between ``polling.min`` and ``polling.max``, and never below what the server asks.
    """
    if not source.rhythm:
        return source.every or polling.every
    wanted = timedelta(days=7) / (2 * per_week) if per_week else polling.max
    wanted = max(wanted, floor or timedelta(0))
    return max(polling.min, min(polling.max, wanted))


def next_due(was_due: datetime, every: timedelta, now: datetime) -> datetime:
    """Return the next time on the source's own grid, so that a slow poll does not shift the ones after it."""
    planned = was_due + every
    return planned if now < planned <= now + every else now + every


def after_error(
    every: timedelta, errors: int, now: datetime, *, retry_after: timedelta | None, status: int | None
) -> datetime:
    """Return when to try again after ``errors`` failures in a row: doubling, at most six hours apart.

    What the server asked (Retry-After) is a floor; 410 means that the source is gone for good.
    """
    if status == 410:
        return now + NEVER
    doubled: timedelta = every * (1 << min(errors, 8))
    pause = min(doubled, max(MOST_PATIENCE, every))
    if status in {401, 403, 404}:
        pause = max(pause, REFUSED)
    return now + max(pause, retry_after or timedelta(0))
