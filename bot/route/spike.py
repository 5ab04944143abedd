"""More news about a watch than its habit: when that is a reason of its own to tell a story at once.

A watch's volume is the number of stories that it is the subject of with a notable score, by the time at which
they opened; several sources that tell one story are one. Its habit is what the last 28 days say of six hours:
the mean over all of them, or over the same hours of those days where that is more (news keeps office hours).

Six hours hold a spike when they opened at least five such stories, at least three times as many as is usual,
and so many that chance would bring them once in ten thousand times (Poisson). Then the next such story rings
for a receiver that has a route for it at once but for the route's ``min_score``: once in 24 hours for a watch,
and not for a receiver that was told at once of three stories about it in those hours. A watch's own
``min_score`` is never undercut, so ``min_score`` there also switches spikes off.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp, lgamma, log

from bot.model import Entry, Level, Match, Route, Spike, Story

WINDOW = timedelta(hours=6)
HABIT = timedelta(days=28)
LEAST_HABIT = timedelta(days=7)
"""With less behind it a watch, or an archive, has no habit that could be exceeded."""
COOL_DOWN = timedelta(hours=24)
FEWEST = 5
TIMES = 3.0
UNLIKELY = 1e-4
HEARD = 3
"""Who was told at once of so many stories of a watch in the window knows already."""
LOWEST = Level.NOTABLE
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How many other stories of a watch opened in the window, and how many are usual in as many hours."""

    recent: int
    usual: float
    days: float
    """How far back its habit reaches."""

    @property
    def count(self) -> int:
        """The stories of the window, the one that is judged among them."""
        return self.recent + 1

    @property
    def is_spike(self) -> bool:
        """Tell whether the window holds clearly more than the habit says."""
        return (
            self.days >= LEAST_HABIT / _DAY
            and self.count >= FEWEST
            and self.count >= TIMES * self.usual
            and chance_of(self.count, self.usual) < UNLIKELY
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Volumes:
    """What is known of the volumes of a story's watches, and of who heard of them; a watch left out is calm."""

    of: Mapping[str, Volume] = field(default_factory=dict)
    spiked: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    """(receiver, watch) to the last spike that it was told, or is owed, within the cool-down."""
    heard: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """(receiver, watch) to the stories told at once within the window."""

    def spike(self, receiver: str, watch: str, now: datetime) -> Spike | None:
        """Return the spike of a watch that a receiver has not heard of yet; None where there is none."""
        volume = self.of.get(watch)
        if volume is None or not volume.is_spike or self.heard.get((receiver, watch), 0) >= HEARD:
            return None
        last = self.spiked.get((receiver, watch))
        if last is not None and now - last < COOL_DOWN:
            return None
        hours = WINDOW // timedelta(hours=1)
        return Spike(watch=watch, stories=volume.count, usual=round(volume.usual), hours=hours)


NO_VOLUMES = Volumes()


def volume(*, recent: int, earlier: int, same_hours: int, began: datetime, now: datetime) -> Volume:
    """Return the volume of a watch from counts of stories.

    ``recent`` opened in the window; ``earlier`` between ``began`` and the window, ``same_hours`` of these
    in the hours of the day that the window spans. One more is taken for seen than was: no habit is zero.
    """
    days = max((now - began) / _DAY, WINDOW / _DAY)
    spans = max(days - WINDOW / _DAY, WINDOW / _DAY)
    usual = max((earlier + 1) * (WINDOW / _DAY) / spans, (same_hours + 1) / max(spans, 1.0))
    return Volume(recent=recent, usual=usual, days=days)


def begins(known: datetime, archive: datetime, now: datetime) -> datetime:
    """Return when a watch's habit begins: 28 days ago, or when the watch or the archive became known."""
    return max(known, archive, now - HABIT)


def in_same_hours(opened: datetime, now: datetime) -> bool:
    """Tell whether a story opened in the hours of its day that the window spans today."""
    return (now - opened) % _DAY < WINDOW


def can_ring(story: Story, routes: Iterable[Route], now: datetime, new: Collection[str] = ()) -> bool:
    """Tell whether a spike could make a story ring: it opened in the window, and a route keeps such stories out.

    ``new`` are the entries that led here; without them, all of the story's.
    """
    held_back = any(route.digest is None and (route.min_score or 0) > LOWEST for route in routes)
    entries = [report.entry for report in story.reports if not new or report.entry.id in new]
    fresh = any(not entry.baseline and not entry.late for entry in entries)
    recent = opened_at(story) >= now - WINDOW and is_news_of_its_day(story.root.entry)
    return held_back and fresh and recent


def opened_at(story: Story) -> datetime:
    """Return when a story opened: the earliest time of its entries."""
    return min(report.entry.time for report in story.reports)


def is_news_of_its_day(entry: Entry) -> bool:
    """Tell whether the entry that opened a story says when that was.

    Baselines come in bulk and late entries long after; one without a date that follows a silence of ours
    may be of any hour of that silence.
    """
    dated = entry.time != entry.first_seen
    close = entry.polled_before is None or entry.first_seen - entry.polled_before <= WINDOW
    return not entry.baseline and not entry.late and (dated or close)


def is_notable(match: Match) -> bool:
    """Tell whether a match counts: the watch is the story's subject, and it matters."""
    return match.subject and match.score >= LOWEST


def chance_of(count: int, usual: float) -> float:
    """Return the chance of ``count`` or more where ``usual`` (above 0) are expected, by Poisson."""
    term = exp(count * log(usual) - usual - lgamma(count + 1))
    if count <= usual:
        return 1.0  # no tail worth summing: what is usual is never unlikely
    total, at = 0.0, count
    while term > total * 1e-12:
        total += term
        at += 1
        term *= usual / at
    return min(1.0, total)
