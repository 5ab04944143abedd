"""How much news there was of each watch, kept in memory as the store would answer it."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.model import Match, Story
from bot.route.spike import (
    FEWEST,
    WINDOW,
    Volume,
    begins,
    in_same_hours,
    is_news_of_its_day,
    is_notable,
    opened_at,
    volume,
)


@dataclass(slots=True)
class _Opened:
    """When the notable stories of one watch opened."""

    known: datetime | None = None
    """When the first story that matched it in any way opened."""
    by_story: dict[str, datetime] = field(default_factory=dict)
    ordered: list[datetime] = field(default_factory=list)

    def take(self, story: str, opened: datetime, *, notable: bool) -> None:
        self.known = min(self.known or opened, opened)
        self.drop(story)
        if notable:
            self.by_story[story] = opened
            insort(self.ordered, opened)

    def drop(self, story: str) -> None:
        opened = self.by_story.pop(story, None)
        if opened is not None:
            del self.ordered[bisect_left(self.ordered, opened)]


class Habits:
    """The volumes of every watch by a clock that moves forward."""

    def __init__(self) -> None:
        self.began: datetime | None = None
        """When the first entry was read: before that there was no archive."""
        self._of: defaultdict[str, _Opened] = defaultdict(_Opened)

    def know(self, watch: str, since: datetime) -> None:
        """A watch matched stories before the backtest begins."""
        self._of[watch].known = since

    def begin_with(self, watch: str, story: str, opened: datetime) -> None:
        """Take in a notable story that opened before the backtest begins."""
        self._of[watch].take(story, opened, notable=True)

    def take(self, story: Story, matches: Iterable[Match]) -> None:
        """Take in what a story matches now."""
        if not is_news_of_its_day(story.root.entry):
            self.drop(story.id)
            return
        opened = opened_at(story)
        for match in matches:
            self._of[match.watch].take(story.id, opened, notable=is_notable(match))

    def drop(self, story: str) -> None:
        """Forget a story, such as one that ended in another."""
        for of in self._of.values():
            of.drop(story)

    def volumes(self, story: str, watches: Collection[str], now: datetime) -> Mapping[str, Volume]:
        """Return the volumes of these watches beside ``story``; those that can't be spikes are left out."""
        found = {}
        for watch in watches & self._of.keys():
            each = self._volume(self._of[watch], story, now)
            if each is not None and each.is_spike:
                found[watch] = each
        return found

    def _volume(self, of: _Opened, story: str, now: datetime) -> Volume | None:
        window = bisect_left(of.ordered, now - WINDOW)
        own = of.by_story.get(story)
        recent = len(of.ordered) - window - (own is not None and own >= now - WINDOW)
        if recent + 1 < FEWEST:
            return None
        began = begins(of.known or now, self.began or now, now)
        start = bisect_left(of.ordered, began)
        earlier = max(window - start - (own is not None and began <= own < now - WINDOW), 0)
        mean = volume(recent=recent, earlier=earlier, same_hours=0, began=began, now=now)
        if not mean.is_spike:  # a loud watch is as usual: its long list need not be looked through
            return None
        same = sum(in_same_hours(opened, now) for opened in of.ordered[start:window])
        return volume(recent=recent, earlier=earlier, same_hours=same, began=began, now=now)
