"""``make bench``: thousands of sources polled once each, what that costs, and what hanging hosts do to the others."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, ParamSpec, TypeVar

from rich.console import Console
from rich.table import Table

from bench.fetching import CLIENTS, Fetched, addresses, lively_bodies, parsers
from bench.passes import Pass, measure
from bench.publisher import Remote, World, publishing

P = ParamSpec("P")
T = TypeVar("T")

FULL, QUICK = 10_000, 1_000
HANGING = 20
"""One source in so many is on a host that stops answering."""
_NAMES = ("first pass: all feeds are new", "a fifth has two new entries", "the same, and hosts that hang")
_BODIES = 60


class Bench:
    """One run: the bot polls a made-up world in three passes, then the rivals fetch and parse from it."""

    def __init__(self, world: World, polling: Mapping[str, Any], console: Console) -> None:
        self._world = world
        self._polling = polling
        self._console = console
        self._began = perf_counter()

    def run(self) -> None:
        """Measure everything and print the tables."""
        self._say(f"writing the feeds of {self._world.count:,} sources")
        with publishing(self._world) as publisher, TemporaryDirectory(prefix="wirewatch-bench-") as folder:
            self._say("polling them three times")
            passes = _alone(measure, self._world, publisher, Path(folder), self._polling)
            self._print_passes(passes)
            self._print_rivals(publisher)
        self._console.print(
            f"{date.today()}, Python {platform.python_version()}, {os.cpu_count()} cores ({platform.machine()}), "  # noqa: DTZ011  the day here
            f"{perf_counter() - self._began:.0f} s in all"
        )

    def _say(self, text: str) -> None:
        self._console.print(f"[dim]{perf_counter() - self._began:5.0f} s[/dim]  {text} ...", highlight=False)

    def _print_passes(self, passes: Sequence[Pass]) -> None:
        self._console.print()
        self._console.print(_passes_table(passes))
        calm, hindered = passes[1].delay[1], passes[2].delay[1]
        self._console.print(
            f"{self._world.hanging:,} hanging hosts delay the others by {hindered - calm:.1f} s "
            "at the 95th percentile\n",
            highlight=False,
        )

    def _print_rivals(self, publisher: Remote) -> None:
        urls = addresses(self._world, publisher)
        fetched: list[tuple[str, Fetched]] = []
        for client in CLIENTS:
            self._say(client.name)
            fetched.append((client.name, _alone(client.measure, urls)))
        self._say("parsing")
        count = min(_BODIES, self._world.lively)
        parsed = _alone(parsers, lively_bodies(self._world, publisher, count))
        self._console.print()
        self._console.print(_clients_table(fetched))
        self._console.print()
        self._console.print(_parsers_table(parsed))


def _alone(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Run ``work`` in a process of its own, whose memory and processor time are counted."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        return alone.submit(work, *args, **named).result()


def _passes_table(passes: Sequence[Pass]) -> Table:
    table = Table("", *_NAMES[: len(passes)])
    own = [(one.spent, one.polls / 1e3) for one in passes]
    rows = {
        "sources polled": [f"{one.polls:,}" for one in passes],
        "with news, unchanged, failed": [
            f"{one.polls - one.unchanged - one.failed:,} / {one.unchanged:,} / {one.failed:,}"
            for one in passes
        ],
        "new entries": [f"{one.new:,}" for one in passes],
        "seconds": [f"{one.wall:.1f}" for one in passes],
        "CPU ms per poll, in all": [f"{(spent.own + spent.children) / each:.2f}" for spent, each in own],
        "  fetching, waiting, logging": [f"{(spent.own - spent.store) / each:.2f}" for spent, each in own],
        "  deciding and storing": [f"{spent.store / each:.2f}" for spent, each in own],
        "  parse workers": [f"{spent.children / each:.2f}" for spent, each in own],
        "memory without parse workers, MB": [f"{one.memory:.0f}" for one in passes],
        "event loop late, ms: p50 / p99 / most": [
            " / ".join(f"{lag * 1e3:.1f}" for lag in one.lag) for one in passes
        ],
        "from due to polled, s: p50 / p95 / most": [
            " / ".join(f"{delay:.1f}" for delay in one.delay) for one in passes
        ],
    }
    for name, cells in rows.items():
        table.add_row(name, *cells)
    return table


def _clients_table(fetched: Sequence[tuple[str, Fetched]]) -> Table:
    table = Table(
        "fetching", "asked", "failed", "s", "CPU ms each", "times ours", "grew MB", "loop late p99 ms"
    )
    ours = fetched[0][1].each
    for name, one in fetched:
        figures = f"{one.wall:.1f}", f"{one.each * 1e3:.2f}", f"{one.each / ours:.2f}"
        late = f"{one.lag * 1e3:.1f}"
        table.add_row(name, f"{one.asked:,}", f"{one.failed:,}", *figures, f"{one.memory:.0f}", late)
    return table


def _parsers_table(parsed: dict[str, float]) -> Table:
    table = Table("parsing a 60 KB feed", "CPU ms each", "times ours")
    ours = next(iter(parsed.values()))
    for name, each in parsed.items():
        table.add_row(name, f"{each * 1e3:.2f}", f"{each / ours:.2f}")
    return table


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m bench.polling", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} sources instead of {FULL:,}")
    parser.add_argument("--sources", type=int, metavar="N", help="how many sources there are")
    parser.add_argument(
        "--hanging", type=int, metavar="N", help=f"how many stop answering (default: 1 in {HANGING})"
    )
    parser.add_argument(
        "--concurrency", type=int, metavar="N", help="polling.concurrency (default: as shipped)"
    )
    parser.add_argument(
        "--timeout", type=float, metavar="S", help="polling.timeout in seconds (default: as shipped)"
    )
    asked = parser.parse_args()
    count = asked.sources if asked.sources is not None else QUICK if asked.quick else FULL
    hanging = asked.hanging if asked.hanging is not None else count // HANGING
    if not 0 <= hanging < count:
        parser.error("--sources is a whole number from 1, --hanging one from 0 below it")
    polling: dict[str, Any] = {}
    if asked.concurrency is not None:
        polling["concurrency"] = asked.concurrency
    if asked.timeout is not None:
        polling["timeout"] = timedelta(seconds=asked.timeout)
    Bench(World(count, hanging), polling, Console(width=140)).run()


if __name__ == "__main__":
    main()
