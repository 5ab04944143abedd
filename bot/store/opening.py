"""Open a database file with care: find it, check it, and explain what is wrong."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.errors import StoreDamaged, StoreError, StoreFull, StoreNewer, StoreRefused
from bot.store import migrations

SMALL = 256 * 1024 * 1024
"""Bytes up to which a file is checked for damage at every start: about half a second."""

BUSY_SECONDS = 10
_SAFE_SQLITE = (3, 51, 3)
_FAR_AWAY = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs"}
)
MOUNTS = Path("/proc/self/mounts")

_ADVICE: dict[str, tuple[type[StoreError], str, str]] = {
    "SQLITE_BUSY": (
        StoreError,
        f"is held by another program, which didn't finish within {BUSY_SECONDS} s",
        "stop the other program (a second bot, a backup, a database browser) and try again",
    ),
    "SQLITE_FULL": (
        StoreFull,
        "can't grow: the disk is full",
        "free some space; nothing of what was stored is lost",
    ),
    **dict.fromkeys(
        ("SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_TRUNCATE"),
        (
            StoreFull,
            "can't be written: the disk refuses it",
            "check that the disk isn't full and is in order; nothing of what was stored is lost",
        ),
    ),
    "SQLITE_IOERR": (
        StoreError,
        "can't be read or written: the disk reports an error",
        "check that the disk isn't full and is in order, then start again",
    ),
    "SQLITE_READONLY": (
        StoreRefused,
        "may not be written",
        "give the bot's user the right to write the file and its folder, or name another place in `database`",
    ),
    "SQLITE_CANTOPEN": (
        StoreRefused,
        "can't be opened",
        "check that its folder exists and the bot's user may write there, or change `database`",
    ),
    "SQLITE_CORRUPT": (
        StoreDamaged,
        "is damaged",
        (
            "start the bot: it moves the file away, puts the last good backup in its place, takes a new "
            "baseline and repeats no alert"
        ),
    ),
    "SQLITE_NOTADB": (
        StoreDamaged,
        "is not an SQLite database",
        "name another place in `database`, or move the file away if it was damaged",
    ),
}


def database_file(url: str) -> Path:
    """Return the file of a ``sqlite:///`` URL, made absolute; StoreRefused for any other URL."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreRefused(f"`database: {url}` is no URL; write sqlite:///state/wirewatch.db") from None
    backend = parsed.get_backend_name()
    if backend != "sqlite":
        hint = "PostgreSQL is not there yet" if backend == "postgresql" else f"{backend} can't be used"
        raise StoreRefused(f"`database`: {hint}; write sqlite:///state/wirewatch.db")
    if not parsed.database or parsed.database == ":memory:" or parsed.query:
        raise StoreRefused(
            "`database` must name a file and nothing else, as in sqlite:///state/wirewatch.db "
            "(four slashes for a path from the root: sqlite:////var/lib/wirewatch.db)"
        )
    return Path(parsed.database).absolute()


def make_folder(file: Path) -> None:
    """Create the folder of the file where it is missing; StoreRefused where that can't be."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreRefused(
            f"The folder {file.parent} for the database can't be created ({error.strerror}): "
            "create it for the bot's user, or name another place in `database`"
        ) from error
    if file.is_dir():
        raise StoreRefused(
            f"{file} is a folder; `database` must name a file in it, as in {file / 'wirewatch.db'}"
        )


def make_file(file: Path) -> None:
    """Create a file that is missing for the bot's user alone: it holds what people ask. Its log takes over its mode."""
    with suppress(OSError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


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
        for code, (kind, what, advice) in _ADVICE.items():
            if name.startswith(code):
                raise kind(f"The database {file} {what} ({cause}): {advice}") from error
        raise


def check(writer: Engine, file: Path, *, thorough: bool | None = None) -> str | None:
    """Return the revision of the file's schema, None when it is empty; nothing is written.

    StoreNewer for a schema of a newer version, StoreError for damage (looked for in small files, or when
    ``thorough``) and for a database of another program.
    """
    with explained(file), reading(writer) as connection:
        connection.execute("PRAGMA schema_version").fetchone()
        if thorough or (thorough is None and file.stat().st_size <= SMALL):
            look_for_damage(connection, file)
        else:
            _look_at_the_edges(connection, file)
        return revision(connection, file)


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


def look_for_damage(connection: sqlite3.Connection, file: Path) -> None:
    """Read every page; StoreDamaged where they don't fit together."""
    found = [row[0] for row in connection.execute("PRAGMA quick_check(1)")]
    if found != ["ok"]:
        raise damaged(file, found[0])


def damaged(file: Path | str, how: str) -> StoreError:
    """Return the error that says that the file is damaged, and what to do."""
    kind, what, advice = _ADVICE["SQLITE_CORRUPT"]
    return kind(f"The database {file} {what} ({how}): {advice}")


def _look_at_the_edges(connection: sqlite3.Connection, file: Path) -> None:
    """Of a large file, look whether it is whole and each table begins as it should: a job reads the rest later."""
    pages, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    log = file.with_name(f"{file.name}-wal")
    if file.stat().st_size < pages * size and not (log.exists() and log.stat().st_size):
        raise damaged(file, "its end is missing")
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        connection.execute(f'SELECT * FROM "{table}" LIMIT 1').fetchone()  # noqa: S608  its own names


def revision(connection: sqlite3.Connection, file: Path) -> str | None:
    """Return the revision of the file's schema, None when it is empty; raises as ``check`` does."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "alembic_version" not in tables:
        if tables:
            raise StoreRefused(
                f"The database {file} belongs to another program (it has a table `{min(tables)}`): "
                "name another place in `database`"
            )
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    found = str(row[0]) if row else None
    if found is not None and found not in migrations.REVISIONS:
        raise StoreNewer(
            f"The database {file} was written by a newer version of Wirewatch (its schema is {found}, "
            f"this one knows up to {migrations.REVISIONS[-1]}): install the newer version, "
            "or name another place in `database`. Nothing was changed"
        )
    return found


def use_write_ahead_log(writer: Engine, file: Path) -> str:
    """Switch the file to a write-ahead log; return its mode: ``wal``, unless the disk can't do that."""
    with explained(file), reading(writer) as connection:
        return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])


def cautions(file: Path, mode: str) -> Iterator[str]:
    """Yield what the person who runs the bot should know of a file in this journal mode."""
    if mode != "wal":
        yield (
            f"the disk of the database does not support a write-ahead log (it is in {mode} mode): "
            "reading waits for writing; a local disk is better"
        )
    if kind := far_away(file):
        yield (
            f"the database {file} is on a network disk ({kind}), where SQLite's locks are not to be trusted: "
            "it may be damaged; put it on a disk of this machine"
        )


def version_note() -> str:
    """Return what is to be known of this SQLite; "" for one without the fault."""
    if sqlite3.sqlite_version_info >= _SAFE_SQLITE:
        return ""
    return (
        f"SQLite {sqlite3.sqlite_version} has a fault, mended in 3.51.3, that damages a database when "
        "two programs write at once: let no other program write it"
    )


def far_away(file: Path) -> str:
    """Return the kind of network disk that the file is on; "" for a disk of this machine, or where nobody knows."""
    try:
        rows = [line.split(" ") for line in MOUNTS.read_text(errors="replace").splitlines()]
    except OSError:
        return ""
    places = {row[1].replace("\\040", " "): row[2] for row in rows if len(row) > 2}
    nearest = next((str(each) for each in file.absolute().parents if str(each) in places), "")
    kind = places.get(nearest, "")
    return kind if kind in _FAR_AWAY else ""
