"""What the bot remembers, in one SQLite file.

``Store`` opens the file and lends connections. The modules beside it, one a noun, hold the questions and the
changes: functions whose first argument is such a connection::

    store = Store.open("sqlite:///state/wirewatch.db", variants=tables.variants)
    await store.write(lambda conn: entries.save(conn, assignments, keys))
    told = await store.read(lambda conn: alerts.told_of(conn, story))

All that a function changes is committed when the transaction it was given ends, or nothing of it is.
Times go in and come out aware, in UTC.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine

from bot.errors import StoreError
from bot.store import (
    alerts,
    audit,
    buttons,
    deliveries,
    digests,
    entries,
    feedback,
    matches,
    meta,
    migrations,
    mutes,
    opening,
    requests,
    search,
    sources,
    stories,
    updates,
    volumes,
)
from bot.store.clean import retention

__all__ = [
    "Connection",
    "Store",
    "alerts",
    "audit",
    "buttons",
    "deliveries",
    "digests",
    "entries",
    "feedback",
    "matches",
    "meta",
    "mutes",
    "requests",
    "retention",
    "search",
    "sources",
    "stories",
    "updates",
    "volumes",
]

T = TypeVar("T")

_READERS = 4
_SAFE_SQLITE = (3, 51, 3)


class Store:
    """The open database: one connection that writes, on a thread of its own, and a few that read."""

    def __init__(self, file: Path, writer: Engine, reader: Engine) -> None:
        self.file = file
        self.cautions: tuple[str, ...] = ()
        """What the person who runs the bot should know about this database; empty when all is well."""
        self._writer = writer
        self._reader = reader
        self._turn = threading.Lock()
        self._turn_of: int | None = None
        self._inode = 0
        self._write_thread = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._read_threads = ThreadPoolExecutor(_READERS, thread_name_prefix="store-read")

    @classmethod
    def open(
        cls, url: str, *, variants: Mapping[int, str] | None = None, thorough: bool | None = None
    ) -> Store:
        """Open the file of a ``sqlite:///`` URL, create or migrate it where needed.

        ``variants`` is the table that search folds Chinese with (``Tables.variants``). ``thorough`` looks for
        damage however large the file is. StoreNewer when a newer version wrote it, StoreError when it can't
        be used.
        """
        file = opening.database_file(url)
        opening.make_folder(file)
        shared = dict(variants or {})
        store = cls(
            file,
            opening.connect(file, writer=True, variants=shared),
            opening.connect(file, writer=False, variants=shared),
        )
        try:
            store._prepare(thorough)
        except BaseException:
            store.close()
            raise
        return store

    def _prepare(self, thorough: bool | None) -> None:
        revision = opening.check(self._writer, self.file, thorough=thorough)
        mode = opening.use_write_ahead_log(self._writer, self.file)
        self._inode = self.file.stat().st_ino
        with self.begin() as connection:
            if revision != migrations.REVISIONS[-1]:
                migrations.upgrade(connection)
            # Changes nothing, but proves that the file can be written: a read-only one opens without error.
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        self.cautions = tuple(_cautions(mode))

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Lend the writing connection for one transaction: committed at the end, rolled back on an error.

        Waits for its turn; blocks, so coroutines use ``write``. StoreError when the file can't be written.
        """
        if self._turn_of == threading.get_ident():
            raise RuntimeError("begin() inside begin(): pass the connection on instead")
        with self._turn:
            self._turn_of = threading.get_ident()
            try:
                self._check_file()
                with opening.explained(self.file), self._writer.begin() as connection:
                    yield connection
            finally:
                self._turn_of = None

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Lend a connection that only reads, and sees one moment from its first question to the end."""
        with opening.explained(self.file), self._reader.begin() as connection:
            yield connection

    async def write(self, fn: Callable[[Connection], T]) -> T:
        """Run ``fn`` in one transaction on the writing thread and return its result once that is committed.

        A cancelled write that has not begun is dropped; one that has begun is waited for, so that the caller
        never leaves while its change is half way.
        """
        return await _finish(self._write_thread.submit(self._run, self.begin, fn))

    async def read(self, fn: Callable[[Connection], T]) -> T:
        """Run ``fn`` in one snapshot on a reading thread and return what it returns."""
        return await _finish(self._read_threads.submit(self._run, self.snapshot, fn))

    def close(self) -> None:
        """Wait for what has begun and close the file; may be called twice."""
        self._write_thread.shutdown(wait=True, cancel_futures=True)
        self._read_threads.shutdown(wait=True, cancel_futures=True)
        self._reader.dispose()
        self._writer.dispose()

    @staticmethod
    def _run(lend: Callable[[], AbstractContextManager[Connection]], fn: Callable[[Connection], T]) -> T:
        with lend() as connection:
            return fn(connection)

    def _check_file(self) -> None:
        # A file deleted or replaced under an open connection swallows every commit without an error.
        try:
            inode = self.file.stat().st_ino
        except OSError as error:
            raise StoreError(
                f"The database {self.file} is gone ({error.strerror}): put it back and start the bot again"
            ) from error
        if self._inode not in (0, inode):
            raise StoreError(f"The database {self.file} was replaced while the bot ran: start the bot again")


async def _finish(future: Future[T]) -> T:
    try:
        return await asyncio.shield(asyncio.wrap_future(future))
    except asyncio.CancelledError:
        if not future.cancel():
            with suppress(Exception):
                await asyncio.wrap_future(future)
        raise


def _cautions(mode: str) -> Iterator[str]:
    if mode != "wal":
        yield (
            f"the disk of the database does not support a write-ahead log (it is in {mode} mode): "
            "reading waits for writing; a local disk is better"
        )
    if sqlite3.sqlite_version_info < _SAFE_SQLITE:
        yield (
            f"SQLite {sqlite3.sqlite_version} has a fault, mended in 3.51.3, that damages a database when "
            "two programs write at once: let no other program write it"
        )
