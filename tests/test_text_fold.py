"""Folding never moves a character."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.text import bigrams, fold, has_cjk, language_of, stem


@given(st.text())
def test_folded_text_is_exactly_as_long(text: str) -> None:
    assert len(fold(text, {})) == len(text)


def test_width_and_case_and_quotes_are_folded() -> None:
    assert fold("Ｔｅｎｃｅｎｔ “Ｑ３”", {}) == 'tencent "q3"'


def test_names_survive_stemming() -> None:
    assert [stem(word) for word in ("launches", "companies", "Tesla", "press", "bus")] == [
        "launch",
        "company",
        "Tesla",
        "press",
        "bus",
    ]


def test_one_chinese_character_stands_for_itself() -> None:
    assert bigrams("云") == ["云"]
    assert bigrams("阿里云") == ["阿里", "里云"]


def test_a_chinese_title_with_latin_names_is_chinese() -> None:
    assert language_of("OpenAI 发布 GPT-5") == "zh"
    assert language_of("Alibaba (阿里) opens a new cloud region in Frankfurt") == "en"
    assert language_of("") == "en"


def test_traditional_characters_are_folded_beside_others() -> None:
    variants = {ord("騰"): "腾", ord("訊"): "讯"}
    assert fold("騰訊 WeChat 微信，Ⅲ", variants) == "腾讯 wechat 微信,Ⅲ"
    assert fold("騰訊", {}) == "騰訊"


def test_an_ideograph_is_seen_among_other_letters() -> None:
    assert has_cjk("Alibaba 阿里")
    assert has_cjk("\U00020000")
    assert not has_cjk("Ａlibaba é ，")
    assert not has_cjk("")
