"""``make bench``: how quick the matcher is with all its explanations, what it costs, and how others compare."""

from __future__ import annotations

import argparse
import gc
import os
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from time import perf_counter, process_time
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from bench.companies import Press, terms_of, watchlist_of
from bench.finders import FINDERS, Find
from bench.memory import held
from bot.config import load_tables
from bot.match import Matcher

FULL = (1_000, 10_000, 100_000)
QUICK = (1_000, 10_000)
_TITLES, _BODIES = 20_000, 400
_AT_ONCE = 50
"""Texts read between two looks at the clock."""
T = TypeVar("T")
OURS = "Wirewatch, with explanations"
_ROUNDS = 3
_NO_FIGURES = ("-",) * 6


@dataclass(frozen=True, slots=True)
class Texts:
    """What is read: titles, and texts of five thousand bytes."""

    titles: list[str]
    bodies: list[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one matcher with one number of terms; all times are processor time of one core."""

    build: float
    """Seconds until it is ready."""
    memory: float
    """Megabytes that the process grew by."""
    titles: float
    """Titles a second, and ``bodies``: texts of five thousand bytes."""
    bodies: float
    whole: float = 0.0
    """For ours: entries a second when everything else is read of a title too, as live polls do."""


def ours(count: int, texts: Texts, seconds: float) -> Figures:
    """Measure Wirewatch's matcher; meant for a process of its own, whose memory is counted."""
    tables = load_tables()
    watchlist = watchlist_of(count, tables)
    matcher, build, memory = _built(lambda: Matcher(watchlist, tables))
    return Figures(
        build,
        memory,
        _speed(matcher.sightings, texts.titles, seconds),
        _speed(lambda body: matcher.sightings("", body), texts.bodies, seconds),
        _speed(matcher.facts, texts.titles, seconds),
    )


def theirs(number: int, terms: Sequence[str], texts: Texts, seconds: float) -> Figures:
    """Measure the finder of that number; meant for a process of its own."""
    find, build, memory = _built(lambda: FINDERS[number].build(terms))
    return Figures(build, memory, _speed(find, texts.titles, seconds), _speed(find, texts.bodies, seconds))


def _built(build: Callable[[], T]) -> tuple[T, float, float]:
    gc.collect()
    before, began = held(), process_time()
    made = build()
    seconds = process_time() - began
    gc.collect()
    return made, seconds, held() - before


def _speed(find: Find, texts: Sequence[str], seconds: float) -> float:
    """Return how many texts a second are read, in the best of some rounds that last so long together."""
    best, end = 0.0, process_time() + seconds
    for _ in range(_ROUNDS):
        began, done = process_time(), 0
        while done < len(texts) and process_time() < end:
            for text in texts[done : done + _AT_ONCE]:
                find(text)
            done += len(texts[done : done + _AT_ONCE])
        if done:
            best = max(best, done / max(process_time() - began, 1e-9))
    return best


class Bench:
    """One run: for each number of terms every matcher reads the same texts, in a process of its own."""

    def __init__(self, sizes: Sequence[int], texts: int, seconds: float, console: Console) -> None:
        self._sizes = sizes
        self._texts = texts
        self._seconds = seconds
        self._console = console
        self._tables = load_tables()
        self._began = perf_counter()

    def run(self) -> None:
        """Measure everything; print a table for each size."""
        for size in self._sizes:
            self._console.print()
            self._console.print(self._table(size))
        if any(finder.missing for finder in FINDERS):
            self._console.print("What is not installed: pip install -r requirements-bench.lock")
        self._console.print(
            f"{date.today()}, Python {platform.python_version()}, {os.cpu_count()} cores ({platform.machine()}), "  # noqa: DTZ011  the day here
            f"{perf_counter() - self._began:.0f} s in all; processor time, one core"
        )

    def _table(self, size: int) -> Table:
        self._say(f"making up companies with {size:,} terms, and news about them")
        watchlist = watchlist_of(size, self._tables)
        press = Press(self._tables, watchlist)
        texts = Texts(press.titles(self._texts), press.texts(max(1, self._texts * _BODIES // _TITLES)))
        terms = list(dict.fromkeys(term for watch in watchlist.watches.values() for term in terms_of(watch)))
        self._say(OURS)
        own = _alone(ours, size, texts, self._seconds)
        table = Table(
            f"{size:,} terms", "build s", "MB", "titles/s", "times ours", "5 kB texts/s", "times ours"
        )
        table.add_row(OURS, *_row(own, own))
        for number, finder in enumerate(FINDERS):
            if finder.missing:
                table.add_row(f"{finder.name}: not installed", *_NO_FIGURES)
            elif size > finder.most:
                table.add_row(f"{finder.name}: too slow", *_NO_FIGURES)
            else:
                self._say(finder.name)
                table.add_row(finder.name, *_row(_alone(theirs, number, terms, texts, self._seconds), own))
        table.caption = f"Wirewatch with numbers and tokens of each title as well: {own.whole:,.0f} titles/s"
        return table

    def _say(self, text: str) -> None:
        self._console.print(f"[dim]{perf_counter() - self._began:5.0f} s[/dim]  {text} ...", highlight=False)


def _alone(measure: Callable[..., Figures], *given: object) -> Figures:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measure, *given).result()


def _row(figures: Figures, own: Figures) -> tuple[str, ...]:
    """Speeds, and how many times our time each text takes."""
    return (
        f"{figures.build:.2f}",
        f"{figures.memory:.0f}",
        f"{figures.titles:,.0f}",
        f"{own.titles / figures.titles:.3g}",
        f"{figures.bodies:,.0f}",
        f"{own.bodies / figures.bodies:.3g}",
    )


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m bench.matching", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer terms and texts, half a minute")
    parser.add_argument("--terms", type=int, nargs="+", metavar="N", help="terms of the watchlist")
    parser.add_argument("--titles", type=int, default=_TITLES, help="titles read (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=3.0, help="at most so long (default: %(default)s)")
    asked = parser.parse_args()
    sizes = sorted(asked.terms or (QUICK if asked.quick else FULL))
    if sizes[0] < 1 or asked.titles < 1 or asked.seconds <= 0:
        parser.error("terms, titles and seconds are numbers above 0")
    Bench(sizes, asked.titles, asked.seconds / (3 if asked.quick else 1), Console(width=120)).run()


if __name__ == "__main__":
    main()
