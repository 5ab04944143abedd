"""Wherever an address comes from, a person, a feed, a page, a redirect: nothing inside is ever connected to."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

import bot
from bot.app.looking import Wanted, look
from bot.errors import FetchError, ParseError
from bot.fetch import Fetcher
from bot.model import ParsedEntry, Polling, Source
from bot.pipeline.articles import read_articles
from bot.pipeline.children import read_children
from bot.sandbox import Sandbox
from tests.loopback import Newsroom
from tests.newsmaking import NOON
from tests.ssrf import addresses, hosts, resolve

SORTED = {"private", "scheme", "dns", "redirects"}
ROOT = Path(bot.__file__).parent
ASKS = re.compile(
    r"^\s*(?:import|from) (?:httpx|aiohttp|requests|urllib\.request|http\.client|urllib3|ftplib)\b",
    re.MULTILINE,
)
MAY_ASK = ("fetch/", "channels/", "schedule/pinging.py", "demo/newsroom.py")
"""Who may speak HTTP: the guarded fetcher, what speaks to services that the operator names, and the demo to itself."""


def batched(many: list[str], size: int) -> list[list[str]]:
    return [many[at : at + size] for at in range(0, len(many), size)]


class Trap:
    """Listens on loopback, in both versions, and counts who comes."""

    def __init__(self) -> None:
        self.connections = 0
        self.port = 0
        self._servers: list[asyncio.Server] = []

    async def open(self) -> None:
        first = await asyncio.start_server(self._met, "127.0.0.1", 0)
        self.port = int(first.sockets[0].getsockname()[1])
        self._servers.append(first)
        for host in ("::1", "127.0.0.2"):
            with suppress(OSError):
                self._servers.append(await asyncio.start_server(self._met, host, self.port))

    async def _met(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.close()

    async def close(self) -> None:
        for server in self._servers:
            server.close()


@dataclass
class World:
    """A site that may be asked and that leads astray, and what looks at it."""

    site: Newsroom
    trap: Trap
    fetcher: Fetcher
    sandbox: Sandbox

    def at(self, path: str) -> str:
        return f"http://site.example:{self.site.port}{path}"

    async def asked(self, addresses: Iterable[str], ask: Callable[[str], Awaitable[object]]) -> None:
        """Ask for each; every one must be refused by name, and nobody may come to the trap."""
        for address in addresses:
            with pytest.raises(FetchError) as caught:
                await ask(address)
            assert caught.value.reason in SORTED, (address, caught.value.reason, str(caught.value))
            assert str(caught.value).isprintable(), address
        assert self.trap.connections == 0


@pytest.fixture
async def world() -> AsyncIterator[World]:
    trap = Trap()
    await trap.open()
    allowed = ("site.example", *(f"{number}.site.example" for number in range(300)))
    fetcher = Fetcher(
        Polling(allow_private=allowed, timeout=timedelta(seconds=5), per_host=8), resolve=resolve
    )
    sandbox = Sandbox(workers=1)
    async with Newsroom() as site:
        yield World(site, trap, fetcher, sandbox)
    await fetcher.close()
    await sandbox.close()
    await trap.close()


def test_there_are_more_than_a_hundred_and_fifty_spellings() -> None:
    assert len(hosts()) >= 150


async def test_the_trap_catches_who_comes(world: World) -> None:
    with socket.create_connection(("127.0.0.1", world.trap.port)):
        await asyncio.sleep(0.01)
    assert world.trap.connections == 1


async def test_no_source_that_is_polled_or_read_in_the_terminal_leads_inside(world: World) -> None:
    await world.asked(addresses(world.trap.port), world.fetcher.fetch)


async def test_no_page_leads_inside_nor_do_its_rules(world: World) -> None:
    await world.asked(addresses(world.trap.port), lambda address: world.fetcher.fetch(address, robots=True))


async def test_no_chain_of_redirects_leads_inside(world: World) -> None:
    numbers = count()

    async def follow(address: str) -> object:
        number = next(numbers)
        world.site.redirect(f"/{number}", f"/{number}/on", 302)
        world.site.redirect(
            f"/{number}/on", address.replace("\t", "%09"), (301, 302, 303, 307, 308)[number % 5]
        )
        return await world.fetcher.fetch(world.at(f"/{number}"))

    relative = {"//", "http:/127.0.0.1:", "http:///"}
    wanted = [one for one in addresses(world.trap.port)[::2] if not one.startswith(tuple(relative))]
    await world.asked(wanted, follow)


async def test_no_robots_txt_that_is_moved_leads_inside(world: World) -> None:
    for number, address in enumerate(addresses(world.trap.port)[1::2]):
        world.site.redirect("/robots.txt", address.replace("\t", "%09"))
        with pytest.raises(FetchError):
            await world.fetcher.fetch(f"http://{number}.site.example:{world.site.port}/page", robots=True)
    assert world.trap.connections == 0
    assert len(world.site.asked("/robots.txt")) >= len(addresses(1)) // 2, "each was met"


async def test_no_sitemap_in_an_index_leads_inside(world: World) -> None:
    wanted = addresses(world.trap.port)
    with pytest.raises(FetchError) as caught:
        await read_children(
            wanted, {}, fetcher=world.fetcher, sandbox=world.sandbox, headers=lambda _: {}, now=NOON
        )
    assert caught.value.reason in SORTED
    assert world.trap.connections == 0


async def test_no_article_of_a_feed_leads_inside(world: World) -> None:
    source = Source(id="acme", name="Acme", url=world.at("/feed"))
    for some in batched(addresses(world.trap.port), 12):
        items = {at: ParsedEntry(uid=str(at), url=url, title="x") for at, url in enumerate(some)}
        found = await read_articles(
            source, items, fetcher=world.fetcher, sandbox=world.sandbox, headers=lambda _: {}
        )
        assert found == {}
    assert world.trap.connections == 0


async def test_no_page_that_somebody_adds_as_a_source_leads_inside(world: World) -> None:
    """Discovery: the feeds that a page names, and the sitemaps of its robots.txt."""
    for number, some in enumerate(batched(addresses(world.trap.port)[::6], 5)):
        named = "".join(
            f'<link rel="alternate" type="application/rss+xml" href="{escape(one, {chr(34): "&quot;"})}">'
            for one in some
        )
        world.site.publish(
            f"/{number}", f"<html><head>{named}</head></html>".encode(), content_type="text/html"
        )
        maps = "".join(f"Sitemap: {one}\n" for one in some if one.isprintable())
        world.site.publish("/robots.txt", maps.encode(), content_type="text/plain")
        with pytest.raises((FetchError, ParseError)):
            await look(Wanted(url=world.at(f"/{number}")), world.fetcher, world.sandbox)
    assert world.trap.connections == 0


def test_nothing_but_the_fetcher_asks_for_what_feeds_and_people_name() -> None:
    """So pictures, imported lists and links of feeds are never fetched beside it."""
    asking = {str(path.relative_to(ROOT)) for path in ROOT.rglob("*.py") if ASKS.search(path.read_text())}
    assert {each for each in asking if not each.startswith(MAY_ASK)} == set()
    assert any(each.startswith("fetch/") for each in asking)
