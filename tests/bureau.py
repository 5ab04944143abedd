"""A whole bot at a desk: sources on loopback, a real store, a clock that tests set, a chat that remembers.

async with Bureau(tmp_path, newsroom) as bureau:
    bureau.publish(rss([...]))
    await bureau.poll(minutes=10)
    assert bureau.told == ["Globex profit jumps 34%"]

``restarts`` says before which polls the bot is closed and opened again, its index rebuilt from the store.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from sqlalchemy import func, select

from bot.channels import Address, Limits, Pacer, Sent
from bot.config import load_tables
from bot.dedup import StoryIndex
from bot.fetch import Fetcher
from bot.match import Matcher
from bot.model import (
    Message,
    ParsedDocument,
    Polling,
    Receiver,
    Route,
    Settings,
    Source,
    Story,
    Tables,
)
from bot.outbox import Outbox
from bot.parsers import parse
from bot.pipeline import Newsroom as Deciding
from bot.pipeline import Pipeline, PollResult
from bot.sandbox import Sandbox
from bot.schedule import Schedule
from bot.store import Store, entries, sources, stories
from bot.store.schema import entries as entry_rows
from bot.store.schema import entry_edits, seen
from bot.store.sources import SourceState
from tests.grouping import WATCHLIST
from tests.loopback import Newsroom

NOON = datetime.fromisoformat("2026-11-12T12:00:00+00:00")
LIFETIME = timedelta(days=10)
_UNPACED = Limits(every=1e-9, burst=1)


def never(_: int) -> bool:
    """The bot runs on from the first poll to the last."""
    return False


def always(_: int) -> bool:
    """The bot is restarted before every poll."""
    return True


@cache
def _read() -> tuple[Tables, Matcher]:
    tables = load_tables()
    return tables, Matcher(WATCHLIST, tables)


@dataclass
class Post:
    """One message in the chat, and how it was edited since."""

    text: str
    reply: bool
    links: list[str] = field(default_factory=list)
    edits: list[str] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """What stands there now."""
        return self.edits[-1] if self.edits else self.text

    @property
    def headline(self) -> str:
        """The second line: of an alert its headline."""
        return self.text.splitlines()[1]


class Chat:
    """A channel that keeps what it is sent."""

    name = "chat"

    def __init__(self) -> None:
        self.posts: list[Post] = []

    async def send(
        self, to: Address, message: Message, *, reply_to: str | None = None, reference: str = ""
    ) -> Sent:
        """Keep a message."""
        spans = [span for block in message.blocks for line in block.lines for span in line]
        links = [span.link for span in spans if span.link]
        self.posts.append(Post(message.plain, reply_to is not None, links))
        return Sent(str(len(self.posts)), (str(len(self.posts)),), to.chat)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Keep an edit."""
        self.posts[int(message_id) - 1].edits.append(message.plain)

    async def check(self, to: Address | None = None) -> str:
        """Always there."""
        return "a chat"

    async def close(self) -> None:
        """Nothing is open."""


class _Parser:
    """Parses in place: the worker processes of the real sandbox have tests of their own."""

    async def parse(self, body: bytes, **more: Any) -> ParsedDocument:
        return parse(body, **more)


