"""Writes that wait for the disk together: run in one transaction, each undone alone where it fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.errors import StoreError, StoreFull
from bot.store import opening
from bot.store.room import Room

Lend = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One write that waits for its turn, or runs."""

    fn: Callable[[Connection], Any]
    future: Future[Any]

    def run(self, connection: Connection, file: Path) -> tuple[Any, BaseException | None]:
        """Return (result, None), or (None, error) with what was changed undone and the rest kept.

        Where SQLite has given up the transaction as a whole, the error is raised.
        """
        connection.exec_driver_sql("SAVEPOINT one")
        try:
            with opening.explained(file):
                result = self.fn(connection)
        except BaseException as error:
            if not _in_transaction(connection):
                raise
            connection.exec_driver_sql("ROLLBACK TO one")
            connection.exec_driver_sql("RELEASE one")
            return None, error
        connection.exec_driver_sql("RELEASE one")
        return result, None


def write_group(group: Sequence[Asked], lend: Lend, file: Path, room: Room) -> None:
    """Run these, tell each its result or its error.

    Those that one transaction could not hold together are run again one by one, and so is what the disk refused
    while there is a reserve to give up.
    """
    if len(group) == 1:
        _write_alone(group[0], lend, room)
        return
    try:
        with lend() as connection:
            outcomes = [asked.run(connection, file) for asked in group]
    except BaseException as error:  # noqa: BLE001  handed to those who asked
        _after_all_failed(group, error, lend, room)
        return
    for asked, (result, failure) in zip(group, outcomes, strict=True):
        if failure is None:
            asked.future.set_result(result)
        elif isinstance(failure, StoreFull):
            room.run_out(failure)
            _write_alone(asked, lend, room)
        else:
            asked.future.set_exception(failure)


def _after_all_failed(group: Sequence[Asked], error: BaseException, lend: Lend, room: Room) -> None:
    if isinstance(error, StoreFull):
        room.run_out(error)
    elif isinstance(error, StoreError) or not isinstance(error, Exception):
        # Held by another program, damaged, gone: one by one they would only wait longer for the same.
        for asked in group:
            asked.future.set_exception(error)
        return
    for asked in group:
        _write_alone(asked, lend, room)


def _write_alone(asked: Asked, lend: Lend, room: Room) -> None:
    try:
        try:
            result = _run(asked, lend)
        except StoreFull as error:
            if not room.run_out(error):
                raise
            result = _run(asked, lend)
    except BaseException as error:  # noqa: BLE001  handed to who asked
        asked.future.set_exception(error)
    else:
        asked.future.set_result(result)


def _run(asked: Asked, lend: Lend) -> Any:
    with lend() as connection:
        return asked.fn(connection)


def _in_transaction(connection: Connection) -> bool:
    bare = connection.connection.driver_connection
    return isinstance(bare, sqlite3.Connection) and bare.in_transaction
