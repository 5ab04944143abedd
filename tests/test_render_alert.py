"""Alerts as a receiver reads them: order, names, sources, times, length and sound."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import Match, Message, Report, Story
from bot.render import AlertView, alert, snooze_rows
from tests.golden.invented import (
    CLOUD,
    EARNINGS,
    FIRST,
    GROWN,
    POINTS,
    WATCHLIST,
    WIRE,
    at,
    match,
    point,
    reader,
    report,
)


def told(
    *reports: Report,
    matches: tuple[Match, ...] = (EARNINGS,),
    language: str = "en",
    late: bool = False,
    **entry: object,
) -> Message:
    story = Story(id="k7f2", reports=reports or (WIRE,))
    if entry:
        root = story.reports[0]
        changed = replace(root, entry=replace(root.entry, **entry))  # type: ignore[arg-type]
        story = replace(story, reports=(changed, *story.reports[1:]))
    view = AlertView(
        story=story, matches=matches, watchlist=WATCHLIST, receiver=reader(language), now=at(17, 20)
    )
    return alert(replace(view, late_told_at=at(17, 20)) if late else view)


def lines(message: Message) -> list[str]:
    return message.plain.splitlines()


def source_line(message: Message) -> str:
    return "".join(span.text for span in message.blocks[-1].lines[0])


# What is said first


def test_the_notification_is_the_first_two_lines() -> None:
    message = told()

    assert message.notification == f"🔴 Alibaba · Earnings: {CLOUD}"
    assert lines(message)[:2] == ["🔴 Alibaba · Earnings", CLOUD]


def test_the_headline_is_the_only_link_of_a_first_alert_and_it_is_bold() -> None:
    linked = [span for block in told().blocks for line in block.lines for span in line if span.link]

    assert [(span.text, span.link, span.bold) for span in linked] == [(CLOUD, WIRE.entry.url, True)]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://me:secret@news.example/", "ftp://x.example/a", ""]
)
def test_an_address_that_may_not_be_shown_leaves_the_headline_without_a_link(url: str) -> None:
    message = told(url=url)

    assert CLOUD in message.plain
    assert not any(span.link for block in message.blocks for line in block.lines for span in line)


def test_three_companies_are_named_and_of_more_the_two_with_most_points() -> None:
    three = (match("byd", point("headline", 60)), match("tencent", point("headline", 70)), EARNINGS)
    four = (*three, match("minimax", point("headline", 80)))

    assert lines(told(matches=three))[0] == "🔴 Alibaba, Tencent, BYD · Earnings"
    assert lines(told(matches=four))[0] == "🔴 Alibaba, MiniMax +2 · Earnings"
    assert lines(told(matches=four, language="zh"))[0] == "🔴 阿里巴巴、MiniMax +2 · 财报"


def test_a_company_mentioned_in_passing_is_not_named_beside_the_subject() -> None:
    passing = match("tencent", point("passing", 20), subject=False)

    assert lines(told(matches=(passing, EARNINGS)))[0] == "🔴 Alibaba · Earnings"
    assert lines(told(matches=(passing,)))[0] == "⚪ Tencent"


def test_a_watch_that_left_the_watchlist_is_named_by_its_id() -> None:
    assert lines(told(matches=(match("gone-co", point("headline", 60)),)))[0] == "🟠 gone-co"


def test_a_kind_of_event_that_a_user_added_prints_its_name() -> None:
    message = told(matches=(match("alibaba", point("headline", 55), point("event:price_war", 8)),))

    assert lines(message)[0] == "🟠 Alibaba · Price war"
    assert "63 · company in headline, price war" in message.plain


@pytest.mark.parametrize(
    ("score", "dot", "silent"),
    [
        (100, "🔴", False),
        (85, "🔴", False),
        (84, "🟠", False),
        (60, "🟠", False),
        (59, "🔵", True),
        (40, "🔵", True),
        (39, "⚪", True),
        (0, "⚪", True),
    ],
)
def test_the_dot_and_the_sound_follow_the_level(score: int, dot: str, silent: bool) -> None:
    message = told(matches=(match("alibaba", point("headline", score)),))

    assert (lines(message)[0][0], message.silent) == (dot, silent)


# Who said it and when


def test_other_sources_stand_under_also_free_ones_first_and_then_trusted_ones() -> None:
    paid = report("Paid Letter", "A", at(17, 3), paid=True, weight=1.5)
    plain = report("Delta Daily", "B", at(17, 4))
    trusted = report("East Asia Business", "C", at(17, 9), weight=1.3)

    assert "Also East Asia Business 17:09 · Delta Daily 17:04 · Paid Letter 🔒 17:03" in lines(
        told(WIRE, paid, plain, trusted)
    )


def test_beyond_three_other_sources_there_is_a_number() -> None:
    others = [report(f"Paper {number}", "A", at(17, number)) for number in range(3, 9)]

    assert told(WIRE, *others).plain.splitlines()[-2].endswith("Paper 5 17:05 (+3)")


def test_copies_of_the_wire_report_and_further_entries_of_a_source_do_not_count() -> None:
    copy = report("Wire Copy", CLOUD, at(17, 5), copy_of=WIRE.entry.id)
    again = report("Harbour Wire", "More on Alibaba's cloud", at(17, 8))

    message = told(WIRE, copy, again)

    assert "Also" not in message.plain
    assert "sources" not in message.plain


def test_the_headline_is_the_one_in_the_readers_language() -> None:
    chinese = report("浦江早报", "阿里云季度收入增长 34%", at(17, 3), lang="zh-CN")

    message = told(WIRE, chinese, language="zh")

    assert lines(message)[1] == "阿里云季度收入增长 34%"
    assert "另见 Harbour Wire 🔒 17:02" in message.plain
    assert lines(told(WIRE, chinese))[1] == CLOUD


@pytest.mark.parametrize(
    ("age", "english", "chinese"),
    [
        (timedelta(0), "17:02", "17:02"),
        (timedelta(days=2), "Tue 17:02", "周二 17:02"),
        (timedelta(days=6), "Fri 17:02", "周五 17:02"),
        (timedelta(days=7), "5 Nov", "11月5日"),
        (timedelta(days=365), "12 Nov 2025", "2025年11月12日"),
    ],
)
def test_times_are_the_receivers_own(age: timedelta, english: str, chinese: str) -> None:
    time = WIRE.entry.time - age

    assert source_line(told(time=time, published=time)) == f"Harbour Wire 🔒 {english}"
    assert source_line(told(time=time, published=time, language="zh")) == f"Harbour Wire 🔒 {chinese}"


def test_a_report_without_a_time_says_when_it_was_seen() -> None:
    undated = replace(WIRE, entry=replace(WIRE.entry, published=None, time=WIRE.entry.first_seen))

    assert source_line(told(undated)) == "Harbour Wire 🔒 seen 17:02"
    assert source_line(told(undated, language="zh")) == "Harbour Wire 🔒 17:02 发现"


def test_a_date_that_was_not_believed_is_not_shown() -> None:
    assert source_line(told(published=at(23, day=28))) == "Harbour Wire 🔒 seen 17:02"


def test_only_a_delay_of_more_than_a_quarter_of_an_hour_is_called_late() -> None:
    assert source_line(told(late=True)) == "Harbour Wire 🔒 17:02 (told late, 17:20)"
    on_time = at(17, 5)
    assert source_line(told(late=True, time=on_time, published=on_time)) == "Harbour Wire 🔒 17:05"


# The gist


def gist_of(text: str, language: str = "en") -> str:
    message = told(body=text, language=language)
    shown = message.blocks[0].lines[2:]
    return "".join(span.text for line in shown for span in line)


def test_without_a_text_there_is_no_gist() -> None:
    assert gist_of("") == ""


def test_a_text_that_only_repeats_the_headline_gives_no_gist() -> None:
    assert gist_of(f"{CLOUD}.") == ""
    assert gist_of(f"{CLOUD}  Harbour Wire") == ""


def test_the_gist_passes_over_a_repeated_headline() -> None:
    assert gist_of(f"{CLOUD}. Capital spending reached 31.5 billion yuan.") == (
        "Capital spending reached 31.5 billion yuan."
    )


def test_the_gist_is_two_sentences_at_most() -> None:
    assert gist_of("Shares rose on Monday. Rivals fell sharply. Nobody else moved.") == (
        "Shares rose on Monday. Rivals fell sharply."
    )


def test_the_gist_does_not_end_at_an_abbreviation_or_inside_a_figure() -> None:
    text = "Mr. Wu of Alibaba Group Inc. said sales rose 3.5% in the U.S. market."

    assert gist_of(text + " " + "x" * 200) == text


def test_a_sentence_that_is_too_long_is_not_cut() -> None:
    assert gist_of("The company said " + "that it grew and " * 15 + "stopped.") == ""


def test_a_text_that_the_feed_cut_short_is_not_passed_off_as_a_sentence() -> None:
    assert gist_of("The division sold more computing power to start-ups tha…") == ""
    assert gist_of("Sales rose at last. The division sold more computing po [...]") == "Sales rose at last."


def test_a_chinese_gist_is_at_most_eighty_characters() -> None:
    sentence = "公司第三季度云业务收入达到三百九十八亿元，同比增长百分之三十四，高于市场此前预期。"

    assert gist_of(sentence * 2, "zh") == sentence
    assert gist_of("这是" * 60 + "。", "zh") == ""


def test_a_paragraph_broken_over_lines_is_read_as_one() -> None:
    assert gist_of("Cloud revenue rose to a record\nin the September quarter.\nMore follows") == (
        "Cloud revenue rose to a record in the September quarter. More follows"
    )


# Too long


LONG_TEXT = (
    "The first sentence of this text takes a good deal of room here. "
    "The second sentence of it takes even a little more room than that."
)


def long_view(headline: str, names: tuple[str, ...] = ("Alibaba",)) -> Message:
    sources = [report(f"The Extraordinarily Long Name of Paper {n}", "A", at(17, 3 + n)) for n in range(6)]
    root = replace(WIRE, entry=replace(WIRE.entry, title=headline, body=LONG_TEXT))
    matches = tuple(match(name, *POINTS) for name in names)
    return told(root, *sources, matches=matches, late=True)


def test_too_long_an_alert_loses_its_gist_first_then_the_other_sources_and_nothing_else() -> None:
    ninety = tuple(letter * 90 for letter in "abc")
    shapes = [
        long_view("Alibaba " + "reports " * words, names)
        for words in (5, 26, 29)
        for names in (("b",), ninety)
    ]

    kept = {("second" in shape.plain, "first" in shape.plain, "Also" in shape.plain) for shape in shapes}
    assert kept == {(True, True, True), (False, True, True), (False, False, True), (False, False, False)}
    for shape in shapes:
        assert len(shape.plain) <= 600
        assert lines(shape)[1].startswith("Alibaba reports")
        assert "Harbour Wire 🔒 17:02" in shape.plain
        assert "92 · company in headline, earnings, 7 sources" in shape.plain


@pytest.mark.parametrize("length", [300, 10_000])
def test_an_endless_headline_is_shortened_and_the_alert_still_fits(length: int) -> None:
    message = long_view("Alibaba " * (length // 8))

    assert len(message.plain) <= 600
    assert "Alibaba Alibaba" in lines(message)[1]
    assert lines(message)[1].endswith("…")


# What became of it


def test_the_same_alert_grows_below_and_keeps_its_first_lines() -> None:
    before, after = told(), told(*GROWN.reports)

    assert lines(after)[:3] == lines(before)[:3]
    assert before.blocks[0] == after.blocks[0]
    assert before.buttons == after.buttons


def test_an_alert_without_buttons_has_none() -> None:
    view = AlertView(
        story=FIRST, matches=(EARNINGS,), watchlist=WATCHLIST, receiver=reader(), now=at(17, 3), buttons=False
    )

    assert alert(view).buttons == ()


def test_snooze_offers_three_lengths_and_a_way_back() -> None:
    assert [button.label for row in snooze_rows("k7f2", "zh") for button in row] == [
        "4 小时",
        "1 天",
        "7 天",
        "‹",
    ]
    assert [button.action for row in snooze_rows("k7f2", "en") for button in row] == [
        "snooze:k7f2:4h",
        "snooze:k7f2:1d",
        "snooze:k7f2:7d",
        "back:k7f2",
    ]
