"""All of a change or nothing of it, one writer at a time, readers never in the way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import StatementError

from bot.errors import StoreError
from bot.model import Source
from bot.store import Store, deliveries, meta, sources
from tests.newsmaking import NOON
from tests.storing import later, open_store, owe

LEASE = timedelta(minutes=2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path)) as opened:
        yield opened


def test_an_error_undoes_the_whole_transaction(store: Store) -> None:
    def break_off() -> None:
        with store.begin() as conn:
            meta.set(conn, "first", "1")
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        break_off()
    with store.snapshot() as conn:
        assert meta.get(conn, "first") is None


def test_a_snapshot_sees_one_moment_while_others_write(store: Store) -> None:
    with store.snapshot() as reader:
        assert meta.get(reader, "news") is None
        with store.begin() as writer:
            meta.set(writer, "news", "yes")
        assert meta.get(reader, "news") is None
    with store.snapshot() as reader:
        assert meta.get(reader, "news") == "yes"


def test_a_snapshot_can_not_write(store: Store) -> None:
    with pytest.raises(StoreError, match="may not be written"), store.snapshot() as conn:
        meta.set(conn, "news", "yes")


def test_begin_inside_begin_is_a_clear_error_instead_of_a_deadlock(store: Store) -> None:
    with store.begin(), pytest.raises(RuntimeError, match="pass the connection on"), store.begin():
        pass


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="offset-naive"), store.begin() as conn:
        sources.claim_due(conn, datetime(2026, 11, 12), owner="a", lease=LEASE, limit=1)  # noqa: DTZ001


async def test_writes_from_many_tasks_come_one_after_the_other(store: Store) -> None:
    def add_one(conn: Connection) -> int:
        number = int(meta.get(conn, "number") or 0) + 1
        meta.set(conn, "number", str(number))
        return number

    numbers = await asyncio.gather(*(store.write(add_one) for _ in range(50)))
    assert sorted(numbers) == list(range(1, 51))
    assert await store.read(lambda conn: meta.get(conn, "number")) == "50"


async def test_a_cancelled_write_that_has_begun_is_finished_before_the_task_ends(store: Store) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly(conn: Connection) -> None:
        begun.set()
        assert go_on.wait(10)
        meta.set(conn, "written", "yes")

    task = asyncio.create_task(store.write(slowly))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    await asyncio.sleep(0.01)
    assert not task.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await store.read(lambda conn: meta.get(conn, "written")) == "yes"


def test_a_database_deleted_under_the_bot_is_noticed_at_the_next_write(store: Store) -> None:
    store.file.unlink()
    with pytest.raises(StoreError, match="is gone"), store.begin():
        pass


def test_a_database_replaced_under_the_bot_is_noticed_at_the_next_write(store: Store) -> None:
    copy = store.file.with_name("copy.db")
    copy.write_bytes(store.file.read_bytes())
    copy.replace(store.file)
    with pytest.raises(StoreError, match="was replaced"), store.begin():
        pass


def test_a_full_disk_is_explained_and_the_store_goes_on_when_there_is_room(store: Store) -> None:
    with store.begin() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match=r"disk is full.*free some space"), store.begin() as conn:
        meta.set(conn, "large", "x" * 1_000_000)
    with store.begin() as conn:
        conn.exec_driver_sql("PRAGMA max_page_count = 1000000")
        meta.set(conn, "large", "x" * 1_000_000)


def test_twenty_claimers_in_four_instances_never_share_a_source(tmp_path: Path) -> None:
    listed = [Source(id=f"source-{n}", name="", url=f"https://{n}.example/") for n in range(500)]
    instances = [open_store(tmp_path) for _ in range(4)]
    with instances[0].begin() as conn:
        sources.sync(conn, listed, NOON)

    def claim(worker: int) -> list[str]:
        mine: list[str] = []
        while True:
            with instances[worker % 4].begin() as conn:
                got = sources.claim_due(conn, later(1), owner=f"w{worker}", lease=LEASE, limit=7)
            if not got:
                return mine
            mine += [state.id for state in got]

    with ThreadPoolExecutor(20) as threads:
        claimed = [source for mine in threads.map(claim, range(20)) for source in mine]
    for instance in instances:
        instance.close()
    assert len(claimed) == 500
    assert set(claimed) == {source.id for source in listed}


def test_twenty_senders_never_share_a_delivery_nor_send_two_at_once_to_one_receiver(store: Store) -> None:
    with store.begin() as conn:
        for n in range(200):
            owe(conn, f"s{n}|r{n % 10}|alert|0", f"r{n % 10}")
    in_flight: set[str] = set()
    sent: list[str] = []
    guard = threading.Lock()

    def send(worker: int) -> None:
        while len(sent) < 200:
            with store.begin() as conn:
                got = deliveries.claim(conn, later(1), owner=f"w{worker}", lease=LEASE, limit=1)
            for delivery in got:
                with guard:
                    assert delivery.receiver not in in_flight
                    in_flight.add(delivery.receiver)
                with guard:
                    in_flight.discard(delivery.receiver)
                    sent.append(delivery.key)
                with store.begin() as conn:
                    deliveries.sent(conn, delivery.id, later(1))

    with ThreadPoolExecutor(20) as threads:
        for outcome in [threads.submit(send, worker) for worker in range(20)]:
            outcome.result(60)
    assert len(sent) == len(set(sent)) == 200
