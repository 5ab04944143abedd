"""A site's robots.txt is asked before its pages are, and obeyed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from time import perf_counter

import pytest

from bot.errors import FetchError
from bot.fetch import Fetcher
from bot.fetch.robots import MOST_BYTES, read
from bot.model import Polling
from tests.loopback import Answer, Newsroom, Scoundrel
from tests.manners import Clock

PAGE = b"<html><h1>News</h1></html>"
LOCAL = Polling(allow_private=("127.0.0.0/8",), timeout=timedelta(seconds=5))
ALL_FORBIDDEN = b"User-agent: *\nDisallow: /\n"
HOUR = 3600.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def site() -> AsyncIterator[Newsroom]:
    async with Newsroom() as site:
        site.publish("/news", PAGE, content_type="text/html")
        yield site


@pytest.fixture
async def fetcher(clock: Clock) -> AsyncIterator[Fetcher]:
    fetcher = Fetcher(LOCAL, clock=clock)
    yield fetcher
    await fetcher.close()


def rules(site: Newsroom, text: bytes, **more: object) -> None:
    site.publish("/robots.txt", text, content_type="text/plain", **more)  # type: ignore[arg-type]


async def refusal(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(url, robots=True)
    return caught.value


async def test_a_page_that_bots_may_not_read_is_not_asked_for(site: Newsroom, fetcher: Fetcher) -> None:
    rules(site, b"User-agent: *\nDisallow: /news\n")
    error = await refusal(fetcher, site.url("/news?page=2"))
    assert error.reason == "robots"
    assert str(error).startswith("127.0.0.1 asks bots not to read this page (robots.txt); look for a feed")
    assert [request.path for request in site.requests] == ["/robots.txt"]
    assert site.requests[0].headers["User-Agent"].startswith("Wirewatch/")


async def test_a_feed_that_a_person_named_is_fetched_whatever_robots_txt_says(
    site: Newsroom, fetcher: Fetcher
) -> None:
    rules(site, ALL_FORBIDDEN)
    assert (await fetcher.fetch(site.url("/news"))).body == PAGE
    assert site.asked("/robots.txt") == []


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        (b"", True),
        (b"User-agent: *\nDisallow:\n", True),
        (b"User-agent: Googlebot\nDisallow: /\n", True),
        (b"User-agent: wirewatch\nDisallow: /\n\nUser-agent: *\nAllow: /\n", False),
        (b"User-agent: WireWatch/2.0\nDisallow: /\n", False),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: Wirewatch\nDisallow:\n", True),
        (b"User-agent: a\nUser-agent: *\nUser-agent: b\nDisallow: /news\n", False),
        (b"User-agent: *\nDisallow: /\nAllow: /news\n", True),
        (b"User-agent: *\nAllow: /\nDisallow: /n*s$\n", False),
        (b"User-agent: *\nDisallow: /NEWS\n", True),
        (b"\xef\xbb\xbfuser-agent:*\r\ndisallow:/news # all of it\r\n", False),
        (b"User-agent: *\rDisallow: /news\r", False),
        (b"<!doctype html><title>Not found</title>", True),
        (b"\xff\xfe\x00garbage\x00", True),
    ],
)
async def test_the_rules_are_read_as_rfc_9309_says(
    site: Newsroom, fetcher: Fetcher, text: bytes, allowed: bool
) -> None:
    rules(site, text)
    if allowed:
        assert (await fetcher.fetch(site.url("/news"), robots=True)).body == PAGE
    else:
        assert (await refusal(fetcher, site.url("/news"))).reason == "robots"


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_site_without_rules_may_be_read(site: Newsroom, fetcher: Fetcher, status: int) -> None:
    rules(site, ALL_FORBIDDEN, status=status)
    assert (await fetcher.fetch(site.url("/news"), robots=True)).body == PAGE


@pytest.mark.parametrize("status", [500, 503])
async def test_a_site_that_cant_show_its_rules_is_left_alone_for_an_hour(
    site: Newsroom, fetcher: Fetcher, clock: Clock, status: int
) -> None:
    rules(site, b"broken", status=status)
    for passed in (0, HOUR / 2, HOUR / 2 - 1):
        clock.now += passed
        error = await refusal(fetcher, site.url("/news"))
        assert (error.reason, error.status) == ("network", None), "the host's feeds keep no pause for that"
        assert str(status) in str(error)
    assert len(site.requests) == 1
    assert error.retry_after == timedelta(seconds=1)
    rules(site, b"")
    clock.now += 1
    assert (await fetcher.fetch(site.url("/news"), robots=True)).body == PAGE


async def test_a_site_that_hangs_up_on_the_question_is_left_alone_too(fetcher: Fetcher) -> None:
    async with Scoundrel(b"") as rude:
        assert (await refusal(fetcher, rude.url("/news"))).reason == "protocol"
        error = await refusal(fetcher, rude.url("/news"))
    assert rude.connections == 1
    assert error.retry_after == timedelta(hours=1)


async def test_rules_that_were_read_once_hold_on_while_the_site_cant_show_them(
    site: Newsroom, fetcher: Fetcher, clock: Clock
) -> None:
    rules(site, b"User-agent: *\nDisallow: /private\n")
    await fetcher.fetch(site.url("/news"), robots=True)
    rules(site, b"", status=500)
    clock.now += 25 * HOUR
    assert (await fetcher.fetch(site.url("/news"), robots=True)).body == PAGE
    assert (await refusal(fetcher, site.url("/private"))).reason == "robots"
    assert len(site.asked("/robots.txt")) == 2


async def test_rules_are_asked_for_once_a_day(site: Newsroom, fetcher: Fetcher, clock: Clock) -> None:
    rules(site, b"")
    for _ in range(24):
        await fetcher.fetch(site.url("/news"), robots=True)
        clock.now += HOUR
    assert len(site.asked("/robots.txt")) == 1
    rules(site, ALL_FORBIDDEN)
    assert (await refusal(fetcher, site.url("/news"))).reason == "robots"


async def test_many_who_want_to_know_ask_once(site: Newsroom, fetcher: Fetcher) -> None:
    rules(site, b"User-agent: *\nDisallow: /no", delay=0.05)
    paths = ["/news", "/no/1"] * 10
    results = await asyncio.gather(
        *(fetcher.fetch(site.url(path), robots=True) for path in paths), return_exceptions=True
    )
    assert len(site.asked("/robots.txt")) == 1
    assert sum(isinstance(result, FetchError) for result in results) == 10


async def test_who_stops_waiting_does_not_stop_the_others(site: Newsroom, fetcher: Fetcher) -> None:
    rules(site, b"", delay=0.05)
    first = asyncio.create_task(fetcher.fetch(site.url("/news"), robots=True))
    second = asyncio.create_task(fetcher.fetch(site.url("/news"), robots=True))
    await asyncio.sleep(0.02)
    first.cancel()
    assert (await second).body == PAGE
    assert len(site.asked("/robots.txt")) == 1


async def test_five_redirects_to_the_rules_are_followed(site: Newsroom, fetcher: Fetcher) -> None:
    site.redirect("/robots.txt", "/r1", 301)
    for number in range(1, 5):
        site.redirect(f"/r{number}", f"/r{number + 1}", 302)
    site.publish("/r5", ALL_FORBIDDEN, content_type="text/plain")
    assert (await refusal(fetcher, site.url("/news"))).reason == "robots"


async def test_rules_that_only_lead_in_circles_forbid_nothing(site: Newsroom, fetcher: Fetcher) -> None:
    site.redirect("/robots.txt", "/robots.txt")
    assert (await fetcher.fetch(site.url("/news"), robots=True)).body == PAGE


async def test_rules_on_a_private_address_are_not_fetched() -> None:
    async def resolve(host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    async with Newsroom() as site, Scoundrel(b"HTTP/1.1 200 OK\r\n\r\n") as inside:
        site.publish("/news", PAGE)
        site.redirect("/robots.txt", f"http://inside.example:{inside.port}/robots.txt")
        fetcher = Fetcher(Polling(allow_private=("site.example",)), resolve=resolve)
        error = await refusal(fetcher, f"http://site.example:{site.port}/news")
        await fetcher.close()
        assert (error.reason, inside.connections, site.asked("/news")) == ("private", 0, [])


async def test_a_redirect_to_a_forbidden_page_is_not_followed(site: Newsroom, fetcher: Fetcher) -> None:
    async with Newsroom() as elsewhere:
        site.redirect("/old", elsewhere.url("/news"))
        rules(elsewhere, ALL_FORBIDDEN)
        assert (await refusal(fetcher, site.url("/old"))).reason == "robots"
        assert [request.path for request in elsewhere.requests] == ["/robots.txt"]


async def test_redirects_between_two_sites_never_wait_for_each_other() -> None:
    fetcher = Fetcher(Polling(allow_private=("127.0.0.1",), concurrency=1, per_host=1))
    async with Newsroom() as one, Newsroom() as other:
        one.redirect("/a", other.url("/news"))
        other.publish("/news", PAGE)
        assert (await asyncio.wait_for(fetcher.fetch(one.url("/a"), robots=True), 3)).body == PAGE
    await fetcher.close()


async def test_a_long_robots_txt_is_obeyed_as_far_as_it_is_read(site: Newsroom, fetcher: Fetcher) -> None:
    filler = b"# " + b"x" * 98 + b"\n"
    start = b"User-agent: *\nDisallow: /early\n" + filler * (MOST_BYTES // len(filler) - 10)
    rules(site, start + b"Disallow: /last\n" + filler * 30_000 + b"Disallow: /news\n")
    assert (await fetcher.fetch(site.url("/news"), robots=True)).body == PAGE
    for path in ("/early", "/last"):
        assert (await refusal(fetcher, site.url(path))).reason == "robots"


async def test_packed_rules_are_read(site: Newsroom, fetcher: Fetcher) -> None:
    rules(site, ALL_FORBIDDEN, packed=True)
    assert (await refusal(fetcher, site.url("/news"))).reason == "robots"


async def test_a_crawl_delay_keeps_pages_apart(site: Newsroom) -> None:
    fetcher = Fetcher(LOCAL)
    rules(site, b"User-agent: *\nCrawl-delay: 0.1\n")
    started = perf_counter()
    await asyncio.gather(*(fetcher.fetch(site.url("/news"), robots=True) for _ in range(4)))
    assert 0.3 <= perf_counter() - started < 2
    assert site.most == 1
    await fetcher.close()


async def test_who_would_wait_too_long_for_a_crawl_delay_comes_later(
    site: Newsroom, fetcher: Fetcher, clock: Clock
) -> None:
    rules(site, b"User-agent: *\nCrawl-delay: 86400\n")
    await fetcher.fetch(site.url("/news"), robots=True)
    waiting = [asyncio.create_task(fetcher.fetch(site.url("/news"), robots=True)) for _ in range(2)]
    await asyncio.sleep(0.05)
    error = await refusal(fetcher, site.url("/news"))
    assert error.reason == "host_rests"
    assert error.retry_after == timedelta(seconds=90), "thirty seconds each, however long the site would like"
    assert len(site.asked("/news")) == 1
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


@pytest.mark.parametrize(
    "text",
    [
        b"".join(b"User-agent: a%d\n" % number for number in range(15_000)) + b"Disallow: /x\n" * 20_000,
        (b"User-agent: *\n" + (b"Disallow: /" + b"*a" * 900 + b"b\n") * 270),
        b"User-agent: *\n" + b"".join(b"Disallow: /*a%d$\n" % number for number in range(30_000)),
    ],
    ids=["many names", "many stars", "many rules"],
)
def test_rules_made_to_keep_us_busy_do_not(text: bytes) -> None:
    started = perf_counter()
    assert read(text).can_fetch("https://site.example/" + "a" * 2_000, "wirewatch")
    assert perf_counter() - started < 3


async def test_closing_ends_a_question_that_hangs(site: Newsroom) -> None:
    fetcher = Fetcher(LOCAL)
    rules(site, b"", delay=60)
    asking = asyncio.create_task(fetcher.fetch(site.url("/news"), robots=True))
    await asyncio.sleep(0.05)
    await asyncio.wait_for(fetcher.close(), 2)
    with pytest.raises((asyncio.CancelledError, FetchError)):
        await asking


async def test_a_site_that_is_asked_too_often_for_its_rules_gets_its_pause(
    site: Newsroom, fetcher: Fetcher
) -> None:
    site.script("/robots.txt", Answer(status=429, headers={"Retry-After": "7200"}))
    assert "429" in str(await refusal(fetcher, site.url("/news")))
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(site.url("/feed"))
    assert (caught.value.reason, len(site.requests)) == ("host_rests", 1)
