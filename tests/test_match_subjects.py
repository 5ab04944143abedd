"""What an entry is about, as against what it mentions in passing."""

from __future__ import annotations

import pytest

from tests.matching import facts


def subjects(title: str, body: str = "") -> set[str]:
    return set(facts(title, body).subjects)


def test_a_company_in_the_headline_is_the_subject() -> None:
    found = facts("Alibaba raises forecast", "Tencent did not. Huawei neither. Tencent declined to comment.")
    assert found.subjects == {"alibaba"}
    assert found.watches == {"alibaba", "tencent", "huawei"}


@pytest.mark.parametrize(
    "title",
    [
        "小鹏新车支持腾讯导航",
        "前腾讯高管创业",
        "新框架适配腾讯生态",
        "Game studio backed by Tencent opens in Paris",
        "Tencent-backed studio opens in Paris",
        "Former Tencent engineer opens a bakery",
        "A tool based on Tencent technology",
    ],
)
def test_a_company_in_passing_is_no_subject(title: str) -> None:
    found = facts(title)
    assert found.watches == {"tencent"}
    assert found.subjects == frozenset()


@pytest.mark.parametrize("title", ["此前腾讯已回应", "目前腾讯市值回升", "Alibaba led the round"])
def test_words_that_look_like_passing_are_not(title: str) -> None:
    assert subjects(title) == set(facts(title).watches) != set()


def test_names_side_by_side_are_passing_together() -> None:
    assert subjects("阿里云超节点现已支持月之暗面 Kimi K2 大模型") == {"alibaba"}


def test_without_a_company_in_the_headline_who_fills_the_text_is_the_subject() -> None:
    body = "Tencent gives money away. " * 4 + "Huawei watches. Alibaba too."
    assert subjects("A week of red envelopes", body) == {"tencent"}


def test_under_a_headline_with_an_actor_of_its_own_the_text_must_begin_with_the_watch() -> None:
    body = "Globex will have 5,000 people fewer. " * 4 + "Tencent put money into it. " * 4
    assert subjects("Globex plans layoffs", body) == set()
    assert subjects("Chat giant plans layoffs", "Tencent will have fewer people. " * 4) == {"tencent"}


def test_one_mention_in_a_text_is_no_subject() -> None:
    assert subjects("A week of red envelopes", "Some asked Tencent about it.") == set()


def test_a_headline_that_lists_many_is_about_the_first() -> None:
    title = "Tencent, Alibaba, Huawei, NIO, Boeing and Oracle join a pledge"
    found = facts(title)
    assert len(found.watches) == 6
    assert found.subjects == {"tencent"}


def test_a_round_up_of_many_items_has_no_subject() -> None:
    found = facts("8点1氪丨三星停售家电；腾讯发布新品；国电业绩预告")
    assert found.digest
    assert found.watches == {"tencent", "power"}
    assert found.subjects == frozenset()


def test_three_items_are_a_round_up_without_its_word() -> None:
    assert facts("某车企召回三万辆汽车；腾讯宣布发布新款产品；某银行行长辞职引关注").digest


def test_a_weekly_is_about_the_parts_of_its_headline_and_its_headings() -> None:
    title = "Alibaba & Tencent Double Down, Huawei's OS Arrives: This Week in China Tech"
    body = (
        "🔹 1. Alibaba & Tencent: two paths\nBoth did well.\n"
        "🔹 2. Moonshot AI Targets Medicine\nIt hires doctors, as NIO did.\n"
        "- NIO said nothing about that.\n"
        "🔹 3. A new era: what Boeing learned\nText."
    )
    assert subjects(title, body) == {"alibaba", "tencent", "huawei", "moonshot", "boeing"}


def test_a_person_in_the_headline_is_no_subject_by_himself() -> None:
    assert subjects("Jack Ma goes fishing", "He founded Alibaba.") == set()