class Bureau:
    """The bot with its sources, receivers and clock; see the module."""

    def __init__(
        self,
        home: Path,
        newsroom: Newsroom,
        *names: str,
        restarts: Callable[[int], bool] = never,
        receiver: Receiver | None = None,
    ) -> None:
        self.home = home
        self.newsroom = newsroom
        self.now = NOON
        self.chat = Chat()
        self.sources = {name: self._source(name) for name in names or ("harbour",)}
        self._receiver = receiver or Receiver(id="desk", via="chat", chat="1")
        self._restarts = restarts
        self._polls = 0
        self._headers: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        await self._open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    def give_headers(self, headers: dict[str, str]) -> None:
        """Let every source be asked with these headers."""
        self._headers = headers

    def publish(self, body: bytes, name: str = "harbour", **more: Any) -> None:
        """Let a source's feed be these bytes from now on."""
        self.newsroom.publish(f"/{name}.xml", body, **more)

    async def poll(self, *, minutes: float = 10) -> list[PollResult]:
        """Let time pass, poll all sources and deliver what is owed; return how the polls ended."""
        self.now += timedelta(minutes=minutes)
        self._polls += 1
        if self._restarts(self._polls):
            await self.restart()
        results = await self._schedule.poll_all_due()
        assert {result.source for result in results} == set(self.sources), "every source was due"
        await self._outbox.flush(edits_ahead=True)
        return results

    async def read(self, *bodies: bytes, minutes: float = 10) -> list[PollResult]:
        """Publish one body after the other, each for one poll; return how the last poll ended."""
        results: list[PollResult] = []
        for body in bodies:
            self.publish(body)
            results = await self.poll(minutes=minutes)
        return results

    async def restart(self) -> None:
        """Close the bot and open it again on the same store."""
        await self._close()
        await self._open()

    @property
    def told(self) -> list[str]:
        """The headlines of the alerts, in the order in which they came."""
        return [post.headline for post in self.chat.posts if not post.reply]

    @property
    def alert(self) -> str:
        """The one alert as it stands now."""
        (post,) = [post for post in self.chat.posts if not post.reply]
        return post.shown

    @property
    def replies(self) -> list[str]:
        """Developments and corrections."""
        return [post.text for post in self.chat.posts if post.reply]

    @property
    def stored(self) -> list[str]:
        """The headlines of all entries, in the order in which they were stored."""
        return self._column(select(entry_rows.c.title).order_by(entry_rows.c.seq))

    @property
    def edits(self) -> int:
        """How often a headline was changed."""
        return int(self._column(select(func.count()).select_from(entry_edits))[0])

    @property
    def keys(self) -> int:
        """How many keys are remembered."""
        return int(self._column(select(func.count()).select_from(seen))[0])

    @property
    def grouped(self) -> list[Story]:
        """The stories, those that merged left out, in no order."""
        roots = set(self._column(select(entry_rows.c.story)))
        with self.store.snapshot() as conn:
            return list(stories.many(conn, roots).values())

    def health(self, name: str = "harbour") -> SourceState:
        """How a source fares."""
        with self.store.snapshot() as conn:
            return sources.states(conn)[name]

    def _column(self, question: Any) -> list[Any]:
        with self.store.snapshot() as conn:
            return list(conn.execute(question).scalars())

    def _source(self, name: str) -> Source:
        return Source(id=name, name=name.title(), url=self.newsroom.url(f"/{name}.xml"))

    async def _open(self) -> None:
        tables, matcher = _read()
        settings = Settings(
            polling=Polling(every=timedelta(minutes=1), allow_private=("127.0.0.1",), per_host=8),
            receivers={"desk": self._receiver},
            routes=(Route(name="all", to=("desk",), min_score=40),),
        )
        index = StoryIndex(tables)
        self.store = Store.open(f"sqlite:///{self.home / 'wirewatch.db'}", variants=tables.variants)
        self._fetcher = Fetcher(settings.polling)
        self.pipeline = Pipeline(
            store=self.store,
            fetcher=self._fetcher,
            sandbox=cast("Sandbox", _Parser()),
            newsroom=Deciding(
                settings=settings,
                watchlist=WATCHLIST,
                sources=self.sources,
                matcher=matcher,
                tables=tables,
                index=index,
                source_tags={},
            ),
            clock=lambda: self.now,
            headers=lambda _: self._headers,
        )
        self._schedule = Schedule(
            store=self.store, pipeline=self.pipeline, clock=lambda: self.now, owner="bureau"
        )
        self._outbox = Outbox(
            store=self.store,
            channels={"chat": self.chat},
            pacers={"chat": Pacer(_UNPACED)},
            configuration=lambda: (settings, WATCHLIST),
            clock=lambda: self.now,
            owner="bureau",
        )
        with self.store.begin() as conn:
            sources.sync(conn, self.sources.values(), self.now)
            index.load(entries.for_index(conn, self.now - LIFETIME))
            index.next_serial = max(index.next_serial, stories.next_serial(conn))
        self.pipeline.open()

    async def _close(self) -> None:
        await self._fetcher.close()
        self.store.close()


def minutes_ago(minutes: float, at: datetime = NOON) -> str:
    """A date as RSS writes it, so many minutes before noon."""
    return format_datetime(at - timedelta(minutes=minutes))
