"""What a killed bot lives in: outlets, chats, a folder of YAML, a clock, and what everybody ought to hear."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import signal
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from itertools import count, product
from pathlib import Path
from typing import Any

from bot.crashpoints import VARIABLE
from tests import forking
from tests.crash import life
from tests.forking import Forked
from tests.loopback import Newsroom, rss
from tests.standins import SlackStandIn, TelegramStandIn

DESK, NIGHT, READER, ADMIN = 4242, 4343, 4444, 11
TEAM = "C0123ABC"
OUTLETS = ("harbour", "tide", "lantern")
LOUD = (
    "Bluebird Motors", "Larkspur Foods", "Granite Shipping", "Orchid Robotics", "Quillon Software",
    "Marigold Pharma", "Sandpiper Retail", "Hollowell Bank", "Cobalt Semiconductor", "Wisteria Media",
    "Thornbury Insurance", "Zephyr Logistics",
)  # fmt: skip
HELD = ("Northgate Steel", "Pelican Energy", "Ternwood Paper", "Kestrel Aviation")
CALM = ("Violet Telecom", "Umber Mining", "Juniper Textiles")
ASKED = "Basalt Cement"
"""Who is in no news, and only in what people ask."""
NEWS = (
    "{0} recalls {1} units after a fire in a warehouse",
    "{0} sued for ${1} thousand over patents in Texas court",
    "{0} raises ${1} million in a series D funding round",
    "{0} quarterly revenue jumps to ${1} million, beating forecasts",
    "{0} to acquire a rival for ${1} million in cash",
    "{0} lays off {1} workers as orders dry up",
    "{0} files for an initial public offering worth ${1} million",
    "{0} fined ${1} thousand by the antitrust regulator",
)
_LONGEST_LIFE = 30.0


def slug(company: str) -> str:
    """Return the id of a company's watch."""
    return company.split(maxsplit=1)[0].lower()


def watchlist() -> str:
    """Return the watchlist of every world."""
    rows = [f"  {slug(name)}: {{name: {name}}}\n" for name in (*LOUD, *HELD, *CALM, ASKED)]
    return "# watched\nwatches:\n" + "".join(rows)


def settings() -> str:
    """Return the settings of every world."""
    routes = [
        f"  - {{watches: [{', '.join(map(slug, LOUD))}], min_score: 40, to: [desk, team]}}\n",
        f"  - {{watches: [{', '.join(map(slug, HELD))}], min_score: 40, to: [night]}}\n",
        f'  - {{watches: [{", ".join(map(slug, CALM))}], min_score: 40, to: [reader], digest: {{at: "08:30"}}}}\n',
    ]
    return (
        "timezone: UTC\n"
        "polling: {allow_private: [127.0.0.1], per_host: 8}\n"
        "receivers:\n"
        f"  desk: {{via: telegram, chat: {DESK}}}\n"
        f'  night: {{via: telegram, chat: {NIGHT}, quiet_hours: {{from: "22:00", until: "07:30"}}}}\n'
        f"  reader: {{via: telegram, chat: {READER}}}\n"
        f"  team: {{via: slack, chat: {TEAM}}}\n"
        "routes:\n" + "".join(routes) + f"access: {{telegram: {{admins: [{ADMIN}]}}}}\n"
    )


