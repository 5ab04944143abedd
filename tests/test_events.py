"""What kind of news it is."""

from __future__ import annotations

import pytest

from bot.model import EventHit
from tests.companies import everyone
from tests.matching import facts


def kinds(title: str, body: str = "") -> tuple[str, ...]:
    return facts(title, body).event_kinds


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Alibaba acquires a chip designer", ("merger",)),
        ("Alibaba acquired a chip designer", ("merger",)),
        ("Tencent unveils a game", ("product",)),
        ("腾讯宣布裁员", ("layoffs",)),
        ("腾讯收購遊戲公司", ("merger",)),
        ("Oracle to cut 3,000 jobs", ("layoffs",)),
        ("腾讯拟出售部分非核心资产", ("merger",)),
        ("Tencent profit rises as layoffs end", ("earnings", "layoffs")),
    ],
)
def test_a_headline_tells_its_kind(title: str, expected: tuple[str, ...]) -> None:
    assert kinds(title) == expected


@pytest.mark.parametrize(
    "title",
    [
        "Tencent prelaunches nothing",
        "A non-profitable year",
        "腾讯是上市公司",
        "Oracle to cut the price of its new and very long product line before jobs fair",
        "Oracle will cut. New jobs follow",
        "腾讯拟出售。资产另议",
    ],
)
def test_parts_of_words_cancelled_words_and_far_parts_tell_nothing(title: str) -> None:
    assert kinds(title) == ()


def test_a_cancelled_word_leaves_the_others() -> None:
    assert kinds("上市公司腾讯音乐二次上市") == ("ipo",)


def test_a_hit_has_the_span_of_the_whole_word() -> None:
    title = "Oracle to cut 3,000 jobs"
    assert facts(title).events == (
        EventHit(kind="layoffs", field="title", start=10, end=24, text="cut 3,000 jobs"),
    )


def test_an_open_ending_reaches_to_the_end_of_the_word() -> None:
    assert [hit.text for hit in facts("Tencent is acquiring; it acquired before").events] == ["acquired"]


def test_in_a_text_only_sentences_about_a_watched_company_count() -> None:
    body = "Some bank plans layoffs. Tencent will launch a game. Elsewhere a firm acquired another."
    assert [hit.text for hit in facts("A quiet day", body).events] == ["launch"]


def test_a_text_without_a_watched_company_tells_no_event() -> None:
    assert kinds("A quiet day", "Some bank plans layoffs.") == ()


def test_a_headline_without_a_watched_company_still_tells_its_kind() -> None:
    assert kinds("Some bank plans layoffs") == ("layoffs",)


def test_a_full_stop_without_a_space_parts_glued_sentences() -> None:
    assert kinds("A quiet day", "Some bank plans layoffs.Tencent grew.") == ()


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("2027款蔚来ET5上市，29.8万元起", ("product",)),
        ("小米YU9标准版上市 续航800公里", ("product",)),
        ("小鹏GX上市12小时大定两万台", ("product",)),
        ("全新SUV上市，官图公布", ("product",)),
        ("智谱在港上市首日大涨", ("ipo",)),
        ("宇树科技拟在科创板上市，募资42亿元", ("ipo", "funding")),
        ("董事会会议纪要发布前股价上涨", ()),
        ("两部门发布关于人工智能的指导文件", ()),
        ("影后出任小米汽车品牌代言人", ()),
        ("李健出任荣耀董事长", ("executive",)),
        ("半天订单两万辆，产能爬坡", ()),
        ("比亚迪储能签下沙特订单", ("contract",)),
        ("软银推出400亿美元银团贷款计划", ("funding",)),
        ("申通快递：4月收入53亿元，同比增长三成", ("earnings",)),
        ("百度绩后涨超5%", ("earnings",)),
        ("股东转售须待六个月禁售期结束", ()),
        ("英伟达芯片走私案再添三人被捕", ("regulation",)),
        ("大模型上线即遭集体投诉", ("product", "lawsuit")),
        ("SpaceX launches a rocket with 29 satellites", ()),
        ("Tencent launches a coding agent", ("product",)),
        ("OpenAI researcher has joined Anthropic", ("executive",)),
        ("Alibaba reaches a $2 billion deal for chips", ("contract",)),
        ("Ubisoft warns of an annual loss", ("earnings",)),
        ("Waymo suspends service in six cities", ("outage",)),
        ("Three held for smuggling chips to Shenzhen", ("regulation",)),
        ("NetEase drops despite Q1 beat", ("earnings",)),
    ],
)
def test_a_headline_of_the_trade_tells_its_kind(title: str, expected: tuple[str, ...]) -> None:
    assert everyone().facts(title).event_kinds == expected
