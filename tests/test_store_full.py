"""A full disk: polling stops first, what was sent is still noted, and all of it goes on when there is room."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.app.keeping import Keeping
from bot.errors import StoreFull
from bot.schedule import Schedule
from bot.store import Store, deliveries, keeping, meta
from bot.store.room import Room
from tests.bureau import Bureau, minutes_ago
from tests.deskwork import PROFIT
from tests.loopback import Newsroom, rss
from tests.storing import open_store
from tests.surviving import House, Survivor, reader


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path)) as opened:
        yield opened


def fill(store: Store, *, spare: int = 0) -> None:
    """Let the file not grow beyond what it has, and so many pages."""
    with store.begin() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {int(pages or 0) + spare}")


def make_room(store: Store) -> None:
    """The disk has room again."""
    with store.begin() as conn:
        conn.exec_driver_sql("PRAGMA max_page_count = 1000000")


def is_full(room: Room) -> bool:
    """Ask anew: what changes while a test runs is not what it was."""
    return room.full


def large(conn: Connection) -> str:
    meta.set(conn, "large", "x" * 1_000_000)
    return "large"


def small(conn: Connection) -> str:
    meta.set(conn, "small", "x")
    return "small"


async def test_what_fits_is_written_though_it_shared_a_transaction_with_what_does_not(store: Store) -> None:
    fill(store)
    with store.begin():
        first = asyncio.ensure_future(store.write(lambda _: None))
        await asyncio.sleep(0.05)
        shared = [asyncio.ensure_future(store.write(fn)) for fn in (small, large, small)]
    await first
    ended = await asyncio.gather(*shared, return_exceptions=True)
    assert [ended[0], ended[2]] == ["small", "small"]
    assert isinstance(ended[1], StoreFull)
    assert store.room.full


async def test_a_patient_write_waits_until_there_is_room(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.PATIENCE", 0.01)
    fill(store)
    waiting = asyncio.create_task(store.write(large, patient=True))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    make_room(store)
    assert await waiting == "large"


def test_the_reserve_is_given_up_once_and_made_again_when_there_is_room(tmp_path: Path) -> None:
    room = Room(tmp_path / "wirewatch.db", size=64 * 1024)
    assert room.keep()
    assert room.keep()
    assert (tmp_path / "reserve").stat().st_size == 64 * 1024
    assert is_full(room) is False
    assert room.run_out("no space left")
    assert not (tmp_path / "reserve").exists()
    assert is_full(room) is True
    assert not room.run_out("no space left")
    room.size = 1 << 60
    assert not room.keep(), "it is never made of the last free bytes"


async def test_polls_pause_while_the_disk_is_full_and_the_operator_hears_of_it_afterwards(
    tmp_path: Path,
) -> None:
    desk = Survivor(tmp_path, receiver=reader())
    with closing(desk):
        keeper = Keeping(House(desk))
        await keeper.look_for_room()
        assert (tmp_path / "reserve").exists()
        fill(desk.store)
        with pytest.raises(StoreFull):
            await desk.store.write(large)
        assert not (tmp_path / "reserve").exists()
        await keeper.look_for_room()
        desk.now += timedelta(minutes=40)
        await keeper.look_for_room()
        assert is_full(desk.store.room), "the disk has room for a file, the database may not grow"
        make_room(desk.store)
        await keeper.look_for_room()
        assert not is_full(desk.store.room)
        await desk.deliver()
        (post,) = desk.chat.posts
    assert post.text.startswith("✅ The disk has room again; it was full for 40 min")
    assert "nothing is lost" in post.text


async def test_what_a_full_disk_kept_from_being_read_is_read_as_soon_as_there_is_room(tmp_path: Path) -> None:
    more = [
        {
            "title": f"Wheat harvest number {n}",
            "link": f"https://a.example/w{n}",
            "summary": f"wheat {n} " * 300,
        }
        for n in range(40)
    ]
    feed = rss([{"title": PROFIT, "link": "https://a.example/1", "date": minutes_ago(1)}, *more], "Harbour")
    async with Newsroom() as newsroom, Bureau(tmp_path, newsroom) as bureau:
        await bureau.read(rss([], "Harbour"))
        schedule: Schedule = bureau._schedule
        bureau.publish(feed)
        fill(bureau.store)
        bureau.now += timedelta(minutes=10)
        results = await schedule.poll_all_due()
        assert [result.reason for result in results] == ["disk_full"]
        assert bureau.store.room.full
        asked = len(newsroom.requests)
        assert await schedule.poll_all_due() == [], "nobody is asked for what can't be kept"
        assert len(newsroom.requests) == asked
        assert bureau.health().errors == 0
        make_room(bureau.store)
        bureau.store.room.full = False
        await bureau.poll(minutes=0.1)
        assert bureau.told == [PROFIT]


async def test_nothing_is_sent_that_could_not_be_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.PATIENCE", 0.01)

    def refuse(*_: object) -> None:
        raise StoreFull("the disk is full")

    desk = Survivor(tmp_path, receiver=reader())
    with closing(desk):
        desk.read("harbour", "harbour opens")
        desk.read("harbour", PROFIT)
        on_wire = deliveries.on_wire
        monkeypatch.setattr(deliveries, "on_wire", refuse)
        sending = asyncio.create_task(desk.deliver())
        await asyncio.sleep(0.1)
        assert desk.chat.posts == []
        monkeypatch.setattr(deliveries, "on_wire", on_wire)
        async with asyncio.timeout(10):
            await sending
        assert len(desk.chat.posts) == 1
        assert "repeat" not in desk.chat.posts[0].text


async def test_a_message_whose_arrival_can_not_be_noted_yet_is_not_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.PATIENCE", 0.01)
    tries = iter(range(5))
    sent = deliveries.sent

    def refuse_at_first(*given: object) -> None:
        if next(tries, None) is not None:
            raise StoreFull("the disk is full")
        sent(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(deliveries, "sent", refuse_at_first)
    desk = Survivor(tmp_path, receiver=reader())
    with closing(desk):
        desk.read("harbour", "harbour opens")
        desk.read("harbour", PROFIT)
        await desk.deliver()
        await desk.deliver()
        with desk.store.snapshot() as conn:
            assert deliveries.owed(conn) == []
    assert len(desk.chat.posts) == 1


def test_a_disk_that_takes_no_more_bytes_costs_nothing_that_was_committed(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    child = os.fork()
    if child == 0:
        os._exit(_write_until_refused(tmp_path))
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    with closing(open_store(tmp_path)) as store, store.snapshot() as conn:
        written = int(meta.get(conn, "written") or 0)
        assert meta.get(conn, f"row {written}") is not None
        assert meta.get(conn, f"row {written + 1}") is None
        keeping.look(conn)
    assert written > 3


def _write_until_refused(folder: Path) -> int:
    """Write until files may not grow; return 0 where that was named as what it is, and reading goes on."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = open_store(folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
    for number in range(1000):
        try:
            with store.begin() as conn:
                meta.set(conn, f"row {number}", "x" * 40_000)
                meta.set(conn, "written", str(number))
        except StoreFull:
            with store.snapshot() as conn:
                return 0 if int(meta.get(conn, "written") or 0) == number - 1 else 2
        except sqlite3.Error:
            return 3
    return 1
