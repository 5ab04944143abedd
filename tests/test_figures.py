"""Numbers in both languages come out at one scale, with exact spans."""

from __future__ import annotations

import pytest

from bot.text.figures import figures


def told(text: str) -> list[tuple[str, float]]:
    return [(figure.unit, figure.value) for figure in figures(text, "title")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("营收增长34%", [("percent", 34)]),
        ("up 12.5 percent", [("percent", 12.5)]),
        ("下降百分之七", []),
        ("下降百分之7", [("percent", 7)]),
        ("跌超3个百分点", [("percent", 3)]),
        ("cuts by 25 basis points", [("percent", 0.25)]),
        ("股价大跌三成，", [("percent", 30)]),
        ("成立三成员组", []),
        ("２０％", [("percent", 20)]),
    ],
)
def test_percentages_are_read(text: str, expected: list[tuple[str, float]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("5亿美元", "$500 million"),
        ("1.75万亿美元", "$1.75 trillion"),
        ("831亿元", "83.1 billion yuan"),
        ("831亿元", "RMB83.1bn"),
        ("831亿元", "¥83.1 billion"),
        ("50.09亿港元", "HK$5.009 billion"),
        ("50亿欧元", "€5bn"),
        ("200万美元", "US$2m"),
        ("50億美元", "$5B"),
    ],
)
def test_the_same_money_in_two_languages_is_the_same_figure(chinese: str, english: str) -> None:
    assert told(chinese) == told(english) != []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Q3 2025 revenue", 20253),
        ("2025年第三季度", 20253),
        ("3Q25", 20253),
        ("Q3 FY25", 20253),
        ("third quarter of 2025", 20253),
        ("三季度", 3),
        ("今年一季度", 1),
        ("second-quarter profit", 2),
        ("H1 profit", 5),
        ("下半年", 6),
        ("前三季度", 7),
        ("2025财年", 20250),
        ("FY26 outlook", 20260),
        ("26财年第一财季", 20261),
    ],
)
def test_periods_are_year_times_ten_plus_part(text: str, value: float) -> None:
    assert told(text) == [("period", value)]


def test_a_number_after_a_quarter_is_not_its_year() -> None:
    assert told("Q1 20 million users") == [("period", 1), ("count", 20_000_000)]


def test_counts_know_chinese_and_english_scales() -> None:
    assert told("交付200万台") == told("delivers 2 million") == [("count", 2_000_000)]
    assert told("50,000 cars") == [("count", 50_000)]
    assert told("300 employees") == [("count", 300)]


def test_a_bare_number_is_money_only_where_the_words_speak_of_money() -> None:
    assert told("估值破 200 亿") == [("money", 2e10)]
    assert told("月活破 9 亿") == [("count", 9e8)]


@pytest.mark.parametrize(
    "text", ["GPT-5.5", "M890 chip", "2000Mbps", "form 10-K", "a 4K screen", "5月20日", "1,5"]
)
def test_model_names_and_dates_are_not_figures(text: str) -> None:
    assert told(text) == []


def test_spans_are_exact_also_in_full_width_text() -> None:
    text = "百度：２０２６年Ｑ１总营收321亿元，AI占比超52％"
    for figure in figures(text, "body"):
        assert text[figure.start : figure.end] == figure.text
        assert figure.field == "body"
    assert told(text) == [("period", 20261), ("CNY", 3.21e10), ("percent", 52)]


@pytest.mark.parametrize(
    "text", ["", "$" + "9" * 5000, "9" * 20_000, "1," * 10_000, "亿" * 10_000, "Q" * 10_000]
)
def test_hostile_text_is_read_without_harm(text: str) -> None:
    assert figures(text, "body") == ()
