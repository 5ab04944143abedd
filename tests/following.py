"""A bot without its network, asked to change its own watchlist: a folder of YAML, a real store, errands that run.

async with Room(tmp_path) as room:
    shown = await room.ask("watch alias acme Acme Corp")
    done = await room.press(shown)
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType

from bot.app import App
from bot.channels.console import Console
from bot.commands import Answer, Asked, Pressed, split_command
from bot.config import load
from bot.model import Document, ParsedDocument, ParsedEntry, Receiver, Source
from bot.pipeline.settle import Poll, settle
from bot.store import audit, sources
from tests.newsmaking import NOON

WATCHES = """\
# who we follow
watches:
  globex:
    name: Globex
    aliases: [格洛贝克斯]   # its Chinese name
    weak: [Kestrel]
  # makers of brakes
  acme: {name: Acme}
  tencent: library
"""
SETTINGS = """\
receivers: {desk: {via: console}, night: {via: console, language: zh}}
routes:
  - {name: important, min_score: 40, to: [desk]}
"""
ADMIN = "chat:7"


def write_folder(home: Path, *, watches: str = WATCHES, settings: str = SETTINGS) -> Path:
    """Write a configuration with one source; return its folder."""
    folder = home / "config"
    folder.mkdir(exist_ok=True)
    (folder / "watchlist.yaml").write_bytes(watches.encode())
    (folder / "wirewatch.yaml").write_text(settings, encoding="utf-8")
    (folder / "sources.yaml").write_text(
        "sources:\n  - {id: harbour, url: 'https://harbour.example/feed'}\n", encoding="utf-8"
    )
    return folder


class Room:
    """One chat with one bot, whose clock tests move."""

    def __init__(self, home: Path, *, watches: str = WATCHES, settings: str = SETTINGS) -> None:
        self.folder = write_folder(home, watches=watches, settings=settings)
        self.file = self.folder / "watchlist.yaml"
        self.now = NOON
        self.feed: list[ParsedEntry] = []
        self.state = home / "state"
        self.app = self._app()

    def _app(self) -> App:
        return App(
            load(self.folder, environ={}),
            self.state,
            owner="room",
            console=Console(),
            environ={},
            clock=lambda: self.now,
        )

    async def __aenter__(self) -> Room:
        await self.app.start()
        await self.app.load_index()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.app.close()

    async def restart(self) -> None:
        """End and start again on the same folders."""
        await self.app.close()
        self.app = self._app()
        await self.app.start()
        await self.app.load_index()

    @property
    def text(self) -> str:
        """The watchlist as it stands on disk."""
        return self.file.read_bytes().decode()

    @property
    def watched(self) -> set[str]:
        """The ids of the watches in force."""
        return set(self.app.configuration.watchlist.watches)

    def publish(self, *titles: str, minutes: float = 5) -> None:
        """Let time pass and the one source publish items, one poll each."""
        for title in titles:
            self.now += timedelta(minutes=minutes)
            uid = f"n{len(self.feed)}"
            url = f"https://harbour.example/{uid}"
            self.feed.append(ParsedEntry(uid=uid, url=url, title=title, summary="", published=self.now))
            self._poll()

    def _poll(self) -> None:
        source = Source(id="harbour", name="Harbour", url="https://harbour.example/feed")
        with self.app.store.begin() as conn:
            state = sources.states(conn)[source.id]
            poll = Poll(
                source=source,
                state=_polled(state, self.now),
                document=Document(url=source.url, status=200, body=b""),
                parsed=ParsedDocument(kind="rss", entries=tuple(self.feed), count=len(self.feed)),
                now=self.now,
                due=self.now,
            )
            settle(conn, poll, self.app.pipeline.newsroom)

    async def ask(
        self,
        question: str,
        *,
        admin: bool = True,
        alone: bool = False,
        by: str = ADMIN,
        language: str = "en",
        receiver: str = "",
        pressed: Pressed | None = None,
    ) -> Answer:
        """Ask as a person does, and wait until it is carried out."""
        verb, words = split_command(question) if question else ("", "")
        asked = Asked(
            verb=verb,
            words=words,
            reader=Receiver(id=receiver, via="telegram", language=language),
            receiver=receiver,
            admin=admin,
            alone=alone,
            by=by,
            who="Mei" if by == ADMIN else "Bo",
            pressed=pressed,
        )
        answering = asyncio.ensure_future(self.app.answer(asked))
        while not answering.done():
            await self.app._errands.tick()
            await asyncio.sleep(0.005)
        return await answering

    async def press(
        self, shown: Answer, *, cancel: bool = False, by: str = ADMIN, admin: bool = True
    ) -> Answer:
        """Press Do it, or Cancel, under an answer."""
        (row,) = shown.message.buttons
        verb, _, about = row[1 if cancel else 0].action.partition(":")
        return await self.ask("", by=by, admin=admin, pressed=Pressed(verb, about, "chat", "1", "1"))

    async def make(self, question: str) -> Answer:
        """Ask for a change and confirm it."""
        shown = await self.ask(question)
        assert not shown.failed, shown.message.plain
        done = await self.press(shown)
        assert not done.failed, done.message.plain or done.popup
        return done

    def noted(self) -> list[audit.Change]:
        """What the audit says, the latest first."""
        with self.app.store.snapshot() as conn:
            return audit.edits(conn)


def _polled(state: sources.SourceState, now: datetime) -> sources.SourceState:
    return replace(state, baseline=state.baseline or NOON, last_success=now)
