"""A source may be a site, an index of sitemaps, or ask for its articles: what is read of each, and how often."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.model import Source
from tests.bureau import Bureau, always, minutes_ago, never
from tests.loopback import Answer, Newsroom, rss
from tests.trapping import HEADLINES, OLD

HTML = "text/html; charset=utf-8"
XML = "application/xml; charset=utf-8"
LONG = "The port of Harbour said on Thursday that the berths will be handed over in spring. " * 6


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    async with Newsroom() as newsroom:
        yield newsroom


def bureau_of(
    home: Path, newsroom: Newsroom, path: str = "/", *, restarted: bool = False, **more: Any
) -> Bureau:
    """A bot with one source at this path."""
    bureau = Bureau(home, newsroom, restarts=always if restarted else never)
    bureau.sources["harbour"] = Source(id="harbour", name="Harbour", url=newsroom.url(path), **more)
    return bureau


def news(number: int, **more: str) -> dict[str, str]:
    return {
        "title": HEADLINES[number],
        "link": f"/news/{number}.html",
        "id": str(number),
        "date": minutes_ago(-12 * (number + 1)),
        **more,
    }


def front_page(head: str = "") -> bytes:
    return f"<!doctype html><html><head><title>Harbour</title>{head}</head><body><p>Hello</p></body></html>".encode()


def sitemap(*numbers: int) -> bytes:
    urls = "".join(
        f"<url><loc>/news/{number}.html</loc><n:news><n:title>{HEADLINES[number]}</n:title></n:news></url>"
        for number in numbers
    )
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
    return f"<?xml version='1.0'?><urlset {spaces}>{urls}</urlset>".encode()


def index(*places: str) -> bytes:
    named = "".join(f"<sitemap><loc>{place}</loc></sitemap>" for place in places)
    return (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{named}</sitemapindex>'.encode()
    )


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_site_is_read_through_the_feed_that_it_names(
    tmp_path: Path, newsroom: Newsroom, restarted: bool
) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/blog/feed">'
    newsroom.publish("/", front_page(link), content_type=HTML)
    newsroom.publish("/blog/feed", rss([OLD]))
    async with bureau_of(tmp_path, newsroom, restarted=restarted) as bureau:
        await bureau.poll()
        searched = len(newsroom.asked("/"))
        newsroom.publish("/blog/feed", rss([news(0), OLD]), etag='"2"')
        await bureau.poll()
        await bureau.poll()

        assert bureau.told == [HEADLINES[0]]
        assert bureau.health().address == newsroom.url("/blog/feed")
        assert len(newsroom.asked("/")) == searched, "the way is known from then on"
        assert newsroom.asked("/blog/feed")[-1].headers["If-None-Match"] == '"2"'


async def test_a_site_without_a_feed_says_so_and_is_not_searched_at_every_poll(
    tmp_path: Path, newsroom: Newsroom
) -> None:
    newsroom.publish("/", front_page(), content_type=HTML)
    async with bureau_of(tmp_path, newsroom) as bureau:
        await bureau.poll()
        first = len(newsroom.requests)
        await bureau.poll(minutes=400)

        assert bureau.health().error_reason == "web_page"
        assert "feed" in bureau.health().error
        assert first > 3
        assert len(newsroom.requests) == first + 1


async def test_a_login_page_in_place_of_a_known_feed_starts_no_search(
    tmp_path: Path, newsroom: Newsroom
) -> None:
    newsroom.publish("/", rss([OLD]))
    async with bureau_of(tmp_path, newsroom) as bureau:
        await bureau.poll()
        newsroom.publish("/", front_page(), content_type=HTML)
        await bureau.poll()

        assert {request.path for request in newsroom.requests} == {"/"}
        assert bureau.health().errors == 1


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_index_of_sitemaps_is_read_through_its_sitemaps_and_only_where_they_changed(
    tmp_path: Path, newsroom: Newsroom, restarted: bool
) -> None:
    places = [newsroom.url("/sitemap-news.xml"), newsroom.url("/sitemap-2026-11.xml")]
    newsroom.publish("/", index(*places), content_type=XML, etag='"index"')
    newsroom.publish("/sitemap-news.xml", sitemap(4), content_type=XML, etag='"n1"')
    newsroom.publish("/sitemap-2026-11.xml", sitemap(5), content_type=XML, etag='"m1"')
    async with bureau_of(tmp_path, newsroom, restarted=restarted) as bureau:
        await bureau.poll()
        newsroom.publish("/sitemap-news.xml", sitemap(0, 4), content_type=XML, etag='"n2"')
        await bureau.poll()
        await bureau.poll()

        assert bureau.told == [HEADLINES[0]]
        asked = [request.headers.get("If-None-Match") for request in newsroom.asked("/sitemap-news.xml")]
        assert asked == [None, '"n1"', '"n2"']
        asked = [request.headers.get("If-None-Match") for request in newsroom.asked("/sitemap-2026-11.xml")]
        assert asked == [None, '"m1"', '"m1"']
        assert bureau.health().errors == 0


async def test_one_broken_sitemap_of_an_index_does_not_stop_the_others(
    tmp_path: Path, newsroom: Newsroom
) -> None:
    newsroom.publish("/", index(newsroom.url("/news-a.xml"), newsroom.url("/news-b.xml")), content_type=XML)
    newsroom.publish("/news-a.xml", sitemap(4), content_type=XML)
    async with bureau_of(tmp_path, newsroom) as bureau:
        await bureau.poll()
        newsroom.publish("/news-a.xml", sitemap(0, 4), content_type=XML)
        await bureau.poll()

        assert bureau.told == [HEADLINES[0]]
        assert "could not be read" in bureau.health().oddities


async def test_the_article_behind_a_new_entry_is_read_before_it_is_told(
    tmp_path: Path, newsroom: Newsroom
) -> None:
    newsroom.publish("/", rss([OLD]))
    article = f"<html><head><title>x</title></head><body><article><h1>Berths</h1><p>{LONG}</p></article></body></html>"
    newsroom.publish("/news/1.html", article.encode(), content_type=HTML)
    async with bureau_of(tmp_path, newsroom, full_text=True) as bureau:
        await bureau.poll()
        link = newsroom.url("/news/1.html")
        newsroom.publish("/", rss([news(0, link=newsroom.url("/gone.html")), news(1, link=link), OLD]))
        await bureau.poll()
        await bureau.poll()

        assert sorted(bureau.told) == sorted(HEADLINES[:2]), "an article that can't be read holds up nothing"
        bodies = {
            report.entry.title: report.entry.body for story in bureau.grouped for report in story.reports
        }
        assert "handed over in spring" in bodies[HEADLINES[1]]
        assert len(newsroom.asked("/news/1.html")) == 1
        assert not newsroom.asked("/0"), "nobody is told of a baseline, so its articles are not asked for"


async def test_an_article_that_robots_may_not_read_is_left_alone(tmp_path: Path, newsroom: Newsroom) -> None:
    newsroom.publish("/", rss([OLD]))
    newsroom.publish("/robots.txt", b"User-agent: *\nDisallow: /news/\n", content_type="text/plain")
    newsroom.publish("/news/0.html", front_page(), content_type=HTML)
    async with bureau_of(tmp_path, newsroom, full_text=True) as bureau:
        await bureau.poll()
        newsroom.publish("/", rss([news(0, link=newsroom.url("/news/0.html")), OLD]))
        await bureau.poll()

        assert bureau.told == [HEADLINES[0]]
        assert not newsroom.asked("/news/0.html")


async def test_a_document_is_asked_for_in_full_once_a_day(tmp_path: Path, newsroom: Newsroom) -> None:
    newsroom.publish("/", rss([OLD]), etag='"for ever"')
    async with bureau_of(tmp_path, newsroom) as bureau:
        await bureau.poll()
        await bureau.poll(minutes=12 * 60)
        newsroom.publish("/", rss([news(0, date=minutes_ago(-60 * 26)), OLD]), etag='"for ever"')
        await bureau.poll(minutes=13 * 60)
        await bureau.poll()

        asked = [request.headers.get("If-None-Match") for request in newsroom.requests]
        assert asked == [None, '"for ever"', None, '"for ever"']
        assert bureau.told == [HEADLINES[0]]


async def test_a_feed_that_rolled_over_between_two_polls_says_that_news_may_be_missing(
    tmp_path: Path, newsroom: Newsroom
) -> None:
    newsroom.script(
        "/",
        Answer(body=rss([OLD])),
        Answer(body=rss([news(number, date=minutes_ago(-12)) for number in range(6)])),
        Answer(body=rss([news(number, date=minutes_ago(-12)) for number in range(6)])),
    )
    async with bureau_of(tmp_path, newsroom) as bureau:
        await bureau.poll()
        await bureau.poll()
        missed = bureau.health().oddities
        newsroom.publish("/", rss([news(number, date=minutes_ago(-12)) for number in range(5)]))
        await bureau.poll()

        assert "missed" in missed or "come and gone" in missed
        assert bureau.health().oddities == "", "and only then"


async def test_a_key_for_one_host_is_not_shown_to_another_that_its_index_names(
    tmp_path: Path, newsroom: Newsroom
) -> None:
    async with Newsroom() as stranger:
        newsroom.publish(
            "/", index(newsroom.url("/news-a.xml"), stranger.url("/news-b.xml")), content_type=XML
        )
        newsroom.publish("/news-a.xml", sitemap(4), content_type=XML)
        stranger.publish("/news-b.xml", sitemap(5), content_type=XML)
        async with bureau_of(tmp_path, newsroom) as bureau:
            bureau.give_headers({"X-Api-Key": "secret"})
            await bureau.poll()

    assert [request.headers.get("X-Api-Key") for request in newsroom.requests] == ["secret"] * 2
    assert [request.headers.get("X-Api-Key") for request in stranger.requests] == [None]


async def test_a_sitemap_that_is_gone_does_not_end_its_index(tmp_path: Path, newsroom: Newsroom) -> None:
    newsroom.publish("/", index(newsroom.url("/news-a.xml")), content_type=XML)
    newsroom.publish("/news-a.xml", sitemap(4), content_type=XML)
    async with bureau_of(tmp_path, newsroom) as bureau:
        await bureau.poll()
        newsroom.publish("/news-a.xml", status=410)
        await bureau.poll()
        newsroom.publish("/news-a.xml", sitemap(0, 4), content_type=XML)
        await bureau.poll(minutes=60)

        assert bureau.told == [HEADLINES[0]]


async def test_a_site_that_hung_at_its_first_poll_is_searched_at_the_next(
    tmp_path: Path, newsroom: Newsroom
) -> None:
    newsroom.publish("/", status=500)
    newsroom.publish("/feed", rss([OLD]))
    async with bureau_of(tmp_path, newsroom) as bureau:
        await bureau.poll()
        newsroom.publish("/", front_page(), content_type=HTML)
        await bureau.poll(minutes=60)

        assert bureau.health().address == newsroom.url("/feed")


async def test_a_page_whose_selector_was_mended_is_read_anew_though_it_did_not_change(
    tmp_path: Path, newsroom: Newsroom
) -> None:
    listed = "".join(
        f'<li class="news"><a href="/news/{at}.html">{HEADLINES[at]}</a></li>' for at in range(3)
    )
    newsroom.publish(
        "/", f"<html><body><h2>Today</h2><ul>{listed}</ul></body></html>".encode(), content_type=HTML
    )
    async with bureau_of(tmp_path, newsroom, kind="page", selectors={"item": "h2"}) as bureau:
        await bureau.poll()
        bureau.sources["harbour"] = replace(bureau.sources["harbour"], selectors={"item": "li.news"})
        await bureau.restart()
        await bureau.poll()

        assert set(HEADLINES[:3]) <= set(bureau.stored)


async def test_a_feed_that_turns_into_a_page_for_a_while_is_not_replaced_by_a_sitemap(
    tmp_path: Path, newsroom: Newsroom
) -> None:
    newsroom.publish("/feed.xml", rss([OLD]))
    newsroom.publish("/sitemap.xml", sitemap(5), content_type=XML)
    async with bureau_of(tmp_path, newsroom, "/feed.xml") as bureau:
        await bureau.poll()
        newsroom.publish("/feed.xml", front_page(), content_type=HTML)
        for _ in range(5):
            await bureau.poll(minutes=400)
        trouble = bureau.health()
        newsroom.publish("/feed.xml", rss([news(0, date=minutes_ago(-2020)), OLD]))
        await bureau.poll(minutes=400)

        assert trouble.error_reason == "web_page"
        assert trouble.address == newsroom.url("/feed.xml")
        assert HEADLINES[0] in bureau.stored


async def test_what_robots_may_not_read_is_not_found_by_guessing(tmp_path: Path, newsroom: Newsroom) -> None:
    newsroom.publish("/", front_page(), content_type=HTML)
    newsroom.publish("/sitemap.xml", sitemap(5), content_type=XML)
    newsroom.publish("/robots.txt", b"User-agent: *\nDisallow: /", content_type="text/plain")
    async with bureau_of(tmp_path, newsroom) as bureau:
        await bureau.poll()

        assert {request.path for request in newsroom.requests} <= {"/", "/robots.txt"}
        assert bureau.health().errors == 1
