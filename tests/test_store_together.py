"""Writes that wait for the disk together are committed together, and each still succeeds or fails alone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text

from bot.errors import StoreError
from bot.store import Store, meta
from tests.storing import open_store

PATIENCE = 20.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path)) as opened:
        yield opened


def commits(store: Store) -> list[Connection]:
    """What is committed from now on."""
    seen: list[Connection] = []
    event.listen(store._writer, "commit", seen.append)
    return seen


async def ask_while_busy(store: Store, count: int, broken: set[int]) -> list[object]:
    """Ask for so many writes while the file is in use; return their results or errors."""

    def write(number: int) -> object:
        def change(conn: Connection) -> int:
            meta.set(conn, f"news {number}", "yes")
            if number in broken:
                raise ValueError(f"broken {number}")
            return number

        return asyncio.ensure_future(store.write(change))

    with store.begin():
        tasks = [write(number) for number in range(count)]
        await asyncio.sleep(0.05)
    return await asyncio.gather(*tasks, return_exceptions=True)  # type: ignore[call-overload,no-any-return]


async def test_writes_that_wait_share_a_commit(store: Store) -> None:
    seen = commits(store)
    assert await ask_while_busy(store, 20, set()) == list(range(20))
    assert len(seen) <= 3
    with store.snapshot() as conn:
        assert all(meta.get(conn, f"news {number}") == "yes" for number in range(20))


async def test_one_that_fails_undoes_only_itself(store: Store) -> None:
    found = await ask_while_busy(store, 12, {3, 7})
    for number, result in enumerate(found):
        if number in {3, 7}:
            assert isinstance(result, ValueError)
            assert str(result) == f"broken {number}"
        else:
            assert result == number
    with store.snapshot() as conn:
        told = [number for number in range(12) if meta.get(conn, f"news {number}") == "yes"]
    assert told == [number for number in range(12) if number not in {3, 7}]


async def test_writes_see_those_before_them_in_the_order_in_which_they_were_asked(store: Store) -> None:
    def add(conn: Connection) -> str:
        meta.set(conn, "list", (meta.get(conn, "list") or "") + "x")
        return meta.get(conn, "list") or ""

    with store.begin():
        tasks = [asyncio.ensure_future(store.write(add)) for _ in range(9)]
        await asyncio.sleep(0.05)
    assert await asyncio.gather(*tasks) == ["x" * (number + 1) for number in range(9)]


async def test_where_the_whole_transaction_is_lost_those_who_shared_it_are_run_again(store: Store) -> None:
    def lose(conn: Connection) -> None:
        bare = conn.connection.driver_connection
        assert bare is not None
        bare.rollback()
        raise ValueError("the disk is full")

    def change(conn: Connection) -> str:
        meta.set(conn, "news", (meta.get(conn, "news") or "") + "x")
        return "written"

    with store.begin():
        first = asyncio.ensure_future(store.write(lambda _: None))
        await asyncio.sleep(0.05)
        shared = [asyncio.ensure_future(store.write(fn)) for fn in (change, lose, change)]
    await first
    ended = await asyncio.gather(*shared, return_exceptions=True)
    assert [str(each) for each in ended] == ["written", "the disk is full", "written"]
    with store.snapshot() as conn:
        assert meta.get(conn, "news") == "xx"


async def test_a_write_that_is_given_up_before_its_turn_never_happens(store: Store) -> None:
    with store.begin():
        first = asyncio.ensure_future(store.write(lambda conn: meta.set(conn, "first", "yes")))
        await asyncio.sleep(0.05)
        second = asyncio.ensure_future(store.write(lambda conn: meta.set(conn, "second", "yes")))
        third = asyncio.ensure_future(store.write(lambda conn: meta.set(conn, "third", "yes")))
        await asyncio.sleep(0.05)
        second.cancel()
        await asyncio.sleep(0.05)
    await asyncio.gather(first, third)
    with pytest.raises(asyncio.CancelledError):
        await second
    with store.snapshot() as conn:
        assert [meta.get(conn, name) for name in ("first", "second", "third")] == ["yes", None, "yes"]


async def test_a_deleted_file_is_named_to_all_who_wait(store: Store) -> None:
    with store.begin():
        tasks = [asyncio.ensure_future(store.write(lambda _: None)) for _ in range(5)]
        await asyncio.sleep(0.05)
        store.file.unlink()
    errors = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(error, StoreError) and "is gone" in str(error) for error in errors[1:])


async def test_questions_that_take_long_keep_neither_alerts_nor_quick_questions_waiting(store: Store) -> None:
    until = threading.Event()

    def long(conn: Connection) -> int:
        until.wait(PATIENCE)
        return 1

    asked = [asyncio.create_task(store.answer(long, long=True)) for _ in range(8)]
    try:
        async with asyncio.timeout(PATIENCE):
            assert await store.answer(lambda conn: conn.execute(text("SELECT 2")).scalar()) == 2
            assert await store.read(lambda conn: conn.execute(text("SELECT 3")).scalar()) == 3
            assert await store.write(lambda conn: conn.execute(text("SELECT 4")).scalar()) == 4
        assert not any(task.done() for task in asked)
    finally:
        until.set()
    assert await asyncio.gather(*asked) == [1] * 8
