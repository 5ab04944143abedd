"""Answers, digests and notices: what is left out, what is counted, and what is asked by a button."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import Budget, Facts, Level, Message, Reason, Refusal, Story
from bot.render import (
    BackView,
    CommandRow,
    DigestView,
    GreetingView,
    HeldView,
    NothingView,
    RecentView,
    StatusView,
    StoryView,
    TraceView,
    TroubleView,
    WeeklyView,
    digest,
    error,
    greeting,
    headline_of,
    held,
    help_page,
    nothing_found,
    recent,
    source_back,
    source_trouble,
    status,
    story,
    unknown_command,
    weekly,
    why,
    why_short,
)
from tests.golden.invented import (
    BUYBACK,
    CLOUD,
    DELAYED,
    DIGEST,
    FIRST,
    GAMES,
    GROWN,
    MINUTES,
    WATCHLIST,
    WIRE,
    at,
    match,
    point,
    reader,
)
from tests.test_render_golden_why import _told_view, _untold_view, _verdict

DAILY = DigestView(
    receiver=reader(),
    watchlist=WATCHLIST,
    now=at(8, 30),
    since=at(8, 30, day=11),
    stories=DIGEST,
    reference="d1",
)


def labels(message: Message) -> list[str]:
    return [button.label for row in message.buttons for button in row]


# Digests


def test_no_news_is_no_digest() -> None:
    assert digest(replace(DAILY, stories=())) is None
    week = WeeklyView(
        receiver=reader(),
        watchlist=WATCHLIST,
        now=at(9),
        first_day=at(9, day=5),
        last_day=at(9),
        count=0,
        told=0,
        companies=(),
    )
    assert weekly(week) is None


def test_a_digest_has_a_block_a_company_so_that_it_is_split_between_them() -> None:
    message = digest(DAILY)
    assert message

    firsts = ["".join(span.text for span in block.lines[0]) for block in message.blocks]
    assert firsts == ["Morning digest · Thu 12 Nov", "Alibaba 4", "Tencent 3", "Moonshot AI 2"]


def test_a_story_of_two_companies_stands_in_a_digest_once() -> None:
    both = replace(DIGEST[0], watches=("alibaba", "tencent"))
    message = digest(replace(DAILY, stories=(both, DELAYED)))
    assert message

    assert message.plain.count("Logistics arm") == 1
    assert "2 stories since" in message.plain


def test_companies_stand_by_their_best_story_and_stories_by_score() -> None:
    message = digest(replace(DAILY, stories=(MINUTES, replace(DIGEST[1], score=99), GAMES, DIGEST[2])))
    assert message

    order = [
        message.plain.index(part) for part in ("Alibaba 2", "模型", "Johor", "Tencent 2", "two games", "元宝")
    ]
    assert order == sorted(order)


def test_everything_is_offered_only_where_something_is_left_out() -> None:
    whole = digest(replace(DAILY, stories=DIGEST[4:]))
    cut = digest(DAILY)

    assert whole
    assert cut
    assert labels(whole) == ["Chart"]
    assert labels(cut) == ["All 9", "Chart"]


def test_a_late_story_is_marked_in_the_digest() -> None:
    message = digest(replace(DAILY, stories=(replace(DELAYED, late=True),)))
    assert message

    assert "Delta Games · Tue 11:20 (late)" in message.plain


@pytest.mark.parametrize(
    ("hour", "english", "chinese"),
    [(8, "Morning", "早间"), (12, "Midday", "午间"), (18, "Evening", "晚间")],
)
def test_a_digest_is_named_after_the_time_of_day(hour: int, english: str, chinese: str) -> None:
    for language, word in (("en", english), ("zh", chinese)):
        message = digest(replace(DAILY, now=at(hour), receiver=reader(language)))
        assert message
        assert message.plain.startswith(word)


def test_an_hourly_limit_is_called_one() -> None:
    receiver = replace(reader(), at_most=Budget(3, timedelta(hours=1)))
    message = digest(replace(DAILY, receiver=receiver, held=2))
    assert message

    assert "Held by your limit of 3 an hour: 2, included above" in message.plain


def test_held_alerts_ring_once_for_the_best_of_them() -> None:
    view = HeldView(
        receiver=reader(), watchlist=WATCHLIST, now=at(8), stories=(DELAYED, MINUTES, GAMES, BUYBACK)
    )

    message = held(view)
    assert message.level is Level.IMPORTANT
    assert not message.silent
    assert (
        message.notification
        == "🟠 4 stories · late, this chat could not be reached: 🟠 腾讯回购 10 亿港元股份"
    )
    assert held(replace(view, stories=(DELAYED, MINUTES))).silent


def test_a_line_of_a_list_is_made_from_the_story() -> None:
    line = headline_of(GROWN, 96, "en", ("alibaba",))

    assert (line.title, line.source, line.paid, line.more) == (CLOUD, "Harbour Wire", True, 6)
    assert headline_of(GROWN, 96, "zh").source == "浦江早报"


def test_a_new_chat_without_news_is_not_promised_any() -> None:
    message = greeting(GreetingView(receiver=reader("en", "slack"), now=at(9), companies=1, sources=1))

    assert "24 hours" not in message.plain
    assert "1 company · 1 source" in message.plain
    assert message.plain.endswith("/wirewatch recent · /wirewatch watch add NAME · /wirewatch help")


# Why


def test_the_pop_up_fits_into_two_hundred_characters_and_keeps_its_first_and_last_lines() -> None:
    points = [point(f"a_rule_of_a_rather_long_name_{number}", 30 - number) for number in range(9)]
    view = replace(_told_view("en"), match=match("alibaba", *points))

    short = why_short(view)
    assert len(short) <= 200
    assert short.startswith("100 urgent\n+30 a rule")
    assert short.endswith("Told 17:02 as first report, route “earnings”.\nFull trace: /why k7f2")


def test_the_pop_up_of_an_untold_story_names_the_reason() -> None:
    assert "Not told: below your threshold." in why_short(_untold_view("en"))
    assert "未推送：低于门槛。" in why_short(_untold_view("zh"))
    view = TraceView(reader=reader(), watchlist=WATCHLIST, now=at(12), story=FIRST)
    assert why_short(view) == "No watch matched"


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.CORRECTION])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_reason_for_silence_is_explained(reason: Reason, language: str) -> None:
    first, *_ = why(_untold_view(language, reason)).plain.splitlines()

    assert first.startswith(("Not told", "未", "稍后"))


def test_a_story_told_earlier_keeps_the_reason_it_was_told_for() -> None:
    view = replace(_told_view("en"), verdict=_verdict(Reason.MORE_SOURCES, 96))

    assert why(view).plain.startswith("Told to desk at 17:02:41 · first report")


def test_the_points_of_a_trace_add_up_to_its_score() -> None:
    points = [point(f"rule_{number}", 5) for number in range(12)] + [point("crowd", -6)]
    found = match("alibaba", *points)

    rows = [
        line
        for line in why(replace(_told_view("en"), match=found)).plain.splitlines()
        if line.strip()[:1] in "+-"
    ]
    assert sum(int(row.split()[0]) for row in rows if row.strip()) == found.score == 54


def test_a_score_whose_points_exceed_a_hundred_says_so() -> None:
    found = match("alibaba", point("headline", 80), point("sources", 30))

    assert (
        "Score 100, urgent (the points sum to 110; 100 is the most)"
        in why(replace(_told_view("en"), match=found)).plain
    )


@pytest.mark.parametrize(
    ("reason", "by", "english"),
    [
        ("excluded", "moonshot goals", "“moonshot goals” is excluded by Moonshot AI."),
        ("needs_support", "", "“moonshot” alone needs support; none was found."),
        ("person_alone", "", "“moonshot” is a person of Moonshot AI; a person alone is not enough."),
        ("bare_ticker", "", "“moonshot” is a bare stock code; it counts only with its exchange."),
        ("lower_case", "", "“moonshot” is not written as Moonshot AI is; capitals count here."),
        ("inside_longer", "moonshots", "“moonshot” stands inside “moonshots”, another name."),
        ("vetoed", "game", "“game” cancels the story for Moonshot AI."),
        ("some_new_reason", "", "“moonshot” did not count for Moonshot AI (some new reason)."),
    ],
)
def test_a_term_that_did_not_count_says_why(reason: str, by: str, english: str) -> None:
    refusal = Refusal(
        watch="moonshot", field="title", start=0, end=8, text="moonshot", kind="weak", reason=reason, by=by
    )
    tale = Story(id="x2y3", reports=(replace(WIRE, facts=Facts(refused=(refusal, refusal))),))
    message = why(TraceView(reader=reader(), watchlist=WATCHLIST, now=at(18), story=tale))

    assert message.plain.count(english) == 1


def test_a_story_that_names_no_company_says_how_to_follow_one() -> None:
    message = why(TraceView(reader=reader("zh", "console"), watchlist=WATCHLIST, now=at(18), story=FIRST))

    assert message.plain.endswith("若 watchlist.yaml 中有提到它的关注项，便会看到。")


def test_an_unknown_story_is_called_unknown() -> None:
    view = TraceView(reader=reader(), watchlist=WATCHLIST, now=at(18), asked="zzzz")

    assert why(view).plain == "Not seen · no story has this name"


# Lists


def page(number: int, *, total: int = 17) -> Message:
    stories = (BUYBACK, GAMES, DELAYED, MINUTES, DIGEST[0])[: total - (number - 1) * 5]
    view = RecentView(
        reader=reader(),
        now=at(12),
        title="Tencent",
        total=total,
        stories=stories,
        first=(number - 1) * 5 + 1,
        page=number,
        reference="q1",
    )
    return recent(view)


def test_pages_turn_both_ways_only_where_there_is_a_page() -> None:
    assert labels(page(1))[-1] == "›"
    assert labels(page(2))[-2:] == ["‹", "›"]
    assert labels(page(4)) == ["16", "17", "‹"]
    assert labels(page(1, total=2)) == ["1", "2"]


def test_no_row_has_more_than_six_buttons() -> None:
    assert all(len(row) <= 6 for number in (1, 2, 3, 4) for row in page(number).buttons)


def test_nothing_found_without_a_nearer_name_says_what_to_try() -> None:
    message = nothing_found(NothingView(reader=reader(), now=at(12), query="zzz", searched_all=True))

    assert message.plain == "“zzz” · nothing\nTry fewer words, or a company's name."
    assert message.buttons == ()


def test_a_button_carries_no_more_than_a_chat_takes() -> None:
    message = nothing_found(NothingView(reader=reader(), now=at(12), query="很长的问题" * 30))

    actions = [button.action for row in message.buttons for button in row]
    assert actions
    assert all(len(action.encode()) <= 64 for action in actions)


def test_a_joining_in_doubt_is_marked_and_a_long_story_is_counted() -> None:
    view = StoryView(reader=reader(), watchlist=WATCHLIST, now=at(18), story=GROWN, doubt=0.5, limit=3)

    shown = story(view).plain
    assert shown.count("(in doubt)") == 2
    assert shown.endswith("5 more reports")


def test_a_quiet_status_is_short() -> None:
    message = status(StatusView(reader=reader(), now=at(12), version="0.1.0", started=at(11), sources=3))

    assert message.plain == "Wirewatch 0.1.0 · up 1 h\n\n3 sources · all well"


def test_only_admins_are_told_which_commands_change_things() -> None:
    rows = (CommandRow(usage="help", does="this"), CommandRow(usage="watch", does="follow"))

    assert "watch:" not in help_page(rows, reader()).plain
    asks_more = help_page(rows, reader("en", "slack"), changing=("watch",)).plain
    assert asks_more.endswith("Admins change things with watch: /wirewatch help watch")


def test_a_mistyped_command_is_answered_as_it_is_typed_in_that_chat() -> None:
    assert unknown_command("recnt", reader("en", "slack"), meant="recent").plain == (
        "/wirewatch recnt is not a command.\nDid you mean /wirewatch recent?\n/wirewatch help lists them all."
    )


def test_an_error_keeps_its_lines() -> None:
    assert (
        error("since:5x is not a time.\n\nWrite since:5d.", reader()).plain
        == "since:5x is not a time.\nWrite since:5d."
    )


# Sources


def trouble(reason: str, code: int | None = None) -> str:
    view = TroubleView(
        reader=reader(), now=at(15), source="wire", name="Wire", reason=reason, since=at(14, 5), status=code
    )
    return source_trouble(view).plain


@pytest.mark.parametrize(
    ("reason", "code", "first", "last"),
    [
        ("status", 403, "refuses us (403) since 14:05", "(every: 30m)"),
        ("status", 404, "answers 404 since 14:05", "/sources test ADDRESS"),
        ("status", 503, "answers 503 since 14:05", "Nothing was lost before 14:05."),
        ("dns", None, "can't be found (no such host) since 14:05", "name service."),
        ("not_a_feed", None, "is no longer a feed since 14:05", "/sources test ADDRESS"),
        ("a_new_trouble", None, "a new trouble since 14:05", "Nothing was lost before 14:05."),
    ],
)
def test_a_trouble_says_what_is_wrong_and_what_to_try(
    reason: str, code: int | None, first: str, last: str
) -> None:
    lines = trouble(reason, code).splitlines()

    assert lines[0] == f"⚠️ Wire {first}"
    assert lines[-1].endswith(last)


def test_a_source_that_missed_nothing_is_simply_back() -> None:
    view = BackView(reader=reader(), now=at(15), name="Wire", since=at(14))

    assert source_back(view).plain == "✅ Wire is back after 1 h"
    assert source_back(replace(view, caught_up=3)).plain.endswith("3 items caught up.")
    assert source_back(replace(view, count=14)).plain == "✅ 14 sources are back after 1 h"


def test_what_is_told_to_the_operator_makes_no_sound() -> None:
    view = TroubleView(reader=reader(), now=at(15), source="w", name="Wire", reason="dns", since=at(14))

    assert source_trouble(view).silent
    assert source_back(BackView(reader=reader(), now=at(15), name="Wire", since=at(14))).silent
