"""What people type is understood: names in both languages, filters, and a hint where it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.commands.moments import parse_moment
from bot.commands.query import Query, nearest_name, parse_query, parse_span
from bot.commands.vocabulary import Vocabulary
from bot.errors import CommandError
from bot.model import Level
from tests.newsmaking import NOON, WATCHLIST

SPEECH = Vocabulary(
    watchlist=WATCHLIST,
    zone="Asia/Hong_Kong",
    via="telegram",
    sources={"scmp-tech": "SCMP Tech", "nanfang": "南方财讯", "wire": "Wire, The"},
    events={"earnings", "ipo", "merger", "strike"},
)


def understood(text: str) -> Query:
    """What a reader's question means where sources and events are known."""
    return parse_query(text, WATCHLIST, {}, NOON, vocabulary=SPEECH)


def refused(text: str, language: str = "en") -> str:
    """What somebody is told whose question is not understood."""
    with pytest.raises(CommandError) as raised:
        parse_query(text, WATCHLIST, {}, NOON, vocabulary=replace(SPEECH, language=language))
    return str(raised.value)


@pytest.mark.parametrize("name", ["Alibaba", "alibaba", "ALIBABA", " Alibaba ", "watch:alibaba"])
def test_a_company_is_understood_however_it_is_written(name: str) -> None:
    query = parse_query(name, WATCHLIST, {}, NOON)

    assert query.filters.watches == {"alibaba"}
    assert query.words == ""


def test_a_company_in_words_is_taken_out_of_them() -> None:
    query = parse_query("Moonshot AI raises money", WATCHLIST, {}, NOON)

    assert query.filters.watches == {"moonshot"}
    assert query.words == "raises money"


def test_filters_and_words_stand_side_by_side() -> None:
    query = parse_query(
        "rockets since:3d score>60 lang:zh event:earnings source:scmp-tech -gaming", WATCHLIST, {}, NOON
    )

    filters = query.filters
    assert query.words == "rockets -gaming"
    assert filters.since == NOON - timedelta(days=3)
    assert filters.min_score == 61
    assert filters.languages == {"zh"}
    assert filters.events == {"earnings"}
    assert filters.sources == {"scmp-tech"}


@pytest.mark.parametrize(
    ("typed", "low", "high"), [("score>=60", 60, None), ("score<40", None, 39), ("score:50", 50, None)]
)
def test_scores_are_asked_for_with_signs(typed: str, low: int | None, high: int | None) -> None:
    filters = parse_query(typed, WATCHLIST, {}, NOON).filters

    assert (filters.min_score, filters.max_score) == (low, high)


def test_a_phrase_in_quotes_stays_one() -> None:
    assert parse_query("“export control” today", WATCHLIST, {}, NOON).words == '"export control" today'


# Names


@pytest.mark.parametrize(
    "typed",
    [
        "source:scmp-tech",
        "source:SCMP-TECH",
        'source:"SCMP Tech"',
        "source:“SCMP Tech”",
        "source:SCMP Tech",
        "source: SCMP Tech",
        "来源：ＳＣＭＰ Tech",
        "source：scmp-tech",
    ],
)
def test_a_source_is_named_by_its_id_or_by_its_name(typed: str) -> None:
    query = understood(f"{typed} rockets")
    assert query.filters.sources == {"scmp-tech"}
    assert query.words == "rockets"


def test_a_name_ends_where_words_begin() -> None:
    query = understood("source:SCMP Tech Alibaba since:3d 南方财讯 -games")
    assert query.filters.sources == {"scmp-tech"}
    assert query.filters.watches == {"alibaba"}
    assert query.words == "南方财讯 -games"


@pytest.mark.parametrize(
    "typed", ["event:earnings", "event:Earnings", "event:财报", "事件：财报", "类型:earnings"]
)
def test_an_event_is_named_in_either_language(typed: str) -> None:
    assert understood(typed).filters.events == {"earnings"}


def test_several_values_are_parted_by_commas() -> None:
    assert understood("event:earnings,上市|merger").filters.events == {"earnings", "ipo", "merger"}
    assert understood('source:"Wire, The"').filters.sources == {"wire"}


@pytest.mark.parametrize("typed", ["lang:zh", "lang:中文", "语言：Chinese", "lang:zh-CN"])
def test_a_language_is_named_as_people_call_it(typed: str) -> None:
    assert understood(typed).filters.languages == {"zh"}


@pytest.mark.parametrize(
    "typed", ["watch:腾讯", "关注：腾讯", "watch:Tencent", "company:tencent", "公司：腾讯"]
)
def test_a_watch_is_named_in_either_language(typed: str) -> None:
    assert understood(typed).filters.watches == {"tencent"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("event:earnigs", "There is no kind of event “earnigs”. Did you mean event:earnings?"),
        ("source:SCMP Teck", "There is no source “SCMP”. Did you mean source:scmp-tech?"),
        ("source:qqqq", "There is no source “qqqq”. /sources lists them."),
        ("watch:alibab", "There is no watch “alibab”. Did you mean watch:alibaba?"),
        ("lang:klingon", "“klingon” is not a language here. There are lang:en, lang:zh."),
        ("since:soon", "“soon” is not a time: write 30m, 12h, 3d, 2w, today or 2026-11-01."),
        ("since:", "“” is not a time: write 30m, 12h, 3d, 2w, today or 2026-11-01."),
        ("since:2026-13-01", "“2026-13-01” is not a time: write 30m, 12h, 3d, 2w, today or 2026-11-01."),
        ("score:high", "“high” is not a score: write score>60, score<40 or score>=important."),
        ("score>101", "“101” is not a score: write score>60, score<40 or score>=important."),
        ("-source:wire", "Only words can be left out, as in -gaming; source: chooses what is shown."),
    ],
)
def test_what_is_not_understood_is_answered_with_what_to_write(typed: str, said: str) -> None:
    assert refused(typed) == said


