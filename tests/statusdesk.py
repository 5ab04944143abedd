"""A fortnight of invented news in a real store, for tests and pictures of the status page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random

from bot.channels import Address, Limits, Pacer, Sent
from bot.commands import Desk
from bot.config import load_tables
from bot.dedup import DOUBT, StoryIndex
from bot.errors import SendError
from bot.match import Matcher
from bot.model import (
    Document,
    Message,
    Outcome,
    ParsedDocument,
    ParsedEntry,
    QuietHours,
    Receiver,
    Route,
    Settings,
    Source,
    Watch,
    Watchlist,
)
from bot.outbox import Outbox
from bot.pipeline import Newsroom
from bot.pipeline.settle import Poll, settle
from bot.store import Connection, Store, keeping, meta, pulse, sources

NOW = datetime(2026, 11, 12, 9, 5, tzinfo=UTC)
TABLES = load_tables()
SOURCES = (
    Source(id="harbour", name="Harbour Wire", url="https://harbour.example/feed.xml", weight=1.5),
    Source(id="eastasia", name="East Asia Business", url="https://eastasia.example/rss"),
    Source(id="pujiang", name="浦江早报", url="https://pujiang.example/rss", language="zh"),
    Source(id="nanfang", name="南方财讯", url="https://nanfang.example/feed", language="zh"),
    Source(id="delta", name="Delta Games", url="https://delta.example/atom.xml"),
    Source(id="filings", name="Exchange filings", url="https://filings.example/latest.json"),
)
WATCHES = (
    Watch(id="alibaba", name="Alibaba", names={"zh": "阿里巴巴"}, aliases=("阿里巴巴", "阿里云")),
    Watch(id="tencent", name="Tencent", names={"zh": "腾讯"}, aliases=("腾讯",)),
    Watch(id="moonshot", name="Moonshot AI", names={"zh": "月之暗面"}, aliases=("月之暗面", "Kimi")),
    Watch(id="huawei", name="Huawei", names={"zh": "华为"}, aliases=("华为",)),
    Watch(id="xiaomi", name="Xiaomi", names={"zh": "小米"}, aliases=("小米集团",)),
    Watch(id="byd", name="BYD", names={"zh": "比亚迪"}, aliases=("比亚迪",)),
)
RECEIVERS = (
    Receiver(id="desk", via="chat", chat="1", timezone="Asia/Hong_Kong"),
    Receiver(
        id="night",
        via="chat",
        chat="2",
        language="zh",
        timezone="Asia/Hong_Kong",
        quiet_hours=QuietHours(time(16), time(7, 30), 101),
    ),
    Receiver(id="press-room", via="chat", chat="3", timezone="Asia/Hong_Kong"),
)
LATELY = (
    (600, "delta", "Tencent wins approval for two games", "Both are due in spring."),
    (420, "nanfang", "阿里云下调三款模型价格", "降价即日生效，幅度最高三成。"),
    (300, "pujiang", "腾讯回购10亿港元股份", "公司表示回购将持续至年底。"),
    (280, "eastasia", "Tencent buys back HK$1 billion of its shares", "Buybacks go on until the year ends."),
    (230, "delta", "Xiaomi faces outage of its payment service", "Payments failed for two hours."),
    (170, "harbour", "Huawei unveils laptop with its own chip", "It goes on sale next week."),
    (120, "pujiang", "月之暗面完成5亿美元C轮融资，估值43亿美元", "本轮由两家老股东领投。"),
    (
        110,
        "harbour",
        "Moonshot AI raises $500 million in Series C at $4.3 billion valuation",
        "Two backers led.",
    ),
    (
        44,
        "harbour",
        "Alibaba cloud revenue jumps 34%, beating forecasts on AI demand",
        "Revenue rose to 39.8bn.",
    ),
    (41, "pujiang", "阿里巴巴云业务营收增长34%，超出市场预期", "云业务收入升至398亿元。"),
    (38, "eastasia", "Alibaba cloud revenue climbs 34% on AI demand, beating forecasts", "A strong quarter."),
)
"""Minutes before now, source, headline, text."""
_OLD = (
    ("{name} opens research centre in {place}", "product"),
    ("{name} sued over patents in {place} court", "lawsuit"),
    ("{name} profit rises {count}% as {place} sales grow", "earnings"),
    ("{name} appoints finance chief for {place}", "executive"),
)
_PLACES = (
    "Penang",
    "Lyon",
    "Busan",
    "Izmir",
    "Porto",
    "Leeds",
    "Turin",
    "Osaka",
    "Perth",
    "Oslo",
    "Quito",
    "Cork",
)


class _Chat:
    """A chat that takes everything, but for one room that refuses."""

    name = "chat"

    async def send(
        self, to: Address, message: Message, *, reply_to: str | None = None, reference: str = ""
    ) -> Sent:
        if to.chat == "3":
            raise SendError(Outcome.REFUSED, "chat: not enough rights to send text messages to the chat")
        return Sent(reference, (), to.chat)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Take an edit."""

    async def check(self, to: Address | None = None) -> str:
        return "a chat"

    async def close(self) -> None:
        """Nothing is open."""


