"""Digests in Slack, full lists, timelines and captions, as text files to be read against the look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import Message
from bot.render import Clock, CompanyWeek, DigestView, WeeklyView, digest, weekly
from bot.render.digest import all_stories, waiting
from bot.render.picture_views import ChartView, Days, Happened, TimelineDay, TimelineView
from bot.render.timeline import chart_caption, timeline
from tests.golden import assert_golden
from tests.golden.invented import BUYBACK, CLOUD, DIGEST, GAMES, WATCHLIST, at, headline, reader


def daily(language: str, via: str) -> DigestView:
    return DigestView(
        receiver=reader(language, via),
        watchlist=WATCHLIST,
        now=at(8, 30),
        since=at(8, 30, day=11),
        stories=DIGEST,
        told_at_once=3,
        held=2,
        reference="17",
    )


def _digest_in_slack(language: str) -> Message:
    message = digest(daily(language, "slack"))
    assert message
    return message


def _weekly_in_slack(language: str) -> Message:
    cloud = headline("k7f2", 96, CLOUD.split(",")[0], "Harbour Wire", at(17), "alibaba")
    view = WeeklyView(
        receiver=reader(language, "slack"),
        watchlist=WATCHLIST,
        now=at(8, 30, day=16),
        first_day=at(9, day=9),
        last_day=at(9, day=15),
        count=29,
        told=12,
        companies=(
            CompanyWeek(watch="tencent", count=11, change=-2, best=BUYBACK),
            CompanyWeek(watch="alibaba", count=18, change=9, best=replace(cloud, corrected=True)),
        ),
        quiet=("zhipu", "minimax"),
        usually=2,
        usually_most=4,
        reference="46",
    )
    message = weekly(view)
    assert message
    return message


def _everything_of_a_digest(language: str) -> Message:
    message, pages = all_stories(daily(language, "telegram"), at(8, 30))
    assert pages == 1
    return message


def _first_page_of_a_week(language: str) -> Message:
    many = tuple(replace(DIGEST[0], story=f"s{number}", title=f"Story {number}") for number in range(24))
    view = replace(daily(language, "slack"), stories=(*many, *DIGEST))
    message, pages = all_stories(view, at(8, 30), page=1)
    assert pages == 2
    return message


def _waiting_for_the_digest(language: str) -> Message:
    return waiting(daily(language, "telegram"), at(8, 30, day=13))


def _timeline(language: str) -> Message:
    cloud = headline("k7f2", 92, CLOUD, "Harbour Wire", at(17, 2), "alibaba", more=6)
    view = TimelineView(
        reader=reader(language),
        watchlist=WATCHLIST,
        now=at(19),
        watch="alibaba",
        span=timedelta(days=30),
        total=57,
        days=(
            TimelineDay(at=at(17, 2), stories=((replace(cloud, paid=True), "earnings"), (GAMES, "")), more=4),
            TimelineDay(at=at(9, day=10), stories=((BUYBACK, "buyback"),)),
        ),
        earlier=50,
        on="timeline:nonce:2",
        rest="recent alibaba since:30d",
    )
    return timeline(view)


def _chart(language: str) -> Message:
    return chart_caption(chart_view(language))


def chart_view(language: str) -> ChartView:
    kinds = ("earnings", "earnings", "earnings", "product", "ipo", "")
    return ChartView(
        reader=reader(language),
        watchlist=WATCHLIST,
        now=at(19),
        days=Days.ending(Clock(language, "Asia/Hong_Kong", at(19)), at(19), 30),
        watches=("alibaba",),
        titles={"en": "Alibaba", "zh": "阿里巴巴"},
        happened=tuple(
            Happened(
                story=f"s{number}", watch="alibaba", at=at(9, day=12 - number // 3), score=70, event=kind
            )
            for number, kind in enumerate((*kinds, "earnings")[1:])
        ),
        before=4,
    )


KINDS: dict[str, Callable[[str], Message]] = {
    function.__name__.strip("_"): function
    for function in (
        _digest_in_slack,
        _weekly_in_slack,
        _everything_of_a_digest,
        _first_page_of_a_week,
        _waiting_for_the_digest,
        _timeline,
        _chart,
    )
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_reads_as_it_was_approved(kind: str, language: str) -> None:
    assert_golden(f"{kind}.{language}", KINDS[kind](language))
