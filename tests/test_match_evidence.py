"""Likely and weak terms: words that are also companies."""

from __future__ import annotations

import pytest

from tests.matching import facts, named, refusal


@pytest.mark.parametrize(
    ("title", "watch"),
    [
        ("China AI startup Moonshot seeks a higher valuation", "moonshot"),
        ("Kimi 发布新模型", "moonshot"),
        ("Target to close nine stores after theft", "target"),
        ("Target shares slide", "target"),
        ("Target to cut 1,800 corporate jobs", "target"),
        ("荣耀手机销量增长", "honor"),
        ("荣耀 600 系列曝光", "honor"),
        ("Apple ships a new phone", "apple"),
        ("Apple Silicon costs less than expected", "apple"),
        ("苹果秋季发布会定档", "apple"),
        ("Ford says tariffs cost it 900 million", "ford"),
        ("Target (NYSE:TGT) Q1 2026 call transcript", "target"),
    ],
)
def test_a_word_with_support_is_the_company(title: str, watch: str) -> None:
    assert watch in named(title)


@pytest.mark.parametrize(
    ("title", "watch", "reason", "by"),
    [
        ("Our moonshot goals for the decade", "moonshot", "excluded", "moonshot goals"),
        ("Kimi and Antonelli share the podium", "moonshot", "needs_support", "Antonelli"),
        ("Police find the target of the search", "target", "lower_case", ""),
        ("Analyst lifts price target on chipmaker", "target", "excluded", "price target"),
        ("中央军委授予荣耀勋章", "honor", "needs_support", ""),
        ("Brian Ford named head coach", "ford", "needs_support", ""),
        ("Why This Lender Still Has an AI-Lending Moonshot Case", "moonshot", "needs_support", ""),
        ("苹果森林公园开园", "apple", "needs_support", ""),
        ("女儿小苹果三岁了", "apple", "needs_support", ""),
    ],
)
def test_a_word_in_another_sense_is_refused_with_its_reason(
    title: str, watch: str, reason: str, by: str
) -> None:
    assert watch not in named(title)
    assert refusal(title, watch) == (reason, by)


def test_one_certain_name_makes_the_weak_words_of_the_entry_certain() -> None:
    found = facts("月之暗面完成融资", "Kimi is its best known work.")
    assert [mention.text for mention in found.mentions] == ["月之暗面", "Kimi"]


def test_a_person_supports_a_weak_word() -> None:
    assert "moonshot" in named("杨植麟谈 Kimi 的下一步")


def test_context_far_away_in_the_text_does_not_support() -> None:
    body = "He met Kimi at the race. " + "The weather was fine all day long. " * 30 + "A startup won."
    assert "moonshot" not in named("A day at the track", body)


def test_the_same_refusal_is_told_once() -> None:
    refused = facts("Targets", "the target, a target, one more target").refused
    assert len([one for one in refused if one.watch == "target" and one.field == "body"]) == 1


def test_in_a_text_without_capitals_a_name_of_two_words_still_counts() -> None:
    assert named("moonshot ai raises a billion") == {"moonshot"}
    assert named("Why a moonshot ai project failed in Paris") == set()


def test_in_a_text_without_capitals_a_name_that_is_a_word_needs_support() -> None:
    assert named("the oracle of old greece speaks again") == set()
    assert named("oracle shares jump as profit rises") == {"oracle"}
