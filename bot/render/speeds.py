"""How quick the bot is, in words: from published to told, in all, by company and by source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from bot.model import Block, Line
from bot.render.lines import clean, shorten, text
from bot.render.times import Clock
from bot.render.words import line, say

FEWEST = 3
"""Alerts from which a median says something."""
LISTED = 5
_LONGEST_NAME = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How long alerts took: half of them at most ``median``, nine in ten at most ``most``."""

    name: str = ""
    """The company or the source, as shown; "" for all together."""
    count: int
    median: timedelta
    most: timedelta

    @classmethod
    def of(cls, delays: Iterable[timedelta], name: str = "") -> Speed | None:
        """Return how long these took; None for none."""
        ordered = sorted(delays)
        if not ordered:
            return None
        return cls(name=name, count=len(ordered), median=_rank(ordered, 0.5), most=_rank(ordered, 0.9))


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedsView:
    """How quick the bot was in ``span``; the lists in any order."""

    span: timedelta
    published: Speed | None = None
    """From published to told."""
    read: Speed | None = None
    """From read to told."""
    watches: tuple[Speed, ...] = ()
    sources: tuple[Speed, ...] = ()


def _rank(ordered: Sequence[timedelta], share: float) -> timedelta:
    """The smallest delay that so large a share does not exceed."""
    return ordered[max(0, ceil(len(ordered) * share - 1e-9) - 1)]


def most_first(speeds: Mapping[str, list[timedelta]], names: Mapping[str, str]) -> tuple[Speed, ...]:
    """Return the speeds of companies or sources, those with the most alerts first."""
    made = (Speed.of(delays, names.get(key, key)) for key, delays in speeds.items())
    return tuple(sorted(filter(None, made), key=lambda one: (-one.count, one.name)))


def speeds(view: SpeedsView, clock: Clock) -> Iterator[Block]:
    """Yield how quick the bot was: all together, then the companies and the slowest sources, a block each."""
    language = clock.language
    if view.published is None:
        return
    span = clock.span(view.span)
    lines: list[Line] = [
        line(language, "speed_head", count=view.published.count, span=span),
        text(say(language, "speed_published", **_delays(view.published, clock))),
    ]
    if view.read is not None:
        lines.append(text(say(language, "speed_read", **_delays(view.read, clock))))
    yield Block(tuple(lines))
    slowest = sorted(view.sources, key=lambda one: -one.median)
    for key, found in (("speed_watches", view.watches), ("speed_sources", slowest)):
        counted = [one for one in found if one.count >= FEWEST][:LISTED]
        if len(counted) > 1:
            yield Block((line(language, key), *(_line(one, clock) for one in counted)))


def delay(of: timedelta, clock: Clock) -> str:
    """Return how long something took: ``3.4 s``, ``48 s``, ``12 min``, ``2 h 10 min``."""
    seconds = of.total_seconds()
    unit = "秒" if clock.language == "zh" else "s"
    return f"{seconds:.1f} {unit}" if seconds < 10 else clock.span(of, exact=True)


def _line(one: Speed, clock: Clock) -> Line:
    name = shorten(clean(one.name), _LONGEST_NAME)
    return text(say(clock.language, "speed_line", name=name, count=one.count, **_delays(one, clock)))


def _delays(one: Speed, clock: Clock) -> dict[str, str]:
    return {"median": delay(one.median, clock), "most": delay(one.most, clock)}
