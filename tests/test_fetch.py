"""Fetching: conditional requests, redirects, what servers ask for, and how little they may cost."""

import asyncio
import gzip
import logging
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import FetchError
from bot.fetch import Fetcher
from bot.model import Polling, Validators
from tests.loopback import Answer, Newsroom, Scoundrel, rss

FEED = rss([{"title": "Alibaba opens an office", "link": "https://example.com/1"}])
PACKED = gzip.compress(FEED, mtime=0)
LOCAL = Polling(allow_private=("127.0.0.0/8",), timeout=timedelta(seconds=5))


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    async with Newsroom() as newsroom:
        yield newsroom


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    fetcher = Fetcher(replace(LOCAL, contact="https://example.com/bot"))
    yield fetcher
    await fetcher.close()


async def refusal(fetcher: Fetcher, url: str, **more: object) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(url, **more)  # type: ignore[arg-type]
    return caught.value


async def test_a_feed_is_fetched_with_its_validators(newsroom: Newsroom, fetcher: Fetcher) -> None:
    newsroom.publish("/feed", FEED, etag='W/"a b"', last_modified="Tue, 01 Sep 2026 10:00:00 GMT")
    document = await fetcher.fetch(newsroom.url("/feed#top"))
    assert document.body == FEED
    assert document.status == 200
    assert document.complete
    assert document.validators == Validators('W/"a b"', "Tue, 01 Sep 2026 10:00:00 GMT")
    assert document.content_type.startswith("application/rss+xml")
    assert document.url == newsroom.url("/feed")
    assert document.moved_to is None


async def test_the_first_request_is_unconditional_and_says_who_asks(
    newsroom: Newsroom, fetcher: Fetcher
) -> None:
    newsroom.publish("/feed", FEED)
    await fetcher.fetch(newsroom.url("/feed"))
    headers = newsroom.requests[0].headers
    assert headers["User-Agent"].startswith("Wirewatch/")
    assert headers["User-Agent"].endswith("(+https://example.com/bot)")
    assert headers["Accept-Encoding"] == "gzip"
    assert not {"If-None-Match", "If-Modified-Since", "Cookie", "Referer"} & set(headers)


async def test_an_unchanged_feed_costs_no_body(newsroom: Newsroom, fetcher: Fetcher) -> None:
    newsroom.publish("/feed", FEED, etag='"1"', last_modified="yesterday")
    first = await fetcher.fetch(newsroom.url("/feed"))
    again = await fetcher.fetch(
        newsroom.url("/feed"), validators=first.validators, known_hash=first.body_hash
    )
    assert (again.status, again.body, again.body_hash) == (304, None, first.body_hash)
    sent = newsroom.requests[1].headers
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('"1"', "yesterday")


async def test_a_304_may_bring_new_validators(newsroom: Newsroom, fetcher: Fetcher) -> None:
    newsroom.publish("/feed", status=304, etag='"2"')
    document = await fetcher.fetch(newsroom.url("/feed"), validators=Validators('"1"', "monday"))
    assert document.validators == Validators('"2"', "monday")


async def test_a_304_that_nobody_asked_for_is_an_error(newsroom: Newsroom, fetcher: Fetcher) -> None:
    newsroom.publish("/feed", status=304)
    assert (await refusal(fetcher, newsroom.url("/feed"))).reason == "protocol"


async def test_the_same_body_is_not_returned_twice(newsroom: Newsroom, fetcher: Fetcher) -> None:
    newsroom.publish("/feed", FEED)
    first = await fetcher.fetch(newsroom.url("/feed"))
    again = await fetcher.fetch(newsroom.url("/feed"), known_hash=first.body_hash)
    assert (again.status, again.body) == (200, None)
    newsroom.publish("/feed", FEED + b"\n")
    assert (await fetcher.fetch(newsroom.url("/feed"), known_hash=first.body_hash)).body == FEED + b"\n"


async def test_permanent_redirects_name_the_new_address(newsroom: Newsroom, fetcher: Fetcher) -> None:
    newsroom.redirect("/old", "/older?a=1", 301)
    newsroom.redirect("/older", newsroom.url("/feed"), 308)
    newsroom.publish("/feed", FEED)
    document = await fetcher.fetch(newsroom.url("/old"))
    assert document.body == FEED
    assert document.moved_to == document.url == newsroom.url("/feed")


async def test_a_chain_with_one_temporary_redirect_is_not_remembered(
    newsroom: Newsroom, fetcher: Fetcher
) -> None:
    newsroom.redirect("/old", "/older", 301)
    newsroom.redirect("/older", "/feed", 302)
    newsroom.publish("/feed", FEED)
    assert (await fetcher.fetch(newsroom.url("/old"))).moved_to is None


async def test_a_redirect_loop_ends(newsroom: Newsroom, fetcher: Fetcher) -> None:
    newsroom.redirect("/a", "/b")
    newsroom.redirect("/b", "/a")
    assert (await refusal(fetcher, newsroom.url("/a"))).reason == "redirects"
    assert len(newsroom.requests) == 7


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://example.com/", "gopher://x/", "data:text/plain,x"]
)
async def test_a_redirect_to_another_kind_of_address_is_refused(
    newsroom: Newsroom, fetcher: Fetcher, target: str
) -> None:
    newsroom.redirect("/a", target)
    assert (await refusal(fetcher, newsroom.url("/a"))).reason == "scheme"


