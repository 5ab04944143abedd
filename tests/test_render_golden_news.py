"""Alerts, replies and digests in both languages, as text files to be read against the look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.model import Message, Reason, Spike
from bot.render import (
    AlertView,
    CompanyWeek,
    CorrectionView,
    DevelopmentView,
    DigestView,
    GreetingView,
    HeldView,
    WeeklyView,
    alert,
    correction,
    development,
    digest,
    greeting,
    held,
    weekly,
)
from tests.golden import assert_golden
from tests.golden.invented import (
    BUYBACK,
    CLOUD,
    DIGEST,
    EARNINGS,
    EARNINGS_GROWN,
    FIRST,
    FUNDING,
    FUNDING_GROWN,
    GAMES,
    GROWN,
    RAISED,
    RAISED_GROWN,
    WATCHLIST,
    at,
    headline,
    match,
    point,
    reader,
    report,
)

STEPPING_DOWN = "Alibaba's cloud chief to step down after record quarter"


def _alert_view(language: str) -> AlertView:
    if language == "zh":
        return AlertView(
            story=FUNDING, matches=(RAISED,), watchlist=WATCHLIST, receiver=reader("zh"), now=at(9, 16)
        )
    return AlertView(
        story=FIRST, matches=(EARNINGS,), watchlist=WATCHLIST, receiver=reader(), now=at(17, 2, 41)
    )


def _first_alert(language: str) -> Message:
    return alert(_alert_view(language))


def _living_alert(language: str) -> Message:
    view = _alert_view(language)
    if language == "zh":
        return alert(replace(view, story=FUNDING_GROWN, matches=(RAISED_GROWN,), now=at(9, 41)))
    return alert(replace(view, story=GROWN, matches=(EARNINGS_GROWN,), now=at(17, 15)))


def _spike_alert(language: str) -> Message:
    view = _alert_view(language)
    watch = view.matches[0].watch
    calm = match(watch, point("headline", 55, WATCHLIST.watches[watch].shown(language)))
    return alert(replace(view, matches=(calm,), spike=Spike(watch=watch, stories=9, usual=1, hours=6)))


def _story_told_in_both_languages(language: str) -> Message:
    view = _alert_view("en")
    return alert(
        replace(view, receiver=reader(language), story=GROWN, matches=(EARNINGS_GROWN,), now=at(17, 15))
    )


def _late_alert_of_four_companies(language: str) -> Message:
    others = tuple(match(watch, point("headline", 50)) for watch in ("tencent", "byd", "minimax"))
    view = replace(_alert_view("en"), receiver=reader(language), matches=(*others, EARNINGS))
    return alert(replace(view, late_told_at=at(19, 40), now=at(19, 40), maybe_repeat=True))


def _muted_alert(language: str) -> Message:
    return alert(replace(_alert_view(language), muted_by="Mei"))


def _snoozed_and_corrected_alert(language: str) -> Message:
    view = replace(_alert_view("en"), receiver=reader(language), snoozed_by="Mei", snoozed_until=at(21, 2))
    return alert(replace(view, corrected_at=at(18, 20), now=at(18, 21)))


def _development(language: str) -> Message:
    news = report("East Asia Business", STEPPING_DOWN, at(18, 40))
    view = DevelopmentView(
        story=replace(GROWN, reports=(*GROWN.reports, news)),
        matches=(match("alibaba", point("headline", 97)),),
        watchlist=WATCHLIST,
        receiver=reader(language),
        now=at(18, 41),
        was_score=96,
        event="executive",
        entry=news.entry.id,
    )
    return development(view)


def _next_level(language: str) -> Message:
    view = DevelopmentView(
        story=FUNDING_GROWN,
        matches=(match("moonshot", point("headline", 88)),),
        watchlist=WATCHLIST,
        receiver=reader(language),
        now=at(10),
        was_score=84,
    )
    return development(view)


def _correction_view(language: str) -> CorrectionView:
    return CorrectionView(
        story=GROWN,
        matches=(EARNINGS_GROWN,),
        watchlist=WATCHLIST,
        receiver=reader(language),
        now=at(18, 21),
        source="Harbour Wire",
        was=CLOUD,
        became=CLOUD.replace("34%", "24%"),
        url="https://news.example/cloud",
        changed_at=at(18, 20),
        others=6,
        told_score=96,
    )


def _correction(language: str) -> Message:
    if language == "en":
        return correction(_correction_view("en"))
    was = "月之暗面完成 5 亿美元 C 轮融资，估值 43 亿美元"
    view = CorrectionView(
        story=FUNDING_GROWN,
        matches=(RAISED_GROWN,),
        watchlist=WATCHLIST,
        receiver=reader("zh"),
        now=at(10, 3),
        source="浦江早报",
        was=was,
        became=was.replace("43", "34"),
        url="https://news.example/m4qd",
        changed_at=at(10, 2),
        others=4,
        told_score=84,
    )
    return correction(view)


def _withdrawn(language: str) -> Message:
    return correction(replace(_correction_view(language), became=""))


def _digest(language: str) -> Message:
    view = DigestView(
        receiver=reader(language),
        watchlist=WATCHLIST,
        now=at(8, 30),
        since=at(8, 30, day=11),
        stories=DIGEST,
        told_at_once=3,
        held=2,
        reference="d17",
    )
    message = digest(view)
    assert message
    return message


def _weekly(language: str) -> Message:
    cloud = replace(
        headline("k7f2", 96, CLOUD.split(",")[0], "Harbour Wire", at(17), "alibaba"), corrected=True
    )
    funded = headline("m4qd", 88, "月之暗面完成 5 亿美元 C 轮融资", "浦江早报", at(9), "moonshot")
    view = WeeklyView(
        receiver=reader(language),
        watchlist=WATCHLIST,
        now=at(8, 30, day=16),
        first_day=at(9, day=9),
        last_day=at(9, day=15),
        count=41,
        told=12,
        companies=(
            CompanyWeek(watch="tencent", count=11, change=-2, best=BUYBACK),
            CompanyWeek(watch="alibaba", count=18, change=9, best=cloud),
            CompanyWeek(watch="moonshot", count=8, change=6, best=funded),
        ),
        quiet=("zhipu", "minimax"),
        usually=4,
        reference="w46",
    )
    message = weekly(view)
    assert message
    return message


def _held(language: str) -> Message:
    view = HeldView(
        receiver=reader(language),
        watchlist=WATCHLIST,
        now=at(7, 30),
        stories=(
            replace(BUYBACK, time=at(2, 10)),
            replace(DIGEST[0], time=at(23, 50, day=11)),
            replace(DIGEST[2], score=70, time=at(1, 5), watches=("alibaba", "tencent")),
            replace(GAMES, time=at(5, 30)),
        ),
        cause=Reason.QUIET_HOURS,
    )
    return held(view)


def _greeting(language: str) -> Message:
    cloud = headline("k7f2", 96, CLOUD, "Harbour Wire", at(17, 2, day=11), "alibaba", more=6)
    funded = headline(
        "m4qd", 84, "月之暗面完成 5 亿美元 C 轮融资", "浦江早报", at(9, 15, day=11), "moonshot", more=4
    )
    view = GreetingView(
        receiver=reader(language),
        now=at(9),
        companies=25,
        sources=40,
        stories=(cloud, funded, BUYBACK),
        example="腾讯",
    )
    return greeting(view)


KINDS: dict[str, Callable[[str], Message]] = {
    function.__name__.strip("_"): function
    for function in (
        _first_alert,
        _living_alert,
        _spike_alert,
        _story_told_in_both_languages,
        _late_alert_of_four_companies,
        _muted_alert,
        _snoozed_and_corrected_alert,
        _development,
        _next_level,
        _correction,
        _withdrawn,
        _digest,
        _weekly,
        _held,
        _greeting,
    )
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_reads_as_it_was_approved(kind: str, language: str) -> None:
    assert_golden(f"{kind}.{language}", KINDS[kind](language))
