"""Planted bugs that need no life and no kill: each with a check that holds without it and fails with it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, event

from bot.app.lock import hold
from bot.channels.telegram import wire
from bot.channels.telegram.wire import BotApiError
from bot.edit import file, folder
from bot.errors import AlreadyRunning, ConfigError, EditError, FetchError
from bot.fetch import Fetcher
from bot.fetch.guard import Guard
from bot.model import Outcome, Polling, Reason
from bot.store import buttons, clean, deliveries, digests, entries, opening, schema, updates
from tests.loopback import Newsroom
from tests.newsmaking import NOON, receiver
from tests.storing import later, open_store, owe, publish

Patch = pytest.MonkeyPatch
TOKEN = "123456:CANARY-of-the-crash-harness-abcdefg"


@contextlib.contextmanager
def _store(home: Path) -> Any:
    store = open_store(home)
    try:
        yield store
    finally:
        store.close()


async def owed_once(home: Path) -> bool:
    """One key is owed once, for ever."""
    with _store(home) as store, store.begin() as conn:
        return owe(conn, "s1|desk|alert|0") and not owe(conn, "s1|desk|alert|0")


async def one_instance(home: Path) -> bool:
    """A second instance does not start."""
    with hold(home):
        try:
            with hold(home):
                return False
        except AlreadyRunning as error:
            return str(os.getpid()) in str(error)


async def synced(home: Path) -> bool:
    """What is committed is on the disk."""
    with _store(home) as store, store.begin() as conn:
        return bool(conn.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2)


async def pressed_once(home: Path) -> bool:
    """A button that changes something works once."""
    with _store(home) as store, store.begin() as conn:
        buttons.offer(conn, "nonce", {"does": "much"}, later(60))
        return buttons.press(conn, "nonce", NOON) is not None and buttons.press(conn, "nonce", NOON) is None


async def heard_once(home: Path) -> bool:
    """A message of a chat that comes again is known, also after a restart."""
    with _store(home) as store, store.begin() as conn:
        first = updates.first_time(conn, "telegram", 7, NOON)
    with _store(home) as store, store.begin() as conn:
        return first and not updates.first_time(conn, "telegram", 7, NOON)


async def dialled_nobody(home: Path) -> bool:
    """An address of this machine is not dialled, however it is spelt."""
    async with Newsroom() as trap:
        fetcher = Fetcher(Polling())
        try:
            await fetcher.fetch(f"http://2130706433:{trap.port}/feed.xml")
        except FetchError:
            return not trap.requests
        finally:
            await fetcher.close()
    return False


async def silent_of_tokens(home: Path) -> bool:
    """What Telegram's library says of an address stands in no error with the token."""
    said = f"404 for https://api.telegram.org/bot{TOKEN}/sendMessage"
    return TOKEN not in str(BotApiError(Outcome.UNSENT, said).as_send_error("4242"))


async def sound_or_refused(home: Path) -> bool:
    """A broken configuration does not take the place of a good one."""
    target = home / "watchlist.yaml"
    target.write_text("watches:\n  acme: {name: Acme}\n")
    (home / "sources.yaml").write_text("sources: []\n")
    text, version = file.read(target)
    with contextlib.suppress(ConfigError, EditError):
        folder.save(home, "watchlist.yaml", version, text + "  globex: {nam: Globex}\n", environ={})
    return target.read_text() == text


async def whole_or_not_at_all(home: Path) -> bool:
    """A file whose writing is cut short is the old one."""
    target = home / "watchlist.yaml"
    target.write_text("watches:\n  acme: {name: Acme}\n")
    text, version = file.read(target)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file, "crashpoint", _end)
        with contextlib.suppress(_EndError):
            file.write(target, version, text + "  globex: {name: Globex}\n")
    return target.read_text() == text


