"""How a spike reads: in the alert, in its edits and in the answer to "why"."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import Reason, Spike, Verdict
from bot.render import AlertView, TraceView, alert, why, why_short
from tests.golden.invented import FIRST, GROWN, WATCHLIST, at, match, point, reader

FLOOD = Spike(watch="alibaba", stories=9, usual=1, hours=6)
CALM = match("alibaba", point("headline", 55, "Alibaba"), point("doubtful", -7))


def alert_view(language: str, spike: Spike | None = FLOOD) -> AlertView:
    return AlertView(
        story=FIRST,
        matches=(CALM,),
        watchlist=WATCHLIST,
        receiver=reader(language),
        now=at(17, 2, 41),
        spike=spike,
    )


def trace_view(language: str, reason: Reason = Reason.SPIKE, *, told: bool = True) -> TraceView:
    verdict = Verdict(
        story="k7f2",
        watch="alibaba",
        receiver="desk",
        reason=reason,
        told=told,
        score=CALM.score,
        threshold=60,
        route="important",
        due=None if told else at(7, 30, day=13),
        spike=FLOOD,
    )
    return TraceView(
        reader=reader(language),
        watchlist=WATCHLIST,
        now=at(23, 30),
        to="desk",
        story=FIRST,
        match=CALM,
        verdict=verdict,
        told_at=at(17, 2, 41) if told else None,
        quiet_hours=reader().quiet_hours,
    )


def test_a_spike_makes_a_sound_and_a_story_of_its_level_none() -> None:
    assert not alert(alert_view("en")).silent
    assert alert(alert_view("en", None)).silent


def test_a_rare_company_has_no_zero_in_its_line() -> None:
    rare = replace(FLOOD, usual=0)

    assert "Alibaba: 9 stories in 6 hours, usually fewer than 1\n" in alert(alert_view("en", rare)).plain
    assert "阿里巴巴：6 小时内 9 条新闻，平时不足 1 条\n" in alert(alert_view("zh", rare)).plain


def test_every_edit_keeps_the_line() -> None:
    grown = replace(alert_view("en"), story=GROWN, now=at(17, 15))

    assert "Alibaba: 9 stories in 6 hours, usually 1" in alert(grown).plain


def test_a_spike_that_quiet_hours_hold_says_both() -> None:
    said = why(trace_view("en", Reason.QUIET_HOURS, told=False)).plain

    assert said.startswith("Not told yet · quiet hours until")
    assert "Volume Alibaba: 9 stories in 6 hours, usually 1" in said


@pytest.mark.parametrize(
    "reason", [Reason.SPIKE, Reason.MORE_SOURCES, Reason.ALREADY_TOLD, Reason.QUIET_HOURS]
)
def test_why_names_the_spike_whatever_was_judged_since(reason: Reason) -> None:
    assert "Told to desk at 17:02:41 · more news of it than usual" in why(trace_view("en", reason)).plain
    assert "Told 17:02 as more news of it than usual" in why_short(trace_view("en", reason))


def test_what_is_kept_of_a_spike_is_read_again() -> None:
    assert Spike.of(FLOOD.detail) == FLOOD
    assert Spike.of({"reason": "first_report"}) is None
    assert Spike.of({"spike": "alibaba", "stories": "many"}) == Spike(
        watch="alibaba", stories=0, usual=0, hours=0
    )
