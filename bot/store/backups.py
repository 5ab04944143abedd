"""Copies of the database: made while the bot runs, checked before they count, the older ones thinned out.

Each copy carries a mark in ``meta`` that only a copy has: where one becomes the database again, the bot knows it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.crashpoints import crashpoint
from bot.errors import StoreDamaged, StoreError, StoreFull, StoreRefused
from bot.store import migrations, opening

DAILY, WEEKLY, BEFORE = 7, 4, 3
"""How many are kept: of the last days, of the last weeks, and from before a migration."""
AFTER_HOURS = timedelta(hours=3, minutes=30)
"""The local time from which a day's copy is made."""
A_DAY = timedelta(days=1)
MARK = "copied"
"""The key in ``meta`` of a copy: when it was made."""
LAST = "last backup"
"""The key in ``meta`` of the database: when its last copy was made."""
_PAGES = 256
"""Copied at a time; between two times others have the disk."""
_PAUSE = 0.002
_ABANDONED = 3600.0
"""Seconds after which an unfinished copy that nobody writes any more is nobody's."""
_STAMP = "%Y%m%d-%H%M%S"


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy: where it is, when it was made, its bytes, and the seconds that took (0 for one made before)."""

    file: Path
    at: datetime
    size: int
    seconds: float = 0.0


def folder_of(database: Path) -> Path:
    """Return where the copies of a database are."""
    return database.parent / "backups"


def default_place(database: Path, now: datetime) -> Path:
    """Return the file of a copy made now."""
    return folder_of(database) / f"wirewatch-{now.astimezone(UTC).strftime(_STAMP)}.db"


def back_up(
    database: Path, target: Path, now: datetime, *, stopped: Callable[[], bool] = lambda: False
) -> Backup:
    """Copy the database as it is at this moment to ``target``, whoever writes it meanwhile; blocks.

    The copy is checked and takes its name only when it is whole and on the disk. StoreFull without room for it,
    StoreRefused where it can't be written, StoreDamaged when the database is damaged, StoreError when ``stopped``
    tells to give up.
    """
    began = time.perf_counter()
    _make_room(database, target)
    half = target.with_name(f".{target.name}.part")
    try:
        with opening.explained(database):
            _copy(database, half, stopped)
        with opening.explained(half):
            mark(half, now)
            revision_of(half)
        _sync(half)
        crashpoint("backup-written")
        half.replace(target)
        crashpoint("backup-renamed")
        _sync(target.parent)
    except OSError as error:
        raise StoreRefused(f"The copy {target} can't be written: {(error.strerror or str(error))}") from error
    finally:
        for left in (half, half.with_name(f"{half.name}-journal")):
            with suppress(OSError):
                left.unlink()
    return Backup(target, now, target.stat().st_size, time.perf_counter() - began)


def mark(copy: Path, made: datetime) -> None:
    """Write into a copy that it is one, and when it was made; it is one file then, without a log beside it."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as body:
        body.execute("PRAGMA journal_mode = DELETE")
        body.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (MARK, made.isoformat()))


def revision_of(file: Path) -> str:
    """Return the schema of a copy that can be used, every page of which was read.

    StoreDamaged or StoreRefused for one that can't, StoreNewer for one of a newer version.
    """
    with opening.explained(file), closing(_read_only(file)) as connection:
        opening.look_for_damage(connection, file)
        revision = opening.revision(connection, file)
    if revision is None:
        raise StoreDamaged(f"{file} is an empty database: there is nothing to restore in it")
    return revision


def when_made(file: Path) -> datetime | None:
    """Return when a copy was made, None for a database that carries no mark."""
    with suppress(sqlite3.Error, ValueError), closing(_read_only(file)) as connection:
        row = connection.execute("SELECT value FROM meta WHERE key = ?", (MARK,)).fetchone()
        return datetime.fromisoformat(row[0]) if row else None
    return None


def listed(folder: Path) -> list[Backup]:
    """Return the copies in a folder that were made by the day, the newest first; by their names, nothing is read."""
    return sorted(_named(folder, "wirewatch-"), key=lambda one: one.at, reverse=True)


