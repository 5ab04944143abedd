"""What the terminal reads news from: one moment of the stored archive, while the bot may run, or a recorded stream."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from bot.app.building import database_url
from bot.backtest.recorded import read_recorded
from bot.config import Configuration
from bot.errors import CommandError
from bot.model import Entry
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


def recorded_entries(place: Path, configuration: Configuration) -> list[Entry]:
    """Return the entries of a recorded stream, ``-`` for standard input; raise CommandError where it can't be read."""
    if str(place) == "-":
        return read_recorded(sys.stdin.buffer, "standard input", configuration.sources)
    try:
        with place.open("rb") as file:
            return read_recorded(file, str(place), configuration.sources)
    except OSError as error:
        raise CommandError(f"{place}: {(error.strerror or str(error)).lower()}") from None
