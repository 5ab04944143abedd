"""Open a database file with care: find it, check it, and explain what is wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.errors import StoreError, StoreNewer
from bot.store import migrations

SMALL = 256 * 1024 * 1024
"""Bytes up to which a file is checked for damage at every start: about half a second."""

BUSY_SECONDS = 10

_ADVICE = {
    "SQLITE_BUSY": (
        f"is held by another program, which didn't finish within {BUSY_SECONDS} s",
        "stop the other program (a second bot, a backup, a database browser) and try again",
    ),
    "SQLITE_FULL": ("can't grow: the disk is full", "free some space; nothing of what was stored is lost"),
    "SQLITE_IOERR": (
        "can't be read or written: the disk reports an error",
        "check that the disk isn't full and is in order, then start again",
    ),
    "SQLITE_READONLY": (
        "may not be written",
        "give the bot's user the right to write the file and its folder, or name another place in `database`",
    ),
    "SQLITE_CANTOPEN": (
        "can't be opened",
        "check that its folder exists and the bot's user may write there, or change `database`",
    ),
    "SQLITE_CORRUPT": (
        "is damaged",
        (
            "move it and the files beside it (-wal, -shm) away, put back a copy or start without one: "
            "the bot then takes a new baseline and repeats no alert"
        ),
    ),
    "SQLITE_NOTADB": (
        "is not an SQLite database",
        "name another place in `database`, or move the file away if it was damaged",
    ),
}


def database_file(url: str) -> Path:
    """Return the file of a ``sqlite:///`` URL, made absolute; StoreError for any other URL."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(f"`database: {url}` is no URL; write sqlite:///state/wirewatch.db") from None
    backend = parsed.get_backend_name()
    if backend != "sqlite":
        hint = "PostgreSQL is not there yet" if backend == "postgresql" else f"{backend} can't be used"
        raise StoreError(f"`database`: {hint}; write sqlite:///state/wirewatch.db")
    if not parsed.database or parsed.database == ":memory:" or parsed.query:
        raise StoreError(
            "`database` must name a file and nothing else, as in sqlite:///state/wirewatch.db "
            "(four slashes for a path from the root: sqlite:////var/lib/wirewatch.db)"
        )
    return Path(parsed.database).absolute()


def make_folder(file: Path) -> None:
    """Create the folder of the file where it is missing; StoreError where that can't be."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder {file.parent} for the database can't be created ({error.strerror}): "
            "create it for the bot's user, or name another place in `database`"
        ) from error
    if file.is_dir():
        raise StoreError(
            f"{file} is a folder; `database` must name a file in it, as in {file / 'wirewatch.db'}"
        )


def connect(file: Path, *, writer: bool, variants: Mapping[int, str]) -> Engine:
    """Return an engine: one connection that writes, or up to a few that only read. Nothing is opened yet."""
    pool: dict[str, Any] = (
        {"poolclass": StaticPool} if writer else {"poolclass": QueuePool, "max_overflow": 20}
    )
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
        execution_options={"variants": variants},
        **pool,
    )
    settings = ["foreign_keys = ON", "synchronous = FULL", "temp_store = MEMORY", "cache_size = -16384"]
    if not writer:
        settings.append("query_only = ON")

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        # Python's own transactions are off: they begin late and deferred, which fails beside a second writer.
        connection.isolation_level = None
        for setting in settings:
            connection.execute(f"PRAGMA {setting}")

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine


@contextmanager
def explained(file: Path) -> Iterator[None]:
    """Turn what SQLite says about file, disk or another program into a StoreError that says what to do."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        name = str(getattr(cause, "sqlite_errorname", ""))
        for code, (what, advice) in _ADVICE.items():
            if name.startswith(code):
                raise StoreError(f"The database {file} {what} ({cause}): {advice}") from error
        raise


def check(writer: Engine, file: Path, *, thorough: bool | None = None) -> str | None:
    """Return the revision of the file's schema, None when it is empty; nothing is written.

    StoreNewer for a schema of a newer version, StoreError for damage (looked for in small files, or when
    ``thorough``) and for a database of another program.
    """
    with explained(file), reading(writer) as connection:
        connection.execute("PRAGMA schema_version").fetchone()
        if thorough or (thorough is None and file.stat().st_size <= SMALL):
            _look_for_damage(connection, file)
        return _revision(connection, file)


@contextmanager
def reading(engine: Engine) -> Iterator[sqlite3.Connection]:
    """Lend the bare connection, outside any transaction: pragmas and checks don't work inside one."""
    lent = engine.raw_connection()
    try:
        bare = lent.driver_connection
        assert isinstance(bare, sqlite3.Connection)
        yield bare
    finally:
        lent.close()


def _look_for_damage(connection: sqlite3.Connection, file: Path) -> None:
    found = [row[0] for row in connection.execute("PRAGMA quick_check(1)")]
    if found != ["ok"]:
        what, advice = _ADVICE["SQLITE_CORRUPT"]
        raise StoreError(f"The database {file} {what} ({found[0]}): {advice}")


def _revision(connection: sqlite3.Connection, file: Path) -> str | None:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "alembic_version" not in tables:
        if tables:
            raise StoreError(
                f"The database {file} belongs to another program (it has a table `{min(tables)}`): "
                "name another place in `database`"
            )
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    revision = str(row[0]) if row else None
    if revision is not None and revision not in migrations.REVISIONS:
        raise StoreNewer(
            f"The database {file} was written by a newer version of Wirewatch (its schema is {revision}, "
            f"this one knows up to {migrations.REVISIONS[-1]}): install the newer version, "
            "or name another place in `database`. Nothing was changed"
        )
    return revision


def use_write_ahead_log(writer: Engine, file: Path) -> str:
    """Switch the file to a write-ahead log; return its mode: ``wal``, unless the disk can't do that."""
    with explained(file), reading(writer) as connection:
        return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
