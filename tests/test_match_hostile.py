"""Texts and watchlists of any size and script: what is read and kept of them is bounded, and spans stay exact."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.match import LONGEST, LONGEST_TITLE, Matcher
from bot.model import EventHit, Facts, Figure, Mention, Refusal, Watch, Watchlist
from tests.matching import facts, tables, usual

MOST_MENTIONS = 501
"""Hits kept of a body, and the one of a title."""
MILLION = 1_000_000
PIECES = (
    *(
        "Alibaba",
        "阿里巴巴",
        "阿里",
        "阿里山",
        "Tencent",
        "騰訊",
        "ＷｅＣｈａｔ",
        "Kimi",
        "Moonshot",
        "moonshot goals",
    ),
    *("$BABA", "NYSE:BABA", "9988.HK", "(BA)", "Target", "price target", "export control", "chip", "芯片"),
    *("早报", "；", ", ", ". ", "\n", " ", "'s", "s", "收购", "launches", "profit", "公司", "Pringles"),
    *(
        "\u202e",
        "\u2066",
        "\u2069",
        "\u200d",
        "\u0301",
        "🦜",
        "👩‍🚀",
        "é",
        "İ",
        "ß",
        "ﬁ",
        "Ⅲ",
        "\ud83e",
        "\x00",
        "שלום",
        "ไทย",
    ),
    *("https://alibaba.com/", "@tencent", "Read Next:", "Related Articles", "34%", "3.9亿美元", "`", "“"),
)
texts = st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join))


def assert_exact(found: Facts, title: str, body: str) -> None:
    fields = {"title": title, "body": body}
    hits: tuple[Mention | Refusal | EventHit | Figure, ...]
    hits = (*found.mentions, *found.refused, *found.events, *found.figures)
    for hit in hits:
        assert fields[hit.field][hit.start : hit.end] == hit.text
        assert hit.text


@given(texts, texts)
def test_spans_are_exact_in_any_text(title: str, body: str) -> None:
    assert_exact(facts(title, body), title, body)


@given(texts, texts)
def test_sightings_are_what_facts_say_of_the_watchlist(title: str, body: str) -> None:
    whole, seen = facts(title, body), usual().sightings(title, body)

    apart = replace(whole, figures=(), tokens=(), body_tokens=())
    if not whole.mentions:
        apart = replace(apart, events=(), digest=False)
    assert seen == apart


@pytest.mark.parametrize(
    "piece",
    [
        "Alibaba ",
        "阿里巴巴",
        "阿里 阿里山",
        "Target price target ",
        "Moonshot AI startup model Kimi ",
        "Jack Ma Qwen ",
        "chip export control ",
        "(BABA) $BABA ",
        "Alibaba http://a.com/ @b ",
        ")read more:",
        "Alibaba 收购 发布 上市 出售 资产 ",
        "🦜\u202e阿里巴巴\u202c",
    ],
)
def test_of_a_word_repeated_a_million_times_so_many_are_kept(piece: str) -> None:
    body = piece * (10 * MILLION // len(piece))
    found = facts("Alibaba grows", body)

    assert "alibaba" in found.watches
    assert len(found.mentions) <= 2 * MOST_MENTIONS  # one limit for names, one for each word of a topic
    assert len(found.refused) <= 60
    assert_exact(found, "Alibaba grows", body)


def test_numbers_repeated_a_million_times_are_read_up_to_a_limit() -> None:
    assert len(facts("Alibaba grows", "5% 三成 $5bn " * MILLION).figures) == 1_000


def test_a_text_is_read_up_to_its_limit() -> None:
    early, late = "x" * (LONGEST - 8) + " Tencent", "x" * LONGEST + " Tencent"

    assert facts("Cloud grows", early).watches == {"tencent"}
    assert facts("Cloud grows", late + " y" * 5 * MILLION).watches == set()


def test_a_title_of_a_megabyte_is_read_up_to_its_limit() -> None:
    title = "x" * (LONGEST_TITLE - 8) + " Tencent" + " Alibaba" * 130_000

    found = facts(title)
    assert found.watches == {"tencent"}
    assert found.subjects == {"tencent"}


def test_a_title_of_nothing_but_names_is_bounded() -> None:
    found = facts("Alibaba " * 130_000)
    assert len(found.mentions) <= MOST_MENTIONS
    assert found.subjects == {"alibaba"}


def test_exclusions_cancel_however_many_there_are() -> None:
    assert facts("x", "阿里山" * 30_000).watches == set()


def test_a_veto_far_down_a_text_cancels_the_topic() -> None:
    body = "Export control of every chip. " + "word " * 15_000
    assert facts("x", body).watches == {"chip-controls"}
    assert facts("x", body + "Pringles").watches == set()


def test_bidi_marks_and_emoji_beside_a_name_do_not_hide_it() -> None:
    for around in ("\u202e{}\u202c", "🦜{}🦜", "\u2066{}\u2069", "\u200b{}\u200b", "«{}»"):
        assert facts(around.format("Alibaba")).watches == {"alibaba"}, around
        assert facts(around.format("阿里巴巴")).watches == {"alibaba"}, around


def test_mixed_scripts_in_one_title_are_all_read() -> None:
    found = facts("ＡＬＩＢＡＢＡ 與騰訊 и Boeing שלום วันนี้ 蔚來")
    assert found.watches == {"alibaba", "tencent", "boeing", "nio"}


@pytest.fixture(scope="module")
def hundred_thousand() -> Matcher:
    """A watchlist of a hundred thousand names, ten for each of its watches."""
    watches = (
        Watch(
            id=f"w{number}",
            name=f"Company{number:05}x",
            aliases=tuple(f"Alias{part}n{number:05}x" for part in range(9)),
        )
        for number in range(10_000)
    )
    return Matcher(Watchlist(watches={watch.id: watch for watch in watches}), tables())


@pytest.mark.parametrize("number", [0, 4_999, 9_999])
def test_a_hundred_thousand_terms_are_all_found(hundred_thousand: Matcher, number: int) -> None:
    title = f"Company{number:05}x buys rival"
    for text in (title, title.lower(), title.upper()):
        assert hundred_thousand.facts(text).subjects == {f"w{number}"}
    assert hundred_thousand.facts("x", f"About Alias8n{number:05}x.").watches == {f"w{number}"}


def test_thousands_of_watches_may_share_one_word() -> None:
    watches = {f"w{n}": Watch(id=f"w{n}", name=f"Company{n:06}x", context=("AI",)) for n in range(30_000)}
    matcher = Matcher(Watchlist(watches=watches), tables())

    assert matcher.facts("AI startup Company000007x raises money").watches == {"w7"}
