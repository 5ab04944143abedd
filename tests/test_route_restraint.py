"""What keeps a receiver from being rung too often: a budget's last part, and round-ups of what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import Budget, Facts, Judgement, Match, Reason, Report, Told
from bot.route import Circumstances, route_story
from tests.newsmaking import NOON, WATCHLIST, headline, match, receiver, route, story


def judge(found: Match, *, digest: bool = False, **more: object) -> Judgement:
    report = headline("Alibaba profit jumps; rain in Hangzhou")
    facts: Facts = replace(report.facts, digest=digest)
    values: dict[str, object] = {
        "now": NOON,
        "routes": [route()],
        "receivers": {"desk": receiver(at_most=Budget(20))},
        "watchlist": WATCHLIST,
        **more,
    }
    of = story(Report(entry=report.entry, facts=facts, joining=report.joining))
    return route_story(of, [found], Circumstances(**values))  # type: ignore[arg-type]


def reasons(judgement: Judgement) -> list[Reason]:
    return [verdict.reason for verdict in judgement.verdicts]


@pytest.mark.parametrize(
    ("score", "used", "reason"),
    [
        (61, 17, Reason.FIRST_REPORT),
        (61, 18, Reason.OVER_BUDGET),
        (78, 18, Reason.FIRST_REPORT),
        (78, 19, Reason.FIRST_REPORT),
        (78, 20, Reason.OVER_BUDGET),
    ],
)
def test_the_last_eighth_of_a_budget_is_kept_for_high_scores(score: int, used: int, reason: Reason) -> None:
    assert reasons(judge(match(score), used={"desk": used})) == [reason]


def test_a_small_budget_keeps_nothing_back() -> None:
    few = {"desk": receiver(at_most=Budget(3))}
    assert reasons(judge(match(61), receivers=few, used={"desk": 2})) == [Reason.FIRST_REPORT]


def told(**more: object) -> Told:
    values: dict[str, object] = {
        "receiver": "desk",
        "story": "k7f2",
        "at": NOON - timedelta(hours=5),
        "score": 77,
        "events": frozenset({"earnings", "ipo"}),
        "watches": ("alibaba",),
        **more,
    }
    return Told(**values)  # type: ignore[arg-type]


def test_a_round_up_does_not_repeat_what_the_receiver_was_told() -> None:
    found = match(65, events=("earnings",))
    assert reasons(judge(found, digest=True, lately=(told(),))) == [Reason.ROUND_UP]


@pytest.mark.parametrize(
    "other", [{"receiver": "team"}, {"watches": ("tencent",)}, {"events": frozenset({"lawsuit"})}]
)
def test_a_round_up_tells_what_nobody_told_this_receiver(other: dict[str, object]) -> None:
    found = match(65, events=("earnings",))
    assert reasons(judge(found, digest=True, lately=(told(**other),))) == [Reason.FIRST_REPORT]


def test_news_of_its_own_is_told_whatever_was_told_before() -> None:
    assert reasons(judge(match(78, events=("earnings",)), lately=(told(),))) == [Reason.FIRST_REPORT]
