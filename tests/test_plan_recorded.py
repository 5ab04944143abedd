"""``plan --in``: a recorded stream is told as the bot would have told it, by the clock of its lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from bot.model import Budget, DeliveryKind, QuietHours, Reason, Receiver, Route, Watch, Watchlist
from tests.grouping import NOON, WATCHLIST
from tests.planning import (
    AT_ONCE,
    DESK,
    JOBS,
    OUTAGE,
    PROFIT,
    PROFIT_AGAIN,
    SUED,
    daily,
    heard,
    hours,
    line,
    replay,
)

OTHER_NEWS = (
    "Central bank keeps interest rates on hold",
    "Storm closes ports along the northern coast",
    "City council approves new tram line",
    "Film festival opens with a silent comedy",
    "Wheat harvest expected to be the best in ten years",
)
NIGHT = QuietHours(time(22), time(7, 30))
QUIET = replace(DESK, quiet_hours=NIGHT)


def test_a_first_report_is_told_at_its_own_time_with_its_reason() -> None:
    plan = replay(line("a", PROFIT), line("b", "Wheat harvest is the best in ten years", 1))

    (message,) = plan.messages
    assert (plan.entries, plan.stories) == (2, 2)
    assert (message.time, message.receiver, message.kind) == (NOON, "desk", DeliveryKind.ALERT)
    assert (message.verdict, message.watches, message.entry) == (Reason.FIRST_REPORT, ("globex",), "a")
    assert message.score >= 60


def test_another_source_edits_the_alert() -> None:
    plan = replay(line("a", PROFIT), line("b", PROFIT_AGAIN, 0.5))

    assert heard(plan) == [f"alert: {PROFIT}", f"edit: {PROFIT_AGAIN}"]
    assert [message.verdict for message in plan.messages] == [Reason.FIRST_REPORT, Reason.MORE_SOURCES]
    assert plan.messages[0].story == plan.messages[1].story


def test_the_first_edit_comes_at_once_and_then_one_a_minute_shows_all_that_came() -> None:
    titles = [
        PROFIT,
        PROFIT_AGAIN,
        "Cloud demand lifts Globex profit 34%",
        "Globex profit: up 34%, cloud demand",
    ]
    lines = [line(f"e{at}", title, at / 600) for at, title in enumerate(titles)]

    plan = replay(*lines)
    assert plan.stories == 1
    assert [round(hours(message) * 60, 2) for message in plan.messages] == [0.0, 0.1, 1.1]
    assert plan.messages[-1].entry == "e3"


def test_an_edit_that_would_change_nothing_is_none() -> None:
    lines = [line("a", PROFIT, source="harbour"), line("b", PROFIT, 0.5, source="harbour")]

    assert heard(replay(*lines)) == [f"alert: {PROFIT}"]


def test_a_development_is_a_reply_under_the_alert() -> None:
    sued = "Globex sued by shareholders after profit jumps 34% on cloud demand"
    plan = replay(line("a", PROFIT), line("b", sued, 2))

    assert heard(plan)[:2] == [f"alert: {PROFIT}", f"reply: {sued}"]
    assert plan.messages[1].verdict is Reason.DEVELOPMENT


def test_what_quiet_hours_hold_is_told_when_they_end() -> None:
    plan = replay(line("a", PROFIT, 11), receivers=[QUIET])

    (message,) = plan.messages
    assert hours(message) == 19.5
    assert message.verdict is Reason.QUIET_HOURS


def test_sources_that_join_during_quiet_hours_ring_once() -> None:
    plan = replay(line("a", PROFIT, 11), line("b", PROFIT_AGAIN, 12), receivers=[QUIET])

    assert heard(plan) == [f"alert: {PROFIT}"]


def test_more_than_three_held_alerts_become_one_message() -> None:
    three = [line("a", PROFIT, 11), line("b", SUED, 12), line("c", JOBS, 13)]
    assert len(replay(*three, receivers=[QUIET]).messages) == 3

    (message,) = replay(*three, line("d", OUTAGE, 14), receivers=[QUIET]).messages
    assert (message.kind, message.verdict, hours(message)) == (DeliveryKind.ALERT, Reason.QUIET_HOURS, 19.5)
    assert {listed.title for listed in message.stories} == {PROFIT, SUED, JOBS, OUTAGE}
    assert message.stories[0].title == message.title
    assert [listed.score for listed in message.stories] == sorted(
        (listed.score for listed in message.stories), reverse=True
    )


def test_a_message_of_several_alerts_is_never_edited() -> None:
    held = [line("a", PROFIT, 11), line("b", SUED, 12), line("c", JOBS, 13), line("d", OUTAGE, 14)]

    assert len(replay(*held, line("e", PROFIT_AGAIN, 20), receivers=[QUIET]).messages) == 1


def test_an_urgent_story_rings_through_quiet_hours() -> None:
    loud = replace(DESK, quiet_hours=replace(NIGHT, unless_score=70))

    assert [hours(message) for message in replay(line("a", PROFIT, 11), receivers=[loud]).messages] == [11]


def test_what_is_over_the_budget_stands_in_the_next_digest() -> None:
    desk = replace(DESK, at_most=Budget(1))
    plan = replay(line("a", PROFIT), line("b", SUED, 1), line("c", JOBS, 2), receivers=[desk])

    first, digest = plan.messages
    assert (first.kind, digest.kind, digest.verdict) == (
        DeliveryKind.ALERT,
        DeliveryKind.DIGEST,
        Reason.IN_DIGEST,
    )
    assert hours(digest) == 20.5
    assert {listed.verdict for listed in digest.stories} == {Reason.OVER_BUDGET}
    assert {listed.entry for listed in digest.stories} == {"b", "c"}


def test_the_budget_is_free_again_after_a_day() -> None:
    desk = replace(DESK, at_most=Budget(1))
    plan = replay(line("a", PROFIT), line("b", SUED, 24.5), receivers=[desk])

    assert heard(plan) == [f"alert: {PROFIT}", f"alert: {SUED}"]


def test_digests_come_at_their_hour_on_their_days_in_the_receivers_time() -> None:
    hong_kong = replace(DESK, timezone="Asia/Hong_Kong")
    weekly = replace(AT_ONCE, digest=daily("08:30", days=[0]))
    lines = [line("a", PROFIT), line("b", SUED, 30), line("c", JOBS, 24 * 5)]

    plan = replay(*lines, receivers=[hong_kong], routes=[weekly])

    monday = NOON + timedelta(days=5, hours=-11.5)
    assert [message.time for message in plan.messages] == [monday, monday + timedelta(days=7)]
    assert [len(message.stories) for message in plan.messages] == [2, 1]


def test_a_digest_without_days_never_comes_and_breaks_nothing() -> None:
    never = replace(AT_ONCE, digest=daily("08:30", days=[]))

    assert replay(line("a", PROFIT), routes=[never]).messages == ()


def test_a_story_from_a_digest_is_not_in_the_next_one() -> None:
    rest = replace(AT_ONCE, digest=daily("08:30"))
    plan = replay(line("a", PROFIT), line("b", PROFIT_AGAIN, 30), routes=[rest])

    assert [len(message.stories) for message in plan.messages] == [1]


def test_a_changed_figure_is_corrected_to_those_who_were_told() -> None:
    mended = PROFIT.replace("34%", "24%")
    other = Receiver(id="other", via="console")
    routes = [AT_ONCE, Route(name="others", to=("other",), watches=frozenset({"acme"}))]
    plan = replay(line("a", PROFIT), line("a", mended, 2), receivers=[DESK, other], routes=routes)

    assert heard(plan) == [f"alert: {PROFIT}", f"correction: {mended}", f"edit: {mended}"]
    assert {message.receiver for message in plan.messages} == {"desk"}


def test_another_wording_of_one_headline_is_a_quiet_edit_and_the_same_line_is_nothing() -> None:
    plan = replay(line("a", PROFIT), line("a", PROFIT, 1), line("a", f"{PROFIT}, filing says", 2))

    assert heard(plan) == [f"alert: {PROFIT}", f"edit: {PROFIT}, filing says"]


def test_a_headline_that_says_something_only_after_its_edit_is_told_then() -> None:
    plan = replay(line("a", "Developing story"), line("a", PROFIT, 1))

    assert [(hours(message), message.title) for message in plan.messages] == [(1, PROFIT)]


def test_a_correction_keeps_quiet_hours() -> None:
    plan = replay(line("a", PROFIT, 9), line("a", PROFIT.replace("34%", "24%"), 11), receivers=[QUIET])

    told = {message.kind: hours(message) for message in plan.messages}
    assert told == {DeliveryKind.ALERT: 9, DeliveryKind.EDIT: 11, DeliveryKind.CORRECTION: 19.5}


def test_every_receiver_hears_by_its_own_routes() -> None:
    team = Receiver(id="team", via="slack", chat="C1")
    routes = [AT_ONCE, Route(name="suits", to=("team",), watches=frozenset({"acme"}))]
    plan = replay(line("a", PROFIT), line("b", SUED, 1), receivers=[DESK, team], routes=routes)

    assert [(message.receiver, message.entry) for message in plan.messages] == [
        ("desk", "a"),
        ("desk", "b"),
        ("team", "b"),
    ]


def test_another_watchlist_tells_other_news() -> None:
    other = Watchlist(watches={"wheat": Watch(id="wheat", name="Wheat Board")})
    lines = [line("a", PROFIT), line("b", "Wheat Board profit falls 12%", 1)]

    assert [message.entry for message in replay(*lines, watchlist=other).messages] == ["b"]
    assert [message.entry for message in replay(*lines, watchlist=WATCHLIST).messages] == ["a"]


def test_the_tags_of_sources_count_for_routes() -> None:
    tagged = replace(AT_ONCE, source_tags=frozenset({"wire"}))
    lines = [line("a", PROFIT, source="reuters"), line("b", SUED, source="blog")]

    plan = replay(*lines, routes=[tagged], source_tags={"reuters": frozenset({"wire"})})
    assert [message.entry for message in plan.messages] == ["a"]


def test_two_alerts_that_turn_out_to_tell_one_story_bear_its_name_and_one_of_them_lives_on() -> None:
    globex = Watch(id="globex", name="Globex", products=("Titan5",))
    plan = replay(
        *(line(f"old{at}", title, -1 - at) for at, title in enumerate(OTHER_NEWS)),
        line("a", "Globex unveils Titan5 chip at Berlin show on Monday"),
        line("b", "Globex unveils Titan5 chip at Berlin show on Tuesday", 0.5),
        line("c", "Globex unveils Titan5 chip at electronics show in Berlin", 1),
        routes=[replace(AT_ONCE, min_score=40)],
        watchlist=Watchlist(watches={"globex": globex}),
    )

    alerts = [message.entry for message in plan.messages if message.kind is DeliveryKind.ALERT]
    assert alerts == ["a", "b"]
    assert [message.entry for message in plan.messages if message.kind is DeliveryKind.EDIT] == ["c"]
    assert len({message.story for message in plan.messages}) == 1
    assert plan.stories == len(OTHER_NEWS) + 1


def test_nothing_to_replay_tells_nothing() -> None:
    plan = replay()
    assert (plan.messages, plan.entries, plan.first) == ((), 0, None)


def test_no_receivers_and_no_routes_are_silent() -> None:
    assert replay(line("a", PROFIT), receivers=[], routes=[]).messages == ()
