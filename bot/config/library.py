"""The library of companies that ships with the bot, and how a watch adds to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from bot.config.faults import FaultList
from bot.config.reading import read_text
from bot.config.schema_watchlist import LibraryFile, WatchSection
from bot.config.tables import SHIPPED
from bot.config.validate import validate

_CLASSES = ("aliases", "likely", "weak", "products", "people")
_LISTS = ("tickers", "context", "exclude", "case_sensitive", "any", "all", "none", "tags")


@lru_cache(maxsize=4)
def read_library(data: Path = SHIPPED) -> Mapping[str, WatchSection]:
    """Return the watches of the library by id; read once. Raises ConfigError where a file of it is broken."""
    faults = FaultList()
    watches: dict[str, WatchSection] = {}
    for path in sorted((data / "library").glob("*.yaml")):
        text = read_text(path, str(path), faults)
        found = validate(text, str(path), LibraryFile, faults) if text is not None else None
        watches.update(found[0].root if found else {})
    faults.stop_if_any()
    return watches


def merge(base: WatchSection, own: WatchSection) -> WatchSection:
    """Return a library watch with a user's lists added.

    A term that the user puts into another list (weak instead of aliases) leaves the library's;
    a name of the user's own makes the library's an alias.
    """
    placed = {kind: set(getattr(own, kind)) for kind in _CLASSES}
    merged: dict[str, object] = {kind: [*getattr(base, kind), *getattr(own, kind)] for kind in _LISTS}
    for kind in _CLASSES:
        elsewhere: set[str] = set().union(*(placed[other] for other in _CLASSES if other != kind))
        merged[kind] = [term for term in getattr(base, kind) if term not in elsewhere] + getattr(own, kind)
    if own.name and base.name and own.name != base.name:
        merged["aliases"] = [base.name, *_listed(merged["aliases"])]
    merged["name"] = own.name or base.name
    merged["min_score"] = own.min_score if own.min_score is not None else base.min_score
    return own.model_copy(update=merged)


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else []
