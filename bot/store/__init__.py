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
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine

from bot.crashpoints import crashpoint
from bot.errors import StoreDamaged, StoreFull, StoreGone
from bot.store import (
    alerts,
    audit,
    backups,
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
    restoring,
    search,
    sources,
    stories,
    updates,
    volumes,
    walog,
)
from bot.store.clean import retention
from bot.store.room import Room
from bot.store.writing import Asked, write_group

__all__ = [
    "Connection",
    "Store",
    "alerts",
    "audit",
    "backups",
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
_ANSWERERS = 2
_TOGETHER = 32
"""Writes that may share one wait for the disk."""
PATIENCE = 1.0
"""Seconds between two tries of a patient write while the disk is full."""


class Store:
    """The open database: one connection that writes, on a thread of its own, and a few that read."""

    def __init__(self, file: Path, writer: Engine, reader: Engine) -> None:
        self.file = file
        self.cautions: tuple[str, ...] = ()
        """What the person who runs the bot should know about this database; empty when all is well."""
        self.note = opening.version_note()
        self.room = Room(file)
        self.closing = False
        self._writer = writer
        self._reader = reader
        self._turn = threading.Lock()
        self._turn_of: int | None = None
        self._inode = 0
        self._beside: walog.Beside | None = None
        self._lost: Future[None] = Future()
        self._asked: deque[Asked] = deque()
        self._write_thread = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._read_threads = ThreadPoolExecutor(_READERS, thread_name_prefix="store-read")
        self._answer_threads = ThreadPoolExecutor(_ANSWERERS, thread_name_prefix="store-answer")
        self._long_thread = ThreadPoolExecutor(1, thread_name_prefix="store-long")

    @classmethod
    def open(
        cls,
        url: str,
        *,
        variants: Mapping[int, str] | None = None,
        thorough: bool | None = None,
        anew: bool = False,
    ) -> Store:
        """Open the file of a ``sqlite:///`` URL, create or migrate it where needed.

        ``variants`` is the table that search folds Chinese with (``Tables.variants``). ``thorough`` looks for
        damage however large the file is; ``anew`` creates a file also where one that was used is gone. Before a
        migration the file is copied to ``backups`` beside it.
        StoreNewer when a newer version wrote it, StoreRefused when a person has to change something first,
        StoreDamaged, StoreError when it can't be used.
        """
        file = opening.database_file(url)
        if not anew:
            restoring.insist_that_it_is_there(file)
        opening.make_folder(file)
        opening.make_file(file)
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
        self._beside = walog.Beside(self.file)
        known = self._beside.read()
        cut = walog.is_cut(self.file, known)
        revision = opening.check(self._writer, self.file, thorough=thorough)
        if cut or walog.has_less(known, self._beside.read()):
            restoring.suspect(self.file, restoring.CUT, "the log of its last changes is damaged")
        mode = opening.use_write_ahead_log(self._writer, self.file)
        self._inode = self.file.stat().st_ino
        if revision not in (None, migrations.REVISIONS[-1]):
            backups.copy_before_migration(self.file)
        try:
            with self.begin() as connection:
                if revision != migrations.REVISIONS[-1]:
                    migrations.upgrade(connection)
                    crashpoint("migrated")
                # Changes nothing, but proves that the file can be written: a read-only one opens without error.
                connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        except StoreFull:
            if revision != migrations.REVISIONS[-1]:
                raise
            self.room.full = True  # it can be read, and written as soon as there is room
        self.cautions = tuple(opening.cautions(self.file, mode))

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
                with self._explained():
                    self._check_file()
                    with self._writer.begin() as connection:
                        yield connection
                        crashpoint("before-commit")
                crashpoint("after-commit")
            finally:
                self._turn_of = None

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Lend a connection that only reads, and sees one moment from its first question to the end."""
        with self._explained(), self._reader.begin() as connection:
            yield connection

    async def write(self, fn: Callable[[Connection], T], *, patient: bool = False) -> T:
        """Run ``fn`` in one transaction on the writing thread and return its result once that is committed.

        Writes that wait for the disk at the same moment are committed together, each undone alone where it
        fails. A cancelled write that has not begun is dropped; one that has begun is waited for, so that the
        caller never leaves while its change is half way. ``fn`` may be run again, after all that it changed was
        undone. With ``patient`` a full disk is waited out: for notes of what has happened already.
        """
        while True:
            future: Future[T] = Future()
            self._asked.append(Asked(fn, future))
            self._write_thread.submit(self._write_asked)
            try:
                return await _finish(future)
            except StoreFull:
                if not patient:
                    raise
            await asyncio.sleep(PATIENCE)

    async def read(self, fn: Callable[[Connection], T]) -> T:
        """Run ``fn`` in one snapshot on a reading thread and return what it returns."""
        return await _finish(self._read_threads.submit(self._run, self.snapshot, fn))

    async def answer(self, fn: Callable[[Connection], T], *, long: bool = False) -> T:
        """Do as ``read`` does, on threads for people's questions: what is asked never keeps an alert waiting.

        Of those that take ``long`` one runs at a time, and quick ones don't wait for it.
        """
        threads = self._long_thread if long else self._answer_threads
        return await _finish(threads.submit(self._run, self.snapshot, fn))

    async def lost(self) -> None:
        """Wait until the file turns out to be damaged, or gone, and raise the StoreDamaged that says so."""
        await asyncio.shield(asyncio.wrap_future(self._lost))

    def close(self) -> None:
        """Wait for what has begun and close the file; may be called twice."""
        self.closing = True
        self._write_thread.shutdown(wait=True, cancel_futures=True)
        while self._asked:
            self._asked.popleft().future.cancel()
        for threads in (self._read_threads, self._answer_threads, self._long_thread):
            threads.shutdown(wait=True, cancel_futures=True)
        self._reader.dispose()
        self._writer.dispose()
        if self._beside is not None:
            self._beside.close()

    def _write_asked(self) -> None:
        """Run what was asked for until now, the oldest first, in one transaction."""
        group: list[Asked] = []
        while self._asked and len(group) < _TOGETHER:
            asked = self._asked.popleft()
            if asked.future.set_running_or_notify_cancel():
                group.append(asked)
        if group:
            write_group(group, self.begin, self.file, self.room)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            with opening.explained(self.file):
                yield
        except StoreDamaged as error:
            if self.file.exists() and self._inode and not isinstance(error, StoreGone):
                restoring.suspect(self.file, restoring.DAMAGED, str(error.__cause__ or error))
            if not self._lost.done():
                self._lost.set_exception(error)
            raise

    @staticmethod
    def _run(lend: Callable[[], AbstractContextManager[Connection]], fn: Callable[[Connection], T]) -> T:
        with lend() as connection:
            return fn(connection)

    def _check_file(self) -> None:
        # A file deleted or replaced under an open connection swallows every commit without an error.
        try:
            inode = self.file.stat().st_ino
        except OSError as error:
            raise StoreGone(
                f"The database {self.file} is gone ({error.strerror}): "
                "start the bot again, it puts the last copy in its place"
            ) from error
        if self._inode not in (0, inode):
            raise StoreGone(f"The database {self.file} was replaced while the bot ran: start the bot again")


async def _finish(future: Future[T]) -> T:
    try:
        return await asyncio.shield(asyncio.wrap_future(future))
    except asyncio.CancelledError:
        if not future.cancel():
            with suppress(Exception):
                await asyncio.wrap_future(future)
        raise