def test_what_is_not_understood_is_said_in_the_readers_language() -> None:
    assert refused("event:财抱", "zh") == "没有名为「财抱」的事件类型。是否要写 event:财报？"
    assert refused("event:qqqq", "zh") == (
        "没有名为「qqqq」的事件类型。可写：event:财报、event:上市、event:并购、event:strike。"
    )
    assert refused("since:很久", "zh") == (
        "「很久」不是时间：请写 30分钟、12小时、3天、2周、今天或 2026-11-01。"
    )


@pytest.mark.parametrize(
    "headline",
    [
        "Source: officials deny it",
        "Event: a company moves",
        "Score: five to nil",
        "Since: when",
        "事件：一家公司",
    ],
)
def test_a_headline_that_only_looks_like_a_filter_is_looked_for(headline: str) -> None:
    first, rest = headline.replace("：", ": ").split(maxsplit=1)
    assert understood(f"{first} {rest}").words == f"{first} {rest}"


@pytest.mark.parametrize("typed", ["since: 3d", "score: 60", "event: 财报", "lang： zh"])
def test_a_space_after_the_colon_is_forgiven(typed: str) -> None:
    assert understood(typed).words == ""


@pytest.mark.parametrize("typed", ["since:", "source:", "score:", "腾讯 event："])
def test_a_filter_without_its_value_says_what_to_write(typed: str) -> None:
    assert refused(typed)


def test_an_address_or_a_clock_time_is_no_filter() -> None:
    assert understood("https://news.example/a 17:02").words == "https://news.example/a 17:02"


# Punctuation


@pytest.mark.parametrize(
    "typed",
    [
        '腾讯 since:3d score>=60 -游戏 "出口 管制"',
        "腾讯　since：3天　score≥60　－游戏　「出口 管制」",
        "腾讯，since：３天，评分＞＝60，—游戏，“出口 管制”",
        "腾讯 since:3d score >= 60 -游戏 『出口 管制』",
    ],
)
def test_full_width_punctuation_is_as_good_as_any(typed: str) -> None:
    query = understood(typed)

    assert query.filters.watches == {"tencent"}
    assert query.filters.since == NOON - timedelta(days=3)
    assert query.filters.min_score == 60
    assert query.words == '-游戏 "出口 管制"'


def test_an_apostrophe_is_no_quotation_mark() -> None:
    assert understood("McDonald's \"export control\" today's").words == (
        "McDonald's \"export control\" today's"
    )


# Times and scores


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("3天", 72),
        ("3 天", 72),
        ("12小时", 12),
        ("30分钟", 0.5),
        ("2周", 336),
        ("1个月", 720),
        ("2weeks", 336),
    ],
)
def test_spans_are_written_in_either_language(typed: str, hours: float) -> None:
    assert parse_span(typed) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("typed", "begins"),
    [
        ("today", datetime(2026, 11, 11, 16, tzinfo=UTC)),
        ("昨天", datetime(2026, 11, 10, 16, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 10, 31, 16, tzinfo=UTC)),
        ("11月1日", datetime(2026, 10, 31, 16, tzinfo=UTC)),
        ("12-24", datetime(2025, 12, 23, 16, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_the_readers_midnight(typed: str, begins: datetime) -> None:
    assert understood(f"since:{typed}").filters.since == begins


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize("said", ["0001-01-01", "1969-12-31", "2200-01-01", "9999-12-31", "0001年1月1日"])
def test_a_date_that_nobody_can_mean_is_refused_in_words(said: str, zone: str) -> None:
    with pytest.raises(CommandError, match="too far away: write a day between 1970 and 2199"):
        parse_moment(said, NOON, zone)
    with pytest.raises(CommandError, match="过于久远"):
        parse_moment(said, NOON, zone, "zh")


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "Pacific/Kiritimati"])
@pytest.mark.parametrize("said", ["1970-01-01", "2199-12-31", "9999y", "9999w", "0m"])
def test_the_farthest_dates_and_spans_are_moments(said: str, zone: str) -> None:
    assert 1900 < parse_moment(said, NOON, zone).year < 2201


def test_until_ends_what_since_begins() -> None:
    query = understood("since:3d until:1d")
    assert (query.filters.since, query.filters.until) == (
        NOON - timedelta(days=3),
        NOON - timedelta(days=1),
    )
    assert query.span == timedelta(days=3)


def test_no_span_is_too_long() -> None:
    since = understood("since:9999年").filters.since
    assert since is not None
    assert since < NOON - timedelta(days=36_000)


@pytest.mark.parametrize("typed", ["score>=important", "score:重要", "score>=60", "score>59", "score:60+"])
def test_a_score_may_be_a_level(typed: str) -> None:
    assert understood(typed).filters.min_score == Level.IMPORTANT


def test_a_misspelt_company_has_a_nearest_one() -> None:
    assert nearest_name("Tencnt", WATCHLIST, {}) == "tencent"
    assert nearest_name("qqqqqq", WATCHLIST, {}) is None


def test_spans_are_minutes_hours_days_and_weeks() -> None:
    assert [parse_span(text) for text in ("30m", "12h", "3d", "2w")] == [
        timedelta(minutes=30),
        timedelta(hours=12),
        timedelta(days=3),
        timedelta(weeks=2),
    ]
