"""When is a silence unusual? A source is held against its own week, hour by hour, as the last weeks had it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import log1p

HOUR = timedelta(hours=1)
WEEK = 168
"""Hours."""
MEMORY = timedelta(days=35)
"""How far before the last entry a source's week is learned from."""
LEARNED = timedelta(days=14)
"""The least history that says anything of a week."""
FEWEST = 10
"""Hours with entries that make a rhythm: a blog of one entry a week has none."""
SHORTEST = timedelta(hours=3)
LONGEST = timedelta(days=60)
SURPRISE = 9.0
"""A silence as unlikely as one in e to this power is told: about so many busy hours stayed empty."""
BEYOND = 1.5
"""It must also be so much longer than the longest one that was usual at this time of the week."""
UNSEEN = 3
"""Or it is so many times longer than any silence of those weeks, which a daily paper has sooner."""
FEWEST_GAPS = 20
AROUND = 2
"""Hours before and after the same hour of earlier weeks that count as this time of the week."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KERNEL = ((-1, 0.25), (0, 0.5), (1, 0.25))


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence that is unusual from ``unusual_at`` on; ``usual`` is the longest one before at that time."""

    since: datetime
    unusual_at: datetime
    usual: timedelta


def silent(
    times: Iterable[datetime], now: datetime, *, known_since: datetime | None = None
) -> Silence | None:
    """Return the silence that holds at ``now`` if it is unusual for this source, else None.

    ``times`` are the moments at which its entries were first seen, in any order; ``known_since`` is when it
    was first read, where that is earlier.
    """
    silence = next_silence(times, known_since=known_since)
    return silence if silence is not None and silence.unusual_at <= now else None


def next_silence(times: Iterable[datetime], *, known_since: datetime | None = None) -> Silence | None:
    """Return when it will be unusual that nothing came since the last entry; None: never, or nobody can tell."""
    seen = sorted(times)
    if not seen:
        return None
    last = seen[-1]
    since = max(min(seen[0], known_since or seen[0]), last - MEMORY)
    busy = sorted({_hour(moment) for moment in seen if moment >= since})
    if last - since < LEARNED or len(busy) < FEWEST:
        return None
    return _first_unusual(_Week(busy, first=_hour(since)), last)


def _first_unusual(week: _Week, last: datetime) -> Silence | None:
    surprise, unseen = 0.0, week.unseen()
    for hour in range(_hour(last) + 1, _hour(last) + int(LONGEST / HOUR)):
        surprise += week.surprises[hour % WEEK]
        moment = _moment(hour + 1)
        if moment - last < SHORTEST or (surprise < SURPRISE and moment - last < unseen):
            continue
        usual = week.usual(hour + 1)
        if moment - last >= BEYOND * usual:
            return Silence(last, moment, usual)
    return None


class _Week:
    """What is known of a source's week: its busy hours, counted from 1970, ascending."""

    def __init__(self, busy: list[int], *, first: int) -> None:
        self._busy, self._first, self._last = busy, first, busy[-1]
        counts = [0] * WEEK
        for hour in busy:
            counts[hour % WEEK] += 1
        self.surprises = [-log1p(-self._chance(counts, hour)) for hour in range(WEEK)]
        """How unlikely it is that nothing comes in each hour of the week, as a natural logarithm."""

    def unseen(self) -> timedelta:
        """Return a silence much longer than any there was; one beyond all measure where there were few."""
        if len(self._busy) <= FEWEST_GAPS:
            return timedelta.max
        return UNSEEN * max(after - before for before, after in pairwise(self._busy)) * HOUR

    def usual(self, hour: int) -> timedelta:
        """Return the longest silence that stood at this time of the week in the weeks before."""
        found = [self._silence(at) for at in self._earlier(hour)]
        return (1 + max(found, default=0)) * HOUR

    def _chance(self, counts: list[int], hour: int) -> float:
        """How likely something comes in this hour of the week; what was seen in all weeks stays below 1."""
        weeks = (self._last - self._first) / WEEK
        near = sum(share * counts[(hour + away) % WEEK] for away, share in _KERNEL)
        return min(near, weeks) / (weeks + 1)

    def _earlier(self, hour: int) -> Iterator[int]:
        for week in range(1, 1 + (hour - self._first) // WEEK):
            for at in range(hour - week * WEEK - AROUND, hour - week * WEEK + AROUND + 1):
                if self._first < at <= self._last:
                    yield at

    def _silence(self, at: int) -> int:
        """How many hours nothing had come when this hour began."""
        place = bisect_left(self._busy, at)
        return at - 1 - self._busy[place - 1] if place else at - self._first


def _hour(moment: datetime) -> int:
    return (moment - _EPOCH) // HOUR


def _moment(hour: int) -> datetime:
    return _EPOCH + hour * HOUR
