"""Planted bugs of the kind that loses or repeats news, each with the act that shows it; they live in one process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, update

from tests.crash.drive import Drive
from tests.crash.scenes import Scene

Real = Callable[..., Any]


async def sudden(drive: Drive, point: str) -> None:
    """Killed at a point with news under way, the bot makes up for it at its next start."""
    drive.news(1)
    await drive.kill(point)
    await drive.prompt()


async def calm(drive: Drive) -> None:
    """Two days' news, and nobody kills."""
    for _ in range(2):
        drive.news(1)
        await drive.live()


async def refused(drive: Drive) -> None:
    """Telegram refuses a message for good."""
    drive.news(1)
    drive.world.telegram.fail_next(1, "error:Bad Request: message is too long", method="sendMessage")
    await drive.live(0, 1)


async def paused(drive: Drive) -> None:
    """Telegram asks for a pause."""
    drive.news(1)
    drive.world.telegram.fail_next(1, "429", method="sendMessage")
    await drive.live(0, 1)


async def answer_lost(drive: Drive) -> None:
    """Telegram takes a message, and its answer never arrives."""
    drive.news(1)
    drive.world.telegram.fail_next(1, "accept_then_reset", method="sendMessage")
    drive.report.doubts["desk"] += 1
    await drive.live(0, 1)


def _around(module: Any, name: str, instead: Callable[..., Any]) -> None:
    """Put a function in the place of a module's or class's own, which it gets as its first argument."""
    setattr(module, name, partial(instead, getattr(module, name)))


def _mark_before_send() -> None:
    from bot.store import deliveries

    _around(deliveries, "on_wire", lambda _, conn, id, now: deliveries.sent(conn, id, now))  # noqa: A006


def _forget_the_wire() -> None:
    from bot.store import deliveries

    _around(deliveries, "on_wire", lambda *_: None)


def _ambiguous_is_unsent() -> None:
    from bot.store import deliveries
    from bot.store.schema import deliveries as table

    def own(real: Real, conn: Connection, *given: Any) -> int:
        repeats = int(real(conn, *given))
        conn.execute(update(table).values(maybe_repeat=False))
        return repeats

    _around(deliveries, "foreign_to_ambiguous", own)


def _keep_foreign_leases() -> None:
    from bot.store import deliveries

    _around(deliveries, "foreign_to_ambiguous", lambda *_: 0)


def _keep_foreign_claims() -> None:
    from bot.store import sources

    _around(sources, "free_foreign_leases", lambda *_: 0)


def _no_transaction() -> None:
    from bot.store import entries

    def save(real: Real, conn: Connection, *given: Any) -> None:
        real(conn, *given)
        conn.exec_driver_sql("COMMIT")
        conn.exec_driver_sql("BEGIN IMMEDIATE")

    _around(entries, "save", save)


def _etag_early() -> None:
    from bot.pipeline import reading
    from bot.store.schema import sources as table

    real = reading.Reader.read

    async def read(self: Any, source: Any, state: Any) -> Any:
        found = await real(self, source, state)
        early = update(table).where(table.c.id == source.id).values(etag=found.document.validators.etag)
        await self._store.write(lambda conn: conn.execute(early).rowcount)
        return found

    reading.Reader.read = read  # type: ignore[method-assign]


def _lose_the_baseline() -> None:
    from bot.store import sources

    def succeeded(real: Real, *given: Any, baseline: bool, **more: Any) -> None:
        real(*given, baseline=False, **more)

    _around(sources, "succeeded", succeeded)


def _never_acknowledge() -> None:
    from bot.outbox.ending import Ending

    async def sent(*_: Any) -> None:
        """Forget that it arrived."""

    Ending.sent = sent  # type: ignore[assignment,method-assign]


def _drop_dead_letters() -> None:
    from bot.store import deliveries

    _around(deliveries, "dead", lambda _, *given: deliveries.drop(*given))


def _forget_the_doubt() -> None:
    from bot.store import deliveries

    _around(deliveries, "retry", lambda real, *given, **more: real(*given, **{**more, "ambiguous": False}))


def _give_up_at_once() -> None:
    from bot.store import deliveries

    def retry(_: Real, conn: Connection, id: int, due: Any, error: str, **__: Any) -> None:  # noqa: A002
        deliveries.drop(conn, id, error, due)

    _around(deliveries, "retry", retry)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A bug, the act in which it shows, and a word of what the oracle then says."""

    plant: Callable[[], None]
    act: Scene
    says: str


def _at(point: str) -> Scene:
    return partial(sudden, point=point)


MUTANTS: dict[str, Mutant] = {
    "marked as sent before it is sent": Mutant(_mark_before_send, _at("on-wire"), "lost:"),
    "not noted that it is on the wire": Mutant(_forget_the_wire, _at("arrived"), "repeated without a word"),
    "an ambiguous send taken for unsent": Mutant(
        _ambiguous_is_unsent, _at("arrived"), "repeated without a word"
    ),
    "leases of a dead instance kept": Mutant(_keep_foreign_leases, _at("delivery-claimed"), "not at once"),
    "claims of a dead instance kept": Mutant(_keep_foreign_claims, _at("poll-claimed"), "not at once"),
    "no transaction around a poll": Mutant(_no_transaction, _at("entries-saved"), "lost:"),
    "the ETag saved before the entries": Mutant(_etag_early, _at("before-decide"), "the ETag"),
    "the baseline not remembered": Mutant(_lose_the_baseline, calm, "lost:"),
    "an arrival never acknowledged": Mutant(_never_acknowledge, calm, "0 kills in the window"),
    "dead letters dropped": Mutant(_drop_dead_letters, refused, "lost:"),
    "a retry that forgets the doubt": Mutant(_forget_the_doubt, answer_lost, "repeated without a word"),
    "given up at the first failure": Mutant(_give_up_at_once, paused, "lost:"),
}
"""Bugs that a process is born with, by name."""
