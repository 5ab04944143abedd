"""Titles become tokens that mean the same in different spellings."""

from __future__ import annotations

import pytest

from bot.model import Tables
from bot.text.tokens import normal_title, strip_publisher, tokens

TABLES = Tables(
    variants={ord(old): new for old, new in zip("騰訊發佈", "腾讯发布", strict=True)},
    stop_words=frozenset({"the", "a", "to", "of"}),
)


@pytest.mark.parametrize(
    ("title", "source", "bare"),
    [
        ("Acme buys a robot maker for $5bn - Reuters", "", "Acme buys a robot maker for $5bn"),
        ("Acme buys a robot maker for $5bn | TechCrunch", "", "Acme buys a robot maker for $5bn"),
        ("艾克米收购机器人公司并扩大产能_新浪网", "", "艾克米收购机器人公司并扩大产能"),
        ("艾克米收购机器人公司并扩大产能 - 36氪", "", "艾克米收购机器人公司并扩大产能"),
        ("Acme buys a robot maker for $5bn (Jane Doe/Axios)", "", "Acme buys a robot maker for $5bn"),
        ("财联社5月22日电，艾克米宣布收购机器人公司", "", "艾克米宣布收购机器人公司"),
        ("Acme soars - The Daily Robot Gazette of York", "The Daily Robot Gazette of York", "Acme soars"),
        ("Acme rises 5% - but the market yawns", "", "Acme rises 5% - but the market yawns"),
        ("Acme - Globex", "", "Acme - Globex"),
        ("艾克米大涨_超预期，机构上调目标价至五百元", "", "艾克米大涨_超预期，机构上调目标价至五百元"),
    ],
)
def test_only_the_publisher_is_stripped(title: str, source: str, bare: str) -> None:
    assert strip_publisher(title, source) == bare


def test_width_case_and_variants_don_t_matter() -> None:
    assert tokens("騰訊發佈 Ｑｗｅｎ", TABLES) == tokens("腾讯发布 qwen", TABLES)


def test_chinese_is_cut_into_pairs_and_english_is_stemmed() -> None:
    assert tokens("腾讯发布", TABLES) == ("腾讯", "讯发", "发布")
    assert tokens("The launches", TABLES) == ("launch",)


def test_numbers_are_tokens_at_one_scale_in_both_languages() -> None:
    assert "usd:5e+08" in tokens("Acme raises $500 million", TABLES)
    assert "usd:5e+08" in tokens("艾克米融资5亿美元", TABLES)
    assert "34%" in tokens("Profit up 34 percent", TABLES)


def test_a_version_belongs_to_its_name() -> None:
    assert "gemini3.5" in tokens("Gemini 3.5 arrives", TABLES)
    assert "gpt5" in tokens("GPT-5 arrives", TABLES)
    assert "gemini3.5" not in tokens("Gemini 3.6 arrives", TABLES)


def test_copies_have_the_same_normal_title() -> None:
    plain = normal_title("谷歌AI编程工具“Antigravity”发布", TABLES)
    assert plain == normal_title("谷歌 AI 编程工具 Antigravity 发布 - 新浪财经", TABLES)
    assert plain != normal_title("谷歌AI编程工具Antigravity下线", TABLES)


@pytest.mark.parametrize("title", ["", "   ", "!!!", "—", "🚀🚀"])
def test_a_title_without_words_has_no_tokens_and_no_normal_form(title: str) -> None:
    assert tokens(title, TABLES) == ()
    assert normal_title(title, TABLES) == ""


@pytest.mark.parametrize(
    "title", ["Путин встретился с прессой", "삼성전자 실적 발표", "ソニーが発表", "أبل تعلن"]
)
def test_other_scripts_keep_their_words(title: str) -> None:
    assert tokens(title, TABLES)
    assert normal_title(title, TABLES)


@pytest.mark.parametrize(
    "title", ["a - b " * 2_000, "（" * 10_000, "_a" * 5_000, "月 1" * 5_000, "阿" * 10_000]
)
def test_very_long_titles_are_bounded(title: str) -> None:
    assert len(tokens(title, TABLES)) < 2_100
    assert len(normal_title(title, TABLES)) <= 4_000
