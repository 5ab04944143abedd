"""Sources that are empty, broken, doubled or moved lose nothing and tell nothing twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bureau import Bureau
from tests.loopback import Newsroom, json_feed
from tests.trapping import HEADLINES, OLD, REGIMES, feed, item, items, moved

LOGIN = b"<!doctype html><html><head><title>Log in</title></head><body><form>Password</form></body></html>"


@pytest.fixture(params=REGIMES)
async def bureau(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bureau]:
    async with Newsroom() as newsroom:
        regime = REGIMES[request.param]()
        async with Bureau(tmp_path, newsroom, "harbour", "pujiang", restarts=regime) as bureau:
            bureau.publish(feed(), "pujiang")
            await bureau.read(feed())
            yield bureau


async def test_a_feed_that_was_empty_for_a_while_tells_nothing_again(bureau: Bureau) -> None:
    """T22"""
    full, empty = feed(items()), feed(old=False)
    await bureau.read(full, empty, full, empty, empty, feed(items()[::-1]))
    assert sorted(bureau.told) == sorted(HEADLINES[:3])
    assert bureau.edits == 0
    assert bureau.health().errors == 0


@pytest.mark.parametrize(
    ("page", "status"),
    [(LOGIN, 200), (b"", 200), (b'{"error": "quota"}', 200), (LOGIN, 503), (b"<rss><channel><item><ti", 200)],
    ids=["login", "nothing", "json", "503", "cut"],
)
async def test_an_error_in_place_of_a_feed_loses_nothing(bureau: Bureau, page: bytes, status: int) -> None:
    """T23"""
    bureau.publish(feed(item(0)), etag='"1"')
    await bureau.poll()
    bureau.publish(page, status=status, content_type="text/html")
    await bureau.poll()
    trouble = bureau.health()
    bureau.publish(feed(item(1, ago=-22), item(0)), etag='"2"')
    await bureau.poll(minutes=40)

    assert bureau.told == list(HEADLINES[:2])
    assert trouble.errors == 1 or trouble.validators.etag == '"1"', "it says so, or asks again in full"
    assert bureau.stored == [OLD["title"], OLD["title"], *HEADLINES[:2]]
    assert bureau.health().errors == 0
    asked = bureau.newsroom.asked("/harbour.xml")[-1]
    assert asked.headers.get("If-None-Match") in {'"1"', None}


async def test_two_feeds_with_one_article_make_one_alert(bureau: Bureau) -> None:
    """T24"""
    article = item(0)
    bureau.publish(feed(moved(article, id="p-1")), "pujiang")
    await bureau.read(feed(article), feed(article, item(1, ago=-32)))

    assert bureau.told == list(HEADLINES[:2])
    story = next(story for story in bureau.grouped if len(story.reports) == 2)
    assert story.sources == 1, "one article is one source, wherever it is listed"


async def test_one_article_in_two_formats_a_poll_apart_makes_one_alert(bureau: Bureau) -> None:
    """T24"""
    article = item(0)
    as_json = [{**article, "date": "2026-11-12T12:12:00Z"}, {**OLD, "date": "2026-11-12T09:00:00Z"}]
    await bureau.read(feed(article))
    bureau.publish(json_feed(as_json), "pujiang", content_type="application/feed+json")
    await bureau.read(feed(article, item(1, ago=-32)))
    assert bureau.told == list(HEADLINES[:2])


async def test_a_feed_that_now_leads_to_another_that_is_read_too_makes_one_alert(bureau: Bureau) -> None:
    """T28"""
    bureau.newsroom.redirect("/pujiang.xml", bureau.newsroom.url("/harbour.xml"), 301)
    await bureau.read(feed(items(2)), feed(item(2, ago=-22), items(2)), feed(item(3, ago=-32), items(3)))

    assert sorted(bureau.told) == sorted(HEADLINES[:4])
    assert bureau.replies == []
    assert {story.sources for story in bureau.grouped} == {1}, "one feed under two names is one source"
    assert bureau.health("pujiang").moved_to == bureau.newsroom.url("/harbour.xml")


async def test_a_source_that_is_read_for_the_first_time_tells_nothing_old(bureau: Bureau) -> None:
    """T13, with a source that begins by failing: its first document is its baseline."""
    async with Bureau(bureau.home / "late", bureau.newsroom, "late") as late:
        late.publish(LOGIN, "late", content_type="text/html")
        await late.poll()
        late.publish(feed(items()), "late")
        await late.poll(minutes=60)
        assert late.told == []

        late.publish(feed(item(3, ago=-75), items()), "late")
        await late.poll()
        assert late.told == [HEADLINES[3]]
