"""What pictures, captions and timelines are made from: plain frozen values. Datetimes are aware UTC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.model import Receiver, Watchlist
from bot.render.times import Clock
from bot.render.views import Headline


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """A story of a watch: when, how strong, what kind; ``rang`` where it was told at once."""

    story: str
    watch: str
    at: datetime
    score: int
    event: str = ""
    rang: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """So many bars of ``step`` days each, from ``first`` on, by the reader's clock: every day has its 24 hours,
    also the two of a year on which clocks change."""

    clock: Clock
    first: datetime
    count: int
    step: int = 1

    @classmethod
    def ending(cls, clock: Clock, last: datetime, days: int, *, longest: int = 92) -> Days:
        """Return whole calendar days up to that of ``last``; beyond ``longest`` a bar is a week."""
        step = 1 if days <= longest else 7
        count = -(-days // step)
        midnight = clock.local(last).replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(clock=clock, first=midnight - timedelta(days=count * step - 1), count=count, step=step)

    @classmethod
    def until(cls, clock: Clock, end: datetime, days: int, *, longest: int = 92) -> Days:
        """Return days that run from the hour of ``end`` to the same hour, the last one up to ``end``."""
        step = 1 if days <= longest else 7
        count = -(-days // step)
        return cls(clock=clock, first=clock.local(end) - timedelta(days=count * step), count=count, step=step)

    def place(self, at: datetime) -> int | None:
        """Return the bar of a moment; None outside."""
        passed = self.clock.local(at).replace(tzinfo=None) - self.clock.local(self.first).replace(tzinfo=None)
        place = passed // timedelta(days=self.step)
        if place == -1 and at.astimezone(UTC) >= self.first.astimezone(UTC):
            place = 0  # in the hour that a night repeats clocks go back behind where the bar began
        return place if 0 <= place < self.count else None

    def middle(self, place: int) -> datetime:
        """Return a moment of the day that most of a bar lies in; of a week its first day."""
        return self.clock.local(self.first) + timedelta(days=place * self.step, hours=12)

    @property
    def last(self) -> datetime:
        """A moment of the last day."""
        return self.middle(self.count - 1) + timedelta(days=self.step - 1)

    def words(self) -> str:
        """Return ``9-15 Nov``; one day alone as ``Thu 12 Nov``."""
        if self.count * self.step == 1:
            return self.clock.day(self.middle(0))
        return self.clock.days(self.middle(0), self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartView:
    """What a chart shows, for its caption."""

    reader: Receiver
    watchlist: Watchlist
    now: datetime
    days: Days
    watches: tuple[str, ...]
    """The companies asked for; empty for all."""
    titles: Mapping[str, str]
    """Language to what is shown, as in a list's first line; "" for everything."""
    happened: tuple[Happened, ...]
    before: int | None = None
    """How many stories there were in the same time before; None where that is not known."""
    share: str = ""
    """The command that asks for the same, as in ``chart alibaba``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineDay:
    """A day of a timeline: its best stories, best first, each with its event ("" without), and how many more."""

    at: datetime
    stories: tuple[tuple[Headline, str], ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineView:
    """What happened to a company, the newest day first."""

    reader: Receiver
    watchlist: Watchlist
    now: datetime
    watch: str
    span: timedelta
    total: int
    days: tuple[TimelineDay, ...]
    earlier: int = 0
    """Stories of earlier days that are left for the next page."""
    back: str = ""
    on: str = ""
    """What the buttons to the pages beside it do; "" where there is none."""
    rest: str = ""
    """What is typed to read everything, without the chat's prefix."""
    share: str = ""
    """The command that asks for the same page, as in ``timeline alibaba since:7d``."""


def by_company(happened: Iterable[Happened]) -> dict[str, list[Happened]]:
    """Return the stories of each watch, the watch with the most first."""
    groups: dict[str, list[Happened]] = {}
    for each in happened:
        groups.setdefault(each.watch, []).append(each)
    return _most_first(groups)


def by_event(happened: Iterable[Happened]) -> dict[str, list[Happened]]:
    """Return the stories of each kind of event, the most frequent first, what has none last."""
    groups: dict[str, list[Happened]] = {}
    for each in happened:
        groups.setdefault(each.event, []).append(each)
    rest = groups.pop("", None)
    return _most_first(groups) | ({"": rest} if rest else {})


def stories_of(happened: Iterable[Happened]) -> int:
    """Return how many stories these are: one of two companies counts once."""
    return len({each.story for each in happened})


def _most_first(groups: Mapping[str, list[Happened]]) -> dict[str, list[Happened]]:
    return dict(sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])))
