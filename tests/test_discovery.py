"""Give a site's address: the bot finds its feed or its sitemap, and asks little for it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.errors import FetchError, ParseError
from bot.fetch import Fetcher
from bot.model import Polling
from bot.pipeline import discovery
from bot.pipeline.discovery import MOST_REQUESTS, Found, discover
from bot.sandbox import Sandbox
from tests.loopback import Newsroom, Scoundrel, rss

FEED = rss([{"title": "Acme buys Beta", "link": "https://acme.example/1"}])
COMMENTS = rss([{"title": "Re: Acme buys Beta", "link": "https://acme.example/1#c"}])
EMPTY = rss([])
HTML = "text/html; charset=utf-8"


class _Site:
    """A newsroom with a fetcher and a sandbox that look at it."""

    def __init__(self, newsroom: Newsroom, fetcher: Fetcher, sandbox: Sandbox) -> None:
        self.newsroom = newsroom
        self._fetcher = fetcher
        self._sandbox = sandbox

    def page(self, path: str, head: str = "", body: str = "Welcome", lang: str = "en") -> None:
        text = f'<!doctype html><html lang="{lang}"><head><title>Acme</title>{head}</head><body>{body}</body></html>'
        self.newsroom.publish(path, text.encode(), content_type=HTML)

    def sitemap(self, path: str, *addresses: str, index: bool = False) -> None:
        root, name = ("sitemapindex", "sitemap") if index else ("urlset", "url")
        rows = "".join(f"<{name}><loc>{address}</loc></{name}>" for address in addresses)
        self.newsroom.publish(path, f"<{root}>{rows}</{root}>".encode(), content_type="application/xml")

    async def found(self, path: str = "/", **more: object) -> Found:
        return await discover(
            self.newsroom.url(path),
            fetcher=self._fetcher,
            sandbox=self._sandbox,
            **more,  # type: ignore[arg-type]
        )

    async def warm_up(self) -> None:
        """Let a worker of the sandbox start."""
        await self._sandbox.parse(FEED)

    @property
    def asked(self) -> list[str]:
        return [request.path for request in self.newsroom.requests]


@pytest.fixture
async def site() -> AsyncIterator[_Site]:
    fetcher = Fetcher(Polling(allow_private=("127.0.0.0/8",), timeout=timedelta(seconds=5)))
    sandbox = Sandbox(workers=1)
    async with Newsroom() as newsroom:
        yield _Site(newsroom, fetcher, sandbox)
    await sandbox.close()
    await fetcher.close()


async def test_the_address_of_a_feed_is_taken_as_it_is(site: _Site) -> None:
    site.newsroom.publish("/feed.xml", FEED)
    found = await site.found("/feed.xml")
    assert (found.url, found.kind, found.parsed.count) == (site.newsroom.url("/feed.xml"), "rss", 1)
    assert found.sample == found.parsed
    assert site.asked == ["/feed.xml"]


async def test_the_feed_that_a_page_names_is_found_before_its_comments(site: _Site) -> None:
    site.page(
        "/",
        '<link rel=alternate type="application/rss+xml" title="Acme &raquo; Comments Feed" href="/comments/feed/">'
        "<LINK REL='ALTERNATE' TYPE='application/rss+xml' HREF='/news/feed/'>",
    )
    site.newsroom.publish("/comments/feed/", COMMENTS)
    site.newsroom.publish("/news/feed/", FEED)
    found = await site.found()
    assert found.url == site.newsroom.url("/news/feed/")
    assert [entry.title for entry in found.parsed.entries] == ["Acme buys Beta"]
    assert [entry.uid for entry in found.others] == ["comments"]
    assert found.tried == ((site.newsroom.url("/"), "a web page"), (found.url, "rss, 1 entry"))


async def test_a_site_that_names_nothing_is_searched_at_the_usual_places(site: _Site) -> None:
    site.page("/")
    site.newsroom.publish("/atom.xml", FEED)
    assert (await site.found()).url == site.newsroom.url("/atom.xml")


async def test_the_feed_of_the_section_is_preferred_to_that_of_the_site(site: _Site) -> None:
    site.page("/press")
    site.page("/")
    site.newsroom.publish("/press/feed", FEED)
    site.newsroom.publish("/feed", FEED)
    assert (await site.found("/press")).url == site.newsroom.url("/press/feed")


async def test_the_home_page_is_asked_when_the_page_names_nothing(site: _Site) -> None:
    site.page("/about/us")
    site.page("/", '<link rel="alternate" type="application/atom+xml" href="/hidden/place.atom">')
    site.newsroom.publish("/hidden/place.atom", FEED)
    assert (await site.found("/about/us")).url == site.newsroom.url("/hidden/place.atom")


async def test_a_page_that_lists_the_feeds_of_a_site_leads_to_the_first(site: _Site) -> None:
    site.page("/", body='<a href="/rss-feeds">RSS feeds</a>')
    site.page(
        "/rss-feeds", body='<a href="/out/all.xml">RSS: all news</a> <a href="/out/sport.xml">RSS: sport</a>'
    )
    site.newsroom.publish("/out/all.xml", FEED)
    assert (await site.found()).url == site.newsroom.url("/out/all.xml")


async def test_the_feed_in_the_language_of_the_page_is_preferred(site: _Site) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/{}/feed.xml">'
    site.page("/", link.format("en") + link.format("zh"), lang="zh-CN")
    for lang in ("en", "zh"):
        site.newsroom.publish(f"/{lang}/feed.xml", FEED)
    assert (await site.found()).url == site.newsroom.url("/zh/feed.xml")


async def test_a_feed_without_entries_is_taken_only_when_nothing_better_is_there(site: _Site) -> None:
    site.page("/", '<link rel="alternate" type="application/rss+xml" href="/soon.xml">')
    site.newsroom.publish("/soon.xml", EMPTY)
    found = await site.found()
    assert (found.url, found.parsed.count) == (site.newsroom.url("/soon.xml"), 0)
    site.newsroom.publish("/rss", FEED)
    assert (await site.found()).url == site.newsroom.url("/rss")


async def test_without_a_feed_the_news_sitemap_of_robots_txt_is_found(site: _Site) -> None:
    site.page("/")
    lines = ("User-agent: *", f"Sitemap: {site.newsroom.url('/all.xml')}", "SITEMAP:/x/news.xml")
    robots = "\n".join(lines)
    site.newsroom.publish("/robots.txt", robots.encode(), content_type="text/plain")
    site.sitemap("/all.xml", "https://acme.example/about-the-company")
    site.sitemap("/x/news.xml", "https://acme.example/acme-buys-beta")
    found = await site.found()
    assert (found.url, found.kind) == (site.newsroom.url("/x/news.xml"), "sitemap")
    assert found.title == "Acme"


async def test_an_index_of_sitemaps_is_found_with_a_sample_of_what_it_leads_to(site: _Site) -> None:
    site.page("/")
    site.sitemap(
        "/sitemap.xml", *(site.newsroom.url(f"/sitemap-2026-{month}.xml") for month in (9, 10)), index=True
    )
    site.sitemap("/sitemap-2026-10.xml", "https://acme.example/acme-buys-beta")
    found = await site.found()
    assert (found.url, found.kind, found.parsed.kind) == (
        site.newsroom.url("/sitemap.xml"),
        "sitemapindex",
        "sitemapindex",
    )
    assert [entry.title for entry in found.sample.entries] == ["acme buys beta"]
    assert "/sitemap-2026-9.xml" not in site.asked


async def test_the_only_news_sitemap_of_a_sites_index_is_polled_by_itself(site: _Site) -> None:
    site.page("/")
    site.sitemap(
        "/sitemap.xml", site.newsroom.url("/pages.xml"), site.newsroom.url("/news-sitemap.xml"), index=True
    )
    site.sitemap("/news-sitemap.xml", "https://acme.example/acme-buys-beta")
    found = await site.found()
    assert (found.url, found.kind) == (site.newsroom.url("/news-sitemap.xml"), "sitemap")


async def test_an_index_that_is_named_itself_stays_an_index(site: _Site) -> None:
    names = ("/news-business.xml", "/news-tech.xml")
    site.sitemap("/sitemap.xml", *map(site.newsroom.url, names), index=True)
    for name in names:
        site.sitemap(name, "https://acme.example/acme-buys-beta")
    found = await site.found("/sitemap.xml")
    assert (found.url, found.kind) == (site.newsroom.url("/sitemap.xml"), "sitemapindex")


async def test_a_sitemap_whose_addresses_tell_nothing_is_not_taken_for_news(site: _Site) -> None:
    site.page("/")
    site.sitemap("/sitemap.xml", *(f"https://acme.example/{number}.html" for number in range(9)))
    with pytest.raises(ParseError, match="no feed"):
        await site.found()


async def test_a_site_without_anything_says_how_to_read_its_page_and_was_asked_little(site: _Site) -> None:
    site.page("/news/")
    with pytest.raises(
        ParseError, match=r"no feed and no sitemap was found at 127\.0\.0\.1: .* set kind: page"
    ) as caught:
        await site.found("/news/")
    assert caught.value.reason == "web_page"
    asked = [path for path in site.asked if path != "/robots.txt"]
    assert len(asked) == len(set(asked)) <= MOST_REQUESTS
    assert site.newsroom.most == 1


async def test_a_hostile_page_with_hundreds_of_feeds_costs_no_more_requests(site: _Site) -> None:
    many = "".join(f'<link rel="alternate" type="application/rss+xml" href="/f{n}.xml">' for n in range(500))
    site.page("/", many + many)
    with pytest.raises(ParseError, match="no feed"):
        await site.found()
    assert len(site.asked) <= MOST_REQUESTS


async def test_what_a_site_answers_for_every_address_is_no_feed(site: _Site) -> None:
    for path in ("/", "/feed", "/rss", "/rss.xml", "/feed.xml", "/sitemap.xml", "/robots.txt"):
        site.page(path)
    with pytest.raises(ParseError) as caught:
        await site.found()
    assert caught.value.reason == "web_page"


async def _loopback(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.mark.parametrize(("target", "found"), [("feeds.acme.example", True), ("acme-parking.example", False)])
async def test_a_guess_may_lead_within_the_domain_but_not_to_another(
    site: _Site, target: str, *, found: bool
) -> None:
    site.page("/")
    site.newsroom.redirect("/feed", f"http://{target}:{site.newsroom.port}/parked")
    site.newsroom.publish("/parked", FEED)
    strangers = Polling(allow_private=("www.acme.example", target))
    fetcher, sandbox = Fetcher(strangers, resolve=_loopback), Sandbox(workers=1)
    try:
        address = f"http://www.acme.example:{site.newsroom.port}/"
        if found:
            assert (await discover(address, fetcher=fetcher, sandbox=sandbox)).url == f"{address}feed"
        else:
            with pytest.raises(ParseError, match="no feed"):
                await discover(address, fetcher=fetcher, sandbox=sandbox)
        assert "/parked" in site.asked
    finally:
        await sandbox.close()
        await fetcher.close()


async def test_a_feed_elsewhere_is_taken_when_the_page_names_it(site: _Site) -> None:
    async with Newsroom() as stranger:
        stranger.publish("/acme", FEED)
        site.page("/", f'<link rel="alternate" type="application/rss+xml" href="{stranger.url("/acme")}">')
        assert (await site.found(headers={"Authorization": "secret"})).url == stranger.url("/acme")
        assert "Authorization" not in stranger.requests[0].headers
    assert site.newsroom.requests[0].headers["Authorization"] == "secret"


async def test_an_address_of_a_private_network_that_a_page_names_is_never_asked(site: _Site) -> None:
    site.page("/", '<link rel="alternate" type="application/rss+xml" href="http://10.0.0.1/feed">')
    site.newsroom.publish("/rss", FEED)
    found = await site.found()
    assert found.url == site.newsroom.url("/rss")
    assert any(url == "http://10.0.0.1/feed" and "private" in what for url, what in found.tried)


async def test_a_host_that_asks_for_a_pause_gets_it(site: _Site) -> None:
    site.page("/")
    site.newsroom.publish("/feed", status=429, headers={"Retry-After": "600"})
    with pytest.raises(FetchError) as caught:
        await site.found()
    assert caught.value.retry_after == timedelta(minutes=10)
    assert site.asked == ["/", "/robots.txt", "/feed"]


async def test_an_address_that_is_not_there_is_said_and_nothing_is_searched(site: _Site) -> None:
    with pytest.raises(FetchError) as caught:
        await site.found("/gone")
    assert caught.value.status == 404
    assert site.asked == ["/gone"]


async def test_a_page_that_asks_for_a_human_is_not_searched(site: _Site) -> None:
    site.page("/", "<title>Just a moment...</title>")
    with pytest.raises(ParseError) as caught:
        await site.found()
    assert caught.value.reason == "not_a_feed"
    assert site.asked == ["/"]


async def test_a_slow_site_ends_the_search_in_time_with_what_was_found(
    site: _Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.warm_up()
    monkeypatch.setattr(discovery, "SECONDS", 2.5)
    site.page("/", '<link rel="alternate" type="application/rss+xml" href="/soon.xml">')
    site.newsroom.publish("/soon.xml", EMPTY)
    site.newsroom.publish("/feed", FEED, delay=30)
    found = await site.found()
    assert (found.url, found.parsed.count) == (site.newsroom.url("/soon.xml"), 0)


async def test_a_host_that_hangs_up_twice_is_asked_no_more(site: _Site) -> None:
    async with Scoundrel(b"") as silent:
        site.page(
            "/", "".join(f'<link rel=alternate type=text/xml href="{silent.url(f"/{n}")}">' for n in range(5))
        )
        with pytest.raises(ParseError, match="no feed"):
            await site.found()
        assert silent.connections == 2
