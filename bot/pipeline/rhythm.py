"""When a source is due again: its own interval, what its server asks, and patience with errors."""

from __future__ import annotations

from datetime import datetime, timedelta
from zlib import crc32

from bot.fetch.rests import UNSAID
from bot.model import Polling, Source

NEVER = timedelta(days=3650)
MOST_PATIENCE = timedelta(hours=6)
MISSING = timedelta(hours=1)
"""The shortest pause after 404: asking sooner helps nobody."""
REFUSED = timedelta(hours=4)
"""The shortest pause after 401 and 403, and after robots.txt said no."""
LOST_AFTER = timedelta(days=3)
"""After so long a time of failing a source is asked once a day."""
DAY = timedelta(days=1)
_JITTER = 10
_BUSY_STATUS = frozenset({429, 503})


def _spread(length: timedelta, seed: str) -> timedelta:
    """Return a time within 10 % of ``length``, the same for the same seed."""
    share = crc32(seed.encode()) % (2 * _JITTER * 100 + 1) - _JITTER * 100
    return length + length * share / 10_000


def interval(
    source: Source, polling: Polling, *, per_week: int, floor: timedelta | None, polls: int = 0
) -> timedelta:
    """Return the time between two polls.

    An explicit ``every`` (or ``polling.every``) is kept exactly. ``every: auto`` aims at two polls for each
    entry of the last week, between ``polling.min`` and ``polling.max``, and never below what the server asks
    (``floor``) as far as ``polling.max`` allows; ``polls`` so far move it a little, so that sources spread.
    """
    if not source.rhythm:
        return source.every or polling.every
    wanted = timedelta(days=7) / (2 * per_week) if per_week else polling.max
    wanted = max(_spread(wanted, f"{source.id} {polls}"), floor or timedelta(0))
    return max(polling.min, min(polling.max, wanted))


def usual_interval(source: Source, polling: Polling, last: timedelta | None) -> timedelta:
    """Return the interval that patience with errors starts from: of ``every: auto`` the ``last`` one."""
    if not source.rhythm:
        return source.every or polling.every
    return min(last or polling.every, polling.max)


def next_due(was_due: datetime, every: timedelta, now: datetime) -> datetime:
    """Return the next time on the source's own grid, so that a slow poll does not shift the ones after it."""
    planned = was_due + every
    return planned if now < planned <= now + every else now + every


def after_error(
    every: timedelta,
    errors: int,
    now: datetime,
    *,
    retry_after: timedelta | None,
    status: int | None,
    reason: str = "",
    failing_since: datetime | None = None,
    source: str = "",
) -> datetime:
    """Return when to try again after ``errors`` failures in a row, before this one.

    Doubling, at most six hours apart; once a day after three days; a little earlier or later for each
    ``source`` that is named, so that those that fell together don't come back together. What the server asked
    (Retry-After) is a floor; 410 means that the source is gone for good.
    """
    if status == 410:
        return now + NEVER
    doubled: timedelta = every * (1 << min(errors, 8))
    pause = min(doubled, max(MOST_PATIENCE, every))
    if status == 404:
        pause = max(pause, MISSING)
    if status in {401, 403} or reason == "robots":
        pause = max(pause, REFUSED)
    if failing_since is not None and now - failing_since >= LOST_AFTER:
        pause = max(pause, DAY)
    if source and errors:
        pause = max(every, _spread(pause, f"{source} {errors}"))
    return now + max(pause, host_pause(status, retry_after, errors) or retry_after or timedelta(0))


def host_pause(status: int | None, retry_after: timedelta | None, errors: int) -> timedelta | None:
    """Return how long the whole host is left alone after an answer, None when it did not ask for that.

    429 and 503 with Retry-After: that long. 429 without: 15 minutes, doubling with the ``errors`` before.
    """
    if status in _BUSY_STATUS and retry_after is not None:
        return retry_after
    return min(UNSAID * (1 << min(errors, 8)), MOST_PATIENCE) if status == 429 else None
