"""The shipped ``sources.yaml``: broad enough, reviewed, and every page and JSON list is read in the shape it has."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config import load
from bot.model import ParsedDocument, Source
from bot.parsers import parse
from tests.source_documents import SHAPES, Shape

CHINA = ZoneInfo("Asia/Shanghai")
CONFIG = Path(__file__).parents[1] / "config"
SOURCES = load(CONFIG, environ={}).sources
SHAPED = tuple(source for source in SOURCES if source.kind in {"page", "json"})


def of(*kinds: str) -> list[Source]:
    return [source for source in SOURCES if source.kind in kinds and source.enabled]


def read(source: Source, shape: Shape) -> ParsedDocument:
    """Read a document as the bot would read it from this source."""
    content_type = "text/html" if source.kind == "page" else "application/json"
    return parse(
        shape.body.encode(),
        content_type=content_type,
        url=source.url,
        kind=source.kind,
        selectors=source.selectors,
    )


def test_there_is_enough_to_follow_china_with() -> None:
    assert len(of("auto", "feed")) >= 40
    assert len(of("page")) >= 5
    assert len(of("json")) >= 3


def test_a_first_start_reads_them_all_at_once() -> None:
    assert len(SOURCES) <= 100


def test_no_two_sources_have_one_name() -> None:
    names = Counter(source.name for source in SOURCES)
    assert names.most_common(1)[0][1] == 1


def test_both_languages_are_well_served() -> None:
    languages = Counter(source.language for source in SOURCES if source.enabled)
    assert languages.keys() == {"en", "zh"}
    assert min(languages.values()) >= 35


def test_every_source_is_grouped_weighed_and_named() -> None:
    assert all(source.tags and 0.5 <= source.weight <= 1.5 for source in SOURCES)
    assert all(source.name != source.id for source in SOURCES)
    groups = Counter(tag for source in SOURCES for tag in source.tags)
    assert {"china", "business", "filings", "official", "policy", "world", "ai", "chips"} <= groups.keys()
    assert min(groups.values()) >= 2


def test_what_is_scraped_is_asked_less_often_than_a_feed() -> None:
    seconds = {source.id: source.every.total_seconds() for source in of("page") if source.every}
    assert len(seconds) == len(of("page"))
    assert min(seconds.values()) >= 900


def test_no_address_stands_twice_and_all_are_encrypted_but_one() -> None:
    addresses = Counter(source.url.removeprefix("https://").rstrip("/") for source in SOURCES)
    assert addresses.most_common(1)[0][1] == 1
    assert [source.id for source in SOURCES if not source.url.startswith("https://")] == ["cnbeta"]


def test_no_line_is_too_long_for_an_editor() -> None:
    lines = (CONFIG / "sources.yaml").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 120] == []


def test_every_page_and_list_has_a_shape_to_be_tried_on() -> None:
    assert {source.id for source in SHAPED} == SHAPES.keys()


@pytest.mark.parametrize("source", SHAPED, ids=lambda source: source.id)
def test_a_shipped_page_or_list_reads_what_its_site_publishes(source: Source) -> None:
    shape = SHAPES[source.id]
    document = read(source, shape)
    first = document.entries[0]
    assert (first.title, first.url) == (shape.title, shape.url)
    assert (str(first.published.astimezone(CHINA).date()) if first.published else "") == shape.day
    assert len(document.entries) == shape.count
    assert document.warnings == ()


def test_a_filing_is_found_by_the_ticker_of_the_watch() -> None:
    source = next(source for source in SOURCES if source.id == "hkex-filings")
    title = read(source, SHAPES[source.id]).entries[0].title
    assert "09777.HK" in title
