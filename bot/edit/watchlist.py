"""Changes to ``watchlist.yaml`` as people ask for them: a watch more or less, terms more or less in one of its lists.

text = changed(text, Change(watch="moonshot", key="aliases", add=("月暗",)))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot import edit
from bot.config.faults import FaultList
from bot.config.schema_watchlist import WatchlistFile, WatchSection
from bot.config.validate import validate
from bot.config.yaml_source import parse
from bot.edit.notation import Value
from bot.edit.words import slug
from bot.errors import EditError

FILE = "watchlist.yaml"
LISTS = ("aliases", "products", "people", "likely", "weak", "exclude", "context", "tickers")
"""The lists of terms that a change may name."""
_BOM = "\ufeff"


class Kind(StrEnum):
    """What is done to a watch."""

    ADD = "add"
    REMOVE = "remove"
    TERMS = "terms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change. A watch is added from the library, or with ``name``; its ``add`` are aliases then."""

    kind: Kind = Kind.TERMS
    watch: str
    key: str = "aliases"
    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    name: str = ""
    """For a new watch: what it is called; "" takes it from the library."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One reading of the file: its text, its hash, and what each watch says there itself, disabled ones too."""

    path: Path
    text: str
    version: str
    sections: Mapping[str, WatchSection]


def read_watches(folder: Path) -> Listed:
    """Return the watches of a folder's file; EditError where it can't be read, ConfigError for its faults."""
    path = folder / FILE
    text, version = edit.read(path)
    faults = FaultList()
    checked = validate(text.removeprefix(_BOM), str(path), WatchlistFile, faults)
    faults.stop_if_any()
    assert checked is not None
    return Listed(path, text, version, checked[0].watches)


def changed(text: str, change: Change) -> str:
    """Return the text with exactly this change, every other byte as it was.

    EditError where it can't be made: nothing there to remove, something there already, or the file is
    written in a way that can't be changed safely.
    """
    path = ("watches", change.watch)
    if change.kind is Kind.ADD:
        return edit.add_key(text, ("watches",), change.watch, _new(change))
    if change.kind is Kind.REMOVE:
        return edit.remove_key(text, path)
    if not (change.add or change.drop):
        raise EditError("no term is named")
    if change.drop:
        text = _without(text, change)
    return _with(text, change) if change.add else text


def new_id(name: str, taken: Sequence[str]) -> str:
    """Return an id for a new watch, not taken; "" where a name has no letter and no digit."""
    stem = slug(name)
    used = {each.casefold() for each in taken}
    number, proposed = 2, stem
    while proposed.casefold() in used:
        proposed, number = f"{stem}-{number}", number + 1
    return proposed


def _new(change: Change) -> Value:
    aliases: dict[str, Value] = {"aliases": list(change.add)} if change.add else {}
    if change.name:
        return {"name": change.name, **aliases}
    return {"library": change.watch, **aliases} if aliases else "library"


def _with(text: str, change: Change) -> str:
    path = ("watches", change.watch)
    if _own(text, change.watch) is None:
        return edit.set_value(text, path, {"library": change.watch, change.key: list(change.add)})
    return edit.append_items(text, (*path, change.key), list(change.add))


def _without(text: str, change: Change) -> str:
    own = _own(text, change.watch)
    terms = (own or {}).get(change.key) or []
    for term in change.drop:
        if term not in terms:
            raise EditError(f"'{term}' does not stand in {change.key} of {change.watch}")
    path = ("watches", change.watch, change.key)
    if not change.add and set(terms) <= set(change.drop):
        return edit.remove_key(text, path)
    for at in reversed(range(len(terms))):
        if terms[at] in change.drop:
            text = edit.remove_item(text, (*path, at))
    return text


def _own(text: str, watch: str) -> dict[str, list[str]] | None:
    """What a watch says in the file; None where it says ``library`` and no more. EditError where it is missing."""
    root = parse(text.removeprefix(_BOM), "", FaultList())
    watches = root.value.get("watches") if root is not None and isinstance(root.value, dict) else None
    value = watches.get(watch) if isinstance(watches, dict) else None
    if value == "library":
        return None
    if not isinstance(value, dict):
        raise EditError(f"there is no watch '{watch}' in {FILE}")
    return value
