"""A chat whose buttons people press: what they see, what it leaves in the store, and what the alert shows then.

desk = PressDesk(tmp_path)
story = await desk.told()
await desk.press("mute", by=MEI)
assert "(muted by Mei)" in desk.wall.text(1)
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from bot.app.asking import ask
from bot.app.listening import Doorman
from bot.channels import Address, Limits, Pacer, Question, Sent
from bot.channels.slack import Slack
from bot.channels.telegram import Telegram
from bot.commands import Answer, Asked, answer
from bot.model import Access, Button, Message, Mute, QuietHours, Receiver, Settings
from bot.outbox import Outbox
from bot.store import Store, audit, mutes
from tests.deskwork import PROFIT, Chat, Desk
from tests.grouping import WATCHLIST

GROUP = "-100"


@dataclass(frozen=True)
class Person:
    """Somebody in the chat."""

    id: str
    name: str


MEI, TOM, ANN = Person("1", "Mei"), Person("2", "Tom"), Person("3", "Ann")
"""Mei and Ann are admins."""


class Wall(Chat):
    """A chat that keeps every message whole."""

    name = "telegram"

    def __init__(self) -> None:
        super().__init__()
        self.shown: dict[str, Message] = {}
        self.edits = 0

    async def send(
        self, to: Address, message: Message, *, reply_to: str | None = None, reference: str = ""
    ) -> Sent:
        """Keep a message."""
        sent = await super().send(to, message, reply_to=reply_to, reference=reference)
        self.shown[sent.message_id] = message
        return sent

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Keep an edit."""
        await super().edit(to, message_id, message)
        self.shown[message_id] = message
        self.edits += 1

    def text(self, number: int = 1) -> str:
        """What a message reads now."""
        return self.shown[str(number)].plain

    def buttons(self, number: int = 1) -> list[str]:
        """The labels under a message now."""
        return labels(self.shown[str(number)].buttons)


class PressDesk(Desk):
    """A desk in Telegram; ``alone`` makes its chat a private one."""

    def __init__(
        self, home: Path, *, language: str = "en", alone: bool = False, quiet: QuietHours | None = None
    ) -> None:
        self.wall = Wall()
        self.alone = alone
        self.updates = count(1)
        desk = Receiver(id="desk", via="telegram", chat=GROUP, language=language, quiet_hours=quiet)
        super().__init__(home, receiver=desk)
        admins = frozenset({MEI.id, ANN.id})
        self.settings = replace(self.settings, access={"telegram": Access(admins=admins)})

    def start(self) -> None:
        """Open the store, with the wall for a chat."""
        super().start()
        self.chat = self.wall
        self.outbox = Outbox(
            store=self.store,
            channels={"telegram": self.wall, "slack": self.wall},
            pacers={name: Pacer(Limits(every=1e-9, burst=1)) for name in ("telegram", "slack")},
            configuration=lambda: (self.settings, WATCHLIST),
            clock=lambda: self.now,
            owner="desk",
            buttons=frozenset({"telegram", "slack"}),
        )

    async def told(self, title: str = PROFIT, *, link: str = "") -> str:
        """A story that the chat was told."""
        story = self.read("harbour", title, link=link)
        await self.deliver()
        return story

    async def press(self, action: str, by: Person = MEI, *, under: int = 1, via: str = "telegram") -> Answer:
        """Press a button of this action under a message; then everything that is owed is sent."""
        question = Question(
            via,
            GROUP,
            by.id,
            "",
            None,
            str(under),
            None,
            str(next(self.updates)),
            callback=action,
            person_name=by.name,
            private=self.alone,
        )
        given = await self.answered(question)
        await self.outbox.flush()
        return given

    async def says(self, line: str, by: Person = MEI, *, under: int | None = None) -> Answer:
        """Type a line, as a reply where ``under`` names a message."""
        reply = None if under is None else str(under)
        return await self.answered(
            Question(
                "telegram",
                GROUP,
                by.id,
                line,
                None,
                "99",
                reply,
                str(next(self.updates)),
                person_name=by.name,
                private=self.alone,
            )
        )

    async def answered(self, question: Question) -> Answer:
        """Understand and answer as the bot does; what is asked for is carried out meanwhile."""
        doorman = Doorman(self, self.wall)  # type: ignore[arg-type]  # the time is a value here, not a function
        asked = await self.store.read(lambda conn: doorman.understand(conn, question))
        going = asyncio.create_task(ask(self.store, asked, self.desk, lambda: self.now, patience=2))
        while not going.done():
            self.tick()
            await asyncio.sleep(0.01)
        return going.result()

    def ask_of(self, receiver: str, line: str) -> Answer:
        """Ask in the chat of a receiver."""
        verb, _, words = line.partition(" ")
        with self.store.snapshot() as conn:
            reader = self.settings.receivers[receiver]
            asked = Asked(verb=verb, words=words, reader=reader, receiver=receiver, by="telegram:9")
            return answer(asked, self.desk(conn))

    def muted(self) -> list[Mute]:
        """What is silenced now."""
        with self.store.snapshot() as conn:
            return mutes.active(conn, self.now)

    def changes(self) -> list[str]:
        """What people changed, the latest first."""
        with self.store.snapshot() as conn:
            return [change.what for change in audit.latest(conn)]


def labels(rows: tuple[tuple[Button, ...], ...] | None) -> list[str]:
    """The labels of rows of buttons."""
    return [button.label for row in rows or () for button in row]


def action_of(message: Message, label: str) -> str:
    """What the button of this label asks."""
    return next(button.action for row in message.buttons for button in row if button.label == label)


class House:
    """What a doorman needs: a desk whose chat is at the other end of a real channel."""

    def __init__(self, desk: PressDesk, channel: Telegram | Slack, receiver: Receiver, **more: Any) -> None:
        desk.settings = replace(desk.settings, receivers={receiver.id: receiver}, **more)
        self.desk = desk
        self.settings: Settings = desk.settings
        self.store: Store = desk.store
        self.outbox = Outbox(
            store=desk.store,
            channels={receiver.via: channel},
            pacers={receiver.via: channel.pacer},
            configuration=lambda: (self.settings, WATCHLIST),
            clock=self.now,
            owner="desk",
            buttons=frozenset({receiver.via}),
        )

    def now(self) -> datetime:
        """The time."""
        return self.desk.now

    async def answer(self, asked: Asked) -> Answer:
        """Answer; what that makes owed is sent by the outbox."""
        given = await ask(self.store, asked, self.desk.desk, self.now, patience=0)
        self.outbox.wake()
        return given
