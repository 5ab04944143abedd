"""Answers and notices in both languages, as text files to be read against the look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import Message, Reason, Story
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
from bot.render.answers import one_command
from bot.render.asked import export_note
from bot.render.health_views import HeldUpRow
from bot.render.hearing import Hearing, MatchView, matched
from bot.render.planned import ChangeRow, DayRow, PlanView, planned
from tests.golden import assert_golden
from tests.golden.invented import (
    AMONG,
    BACKING,
    BUYBACK,
    CLOUD_FACTS,
    DELAYED,
    EARNINGS,
    EARNINGS_GROWN,
    GAMES,
    GOALS,
    GROWN,
    MINUTES,
    WATCHLIST,
    WIRE,
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
        median_published=timedelta(seconds=48),
        last_poll=at(11, 58),
        owed=2,
        oldest_owed=at(11, 50),
        dead=1,
        in_doubt=3,
        mutes={"Alibaba": at(21, 2)},
        faults=("watchlist.yaml:12:3: unknown key “alias”, did you mean aliases?",),
        held_up=(HeldUpRow("desk", 2, "Telegram does not know this token"),),
    )
    return status(view)


def _help(language: str) -> Message:
    chinese = language == "zh"
    rows = (
        CommandRow(usage="recent", does="最新匹配的新闻" if chinese else "newest stories that matched"),
        CommandRow(usage="why", does="为何推送或未推送" if chinese else "why it was told, or not"),
        CommandRow(usage="watch", does="关注清单" if chinese else "the watchlist"),
    )
    return help_page(rows, reader(language), changing=("watch",))


def _help_with_one_command(language: str) -> Message:
    chinese = language == "zh"
    rows = (
        CommandRow(usage="watch list", does="全部关注项" if chinese else "what is watched"),
        CommandRow(
            usage="watch add NAME", does="关注一家公司" if chinese else "follow a company", admin=True
        ),
    )
    return one_command(
        rows,
        reader(language),
        notes="更改会先显示效果。" if chinese else "What a change does is shown first.",
        examples=("watch list", "watch add 腾讯"),
        also=("关注",),
    )


def _unknown_command(language: str) -> Message:
    return unknown_command("/recnt", reader(language), meant="recent", words="腾讯 since:3d")


def _match(language: str) -> Message:
    hearings = (
        Hearing(receiver="desk", reason=Reason.FIRST_REPORT, at_once=True, route="earnings"),
        Hearing(receiver="夜间", reason=Reason.QUIET_HOURS, due=at(7, 30, day=13), route="earnings"),
        Hearing(receiver="board", reason=Reason.OVER_BUDGET, digest=True, due=at(8, 30, day=13), route="all"),
        Hearing(receiver="daily", reason=Reason.IN_DIGEST, digest=True, due=at(19), route="evening"),
        Hearing(receiver="top", reason=Reason.BELOW_THRESHOLD, threshold=95, route="urgent"),
        Hearing(receiver="games", reason=Reason.NO_ROUTE),
        Hearing(receiver="muted", reason=Reason.MUTED, route="all"),
    )
    facts = replace(CLOUD_FACTS, refused=GOALS.root.facts.refused)
    story = Story(id="match", reports=(replace(WIRE, facts=facts),))
    view = MatchView(
        reader=reader(language),
        watchlist=WATCHLIST,
        now=at(17, 30),
        story=story,
        matches=(EARNINGS, replace(BACKING, story="match", entry=WIRE.entry.id)),
        hearings=hearings,
    )
    return matched(view)


def _plan(language: str) -> Message:
    more = ChangeRow(
        gained=True,
        at_once=True,
        receiver="desk",
        story="b2yk",
        time=at(9, 40),
        reason="first_report",
        score=72,
        watches=("tencent",),
        title="腾讯回购 10 亿港元股份",
    )
    less = replace(more, gained=False, story="g0al", reason="no_match", score=61, watches=("moonshot",))
    digest = replace(more, at_once=False, story="m1nu", reason="in_digest", score=45, time=at(8, day=9))
    view = PlanView(
        reader=reader(language),
        watchlist=WATCHLIST,
        now=at(12),
        receivers=("desk",),
        days=7,
        entries=1240,
        counts=(
            DayRow(receiver="desk", at=at(9, day=9), digests=1),
            DayRow(receiver="desk", at=at(9), alerts=3, replies=1, digests=1),
        ),
        changes=(
            more,
            replace(less, title="City unveils moonshot goals for clean transport"),
            replace(digest, title="元宝上线会议纪要功能"),
            replace(digest, gained=False, reason="below_threshold", title=""),
        ),
    )
    return planned(view)


def _export(language: str) -> Message:
    names = {"en": "Tencent", "zh": "腾讯"}
    span = timedelta(days=30)
    return export_note(reader(language), at(12), names[language], span=span, count=5000, total=6120)


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
        _help_with_one_command,
        _unknown_command,
        _match,
        _plan,
        _export,
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