async def test_own_headers_stay_with_their_origin(newsroom: Newsroom, fetcher: Fetcher) -> None:
    async with Newsroom() as elsewhere:
        newsroom.redirect("/a", "/b")
        newsroom.redirect("/b", elsewhere.url("/feed"))
        elsewhere.publish("/feed", FEED)
        await fetcher.fetch(newsroom.url("/a"), headers={"Authorization": "Bearer s3cret"})
        assert [request.headers.get("Authorization") for request in newsroom.requests] == [
            "Bearer s3cret"
        ] * 2
        assert "Authorization" not in elsewhere.requests[0].headers


async def test_cookies_are_not_kept(newsroom: Newsroom, fetcher: Fetcher) -> None:
    newsroom.publish("/feed", FEED, headers={"Set-Cookie": "id=1; Path=/"})
    await fetcher.fetch(newsroom.url("/feed"))
    await fetcher.fetch(newsroom.url("/feed"))
    assert "Cookie" not in newsroom.requests[1].headers


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429, 500, 503, 206])
async def test_a_refusal_keeps_its_status(newsroom: Newsroom, fetcher: Fetcher, status: int) -> None:
    newsroom.publish("/feed", b"x", status=status)
    error = await refusal(fetcher, newsroom.url("/feed"))
    assert (error.reason, error.status) == ("status", status)
    assert str(status) in str(error)


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("0", timedelta(seconds=1)),
        ("999999999", timedelta(hours=24)),
        ("Tue, 01 Sep 2026 10:02:00 GMT", timedelta(minutes=2)),
        ("Tue, 01 Sep 2020 10:02:00 GMT", timedelta(seconds=1)),
        ("Tue, 01 Sep 2036 10:02:00 GMT", timedelta(hours=24)),
        ("soon", None),
        ("-5", None),
    ],
)
async def test_a_server_says_when_to_come_again(
    newsroom: Newsroom, fetcher: Fetcher, asked: str, wait: timedelta | None
) -> None:
    date = {"Date": "Tue, 01 Sep 2026 10:00:00 GMT"}
    newsroom.publish("/feed", status=429, headers={"Retry-After": asked, **date})
    assert (await refusal(fetcher, newsroom.url("/feed"))).retry_after == wait


@pytest.mark.parametrize(
    ("headers", "floor"),
    [
        ({"Cache-Control": "public, max-age=600"}, timedelta(minutes=10)),
        ({"Cache-Control": "max-age=600", "Age": "200"}, timedelta(seconds=400)),
        ({"Cache-Control": "max-age=600, no-cache"}, None),
        ({"Cache-Control": "max-age=0", "Expires": "Tue, 01 Sep 2026 11:00:00 GMT"}, None),
        ({"Expires": "Tue, 01 Sep 2026 11:00:00 GMT"}, timedelta(hours=1)),
        ({"Expires": "0"}, None),
        ({"Cache-Control": "max-age=99999999999"}, timedelta(hours=24)),
        ({}, None),
    ],
)
async def test_freshness_is_a_floor_for_the_next_poll(
    newsroom: Newsroom, fetcher: Fetcher, headers: dict[str, str], floor: timedelta | None
) -> None:
    newsroom.publish("/feed", FEED, headers={"Date": "Tue, 01 Sep 2026 10:00:00 GMT", **headers})
    assert (await fetcher.fetch(newsroom.url("/feed"))).floor == floor


@pytest.mark.parametrize("packer", ["gzip", "zlib", "raw", "unannounced", "two members", "plain after all"])
async def test_packed_bodies_are_unpacked(newsroom: Newsroom, fetcher: Fetcher, packer: str) -> None:
    raw = zlib.compressobj(wbits=-15)
    body, coding = {
        "gzip": (gzip.compress(FEED, mtime=0), "gzip"),
        "zlib": (zlib.compress(FEED), "deflate"),
        "raw": (raw.compress(FEED) + raw.flush(), "deflate"),
        "unannounced": (gzip.compress(FEED, mtime=0), ""),
        "two members": (gzip.compress(FEED[:100]) + gzip.compress(FEED[100:]), "gzip"),
        "plain after all": (FEED, "gzip"),
    }[packer]
    newsroom.publish("/feed", body, headers={"Content-Encoding": coding} if coding else {})
    assert (await fetcher.fetch(newsroom.url("/feed"))).body == FEED


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (gzip.compress(gzip.compress(FEED, mtime=0), mtime=0), "gzip, gzip"),
        (b"x", "br"),
        (b"x", "zstd"),
        (gzip.compress(FEED, mtime=0)[:-20], "gzip"),
        (gzip.compress(FEED * 100, mtime=0)[:30] + b"\x00" * 40, "gzip"),
    ],
)
async def test_packings_that_were_not_asked_for_and_damaged_ones_are_refused(
    newsroom: Newsroom, fetcher: Fetcher, body: bytes, coding: str
) -> None:
    newsroom.publish("/feed", body, headers={"Content-Encoding": coding})
    assert (await refusal(fetcher, newsroom.url("/feed"))).reason == "encoding"


