"""What is said of sources, as it was approved: refusals, robots, pages that changed, many at once, what is odd."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.model import Message
from bot.pipeline.settle import GAP
from bot.render import (
    ManyTroubleView,
    OdditiesView,
    SourceRow,
    SourcesView,
    TroubleView,
    source_trouble,
    sources,
    sources_odd,
    sources_trouble,
)
from tests.golden import assert_golden
from tests.golden.invented import at, reader


def _trouble(language: str, reason: str, **more: Any) -> Message:
    values: dict[str, Any] = {
        "source": "harbour",
        "name": "Harbour Wire",
        "since": at(14, 5),
        "url": "https://news.example/feed",
        "tries": 3,
        "next_try": at(16, 5),
        "buttons": False,
        **more,
    }
    return source_trouble(TroubleView(reader=reader(language), now=at(15, 7), reason=reason, **values))


def _source_gone(language: str) -> Message:
    return _trouble(language, "status", status=410, tries=1, next_try=None)


def _source_wants_a_key(language: str) -> Message:
    return _trouble(language, "status", status=401)


def _source_forbids_robots(language: str) -> Message:
    return _trouble(language, "robots", tries=2, scraped=True)


def _source_became_a_page(language: str) -> Message:
    return _trouble(language, "web_page")


def _page_changed(language: str) -> Message:
    return _trouble(language, "not_a_feed", scraped=True)


def _source_shrank(language: str) -> Message:
    return _trouble(language, "shrunk", same_items=2, usual_items=30, tries=0)


def _source_is_empty(language: str) -> Message:
    return _trouble(language, "shrunk", same_items=0, usual_items=30, tries=0)


_ILL = (
    SourceRow(name="Harbour Wire", trouble="status", status=403, since=at(11, 5)),
    SourceRow(name="南方财讯", trouble="silent", since=at(3, 12)),
    SourceRow(name="Delta Games", trouble="dns", since=at(10, 58)),
    SourceRow(name="浦江早报", trouble="web_page", since=at(9, 30, day=10)),
)


def _sources_in_different_trouble(language: str) -> Message:
    view = ManyTroubleView(
        reader=reader(language), now=at(14, 10), count=4, total=40, since=at(3, 12), cause="", rows=_ILL
    )
    return sources_trouble(view)


def _odd_sources(language: str) -> Message:
    rows = (
        SourceRow(
            name="南方财讯",
            odd=(("line", "declared as utf-8, but it reads as gb18030"),),
        ),
        SourceRow(
            name="Harbour Wire",
            odd=(
                (
                    "line",
                    "18 of 20 known items came under other guids than before; they were recognised by the rest",
                ),
                ("moved", "https://wire.example/new/feed.xml"),
            ),
        ),
        SourceRow(name="Delta Games", odd=(("merged", "Delta Daily"),)),
        SourceRow(
            name="浦江早报",
            odd=(("line", GAP),),
        ),
    )
    return sources_odd(OdditiesView(reader=reader(language), now=at(12), rows=rows))


def _sources_with_notes(language: str) -> Message:
    five = timedelta(minutes=5)
    rows = (
        *(
            row
            if row.trouble != "status"
            else SourceRow(
                name="Harbour Wire",
                trouble="status",
                status=403,
                since=at(11, 5),
                next_try=at(13),
                every=timedelta(minutes=30),
            )
            for row in _ILL
        ),
        SourceRow(
            name="East Asia Business",
            read_at=at(11, 58),
            every=five,
            entries=12,
            odd=(("line", "some bytes are no big5"),),
        ),
        SourceRow(
            name="Delta Daily", read_at=at(11, 57), every=five, entries=3, place="https://delta.example/feed/"
        ),
        SourceRow(name="Wire Copy", read_at=at(11), every=five, merged_into="Harbour Wire"),
        SourceRow(name="Paid Letter", read_at=at(11, 2), every=five, rests_until=at(12, 40)),
        SourceRow(name="Valley Post", read_at=at(11, 59), every=five, entries=1),
        SourceRow(name="Old Paper", enabled=False),
    )
    return sources(SourcesView(reader=reader(language), now=at(12), rows=rows))


def _sources_that_fit(language: str) -> Message:
    view = SourcesView(reader=reader(language), now=at(12), rows=_ILL[:1], query="harbour", total=40)
    return sources(view)


def _no_source_fits(language: str) -> Message:
    return sources(SourcesView(reader=reader(language), now=at(12), rows=(), query="habour", total=40))


KINDS: dict[str, Callable[[str], Message]] = {
    function.__name__.strip("_"): function
    for function in (
        _source_gone,
        _source_wants_a_key,
        _source_forbids_robots,
        _source_became_a_page,
        _page_changed,
        _source_shrank,
        _source_is_empty,
        _sources_in_different_trouble,
        _odd_sources,
        _sources_with_notes,
        _sources_that_fit,
        _no_source_fits,
    )
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_reads_as_it_was_approved(kind: str, language: str) -> None:
    assert_golden(f"{kind}.{language}", KINDS[kind](language))
