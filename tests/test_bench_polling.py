"""The bench of polling keeps running, and its made-up world is what it says. Shape is asserted, not speed."""

from __future__ import annotations

import gzip
import subprocess
import sys
from itertools import pairwise

import pytest

from bench.publisher import ENTRIES, NEW, ROUNDS, SIZE, Press, World, address_of
from bot.parsers import parse
from tests.benching import ROOT, run_bench


def test_the_bench_polls_every_source_and_counts_what_it_found() -> None:
    printed, rows = run_bench("polling", "--sources", "10", "--hanging", "5", "--timeout", "4", seconds=500)
    told = {row[0]: row[1:] for row in rows if len(row) == 4}
    assert told["sources polled"] == ["10", "10", "10"]
    assert told["with news, unchanged, failed"] == ["10 / 0 / 0", "2 / 8 / 0", "1 / 4 / 5"]
    assert told["new entries"] == [str(8 + 2 * ENTRIES), str(2 * NEW), str(NEW)]
    for figures in (told["CPU ms per poll, in all"], told["memory without parse workers, MB"]):
        assert all(float(figure) > 0 for figure in figures)
    assert "5 hanging hosts delay the others by" in printed
    for name in ("Wirewatch's fetcher", "httpx, one client per request", "httpx, one client, gather"):
        [row] = [row for row in rows if len(row) == 8 and row[0].startswith(name)]
        assert row[2] == "0", "every request is answered"
        assert float(row[4]) > 0
    [default] = [row for row in rows if row[0] == "feedparser with its defaults"]
    assert float(default[2]) > 0


@pytest.mark.parametrize("asked", [["--sources", "0"], ["--sources", "10", "--hanging", "10"]])
def test_a_world_of_nothing_is_refused(asked: list[str]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bench.polling", *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 2
    assert "is a whole number from 1" in run.stderr


def test_made_up_feeds_are_as_large_as_real_ones_and_show_two_new_entries_each_round() -> None:
    bodies = [gzip.decompress(body) for body in Press(World(10, 1)).feeds(5)]
    assert len(bodies) == ROUNDS
    assert all(0.8 * SIZE < len(body) < 1.2 * SIZE for body in bodies)
    shown = [
        [
            entry.uid
            for entry in parse(body, content_type="application/rss+xml", url="https://a.example").entries
        ]
        for body in bodies
    ]
    assert all(len(uids) == ENTRIES for uids in shown)
    for before, after in pairwise(shown):
        assert after[NEW:] == before[:-NEW]
        assert not set(after[:NEW]) & set(before)


def test_a_world_has_many_hosts_and_those_that_hang_stand_alone() -> None:
    world = World(1_000, 50)
    hosts = [world.host(number) for number in range(1_000)]
    assert len(set(hosts[:950])) == 238
    assert len(set(hosts[950:])) == 50
    assert not set(hosts[:950]) & set(hosts[950:])
    assert len({address_of(host) for host in hosts}) == len(set(hosts))
    assert world.lively == sum(map(world.is_lively, range(1_000))) == 200