async def one_digest_a_day(home: Path) -> bool:
    """A second digest of one day takes nothing from the next one."""
    desk = receiver("desk")
    with _store(home) as store, store.begin() as conn:
        for number, name in enumerate(("s1", "s2")):
            publish(conn, (name, f"e{number}", f"Acme opens works {number}"))
            digests.collect(conn, "desk", name, 50, Reason.BELOW_THRESHOLD, later(number))
            digests.owe(conn, desk, later(number + 1), later(number + 1), kind="daily 12:00", since=None)
        return digests.waits(conn, "desk", "s2")


async def seen_for_ever(home: Path) -> bool:
    """The clean-up forgets entries, and not that they were seen."""
    with _store(home) as store, store.begin() as conn:
        publish(conn, ("s1", "e1", "Acme opens works"))
        clean.retention(conn, NOON + timedelta(days=99), NOON + timedelta(days=100))
        return entries.get(conn, "e1") is None and bool(entries.known(conn, ["key e1"]))


class _EndError(Exception):
    """The process ends here."""


def _end(name: str) -> None:
    raise _EndError(name)


def _no_unique_key(patch: Patch) -> None:
    real = deliveries.owe
    patch.setattr(
        deliveries, "owe", lambda conn, *, key, **more: real(conn, key=key + os.urandom(4).hex(), **more)
    )


def _not_synced(patch: Patch) -> None:
    real = opening.connect

    def off(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous = OFF")

    def connect(*given: Any, **more: Any) -> Any:
        engine = real(*given, **more)
        event.listen(engine, "connect", off)
        return engine

    patch.setattr(opening, "connect", connect)


def _in_place(patch: Patch) -> None:
    def replace(target: Path, body: bytes) -> None:
        with target.open("wb") as stream:
            stream.write(body[: len(body) // 2])
            stream.flush()
            vars(file)["crashpoint"]("config-written")
            stream.write(body[len(body) // 2 :])

    patch.setattr(file, "_replace", replace)


def _spelling_only(patch: Patch) -> None:
    def check(_: Guard, host: str, addresses: Any) -> list[str]:
        if host in {"127.0.0.1", "localhost", "::1"}:
            raise FetchError("private", f"{host} is here")
        return list(addresses)

    patch.setattr(Guard, "check", check)
    patch.setattr(Guard, "may_dial", lambda *_: True)


def _digest_twice(patch: Patch) -> None:
    patch.setattr(digests, "was_run", lambda *_: False)
    patch.setattr(digests, "start_run", lambda *_: True)


def _forget_seen(patch: Patch) -> None:
    real = clean.retention

    def retention(conn: Connection, *given: Any, **more: Any) -> Any:
        conn.execute(delete(schema.seen))
        return real(conn, *given, **more)

    patch.setattr(clean, "retention", retention)


@dataclass(frozen=True, slots=True)
class Planted:
    """A bug, and the check that sees it."""

    plant: Callable[[Patch], object]
    holds: Callable[[Path], Awaitable[bool]]


PLANTED: dict[str, Planted] = {
    "no unique key on deliveries": Planted(_no_unique_key, owed_once),
    "no lock": Planted(lambda patch: patch.setattr(fcntl, "flock", lambda *_: None), one_instance),
    "synchronous off": Planted(_not_synced, synced),
    "a button that works twice": Planted(
        lambda patch: patch.setattr(buttons, "press", buttons.look), pressed_once
    ),
    "an update not noted": Planted(
        lambda patch: patch.setattr(updates, "first_time", lambda *_: True), heard_once
    ),
    "addresses judged by their spelling": Planted(_spelling_only, dialled_nobody),
    "the token in an error": Planted(
        lambda patch: patch.setattr(wire, "without_tokens", lambda text: text), silent_of_tokens
    ),
    "a broken file written": Planted(
        lambda patch: patch.setattr(folder, "faults_with", lambda *_, **__: ()), sound_or_refused
    ),
    "a file written in place": Planted(_in_place, whole_or_not_at_all),
    "two digests a day": Planted(_digest_twice, one_digest_a_day),
    "what was seen forgotten with the news": Planted(_forget_seen, seen_for_ever),
}
"""Bugs in one place each, by name."""
