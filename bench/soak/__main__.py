"""Run a soak, print what it held and whether it kept the promises; exit 1 where it did not."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bench.soak.house import BEGIN, House, Sample
from bench.soak.picture import draw
from bench.soak.serving import Remote, serving
from bench.soak.verdicts import Verdict, verdicts
from bench.soak.world import Plan
from bot.app.logs import write_logs

FULL = Plan(sources=5_000, entries=1_000_000, days=100, hours=12)
QUICK = Plan(sources=50, entries=14_000, days=20, hours=6)
_SHOWN = 12


async def soak(plan: Plan, world: Remote, home: Path, screen: Console, picture: Path) -> list[Verdict]:
    """Live through the days of a plan and return the verdicts; in between, what is held so far is told."""
    began = perf_counter()
    house = House(plan, world, home)
    try:
        await house.live()
        start = house.now - BEGIN
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=screen) as progress:
            days = progress.add_task("days", total=plan.days)
            for day in range(1, plan.days + 1):
                await house.pass_until(BEGIN + start + timedelta(days=day))
                last = house.samples[-1]
                progress.update(
                    days, advance=1, description=f"{last.memory:.0f} MB, {last.index:,} in the index"
                )
                if not screen.is_terminal and day % max(1, plan.days // _SHOWN) == 0:
                    screen.print(_line(day, last, house.sent, perf_counter() - began), highlight=False)
        await house.settle()
    finally:
        await house.close()
    counts = world.counts()
    draw(house.samples, picture)
    screen.print(f"{counts['messages']:,} messages; faults: {counts['faults']}", highlight=False)
    if counts["lost"] or counts["unmarked"]:
        screen.print(
            f"lost: {counts['lost']}, repeated without a mark: {counts['unmarked']}", highlight=False
        )
    screen.print(f"{perf_counter() - began:.0f} s; picture: {picture}", highlight=False)
    return verdicts(house.samples, counts, plan)


def _line(day: int, held: Sample, sent: int, seconds: float) -> str:
    return (
        f"{seconds:6.0f} s  day {day:3}  {held.memory:.0f} MB  {held.index:,} in the index  {held.entries:,} stored"
        f"  {held.files} files  {held.threads} threads  {held.tasks} tasks  {sent:,} sent"
    )


def _print(found: Sequence[Verdict], screen: Console) -> None:
    table = Table("promise", "found", "")
    for one in found:
        table.add_row(one.promise, one.found, "kept" if one.kept else "[red]broken[/red]")
    screen.print(table)


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="50 sources, 14,000 entries: a few minutes")
    parser.add_argument("--sources", type=int, help="how many sources")
    parser.add_argument("--entries", type=int, help="how many entries in all")
    parser.add_argument("--days", type=int, help="over how many days of the soak's clock")
    asked = parser.parse_args()
    usual = QUICK if asked.quick else FULL
    plan = Plan(
        sources=asked.sources or usual.sources,
        entries=asked.entries or usual.entries,
        days=asked.days or usual.days,
        hours=usual.hours,
    )
    screen = Console(width=120)
    with TemporaryDirectory(prefix="wirewatch-soak-") as folder, serving(plan) as world:
        home = Path(folder)
        with (home / "log").open("a") as log:
            stderr, sys.stderr = sys.stderr, log
            try:
                write_logs()
            finally:
                sys.stderr = stderr
        found = asyncio.run(soak(plan, world, home, screen, Path(gettempdir()) / "wirewatch-soak.svg"))
    _print(found, screen)
    sys.exit(0 if all(one.kept for one in found) else 1)


if __name__ == "__main__":
    main()
