"""A desk whose database is damaged between two lives: what its sources list again, and what is told of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random

from sqlalchemy import Engine, func, select

from bot.app.memory import open_store, settle_in
from bot.dedup import StoryIndex
from bot.errors import StoreError
from bot.model import Document, Operator, ParsedDocument, Receiver
from bot.pipeline.settle import Poll, settle
from bot.pipeline.splitting import load_index
from bot.store import Connection, Store, backups, sources
from bot.store.schema import alerts, deliveries, seen
from bot.store.schema import sources as source_rows
from tests.deskwork import LIFETIME, Desk
from tests.grouping import TABLES

OPERATOR = Operator(to=("desk",))


class Survivor(Desk):
    """A desk that starts as a bot does, and polls its sources as the store knows them."""

    def start(self) -> None:
        """Open the store, mended where it must be."""
        self.settings = replace(self.settings, operator=OPERATOR)
        url = f"sqlite:///{self.home / 'wirewatch.db'}"
        self.store = open_store(url, variants=TABLES.variants, now=self.now)
        self.index = StoryIndex(TABLES)
        with self.store.begin() as conn:
            settle_in(conn, self.settings, self.now)
            load_index(conn, self.index, self.now - LIFETIME)
        self.outbox = self.make_outbox()

    def poll(self, source: str) -> None:
        """Decide and save what a source's feed holds; its baseline is what the store says."""
        of, listed = self._source(source), tuple(self.feeds[source])

        def save(conn: Connection) -> None:
            sources.sync(conn, [self._source(name) for name in self.feeds], self.now)
            poll = Poll(
                source=of,
                state=sources.states(conn)[source],
                document=Document(url=of.url, status=200, body=b""),
                parsed=ParsedDocument(kind="rss", entries=listed, count=len(listed)),
                now=self.now,
                due=self.now,
            )
            settle(conn, poll, self.newsroom)

        with self.store.begin() as conn:
            save(conn)

    def owed_since(self, kinds: tuple[str, ...], since: datetime) -> list[str]:
        """The keys of what became owed from then on."""
        found = select(deliveries.c.key).where(deliveries.c.kind.in_(kinds), deliveries.c.at >= since)
        with self.store.snapshot() as conn:
            return list(conn.execute(found).scalars())


class House:
    """What the jobs for the file need of the app, of a desk."""

    def __init__(self, desk: Survivor) -> None:
        self.settings, self.store, self.outbox = desk.settings, desk.store, desk.outbox
        self.started = desk.now
        self._desk = desk

    def now(self) -> datetime:
        """The desk's time."""
        return self._desk.now


def reader() -> Receiver:
    """Who hears everything."""
    return Receiver(id="desk", via="chat", chat="1")


def copy_home(home: Path, to: Path) -> Path:
    """Copy a folder as it stands, with the log of a database that is open."""
    return Path(shutil.copytree(home, to))


def back_up(store: Store, now: datetime) -> backups.Backup:
    """Make a backup where the nightly ones are."""
    return backups.back_up(store.file, backups.default_place(store.file, now), now)


def damage(file: Path, random: Random) -> str:
    """Damage a database or what belongs to it in one of many ways; return which."""
    log, index = (file.with_name(f"{file.name}{side}") for side in ("-wal", "-shm"))
    ways: dict[str, list[Callable[[], object]]] = {
        "truncated": [lambda: _truncate(file, random)],
        "header zeroed": [lambda: _write(file, 0, bytes(random.choice([16, 100, 4096])))],
        "header garbage": [lambda: _write(file, random.randrange(100), random.randbytes(200))],
        "garbage in the middle": [lambda: _garbage(file, random)],
        "more garbage": [lambda: _garbage(file, random)] * 9,
        "one bit": [lambda: _flip(file, random)],
        "empty": [lambda: file.write_bytes(b"")],
        "deleted": [file.unlink],
        "all deleted": [file.unlink, log.unlink, index.unlink],
        "log truncated": [lambda: _truncate(log, random)],
        "log deleted": [log.unlink],
        "log garbage": [lambda: _garbage(log, random)],
        "log header": [lambda: _write(log, random.randrange(32), random.randbytes(32))],
        "index garbage": [lambda: _garbage(index, random)],
        "log and index deleted": [log.unlink, index.unlink],
        "both": [lambda: _garbage(file, random), lambda: _garbage(log, random)],
    }
    way = random.choice(sorted(ways))
    for step in ways[way]:
        step()
    return way


def one_for_each(connect: Callable[..., Engine]) -> Callable[..., Engine]:
    """Return ``opening.connect``, but with one engine for each file and use."""
    made: dict[tuple[Path, bool], Engine] = {}

    def connect_once(file: Path, *, writer: bool, variants: Mapping[int, str]) -> Engine:
        if (file, writer) not in made:
            made[file, writer] = connect(file, writer=writer, variants=variants)
        return made[file, writer]

    return connect_once


Memory = tuple[frozenset[bytes], int]


def memory(store: Store) -> Memory:
    """What keeps things from being told twice: the keys of all entries, and how many alerts there were."""
    with store.snapshot() as conn:
        keys = frozenset(conn.execute(select(seen.c.hash)).scalars())
        return keys, conn.execute(select(func.count()).select_from(alerts)).scalar() or 0


def is_quiet(store: Store, before: Memory) -> bool:
    """Tell, without a poll, that nothing can ring: every source begins anew, or all is remembered."""
    with store.snapshot() as conn:
        kept = conn.execute(select(source_rows.c.id).where(source_rows.c.baseline.is_not(None))).first()
    return kept is None or memory(store) == before


def polls(desk: Survivor) -> bool:
    """Poll every source; False where the store turned out to be damaged on the way."""
    with suppress(StoreError):
        for name in list(desk.feeds):
            desk.poll(name)
        return True
    return False


def _truncate(file: Path, random: Random) -> None:
    with file.open("r+b") as body:
        body.truncate(random.randrange(file.stat().st_size))


def _garbage(file: Path, random: Random) -> None:
    size = random.choice([64, 512, 4096, 20_000])
    _write(file, random.randrange(file.stat().st_size), random.randbytes(size))


def _flip(file: Path, random: Random) -> None:
    at = random.randrange(file.stat().st_size)
    with file.open("r+b") as body:
        body.seek(at)
        byte = body.read(1)[0]
        body.seek(at)
        body.write(bytes([byte ^ (1 << random.randrange(8))]))


def _write(file: Path, at: int, what: bytes) -> None:
    with file.open("r+b") as body:
        body.seek(at)
        body.write(what)