@dataclass(eq=False)
class World:
    """One bot's folder and all that it talks to."""

    home: Path
    random: random.Random
    newsroom: Newsroom
    telegram: TelegramStandIn
    slack: SlackStandIn
    mutant: str = ""
    expected: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Receiver to the numbers that mark the headlines it ought to hear."""
    headlines: dict[str, str] = field(default_factory=dict)
    shown: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """(outlet, etag) to the addresses that the feed held then."""
    _items: dict[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        start = datetime.combine(datetime.now(UTC) - timedelta(days=40), time(12), UTC)
        self.shift = (start - datetime.now(UTC)).total_seconds()
        self._numbers = count(self.random.randrange(10_000, 80_000), 7)
        self._addresses = count(1)
        self._stories: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for group in (LOUD, HELD, CALM):
            told = list(product(group, NEWS))
            self.random.shuffle(told)
            self._stories[group] = told
        self.write("watchlist.yaml", watchlist())
        self.write("wirewatch.yaml", settings())
        feeds = [
            f'  - {{id: {name}, name: {name.title()}, url: "{self.newsroom.url(f"/{name}.xml")}", every: 1s}}\n'
            for name in OUTLETS
        ]
        self.write("sources.yaml", "sources:\n" + "".join(feeds))
        for name in OUTLETS:
            self.show(name)

    @property
    def config(self) -> Path:
        """The folder of the configuration."""
        return self.home / "config"

    @property
    def database(self) -> Path:
        """The bot's database."""
        return self.home / "state" / "wirewatch.db"

    def write(self, name: str, text: str) -> None:
        """Write a file of the configuration."""
        self.config.mkdir(exist_ok=True)
        (self.config / name).write_text(text, encoding="utf-8")

    def now(self) -> datetime:
        """The bot's time."""
        return datetime.now(UTC) + timedelta(seconds=self.shift)

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self.shift += seconds

    def until(self, hour: int, minute: int = 0) -> None:
        """Let time pass until the next time that it is so late."""
        now = self.now()
        moment = datetime.combine(now.date(), time(hour, minute), UTC)
        self.later(((moment if moment > now else moment + timedelta(days=1)) - now).total_seconds())

    def story(self, group: tuple[str, ...], *receivers: str) -> str:
        """Make a headline that nobody had yet, owed to these receivers once it is published."""
        company, words = self._stories[group].pop()
        number = str(next(self._numbers))
        self.headlines[number] = words.format(company, number)
        for receiver in receivers:
            self.expected[receiver].add(number)
        return self.headlines[number]

    def publish(self, outlet: str, headline: str) -> None:
        """Publish an item at the top of a feed."""
        link = self.newsroom.url(f"/{outlet}/{next(self._addresses)}")
        date = format_datetime(self.now() - timedelta(seconds=30))
        self._items[outlet].insert(0, {"title": headline, "link": link, "id": link, "date": date})
        self.show(outlet)

    def show(self, outlet: str, *, status: int = 200) -> None:
        """Serve a feed as it stands, under an ETag of its own; or fail with a status."""
        body = rss(self._items[outlet], outlet)
        etag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
        self.shown[outlet, etag] = frozenset(item["link"] for item in self._items[outlet])
        self.newsroom.publish(f"/{outlet}.xml", body, etag=etag, status=status)

    def environ(self) -> dict[str, str]:
        """Return what a life is told of this world."""
        return {
            life.SHIFT: str(self.shift),
            life.MUTANT: self.mutant,
            "TELEGRAM_BOT_TOKEN": self.telegram.token,
            "TELEGRAM_API_URL": self.telegram.url,
            "SLACK_BOT_TOKEN": self.slack.token,
            "SLACK_API_URL": self.slack.api_url,
        }

    async def start(self, verb: str, *, point: str = "", passes: int = 1) -> Forked:
        """Start a life, which is to end at a point where one is given."""
        environ = {
            **os.environ,
            **self.environ(),
            **({VARIABLE: f"{point}:{passes}"} if point else {}),
        }
        folders = ("--config", str(self.config), "--state", str(self.home / "state"))
        return await forking.start([*folders, verb], environ, nursery=life.MODULE)

    async def run(
        self,
        *,
        point: str = "",
        passes: int = 1,
        doing: Callable[[], Coroutine[Any, Any, object]] | None = None,
        patience: float = 15.0,
    ) -> int:
        """Run until it is killed at its point, or ``doing`` is done; ask it to stop where it is not killed."""
        process = await self.start("run", point=point, passes=passes)
        assert process.stderr is not None
        async with asyncio.timeout(_LONGEST_LIFE):
            words = await _heard(process.stderr, b"Watching")
        rest = asyncio.create_task(process.communicate())
        acting: asyncio.Task[object] | None = asyncio.create_task(doing()) if doing else None
        ends = {rest} if acting is None else {rest, acting}
        await asyncio.wait(ends, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        if acting is not None:
            acting.cancel()
            await asyncio.gather(acting, return_exceptions=True)
        process.send_signal(signal.SIGTERM)
        words += await _last_words(process, rest)
        code = process.returncode
        assert code in {0, -signal.SIGKILL}, words.decode()
        return code

    async def once(self, *, point: str = "", passes: int = 1, after: float | None = None) -> int:
        """Live once, killed at a point or after some seconds; return the exit code, -9 when it was killed."""
        process = await self.start("once", point=point, passes=passes)
        if after is not None:
            await asyncio.sleep(after)
            process.kill()
        words = await _last_words(process, asyncio.create_task(process.communicate()))
        code = process.returncode
        assert code in {0, 1, -signal.SIGKILL}, words.decode()
        return code


async def _last_words(process: Forked, rest: asyncio.Task[tuple[bytes, bytes]]) -> bytes:
    """Wait for the end of a life and return what it said; AssertionError where it doesn't end."""
    if not (await asyncio.wait({rest}, timeout=_LONGEST_LIFE))[0]:
        process.send_signal(signal.SIGUSR1)
        await asyncio.sleep(1)
        process.kill()
        raise AssertionError("a life that does not end: " + b"\n".join(await rest).decode())
    return b"\n".join(rest.result())


async def _heard(stream: asyncio.StreamReader, word: bytes) -> bytes:
    """Return what is said until a line has the word, or until the end."""
    words = b""
    async for line in stream:
        words += line
        if word in line:
            break
    return words


@asynccontextmanager
async def made(home: Path, seed: int, *, mutant: str = "") -> AsyncIterator[World]:
    """A world in a folder that is there; the same seed makes the same world."""
    async with (
        Newsroom() as newsroom,
        TelegramStandIn(chats=[DESK, NIGHT, READER, ADMIN], rates=False) as telegram,
        SlackStandIn(chats=[TEAM], rates=False) as slack,
    ):
        yield World(home, random.Random(seed), newsroom, telegram, slack, mutant)
