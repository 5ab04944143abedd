"""What could cost memory and does not: a wrong suspicion, a machine that starts in 2000, a token that is gone."""

from __future__ import annotations

import os
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app.memory import open_store
from bot.cli import backing, watching
from bot.config import keep, load
from bot.errors import ConfigError, SendError, StoreDamaged, StoreError
from bot.model import Outcome, QuietHours, Receiver
from bot.store import Store, backups, deliveries, doubts, jumps, meta, restoring, retention, stories
from bot.store.schema import stories as opened
from tests.following import write_folder
from tests.newsmaking import NOON, receiver
from tests.offices import Office, Service
from tests.storing import owe

KEPT = timedelta(days=180)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder with a copy of yesterday's, in which nothing is owed."""
    folder = tmp_path / "state"
    folder.mkdir()
    with _opened(folder) as store, store.begin() as conn:
        meta.set(conn, "who", "yesterday")
    backups.back_up(store.file, backups.default_place(store.file, NOON), NOON - timedelta(days=1))
    return folder


class _opened:  # noqa: N801  reads as what it is: `with _opened(folder) as store`
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Store:
        url = f"sqlite:///{self._folder / 'wirewatch.db'}"
        self.store = open_store(url, variants={}, now=NOON)
        return self.store

    def __exit__(self, *_: object) -> None:
        self.store.close()


def _who(folder: Path) -> str | None:
    with _opened(folder) as store, store.begin() as conn:
        return meta.get(conn, "who")


def test_a_database_that_was_wrongly_suspected_is_kept_with_what_it_owes(state: Path) -> None:
    with _opened(state) as store, store.begin() as conn:
        owe(conn, "s1|desk|alert|0")
    restoring.suspect(store.file, restoring.DAMAGED, "one reader found it malformed")

    with _opened(state) as store, store.begin() as conn:
        assert [each.count for each in deliveries.owed(conn)] == [1]
    assert not (state / "damaged").exists()


def test_a_database_that_is_damaged_indeed_gives_way_to_its_copy(state: Path) -> None:
    with _opened(state) as store, store.begin() as conn:
        meta.set(conn, "who", "today")
    body = bytearray(store.file.read_bytes())
    body[4096 : 4096 * 8] = b"\x07" * 4096 * 7
    store.file.write_bytes(body)
    restoring.suspect(store.file, restoring.DAMAGED, "a reader found it malformed")

    assert _who(state) == "yesterday"
    assert list((state / "damaged").rglob("wirewatch.db"))


def test_the_copy_that_somebody_chose_is_the_one_in_use_whatever_was_said_of_the_file_before(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backing, "write_logs", lambda *_: None)
    folder = write_folder(tmp_path)
    chosen = tmp_path / "chosen.db"
    with _opened(state) as store, store.begin() as conn:
        meta.set(conn, "who", "chosen")
    backups.back_up(store.file, chosen, NOON - timedelta(days=3))
    restoring.suspect(store.file, restoring.DAMAGED, "malformed")

    assert backing.restore(chosen, folder, state, yes=True) == 0
    assert _who(state) == "chosen"


def test_a_file_put_in_the_place_of_an_open_one_is_not_thrown_away_for_that(
    state: Path, tmp_path: Path
) -> None:
    chosen = tmp_path / "chosen.db"
    with _opened(state) as store:
        with store.begin() as conn:
            meta.set(conn, "who", "chosen")
        backups.back_up(store.file, chosen, NOON - timedelta(days=3))
        chosen.replace(store.file)
        with pytest.raises(StoreDamaged, match="replaced"), store.begin():
            pass
    for side in ("-wal", "-shm"):
        store.file.with_name(f"wirewatch.db{side}").unlink(missing_ok=True)

    assert _who(state) == "chosen"


@pytest.mark.parametrize("begins", [datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)])
def test_a_machine_whose_clock_begins_elsewhere_forgets_nothing(tmp_path: Path, begins: datetime) -> None:
    office = Office(tmp_path, {"service": Service()}, [receiver("desk", via="service", chat="1")])
    office.publish("s1", "s2")

    def start(now: datetime) -> None:
        with office.store.begin() as conn:
            jumps.heal_at_start(conn, now, [])

    def clean_up(now: datetime) -> None:
        with office.store.begin() as conn:
            if jumps.is_steady(conn, now):
                retention(conn, now - KEPT, now)

    start(NOON)
    start(begins)
    clean_up(begins + timedelta(minutes=1))
    with office.store.begin() as conn:
        jumps.heal(conn, NOON - begins, NOON, [])
    clean_up(NOON + timedelta(minutes=2))
    clean_up(NOON + timedelta(days=2))
    with office.store.snapshot() as conn:
        assert conn.execute(select(opened.c.opened)).scalars().all() == [NOON, NOON]

    clean_up(NOON + KEPT + timedelta(days=2))
    with office.store.snapshot() as conn:
        assert stories.get(conn, "s1") is None
    office.store.close()


