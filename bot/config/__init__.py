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
from bot.errors import Fault
from bot.model import Tables, Watchlist

if TYPE_CHECKING:
    from bot.config.advice import Advice

__all__ = [
    "Configuration",
    "Secrets",
    "advise",
    "init",
    "keep",
    "load",
    "load_kept",
    "load_tables",
    "load_watchlist",
    "lost_files",
    "lost_tokens",
    "signature",
    "write_schemas",
]


def load(folder: Path, *, environ: Mapping[str, str]) -> Configuration:
    """Return the configuration of a folder; raise ConfigError with every fault of every file."""
    from bot.config import build

    return build.load(folder, environ=environ)


def keep(configuration: Configuration, state: Path) -> bool:
    """Keep what is in force in the state folder, for ``load_kept``; False where nothing was written."""
    from bot.config import kept

    return kept.keep(configuration, state)


def load_kept(folder: Path, state: Path, *, environ: Mapping[str, str]) -> Configuration | None:
    """Return what was last in force of a folder whose files are broken now; None where that isn't known."""
    from bot.config import kept

    return kept.load_kept(folder, state, environ=environ)


def lost_tokens(configuration: Configuration, state: Path) -> tuple[Fault, ...]:
    """Return a fault for each chat's token that was there when it was last in force and is missing now."""
    from bot.config import kept

    return kept.lost_tokens(configuration, state)


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


def lost_files(folder: Path, in_force: Mapping[str, str]) -> list[Fault]:
    """Return a fault for each file that is in force (its text by its name), may be missing, and now is or is empty."""
    from bot.config import changes

    return changes.lost_files(folder, in_force)


def init(target: Path) -> str:
    """Write the starting configuration, return what to do next; raise ConfigError where it exists."""
    from bot.config import starting

    return starting.init(target)


def write_schemas(folder: Path) -> None:
    """Write the JSON Schemas of the YAML files into a folder."""
    from bot.config import schemas

    schemas.write_schemas(folder)
