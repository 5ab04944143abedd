"""Sources come, go, fail and return while the bot lives: through its commands, its files and its chats."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.acceptance.living import CHAT, Bot, Outlet, eventually, make_bot, telegram_environ
from tests.loopback import Newsroom
from tests.standins import TelegramStandIn

SETTINGS = f"""\
receivers:
  desk: {{via: telegram, chat: {CHAT}}}
routes: [{{min_score: important, to: [desk]}}]
operator: {{to: [desk]}}
"""
EARNINGS = "Alibaba cloud revenue jumps 34%, beating forecasts on AI demand"


class World:
    """Two outlets, of which the bot knows one, and a chat."""

    def __init__(self, home: Path, newsroom: Newsroom, telegram: TelegramStandIn) -> None:
        self.home = home
        self.newsroom = newsroom
        self.telegram = telegram
        self.harbour = Outlet(newsroom, "harbour")
        self.pujiang = Outlet(newsroom, "pujiang")

    def bot(self, *outlets: Outlet) -> Bot:
        """A bot with these outlets, whose operator is the desk."""
        return make_bot(self.home, list(outlets), SETTINGS, telegram_environ(self.telegram))

    @property
    def texts(self) -> list[str]:
        """What stands in the chat."""
        return [message.text for message in self.telegram.messages]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with Newsroom() as newsroom, TelegramStandIn(chats=[CHAT]) as telegram:
        yield World(tmp_path, newsroom, telegram)


async def test_a_source_that_is_gone_for_good_is_reported_once_and_the_others_go_on(world: World) -> None:
    bot = world.bot(world.harbour, world.pujiang)
    await bot.once()
    world.newsroom.publish("/pujiang.xml", status=410)
    await bot.once()
    world.harbour.publish(EARNINGS)
    await bot.once()
    await bot.once()

    (notice,) = [text for text in world.texts if "Pujiang Wire" in text]
    assert "410" in notice or "removed" in notice or "gone" in notice
    assert [text for text in world.texts if EARNINGS in text]
    assert len(world.texts) == 2
    assert len(world.newsroom.asked("/pujiang.xml")) == 2, "410 means: not again"


async def test_a_source_that_is_added_to_a_running_bot_is_read_from_then_on(world: World) -> None:
    bot = world.bot(world.harbour)
    world.pujiang.publish("Acme museum of lamps opens", minutes=600)
    async with bot.running():
        await eventually(lambda: world.newsroom.asked("/harbour.xml"))
        await bot.do("sources", "add", world.pujiang.url, "--id", "pujiang", "--every", "1s", "--yes")
        await eventually(lambda: len(world.newsroom.asked("/pujiang.xml")) > 2)
        world.pujiang.publish(EARNINGS)
        await eventually(lambda: [text for text in world.texts if EARNINGS in text])
        await bot.do("sources", "remove", "pujiang", "--yes")

    assert "pujiang" not in (bot.home / "config" / "sources.yaml").read_text()
    assert len([text for text in world.texts if EARNINGS in text]) == 1


async def test_a_site_is_added_by_its_address_alone(world: World) -> None:
    bot = world.bot(world.harbour)
    world.pujiang.publish("Acme museum of lamps opens", minutes=600)
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/pujiang.xml"></head></html>'
    world.newsroom.publish("/", page.encode(), content_type="text/html; charset=utf-8")
    out, _ = await bot.do(
        "sources", "add", world.newsroom.url("/"), "--id", "pujiang", "--every", "1s", "--yes"
    )
    await bot.once()
    world.pujiang.publish(EARNINGS)
    await bot.once()

    assert "Acme museum of lamps opens" in out
    assert "/pujiang.xml" in (bot.home / "config" / "sources.yaml").read_text()
    assert [text for text in world.texts if EARNINGS in text]
