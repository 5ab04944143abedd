"""Every answer to "why", told and not told, as text files to be read against the look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.model import Message, Reason, Spike, Verdict
from bot.render import (
    TraceView,
    why,
    why_short,
    why_steps,
)
from tests.golden import assert_golden
from tests.golden.invented import (
    BACKERS,
    BACKING,
    CLOUD,
    EARNINGS,
    GOALS,
    GROWN,
    WATCHLIST,
    at,
    headline,
    match,
    point,
    reader,
    report,
)


def _verdict(reason: Reason, score: int, *, threshold: int | None = 60, told: bool = False) -> Verdict:
    return Verdict(
        story="k7f2",
        watch="alibaba",
        receiver="desk",
        reason=reason,
        told=told,
        score=score,
        threshold=threshold,
        route="earnings",
    )


def _told_view(language: str, via: str = "telegram") -> TraceView:
    return TraceView(
        reader=reader(language, via),
        watchlist=WATCHLIST,
        now=at(17, 30),
        to="desk",
        story=replace(GROWN, reports=(*GROWN.reports[:6], GROWN.reports[7])),
        match=EARNINGS,
        verdict=_verdict(Reason.FIRST_REPORT, 92, told=True),
        told_at=at(17, 2, 41),
    )


def _why_told(language: str) -> Message:
    return why(_told_view(language))


def _why_steps(language: str) -> Message:
    return why_steps(_told_view(language))


def _why_spike(language: str) -> Message:
    spike = Spike(watch="alibaba", stories=9, usual=1, hours=6)
    verdict = replace(_verdict(Reason.SPIKE, 55, told=True), spike=spike)
    calm = match("alibaba", point("headline", 55, "Alibaba"))
    return why(replace(_told_view(language), match=calm, verdict=verdict))


def _untold_view(language: str, reason: Reason = Reason.BELOW_THRESHOLD) -> TraceView:
    return TraceView(
        reader=reader(language),
        watchlist=WATCHLIST,
        now=at(12),
        to="desk",
        story=BACKERS,
        match=BACKING,
        verdict=_verdict(reason, 34, threshold=60 if reason is Reason.BELOW_THRESHOLD else 30),
    )


def _why_below_threshold(language: str) -> Message:
    return why(_untold_view(language))


def _why_muted(language: str) -> Message:
    return why(replace(_untold_view(language, Reason.MUTED), muted_until=at(21, 2), muted_by="Mei"))


def _why_over_budget(language: str) -> Message:
    view = _untold_view(language, Reason.OVER_BUDGET)
    return why(replace(view, budget=view.reader.at_most))


def _why_baseline(language: str) -> Message:
    return why(_untold_view(language, Reason.BASELINE))


def _why_too_old(language: str) -> Message:
    old = BACKERS.root
    entry = replace(old.entry, time=at(9, day=9), published=at(9, day=9))
    view = _untold_view(language, Reason.TOO_OLD)
    return why(replace(view, story=replace(BACKERS, reports=(replace(old, entry=entry),))))


def _why_no_route(language: str) -> Message:
    return why(_untold_view(language, Reason.NO_ROUTE))


def _why_not_the_subject(language: str) -> Message:
    view = _untold_view(language, Reason.NOT_SUBJECT)
    return why(replace(view, verdict=_verdict(Reason.NOT_SUBJECT, 34, threshold=None)))


def _why_in_the_digest(language: str) -> Message:
    return why(_untold_view(language, Reason.IN_DIGEST))


def _why_quiet_hours(language: str) -> Message:
    news = report("浦江早报", "腾讯回购 10 亿港元股份", at(2, 10), lang="zh", rule="first")
    view = _untold_view(language, Reason.QUIET_HOURS)
    bought = match("tencent", point("headline", 55), point("event:buyback", 8), point("trusted", 9))
    verdict = replace(_verdict(Reason.QUIET_HOURS, 72), due=at(7, 30))
    story_told = replace(BACKERS, reports=(news,))
    quiet = view.reader.quiet_hours
    return why(replace(view, now=at(3), story=story_told, match=bought, verdict=verdict, quiet_hours=quiet))


def _why_unmatched(language: str) -> Message:
    return why(TraceView(reader=reader(language), watchlist=WATCHLIST, now=at(12), story=GOALS))


def _why_not_seen(language: str) -> Message:
    view = TraceView(
        reader=reader(language),
        watchlist=WATCHLIST,
        now=at(17, 30),
        asked="https://elsewhere.example/cloud",
        nearest=headline("k7f2", 96, CLOUD, "Harbour Wire", at(17, 2), "alibaba"),
        nearest_told_at=at(17, 2, 41),
    )
    return why(view)


KINDS: dict[str, Callable[[str], Message]] = {
    function.__name__.strip("_"): function
    for function in (
        _why_told,
        _why_steps,
        _why_spike,
        _why_below_threshold,
        _why_muted,
        _why_over_budget,
        _why_baseline,
        _why_too_old,
        _why_no_route,
        _why_not_the_subject,
        _why_in_the_digest,
        _why_quiet_hours,
        _why_unmatched,
        _why_not_seen,
    )
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_reads_as_it_was_approved(kind: str, language: str) -> None:
    assert_golden(f"{kind}.{language}", KINDS[kind](language))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pop_up_reads_as_it_was_approved(language: str) -> None:
    assert_golden(f"why_short.{language}", why_short(_told_view(language)))
