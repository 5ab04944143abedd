"""A bot as its user runs it: a folder of YAML, a process, a newsroom and chats on loopback."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from tests import forking
from tests.forking import Forked
from tests.loopback import Newsroom, rss
from tests.standins import SlackStandIn, TelegramStandIn

CHAT = 4242
CHANNEL = "C0123ABC"
PATIENCE = 30.0
"""Seconds that a test waits for something that ought to take one or two."""

WATCHLIST = "watches:\n  alibaba: library\n  tencent: library\n  moonshot: library\n"


@dataclass
class Outlet:
    """One outlet of the newsroom, whose feed grows."""

    newsroom: Newsroom
    name: str
    items: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The feed's address."""
        return self.newsroom.url(f"/{self.name}.xml")

    def publish(self, title: str, text: str = "", *, minutes: float = 1, slug: str = "") -> str:
        """Publish an item dated some minutes ago at the top of the feed; return its address."""
        link = self.newsroom.url(f"/{self.name}/{slug or len(self.items) + 1}")
        when = format_datetime(datetime.now(UTC) - timedelta(minutes=minutes))
        item = {"title": title, "link": link, "id": link, "date": when, "summary": text}
        self.items.insert(0, item)
        self.show()
        return link

    def show(self) -> None:
        """Serve the feed as it stands."""
        self.newsroom.publish(
            f"/{self.name}.xml", rss(self.items, self.name), content_type="application/rss+xml"
        )


@dataclass
class Bot:
    """The bot of one folder; ``once`` and ``ask`` run to their end, ``running`` is the long-lived process."""

    home: Path
    environ: dict[str, str]
    rested: float = 0.0
    """By the loop's clock: when every source is due again after ``once``."""

    def write(self, name: str, text: str) -> None:
        """Write a file of the configuration as an editor does: whole, then in place of the old one."""
        target = self.home / "config" / name
        target.parent.mkdir(exist_ok=True)
        half = target.with_suffix(".new")
        half.write_text(text, encoding="utf-8")
        half.replace(target)

    async def start(self, *arguments: str) -> Forked:
        """Start a process of the bot."""
        folders = ("--config", str(self.home / "config"), "--state", str(self.home / "state"))
        return await forking.start([*folders, *arguments], {**os.environ, "COLUMNS": "200", **self.environ})

    async def do(self, *arguments: str, code: int = 0) -> tuple[str, str]:
        """Run a verb to its end and return (standard output, standard error)."""
        process = await self.start(*arguments)
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE * 2)
        assert process.returncode == code, err.decode() + out.decode()
        return out.decode(), err.decode()

    async def once(self, *, code: int = 0) -> tuple[str, str]:
        """Poll everything due, deliver everything due; sources are due again a second after the last time."""
        clock = asyncio.get_running_loop().time
        await asyncio.sleep(max(0.0, self.rested - clock()))
        said = await self.do("once", code=code)
        self.rested = clock() + 1.05
        return said

    async def rows(self, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
        """Ask and return the JSON rows."""
        out, _ = await self.do(*arguments, "--json", code=code)
        return [json.loads(line) for line in out.splitlines()]

    @asynccontextmanager
    async def running(self, *, until: str = "Watching") -> AsyncIterator[Running]:
        """The bot running; ended by SIGTERM, or killed where it does not end."""
        running = Running(await self.start("run"))
        try:
            await running.says(until)
            yield running
        finally:
            await running.stop()


class Running:
    """A running bot and what it said so far."""

    def __init__(self, process: Forked) -> None:
        self.process = process
        self.said = ""
        self._readers = [
            asyncio.create_task(self._read(stream)) for stream in (process.stdout, process.stderr)
        ]

    async def _read(self, stream: asyncio.StreamReader | None) -> None:
        assert stream is not None
        while line := await stream.readline():
            self.said += line.decode()

    async def says(self, words: str) -> None:
        """Wait until it said this."""
        await eventually(lambda: words in self.said, lambda: f"never said {words!r}, but:\n{self.said}")

    async def kill(self) -> None:
        """End it without warning, as a power cut does."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def stop(self) -> None:
        """Ask it to end; kill it where it does not."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self.process.wait(), PATIENCE)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()
        await asyncio.gather(*self._readers)


async def eventually(true: Callable[[], object], otherwise: Callable[[], str] = lambda: "") -> None:
    """Wait, for a bounded time, until something is so."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not true():
        assert asyncio.get_running_loop().time() < deadline, otherwise()
        await asyncio.sleep(0.05)


def make_bot(
    home: Path, outlets: list[Outlet], settings: str, environ: Mapping[str, str], *, every: str = "1s"
) -> Bot:
    """Write a configuration for these outlets and return its bot."""
    bot = Bot(home, dict(environ))
    rows = [
        f'  - {{id: {outlet.name}, name: {outlet.name.title()} Wire, url: "{outlet.url}", every: {every}}}\n'
        for outlet in outlets
    ]
    bot.write("sources.yaml", "sources:\n" + "".join(rows))
    bot.write("watchlist.yaml", WATCHLIST)
    bot.write("wirewatch.yaml", f"polling: {{allow_private: [127.0.0.1], per_host: 8}}\n{settings}")
    for outlet in outlets:
        outlet.show()
    return bot


def telegram_environ(telegram: TelegramStandIn) -> dict[str, str]:
    """The environment that leads to the stand-in."""
    return {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}


def slack_environ(slack: SlackStandIn) -> dict[str, str]:
    """The environment that leads to the stand-in."""
    return {"SLACK_BOT_TOKEN": slack.token, "SLACK_API_URL": slack.api_url}
