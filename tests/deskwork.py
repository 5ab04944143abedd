"""A bot without its network: sources that publish when a test says so, a real store, index and outbox, one chat.

desk = Desk(tmp_path)
await desk.read("harbour", "Globex profit jumps 34%")
await desk.deliver()
assert desk.chat.headlines == ["Globex profit jumps 34%"]
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from bot.channels import Address, Limits, Pacer, Sent
from bot.commands import Answer, Asked, answer, answer_finished
from bot.commands import Desk as AnswerDesk
from bot.dedup import DOUBT, StoryIndex
from bot.errors import SendError
from bot.model import Document, Message, ParsedDocument, ParsedEntry, Receiver, Route, Settings, Source
from bot.outbox import Outbox
from bot.pipeline import Newsroom
from bot.pipeline.settle import Poll, settle
from bot.pipeline.splitting import load_index, split_asked
from bot.store import Connection, Store, entries, requests, sources, stories
from tests.grouping import MATCHER, NOON, TABLES, WATCHLIST

LIFETIME = timedelta(days=10)
PROFIT = "Globex profit jumps 34% on cloud demand"
CLIMBS = "Globex cloud demand lifts profit by 34%"
LINK = "wire.example/news/7"


@dataclass
class Post:
    """One message in the chat, and what it was edited to since."""

    text: str
    reply_to: str | None
    edits: list[str] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """What stands there now."""
        return self.edits[-1] if self.edits else self.text


class Chat:
    """A chat that keeps what it is sent; while it is ``down``, nothing arrives."""

    name = "chat"

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.down: SendError | None = None

    @property
    def headlines(self) -> list[str]:
        """The second lines of the messages that are no replies: of an alert its headline."""
        return [post.text.splitlines()[1] for post in self.posts if post.reply_to is None]

    async def send(
        self, to: Address, message: Message, *, reply_to: str | None = None, reference: str = ""
    ) -> Sent:
        """Keep a message."""
        if self.down:
            raise self.down
        self.posts.append(Post(message.plain, reply_to))
        return Sent(str(len(self.posts)), (str(len(self.posts)),), to.chat)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Keep an edit."""
        self.posts[int(message_id) - 1].edits.append(message.plain)

    async def check(self, to: Address | None = None) -> str:
        """Always there."""
        return "a chat"

    async def close(self) -> None:
        """Nothing is open."""


