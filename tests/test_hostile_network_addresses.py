"""Whatever an address, a redirect, a robots.txt or a name server says: nothing private is ever connected to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count

import pytest

from bot.errors import FetchError
from bot.fetch import Fetcher
from bot.model import Polling
from tests.loopback import Newsroom, Scoundrel, rss
from tests.rawly import Raw

FEED = rss([{"title": "x"}])
SITE = Polling(allow_private=("site.example",), timeout=timedelta(seconds=5))
SPELLINGS = [
    # loopback by name and number, decimal, octal, hexadecimal and short
    *("127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.1"),
    *("0x7f.0x0.0x0.0x1", "017700000001", "0177.0.0.1", "0177.0.0.01", "0X7F000001", "localhost", "LocalHost."),
    *("0", "0.0.0.0", "00.00.00.00", "0x0", "127.0.0.1%2e", "127%2E0%2E0%2E1", "%31%32%37.0.0.1"),
    # other digits and dots
    *("１２７.0.0.1", "①②⑦.0.0.1", "127。0。0。1", "127．0．0．1", "127｡0｡0｡1", "𝟭𝟮𝟳.𝟬.𝟬.𝟭", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ"),
    # version 6: loopback, unspecified, mapped, compatible, translated, tunnelled, local, zoned
    *("[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::FFFF:127.0.0.1]"),
    *("[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]"),
    *("[2002:7f00:1::]", "[2002:7f00:0001::1]", "[2001:0:7f00:1::]", "[fe80::1]", "[fe80::1%25lo]", "[fe80::1%lo]"),
    *("[fc00::1]", "[fd12:3456::1]", "[ff02::1]", "[ff01::1]", "[fec0::1]", "[100::1]", "[2001:db8::1]"),
    # private, shared, link-local, documentation, benchmark, multicast, reserved, broadcast
    *("10.0.0.1", "10.1", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.1", "100.64.0.1"),
    *("169.254.169.254", "0xa9fea9fe", "2852039166", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1"),
    *("203.0.113.1", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    # users, paths and ends of lines in place of hosts
    *("a@127.0.0.1", "example.com@127.0.0.1", "127.0.0.1%00.example.com", "127.0.0.1%0d%0aHost:x", "a:b@[::1]"),
    *("127.0.0.1\\@example.com", "example.com%40127.0.0.1", "127.0.0.1\t", "127.0.0.1\r\nHost: x", "127.0.0.1#@x.de"),
]  # fmt: skip


@pytest.fixture
async def trap() -> AsyncIterator[Scoundrel]:
    async with Scoundrel(b"HTTP/1.1 200 OK\r\n\r\nsecret") as trap:
        yield trap


@pytest.fixture
async def site() -> AsyncIterator[Newsroom]:
    async with Newsroom() as site:
        yield site


async def resolve(host: str, port: int) -> list[str]:
    """The site is on loopback, which the configuration allows; everything else is as the system says."""
    if host == "site.example":
        return ["127.0.0.1"]
    found = await asyncio.get_running_loop().getaddrinfo(host, port)
    return [str(place[4][0]) for place in found]


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    fetcher = Fetcher(SITE, resolve=resolve)
    yield fetcher
    await fetcher.close()


def address(host: str, port: int) -> str:
    return f"http://{host}:{port}/" if "#" not in host else f"http://{host}"


@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_spelling_of_a_private_address_is_polled(trap: Scoundrel, host: str) -> None:
    """N16 and N17"""
    fetcher = Fetcher(Polling(timeout=timedelta(seconds=5)))
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(address(host, trap.port))
    await fetcher.close()
    assert caught.value.reason in ("private", "scheme", "dns")
    assert trap.connections == 0


@pytest.mark.parametrize("host", [host for host in SPELLINGS if "\r" not in host])
async def test_no_spelling_of_a_private_address_is_reached_by_redirect(
    site: Newsroom, fetcher: Fetcher, trap: Scoundrel, host: str
) -> None:
    """N13, N16 and N17: for a feed, for a page, and for the rules of a page."""
    site.redirect("/feed", address(host, trap.port).replace("\t", "%09"))
    site.redirect("/robots.txt", address(host, trap.port).replace("\t", "%09"))
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(f"http://site.example:{site.port}/feed")
    assert caught.value.reason in ("private", "scheme", "dns", "redirects")
    with pytest.raises(FetchError):
        await fetcher.fetch(f"http://site.example:{site.port}/page", robots=True)
    assert trap.connections == 0


@pytest.mark.parametrize("host", SPELLINGS[:40])
async def test_a_page_at_a_private_address_is_not_even_asked_for_its_rules(
    trap: Scoundrel, fetcher: Fetcher, host: str
) -> None:
    """N16"""
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(address(host, trap.port), robots=True)
    assert caught.value.reason in ("private", "scheme", "dns")
    assert trap.connections == 0


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd", "FILE:///etc/passwd", "ftp://example.com/", "gopher://127.0.0.1:70/", "data:,x",
        "javascript:alert(1)", "ldap://x/", "unix:///run/x", "ws://example.com/", "http:", "http://",
        "//", "https://:443/", "http://[::1", "http://x:99999/",
    ],
)  # fmt: skip
async def test_a_redirect_leads_to_web_addresses_only(site: Newsroom, fetcher: Fetcher, target: str) -> None:
    """N12"""
    site.redirect("/feed", target)
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(f"http://site.example:{site.port}/feed")
    assert caught.value.reason in ("scheme", "redirects")


async def test_a_thousand_redirects_are_followed_six_times(site: Newsroom, fetcher: Fetcher) -> None:
    """N10 and N11"""
    for number in range(1_000):
        site.redirect(f"/{number}", f"/{number + 1}", (301, 302, 303, 307, 308)[number % 5])
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(f"http://site.example:{site.port}/0")
    assert (caught.value.reason, len(site.requests)) == ("redirects", 7)


async def test_slow_redirects_share_one_time_limit() -> None:
    """N11"""
    numbers = count(1)

    async def script(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.15)
        writer.write(f"HTTP/1.1 302 Found\r\nLocation: /{next(numbers)}\r\n\r\n".encode())

    fetcher = Fetcher(Polling(allow_private=("127.0.0.1",), timeout=timedelta(seconds=0.4)))
    async with Raw(script) as server:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(server.url())
    await fetcher.close()
    assert (caught.value.reason, server.connections) == ("timeout", 3)


@pytest.mark.parametrize("robots", [False, True])
async def test_a_name_that_changes_its_address_while_it_is_asked_is_not_believed(
    site: Newsroom, trap: Scoundrel, robots: bool
) -> None:
    """N14: each look-up is checked, and the address that was checked is the one that is dialled."""
    answers: list[list[str]] = []

    async def rebinding(host: str, _port: int) -> list[str]:
        if host == "site.example":
            return ["127.0.0.1"]
        answers.append(["93.184.216.34"] if len(answers) % 2 else ["127.0.0.1"])
        return answers[-1]

    site.redirect("/feed", f"http://rebinding.example:{trap.port}/")
    fetcher = Fetcher(SITE, resolve=rebinding)
    for _ in range(3):
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(f"http://site.example:{site.port}/feed", robots=robots)
        assert caught.value.reason == "private"
        answers.append([])
    await fetcher.close()
    assert trap.connections == 0


@pytest.mark.parametrize("private", ["127.0.0.1", "10.0.0.1", "::1", "::ffff:127.0.0.1", "fe80::1%lo"])
@pytest.mark.parametrize("first", [True, False])
async def test_a_name_with_one_private_address_among_public_ones_is_refused(
    trap: Scoundrel, private: str, first: bool
) -> None:
    """N15"""

    async def mixed(_host: str, _port: int) -> list[str]:
        public = ["93.184.216.34", "2606:2800:220:1::1"]
        return [private, *public] if first else [*public, private]

    fetcher = Fetcher(Polling(), resolve=mixed)
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(f"http://mixed.example:{trap.port}/")
    await fetcher.close()
    assert (caught.value.reason, trap.connections) == ("private", 0)


@pytest.mark.parametrize("host", ["x\x1b[31m.example", "a\r\nFORGED: line", "\u202emoc.elpmaxe", "1" * 5_000])
async def test_a_strange_host_stands_in_no_log_or_message_as_it_is(
    fetcher: Fetcher, caplog: pytest.LogCaptureFixture, host: str
) -> None:
    """N17"""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(f"http://{host}/feed")
    text = str(caught.value) + caplog.text
    assert len(str(caught.value)) < 400
    assert not {"\x1b", "\r", "\u202e"} & set(text)
    assert "\nFORGED" not in text


async def test_an_admins_private_proxy_does_not_open_private_targets(
    monkeypatch: pytest.MonkeyPatch, trap: Scoundrel
) -> None:
    """N18: and the environment's proxies are not taken over."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{trap.port}")
    async with Newsroom() as newsroom:
        newsroom.publish("/feed", FEED)
        direct = Fetcher(Polling(allow_private=("127.0.0.1",)))
        assert (await direct.fetch(newsroom.url("/feed"))).body == FEED
        await direct.close()
    assert trap.connections == 0
    proxied = Fetcher(Polling(proxy=f"http://127.0.0.1:{trap.port}"))
    for target in ("http://169.254.169.254/latest", "http://10.0.0.1/", "http://localhost/"):
        with pytest.raises(FetchError) as caught:
            await proxied.fetch(target)
        assert caught.value.reason == "private"
    await proxied.close()
    assert trap.connections == 0
