"""The bot is asked to end: what is under way ends, what waits stays owed, and nothing is left half done."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.living import CHAT, Bot, Outlet, Running, eventually, make_bot, telegram_environ
from tests.loopback import Newsroom
from tests.standins import TelegramStandIn

NEWS = (
    "Alibaba cloud revenue jumps 34%, beating forecasts on AI demand",
    "Tencent sued over patents in Texas court",
    "Moonshot AI raises $450 million from pension funds",
    "Tencent quarterly profit falls 20%, missing forecasts",
    "Alibaba cuts 3,000 jobs in logistics restructuring",
)
SETTINGS = f"""\
receivers: {{desk: {{via: telegram, chat: {CHAT}}}}}
routes: [{{min_score: important, to: [desk]}}]
"""


class World:
    """One outlet, one chat, one bot that has seen its baseline."""

    def __init__(self, bot: Bot, harbour: Outlet, telegram: TelegramStandIn) -> None:
        self.bot = bot
        self.harbour = harbour
        self.telegram = telegram

    def told(self) -> list[str]:
        """The texts of the alerts so far."""
        return [message.text for message in self.telegram.messages if not message.silent]

    def rows(self, question: str) -> list[Any]:
        """Ask the bot's database."""
        with sqlite3.connect(self.bot.home / "state" / "wirewatch.db") as conn:
            return [row[0] for row in conn.execute(question)]

    def slow_down(self, seconds: float) -> None:
        """Let the newsroom take its time with every answer from now on."""
        answers = self.harbour.newsroom._answers
        for path, given in answers.items():
            answers[path] = [replace(each, delay=seconds) for each in given]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with Newsroom() as newsroom, TelegramStandIn(chats=[CHAT]) as telegram:
        harbour = Outlet(newsroom, "harbour")
        bot = make_bot(tmp_path, [harbour], SETTINGS, telegram_environ(telegram))
        await bot.once()
        yield World(bot, harbour, telegram)


async def ended(running: Running, within: float) -> int:
    """Wait for the end of the process and return its code."""
    return await asyncio.wait_for(running.process.wait(), within)


async def test_a_poll_under_way_ends_and_is_kept(world: World) -> None:
    async with world.bot.running() as running:
        world.harbour.publish("Tencent opens a public library in Turin")
        await eventually(lambda: world.rows("SELECT title FROM entries"))  # it decides
        world.harbour.publish(NEWS[0])
        world.slow_down(0.7)
        await eventually(lambda: world.harbour.newsroom.now)
        running.process.send_signal(signal.SIGTERM)
        assert await ended(running, 20) == 0

    assert NEWS[0] in world.rows("SELECT title FROM entries")
    assert world.rows("SELECT id FROM sources WHERE lease_owner IS NOT NULL") == []
    assert world.rows("SELECT state FROM deliveries WHERE state = 'sending'") == []


async def test_a_send_under_way_arrives_and_what_waits_for_its_turn_stays_owed(world: World) -> None:
    async with world.bot.running() as running:
        await eventually(lambda: world.telegram.messages)  # the greeting
        world.telegram.fail_next(1, "slow", method="sendMessage", seconds=1.0)
        for news in NEWS:
            world.harbour.publish(news)
        await eventually(lambda: world.telegram.calls["sendMessage"] > len(world.telegram.messages))
        running.process.send_signal(signal.SIGINT)
        assert await ended(running, 20) == 0

    assert world.rows("SELECT state FROM deliveries WHERE state = 'sending'") == []
    assert world.rows("SELECT id FROM deliveries WHERE maybe_repeat") == []
    sent = world.rows("SELECT id FROM deliveries WHERE kind = 'alert' AND state = 'sent'")
    assert len(sent) == len(world.told()) >= 1
    await world.bot.once()
    assert sorted(text.splitlines()[1] for text in world.told()) == sorted(NEWS)


async def test_a_second_signal_ends_at_once(world: World) -> None:
    async with world.bot.running() as running:
        world.slow_down(60)
        await eventually(lambda: world.harbour.newsroom.now)
        running.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.2)
        assert running.process.returncode is None, "it waits for its poll"
        running.process.send_signal(signal.SIGTERM)
        assert await ended(running, 5) == 128 + signal.SIGTERM


async def test_a_service_that_is_hung_up_on_reads_its_files_again(world: World) -> None:
    async with world.bot.running() as running:
        world.bot.write("watchlist.yaml", "watches:\n  acme: {name: Acme Rockets}\n")
        running.process.send_signal(signal.SIGHUP)
        await running.says("configuration in force")
        running.process.send_signal(signal.SIGTERM)
        assert await ended(running, 20) == 0
