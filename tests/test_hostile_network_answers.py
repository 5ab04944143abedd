"""Servers that answer slowly, endlessly, wrongly or not at all cost one failed poll, named by its cause."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import threading
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import FetchError
from bot.fetch import Fetcher, guard, wire
from bot.model import Polling
from tests.certificates import certificate
from tests.loopback import Newsroom, Scoundrel, rss
from tests.rawly import Raw, Script, endlessly, saying

FEED = rss([{"title": "Alibaba opens an office", "link": "https://example.com/1"}])
OK = b"HTTP/1.1 200 OK\r\n"
SHORT = Polling(allow_private=("127.0.0.0/8",), timeout=timedelta(seconds=0.4), max_body=200_000)
GZIP = OK + b"Content-Encoding: gzip\r\n\r\n"


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    fetcher = Fetcher(SHORT)
    yield fetcher
    await fetcher.close()


@pytest.fixture
async def patient() -> AsyncIterator[Fetcher]:
    """One for which a busy machine is never too slow."""
    fetcher = Fetcher(replace(SHORT, timeout=timedelta(seconds=10)))
    yield fetcher
    await fetcher.close()


async def refusal(fetcher: Fetcher, url: str) -> FetchError:
    """Fetch what can't be fetched: the error must come within the time limit, not long after."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(url)
    assert loop.time() - started < 3
    return caught.value


