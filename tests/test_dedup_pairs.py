"""Labelled pairs of reports, across languages and near misses in one, told as a stream of two weeks of news."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from bot.config import load_watchlist
from bot.config.library import read_library
from bot.decide import assign
from bot.dedup import StoryIndex
from bot.match import Matcher
from bot.model import Assignment, Entry
from tests.grouping import TABLES

DATA = Path(__file__).parent / "data"
FLOORS = {"across": (0.91, 0.68), "near": (0.74, 0.55)}
"""Precision and recall of what is joined: what was measured, less .03. Raise them when grouping gets better."""
GOAL_ACROSS = 0.97
"""The precision that joining across languages has to have: a wrong joining swallows an alert."""


@dataclass(frozen=True)
class Pair:
    """Two reports, and whether they tell one piece of news."""

    id: str
    same: bool
    kind: str
    near: str
    first: Entry
    second: Entry


@dataclass(frozen=True)
class Told:
    """What became of the pairs of one file after all of it was read in the order of time."""

    pairs: tuple[Pair, ...]
    assignments: dict[str, Assignment]
    index: StoryIndex

    def joined(self, pair: Pair) -> bool:
        """Return whether both reports ended in one story."""
        return self.index.story_of(pair.first.id) == self.index.story_of(pair.second.id)

    def precision(self) -> float:
        """Return the share of the joined pairs that are labelled as one piece of news."""
        joined = [pair for pair in self.pairs if self.joined(pair)]
        return sum(pair.same for pair in joined) / max(len(joined), 1)

    def recall(self) -> float:
        """Return the share of the pairs labelled as one piece of news that are joined."""
        same = [pair for pair in self.pairs if pair.same]
        return sum(map(self.joined, same)) / len(same)

    def wrong(self) -> Iterator[str]:
        """Yield what to read about each wrong pair, wrongly joined ones first."""
        for pair in sorted(self.pairs, key=lambda pair: (pair.same, pair.id)):
            if self.joined(pair) != pair.same:
                yield self._account(pair)

    def _account(self, pair: Pair) -> str:
        wrong = "told apart" if pair.same else f"joined ({pair.near})"
        lines = (self._side(entry) for entry in (pair.first, pair.second))
        common = " ".join(sorted(self._said(pair.first) & self._said(pair.second)))
        return "\n".join((f"{pair.id} {pair.kind} {wrong}", *lines, f"    both say: {common or 'nothing'}"))

    def _said(self, entry: Entry) -> set[str]:
        facts = self.assignments[entry.id].facts
        figures = {f"{figure.unit}:{figure.value:g}" for figure in facts.figures}
        return {*facts.tokens, *facts.watches, *facts.event_kinds, *figures}

    def _side(self, entry: Entry) -> str:
        joining = self.assignments[entry.id].joining
        how = f"{joining.rule} {joining.margin:+.2f} {joining.other} shares {' '.join(joining.shared)}"
        return f"    {entry.title} <- {how if joining.other else 'opened a story'}"


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    """Read with every company of the library watched."""
    file = tmp_path_factory.mktemp("everyone") / "watchlist.yaml"
    lines = (f'  "{name}": library\n' for name in read_library())
    file.write_text("watches:\n" + "".join(lines), encoding="utf-8")
    return Matcher(load_watchlist(file, tables=TABLES), TABLES)


@pytest.fixture(scope="module")
def told(matcher: Matcher) -> dict[str, Told]:
    return {name: tell(read(name), matcher) for name in FLOORS}


def read(name: str) -> tuple[Pair, ...]:
    """Return the pairs of one file; an entry is named after its pair and side, as in ``x001a``."""
    lines = (DATA / f"pairs_{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(_pair(**json.loads(line)) for line in lines)


def _pair(
    id: str,  # noqa: A002 - the keys of a line
    label: bool,
    kind: str,
    a: Mapping[str, str],
    b: Mapping[str, str],
    near: str = "",
) -> Pair:
    return Pair(id, label, kind, near, _entry(f"{id}a", **a), _entry(f"{id}b", **b))


def _entry(name: str, title: str, lang: str, time: str, source: str, body: str = "") -> Entry:
    at = datetime.fromisoformat(time)
    return Entry(
        id=name,
        source=source,
        source_name=source,
        title=title,
        body=body,
        lang=lang,
        first_seen=at,
        time=at,
    )


def tell(pairs: tuple[Pair, ...], matcher: Matcher) -> Told:
    """Read all entries of the pairs as one stream, so that words are as rare as in the news."""
    index = StoryIndex(TABLES)
    stream = sorted(entries(pairs), key=lambda entry: (entry.time, entry.id))
    assignments = {entry.id: assign(entry, matcher, index) for entry in stream}
    return Told(pairs, assignments, index)


def entries(pairs: Iterable[Pair]) -> Iterator[Entry]:
    """Yield both sides of each pair."""
    for pair in pairs:
        yield from (pair.first, pair.second)


def account(found: Told) -> str:
    """Return the figures of a file and every wrong pair, for whoever reads a failure."""
    measured = f"precision {found.precision():.3f}, recall {found.recall():.3f}"
    return "\n".join((measured, *found.wrong()))


@pytest.mark.parametrize("name", FLOORS)
def test_reports_of_one_piece_of_news_are_joined_and_near_misses_are_not(
    told: dict[str, Told], name: str
) -> None:
    precision, recall = FLOORS[name]
    assert told[name].precision() >= precision, account(told[name])
    assert told[name].recall() >= recall, account(told[name])


@pytest.mark.xfail(
    reason="seven near misses of 168 are joined (.940); when this passes, move the goal into FLOORS"
)
def test_what_is_joined_across_languages_is_almost_always_one_piece_of_news(told: dict[str, Told]) -> None:
    assert told["across"].precision() >= GOAL_ACROSS, account(told["across"])


@pytest.mark.parametrize("name", FLOORS)
def test_half_of_the_pairs_are_near_misses_and_each_says_why(name: str) -> None:
    pairs = read(name)
    share = sum(pair.same for pair in pairs) / len(pairs)
    assert 0.45 <= share <= 0.55
    assert [pair.id for pair in pairs if pair.same == bool(pair.near)] == []


def test_a_pair_across_is_english_and_chinese_and_a_near_one_keeps_to_its_language() -> None:
    for pair in read("across"):
        assert {pair.first.lang, pair.second.lang} == {"en", "zh"}, pair.id
    for pair in read("near"):
        assert pair.first.lang == pair.second.lang, pair.id


@pytest.mark.parametrize("name", FLOORS)
def test_no_title_stands_twice_and_no_follow_up_is_older_than_a_story_lives(name: str) -> None:
    pairs = read(name)
    titles = Counter(entry.title for entry in entries(pairs))
    assert [title for title, count in titles.items() if count > 1] == []
    hours = {pair.id: (pair.second.time - pair.first.time).total_seconds() / 3600 for pair in pairs}
    assert all(0 < hours[pair.id] <= (30 if pair.same else 192) for pair in pairs)


@pytest.mark.parametrize("name", FLOORS)
def test_most_reports_fall_into_days_of_thirty_to_sixty(name: str) -> None:
    days = Counter(entry.time.date() for entry in entries(read(name)))
    full = [count for count in days.values() if 30 <= count <= 60]
    assert max(days.values()) <= 60
    assert sum(full) / days.total() >= 0.95


def test_the_pairs_are_about_many_companies(told: dict[str, Told]) -> None:
    for found in told.values():
        companies = {watch for made in found.assignments.values() for watch in made.facts.watches}
        assert len(companies) >= 35
