"""Several chats of one bot, configured by the YAML that a user writes; sources publish when a test says so.

rooms = Rooms(tmp_path, "receivers: {desk: {via: telegram, chat: -1}} ...")
rooms.read("harbour", "Globex profit jumps 34%")
await rooms.wait(minutes=2)
assert rooms.heard("desk") == ["Globex profit jumps 34%"]
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.channels import Address, Limits, Pacer, Sent
from bot.commands import Answer, Asked, answer
from bot.commands import Desk as AnswerDesk
from bot.config import Configuration, load
from bot.dedup import StoryIndex
from bot.match import Matcher
from bot.model import Document, Message, Mute, ParsedDocument, ParsedEntry, Receiver, Source
from bot.outbox import Outbox
from bot.pipeline import Newsroom
from bot.pipeline.settle import Poll, settle
from bot.route.digests import next_moment, plans_of
from bot.schedule.digests import owe_digests
from bot.store import Store, deliveries, entries, matches, mutes, sources

NOON = datetime.fromisoformat("2026-05-20T12:00:00+00:00")
"""A Wednesday."""
WATCHLIST = """
watches:
  globex: {name: Globex, aliases: [格洛贝克斯], tags: [cloud]}
  acme: {name: Acme, aliases: [艾克米]}
  initech: {name: Initech}
"""
SOURCES = """
sources:
  - {id: harbour, name: Harbour Wire, url: "https://harbour.example/feed"}
  - {id: ledger, name: Ledger, url: "https://ledger.example/feed", tags: [wires]}
  - {id: pujiang, name: 浦江早报, url: "https://pujiang.example/feed", language: zh}
