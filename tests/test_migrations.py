"""A change of the schema happens wholly or not at all, after a copy was made."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, event

from bot.errors import StoreFull
from bot.store import Store, backups, migrations, opening
from bot.store.schema import metadata
from tests.storing import open_store

FIRST = migrations.REVISIONS[0]


def make_old(folder: Path, revision: str = FIRST) -> Path:
    """A database as an older version left it."""
    file = folder / "wirewatch.db"
    engine = opening.connect(file, writer=True, variants={})
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.exec_driver_sql("INSERT INTO meta (key, value) VALUES ('kept', 'yes')")
    engine.dispose()
    return file


def schema(file: Path) -> tuple[str, list[str]]:
    """The revision and the statements that made the tables."""
    with closing(sqlite3.connect(file)) as database:
        revision = database.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return revision, [
            row[0] for row in database.execute("SELECT sql FROM sqlite_master ORDER BY name, sql")
        ]


class Interrupted(Exception):
    """What stands for the end of the process."""


class Breaker:
    """Ends whatever runs at the Nth statement."""

    def __init__(self) -> None:
        self.left = 0
        self.passed = 0

    def __call__(self, *_: Any) -> None:
        self.passed += 1
        self.left -= 1
        if self.left == 0:
            raise Interrupted


@pytest.fixture
def breaker() -> Iterator[Breaker]:
    listener = Breaker()
    event.listen(Engine, "before_cursor_execute", listener)
    yield listener
    event.remove(Engine, "before_cursor_execute", listener)


def test_interrupted_at_any_statement_the_schema_is_the_old_one_or_the_new_one(
    tmp_path: Path, breaker: Breaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "copy_before_migration", lambda _: None)
    file = make_old(tmp_path)
    before = schema(file)
    breaker.passed = 0
    body = file.read_bytes()
    open_store(tmp_path).close()
    count, after = breaker.passed, schema(file)
    assert count > 5
    assert after[0] == migrations.REVISIONS[-1]
    file.write_bytes(body)
    for statement in range(1, count + 1):
        breaker.left = statement
        with pytest.raises(Interrupted):
            open_store(tmp_path)
        assert schema(file) == before, f"statement {statement}"
    breaker.left = 0
    with closing(open_store(tmp_path)) as store, store.snapshot() as conn:
        assert conn.exec_driver_sql("SELECT value FROM meta WHERE key = 'kept'").scalar() == "yes"
        assert set(metadata.tables) <= set(conn.exec_driver_sql("SELECT name FROM sqlite_master").scalars())
    assert schema(file) == after


@pytest.mark.parametrize("revision", migrations.REVISIONS[:-1])
def test_a_copy_of_the_old_file_is_made_first(tmp_path: Path, revision: str) -> None:
    before = schema(make_old(tmp_path, revision))
    open_store(tmp_path).close()
    [copy] = (tmp_path / "backups").glob(f"before-{migrations.REVISIONS[-1]}-*.db")
    assert schema(copy) == before
    open_store(tmp_path).close()
    assert len(list((tmp_path / "backups").iterdir())) == 1


def test_without_room_for_the_copy_nothing_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make_old(tmp_path)
    before = schema(file)
    monkeypatch.setattr("bot.store.backups.shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000}))
    with pytest.raises(StoreFull, match=r"Before its schema changes .* no room"):
        open_store(tmp_path)
    assert schema(file) == before


def test_every_write_begins_at_once_and_waits_for_the_disk_at_its_end(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        said: list[str] = []
        with opening.reading(store._writer) as bare:
            bare.set_trace_callback(said.append)
        with store.begin() as conn:
            conn.exec_driver_sql("INSERT INTO meta (key, value) VALUES ('news', 'yes')")
            settings = [
                conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "foreign_keys")
            ]
        assert isinstance(store, Store)
    begun = [line for line in said if line.startswith("BEGIN")]
    assert begun == ["BEGIN IMMEDIATE"]
    assert settings == [2, 1]
