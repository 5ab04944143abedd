"""What people type is understood: names in both languages, filters, and a hint where it is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.commands.query import nearest_name, parse_query, parse_span
from bot.errors import CommandError
from tests.newsmaking import NOON, WATCHLIST


@pytest.mark.parametrize("name", ["Alibaba", "alibaba", "ALIBABA", " Alibaba ", "watch:alibaba"])
def test_a_company_is_understood_however_it_is_written(name: str) -> None:
    query = parse_query(name, WATCHLIST, {}, NOON)

    assert query.filters.watches == {"alibaba"}
    assert query.words == ""


def test_a_company_in_words_is_taken_out_of_them() -> None:
    query = parse_query("Moonshot AI raises money", WATCHLIST, {}, NOON)

    assert query.filters.watches == {"moonshot"}
    assert query.words == "raises money"


def test_filters_and_words_stand_side_by_side() -> None:
    query = parse_query(
        "rockets since:3d score>60 lang:zh event:earnings source:scmp-tech -gaming", WATCHLIST, {}, NOON
    )

    filters = query.filters
    assert query.words == "rockets -gaming"
    assert filters.since == NOON - timedelta(days=3)
    assert filters.min_score == 61
    assert filters.languages == {"zh"}
    assert filters.events == {"earnings"}
    assert filters.sources == {"scmp-tech"}


@pytest.mark.parametrize(
    ("typed", "low", "high"), [("score>=60", 60, None), ("score<40", None, 39), ("score:50", 50, None)]
)
def test_scores_are_asked_for_with_signs(typed: str, low: int | None, high: int | None) -> None:
    filters = parse_query(typed, WATCHLIST, {}, NOON).filters

    assert (filters.min_score, filters.max_score) == (low, high)


def test_a_phrase_in_quotes_stays_one() -> None:
    assert parse_query("“export control” today", WATCHLIST, {}, NOON).words == '"export control" today'


@pytest.mark.parametrize("typed", ["since:soon", "watch:alibab", "score:high"])
def test_what_is_not_understood_is_answered_with_what_to_write(typed: str) -> None:
    with pytest.raises(CommandError, match=r"write|mean|asked"):
        parse_query(typed, WATCHLIST, {}, NOON)


def test_a_misspelt_company_has_a_nearest_one() -> None:
    assert nearest_name("Tencnt", WATCHLIST, {}) == "tencent"
    assert nearest_name("qqqqqq", WATCHLIST, {}) is None


def test_spans_are_minutes_hours_days_and_weeks() -> None:
    assert [parse_span(text) for text in ("30m", "12h", "3d", "2w")] == [
        timedelta(minutes=30),
        timedelta(hours=12),
        timedelta(days=3),
        timedelta(weeks=2),
    ]