def copy_before_migration(database: Path) -> Backup | None:
    """Copy a database whose schema is about to change; StoreError, and nothing changes, where that can't be."""
    now = datetime.now(UTC)
    name = f"before-{migrations.REVISIONS[-1]}-{now.strftime(_STAMP)}.db"
    try:
        made = back_up(database, folder_of(database) / name, now)
    except StoreError as error:
        raise type(error)(
            f"Before its schema changes the database is copied, and that failed: {error}"
        ) from error
    older = sorted(_named(folder_of(database), "before-"), key=lambda one: one.at, reverse=True)
    _delete(older[BEFORE:])
    return made


def is_due(last: datetime | None, since: datetime | None, now: datetime) -> bool:
    """Tell whether it is time for a copy: a day's, from half past three on, in the zone of ``now``.

    ``last`` is when the last was made; ``since`` when the first source was read, without which there is nothing
    worth a copy.
    """
    if last is None or last > now:
        return since is not None and now - since >= timedelta(hours=1)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0) + AFTER_HOURS
    return now - last >= A_DAY or last < today <= now


def thin_out(folder: Path) -> list[Path]:
    """Delete the copies beyond those of the last days and weeks that have one; return what was deleted."""
    sweep(folder)
    found = listed(folder)
    days = _first_of(found, lambda one: one.at.date().isoformat())
    weeks = _first_of(found, lambda one: "{}-{}".format(*one.at.isocalendar()))
    kept = {one.file for one in (*days[:DAILY], *weeks[:WEEKLY])}
    return _delete(one for one in found if one.file not in kept)


def sweep(folder: Path) -> None:
    """Delete what copies that were cut short have left; one that is being made is younger than this."""
    for left in folder.glob(".*.db.part*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                left.unlink()


def _first_of(found: Iterable[Backup], span: Callable[[Backup], str]) -> list[Backup]:
    """The newest of each span of time."""
    first: dict[str, Backup] = {}
    for one in found:
        first.setdefault(span(one), one)
    return list(first.values())


def _named(folder: Path, start: str) -> Iterator[Backup]:
    for file in folder.glob(f"{start}*.db"):
        with suppress(ValueError, OSError):
            at = datetime.strptime(file.stem[-15:], _STAMP).replace(tzinfo=UTC)
            yield Backup(file, at, file.stat().st_size)


def _delete(found: Iterable[Backup]) -> list[Path]:
    gone = []
    for one in found:
        with suppress(OSError):
            one.file.unlink()
            gone.append(one.file)
    return gone


def _make_room(database: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        size, free = database.stat().st_size, shutil.disk_usage(target.parent).free
    except OSError as error:
        raise StoreRefused(
            f"The copy {target} can't be made ({error.strerror}): name a place where the bot's user may write"
        ) from error
    if target.is_dir():
        raise StoreRefused(f"{target} is a folder; name a file in it, as in {target / 'wirewatch.db'}")
    if free < size * 1.1:
        raise StoreFull(
            f"There is no room for a copy in {target.parent}: {size / 1e6:,.0f} MB are needed, "
            f"{free / 1e6:,.0f} MB are free"
        )


def _copy(database: Path, half: Path, stopped: Callable[[], bool]) -> None:
    half.unlink(missing_ok=True)
    os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    def between(_status: int, _remaining: int, _total: int) -> None:
        if stopped():
            raise StoreError("the copy was given up")
        time.sleep(_PAUSE)

    with closing(_read_only(database)) as source, closing(sqlite3.connect(half)) as copy:
        # One moment is copied, from its first page to its last: else each write would begin the copy anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        copy.execute("PRAGMA synchronous = OFF")
        source.backup(copy, pages=_PAGES, progress=between)


def _read_only(file: Path) -> sqlite3.Connection:
    if not file.exists():
        raise StoreRefused(f"{file}: there is no such file")
    connection = sqlite3.connect(file, timeout=opening.BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