async def test_a_bomb_is_not_unpacked(newsroom: Newsroom, fetcher: Fetcher) -> None:
    newsroom.publish("/feed", gzip.compress(bytes(9_000_000)), headers={"Content-Encoding": "gzip"})
    assert (await refusal(fetcher, newsroom.url("/feed"))).reason == "bomb"


@pytest.mark.parametrize("packed", [False, True])
async def test_a_body_beyond_the_limit_is_refused(newsroom: Newsroom, packed: bool) -> None:
    fetcher = Fetcher(Polling(allow_private=("127.0.0.1",), max_body=1_000))
    newsroom.publish("/feed", b"<rss>" + b"x" * 1_000, packed=packed)
    assert (await refusal(fetcher, newsroom.url("/feed"))).reason == "too_big"
    await fetcher.close()


@pytest.mark.parametrize("slow", [{"delay": 5.0}, {"drip": 0.02}])
async def test_the_time_limit_covers_head_and_body(newsroom: Newsroom, slow: dict[str, float]) -> None:
    fetcher = Fetcher(Polling(allow_private=("127.0.0.1",), timeout=timedelta(seconds=0.3)))
    newsroom.publish("/feed", FEED, **slow)  # type: ignore[arg-type]
    started = asyncio.get_running_loop().time()
    assert (await refusal(fetcher, newsroom.url("/feed"))).reason == "timeout"
    assert asyncio.get_running_loop().time() - started < 2
    await fetcher.close()


async def test_one_host_gets_few_requests_at_once(newsroom: Newsroom, fetcher: Fetcher) -> None:
    newsroom.publish("/feed", FEED, delay=0.03)
    await asyncio.gather(*(fetcher.fetch(newsroom.url("/feed")) for _ in range(10)))
    assert len(newsroom.requests) == 10
    assert newsroom.most == LOCAL.per_host


async def test_waiting_for_a_slot_is_not_counted_as_slowness(newsroom: Newsroom) -> None:
    fetcher = Fetcher(Polling(allow_private=("127.0.0.1",), per_host=1, timeout=timedelta(seconds=0.5)))
    newsroom.publish("/feed", FEED, delay=0.2)
    documents = await asyncio.gather(*(fetcher.fetch(newsroom.url("/feed")) for _ in range(4)))
    assert all(document.body == FEED for document in documents)
    await fetcher.close()


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (b"no http at all\r\n\r\n", "protocol"),
        (b"", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nxxxxxx", "protocol"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000 + b"\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 500\r\n\r\n" + PACKED[:60],
         "protocol"),
    ],
)  # fmt: skip
async def test_a_server_that_talks_nonsense_is_named(fetcher: Fetcher, reply: bytes, reason: str) -> None:
    async with Scoundrel(reply) as server:
        assert (await refusal(fetcher, server.url())).reason == reason


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5000\r\n\r\n" + FEED,
        b"Transfer-Encoding: chunked\r\n\r\n64\r\n" + FEED[:100] + b"\r\n",
    ],
)
async def test_a_body_cut_off_on_the_way_is_marked_incomplete(fetcher: Fetcher, head: bytes) -> None:
    async with Scoundrel(b"HTTP/1.1 200 OK\r\nETag: x\r\n" + head) as server:
        document = await fetcher.fetch(server.url())
    assert not document.complete
    assert document.body
    assert document.validators == Validators()
    assert document.body_hash == ""


async def test_a_closed_port_is_called_refused(fetcher: Fetcher) -> None:
    async with Scoundrel(b"") as server:
        address = server.url()
    assert (await refusal(fetcher, address)).reason == "refused"


async def test_broken_encryption_fails_closed(newsroom: Newsroom, fetcher: Fetcher) -> None:
    address = newsroom.url("/feed").replace("http:", "https:")
    assert (await refusal(fetcher, address)).reason == "tls"


async def test_secrets_stay_out_of_errors_and_logs(
    newsroom: Newsroom, fetcher: Fetcher, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    newsroom.publish("/feed", b"x", status=403)
    url = newsroom.url("/feed?key=s3cret")
    errors = [
        await refusal(fetcher, url, headers={"Authorization": "Bearer s3cret"}),
        await refusal(fetcher, url, headers={"Authorization": "s3cret\r\nX: y"}),
        await refusal(fetcher, url.replace("//", "//user:s3cret@")),
    ]
    assert "s3cret" not in caplog.text + "".join(f"{error!r} {error.__cause__!r}" for error in errors)


async def test_a_fetch_after_an_error_works(newsroom: Newsroom, fetcher: Fetcher) -> None:
    newsroom.script("/feed", Answer(status=500), Answer(body=FEED))
    await refusal(fetcher, newsroom.url("/feed"))
    assert (await fetcher.fetch(newsroom.url("/feed"))).body == FEED
