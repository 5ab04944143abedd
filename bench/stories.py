"""``make bench``: how quick the story index is, how it grows, what memory it takes, and how others compare."""

from __future__ import annotations

import argparse
import gc
import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import islice
from math import log
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from rich.console import Console
from rich.table import Table

from bench.memory import held
from bench.newsroom import NOON, Made, Newsroom, in_time
from bench.rivals import RIVALS
from bot.config import load, load_tables
from bot.dedup import StoryIndex, story_id
from bot.match import Matcher
from bot.model import Assignment, Facts, Joining
from bot.store import Store, entries
from bot.text.tokens import tokens

START = Path(__file__).parents[1] / "config"
FULL = (1_000, 10_000, 50_000, 100_000)
QUICK = (1_000, 5_000, 20_000)
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured with so many entries in the window."""

    size: int
    load: float
    """Seconds of processor time from an open store to an index that may decide."""
    memory: float
    """Megabytes that the process grew by."""
    each: float
    """Seconds of processor time per new entry, its facts being read already."""


def measure(database: str, size: int) -> Figures:
    """Load so many entries and assign the rest; meant for a process of its own, whose memory is counted."""
    tables = load_tables()
    with closing(Store.open(database, variants=tables.variants)) as store, store.snapshot() as conn:
        rows = entries.for_index(conn, NOON)
        index = StoryIndex(tables)
        gc.collect()
        before, began = held(), process_time()
        index.load(islice(rows, size))
        load_seconds = process_time() - began
        gc.collect()
        memory = held() - before
        new = list(rows)
        began = process_time()
        for _, _, entry, facts in new:
            index.mark()
            index.assign(entry, facts)
        return Figures(size, load_seconds, memory, (process_time() - began) / len(new))


class Bench:
    """One run: news is made and stored once, then each size is measured in a process of its own."""

    def __init__(self, sizes: Sequence[int], queries: int, console: Console) -> None:
        self._sizes = sizes
        self._queries = queries
        self._console = console
        self._tables = load_tables()
        self._watchlist = load(START, environ={}).watchlist
        self._began = perf_counter()

    def run(self) -> None:
        """Measure everything and print the table."""
        count = max(size + self._new(size) for size in self._sizes)
        self._say(f"writing {count:,} entries of made-up news")
        made = Newsroom(self._tables, self._watchlist).entries(count)
        self._say("reading their facts")
        facts, each = self._facts(made)
        found = [self._measured(made, facts, size) for size in self._sizes]
        last = in_time(made[: self._sizes[-1] + self._new(self._sizes[-1])])
        self._print(found, each, self._rivals([one.entry.title for one in last], found[-1]))

    def _new(self, size: int) -> int:
        """Return how many new entries are assigned: so few that the window hardly grows."""
        return min(self._queries, max(100, size // 4))

    def _say(self, text: str) -> None:
        self._console.print(f"[dim]{perf_counter() - self._began:5.0f} s[/dim]  {text} ...", highlight=False)

    def _facts(self, made: Sequence[Made]) -> tuple[dict[str, Facts], float]:
        """Return each entry's facts by its id, and the seconds of processor time that one takes to read."""
        matcher = Matcher(self._watchlist, self._tables)
        began = process_time()
        facts = {
            one.entry.id: matcher.facts(one.entry.title, one.entry.text, lang=one.entry.lang) for one in made
        }
        return facts, (process_time() - began) / len(made)

    def _measured(self, made: Sequence[Made], facts: Mapping[str, Facts], size: int) -> Figures:
        """Store a window of this size with what comes next, and measure it in a process of its own."""
        self._say(f"{size:,} entries in the window")
        with TemporaryDirectory(prefix="wirewatch-bench-") as folder:
            database = f"sqlite:///{Path(folder) / 'bench.db'}"
            self._store(database, in_time(made[: size + self._new(size)]), facts)
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
                return alone.submit(measure, database, size).result()

    def _store(self, database: str, made: Sequence[Made], facts: Mapping[str, Facts]) -> None:
        with closing(Store.open(database, variants=self._tables.variants)) as store:
            for start in range(0, len(made), _AT_ONCE):
                part = made[start : start + _AT_ONCE]
                with store.begin() as conn:
                    entries.save(conn, _assigned(part, facts), {})

    def _rivals(self, titles: Sequence[str], ours: Figures) -> Iterator[tuple[str, str, str]]:
        """Yield name, milliseconds and how many times ours each rival takes, on the titles of the largest size."""
        window = titles[: ours.size]
        new = titles[ours.size :]
        for rival in RIVALS:
            if rival.missing:
                yield rival.name, "-", f"not installed: {rival.install}"
                continue
            self._say(rival.name)
            each = rival.per_title(window, new, lambda title: tokens(title, self._tables))
            yield rival.name, f"{each * 1e3:.2f}", f"{each / ours.each:.2f}"

    def _print(self, found: Sequence[Figures], facts: float, rivals: Iterable[tuple[str, str, str]]) -> None:
        others = list(rivals)
        self._console.print()
        self._console.print(_sizes_table(found))
        self._console.print(f"Growth of the time per entry: size to the power of {_exponent(found):.2f}")
        self._console.print(f"Reading an entry's facts comes on top: {facts * 1e3:.2f} ms")
        self._console.print()
        self._console.print(_rivals_table(others, found[-1]))
        self._console.print(
            f"{date.today()}, Python {platform.python_version()}, {os.cpu_count()} cores ({platform.machine()}), "  # noqa: DTZ011  the day here
            f"{perf_counter() - self._began:.0f} s in all; processor time, one core"
        )


def _assigned(part: Sequence[Made], facts: Mapping[str, Facts]) -> list[Assignment]:
    first = Joining(rule="first")
    return [
        Assignment(
            entry=one.entry,
            facts=facts[one.entry.id],
            story=story_id(one.story),
            serial=one.story,
            new=False,
            joining=first,
        )
        for one in part
    ]


def _exponent(found: Sequence[Figures]) -> float:
    """Return how the time per entry grows from the smallest size to the largest: 0 not at all, 1 in proportion."""
    first, last = found[0], found[-1]
    return log(last.each / first.each) / log(last.size / first.size) if last.size > first.size else 0.0


def _sizes_table(found: Sequence[Figures]) -> Table:
    table = Table("entries in the window", "entries/s", "ms each", "memory MB", "load s")
    for figures in found:
        speed = f"{1 / figures.each:,.0f}", f"{figures.each * 1e3:.2f}"
        table.add_row(f"{figures.size:,}", *speed, f"{figures.memory:.0f}", f"{figures.load:.1f}")
    return table


def _rivals_table(rivals: Sequence[tuple[str, str, str]], ours: Figures) -> Table:
    table = Table(f"one new title against {ours.size:,}", "ms each", "times ours")
    table.add_row("Wirewatch, which also decides", f"{ours.each * 1e3:.2f}", "1")
    for rival in rivals:
        table.add_row(*rival)
    return table


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m bench.stories", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller windows, a minute or two")
    parser.add_argument("--sizes", type=int, nargs="+", metavar="N", help="entries in the window")
    parser.add_argument(
        "--queries", type=int, default=1_500, help="new entries per size at most (default: %(default)s)"
    )
    asked = parser.parse_args()
    sizes = sorted(asked.sizes or (QUICK if asked.quick else FULL))
    if sizes[0] < 1 or asked.queries < 1:
        parser.error("sizes and queries are whole numbers from 1")
    Bench(sizes, asked.queries, Console(width=120)).run()


if __name__ == "__main__":
    main()
