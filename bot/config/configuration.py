"""The checked configuration as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.config.secrets import Secrets
from bot.errors import Fault
from bot.model import Settings, Source, Tables, Watchlist


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What ``load`` read from a folder and from the environment."""

    settings: Settings
    sources: tuple[Source, ...]
    """In the order of the file, disabled ones too."""
    watchlist: Watchlist
    secrets: Secrets
    tables: Tables
    warnings: tuple[Fault, ...]
    """What works and is worth knowing, missing secrets among them."""
    version: str
    """A hash of the YAML that was read; secrets have no part in it."""
    folder: Path
    missing_secrets: tuple[str, ...] = ()
    """The names of environment variables that something needs and that are not set."""
    texts: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """The YAML that was read, by the name of its file; without secrets, which stand elsewhere."""