class StatusDesk:
    """The bot that the page shows: what ``House`` asks for, and ways to make news."""

    def __init__(self, home: Path) -> None:
        self.clock = NOW - timedelta(days=14)
        self.watchlist = Watchlist(watches={watch.id: watch for watch in WATCHES}, version="9f3c1a20b7d4")
        routes = (
            Route(name="important", to=("desk", "night"), min_score=60),
            Route(name="press", to=("press-room",), watches=frozenset({"moonshot"}), min_score=85),
        )
        self.settings = Settings(receivers={one.id: one for one in RECEIVERS}, routes=routes)
        self.faults: tuple[str, ...] = ()
        self.store = Store.open(f"sqlite:///{home / 'wirewatch.db'}", variants=TABLES.variants)
        self.index = StoryIndex(TABLES)
        self.outbox = Outbox(
            store=self.store,
            channels={"chat": _Chat()},
            pacers={"chat": Pacer(Limits(every=1e-9, burst=1))},
            configuration=lambda: (self.settings, self.watchlist),
            clock=lambda: self.clock,
            owner="desk",
        )
        self._newsroom = Newsroom(
            settings=self.settings,
            watchlist=self.watchlist,
            sources={one.id: one for one in SOURCES},
            matcher=Matcher(self.watchlist, TABLES),
            tables=TABLES,
            index=self.index,
            source_tags={},
        )
        with self.store.begin() as conn:
            sources.sync(conn, SOURCES, self.clock)
            meta.set(conn, "started", (NOW - timedelta(hours=75, minutes=20)).isoformat())

    @property
    def indexed(self) -> int:
        """How many entries the index holds."""
        return len(self.index)

    def now(self) -> datetime:
        """The time."""
        return self.clock

    def desk(self, conn: Connection) -> Desk:
        """What answering needs."""
        return Desk(
            conn=conn,
            settings=self.settings,
            watchlist=self.watchlist,
            sources={one.id: one for one in SOURCES},
            tables=TABLES,
            now=self.clock,
            version="0.1.0",
            started=NOW - timedelta(hours=75, minutes=20),
            faults=self.faults,
            doubt=DOUBT,
        )

    def read(self, source: str, title: str, text: str = "", *, late: float = 30, url: str = "") -> None:
        """Poll a source whose feed shows one item, published ``late`` seconds ago."""
        now, of = self.clock, next(one for one in SOURCES if one.id == source)
        uid = f"{source}-{now.timestamp():.0f}"
        item = ParsedEntry(
            uid=uid,
            url=url or f"https://{source}.example/{uid}",
            title=title,
            summary=text,
            published=now - timedelta(seconds=late),
        )
        with self.store.begin() as conn:
            state = replace(sources.states(conn)[source], last_success=now - timedelta(minutes=5))
            poll = Poll(
                source=of,
                state=replace(state, baseline=state.baseline or now),
                document=Document(url=of.url, status=200, body=b""),
                parsed=ParsedDocument(kind="rss", entries=(item,), count=1),
                now=now,
                due=now + timedelta(minutes=5),
            )
            settle(conn, poll, self._newsroom)

    async def deliver(self, *, seconds: float = 3) -> None:
        """Let time pass and send what is due."""
        self.clock += timedelta(seconds=seconds)
        await self.outbox.flush(edits_ahead=True)

    async def fill(self, *, days: int = 14) -> None:
        """Let a fortnight happen; a few sources are ill at its end, a message was given up, some are owed."""
        for at, source, title, text in (*_earlier(days), *_lately()):
            self.clock = at
            self.read(source, title, text, late=20 + hash_of(title) % 200)
            await self.deliver(seconds=2 + hash_of(title) % 7)
        self.clock = NOW
        with self.store.begin() as conn:
            for one in SOURCES:
                due, document = NOW + timedelta(minutes=4), Document(url=one.url, status=304, body=None)
                sources.succeeded(conn, one.id, NOW, due=due, document=document, count=None, baseline=False)
            self._fail(conn, "nanfang", "status", 403, hours=5)
            self._fail(conn, "filings", "timeout", None, hours=2)
            keeping.note_backup(conn, NOW - timedelta(hours=5, minutes=35))
            beat = pulse.Beat(at=NOW, started=NOW - timedelta(hours=75))
            pulse.note(conn, beat)

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def _fail(self, conn: Connection, source: str, reason: str, status: int | None, *, hours: int) -> None:
        for tries in range(hours):
            now = NOW - timedelta(hours=hours - tries)
            due = NOW + timedelta(minutes=55)
            sources.failed(conn, source, now, due=due, reason=reason, message="it failed", status=status)


def hash_of(text: str) -> int:
    """A number that a text always has."""
    return sum(map(ord, text))


def _earlier(days: int) -> Iterator[tuple[datetime, str, str, str]]:
    """News of earlier days, the same in every run."""
    random = Random(7)
    made = []
    for day in range(1, days):
        for _ in range(random.randint(2, 5)):
            watch, (title, _) = random.choice(WATCHES[: random.randint(2, 6)]), random.choice(_OLD)
            place, count = random.choice(_PLACES), random.randint(3, 60)
            at = NOW - timedelta(days=day, minutes=random.randint(0, 600))
            made.append(
                (
                    at,
                    random.choice(SOURCES[:3]).id,
                    title.format(name=watch.name, place=place, count=count),
                    "",
                )
            )
    return iter(sorted(made))


def _lately() -> Iterator[tuple[datetime, str, str, str]]:
    for minutes, source, title, text in LATELY:
        yield NOW - timedelta(minutes=minutes), source, title, text