def test_two_messages_in_doubt_stay_two_when_the_clock_is_set_back(tmp_path: Path) -> None:
    with _opened(tmp_path) as store, store.begin() as conn:
        for at, key in enumerate(["s1|desk|alert|0", "s2|desk|alert|0"]):
            owe(conn, key)
            claimed = deliveries.claim(conn, NOON, owner="me", lease=timedelta(minutes=3), limit=1)[0]
            deliveries.on_wire(conn, claimed.id, NOON + timedelta(seconds=at))
            deliveries.retry(conn, claimed.id, NOON + timedelta(hours=1), "ambiguous: x", ambiguous=True)
        jumps.heal(conn, -timedelta(minutes=30), NOON - timedelta(minutes=30), [])
        doubt = doubts.of(conn, 1)
        assert doubt is not None
        assert doubt.deliveries == (1,)


async def test_an_urgent_alert_comes_in_the_night_though_its_chat_asked_for_a_pause_at_its_beginning(
    tmp_path: Path,
) -> None:
    service = Service()
    night = QuietHours(start=time(22), until=time(7, 30), unless_score=90)
    desk = Receiver(id="desk", via="service", chat="1", quiet_hours=night)
    office = Office(tmp_path, {"service": service}, [desk])
    office.now = service.now = NOON.replace(hour=21, minute=59, second=55)
    office.publish("s1")
    office.publish("s2", score=95)
    office.owe("s1", "desk")
    service.troubles = [SendError(Outcome.RATE_LIMITED, "a pause", retry_after=timedelta(seconds=6))]
    await office.outbox.flush()
    office.pass_time(10)
    await office.outbox.flush()  # within quiet hours now: it is held

    office.owe("s2", "desk", score=95)
    office.pass_time(60)
    await office.outbox.flush()

    assert len(service.posts) == 1
    office.store.close()


def test_a_bot_whose_token_is_gone_since_its_last_run_does_not_tell_the_terminal_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_folder(tmp_path, settings="receivers:\n  desk: {via: telegram, chat: -100123}\n")
    state = tmp_path / "state"
    state.mkdir()
    for name in ("TELEGRAM_BOT_TOKEN", "TELEGRAM_BOT_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    (folder / ".env").write_text("TELEGRAM_BOT_TOKEN=123456:abcdefghijklmnop\n", encoding="utf-8")
    assert keep(load(folder, environ=os.environ), state)
    (folder / ".env").unlink()

    monkeypatch.setattr(watching, "write_logs", lambda **_: None)
    with pytest.raises(ConfigError, match="TELEGRAM_BOT_TOKEN was set when the bot last ran"):
        watching.run_until_stopped(folder, state)


def test_a_question_puts_no_empty_database_where_the_old_one_was(state: Path) -> None:
    for file in state.glob("wirewatch.db*"):
        if not file.name.endswith("-life"):
            file.unlink()
    with pytest.raises(StoreError, match=r"the next start of the bot .* puts the copy of"):
        Store.open(f"sqlite:///{state / 'wirewatch.db'}")
    assert not (state / "wirewatch.db").exists()
    assert _who(state) == "yesterday"


def test_an_empty_database_that_stands_where_another_lived_gives_way_to_its_copy(state: Path) -> None:
    for file in state.glob("wirewatch.db*"):
        if not file.name.endswith("-life"):
            file.unlink()
    Store.open(f"sqlite:///{state / 'wirewatch.db'}", anew=True).close()
    assert _who(state) == "yesterday"


def test_nobody_else_on_the_machine_may_read_the_database(tmp_path: Path) -> None:
    with _opened(tmp_path) as store, store.begin() as conn:
        meta.set(conn, "who", "today")
        for file in tmp_path.glob("wirewatch.db*"):
            assert file.name == "wirewatch.db-life" or file.stat().st_mode & 0o077 == 0
