"""Private addresses: no spelling, no name, no redirect and no second answer of a name server leads to one."""

from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import ip_address

import pytest

from bot.errors import FetchError
from bot.fetch import Fetcher
from bot.fetch.guard import is_public
from bot.model import Polling
from tests.loopback import Newsroom, Scoundrel, rss

FEED = rss([{"title": "x"}])
STRICT = Polling(timeout=timedelta(seconds=5))
LOOPBACKS = [
    *("127.0.0.1", "localhost", "localhost.", "LOCALHOST", "127.1", "0x7f.1", "0x7f000001", "2130706433"),
    *("017700000001", "0", "0.0.0.0", "127.0.0.1.", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    *("[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[fe80::1]"),
    *("[fc00::1]", "[ff02::1]", "[fe80::1%25eth0]", "１２７.0.0.1", "①②⑦.0.0.1", "127。0。0。1"),
    *("a@127.0.0.1", "example.com@127.0.0.1", "127.0.0.1%00.example.com"),
]
PRIVATE = [
    *("10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "192.0.2.1", "198.18.0.1"),
    *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.88.99.1", "64:ff9b::8.8.8.8", "2002:0808:0808::1"),
    *("2001::1", "2001:db8::1", "fd00::1", "fec0::1", "::8.8.8.8", "3fff::1", "5f00::1", "100::1"),
    "::ffff:10.0.0.1",
]
NO_ADDRESSES = [
    *("", "example.com/feed", "ftp://example.com/", "file:///etc/passwd", "http://", "http:///feed"),
    *("http://[::1", "http://exa mple.com/", "http://example.com:99999/", "http://example.com/\r\nHost: x"),
    "javascript:alert(1)",
]


@pytest.fixture
async def trap() -> AsyncIterator[Scoundrel]:
    async with Scoundrel(b"HTTP/1.1 200 OK\r\n\r\nsecret") as trap:
        yield trap


@pytest.mark.parametrize("host", LOOPBACKS)
async def test_no_spelling_of_loopback_is_asked(trap: Scoundrel, host: str) -> None:
    fetcher = Fetcher(STRICT)
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(f"http://{host}:{trap.port}/")
    await fetcher.close()
    assert caught.value.reason in ("private", "scheme", "dns")
    assert trap.connections == 0


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_outside_the_public_internet_is_private(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2400:3200::1", "::ffff:8.8.8.8"]
)
def test_an_address_of_the_public_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


async def test_a_redirect_to_a_private_address_is_refused(trap: Scoundrel) -> None:
    async with Newsroom() as newsroom:
        newsroom.redirect("/feed", f"http://inside.example:{trap.port}/")
        fetcher = Fetcher(Polling(allow_private=("news.example",)), resolve=_loopback)
        with pytest.raises(FetchError, match=r"inside\.example leads to the private address 127\.0\.0\.1"):
            await fetcher.fetch(f"http://news.example:{newsroom.port}/feed")
        await fetcher.close()
        assert len(newsroom.requests) == 1
    assert trap.connections == 0


async def test_a_name_with_one_private_address_is_refused_whole(trap: Scoundrel) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["93.184.216.34", "127.0.0.1"]

    fetcher = Fetcher(STRICT, resolve=resolve)
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(f"http://mixed.example:{trap.port}/")
    await fetcher.close()
    assert caught.value.reason == "private"
    assert trap.connections == 0


async def test_the_dialled_address_is_the_checked_one() -> None:
    answers = [["127.0.0.2"], ["127.0.0.1"], ["127.0.0.2"]]

    async def resolve(_host: str, _port: int) -> list[str]:
        return answers.pop(0)

    async with Newsroom() as newsroom:
        newsroom.publish("/feed", FEED)
        fetcher = Fetcher(Polling(allow_private=("127.0.0.1/32",)), resolve=resolve)
        with pytest.raises(FetchError, match=r"127\.0\.0\.2"):
            await fetcher.fetch(f"http://rebinding.example:{newsroom.port}/feed")
        assert not newsroom.requests
        document = await fetcher.fetch(f"http://rebinding.example:{newsroom.port}/feed")
        await fetcher.close()
    assert document.body == FEED
    assert len(answers) == 1, "a name is looked up once for a request, so no second answer can differ"
    assert newsroom.requests[0].headers["Host"] == f"rebinding.example:{newsroom.port}"


async def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.9", "127.0.0.1"]

    async with Newsroom() as newsroom:
        newsroom.publish("/feed", FEED)
        fetcher = Fetcher(Polling(allow_private=("two.example",)), resolve=resolve)
        document = await fetcher.fetch(f"http://two.example:{newsroom.port}/feed")
        await fetcher.close()
    assert document.body == FEED


@pytest.mark.parametrize("allowed", ["127.0.0.1", "127.0.0.0/8", "localhost", "LOCALHOST."])
async def test_a_private_source_that_is_named_is_fetched(allowed: str) -> None:
    async with Newsroom() as newsroom:
        newsroom.publish("/feed", FEED)
        fetcher = Fetcher(Polling(allow_private=(allowed,)), resolve=_loopback)
        document = await fetcher.fetch(f"http://localhost:{newsroom.port}/feed")
        await fetcher.close()
    assert document.body == FEED


async def _loopback(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


async def test_a_name_nobody_knows_is_called_dns() -> None:
    fetcher = Fetcher(STRICT)
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch("http://nothing.invalid/feed")
    await fetcher.close()
    assert caught.value.reason == "dns"


@pytest.mark.parametrize("address", NO_ADDRESSES)
async def test_what_is_no_web_address_is_refused(address: str) -> None:
    fetcher = Fetcher(STRICT, resolve=_loopback)
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(address)
    await fetcher.close()
    assert caught.value.reason == "scheme"


async def test_a_proxy_is_asked_and_targets_are_still_checked() -> None:
    async with Newsroom() as proxy:
        proxy.publish("/feed", FEED)
        proxy.publish("http://news.example/feed", FEED)
        fetcher = Fetcher(Polling(proxy=proxy.url("")), resolve=_by_name)
        document = await fetcher.fetch("http://news.example/feed")
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch("http://inside.example/feed")
        await fetcher.close()
    assert document.body == FEED
    assert len(proxy.requests) == 1
    assert caught.value.reason == "private"


async def _by_name(host: str, _port: int) -> list[str]:
    return ["10.0.0.1"] if host.startswith("inside") else ["93.184.216.34"]
