"""Which story does an entry tell? What a reader of alerts would expect."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.dedup import DOUBT, story_id
from tests.grouping import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_first_report_opens_a_story(desk: Desk) -> None:
    first = desk.read("Globex to acquire robot maker Hammer for $5 billion", source="wire")
    assert first.new
    assert first.joining.rule == "first"


def test_a_second_source_in_other_words_joins_the_story(desk: Desk) -> None:
    first = desk.read("Globex to acquire robot maker Hammer for $5 billion", source="wire")
    second = desk.read("Robot maker Hammer bought by Globex in $5bn deal", after=1, source="paper")
    assert second.story == first.story
    assert not second.new
    assert second.joining.rule == "similar"
    assert second.joining.other == first.entry.id
    assert "hammer" in second.joining.shared
    assert dict(second.joining.features)["cosine"] > 0.2
    assert second.joining.copy_of == ""


def test_a_second_chinese_source_joins_the_story(desk: Desk) -> None:
    first = desk.read("格洛贝克斯拟50亿美元收购机器人公司汉默", source="甲")
    second = desk.read("斥资50亿美元 格洛贝克斯将收购汉默机器人", after=1, source="乙")
    assert second.story == first.story


def test_the_same_news_in_the_other_language_joins(desk: Desk) -> None:
    first = desk.read(
        "Globex raises $2 billion at $20 billion valuation to build Titan5 chips", source="wire"
    )
    second = desk.read("格洛贝克斯融资20亿美元，估值达200亿美元，将自研Titan5芯片", after=2, source="财经")
    assert second.story == first.story
    assert second.joining.rule == "same_event"
    assert {"globex", "funding"} & set(second.joining.shared)


def test_the_same_company_and_event_alone_don_t_join_across_languages(desk: Desk) -> None:
    desk.read("Globex launches a budget phone in Brazil", source="wire")
    assert desk.read("格洛贝克斯推出新款云数据库", after=2, source="财经").new


def test_across_languages_two_days_are_too_far(desk: Desk) -> None:
    desk.read("Globex raises $2 billion at $20 billion valuation to build Titan5 chips", source="wire")
    assert desk.read("格洛贝克斯融资20亿美元，估值达200亿美元，将自研Titan5芯片", after=40, source="财经").new


def test_the_same_address_joins_whatever_the_title_says(desk: Desk) -> None:
    first = desk.read("Breaking: more to follow", source="wire", link="example.com/news/17")
    second = desk.read(
        "Globex chief resigns after audit", after=1, source="wire2", link="example.com/news/17"
    )
    assert second.story == first.story
    assert second.joining.rule == "same_link"


@pytest.mark.parametrize("link", ["example.com", "example.com/", "https://example.com", ""])
def test_a_home_page_is_no_address_of_a_story(desk: Desk, link: str) -> None:
    desk.read("Globex chief resigns after audit", source="wire", link=link)
    assert desk.read("Wheat prices fall on export hopes", source="wire", link=link).new


def test_the_same_title_elsewhere_is_a_copy(desk: Desk) -> None:
    first = desk.read("Globex chief resigns after audit finds gaps", source="wire")
    second = desk.read(
        "Globex Chief Resigns After Audit Finds Gaps - Daily Gazette", after=5, source="gazette"
    )
    assert second.story == first.story
    assert second.joining.rule == "same_title"
    assert second.joining.copy_of == first.entry.id


def test_the_same_wire_text_under_another_title_is_a_copy(desk: Desk) -> None:
    text = (
        "Globex said on Wednesday its chief executive Jane Doe would resign at the end of June after an internal "
        "audit found gaps in the accounts of its cloud unit, sending shares of the robot maker down in Frankfurt."
    )
    first = desk.read("Globex chief executive resigns after audit", source="wire", body=text)
    second = desk.read(
        "Globex boss Jane Doe resigns over cloud unit audit", after=1, source="paper", body=text
    )
    assert second.story == first.story
    assert second.joining.copy_of == first.entry.id


def test_a_column_that_returns_on_another_day_is_new(desk: Desk) -> None:
    desk.read("Three charts that explain the chip market today", source="paper")
    again = desk.read("Three charts that explain the chip market today", after=24, source="paper")
    assert again.joining.rule != "same_title"


def test_a_short_title_needs_more_than_to_be_equal(desk: Desk) -> None:
    desk.read("Markets", source="wire")
    assert desk.read("Markets", after=30, source="paper").new


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Globex first-quarter profit rises on cloud demand",
            "Globex second-quarter profit rises on cloud demand",
        ),
        ("格洛贝克斯一季度净利润增长", "格洛贝克斯二季度净利润增长"),
        ("Globex shares fall 18% in Frankfurt trading", "Globex shares fall 20% in Frankfurt trading"),
        ("Globex launches Titan heater in Europe", "Globex recalls Titan heater in Europe"),
        ("Globex reports record quarterly profit", "Acme reports record quarterly profit"),
        ("格洛贝克斯发布年度业绩报告 净利润增长", "艾克米发布年度业绩报告 净利润增长"),
        ("Globex wins delay in Titan patent trial", "Morning brief: Globex wins delay in Titan patent trial"),
    ],
)
def test_near_same_titles_of_different_news_stay_apart(desk: Desk, one: str, other: str) -> None:
    first = desk.read(one, source="wire")
    second = desk.read(other, after=1, source="paper")
    assert second.story != first.story


def test_a_company_s_own_name_is_not_enough(desk: Desk) -> None:
    for at, rest in enumerate(("opens office in Lisbon", "sponsors chess open", "names new auditor")):
        desk.read(f"Globex Cloud {rest}", after=-at, source="wire")
    assert desk.read("Globex Cloud cuts prices for small firms", after=1, source="paper").new


def test_a_story_closes_when_nobody_tells_it_for_three_days(desk: Desk) -> None:
    first = desk.read("Globex to acquire robot maker Hammer for $5 billion", source="wire")
    late = desk.read("Globex to acquire robot maker Hammer for $5 billion", after=24 * 3.5, source="paper")
    assert late.story != first.story


def test_a_story_closes_after_seven_days_however_busy_it_is(desk: Desk) -> None:
    title = "Globex to acquire robot maker Hammer for $5 billion"
    stories = [desk.read(title, after=48 * at, source=f"paper{at}").story for at in range(5)]
    assert len(set(stories[:4])) == 1
    assert stories[4] != stories[0]


def test_an_entry_that_comes_out_of_order_still_joins(desk: Desk) -> None:
    first = desk.read("Globex to acquire robot maker Hammer for $5 billion", after=5, source="wire")
    second = desk.read("Robot maker Hammer bought by Globex in $5bn deal", after=2, source="paper")
    assert second.story == first.story


def test_an_entry_from_the_far_future_does_not_break_what_follows(desk: Desk) -> None:
    first = desk.read("Globex to acquire robot maker Hammer for $5 billion", source="wire")
    desk.read("Robot maker Hammer bought by Globex in $5bn deal", after=timedelta(days=4000), source="broken")
    third = desk.read("Globex buys robot maker Hammer for $5 billion", after=1, source="paper")
    assert third.story == first.story


def test_two_stories_that_turn_out_to_be_one_are_merged_into_the_elder(desk: Desk) -> None:
    one = desk.read("Globex to acquire robot maker Hammer for $5 billion", source="a", link="a.com/1")
    other = desk.read("Takeover talk lifts chipmaker stocks", after=0.5, source="b", link="b.com/1")
    assert one.story != other.story
    desk.index.merge(other.story, one.story)
    assert desk.index.story_of(other.entry.id) == one.story


def test_an_entry_that_tells_two_stories_as_one_merges_them() -> None:
    desk = Desk()
    elder = desk.read("Globex unveils Titan5 chip for phones", source="a")
    younger = desk.read("Titan5 benchmark scores double those of rivals", after=0.5, source="b")
    assert younger.story != elder.story
    both = desk.read(
        "Globex unveils Titan5 chip for phones with benchmark scores double those of rivals",
        after=1,
        source="c",
    )
    assert (both.story, both.merged, both.new) == (elder.story, (younger.story,), False)
    assert desk.index.story_of(younger.entry.id) == elder.story


def test_stories_that_were_split_are_not_merged_again() -> None:
    desk = Desk()
    elder = desk.read("Globex unveils Titan5 chip for phones", source="a")
    younger = desk.read("Titan5 benchmark scores double those of rivals", after=0.5, source="b")
    desk.index.merge(younger.story, elder.story)
    serial = desk.index.next_serial
    desk.index.split(younger.entry.id, story_id(serial), serial)
    both = desk.read(
        "Globex unveils Titan5 chip for phones with benchmark scores double those of rivals",
        after=1,
        source="c",
    )
    assert both.merged == ()


def test_a_clear_joining_has_more_margin_than_a_doubtful_one(desk: Desk) -> None:
    desk.read("Globex to acquire robot maker Hammer for $5 billion", source="wire")
    clear = desk.read("Globex to acquire robot maker Hammer for $5bn in cash", after=1, source="paper")
    assert clear.joining.margin > DOUBT


def test_the_same_input_gives_the_same_stories() -> None:
    titles = [
        "Globex to acquire robot maker Hammer for $5 billion",
        "Robot maker Hammer bought by Globex in $5bn deal",
        "Acme cuts 300 jobs in Berlin",
        "格洛贝克斯拟50亿美元收购机器人公司汉默",
        "Acme lays off 300 workers in Berlin",
    ]
    runs = []
    for _ in range(2):
        desk = Desk()
        runs.append([desk.read(title, after=at, source=f"s{at}") for at, title in enumerate(titles)])
    assert runs[0] == runs[1]


@pytest.mark.parametrize(
    ("news", "other"),
    [
        ("Globex reports first-quarter 2026 results", "Osisko reports first-quarter 2026 results"),
        ("格洛贝克斯公布2026年第一季度业绩", "Osisko (ODV) Reports 1Q2026 Financial Results"),
        ("格洛贝克斯一季度营收306亿元，云收入占比首次过半", "晶瑞电材：公司氢氟酸一季度营收占比较小"),
    ],
)
def test_a_story_about_a_company_takes_in_nothing_that_names_nobody_in_it(news: str, other: str) -> None:
    desk = Desk()
    desk.read(news)
    assert desk.read(other, after=1, source="filings").new


def test_a_company_has_one_set_of_results_however_they_are_told(desk: Desk) -> None:
    first = desk.read("格洛贝克斯：一季度营收255亿元，同比增长112%", source="甲")
    second = desk.read("毛利率创四年新高，格洛贝克斯财报说了什么", after=5, source="乙")
    assert second.story == first.story


def test_results_of_another_company_or_another_quarter_are_another_story(desk: Desk) -> None:
    first = desk.read("格洛贝克斯：一季度营收255亿元，同比增长112%", source="甲")
    assert desk.read("艾克米：一季度营收255亿元，同比增长6%", after=1, source="乙").story != first.story
    assert desk.read("格洛贝克斯：二季度营收料达300亿元", after=2, source="乙").story != first.story


def test_results_two_days_later_are_held_against_what_they_say(desk: Desk) -> None:
    first = desk.read("格洛贝克斯：一季度营收255亿元，同比增长112%", source="甲")
    assert desk.read("毛利率创四年新高，格洛贝克斯财报说了什么", after=40, source="乙").story != first.story


def test_what_is_written_before_results_does_not_take_them_in(desk: Desk) -> None:
    first = desk.read("格洛贝克斯财报前瞻：市场预计营收240亿元", source="甲")
    assert desk.read("毛利率创四年新高，格洛贝克斯扭亏为盈", after=5, source="乙").story != first.story
    early = desk.read("Acme earnings preview: what to expect from the phone maker", source="wire")
    assert desk.read("Acme profit doubles as tablets sell out", after=3, source="paper").story != early.story


def test_the_same_few_words_under_two_headlines_say_nothing() -> None:
    desk = Desk()
    first = desk.read("Globex unveils new Kirin chip for phones", source="harbour", body="Globex said.")
    second = desk.read(
        "Globex profit rises 22% on phone sales", source="ledger", body="Globex said.", after=5
    )
    assert second.story != first.story
