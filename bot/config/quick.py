"""What ships with the bot in a form that is read in no time: ``data/quick.json``, made of the YAML and text files.

It holds the hash of what it was made from. Where that has changed since, or the file isn't there, the files
themselves are read: slower by a third of a second, never something else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bot.model import Glossary

QUICK = "quick.json"
_FILES = ("events.yaml", "glossary.txt", "variants.txt", "words.yaml")

Words = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quick:
    """The shipped tables as the YAML and text files give them, words folded."""

    lists: Words
    events: Words
    glossary: Glossary
    library: Mapping[str, Mapping[str, Any]]
    """By id what stands in the YAML, not checked again."""


def made_of(data: Path) -> str:
    """Return the hash of the files that the quick form is made of."""
    digest = blake2b(digest_size=16)
    for path in (*(data / name for name in _FILES), *sorted((data / "library").glob("*.yaml"))):
        body = path.read_bytes()
        digest.update(f"{path.name}\0{len(body)}\0".encode())
        digest.update(body)
    return digest.hexdigest()


@lru_cache(maxsize=4)
def read_quick(data: Path) -> Quick | None:
    """Return the shipped tables; None where there is no quick form of them, or one of other files."""
    try:
        found = json.loads((data / QUICK).read_bytes())
        if found["made_of"] != made_of(data):
            return None
        return Quick(
            lists=_words(found["lists"]),
            events=_words(found["events"]),
            glossary=_glossary(found["glossary"]),
            library=found["library"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # the files themselves say it better


def quick_text(data: Path, quick: Quick) -> str:
    """Return what stands in ``quick.json``: a line for each company and table."""
    words = quick.glossary
    tables: dict[str, Mapping[str, Any]] = {
        "lists": quick.lists,
        "events": quick.events,
        "glossary": {
            "chinese": words.chinese,
            "lengths": words.lengths,
            "english": words.english,
            "phrases": words.phrases,
        },
        "library": quick.library,
    }
    return "\n".join(_lines(made_of(data), tables)) + "\n"


def _lines(made: str, tables: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield f'{{"made_of": "{made}",'
    for at, (name, table) in enumerate(tables.items(), 1):
        yield f'"{name}": {{'
        rows = [f"{_json(key)}: {_json(value)}" for key, value in table.items()]
        yield ",\n".join(rows)
        yield "}," if at < len(tables) else "}}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _words(table: Mapping[str, list[str]]) -> Words:
    return {key: tuple(words) for key, words in table.items()}


def _glossary(table: Mapping[str, Any]) -> Glossary:
    return Glossary(
        chinese=_words(table["chinese"]),
        lengths={first: tuple(found) for first, found in table["lengths"].items()},
        english=_words(table["english"]),
        phrases={
            first: tuple([(tuple(words), tuple(concepts)) for words, concepts in found])
            for first, found in table["phrases"].items()
        },
    )
