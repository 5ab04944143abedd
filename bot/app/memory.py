"""Open the store of a bot that starts: mended where it was damaged, and safe to go on with where it is older."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import Connection

from bot.errors import StoreDamaged, StoreFull, StoreRefused
from bot.model import Settings
from bot.outbox.keeping import owe_memory_lost
from bot.store import Store, aftermath, backups, opening, restoring, search
from bot.store.restoring import CUT, DAMAGED, GONE, Loss

log = structlog.get_logger()


def open_store(url: str, *, variants: Mapping[int, str], now: datetime) -> Store:
    """Open the store; a damaged file, or one that is gone, is first replaced by the last good copy.

    Only for who holds the state folder. StoreRefused for a damaged file that was never ours.
    """
    file = opening.database_file(url)
    if restoring.complete(file, now):
        log.warning("a restore that was cut short is completed")
    backups.sweep(backups.folder_of(file))
    loss = restoring.signs(file, now)
    suspected = loss is not None and loss.kind == DAMAGED
    if loss is not None and not suspected:
        loss = _put_back(file, loss)
    try:
        # The word of one reader is no proof: a file that is whole after all is kept, with what it owes.
        store = Store.open(url, variants=variants, thorough=True if suspected else None, anew=True)
        if suspected:
            log.warning("the database was suspected of damage and is whole", file=str(file))
            loss = None
            with store.begin() as conn:
                search.rebuild(conn)
    except StoreDamaged as error:
        if not restoring.is_ours(file):
            raise StoreRefused(str(error)) from error
        loss = _put_back(file, Loss(DAMAGED, str(error.__cause__ or error), now.isoformat()))
        store = Store.open(url, variants=variants, anew=True)
    if loss is None and _is_blank(store):
        store.close()
        loss = _put_back(file, Loss(GONE, "an empty one stood in its place", now.isoformat()))
        store = Store.open(url, variants=variants, anew=True)
    if loss is None:
        found = restoring.signs(file, now)  # opening it may have shown that its log is damaged
        loss = found if found is not None and found.kind == CUT else None
    try:
        _begin(store, loss, now)
    except BaseException:
        store.close()
        raise
    return store


def settle_in(conn: Connection, settings: Settings, now: datetime) -> Loss | None:
    """In the first transaction of a start: let nothing be told twice where memory was lost, and tell the operator."""
    loss = aftermath.take(conn, now)
    if loss is not None:
        owe_memory_lost(conn, settings, loss, now)
        log.error(
            "memory was lost: every source takes a new baseline, nothing is told twice",
            kind=loss.kind,
            why=loss.why,
            backup=loss.copied or "none",
            aside=loss.aside,
        )
    return loss


def begin_life(store: Store) -> None:
    """Let the present state of the database be told from any older copy of it."""
    with store.begin() as conn:
        name = restoring.begin_life(conn)
    restoring.remember_life(store.file, name)


def _is_blank(store: Store) -> bool:
    with store.snapshot() as conn:
        return restoring.is_blank(conn, store.file)


def _put_back(file: Path, loss: Loss) -> Loss:
    log.error("the database can't be used as it is", kind=loss.kind, why=loss.why, file=str(file))
    return restoring.put_back(file, loss)


def _begin(store: Store, loss: Loss | None, now: datetime) -> None:
    def begin() -> None:
        with store.begin() as conn:
            restoring.note(conn, store.file, loss, now)
            name = restoring.begin_life(conn)
        restoring.remember_life(store.file, name)

    try:
        begin()
    except StoreFull as error:
        if not store.room.run_out(error):
            raise
        begin()
    restoring.noted(store.file)
