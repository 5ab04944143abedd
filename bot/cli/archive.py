"""The stored archive as the terminal reads it: one moment of it, while the bot may run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from bot.app.building import database_url
from bot.config import Configuration
from bot.errors import CommandError
from bot.store import Store
from bot.store.opening import database_file


@contextmanager
def stored(configuration: Configuration, state: Path, instead: str) -> Iterator[Connection]:
    """Lend a snapshot of the store; raise CommandError where there is none, with what ``instead`` does."""
    url = database_url(configuration.settings, state)
    file = database_file(url)
    if not file.exists():
        raise CommandError(
            f"{file}: there is no database yet; the bot makes it when it first runs. {instead}"
        )
    store = Store.open(url, variants=configuration.tables.variants)
    try:
        with store.snapshot() as conn:
            yield conn
    finally:
        store.close()
