"""The library of companies that ships with the bot, and how a watch adds to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from bot.config.faults import FaultList
from bot.config.quick import QUICK, Quick, quick_text, read_quick
from bot.config.reading import read_text
from bot.config.schema_watchlist import LibraryFile, WatchSection
from bot.config.tables import SHIPPED, read_variants, read_words
from bot.config.validate import validate

_KEY = re.compile(r"^(?:\"(?P<quoted>[^\"\n]+)\"|(?P<plain>[^\s#:\"][^\s:]*)):", re.MULTILINE)
"""A key in the first column: an id. The files are the bot's own, so this is all there is in it."""
_CLASSES = ("aliases", "likely", "weak", "products", "people")
_LISTS = ("tickers", "context", "exclude", "case_sensitive", "any", "all", "none", "tags")


class Library(Mapping[str, WatchSection]):
    """The watches of the library by id, each read when it is asked for: most people follow a few of them."""

    def __init__(self, data: Path) -> None:
        self._blocks: dict[str, tuple[Path, str]] = {}
        self._read: dict[str, WatchSection] = {}
        quick = read_quick(data)
        self._quick = quick.library if quick else {}
        faults = FaultList()
        for path in sorted((data / "library").glob("*.yaml")):
            text = read_text(path, str(path), faults)
            self._blocks |= {name: (path, block) for name, block in _blocks(text or "")}
        faults.stop_if_any()

    def __getitem__(self, name: str) -> WatchSection:
        if name not in self._read:
            quick = self._quick.get(name)
            section = WatchSection.model_validate(quick) if quick is not None else self._checked(name)[0]
            self._read[name] = section
        return self._read[name]

    def as_written(self, names: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """Return by id what stands in the YAML; raise ConfigError where a watch is broken."""
        return {name: self._checked(name)[1] for name in names}

    def _checked(self, name: str) -> tuple[WatchSection, Mapping[str, Any]]:
        path, block = self._blocks[name]
        faults = FaultList()
        found = validate(block, str(path), LibraryFile, faults)
        faults.stop_if_any()
        assert found is not None
        file, sheet = found
        return file.root[name], sheet.root.value[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._blocks)

    def __len__(self) -> int:
        return len(self._blocks)

    def naming(self, *spellings: str) -> tuple[str, ...]:
        """Return the ids of the watches in whose YAML one of these texts stands, whatever its case."""
        wanted = {spelling.casefold() for spelling in spellings if spelling}
        blocks = ((name, block.casefold()) for name, (_, block) in self._blocks.items())
        return tuple(name for name, block in blocks if any(spelling in block for spelling in wanted))


@lru_cache(maxsize=4)
def read_library(data: Path = SHIPPED) -> Library:
    """Return the watches of the library by id. Raises ConfigError where a file of it, or a watch, is broken."""
    return Library(data)


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield (id, its own YAML) of a library file, with empty lines above so that faults name the right line."""
    starts = list(_KEY.finditer(text))
    for start, following in zip_longest(starts, starts[1:]):
        above = text.count("\n", 0, start.start())
        block = text[start.start() : following.start() if following else len(text)]
        yield start.group("quoted") or start.group("plain"), "\n" * above + block


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


def write_quick(data: Path = SHIPPED) -> None:
    """Write the quick form of the shipped tables anew, after a change of the files that they are made of."""
    (data / QUICK).write_text(quick_text(data, made_anew(data)), encoding="utf-8")


def made_anew(data: Path = SHIPPED) -> Quick:
    """Return the shipped tables, read from the files that people edit; raise ConfigError."""
    lists, events, glossary = read_words(data, read_variants(data / "variants.txt"))
    library = Library(data)
    return Quick(lists=lists, events=events, glossary=glossary, library=library.as_written(library))