@pytest.mark.parametrize(
    ("errno", "words"),
    [
        (socket.EAI_NONAME, "is not known to the name server; check the spelling"),
        (socket.EAI_AGAIN, "the name server has no answer for news.example at the moment"),
        (socket.EAI_FAIL, "the name server has no answer for news.example at the moment"),
    ],
)
async def test_a_name_without_an_address_says_why(errno: int, words: str) -> None:
    """N1"""

    async def resolve(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(errno, "x")

    fetcher = Fetcher(SHORT, resolve=resolve)
    error = await refusal(fetcher, "http://news.example/feed")
    await fetcher.close()
    assert error.reason == "dns"
    assert words in str(error)


async def test_a_name_server_that_hangs_meets_the_time_limit() -> None:
    """N1"""

    async def resolve(_host: str, _port: int) -> list[str]:
        await asyncio.sleep(30)
        return []

    fetcher = Fetcher(SHORT, resolve=resolve)
    assert (await refusal(fetcher, "http://news.example/feed")).reason == "timeout"
    await fetcher.close()


async def test_hanging_look_ups_take_no_more_threads_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """N1: the system's resolver can't be stopped, so only so many may hang."""
    end = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        end.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    monkeypatch.setattr(guard, "_RESOLVERS", 16)
    before = threading.active_count()
    fetcher = Fetcher(Polling(timeout=timedelta(seconds=0.4), concurrency=64))
    try:
        urls = [f"http://h{number}.example/" for number in range(60)]
        results = await asyncio.gather(*map(fetcher.fetch, urls), return_exceptions=True)
        assert {getattr(result, "reason", result) for result in results} == {"timeout"}
        assert threading.active_count() - before <= 16
    finally:
        end.set()
        await fetcher.close()


async def test_a_server_that_takes_no_connection_meets_the_time_limit(fetcher: Fetcher) -> None:
    """N4: its queue is full, so that the greeting is never returned."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        queued = [socket.socket() for _ in range(4)]
        for one in queued:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        error = await refusal(fetcher, f"http://127.0.0.1:{full.getsockname()[1]}/")
        for one in queued:
            one.close()
    assert error.reason == "timeout"


@pytest.mark.parametrize(
    "script",
    [
        endlessly(OK + b"\r\n", b"x", pause=0.01),
        saying(*(bytes([byte]) for byte in (OK + b"Server: slow\r\n\r\n") * 9), pause=0.02),
        endlessly(OK, b"X-More: 1\r\n", pause=0.01),
        endlessly(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n", pause=0.001),
        endlessly(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        endlessly(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", pause=0.01),
        endlessly(GZIP, b"", pause=0.01),
    ],
    ids=["slow body", "slow head", "slow headers", "early hints", "continues", "slow chunks", "silent body"],
)
async def test_a_server_that_never_comes_to_an_end_is_cut_off(fetcher: Fetcher, script: Script) -> None:
    """N5, N6, N20 and N29"""
    async with Raw(script) as server:
        assert (await refusal(fetcher, server.url())).reason in ("timeout", "protocol")


async def test_a_body_without_end_is_cut_at_the_limit() -> None:
    """N7"""
    sent = 0

    async def script(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(OK + b"\r\n")
        while True:
            writer.write(b"x" * 10_000)
            await writer.drain()
            sent += 10_000

    fetcher = Fetcher(Polling(allow_private=("127.0.0.1",), max_body=200_000))
    async with Raw(script) as server:
        assert (await refusal(fetcher, server.url())).reason == "too_big"
    await fetcher.close()
    assert sent < 20_000_000


def _deflated(body: bytes) -> bytes:
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "body", "reasons"),
    [
        ("gzip", gzip.compress(bytes(50_000_000), mtime=0), {"bomb", "too_big"}),
        ("gzip", gzip.compress(bytes(1_000_000), mtime=0) * 50, {"bomb", "too_big"}),
        ("deflate", _deflated(bytes(50_000_000)), {"bomb", "too_big"}),
        ("gzip, gzip", gzip.compress(gzip.compress(FEED)), {"encoding"}),
        ("gzip, deflate, gzip, deflate", b"x", {"encoding"}),
        ("br", b"\x5b\xff\xff\x7f" * 20, {"encoding"}),
        ("zstd", b"\x28\xb5\x2f\xfd" * 20, {"encoding"}),
        ("compress", b"\x1f\x9d\x90", {"encoding"}),
        ("gzip", gzip.compress(FEED, mtime=0)[:50], {"encoding"}),
        ("gzip", gzip.compress(FEED, mtime=0)[:40] + b"\xff" * 200, {"encoding"}),
    ],
)
async def test_no_packing_unfolds_beyond_the_limit_or_gives_half_a_document(
    patient: Fetcher, coding: str, body: bytes, reasons: set[str]
) -> None:
    """N8 and N9"""
    head = OK + f"Content-Encoding: {coding}\r\n\r\n".encode()
    async with Raw(saying(head + body)) as server:
        assert (await refusal(patient, server.url())).reason in reasons


@pytest.mark.parametrize(
    "lengths",
    [["-5"], ["5", "6"], ["0x10"], ["1e3"], ["99999999999999999999"], ["12; 13"]],
)
async def test_a_length_that_makes_no_sense_is_refused(fetcher: Fetcher, lengths: list[str]) -> None:
    """N19"""
    head = OK + "".join(f"Content-Length: {length}\r\n" for length in lengths).encode() + b"\r\n"
    async with Raw(saying(head + FEED)) as server:
        assert (await refusal(fetcher, server.url())).reason in ("protocol", "too_big")


@pytest.mark.parametrize("announced", [len(FEED) + 1, len(FEED) * 10])
async def test_a_body_shorter_than_announced_is_known_to_be_a_part(fetcher: Fetcher, announced: int) -> None:
    """N19"""
    async with Raw(saying(OK + f"Content-Length: {announced}\r\nETag: x\r\n\r\n".encode() + FEED)) as server:
        document = await fetcher.fetch(server.url())
    assert (document.body, document.complete, document.validators.etag, document.body_hash) == (
        FEED,
        False,
        None,
        "",
    )


async def test_a_body_longer_than_announced_ends_where_it_was_announced(fetcher: Fetcher) -> None:
    """N19"""
    async with Raw(saying(OK + b"Content-Length: 9\r\n\r\n" + FEED)) as server:
        assert (await fetcher.fetch(server.url())).body == FEED[:9]


def reset(after: bytes) -> Script:
    """Say something, then break the connection off."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(after)
        await writer.drain()
        await asyncio.sleep(0.05)
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return script


@pytest.mark.parametrize(
    "said",
    [b"", b"HTTP/1.1 2", OK + b"Content-Length: 99\r\n\r\n", GZIP + gzip.compress(FEED)[:40]],
    ids=["nothing", "half a line", "no body", "half a packed body"],
)
async def test_a_connection_that_breaks_is_an_error(fetcher: Fetcher, said: bytes) -> None:
    """N20"""
    async with Raw(reset(said)) as server:
        assert (await refusal(fetcher, server.url())).reason in ("network", "protocol", "encoding")


async def test_a_connection_that_breaks_in_a_plain_body_leaves_a_part(fetcher: Fetcher) -> None:
    """N20"""
    async with Raw(reset(OK + b"Content-Length: 9999\r\n\r\n" + FEED[:200])) as server:
        document = await fetcher.fetch(server.url())
    assert (document.body, document.complete) == (FEED[:200], False)


async def test_ten_thousand_cookies_are_neither_kept_nor_sent(fetcher: Fetcher) -> None:
    """N28"""
    cookies = b"".join(b"Set-Cookie: c%d=1\r\n" % number for number in range(10_000))
    async with Raw(saying(OK + cookies + b"\r\n" + FEED)) as server:
        assert (await refusal(fetcher, server.url())).reason == "protocol"
    few = {"Set-Cookie": "id=1; Path=/; Max-Age=99999"}
    async with Newsroom() as newsroom:
        newsroom.publish("/feed", FEED, headers=few)
        for _ in range(3):
            await fetcher.fetch(newsroom.url("/feed"))
        assert all("Cookie" not in request.headers for request in newsroom.requests)


@pytest.mark.parametrize("status", [204, 205, 206, 299, 300, 305, 402, 418, 451, 511, 599])
async def test_a_status_that_brings_no_document_fails_that_fetch_only(fetcher: Fetcher, status: int) -> None:
    """N29"""
    async with Raw(saying(f"HTTP/1.1 {status} Odd\r\nContent-Length: 0\r\n\r\n".encode())) as server:
        error = await refusal(fetcher, server.url())
    assert (error.reason, error.status) == ("status", status)
    async with Newsroom() as newsroom:
        newsroom.publish("/feed", FEED)
        assert (await fetcher.fetch(newsroom.url("/feed"))).body == FEED


@pytest.mark.parametrize(
    "said",
    [
        b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18),
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 9999 X\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"ICY 200 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH_9\r\n",
        b"\x16\x03\x01" + bytes(200),
        OK + b": no name\r\n\r\n",
        OK + b"X\x00Y: 1\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_called_that(fetcher: Fetcher, said: bytes) -> None:
    """N29: frames of another protocol, versions and headers that don't exist."""
    async with Scoundrel(said) as server:
        assert (await refusal(fetcher, server.url())).reason == "protocol"


async def test_early_hints_before_an_answer_do_no_harm(fetcher: Fetcher) -> None:
    """N29"""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" * 5
    async with Raw(saying(hints + OK + b"\r\n" + FEED)) as server:
        assert (await fetcher.fetch(server.url())).body == FEED


@pytest.mark.parametrize(
    ("host", "days", "trusted", "words"),
    [
        ("good.example", (-1, 30), True, ""),
        ("good.example", (-1, 30), False, "self-signed certificate"),
        ("good.example", (-30, -1), True, "certificate has expired"),
        ("good.example", (1, 30), True, "certificate is not yet valid"),
        ("other.example", (-1, 30), True, "Hostname mismatch"),
    ],
    ids=["good", "self-signed", "expired", "not yet valid", "wrong host"],
)
async def test_only_a_valid_certificate_of_the_host_is_accepted(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    days: tuple[int, int],
    trusted: bool,
    words: str,
) -> None:
    """N3"""
    shown = certificate(host, days=days)
    if trusted:
        monkeypatch.setattr(wire, "_tls", shown.trusting)

    async def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    fetcher = Fetcher(Polling(allow_private=("127.0.0.1",)), resolve=resolve)
    async with Raw(saying(OK + b"\r\n" + FEED), tls=shown.server(tmp_path)) as server:
        url = f"https://good.example:{server.port}/feed"
        if words:
            error = await refusal(fetcher, url)
            assert error.reason == "tls"
            assert words in str(error)
        else:
            assert (await fetcher.fetch(url)).body == FEED
    await fetcher.close()


@pytest.mark.parametrize(
    "said",
    [b"\x15\x03\x00\x00\x02\x02\x28", b"\x16\x03\x00\x00\x04\x02\x00\x00\x00", b"HTTP/1.1 400 Bad\r\n\r\n"],
)
async def test_encryption_of_the_last_century_fails_closed(fetcher: Fetcher, said: bytes) -> None:
    """N3: SSLv3, an alert, or none at all."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(said)
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert (await refusal(fetcher, f"https://127.0.0.1:{port}/")).reason == "tls"
    server.close()
    await server.wait_closed()
