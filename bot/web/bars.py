"""Stories a day of each company, as numbers for a small drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.commands import Desk
from bot.render.picture_views import Days, Happened, by_company
from bot.render.reports import name_of
from bot.store import charting, search
from bot.web.reader import Reader

DAYS = 14
MOST = 12
HEIGHT = 24
"""Of the drawing, in its own units; a day is ``STEP`` wide."""
STEP = 8
GAP = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: where its bar stands in the drawing."""

    x: int
    y: float
    height: float
    words: str
    """``12 Nov: 3``."""


@dataclass(frozen=True, slots=True)
class Company:
    """One company's days."""

    name: str
    count: int
    bars: tuple[Bar, ...]
    words: str
    """What the drawing shows, for who can't see it."""


@dataclass(frozen=True, slots=True)
class Bars:
    """The companies with the most stories; ``more`` have some too and are left out."""

    companies: tuple[Company, ...]
    days: str
    more: int = 0
    width: int = DAYS * STEP - GAP
    height: int = HEIGHT
    bar: int = STEP - GAP


def bars(desk: Desk, reader: Reader) -> Bars:
    """Return the days of two weeks; all companies on one scale."""
    days = Days.ending(reader.clock, desk.now, DAYS)
    filters = search.Filters(since=days.first)
    groups = by_company(charting.happened(desk.conn, filters))
    known = {watch: found for watch, found in groups.items() if watch in desk.watchlist.watches}
    counted = {watch: _counts(found, days) for watch, found in list(known.items())[:MOST]}
    tallest = max((max(counts) for counts in counted.values()), default=1)
    made = tuple(
        _company(name_of(watch, desk.watchlist, reader.language), counts, tallest, days, reader)
        for watch, counts in counted.items()
    )
    return Bars(made, days.words(), more=max(0, len(known) - MOST))


def _counts(found: Sequence[Happened], days: Days) -> list[int]:
    counts = [0] * days.count
    for each in found:
        place = days.place(each.at)
        if place is not None:
            counts[place] += 1
    return counts


def _company(name: str, counts: Sequence[int], tallest: int, days: Days, reader: Reader) -> Company:
    made = tuple(_bar(at, count, tallest, days, reader) for at, count in enumerate(counts) if count)
    best = max(range(len(counts)), key=lambda at: counts[at])
    said: Mapping[str, str | int] = {
        "name": name,
        "count": sum(counts),
        "day": reader.clock.date(days.middle(best)),
        "most": counts[best],
    }
    return Company(name, sum(counts), made, reader.say("page_bar_words", **said))


def _bar(at: int, count: int, tallest: int, days: Days, reader: Reader) -> Bar:
    height = max(2.0, round(HEIGHT * count / max(1, tallest), 1))
    day = reader.clock.date(days.first + timedelta(days=at, hours=12))
    return Bar(at * STEP, round(HEIGHT - height, 1), height, f"{day}: {count}")
