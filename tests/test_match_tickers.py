"""Stock codes count in the forms that news gives them."""

from __future__ import annotations

import pytest

from tests.matching import facts, named


@pytest.mark.parametrize(
    "title",
    [
        "$BABA jumps in early trade",
        "E-commerce giant (NYSE: BABA) jumps",
        "E-commerce giant (NYSE:BABA) jumps",
        "E-commerce giant (BABA) jumps",
        "E-commerce giant <BABA.N> jumps",
        "BABA shares are trading higher",
        "9988.HK jumps in Hong Kong",
        "09988.HK jumps in Hong Kong",
        "电商巨头（09988）大涨",
        "港股09988.HK大涨",
    ],
)
def test_a_marked_code_is_the_company(title: str) -> None:
    assert named(title) == {"alibaba"}


@pytest.mark.parametrize(
    "title", ["600519.SH创新高", "600519.SS rises", "白酒龙头(600519)创新高", "SH600519 涨停"]
)
def test_mainland_codes_count_in_each_form(title: str) -> None:
    assert named(title) == {"moutai"}


@pytest.mark.parametrize(
    "title",
    [
        "BA crew strike ends",
        "British Airways (BA) cancels flights",
        "Model T turns 100",
        "Model T (T) turns 100",
        "He scored 9988 points in 2025",
        "Sold 700 units at $700",
        "baba ghanoush is back",
        "The U.T. campus reopens",
        "She told us baba is the best",
        "Widget(TM) T(TM) on sale",
    ],
)
def test_a_bare_short_code_or_a_number_never_counts(title: str) -> None:
    assert named(title) == set()


def test_a_bare_code_is_refused_by_name() -> None:
    refused = facts("BA crew strike ends").refused
    assert [(one.watch, one.text, one.reason) for one in refused] == [("boeing", "BA", "bare_ticker")]


@pytest.mark.parametrize("title", ["NYSE:T rises", "$T rises", "(NYSE: BA) rises"])
def test_a_short_code_counts_with_its_exchange(title: str) -> None:
    assert len(named(title)) == 1


def test_a_code_glued_to_its_name_adds_nothing() -> None:
    found = facts("Models that assist AppleAAPL in integrating features")
    assert [(mention.text, mention.kind) for mention in found.mentions] == [("Apple", "likely")]
