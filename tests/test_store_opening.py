"""The store opens a good file, brings an old one up to date, and says of a bad one what to do."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.errors import StoreError, StoreNewer
from bot.store import Store, entries, meta, migrations, sources
from bot.store.schema import metadata
from tests.storing import open_store, publish

ROOT = Path(__file__).parents[1]


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'wirewatch.db'}"


def test_a_missing_folder_is_created_and_the_file_is_safe_against_power_loss(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "deep" / "state")) as store, store.begin() as conn:
        settings = {
            name: conn.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_what_was_stored_is_there_when_the_store_is_opened_again(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store, store.begin() as conn:
        publish(conn, ("s1", "e1", "Alibaba profit rises"))
    with closing(open_store(tmp_path)) as store, store.snapshot() as conn:
        found = entries.get(conn, "e1")
    assert found is not None
    assert found.entry.title == "Alibaba profit rises"


def test_the_migrations_lead_to_exactly_the_schema(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store, store.begin() as conn:
        context = MigrationContext.configure(conn, opts={"include_name": leave_the_text_index_out})
        assert compare_metadata(context, metadata) == []


def leave_the_text_index_out(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not str(name).startswith("entries_fts")


def test_the_listed_revisions_are_those_of_the_scripts() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(reversed([script.revision for script in scripts])) == migrations.REVISIONS


def test_a_newer_schema_is_refused_and_not_a_byte_of_it_is_changed(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    file = tmp_path / "wirewatch.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("UPDATE alembic_version SET version_num = '9999'")
        other.commit()
    before = file.read_bytes()
    with pytest.raises(StoreNewer, match="install the newer version"):
        open_store(tmp_path)
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["wirewatch.db"]


@pytest.mark.parametrize("damage", ["header", "middle"])
def test_a_damaged_file_is_refused_with_what_to_do(tmp_path: Path, damage: str) -> None:
    with closing(open_store(tmp_path)) as store, store.begin() as conn:
        publish(conn, *((f"s{n}", f"e{n}", "Tencent wins approval " * 20) for n in range(300)))
    file = tmp_path / "wirewatch.db"
    body = bytearray(file.read_bytes())
    if damage == "header":
        body[:4096] = b"\x00garbage" * 512
    else:
        for at in range(4096, len(body), 4096):
            body[at : at + 64] = b"\xa5" * 64
    file.write_bytes(body)
    with pytest.raises(StoreError, match=r"wirewatch\.db .*(damaged|not an SQLite database).*move"):
        open_store(tmp_path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wirewatch.db").write_text("timezone: Asia/Shanghai\n" * 400)
    with pytest.raises(StoreError, match="not an SQLite database"):
        open_store(tmp_path)


def test_another_program_s_database_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "wirewatch.db")) as other:
        other.execute("CREATE TABLE bookmarks (address TEXT)")
        other.commit()
    with pytest.raises(StoreError, match=r"belongs to another program .*bookmarks"):
        open_store(tmp_path)


@pytest.mark.parametrize(
    ("address", "advice"),
    [
        ("postgresql://host/wirewatch", "PostgreSQL is not there yet"),
        ("mysql://host/wirewatch", "mysql can't be used"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("sqlite:///x.db?mode=ro", "must name a file"),
        ("state/wirewatch.db", "is no URL"),
    ],
)
def test_an_address_that_can_not_be_used_is_explained(address: str, advice: str) -> None:
    with pytest.raises(StoreError, match=advice):
        Store.open(address)


def test_a_folder_where_the_file_should_be_is_explained(tmp_path: Path) -> None:
    (tmp_path / "wirewatch.db").mkdir()
    with pytest.raises(StoreError, match="is a folder"):
        open_store(tmp_path)


def test_a_file_where_the_folder_should_be_is_explained(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(StoreError, match="can't be created"):
        open_store(tmp_path / "state" / "deep")


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that any user can reach; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def not_root() -> Iterator[None]:
    """The rights of an ordinary user: for root no file is read-only."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    yield
    os.seteuid(was)


@pytest.mark.parametrize("there", ["no file yet", "a file", "a file in a folder that may be written"])
def test_what_may_not_be_written_is_refused_with_what_to_do(
    public_folder: Path, there: str, request: pytest.FixtureRequest
) -> None:
    if there != "no file yet":
        open_store(public_folder).close()
        (public_folder / "wirewatch.db").chmod(0o444)
    public_folder.chmod(0o777 if "folder" in there else 0o555)
    request.getfixturevalue("not_root")
    with pytest.raises(StoreError, match="the bot's user"):
        open_store(public_folder)


KILLED = """
import os, signal, sys
from sqlalchemy import event, Engine
from bot.store import Store
left = int(sys.argv[2])
@event.listens_for(Engine, "before_cursor_execute")
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
Store.open(sys.argv[1]).close()
"""


def test_a_first_start_killed_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, "-c", KILLED, url(tmp_path), "30"], cwd=ROOT, check=False, timeout=60
    )
    assert outcome.returncode == -signal.SIGKILL
    with closing(sqlite3.connect(tmp_path / "wirewatch.db")) as left:
        assert left.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    with closing(open_store(tmp_path)) as store, store.snapshot() as conn:
        assert sources.states(conn) == {}


HALF_WAY = """
import sys, time
from bot.store import Store, meta
store = Store.open(sys.argv[1])
with store.begin() as conn:
    meta.set(conn, "done", "yes")
with store.begin() as conn:
    for n in range(5000):
        meta.set(conn, f"half {n}", "x" * 500)
    print("half way", flush=True)
    time.sleep(60)
"""


def test_a_writer_killed_half_way_leaves_the_committed_half_and_no_lock(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HALF_WAY, url(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "half way\n"
        writer.kill()
    with closing(open_store(tmp_path)) as store, store.begin() as conn:
        assert meta.get(conn, "done") == "yes"
        assert meta.get(conn, "half 0") is None
        meta.set(conn, "after", "yes")
