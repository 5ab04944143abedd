"""Copies of the database: made beside a writer, checked, thinned out, put back, and nothing told twice after that."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.keeping import SETTLED, Keeping
from bot.errors import StoreDamaged, StoreError, StoreFull, StoreNewer, StoreRefused
from bot.store import backups, keeping, meta, migrations, restoring
from tests.deskwork import PROFIT
from tests.newsmaking import NOON
from tests.storing import open_store, publish
from tests.surviving import House, Survivor, back_up, reader

SUED = "Globex sued over brake patents in Texas court"
CUTS = "Initech cuts 3,000 jobs in restructuring"
LISTING = "Globex files for Hong Kong listing"
RINGS = ("alert", "reply", "correction", "digest")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Survivor]:
    opened = Survivor(tmp_path, receiver=reader())
    for name in ("harbour", "ledger"):
        opened.read(name, f"{name} opens")
    yield opened
    opened.close()


def put_back(desk: Survivor, copy: Path) -> None:
    """What an operator does by hand while the bot is stopped."""
    desk.store.close()
    for side in ("", "-wal", "-shm"):
        desk.store.file.with_name(f"wirewatch.db{side}").unlink(missing_ok=True)
    desk.store.file.write_bytes(copy.read_bytes())
    desk.now += timedelta(minutes=30)
    desk.start()


def test_a_copy_made_while_the_bot_writes_is_whole_and_of_one_moment(tmp_path: Path) -> None:
    done = threading.Event()
    with closing(open_store(tmp_path)) as store:
        with store.begin() as conn:
            publish(conn, *((f"s{n}", f"e{n}", "Tencent wins approval " * 40) for n in range(600)))
            meta.set(conn, "left", "0")
            meta.set(conn, "right", "0")

        def write() -> None:
            number = 0
            while not done.is_set():
                number += 1
                with store.begin() as conn:
                    meta.set(conn, "left", str(number))
                    meta.set(conn, "right", str(number))

        writer = threading.Thread(target=write)
        writer.start()
        try:
            made = back_up(store, NOON)
        finally:
            done.set()
            writer.join()
    assert made.file == tmp_path / "backups" / "wirewatch-20261112-120000.db"
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    assert [each.name for each in made.file.parent.iterdir()] == [made.file.name]
    with closing(sqlite3.connect(made.file)) as copy:
        values = dict(copy.execute("SELECT key, value FROM meta").fetchall())
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert values["left"] == values["right"]
    assert values[backups.MARK] == NOON.isoformat()


def test_a_copy_that_is_given_up_or_has_no_room_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_store(tmp_path)) as store:
        target = backups.default_place(store.file, NOON)
        with pytest.raises(StoreError, match="given up"):
            backups.back_up(store.file, target, NOON, stopped=lambda: True)
        assert list(target.parent.iterdir()) == []
        with pytest.raises(StoreRefused, match="is a folder"):
            backups.back_up(store.file, tmp_path, NOON)
        usage = type("Usage", (), {"free": 1000})
        monkeypatch.setattr("bot.store.backups.shutil.disk_usage", lambda _: usage)
        with pytest.raises(StoreFull, match="no room for a copy"):
            back_up(store, NOON)
    assert list(target.parent.iterdir()) == []


def test_a_copy_of_a_damaged_database_never_counts(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store, store.begin() as conn:
        publish(conn, *((f"s{n}", f"e{n}", "Tencent wins approval " * 20) for n in range(300)))
    file = tmp_path / "wirewatch.db"
    body = bytearray(file.read_bytes())
    for at in range(8 * 4096, len(body), 4096):
        body[at : at + 64] = b"\xa5" * 64
    file.write_bytes(body)
    with pytest.raises(StoreDamaged):
        backups.back_up(file, backups.default_place(file, NOON), NOON)
    assert list((tmp_path / "backups").iterdir()) == []


def test_seven_days_and_four_weeks_are_kept(tmp_path: Path) -> None:
    for day in range(60):
        for hour in (3, 15):
            at = datetime(2026, 9, 1, hour, tzinfo=UTC) + timedelta(days=day)
            (tmp_path / f"wirewatch-{at.strftime('%Y%m%d-%H%M%S')}.db").touch()
    (tmp_path / "wirewatch-of-mine.db").touch()
    (tmp_path / "before-0004-20260901-000000.db").touch()
    backups.thin_out(tmp_path)
    kept = sorted(each.name for each in tmp_path.iterdir())
    days = ["20261011", "20261018", "20261024", "20261025", *(f"202610{day}" for day in range(26, 31))]
    assert kept == [
        "before-0004-20260901-000000.db",
        *(f"wirewatch-{day}-150000.db" for day in days),
        "wirewatch-of-mine.db",
    ]


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, "2026-11-12 12:00", True),
        ("2026-11-11 03:31", "2026-11-12 03:29", False),
        ("2026-11-11 03:31", "2026-11-12 03:31", True),
        ("2026-11-12 03:31", "2026-11-12 23:00", False),
        ("2026-11-12 01:00", "2026-11-12 03:40", True),
        ("2026-11-10 12:00", "2026-11-12 02:00", True),
        ("2026-11-30 12:00", "2026-11-12 12:00", True),
    ],
)
def test_a_copy_is_made_each_night_or_as_soon_as_the_last_is_a_day_old(
    last: str | None, now: str, due: bool
) -> None:
    read = datetime(2026, 11, 1, tzinfo=UTC)
    moment = datetime.fromisoformat(f"{now}+00:00")
    before = datetime.fromisoformat(f"{last}+00:00") if last else None
    assert backups.is_due(before, read, moment) is due
    assert not backups.is_due(None, None, moment), "there is nothing worth a copy yet"


async def test_the_nightly_copy_is_noted_and_a_failure_is_told_once(
    desk: Survivor, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Keeping(House(desk))
    assert not await job.back_up_when_due(), "a bot that has just started has better things to do"
    desk.now += timedelta(hours=2)
    assert await job.back_up_when_due()
    assert not await job.back_up_when_due()
    assert await desk.store.read(keeping.last_backup) == desk.now
    monkeypatch.setattr("bot.store.backups.shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000}))
    for _ in range(3):
        desk.now += timedelta(days=1)
        assert not await job.back_up_when_due()
    await desk.deliver()
    (post,) = desk.chat.posts
    assert post.text.startswith("⚠️ No backup since")
    assert "There is no room for a copy" in post.text
    monkeypatch.undo()
    desk.now += SETTLED + timedelta(hours=2)
    assert await job.back_up_when_due()


async def test_a_backup_copied_back_by_hand_repeats_nothing_and_says_so(desk: Survivor) -> None:
    desk.read("harbour", PROFIT)
    await desk.deliver()
    for title in (SUED, CUTS, LISTING, "Acme recalls 20,000 brake pads after accidents"):
        desk.read("ledger", title, minutes=1)
    made = back_up(desk.store, desk.now)
    await desk.deliver()
    desk.read("harbour", "Initech payroll service suffers nationwide outage")
    await desk.deliver()
    before = len(desk.chat.posts)
    put_back(desk, made.file)
    since = desk.now
    for name in ("harbour", "ledger"):
        desk.poll(name)
    assert desk.owed_since(RINGS, since) == []
    await desk.deliver()
    held, notice = (post.text for post in desk.chat.posts[before:])
    assert "may be a repeat" in held
    assert all(title.split()[1] in held for title in (SUED, CUTS))
    assert notice.startswith("⚠️ An older copy of the database is in use")
    assert "recent since:1h" in notice
    desk.read("harbour", "Globex names a new chief executive")
    assert len(desk.owed_since(RINGS, since)) == 1, "what is new after that rings again"
    desk.restart()
    with desk.store.snapshot() as conn:
        assert meta.get(conn, backups.MARK) is None
        assert meta.get(conn, restoring.RESTORED) is None


def test_a_plain_copy_of_an_earlier_life_is_known_for_what_it_is(desk: Survivor) -> None:
    desk.restart()
    desk.store.close()
    copy = desk.home / "copy"
    copy.write_bytes(desk.store.file.read_bytes())
    desk.start()
    desk.read("harbour", PROFIT)
    assert len(desk.owed_since(RINGS, desk.now)) == 1
    put_back(desk, copy)
    desk.poll("harbour")
    assert desk.owed_since(RINGS, desk.now) == []
    assert len(desk.owed_since(("notice",), desk.now)) == 1


def test_before_a_migration_the_file_is_copied_and_a_newer_one_is_no_backup(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    file = tmp_path / "wirewatch.db"
    made = backups.copy_before_migration(file)
    assert made is not None
    assert made.file.name.startswith(f"before-{migrations.REVISIONS[-1]}-")
    with closing(sqlite3.connect(made.file)) as copy:
        copy.execute("UPDATE alembic_version SET version_num = '9999'")
        copy.commit()
    with pytest.raises(StoreNewer):
        backups.revision_of(made.file)
