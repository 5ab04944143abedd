"""Load the tables that ship with the bot, and the event words that the user adds or replaces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import bot.data
from bot.config.faults import FaultList, Place
from bot.config.quick import Words, read_quick
from bot.config.reading import read_text
from bot.config.schema_watchlist import EventsFile
from bot.config.validate import validate
from bot.config.yaml_source import Node, parse
from bot.errors import ConfigError, Fault
from bot.model import Glossary, Tables
from bot.text import fold

SHIPPED = Path(bot.data.__file__).parent
_LISTS = ("stop_words", "business_words", "tails", "round_ups")


def load_tables(events_file: Path | None = None, *, data: Path = SHIPPED) -> Tables:
    """Return the shipped tables with the event words of a file of the user's; all words folded.

    A file that doesn't exist adds nothing. Raises ConfigError with every fault.
    """
    faults = FaultList()
    tables = read_tables(events_file, faults, data=data)
    faults.stop_if_any()
    return tables


def read_tables(events_file: Path | None, faults: FaultList, *, data: Path = SHIPPED) -> Tables:
    """Do as ``load_tables`` does, but add faults of the user's file to the list instead of raising."""
    if events_file is None or not events_file.exists():
        return shipped_tables(data)
    return tables_with(read_text(events_file, str(events_file), faults), str(events_file), faults, data=data)


def tables_with(text: str | None, name: str, faults: FaultList, *, data: Path = SHIPPED) -> Tables:
    """Return the shipped tables with the event words of a text (None: it can't be read); its faults go to the list."""
    shipped = shipped_tables(data)
    found = validate(text, name, EventsFile, faults, optional=True) if text is not None else None
    if found is None:
        return shipped
    own = {kind: _folded((*words.en, *words.zh), shipped.variants) for kind, words in found[0].root.items()}
    return replace(shipped, events={**shipped.events, **own})


@lru_cache(maxsize=4)
def shipped_tables(data: Path = SHIPPED) -> Tables:
    """Return what ships with the bot; read once."""
    variants = read_variants(data / "variants.txt")
    documents, frequencies = _read_frequencies(data / "frequencies.txt")
    quick = read_quick(data)
    lists, events, glossary = (
        (quick.lists, quick.events, quick.glossary) if quick else read_words(data, variants)
    )
    return Tables(
        variants=variants,
        stop_words=frozenset(lists["stop_words"]),
        frequencies=frequencies,
        documents=documents,
        events=events,
        business_words=lists["business_words"],
        tails=lists["tails"],
        round_ups=lists["round_ups"],
        glossary=glossary,
    )


def read_words(data: Path, variants: Mapping[int, str]) -> tuple[Words, Words, Glossary]:
    """Return lists, event words and glossary from the files that people edit; raise ConfigError."""
    lists = {key: _folded(words, variants) for key, words in _read_lists(data / "words.yaml").items()}
    events = {
        kind: _folded((word.text for node in words.fields.values() for word in node.entries), variants)
        for kind, words in _read_mapping(data / "events.yaml").fields.items()
    }
    return lists, events, _read_glossary(data / "glossary.txt", variants, frozenset(lists["stop_words"]))


def _folded(words: Iterable[str | None], variants: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(word.strip(), variants) for word in words if word and word.strip()))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        missing = Fault(str(path), 0, 0, "this file of the bot itself can't be read", "install the bot again")
        raise ConfigError([missing]) from None


def read_variants(path: Path) -> Mapping[int, str]:
    """Return each traditional character with its simplified one."""
    traditional, simplified = _read(path).splitlines()[:2]
    return {ord(old): new for old, new in zip(traditional, simplified, strict=True)}


def _read_mapping(path: Path) -> Node:
    faults = FaultList()
    root = parse(_read(path), str(path), faults)
    faults.stop_if_any()
    return root if root is not None else Node({}, Place())


def _read_lists(path: Path) -> dict[str, tuple[str, ...]]:
    root = _read_mapping(path)
    return {key: tuple(word.text for word in root.at([key]).entries) for key in _LISTS}


def _read_frequencies(path: Path) -> tuple[int, Mapping[str, int]]:
    first, *lines = _read(path).splitlines()
    pairs = (line.rpartition("\t") for line in lines if line)
    return int(first), {token: int(count) for token, _, count in pairs}


def _read_glossary(path: Path, variants: Mapping[int, str], stop_words: frozenset[str]) -> Glossary:
    from bot.config.glossary import read_glossary

    faults = FaultList()
    found = read_glossary(_read(path), str(path), variants=variants, stop_words=stop_words, faults=faults)
    faults.stop_if_any()
    return found