"""
Heard = tuple[datetime, str, Message, str | None]
"""When, which chat (``-1`` or ``-1/12`` with a topic), what, and as a reply to which message."""


class Rooms:
    """The bot without its network: a real store, index and outbox, and chats that keep what they are sent."""

    name = "telegram"

    def __init__(
        self, home: Path, wirewatch: str, watchlist: str = WATCHLIST, sources: str = SOURCES
    ) -> None:
        self.folder = home / "config"
        self.folder.mkdir()
        (self.folder / "sources.yaml").write_text(sources, encoding="utf-8")
        (self.folder / "watchlist.yaml").write_text(watchlist, encoding="utf-8")
        self.now = NOON
        self.sent: list[Heard] = []
        self.edits: list[tuple[str, str]] = []
        self.configuration = self.reconfigure(wirewatch)
        tables = self.configuration.tables
        self.store = Store.open(f"sqlite:///{home / 'wirewatch.db'}", variants=tables.variants)
        self._index = StoryIndex(tables)
        self._feeds: dict[str, list[ParsedEntry]] = {}
        self._outbox = Outbox(
            store=self.store,
            channels={"telegram": self},
            pacers={"telegram": Pacer(Limits(every=1e-9, burst=1))},
            configuration=lambda: (self.configuration.settings, self.configuration.watchlist),
            clock=lambda: self.now,
            owner="rooms",
        )

    def reconfigure(self, wirewatch: str = "", watchlist: str = "") -> Configuration:
        """Take other files in force, as a reload does."""
        for name, text in (("wirewatch", wirewatch), ("watchlist", watchlist)):
            if text:
                (self.folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        self.configuration = load(self.folder, environ={"TELEGRAM_BOT_TOKEN": "1:token"})
        return self.configuration

    def read(
        self, source: str, title: str, text: str = "", *, minutes: float = 5, baseline: bool = False
    ) -> str:
        """Let time pass and a source publish an item; return its story. ``baseline``: it was never read before."""
        self.now += timedelta(minutes=minutes)
        feed = self._feeds.setdefault(source, [])
        uid = f"{source}-{len(feed)}"
        url = f"https://{source}.example/{uid}"
        feed.append(ParsedEntry(uid=uid, url=url, title=title, summary=text, published=self.now))
        of = self._source(source)
        with self.store.begin() as conn:
            sources.sync(conn, [self._source(name) for name in self._feeds], self.now)
            state = sources.states(conn)[source]
            if not baseline:
                state = replace(state, baseline=state.baseline or NOON, last_success=self.now)
            poll = Poll(
                source=of,
                state=state,
                document=Document(url=of.url, status=200, body=b""),
                parsed=ParsedDocument(kind="rss", entries=tuple(feed), count=len(feed)),
                now=self.now,
                due=self.now,
            )
            settle(conn, poll, self._newsroom())
        with self.store.snapshot() as conn:
            rows = [
                row for row in entries.for_index(conn, NOON - timedelta(days=30)) if row[2].title == title
            ]
        return rows[-1][0]

    async def wait(self, *, minutes: float = 0, until: str = "") -> None:
        """Let time pass, up to a moment (``2026-05-21T08:30+08:00``) if given; send what is due on the way."""
        end = (
            datetime.fromisoformat(until).astimezone(UTC) if until else self.now + timedelta(minutes=minutes)
        )
        while self.now < end:
            with self.store.snapshot() as conn:
                due = deliveries.next_due(conn)
            later = [due] if due is not None and due > self.now else []
            self.now = min([end, *later, *self._digests()])
            await self.send_due()

    def _digests(self) -> list[datetime]:
        """The next moments at which digests are due."""
        settings = self.configuration.settings
        plans = ((plan, to) for to in settings.receivers.values() for plan in plans_of(to, settings))
        moments = (next_moment(plan, to.timezone, self.now) for plan, to in plans)
        return [moment for moment in moments if moment is not None]

    async def send_due(self) -> None:
        """Send what is due now."""
        with self.store.begin() as conn:
            owe_digests(conn, self.configuration.settings, self.now)
        await self._outbox.flush()

    def heard(self, receiver: str) -> list[str]:
        """The second lines of what a receiver was sent, replies left out: of an alert its headline."""
        return [message.plain.splitlines()[1] for message in self.messages(receiver)]

    def messages(self, receiver: str) -> list[Message]:
        """What a receiver was sent, replies left out."""
        to = self.configuration.settings.receivers[receiver]
        return [message for _, chat, message, reply in self.sent if chat == _place(to) and reply is None]

    def times(self, receiver: str) -> list[str]:
        """When a receiver was sent what, on the UTC clock."""
        to = self.configuration.settings.receivers[receiver]
        return [f"{at:%d %H:%M}" for at, chat, _, reply in self.sent if chat == _place(to) and reply is None]

    def ask(self, question: str, receiver: str, *, admin: bool = False) -> Answer:
        """Ask in a receiver's chat."""
        verb, _, words = question.partition(" ")
        reader = self.configuration.settings.receivers[receiver]
        with self.store.begin() as conn:
            asked = Asked(
                verb=verb, words=words, reader=reader, receiver=receiver, admin=admin, by="telegram:7"
            )
            return answer(asked, self.desk(conn))

    def desk(self, conn: object) -> AnswerDesk:
        """What answering needs."""
        configuration = self.configuration
        return AnswerDesk(
            conn=conn,  # type: ignore[arg-type]
            settings=configuration.settings,
            watchlist=configuration.watchlist,
            sources={source.id: source for source in configuration.sources},
            tables=configuration.tables,
            now=self.now,
            version="0",
            started=NOON,
            folder=self.folder,
        )

    def mute(self, receiver: str, *, hours: float, watch: str = "", story: str = "") -> None:
        """Let somebody mute a company or a story for a receiver."""
        until = self.now + timedelta(hours=hours)
        with self.store.begin() as conn:
            mute = Mute(receiver=receiver, watch=watch, story=story, until=until, by="telegram:7 Mei")
            mutes.add(conn, mute, self.now)

    def reasons(self, receiver: str, story: str) -> list[str]:
        """The last reasons why a receiver was told of a story, or not."""
        with self.store.snapshot() as conn:
            verdicts = (each.verdict for each in matches.verdicts_of(conn, story))
            return [verdict.reason.value for verdict in verdicts if verdict.receiver == receiver]

    def end(self) -> None:
        """Close the store."""
        self.store.close()

    async def close(self) -> None:
        """Nothing is open."""

    async def send(
        self, to: Address, message: Message, *, reply_to: str | None = None, reference: str = ""
    ) -> Sent:
        """Keep a message, as a channel does."""
        chat = f"{to.chat}/{to.topic}" if to.topic else to.chat
        self.sent.append((self.now, chat, message, reply_to))
        return Sent(str(len(self.sent)), (str(len(self.sent)),), to.chat)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Keep an edit, as a channel does."""
        self.edits.append((message_id, message.plain))

    async def check(self, to: Address | None = None) -> str:
        """Always there."""
        return "a chat"

    def _source(self, name: str) -> Source:
        return next(source for source in self.configuration.sources if source.id == name)

    def _newsroom(self) -> Newsroom:
        configuration = self.configuration
        return Newsroom(
            settings=configuration.settings,
            watchlist=configuration.watchlist,
            sources={source.id: source for source in configuration.sources},
            matcher=Matcher(configuration.watchlist, configuration.tables),
            tables=configuration.tables,
            index=self._index,
            source_tags={source.id: source.tags for source in configuration.sources if source.tags},
        )


def _place(to: Receiver) -> str:
    return f"{to.chat}/{to.topic}" if to.topic else to.chat
