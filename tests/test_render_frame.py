"""What holds for every message: lines stay lines, no foreign marks, both languages alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from runpy import run_path
from string import Formatter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Level, Message, Reason, Watch, Watchlist
from bot.render import (
    AlertView,
    Clock,
    CorrectionView,
    DigestView,
    GreetingView,
    StoryView,
    alert,
    correction,
    digest,
    error,
    greeting,
    headline_of,
    story,
    unknown_command,
)
from bot.render import words as frame
from bot.render.phrases import PHRASES
from tests.golden import FOLDER
from tests.golden.invented import EARNINGS, GROWN, WATCHLIST, WIRE, at, match, point, reader
from tests.test_connect_look import KINDS as CONNECTING
from tests.test_render_golden_answers import KINDS as ANSWERS
from tests.test_render_golden_health import KINDS as HEALTH
from tests.test_render_golden_news import KINDS as NEWS
from tests.test_render_golden_pictures import KINDS as PICTURES
from tests.test_render_golden_why import KINDS as TRACES
from tests.test_render_keeping import KINDS as KEEPING
from tests.test_watch_look import KINDS as WATCHES

KINDS = {**ANSWERS, **CONNECTING, **HEALTH, **KEEPING, **NEWS, **PICTURES, **TRACES, **WATCHES}
TEXTS = (
    "why_short",
    "stats",
    "stats_speeds",
    "repeats",
    "given_up",
    "token_refused",
    "heartbeat_well",
    "heartbeat_ill",
)
"""Kept by tests of their own."""
ALLOWED = set("🔴🟠🔵⚪🔒⚠✅✏️👍👎")


def emoji_of(message: Message) -> set[str]:
    return {character for character in message.plain if ord(character) > 0x2600 and not is_text(character)}


def is_text(character: str) -> bool:
    return 0x2E80 <= ord(character) <= 0x9FFF or 0xFF00 <= ord(character) <= 0xFFEF


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_message_has_lines_of_one_line_and_only_the_emoji_that_mean_something(
    kind: str, language: str
) -> None:
    message = KINDS[kind](language)

    for block in message.blocks:
        assert block.lines
        for line in block.lines:
            text = "".join(span.text for span in line)
            assert text.strip()
            assert text.isprintable() or "️" in text
    assert emoji_of(message) <= ALLOWED
    assert message.language == language
    assert message.notification


@pytest.mark.parametrize("kind", KINDS)
def test_a_chinese_frame_has_no_half_width_comma_or_colon_of_its_own(kind: str) -> None:
    golden = (FOLDER / f"{kind}.zh.txt").read_text(encoding="utf-8")

    marks = [
        text[at - 1 : at + 2]
        for text in golden.splitlines()
        for at in range(1, len(text))
        if text[at] in ",:;"
    ]
    beside_chinese = [mark for mark in marks if any("一" <= character <= "鿿" for character in mark)]
    assert beside_chinese == []


def test_every_kept_rendering_belongs_to_a_message() -> None:
    kept = {Path(file).stem for file in FOLDER.glob("*.txt")}

    assert kept == {f"{kind}.{language}" for kind in (*KINDS, *TEXTS) for language in ("en", "zh")}


@pytest.mark.parametrize("key", PHRASES)
def test_a_phrase_says_the_same_in_both_languages(key: str) -> None:
    english, chinese = (
        {name for _, name, _, _ in Formatter().parse(phrase) if name} for phrase in PHRASES[key]
    )

    assert chinese <= english
    assert PHRASES[key][0].count("*") % 2 == PHRASES[key][1].count("*") % 2 == 0


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_in_both_languages(reason: Reason) -> None:
    english, chinese = frame.reason_word(reason, "en"), frame.reason_word(reason, "zh")

    assert english != chinese
    assert "_" not in english


@pytest.mark.parametrize("level", Level)
def test_every_level_has_a_dot_and_a_word(level: Level) -> None:
    assert frame.DOTS[level]
    assert frame.level_word(level, "en") == level.word
    assert frame.level_word(level, "zh") != level.word


def test_chinese_leaves_a_gap_before_and_after_latin_words_and_none_within_chinese() -> None:
    assert (
        frame.say("zh", "withdrawn", source="Harbour Wire", time="18:20")
        == "Harbour Wire 于 18:20 撤下该报道。"
    )
    assert frame.say("zh", "withdrawn", source="浦江早报", time="周二") == "浦江早报于周二撤下该报道。"


def test_a_value_is_never_read_as_a_pattern() -> None:
    assert (
        frame.say("en", "withdrawn", source="{0} *{time}*", time="{x}")
        == "{0} *{time}* took the report down at {x}."
    )


def test_a_number_chooses_its_word() -> None:
    assert [frame.say("en", "sources", count=count) for count in (1, 2, 1200)] == [
        "1 source",
        "2 sources",
        "1,200 sources",
    ]


@pytest.mark.parametrize(
    ("delta", "english", "chinese"),
    [
        (timedelta(seconds=35), "35 s", "35 秒"),
        (timedelta(minutes=1), "1 min", "1 分钟"),
        (timedelta(hours=9, minutes=20), "9 h 20 min", "9 小时 20 分钟"),
        (timedelta(hours=24), "24 h", "24 小时"),
        (timedelta(days=3), "3 days", "3 天"),
        (timedelta(seconds=-5), "0 s", "0 秒"),
    ],
)
def test_spans_of_time_are_short(delta: timedelta, english: str, chinese: str) -> None:
    assert Clock("en", "UTC", at(12)).span(delta, exact=True) == english
    assert Clock("zh", "UTC", at(12)).span(delta, exact=True) == chinese


def test_a_coming_moment_within_a_day_needs_no_weekday() -> None:
    clock = Clock("en", "Asia/Hong_Kong", at(23))

    assert clock.moment(at(7, 30, day=13)) == "07:30"
    assert clock.moment(at(23, 30, day=14)) == "Sat 23:30"
    assert clock.moment(at(23, 30, day=19)) == "19 Nov"


def test_midnight_is_the_readers_own() -> None:
    assert Clock("en", "Asia/Hong_Kong", at(0, 10)).moment(at(23, 50, day=11)) == "Wed 23:50"
    assert Clock("en", "UTC", at(0, 10)).moment(at(23, 50, day=11)) == "15:50"


def test_an_unknown_zone_does_not_stop_a_message() -> None:
    assert Clock("en", "Mars/Olympus", at(12)).moment(at(12)) == "04:00"


# Text that nobody chose

HOSTILE = [
    "",
    "   \n\t ",
    "line one\nline two\r\n\u2028three",
    "\u202egnirts desrever\u202c \u200bhidden\ufeff",
    "🔴 URGENT 🔒 ⚠️ free money 🚀👍",
    "*bold* _it_ `code` <b>tag</b> [x](http://evil.example) @everyone /stop",
    "{0} {name} %s \\n",
    "a" * 10_000,
    "字" * 10_000,
    "\x00\x07\x1b[31mred",
    "\ud800 broken",
    "......",
    "，，，，",
]


def every_kind_of(text: str, language: str) -> list[Message]:
    entry = replace(WIRE.entry, title=text, body=text, summary=text, source_name=text, url=text)
    report = replace(WIRE, entry=entry, joining=replace(WIRE.joining, shared=(text,), other=text))
    tale = replace(GROWN, reports=(report, replace(report, entry=replace(entry, id="b", source="b"))))
    watchlist = Watchlist(
        watches={"alibaba": Watch(id="alibaba", name=text or "x", names={"zh": text or "x"})}
    )
    who, now = reader(language), at(18)
    line = headline_of(tale, 80, language, ("alibaba",))
    found = (match("alibaba", point("headline", 80, text)),)
    listed = DigestView(receiver=who, watchlist=watchlist, now=now, since=at(8), stories=(line,))
    view = AlertView(story=tale, matches=found, watchlist=watchlist, receiver=who, now=now, muted_by=text)
    change = CorrectionView(
        story=tale,
        matches=found,
        watchlist=watchlist,
        receiver=who,
        now=now,
        source=text,
        was=text,
        became=text[::-1],
        url=text,
        changed_at=now,
        others=2,
    )
    in_digest = digest(listed)
    assert in_digest
    return [
        alert(view),
        correction(change),
        in_digest,
        greeting(GreetingView(receiver=who, now=now, companies=1, sources=1, stories=(line,))),
        story(StoryView(reader=who, watchlist=watchlist, now=now, story=tale, matches=found)),
        error(text, who),
        unknown_command(text, who),
    ]


def assert_harmless(message: Message) -> None:
    for block in message.blocks:
        for line in block.lines:
            text = "".join(span.text for span in line)
            assert len(text) < 700
            assert not set(text) & set("\n\r\t\x00\x1b\u2028\u202e\u200b\ufeff\ud800🚀")
            assert all(span.link == "" or span.link.startswith("http") for span in line)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_on_its_line_and_breaks_nothing(text: str, language: str) -> None:
    for message in every_kind_of(text, language)[:-2]:
        assert_harmless(message)
    assert len(every_kind_of(text, language)[0].plain) <= 600


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=400), language=st.sampled_from(["en", "zh"]))
def test_any_text_can_be_told(text: str, language: str) -> None:
    for message in every_kind_of(text, language):
        assert message.plain.count("\n") < 40


def test_an_entry_without_a_headline_says_so() -> None:
    empty = replace(WIRE, entry=replace(WIRE.entry, title=" \u200b\n"))
    view = AlertView(
        story=replace(GROWN, reports=(empty,)),
        matches=(EARNINGS,),
        watchlist=WATCHLIST,
        receiver=reader(),
        now=at(18),
    )

    assert "(no headline)" in alert(view).plain
    assert "（无标题）" in alert(replace(view, receiver=reader("zh"))).plain


def test_a_headline_cannot_fake_a_level_or_a_lock() -> None:
    fake = replace(WIRE, entry=replace(WIRE.entry, title="⚪ Alibaba 🔒 ⚠️ denies report", paid=False))
    view = AlertView(
        story=replace(GROWN, reports=(fake,)),
        matches=(EARNINGS,),
        watchlist=WATCHLIST,
        receiver=reader(),
        now=at(18),
    )

    assert alert(view).plain.splitlines()[1] == "Alibaba denies report"
    assert "🔒" not in alert(view).plain


def test_the_picture_of_the_readme_shows_what_alerts_look_like_now() -> None:
    docs = Path(__file__).parents[1] / "docs"
    drawn = run_path(str(docs / "draw_alert.py"))["picture"]()

    assert drawn == (docs / "alert.svg").read_text(encoding="utf-8"), (
        "run .venv/bin/python docs/draw_alert.py"
    )
