"""``python -m tests.crash --kills 10000``: the long run, with a table by point; exit code 1 on a breach."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count

from bot.crashpoints import POINTS
from tests.crash.drive import Report
from tests.crash.scenes import CHATS, DAY, play

_WORLDS = 2
"""Worlds that are killed at the same time: a life waits more than it works."""


async def kill(most: int, first: int, worlds: int) -> list[Report]:
    """Play worlds, each from a seed of its own, until so many lives were ended."""
    seeds, reports = count(first), list[Report]()
    began = time.monotonic()

    async def on_end() -> None:
        while sum(len(report.kills) for report in reports) < most:
            seed = next(seeds)
            played = await asyncio.gather(play(seed, DAY), play(seed, CHATS))
            reports.extend(played)
            kills = sum(len(each.kills) for each in reports)
            rate = kills / (time.monotonic() - began)
            print(
                f"{kills:6} of {most} kills, {rate:.1f} a second, {_broken(reports)} worlds broken",
                flush=True,
            )
            for report in played:
                if report.breaches:
                    print(report, flush=True)

    await asyncio.gather(*(on_end() for _ in range(worlds)))
    return reports


def _broken(reports: Iterable[Report]) -> int:
    return sum(bool(report.breaches) for report in reports)


def table(reports: list[Report]) -> Iterator[str]:
    """Say by point how often lives ended there, how often a message was on the wire then, and what came of all."""
    kills = [kill for report in reports for kill in report.kills]
    ended = Counter(kill.point for kill in kills)
    in_window = Counter(kill.point for kill in kills if kill.on_wire)
    missed = Counter(point for report in reports for point in report.missed)
    yield f"{'point':22}{'kills':>7}{'on the wire':>13}{'not passed':>12}"
    for point in (*POINTS, "any moment"):
        yield f"{point:22}{ended[point]:7}{in_window[point]:13}{missed[point]:12}"
    yield f"{'all':22}{len(kills):7}{in_window.total():13}{missed.total():12}"
    repeats, marked = sum(report.repeats for report in reports), sum(report.marked for report in reports)
    yield f"lost {sum(report.lost for report in reports)}, repeats {repeats}, marked as possible repeats {marked}"
    yield f"worlds {len(reports)}, broken {_broken(reports)}"


def main() -> int:
    """Kill as often as the command line says."""
    # A kill cuts requests short: what the stand-ins' library says of that is no news here.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="of the first world; the next ones count on")
    parser.add_argument("--worlds", type=int, default=_WORLDS, help="at the same time")
    given = parser.parse_args()
    reports = asyncio.run(kill(given.kills, given.seed, given.worlds))
    print("\n".join(table(reports)))
    return 1 if _broken(reports) else 0


if __name__ == "__main__":
    sys.exit(main())
