"""Configuration: YAML and the environment in, checked model values out, every fault with file, line and hint.

    configuration = load(Path("config"), environ=os.environ)  # ConfigError holds every fault
    if signature(folder) != before: ...                       # load; on ConfigError keep the last good one

Parsers and schemas are imported when a function is called, so that importing this stays light.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config.configuration import Configuration
from bot.config.secrets import Secrets
from bot.model import Tables, Watchlist

if TYPE_CHECKING:
    from bot.config.advice import Advice

__all__ = [
    "Configuration",
    "Secrets",
    "advise",
    "init",
    "load",
    "load_tables",
    "load_watchlist",
    "signature",
    "write_schemas",
]


def load(folder: Path, *, environ: Mapping[str, str]) -> Configuration:
    """Return the configuration of a folder; raise ConfigError with every fault of every file."""
    from bot.config import build

    return build.load(folder, environ=environ)


def load_watchlist(path: Path, *, tables: Tables | None = None) -> Watchlist:
    """Return the watchlist of a file anywhere; raise ConfigError with every fault of it.

    ``tables`` spares loading the shipped ones again.
    """
    from bot.config import build

    return build.load_watchlist(path, tables=tables)


def load_tables(events_file: Path | None = None) -> Tables:
    """Return the shipped tables with the event words of the user's file, if it exists; raise ConfigError."""
    from bot.config import tables

    return tables.load_tables(events_file)


def advise(folder: Path, tables: Tables) -> Advice | None:
    """Return what is worth saying of a folder's watchlist though it works; None where it can't be read."""
    from bot.config import advice

    return advice.advise(folder, tables)


def signature(folder: Path) -> str:
    """Return a text that changes when a file of the folder does; cheap, and it never fails."""
    from bot.config import changes

    return changes.signature(folder)


def init(target: Path) -> str:
    """Write the starting configuration, return what to do next; raise ConfigError where it exists."""
    from bot.config import starting

    return starting.init(target)


def write_schemas(folder: Path) -> None:
    """Write the JSON Schemas of the YAML files into a folder."""
    from bot.config import schemas

    schemas.write_schemas(folder)
