"""Whoever looks for a name finds it, in either language, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.model import EventHit, Facts
from bot.store import alerts, entries, matches, search, stories
from bot.store.search import Filters
from tests.newsmaking import entry
from tests.storing import assignment, later, match, open_store, publish, told

NEWS = (
    ("s1", "e1", "Alibaba Cloud revenue jumps 34%, beating forecasts"),
    ("s2", "e2", "腾讯控股回购10亿港元股份"),
    ("s3", "e3", "騰訊與阿里云合作，Qwen3.5模型上线"),
    ("s4", "e4", "Tencent’s gaming arm delays two titles; shares fall"),
    ("s5", "e5", "拳王阿里的一生"),
    ("s6", "e6", "GPT-4.5 rival from Moonshot AI: “Kimi” 发布"),
)


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    with closing(open_store(tmp_path)) as store, store.begin() as lent:
        publish(lent, *NEWS)
        yield lent


def found(conn: Connection, question: str, **more: Any) -> str:
    return " ".join(sorted(hit.story_id for hit in search.search(conn, question, **more)))


@pytest.mark.parametrize(
    ("question", "stories"),
    [
        ("alibaba", "s1"),
        ("ALIBABA Revenues", "s1"),
        ("alibaba tencent", ""),
        ("腾讯", "s2 s3"),
        ("騰訊", "s2 s3"),
        ("腾讯控股", "s2"),
        ("控股", "s2"),
        ("阿里", "s3 s5"),
        ("阿里云", "s3"),
        ("云", "s3"),
        ("股", "s2"),
        ("份", "s2"),
        ("生", "s5"),
        ("讯控", "s2"),
        ("阿里 合作", "s3"),
        ("Qwen3.5模型", "s3"),
        ("qwen3.5模", "s3"),
        ("２０", ""),
        ("１０亿", "s2"),
        ("gpt-4.5", "s6"),
        ("gpt", "s6"),
        ("kimi 发布", "s6"),
        ('"cloud revenue"', "s1"),
        ('"revenue cloud"', ""),
        ("“cloud revenue”", "s1"),
        ("腾讯 -回购", "s3"),
        ("阿里 -拳王 ", "s3"),
        ('shares -"gaming arm"', ""),
        ("tencent", "s4"),
        ("share", "s4"),
        ("34%", "s1"),
        ("%%% !!", ""),
        ("", ""),
        ("-alibaba", ""),
        ('NEAR("alibaba" OR title:*', ""),
        ('alibaba"', "s1"),
    ],
)
def test_words_of_both_languages_are_found(conn: Connection, question: str, stories: str) -> None:
    assert found(conn, question) == stories


def test_the_newest_stand_first_unless_the_best_are_asked_for(conn: Connection) -> None:
    entries.save(
        conn, [assignment("s7", entry("e7", "Other news", body="... mentions Alibaba", minutes=60))], {}
    )
    assert [hit.story_id for hit in search.search(conn, "alibaba")] == ["s7", "s1"]
    assert [hit.story_id for hit in search.search(conn, "alibaba", best_first=True)] == ["s1", "s7"]
    assert [hit.story_id for hit in search.search(conn, "alibaba", limit=1, offset=1)] == ["s1"]


def test_a_story_is_found_once_through_its_best_entry(conn: Connection) -> None:
    publish(
        conn, ("s8", "e8", "Xiaomi car"), ("s8", "e9", "The car that Xiaomi makes, at long last, and more")
    )
    [hit] = search.search(conn, "xiaomi")
    assert (hit.story_id, hit.entry_id, hit.time) == ("s8", "e8", later(0))


def test_merged_stories_are_found_as_the_one_they_became(conn: Connection) -> None:
    stories.merge(conn, "s1", "s4", later(9))
    assert found(conn, "alibaba") == "s4"
    assert found(conn, "alibaba", filters=Filters(since=later(60))) == ""


@pytest.fixture
def judged(conn: Connection) -> Connection:
    """Two of the stories matched, one of them was told."""
    first = [match("s1", "alibaba", 92), match("s3", "alibaba", 55), match("s3", "tencent", 61)]
    matches.save(conn, first, "v1", later(1))
    alerts.save_told(conn, told("s1", "desk"))
    alerts.save_told(conn, told("s1", "asia"))
    alerts.save_told(conn, told("s3", "desk", digest=True))
    what = Facts(events=(EventHit(kind="ipo", field="title", start=0, end=3, text="IPO"),))
    made = entry("e7", "CATL IPO", minutes=30, lang="zh", source="post")
    entries.save(conn, [assignment("s7", made, what)], {})
    return conn


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), ["s7", "s6", "s5", "s4", "s3", "s2", "s1"]),
        (Filters(matched_only=True), ["s3", "s1"]),
        (Filters(watches=frozenset({"alibaba"})), ["s3", "s1"]),
        (Filters(watches=frozenset({"tencent"})), ["s3"]),
        (Filters(min_score=60), ["s3", "s1"]),
        (Filters(watches=frozenset({"alibaba"}), min_score=60), ["s1"]),
        (Filters(max_score=60), ["s3"]),
        (Filters(since=later(4)), ["s7", "s6", "s5"]),
        (Filters(until=later(1)), ["s1"]),
        (Filters(languages=frozenset({"zh"})), ["s7"]),
        (Filters(sources=frozenset({"post", "none"})), ["s7"]),
        (Filters(events=frozenset({"ipo", "merger"})), ["s7"]),
        (Filters(events=frozenset({"ip"})), []),
        (Filters(events=frozenset({"ipo"}), sources=frozenset({"harbour"})), []),
    ],
)
def test_recent_lists_what_the_filters_let_pass_newest_first(
    judged: Connection, filters: Filters, expected: list[str]
) -> None:
    assert [row.story_id for row in search.recent(judged, filters)] == expected
    assert search.count(judged, filters) == len(expected)


def test_recent_tells_score_watches_and_who_was_told(judged: Connection) -> None:
    third, first = search.recent(judged, Filters(matched_only=True))
    assert (third.score, third.watches, third.told) == (61, ("tencent", "alibaba"), ())
    assert (first.score, first.watches, first.told, first.time) == (
        92,
        ("alibaba",),
        ("asia", "desk"),
        later(0),
    )


def test_recent_takes_words_too(judged: Connection) -> None:
    def rows(question: str) -> list[str]:
        listed = search.recent(judged, Filters(matched_only=True), question=question)
        assert search.count(judged, Filters(matched_only=True), question=question) == len(listed)
        return [row.story_id for row in listed]

    assert rows("阿里") == ["s3"]
    assert rows("-腾讯") == ["s1"]
    assert rows("revenue -腾讯") == ["s1"]
    assert rows("revenue -cloud") == []
    assert rows("！？") == []
