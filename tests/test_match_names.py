"""Names, aliases and products: they count wherever they stand, and nowhere else."""

from __future__ import annotations

import pytest

from bot.model import Watch
from tests.matching import facts, matcher, named, refusal


@pytest.mark.parametrize(
    "title",
    [
        "Alibaba posts record profit",
        "ALIBABA POSTS RECORD PROFIT",
        "Why alibaba matters",
        "Alibaba's cloud unit grows",
        "Alibaba’s cloud unit grows",
        "Alibaba-backed startup opens office",
        "阿里巴巴宣布组织调整",
        "阿里巴巴與騰訊合作",
        "Ａｌｉｂａｂａ发布财报",
        "Qwen3 tops the charts",
        "通义千问上线新功能",
        "analysts prefer theirs.Alibaba Cloud led with a third of the market",
        "TencentTCEHYCloud and AlibabaBABACloud grew",
    ],
)
def test_a_name_counts_however_it_is_set(title: str) -> None:
    assert "alibaba" in named(title)


@pytest.mark.parametrize(
    ("title", "watch"),
    [
        ("A genius of the genre", "nio"),
        ("California seniors", "nio"),
        ("The new boeingesque style", "boeing"),
        ("中国电子信息产业报告", "power"),
        ("Read more at https://www.alibaba.com/news/today", "alibaba"),
        ("Thanks to @Alibaba_Fan for the picture", "alibaba"),
    ],
)
def test_letters_inside_other_words_and_links_are_no_mention(title: str, watch: str) -> None:
    assert watch not in named(title)


def test_a_span_is_the_text_as_it_was_printed() -> None:
    title, body = "騰訊：Ｔｅｎｃｅｎｔ and 腾讯", "First line.\nWeChat’s owner."
    found = facts(title, body).mentions
    assert [mention.text for mention in found] == ["騰訊", "Ｔｅｎｃｅｎｔ", "腾讯", "WeChat"]
    texts = {"title": title, "body": body}
    assert all(texts[mention.field][mention.start : mention.end] == mention.text for mention in found)


def test_the_longest_name_of_a_watch_is_the_mention() -> None:
    assert [mention.text for mention in facts("Alibaba Cloud cuts prices").mentions] == ["Alibaba Cloud"]


def test_a_name_inside_another_companys_longer_name_does_not_count() -> None:
    found = matcher(Watch(id="records", name="Apple Records")).facts("Apple Records signs a band")
    assert found.watches == {"records"}
    assert [(refused.watch, refused.reason, refused.by) for refused in found.refused] == [
        ("apple", "inside_longer", "Apple Records")
    ]


def test_a_longer_name_that_adds_only_the_legal_form_names_both() -> None:
    assert named("格力集团公布新计划") == {"gree", "gree-group"}


def test_a_short_or_common_name_needs_its_capitals() -> None:
    assert "oracle" not in named("The delphic oracle spoke again")
    assert refusal("The delphic oracle spoke again", "oracle") == ("lower_case", "Oracle")
    assert "oracle" in named("Oracle wins appeal")
    assert "nio" in named("Nio delivers more cars")
    assert "nio" not in named("un nio perdido")


def test_a_case_sensitive_term_counts_letter_by_letter() -> None:
    strict = matcher(
        Watch(id="arm", name="Arm Holdings", aliases=("Arm",), case_sensitive=frozenset({"Arm"}))
    )
    assert "arm" in strict.facts("Arm raises prices").watches
    assert "arm" not in strict.facts("ARM raises prices").watches


def test_an_exclusion_cancels_what_it_overlaps_and_says_so() -> None:
    assert refusal("阿里山日出", "alibaba") == ("excluded", "阿里山")
    assert named("阿里山日出") == set()
    assert named("阿里回应阿里山旅游传闻") == {"alibaba"}


def test_a_person_alone_is_not_the_company() -> None:
    assert refusal("Jack Ma goes fishing", "alibaba") == ("person_alone", "")
    found = facts("Jack Ma returns to Alibaba")
    assert [(mention.text, mention.kind) for mention in found.mentions] == [
        ("Jack Ma", "person"),
        ("Alibaba", "name"),
    ]


def test_a_veto_word_cancels_the_whole_entry() -> None:
    cautious = matcher(Watch(id="oracle", name="Oracle", none=("Delphi",)))
    found = cautious.facts("Oracle speaks", "The ruins of Delphi draw visitors.")
    assert found.watches == frozenset()
    assert [(refused.reason, refused.by) for refused in found.refused] == [("vetoed", "Delphi")]


def test_a_disabled_watch_sees_nothing() -> None:
    assert matcher(Watch(id="oracle", name="Oracle", enabled=False)).facts("Oracle wins").mentions == ()


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "\ud800 阿里巴巴", "a" * 50_000, "Kimi 和 " * 20_000, "a-" * 50_000]
)
def test_hostile_texts_are_read_without_an_error(text: str) -> None:
    found = facts(text, text)
    assert all(mention.end <= len(text) for mention in found.mentions)


def test_an_empty_watchlist_finds_nothing() -> None:
    from bot.match import Matcher
    from bot.model import Tables, Watchlist

    assert Matcher(Watchlist(watches={}), Tables()).facts("Alibaba", "Tencent").mentions == ()


@pytest.mark.parametrize(
    "title", ["Moonshot-AI raises funds", "MoonshotAI raises funds", "Alibaba-Cloud grows"]
)
def test_a_name_of_two_words_may_be_hyphenated_or_written_as_one(title: str) -> None:
    assert len(named(title)) == 1
