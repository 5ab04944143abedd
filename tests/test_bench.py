"""``make bench`` keeps running: its smallest form, as a process of its own. Shape is asserted, not speed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bench.newsroom import SPAN, Made, Newsroom, in_time
from bench.rivals import Rival
from bot.config import load, load_tables
from tests.benching import ROOT, run_bench


def made(count: int, *, seed: int = 7) -> list[Made]:
    return Newsroom(load_tables(), load(ROOT / "config", environ={}).watchlist, seed=seed).entries(count)


def test_the_bench_measures_every_size_and_names_every_rival() -> None:
    printed, rows = run_bench("stories", "--sizes", "300", "100", "--queries", "40")
    sizes = {row[0]: row[1:] for row in rows if len(row) == 5}
    assert {"100", "300"} <= sizes.keys()
    for speed, each, memory, load_seconds in (sizes["100"], sizes["300"]):
        assert float(speed.replace(",", "")) > 0
        assert float(each) > 0
        assert float(memory) >= 0
        assert float(load_seconds) >= 0
    assert "size to the power of" in printed
    for name in ("Wirewatch", "rapidfuzz", "TF-IDF", "MinHash LSH"):
        [row] = [row for row in rows if len(row) == 3 and row[0].startswith(name)]
        assert "pip install" in row[2] or float(row[1]) > 0


def test_a_rival_that_is_not_there_is_told_from_one_that_is() -> None:
    assert Rival("none", "no_such_package", "pip install it", lambda *_: 1.0, 1).missing
    assert not Rival("one", "rapidfuzz", "", lambda *_: 1.0, 1).missing


@pytest.mark.parametrize(
    "asked", [["bench.stories", "--sizes", "0"], ["bench.matching", "--terms", "0"]], ids=["stories", "terms"]
)
def test_a_bench_of_nothing_is_refused(asked: list[str]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 2
    assert "are whole numbers from 1" in run.stderr or "are numbers above 0" in run.stderr


def test_made_up_news_is_the_same_every_time() -> None:
    assert made(200) == made(200)
    assert made(200, seed=8) != made(200)
    assert made(300)[:200] == made(200)


@pytest.fixture(scope="module")
def window() -> list[Made]:
    return made(3_000)


def test_made_up_news_looks_like_a_window(window: list[Made]) -> None:
    sizes: dict[int, int] = {}
    for one in window:
        sizes[one.story] = sizes.get(one.story, 0) + 1
    assert max(sizes.values()) == 30
    assert list(sizes.values()).count(1) > len(sizes) / 3
    assert {one.entry.lang for one in window} == {"en", "zh"}
    assert 0.15 < sum(bool(one.entry.body) for one in window) / len(window) < 0.25
    assert len({one.entry.id for one in window}) == len(window)


def test_made_up_news_comes_in_time_and_lies_within_the_window(window: list[Made]) -> None:
    times = [one.entry.time for one in in_time(window)]
    assert times == sorted(times)
    assert times[-1] - times[0] <= SPAN
