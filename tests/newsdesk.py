"""A bot without a network for tests of ``plan``: lines are settled, owed and sent by a clock that tests set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bot.backtest import Plan
from bot.channels import Address, Limits, Pacer, Sent
from bot.dedup import StoryIndex
from bot.match import Matcher
from bot.model import (
    Budget,
    DigestPlan,
    Document,
    Message,
    ParsedDocument,
    ParsedEntry,
    QuietHours,
    Receiver,
    Route,
    Settings,
    Source,
    Validators,
    Watch,
    Watchlist,
)
from bot.outbox import Outbox
from bot.pipeline import Newsroom
from bot.pipeline.settle import Poll, settle
from bot.route.digests import next_moment
from bot.schedule.digests import owe_digests
from bot.store import Store, deliveries, sources, stories
from bot.store.sources import SourceState
from tests.grouping import NOON, TABLES, WATCHLIST

NEWS = (
    ("Globex profit jumps 34% on cloud demand", "Globex profit up 34% as cloud demand grows"),
    ("Acme sued over brake patents in Texas court", "Texas court: Acme sued over brake patents"),
    ("Initech cuts 3,000 jobs in restructuring", "Initech restructuring cuts 3,000 jobs"),
    ("Globex files for Hong Kong listing", "Globex files for listing in Hong Kong, raising $2 billion"),
    ("Initech payroll service suffers nationwide outage", "Nationwide outage hits Initech payroll service"),
    ("Acme opens a museum of old lamps", "Museum of old lamps opened by Acme"),
    ("Globex sued by shareholders after profit jumps 34% on cloud demand", "Shareholders sue Globex"),
    ("Wheat harvest is the best in ten years", "Best wheat harvest in ten years"),
)
ONE_AFTER_ALL = (
    "Globex unveils Titan5 chip for phones",
    "Titan5 benchmark scores double those of rivals",
    "Globex unveils Titan5 chip for phones with benchmark scores double those of rivals",
)
"""The third shows the first two to be one story; by then both were told, or wait."""
COMPANIES = Watchlist(
    watches={**WATCHLIST.watches, "globex": Watch(id="globex", name="Globex", products=("Titan5",))}
)
MATCHER = Matcher(COMPANIES, TABLES)
WIRES = ("harbour", "ledger", "gazette", "courier")
MORNING = DigestPlan(time(8, 30))
RECEIVERS = (
    Receiver(id="desk", via="chat", chat="1", at_most=Budget(3), timezone="Asia/Hong_Kong"),
    Receiver(id="night", via="chat", chat="2", quiet_hours=QuietHours(time(20), time(7, 30), 90)),
)
ROUTES = (
    Route(name="important", to=("desk", "night"), min_score=40),
    Route(name="rest", to=("desk",), min_score=30, digest=MORNING),
)
SETTINGS = Settings(receivers={one.id: one for one in RECEIVERS}, routes=ROUTES)

Heard = tuple[datetime, str, str, str]
"""When, who, what kind of message, and of which story."""


def stream(seed: int, count: int = 60) -> list[dict[str, Any]]:
    """Three days of news that repeats, grows and is corrected."""
    random = Random(seed)
    minutes = sorted(random.sample(range(3 * 24 * 60), count))
    lines: list[dict[str, Any]] = []
    for at, minute in enumerate(minutes):
        told = lines and random.random() < 0.15
        title = random.choice(random.choice(NEWS))
        line = {"id": f"e{at}", "source": random.choice(WIRES), "title": title}
        if told:
            before = random.choice(lines)
            changed = random.choice(
                [before["title"].replace("34%", "24%"), f"{before['title']}, filing says"]
            )
            line = {**before, "title": changed}
        url = f"https://{line['source']}.example/{line['id']}"
        lines.append({**line, "url": url, "time": (NOON + timedelta(minutes=minute)).isoformat()})
    start = random.randrange(3 * 24 * 60)
    for at, title in enumerate(ONE_AFTER_ALL):
        url, moment = (
            f"https://{WIRES[at]}.example/m{at}",
            NOON + timedelta(minutes=start + 25 * at, seconds=30),
        )
        one = {"id": f"m{at}", "source": WIRES[at], "title": title, "url": url, "time": moment.isoformat()}
        lines.append(one)
    return sorted(lines, key=lambda line: line["time"])


class Bot:
    """Settles lines, owes digests and delivers, by a clock that runs from one due moment to the next."""

    name = "chat"

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOON
        self.heard: list[Heard] = []
        self.newsroom = Newsroom(
            settings=SETTINGS,
            watchlist=COMPANIES,
            sources={},
            matcher=MATCHER,
            tables=TABLES,
            index=StoryIndex(TABLES, window=SETTINGS.window),
            source_tags={},
        )
        self.outbox = Outbox(
            store=store,
            channels={"chat": self},
            pacers={"chat": Pacer(Limits(every=1e-9, burst=1))},
            configuration=lambda: (SETTINGS, COMPANIES),
            clock=lambda: self.now + timedelta(microseconds=1),  # what is due is due before it is looked for
            owner="me",
            chance=lambda: 0.5,
        )

    async def send(
        self, to: Address, message: Message, *, reply_to: str | None = None, reference: str = ""
    ) -> Sent:
        """Note what was sent, by the key of its delivery."""
        key = reference.split("|")
        kind = "digest" if key[0] == "digest" else key[2]
        story = "" if kind == "digest" or "from your quiet hours" in message.plain else key[0]
        self.heard.append((self.now, to.chat, kind, story))
        return Sent(f"{story}|{len(self.heard)}", (), to.chat)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Note an edit, by the message that it changes."""
        self.heard.append((self.now, to.chat, "edit", message_id.partition("|")[0]))

    async def check(self, to: Address | None = None) -> str:
        """Always there."""
        return "a chat"

    async def close(self) -> None:
        """Nothing is open."""

    async def read(self, line: dict[str, Any]) -> None:
        """Poll a source whose feed shows just this line."""
        await self.wait(datetime.fromisoformat(line["time"]))
        item = ParsedEntry(uid=line["id"], url=line["url"], title=line["title"], published=self.now)
        poll = Poll(
            source=Source(id=line["source"], name=line["source"], url=f"https://{line['source']}.example"),
            state=self._state(line["source"]),
            document=Document(url="", status=200, body=b""),
            parsed=ParsedDocument(kind="rss", entries=(item,), count=1),
            now=self.now,
            due=self.now,
        )
        with self.store.begin() as conn:
            settle(conn, poll, self.newsroom)
        await self.outbox.flush()

    async def wait(self, until: datetime) -> None:
        """Let the clock run: what is due on the way is sent at its time."""
        while (moment := self._next(until)) is not None:
            self.now = moment
            with self.store.begin() as conn:
                owe_digests(conn, SETTINGS, self.now)
            await self.outbox.flush()
        self.now = until

    def _next(self, until: datetime) -> datetime | None:
        digest = next_moment(MORNING, "Asia/Hong_Kong", self.now)
        assert digest is not None
        with self.store.snapshot() as conn:
            due = deliveries.next_due(conn)
        moment = min(digest, max(due, self.now)) if due is not None else digest
        return moment if moment <= until else None

    def _state(self, source: str) -> SourceState:
        before = self.now - timedelta(minutes=5)
        values: dict[str, Any] = dict.fromkeys(SourceState.__dataclass_fields__)
        values |= {
            "id": source,
            "url": "",
            "validators": Validators(),
            "due": self.now,
            "errors": 0,
            "polls": 9,
        }
        return SourceState(**values | {"last_poll": before, "last_success": before, "baseline": before})


@contextmanager
def open_store(folder: Path) -> Iterator[Store]:
    """The store of a folder, to which every wire is known."""
    opened = Store.open(f"sqlite:///{folder / 'wirewatch.db'}")
    with opened.begin() as conn:
        listed = [Source(id=name, name=name, url=f"https://{name}.example") for name in WIRES]
        sources.sync(conn, listed, NOON - timedelta(days=1))
    yield opened
    opened.close()


async def live(store: Store, lines: list[dict[str, Any]]) -> list[Heard]:
    """What the bot says of a stream, up to a day after its end; stories by what they ended as."""
    bot = Bot(store)
    for line in lines:
        await bot.read(line)
    await bot.wait(bot.now + timedelta(days=2))
    with store.snapshot() as conn:
        roots = stories.roots_of(conn, {story for _, _, _, story in bot.heard})
    chats = {one.chat: one.id for one in RECEIVERS}
    return sorted((when, chats[chat], kind, roots.get(story, story)) for when, chat, kind, story in bot.heard)


def planned(plan: Plan) -> list[Heard]:
    """What a plan says."""
    return sorted(
        (one.time, one.receiver, one.kind.value, "" if one.stories else one.story) for one in plan.messages
    )
