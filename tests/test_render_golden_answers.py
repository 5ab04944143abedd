"""Answers and notices in both languages, as text files to be read against the look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import Message
from bot.render import (
    BackView,
    CommandRow,
    ManyTroubleView,
    NothingView,
    RecentView,
    SourceRow,
    SourcesView,
    StatusView,
    StoryView,
    TroubleView,
    help_page,
    nothing_found,
    recent,
    source_back,
    source_trouble,
    sources,
    sources_trouble,
    status,
    story,
    unknown_command,
)
from tests.golden import assert_golden
from tests.golden.invented import (
    AMONG,
    BUYBACK,
    DELAYED,
    EARNINGS_GROWN,
    GAMES,
    GROWN,
    MINUTES,
    WATCHLIST,
    at,
    reader,
)


def _story(language: str) -> Message:
    view = StoryView(
        reader=reader(language),
        watchlist=WATCHLIST,
        now=at(17, 30),
        story=GROWN,
        matches=(EARNINGS_GROWN,),
        doubt=0.1,
    )
    return story(view)


def _recent(language: str) -> Message:
    view = RecentView(
        reader=reader(language),
        now=at(12),
        title=WATCHLIST.watches["tencent"].shown(language),
        span=timedelta(days=3),
        total=11,
        stories=(BUYBACK, GAMES, DELAYED, MINUTES, AMONG),
        reference="q9",
    )
    return recent(view)


def _second_page_of_a_search(language: str) -> Message:
    view = RecentView(
        reader=reader(language),
        now=at(12),
        title="回购 股份",
        quoted=True,
        total=17,
        stories=(BUYBACK, GAMES, DELAYED, MINUTES, AMONG),
        first=6,
        page=2,
        reference="q9",
    )
    return recent(view)


def _nothing_found(language: str) -> Message:
    view = NothingView(
        reader=reader(language),
        now=at(12),
        query="Tencnt",
        span=timedelta(days=180),
        meant=WATCHLIST.watches["tencent"].shown(language),
        meant_count=11,
        meant_span=timedelta(days=3),
    )
    return nothing_found(view)


def _sources(language: str) -> Message:
    rows = (
        SourceRow(name="East Asia Business", read_at=at(11, 58), every=timedelta(minutes=5), entries=12),
        SourceRow(name="南方财讯", trouble="silent", since=at(3, 12)),
        SourceRow(name="Harbour Wire", trouble="status", status=403, since=at(11, 5)),
        SourceRow(name="Delta Games", enabled=False),
        SourceRow(name="浦江早报"),
    )
    return sources(SourcesView(reader=reader(language), now=at(12), rows=rows))


def _status(language: str) -> Message:
    view = StatusView(
        reader=reader(language),
        now=at(12),
        version="0.1.0",
        started=at(8, 40),
        sources=40,
        failing=2,
        watches=25,
        watchlist_version="9f3c1a20b7",
        entries=1240,
        stories=310,
        told=7,
        median_delay=timedelta(seconds=3.4),
        last_poll=at(11, 58),
        owed=2,
        oldest_owed=at(11, 50),
        dead=1,
        in_doubt=3,
        mutes={"Alibaba": at(21, 2)},
        faults=("watchlist.yaml:12:3: unknown key “alias”, did you mean aliases?",),
    )
    return status(view)


def _help(language: str) -> Message:
    chinese = language == "zh"
    rows = (
        CommandRow(
            usage="recent [QUERY]", does="最近匹配的新闻" if chinese else "newest stories that matched"
        ),
        CommandRow(usage="why ID", does="推送或未推送的原因" if chinese else "why it was told, or not"),
        CommandRow(
            usage="watch add NAME", does="关注一家公司" if chinese else "follow a company", admin=True
        ),
    )
    return help_page(rows, reader(language), admin=True)


def _unknown_command(language: str) -> Message:
    return unknown_command("/recnt", reader(language), meant="recent")


def _trouble_view(language: str) -> TroubleView:
    return TroubleView(
        reader=reader(language),
        now=at(12, 20),
        source="nanfang",
        name="南方财讯",
        reason="silent",
        since=at(3, 12),
        url="https://news.example/feed",
        usual=timedelta(hours=3),
        same_items=20,
        same_since=at(3, 12),
        companies=tuple(WATCHLIST.watches[watch].shown(language) for watch in ("alibaba", "byd")),
    )


def _source_silent(language: str) -> Message:
    return source_trouble(_trouble_view(language))


def _source_refuses(language: str) -> Message:
    view = TroubleView(
        reader=reader(language),
        now=at(15, 7),
        source="harbour-wire",
        name="Harbour Wire",
        reason="status",
        status=403,
        since=at(14, 5),
        tries=6,
        next_try=at(16, 5),
        slower="30m",
    )
    return source_trouble(view)


def _source_moved(language: str) -> Message:
    return source_trouble(replace(_trouble_view(language), reason="not_a_feed", tries=3, next_try=at(13)))


def _many_sources_fail(language: str) -> Message:
    view = ManyTroubleView(
        reader=reader(language), now=at(14, 10), count=14, total=40, since=at(14, 5), cause="network"
    )
    return sources_trouble(view)


def _source_back(language: str) -> Message:
    view = BackView(
        reader=reader(language),
        now=at(12, 32),
        name="南方财讯",
        since=at(3, 12),
        caught_up=14,
        told=2,
        in_digest=5,
    )
    return source_back(view)


KINDS: dict[str, Callable[[str], Message]] = {
    function.__name__.strip("_"): function
    for function in (
        _story,
        _recent,
        _second_page_of_a_search,
        _nothing_found,
        _sources,
        _status,
        _help,
        _unknown_command,
        _source_silent,
        _source_refuses,
        _source_moved,
        _many_sources_fail,
        _source_back,
    )
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_reads_as_it_was_approved(kind: str, language: str) -> None:
    assert_golden(f"{kind}.{language}", KINDS[kind](language))
