"""The bench of the matcher keeps running, and what it makes up is worth reading. Shape is asserted, not speed."""

from __future__ import annotations

import pytest

from bench.companies import Press, terms_of, watchlist_of
from bench.finders import FINDERS, Finder
from bot.config import load_tables
from bot.match import Matcher
from bot.model import Tables, Watchlist
from tests.benching import run_bench


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.fixture(scope="module")
def watchlist(tables: Tables) -> Watchlist:
    return watchlist_of(1_000, tables)


def test_every_matcher_reads_the_same_texts() -> None:
    printed, rows = run_bench("matching", "--terms", "60", "--titles", "60", "--seconds", "0.2")
    for name in ("Wirewatch", *(finder.name for finder in FINDERS if not finder.missing)):
        [found] = [row for row in rows if len(row) == 7 and row[0].startswith(name)]
        build, memory, *speeds = found[1:]
        assert float(build) >= 0
        assert float(memory) < 100
        assert all(float(each.replace(",", "")) > 0 for each in speeds)
    for finder in FINDERS:
        assert (f"{finder.name}: not installed" in printed) == finder.missing
    assert "60 terms" in printed


def test_a_watchlist_has_as_many_terms_as_were_asked_for(watchlist: Watchlist) -> None:
    watches = watchlist.watches.values()
    count = sum(len(list(terms_of(watch))) + len(watch.tickers) for watch in watches)
    assert 1_000 <= count < 1_012
    assert all(len(term) > 1 for watch in watches for term in terms_of(watch))
    assert any(watch.weak and watch.context and watch.exclude for watch in watches)


def test_made_up_companies_and_their_news_are_the_same_every_time(
    tables: Tables, watchlist: Watchlist
) -> None:
    assert watchlist_of(1_000, tables) == watchlist
    assert watchlist_of(1_000, tables, seed=8) != watchlist
    assert Press(tables, watchlist).titles(50) == Press(tables, watchlist).titles(50)
    assert Press(tables, watchlist, seed=8).titles(50) != Press(tables, watchlist).titles(50)


def test_a_third_of_the_titles_name_a_watched_company(tables: Tables, watchlist: Watchlist) -> None:
    matcher = Matcher(watchlist, tables)
    found = [matcher.sightings(title) for title in Press(tables, watchlist).titles(1_000)]

    assert 250 < sum(bool(facts.mentions) for facts in found) < 450
    assert any(facts.refused for facts in found)
    assert sum(bool(facts.events) for facts in found) > 100


def test_texts_have_the_size_that_they_should(tables: Tables, watchlist: Watchlist) -> None:
    for text in Press(tables, watchlist).texts(10):
        assert 4_990 <= len(text.encode()) <= 5_000
        assert text.count("\n") > 5


@pytest.mark.parametrize("finder", FINDERS, ids=lambda finder: str(finder.name))
def test_a_rival_finds_a_name_and_not_its_absence(finder: Finder) -> None:
    if finder.missing:
        pytest.skip("installed by make bench")
    find = finder.build(["Alibaba", "腾讯", "Boeing Air"])
    assert find("profit at ALIBABA rises")
    assert not find("nothing to see here")
