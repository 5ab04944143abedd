"""From stories to a picture: a row a company, a bar a day, in the reader's words and by the reader's clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.charts.counting import chart_picture, week_picture
from bot.render.picture_views import ChartView, Days, Happened
from tests.golden.invented import WATCHLIST, reader
from tests.picturing import MONDAY, clock, happened, week


def chart(
    *stories: Happened, watches: tuple[str, ...] = (), days: int = 30, language: str = "en"
) -> ChartView:
    return ChartView(
        reader=reader(language),
        watchlist=WATCHLIST,
        now=MONDAY,
        days=Days.ending(clock(language), MONDAY, days),
        watches=watches,
        titles={},
        happened=stories,
    )


def test_a_row_counts_the_stories_of_each_day_and_the_company_with_most_stands_first() -> None:
    stories = [happened("a1", days_ago=6.5), happened("a2", days_ago=1), happened("a3", days_ago=0.5)]

    shown = week_picture([happened("t1", "tencent"), *stories], week(), WATCHLIST, reader(), before=None)

    assert [(row.name, row.counts, row.count) for row in shown.rows] == [
        ("Alibaba", (1, 0, 0, 0, 0, 0, 2), "3"),
        ("Tencent", (0, 0, 0, 0, 0, 0, 1), "1"),
    ]
    assert shown.title == "Your week · 9-15 Nov"
    assert shown.total == "4 stories"
    assert shown.heads == tuple("MTWTFSS")
    assert shown.alt == "Stories a day: Alibaba 3, Tencent 1"


def test_a_week_that_ends_on_sunday_evening_names_the_same_days() -> None:
    sunday_evening = datetime.fromisoformat("2026-11-15T10:00:00+00:00")
    shown = week_picture([], week(end=sunday_evening), WATCHLIST, reader(), before=None)

    assert shown.title == "Your week · 9-15 Nov"
    assert shown.heads == tuple("MTWTFSS")


def test_the_same_picture_in_chinese_keeps_english_words_for_machines_without_a_font() -> None:
    shown = week_picture([happened("a1", event="earnings")], week("zh"), WATCHLIST, reader("zh"), before={})

    assert (shown.title, shown.total, shown.against) == ("本周 · 11月9日至15日", "1 条", "较上周")
    assert [(row.name, row.dots[0].word) for row in shown.rows] == [("阿里巴巴", "财报")]
    assert shown.english is not None
    assert shown.english.title == "Your week · 9-15 Nov"
    assert [(row.name, row.dots[0].word) for row in shown.english.rows] == [("Alibaba", "earnings")]


def test_beyond_eight_companies_the_rest_is_one_row() -> None:
    stories = [happened(f"s{of}{at}", f"company{of}") for of in range(12) for at in range(12 - of)]

    shown = week_picture(stories, week(), WATCHLIST, reader(), before=None)

    assert len(shown.rows) == 9
    assert shown.rows[-1].name == "4 others"
    assert shown.rows[-1].count == str(4 + 3 + 2 + 1)
    assert not shown.rows[-1].dots


def test_nine_companies_are_all_named_for_one_other_would_take_the_same_room() -> None:
    stories = [happened(f"s{of}", f"company{of}") for of in range(9)]

    shown = week_picture(stories, week(), WATCHLIST, reader(), before=None)

    assert [row.name for row in shown.rows][-1] == "company8"


def test_the_change_is_to_the_week_before_and_nothing_is_said_of_none() -> None:
    stories = [happened("a1"), happened("a2"), happened("t1", "tencent"), happened("m1", "moonshot")]

    shown = week_picture(
        stories, week(), WATCHLIST, reader(), before={"alibaba": 1, "tencent": 1, "moonshot": 4}
    )

    assert [(row.name, row.change) for row in shown.rows] == [
        ("Alibaba", "+1"),
        ("Moonshot AI", "-3"),
        ("Tencent", ""),
    ]
    assert shown.against == "vs"


def test_a_receivers_first_week_is_compared_with_nothing() -> None:
    shown = week_picture([happened("a1")], week(), WATCHLIST, reader(), before=None)

    assert [row.change for row in shown.rows] == [""]
    assert shown.against == ""


def test_the_days_strongest_story_is_its_dot_and_says_what_it_is() -> None:
    stories = [
        happened("a1", score=90, event=""),
        happened("a2", score=88, event="earnings"),
        happened("a3", score=66, event="funding"),
        happened("a4", score=50, event="product", days_ago=3),
    ]

    shown = week_picture(stories, week(), WATCHLIST, reader(), before=None)

    assert [(dot.place, dot.level, dot.word) for dot in shown.rows[0].dots] == [
        (4, "notable", "product"),
        (6, "urgent", "earnings"),
    ]


def test_one_company_is_shown_by_kind_of_event_and_what_has_none_stands_last() -> None:
    stories = [
        happened("a1", event=""),
        happened("a2", event=""),
        happened("a3", event="earnings"),
        happened("a4", event="ipo"),
        happened("a5", event="ipo"),
    ]

    shown = chart_picture(chart(*stories, watches=("alibaba",)))

    assert [(row.name, row.count) for row in shown.rows] == [("IPO", "2"), ("Earnings", "1"), ("Other", "2")]


def test_a_story_of_two_companies_counts_for_both_and_once_in_all() -> None:
    shown = chart_picture(chart(happened("a1"), happened("a1", "tencent")))

    assert [row.count for row in shown.rows] == ["1", "1"]
    assert shown.total == "1 story"


def test_thirty_days_name_some_dates_and_today_is_the_last() -> None:
    shown = chart_picture(chart(happened("a1", days_ago=0.01)))

    assert len(shown.heads) == 30
    assert [head for head in shown.heads if head] == [
        "22 Oct",
        "27 Oct",
        "1 Nov",
        "6 Nov",
        "11 Nov",
        "16 Nov",
    ]
    assert shown.rows[0].counts[-1] == 1


def test_beyond_a_quarter_a_bar_is_a_week_and_no_story_is_lost() -> None:
    stories = [happened(f"a{at}", days_ago=at + 0.1) for at in range(100)]

    shown = chart_picture(chart(*stories, days=100))

    assert len(shown.heads) == 15
    assert sum(shown.rows[0].counts) == 100
    assert max(shown.rows[0].counts) == 7
    assert shown.alt.startswith("Stories a week")


def test_the_days_on_which_clocks_change_have_one_bar_like_any_other() -> None:
    for day in ("2026-03-29", "2026-10-25"):
        noon = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        days = Days.ending(clock(zone="Europe/Berlin", now=noon), noon, 3)
        quarters = [noon.replace(hour=0) + timedelta(minutes=15 * at - 120) for at in range(24 * 4)]

        local = [days.clock.local(at).date().isoformat() for at in quarters]

        assert {days.place(at) for at, date in zip(quarters, local, strict=True) if date == day} == {2}
        assert days.words().endswith(clock(now=noon).date(noon))


def test_a_moment_outside_the_days_stands_in_no_bar() -> None:
    assert week().place(MONDAY - timedelta(days=8)) is None
    assert week().place(MONDAY + timedelta(minutes=1)) is None
    assert week().place(MONDAY - timedelta(seconds=1)) == 6
