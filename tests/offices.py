"""An outbox over a real store, with receivers on any channels and a clock that tests move.

office = Office(tmp_path, {"slack": Slack(...)}, [receiver("team", via="slack", chat="C0123ABC")])
office.owe("s1", "team")
await office.outbox.flush()
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from bot.channels import Address, Channel, Limits, Pacer, Sent
from bot.errors import SendError
from bot.model import DeliveryKind, Message, Operator, Outcome, Receiver, Settings
from bot.outbox import Outbox
from bot.store import Store, alerts, deliveries, entries, matches
from tests.newsmaking import NOON, WATCHLIST, entry, facts, mention
from tests.standins import TelegramStandIn
from tests.standins.server import Failure
from tests.storing import assignment, match, open_store, owe, told

UNHURRIED = Limits(every=1e-9)


def title_of(story: str) -> str:
    """The headline of a story."""
    return f"Alibaba profit jumps {story[1:]}%"


class Post:
    """One message that a chat took."""

    def __init__(self, chat: str, text: str, at: datetime) -> None:
        self.chat = chat
        self.text = text
        self.at = at


class Service:
    """A chat service of many chats: ``down`` and ``refusing`` say what becomes of messages, and of looks.

    ``troubles`` are raised first, one a message, whatever else holds.
    """

    name = "service"

    def __init__(self) -> None:
        self.now = NOON
        self.posts: list[Post] = []
        self.edits: list[tuple[str, str]] = []
        self.down: Outcome | None = None
        self.refusing: dict[str, Outcome | SendError] = {}
        self.troubles: list[Exception] = []
        self.tries: list[datetime] = []
        self.looks: list[datetime] = []

    async def send(
        self, to: Address, message: Message, *, reply_to: str | None = None, reference: str = ""
    ) -> Sent:
        """Take a message, or raise what is planned."""
        self.tries.append(self.now)
        if self.troubles:
            raise self.troubles.pop(0)
        self._stumble(to)
        self.posts.append(Post(to.chat, message.plain, self.now))
        return Sent(str(len(self.posts)), (str(len(self.posts)),), to.chat)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Take an edit."""
        self._stumble(to)
        self.edits.append((message_id, message.plain))

    async def check(self, to: Address | None = None) -> str:
        """Answer a look."""
        self.looks.append(self.now)
        if to is not None:
            self._stumble(to)
        return "a service"

    async def close(self) -> None:
        """Nothing is open."""

    def _stumble(self, to: Address) -> None:
        outcome = self.down or self.refusing.get(to.chat)
        if isinstance(outcome, SendError):
            raise outcome
        if outcome is not None:
            raise SendError(outcome, f"{outcome.value} by plan", said="by plan")


class Office:
    """One outbox, its store and its receivers."""

    def __init__(
        self,
        home: Path,
        channels: Mapping[str, Channel],
        receivers: Iterable[Receiver],
        *,
        now: datetime = NOON,
        pacers: Mapping[str, Pacer] | None = None,
        operator: tuple[str, ...] = (),
    ) -> None:
        self.store: Store = open_store(home)
        self.now = now
        self.slept: list[float] = []
        self.channels = dict(channels)
        self._pacers = pacers or {name: self._pacer() for name in channels}
        self.settings = Settings(
            receivers={each.id: each for each in receivers}, operator=Operator(to=operator)
        )
        self.outbox = self.open("first")

    def open(self, owner: str) -> Outbox:
        """Another instance over the same store."""
        return Outbox(
            store=self.store,
            channels=self.channels,
            pacers=self._pacers,
            configuration=lambda: (self.settings, WATCHLIST),
            clock=lambda: self.now,
            owner=owner,
            chance=lambda: 0.5,
            sleep=self._sleep,
        )

    def _pacer(self) -> Pacer:
        def seconds() -> float:
            return self.now.timestamp()

        return Pacer(UNHURRIED, clock=seconds, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_time(seconds)

    def pass_time(self, seconds: float) -> None:
        """Let time pass for the outbox and for the services that keep a clock."""
        self.now += timedelta(seconds=seconds)
        for channel in self.channels.values():
            if isinstance(channel, Service):
                channel.now = self.now

    def publish(self, *stories: str, score: int = 70) -> None:
        """Store stories, named like s12, one report each."""
        with self.store.begin() as conn:
            for story in stories:
                title = title_of(story)
                of = entry(f"e{story}", title)
                entries.save(
                    conn, [assignment(story, of, facts(mention(title, "Alibaba")))], {of.id: [of.id]}
                )
                matches.save(conn, [match(story, entry=of.id, score=score)], "v1", NOON)

    def owe(
        self,
        story: str,
        to: str,
        *,
        kind: DeliveryKind = DeliveryKind.ALERT,
        score: int = 70,
        due: datetime | None = None,
    ) -> str:
        """Owe a message about a story; return its key."""
        key = f"{story}|{to}|{kind.value}|0"
        with self.store.begin() as conn:
            self.owe_in(conn, story, to, kind=kind, score=score, due=due)
        return key

    def owe_in(
        self,
        conn: Connection,
        story: str,
        to: str,
        *,
        kind: DeliveryKind = DeliveryKind.ALERT,
        score: int = 70,
        due: datetime | None = None,
    ) -> None:
        """Owe a message within a transaction."""
        alert = kind is DeliveryKind.ALERT
        alerts.save_told(conn, told(story, to, watches=("alibaba",), pending=alert, score=score))
        key = f"{story}|{to}|{kind.value}|0"
        owe(conn, key, to, story=story, kind=kind, due=due or self.now, score=score, now=self.now)

    def states(self) -> dict[str, int]:
        """How many messages are in which state."""
        with self.store.snapshot() as conn:
            rows = conn.exec_driver_sql("SELECT state, count(*) FROM deliveries GROUP BY state").all()
        return {row[0]: row[1] for row in rows}

    def owed(self) -> int:
        """How many messages are owed."""
        with self.store.snapshot() as conn:
            return sum(row.count for row in deliveries.owed(conn))


def real_now() -> datetime:
    """The time of this machine, for services that keep their own."""
    return datetime.now(UTC)


class Unsteady(TelegramStandIn):
    """A Telegram that is ``down`` as long as somebody says how, such as ``502html``."""

    down = ""

    def planned(self, method: str) -> Failure | None:
        """Fail like that, whatever is asked."""
        return Failure(self.down) if self.down else super().planned(method)