class Desk:
    """One receiver who hears everything from 40 on at once, and a clock that tests move."""

    def __init__(self, home: Path, *, receiver: Receiver | None = None, route: Route | None = None) -> None:
        self.home = home
        self.now = NOON
        self.chat = Chat()
        self.feeds: dict[str, list[ParsedEntry]] = {}
        self.settings = Settings(
            receivers={"desk": receiver or Receiver(id="desk", via="chat", chat="1")},
            routes=(route or Route(name="all", to=("desk",), min_score=40),),
        )
        self.asked = 0
        self.start()

    def start(self) -> None:
        """Open the store and load the index, as a bot does when it starts."""
        self.store = Store.open(f"sqlite:///{self.home / 'wirewatch.db'}", variants=TABLES.variants)
        self.index = StoryIndex(TABLES)
        with self.store.begin() as conn:
            requests.reopen(conn)
            load_index(conn, self.index, self.now - LIFETIME)
        self.outbox = self.make_outbox()

    def make_outbox(self) -> Outbox:
        """An outbox on this store, with this chat."""
        return Outbox(
            store=self.store,
            channels={"chat": self.chat},
            pacers={"chat": Pacer(Limits(every=1e-9, burst=1))},
            configuration=lambda: (self.settings, WATCHLIST),
            clock=lambda: self.now,
            owner="desk",
        )

    def restart(self) -> None:
        """End and start again on the same store."""
        self.store.close()
        self.start()

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    @property
    def newsroom(self) -> Newsroom:
        """What deciding needs."""
        return Newsroom(
            settings=self.settings,
            watchlist=WATCHLIST,
            sources={},
            matcher=MATCHER,
            tables=TABLES,
            index=self.index,
            source_tags={},
        )

    def read(
        self,
        source: str,
        title: str,
        text: str = "",
        *,
        minutes: float = 5,
        uid: str = "",
        link: str = "",
        paid: bool = False,
    ) -> str:
        """Let time pass and a source publish an item, or change the one of this ``uid``; return its story."""
        self.now += timedelta(minutes=minutes)
        feed = self.feeds.setdefault(source, [])
        uid = uid or f"{source}-{len(feed)}"
        url = f"https://{link or source + '.example/' + uid}"
        item = ParsedEntry(uid=uid, url=url, title=title, summary=text, published=self.now, paid=paid)
        known = next((place for place, old in enumerate(feed) if old.uid == uid), None)
        if known is None:
            feed.append(item)
        else:
            feed[known] = replace(item, published=feed[known].published)
        self.poll(source)
        return self.story_of(title)

    def poll(self, source: str) -> None:
        """Decide and save what a source's feed holds."""
        of = self._source(source)
        with self.store.begin() as conn:
            sources.sync(conn, [self._source(name) for name in self.feeds], self.now)
            state = sources.states(conn)[source]
            state = replace(state, baseline=state.baseline or NOON, last_success=self.now)
            listed = tuple(self.feeds[source])
            poll = Poll(
                source=of,
                state=state,
                document=Document(url=of.url, status=200, body=b""),
                parsed=ParsedDocument(kind="rss", entries=listed, count=len(listed)),
                now=self.now,
                due=self.now,
            )
            settle(conn, poll, self.newsroom)

    async def deliver(self, *, minutes: float = 2) -> None:
        """Let time pass and send what is due."""
        self.now += timedelta(minutes=minutes)
        await self.outbox.flush(edits_ahead=True)

    def story_of(self, title: str) -> str:
        """The story of the entry with this headline."""
        with self.store.snapshot() as conn:
            rows = [row for row in entries.for_index(conn, NOON - LIFETIME) if row[2].title == title]
        return rows[-1][0]

    def titles(self, story: str) -> list[str]:
        """The headlines of a story."""
        with self.store.snapshot() as conn:
            found = stories.get(conn, story)
        return [report.entry.title for report in found.reports] if found else []

    def ask(self, question: str, *, language: str = "en", admin: bool = True, via: str = "console") -> Answer:
        """Ask as a person does: ``story split k7f2 2``; a change is carried out by the next tick."""
        given = self.request(question, language=language, admin=admin, via=via)
        if given.wanted is None:
            return given
        self.tick()
        with self.store.snapshot() as conn:
            return self.finished(conn, language=language)

    def request(
        self, question: str, *, language: str = "en", admin: bool = True, via: str = "console"
    ) -> Answer:
        """Ask, and only leave the request where something is to be changed."""
        with self.store.begin() as conn:
            given = self.answer_to(conn, question, language=language, admin=admin, via=via)
            if given.wanted is not None:
                self.asked = requests.add(conn, given.wanted.kind, given.wanted.payload, self.now)
        return given

    def answer_to(
        self,
        conn: Connection,
        question: str,
        *,
        language: str = "en",
        admin: bool = True,
        via: str = "console",
    ) -> Answer:
        """Answer a question."""
        verb, _, words = question.partition(" ")
        reader = Receiver(id="", via=via, language=language)
        asked = Asked(verb=verb, words=words, reader=reader, admin=admin, by="chat:7")
        return answer(asked, self.desk(conn))

    def finished(self, conn: Connection, *, language: str = "en") -> Answer:
        """What the last request is answered, once it was carried out."""
        done = requests.get(conn, self.asked)
        assert done is not None
        asked = Asked(verb="story", reader=Receiver(id="", via="console", language=language))
        return answer_finished(asked, self.desk(conn), done)

    def tick(self) -> None:
        """Carry out what was asked for."""
        more = True
        while more:
            with self.store.begin() as conn:
                more = split_asked(conn, self.newsroom, self.now)

    def split(self, story: str, entry: str | int, *, tell: bool = False) -> str:
        """Take an entry out of its story; return the new story."""
        done = self.ask(f"story split {story} {entry}" + (" --tell" if tell else ""))
        assert not done.failed, done.message.plain
        return str(done.rows[0]["new"])

    def merge(self, ended: str, into: str) -> None:
        """Two stories turn out to be one."""
        with self.store.begin() as conn:
            self.index.merge(ended, into)
            assert stories.merge(conn, ended, into, self.now)

    def _source(self, name: str) -> Source:
        return Source(id=name, name=name.title(), url=f"https://{name}.example/feed")

    def desk(self, conn: Connection) -> AnswerDesk:
        """What answering needs."""
        return AnswerDesk(
            conn=conn,
            settings=self.settings,
            watchlist=WATCHLIST,
            sources={},
            tables=TABLES,
            now=self.now,
            version="0",
            started=NOON,
            doubt=DOUBT,
        )
