"""Which part of a scraped text is the article."""

from __future__ import annotations

from tests.matching import facts, named

ARTICLE = "Alibaba opened a data centre in Seoul. " * 20


def test_a_stock_box_at_the_end_is_not_the_article() -> None:
    body = ARTICLE + "\n\nStock Mentions:\n\nBA - The Boeing Company Relevance: N/A\nT - AT&T Inc."
    assert named("Cloud grows", body) == {"alibaba"}


def test_a_heading_glued_to_a_sentence_ends_the_article() -> None:
    body = ARTICLE + "Shares rose at last check Friday.Read Next:Boeing Unveils A JetPhoto via Somebody"
    assert named("Cloud grows", body) == {"alibaba"}


def test_chinese_tails_end_the_article() -> None:
    body = "阿里巴巴在首尔开设数据中心。" * 20 + "\n责任编辑：王某\n相关阅读\n腾讯发布财报"
    assert named("云业务增长", body) == {"alibaba"}


def test_a_link_between_paragraphs_takes_only_its_own_line_away() -> None:
    body = "A first paragraph.\nAlso Read: Boeing unveils a jet\n" + "Tencent grew too. " * 30
    assert named("Cloud grows", body) == {"tencent"}


def test_the_words_of_a_heading_in_a_sentence_end_nothing() -> None:
    body = ARTICLE + "It was posted in a forum that Tencent runs."
    assert named("Cloud grows", body) == {"alibaba", "tencent"}


def test_a_related_heading_early_in_a_text_ends_nothing() -> None:
    body = "Intro.\nRelated Articles\n" + "Tencent grew too. " * 40
    assert named("Cloud grows", body) == {"tencent"}


def test_facts_carry_tokens_and_figures_of_the_entry() -> None:
    found = facts("Alibaba profit rises 34%", "Revenue reached $3 billion.")
    assert "34%" in found.tokens
    assert {(figure.unit, figure.field) for figure in found.figures} == {
        ("percent", "title"),
        ("USD", "body"),
    }
