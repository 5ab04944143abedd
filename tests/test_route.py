"""Who hears, when, and why not: a named verdict for every match and receiver."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.model import Budget, DeliveryKind, DigestPlan, Judgement, Match, Mute, QuietHours, Reason, Told
from bot.route import Circumstances, quiet_until, route_story
from tests.newsmaking import ALIBABA, NOON, WATCHLIST, entry, headline, match, receiver, report, route, story

NEWS = story(headline("Alibaba profit jumps"))
GROWN = story(
    headline("Alibaba profit jumps"), headline("Alibaba profit up", name="e2", source="delta", minutes=9)
)


def judge(*matches: Match, of: object = NEWS, **more: object) -> Judgement:
    values: dict[str, object] = {
        "now": NOON,
        "routes": [route()],
        "receivers": {"desk": receiver()},
        "watchlist": WATCHLIST,
        **more,
    }
    return route_story(of, matches, Circumstances(**values))  # type: ignore[arg-type]


def told(**more: object) -> dict[str, Told]:
    values: dict[str, object] = {
        "receiver": "desk",
        "story": "k7f2",
        "at": NOON,
        "score": 77,
        "events": frozenset({"earnings"}),
        "watches": ("alibaba",),
        **more,
    }
    return {"desk": Told(**values)}  # type: ignore[arg-type]


def reasons(judgement: Judgement) -> list[Reason]:
    return [verdict.reason for verdict in judgement.verdicts]


def kinds(judgement: Judgement) -> list[DeliveryKind]:
    return [order.kind for order in judgement.orders]


def test_a_story_above_the_threshold_is_told_at_once() -> None:
    judgement = judge(match(77))

    assert reasons(judgement) == [Reason.FIRST_REPORT]
    assert [(order.kind, order.due) for order in judgement.orders] == [(DeliveryKind.ALERT, NOON)]
    assert judgement.verdicts[0].told


def test_a_story_about_two_companies_is_one_message() -> None:
    judgement = judge(match(77), match(70, "tencent"))

    assert [order.watches for order in judgement.orders] == [("alibaba", "tencent")]
    assert reasons(judgement) == [Reason.FIRST_REPORT, Reason.FIRST_REPORT]


def test_a_story_below_the_threshold_is_silent_and_says_by_how_much() -> None:
    judgement = judge(match(34))

    verdict = judgement.verdicts[0]
    assert (verdict.reason, verdict.score, verdict.threshold) == (Reason.BELOW_THRESHOLD, 34, 60)
    assert judgement.orders == ()


def test_at_once_beats_the_digest() -> None:
    digest = route(at=40, digest=DigestPlan(at=time(8, 30)), name="morning")

    loud = judge(match(77), routes=[digest, route()])
    quiet = judge(match(45), routes=[digest, route()])

    assert (kinds(loud), loud.waiting) == ([DeliveryKind.ALERT], ())
    assert kinds(quiet) == []
    assert [(item.story, item.reason) for item in quiet.waiting] == [("k7f2", Reason.IN_DIGEST)]


def test_a_route_without_a_threshold_tells_only_what_is_about_its_watches() -> None:
    assert reasons(judge(match(30), routes=[route(at=None)])) == [Reason.FIRST_REPORT]
    assert reasons(judge(match(30, subject=False), routes=[route(at=None)])) == [Reason.NOT_SUBJECT]


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        ({"watches": frozenset({"alibaba"})}, True),
        ({"watches": frozenset({"tencent"})}, False),
        ({"tags": frozenset({"internet"})}, True),
        ({"tags": frozenset({"cars"})}, False),
        ({"sources": frozenset({"harbour"})}, True),
        ({"sources": frozenset({"delta"})}, False),
        ({"languages": frozenset({"zh"})}, False),
        ({"events": frozenset({"earnings"})}, True),
        ({"events": frozenset({"lawsuit"})}, False),
    ],
)
def test_a_route_hears_only_what_fits_all_of_it(filters: dict[str, frozenset[str]], fits: bool) -> None:
    narrow = replace(route(), **filters)  # type: ignore[arg-type]
    judgement = judge(match(77, events=("earnings",)), routes=[narrow])

    assert reasons(judgement) == [Reason.FIRST_REPORT if fits else Reason.NO_ROUTE]


def test_stop_keeps_a_match_from_the_routes_below() -> None:
    routes = [route("desk", stop=True), route("team", name="second")]

    judgement = judge(match(77), routes=routes, receivers={"desk": receiver(), "team": receiver("team")})

    assert [order.receiver for order in judgement.orders] == ["desk"]


def test_a_watch_may_ask_for_a_higher_score_than_its_route() -> None:
    strict = replace(WATCHLIST, watches={**WATCHLIST.watches, "alibaba": replace(ALIBABA, min_score=80)})

    assert judge(match(77), watchlist=strict).verdicts[0].threshold == 80
    assert kinds(judge(match(81), watchlist=strict)) == [DeliveryKind.ALERT]


def test_a_baseline_alerts_nobody() -> None:
    old = story(headline("Alibaba profit jumps", baseline=True))

    assert reasons(judge(match(95), of=old)) == [Reason.BASELINE]


def test_a_fresh_report_of_a_story_known_only_from_a_baseline_is_told() -> None:
    grown = story(headline("Alibaba profit jumps", baseline=True), headline("Alibaba profit up", name="e2"))

    assert kinds(judge(match(95), of=grown)) == [DeliveryKind.ALERT]


def test_what_was_published_while_the_bot_was_off_is_told() -> None:
    missed = headline(
        "Alibaba profit jumps", time=NOON - timedelta(days=2), polled_before=NOON - timedelta(days=3)
    )

    assert kinds(judge(match(77), of=story(missed))) == [DeliveryKind.ALERT]


def test_an_entry_dated_long_before_the_last_poll_is_too_old_to_ring() -> None:
    old = headline("Alibaba profit jumps", time=NOON - timedelta(hours=30), late=True)
    digest = route(at=40, digest=DigestPlan(at=time(8, 30)), name="morning")

    assert reasons(judge(match(77), of=story(old))) == [Reason.TOO_OLD]
    assert reasons(judge(match(77), of=story(old), routes=[route(), digest])) == [Reason.IN_DIGEST]


def test_a_route_may_hold_what_rings_to_a_shorter_age() -> None:
    old = story(headline("Alibaba profit jumps", time=NOON - timedelta(hours=13)))

    assert reasons(judge(match(77), of=old, routes=[route(max_age=timedelta(hours=12))])) == [Reason.TOO_OLD]


def test_quiet_hours_postpone_an_alert_to_their_end() -> None:
    desk = receiver(quiet_hours=QuietHours(time(11), time(13, 30), unless_score=90))

    judgement = judge(match(77), receivers={"desk": desk})

    assert reasons(judgement) == [Reason.QUIET_HOURS]
    assert judgement.orders[0].due == datetime(2026, 11, 12, 13, 30, tzinfo=UTC)
    assert not judgement.verdicts[0].told
    assert judge(match(90), receivers={"desk": desk}).orders[0].due == NOON


def test_a_story_held_by_quiet_hours_rings_when_it_becomes_big_enough() -> None:
    desk = receiver(quiet_hours=QuietHours(time(11), time(13, 30), unless_score=90))

    judgement = judge(
        match(92), of=GROWN, receivers={"desk": desk}, told=told(pending=True), new_entries=frozenset({"e2"})
    )

    assert [(order.kind, order.revision, order.due) for order in judgement.orders] == [
        (DeliveryKind.ALERT, 0, NOON)
    ]


@pytest.mark.parametrize(
    ("clock", "end"),
    [
        ("2026-11-12T22:30", "2026-11-13T07:30"),
        ("2026-11-13T03:00", "2026-11-13T07:30"),
        ("2026-11-13T07:30", None),
        ("2026-11-12T21:59", None),
    ],
)
def test_quiet_hours_cross_midnight_in_the_receivers_own_time(clock: str, end: str | None) -> None:
    hong_kong = timedelta(hours=8)
    now = datetime.fromisoformat(clock).replace(tzinfo=UTC) - hong_kong

    until = quiet_until(QuietHours(time(22), time(7, 30)), "Asia/Hong_Kong", now)

    assert until == (datetime.fromisoformat(end).replace(tzinfo=UTC) - hong_kong if end else None)


def test_quiet_hours_end_on_the_clock_when_summer_time_begins() -> None:
    now = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)

    until = quiet_until(QuietHours(time(23), time(7)), "Europe/Berlin", now)

    assert until == datetime(2026, 3, 29, 5, 0, tzinfo=UTC)


def test_what_exceeds_the_budget_waits_for_the_digest() -> None:
    judgement = judge(match(77), receivers={"desk": receiver(at_most=Budget(12))}, used={"desk": 12})

    assert reasons(judgement) == [Reason.OVER_BUDGET]
    assert judgement.orders == ()
    assert [item.reason for item in judgement.waiting] == [Reason.OVER_BUDGET]


def test_a_muted_watch_is_silent_until_the_mute_ends() -> None:
    mute = Mute(watch="alibaba", receiver="desk", until=NOON + timedelta(hours=1))

    assert reasons(judge(match(77), mutes=[mute])) == [Reason.MUTED]
    assert kinds(judge(match(77), mutes=[replace(mute, until=NOON)])) == [DeliveryKind.ALERT]
    assert kinds(judge(match(77), mutes=[replace(mute, receiver="team")])) == [DeliveryKind.ALERT]


def test_a_second_source_edits_the_message_and_rings_for_nobody() -> None:
    judgement = judge(match(79), of=GROWN, told=told(), new_entries=frozenset({"e2"}))

    assert kinds(judgement) == [DeliveryKind.EDIT]
    assert reasons(judgement) == [Reason.MORE_SOURCES]
    assert not judgement.verdicts[0].told


def test_a_new_kind_of_event_is_a_reply_under_the_alert() -> None:
    chief = headline("Alibaba cloud chief resigns", "executive", "resigns", "e2", source="delta")

    judgement = judge(
        match(80),
        of=story(headline("Alibaba profit jumps"), chief),
        told=told(),
        new_entries=frozenset({"e2"}),
    )

    assert kinds(judgement) == [DeliveryKind.REPLY, DeliveryKind.EDIT]
    assert judgement.orders[0].detail["events"] == "executive"


def test_the_next_level_is_a_reply_under_the_alert() -> None:
    judgement = judge(match(86), of=GROWN, told=told(), new_entries=frozenset({"e2"}))

    assert kinds(judgement) == [DeliveryKind.REPLY, DeliveryKind.EDIT]
    assert reasons(judgement) == [Reason.DEVELOPMENT]


def test_an_old_report_that_turns_up_late_is_no_development() -> None:
    late = headline("Alibaba cloud chief resigns", "executive", "resigns", "e2", late=True)

    judgement = judge(
        match(86),
        of=story(headline("Alibaba profit jumps"), late),
        told=told(),
        new_entries=frozenset({"e2"}),
    )

    assert kinds(judgement) == [DeliveryKind.EDIT]


def test_what_stood_in_a_digest_rings_only_when_its_level_rises() -> None:
    before = told(digest=True, score=62)

    same = judge(match(65), of=GROWN, told=before, new_entries=frozenset({"e2"}))
    risen = judge(match(88), of=GROWN, told=before, new_entries=frozenset({"e2"}))

    assert kinds(same) == []
    assert kinds(risen) == [DeliveryKind.ALERT]


def test_a_told_story_without_news_is_not_told_again() -> None:
    judgement = judge(match(77), told=told())

    assert judgement.orders == ()
    assert reasons(judgement) == [Reason.ALREADY_TOLD]


def test_every_match_has_a_verdict_for_every_receiver() -> None:
    receivers = {"desk": receiver(), "team": receiver("team")}
    matches = [match(77), match(20, "tencent"), match(50, "chips")]

    judgement = judge(
        *matches, receivers=receivers, of=story(report(entry(), headline("Alibaba profit jumps").facts))
    )

    assert sorted((verdict.receiver, verdict.watch) for verdict in judgement.verdicts) == [
        (name, watch) for name in ("desk", "team") for watch in ("alibaba", "chips", "tencent")
    ]


def test_a_source_read_for_the_first_time_lifts_no_story_over_the_threshold() -> None:
    lifted = story(headline("Alibaba profit jumps"), headline("Alibaba profit up", name="e2", baseline=True))

    assert reasons(judge(match(77), of=lifted, new_entries=frozenset({"e2"}))) == [Reason.BASELINE]


def test_an_archive_that_is_published_again_rings_for_nobody() -> None:
    ancient = headline("Alibaba profit jumps", published=NOON - timedelta(days=400))

    assert reasons(judge(match(77), of=story(ancient))) == [Reason.TOO_OLD]
