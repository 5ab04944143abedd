"""Other ways to find many terms in a text: they tell where terms stand, not whether and why they count."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

Find = Callable[[str], object]
_ALIKE = 90


@dataclass(frozen=True, slots=True)
class Finder:
    """A way to find terms, the package that it needs, and what makes it ready: terms -> (text -> what it finds)."""

    name: str
    package: str
    build: Callable[[Sequence[str]], Find]
    most: int = 1_000_000
    """With more terms than this it takes minutes."""

    @property
    def missing(self) -> bool:
        """Tell whether its package is not installed."""
        return find_spec(self.package) is None


def _alternation(terms: Sequence[str]) -> Find:
    ordered = sorted(terms, key=len, reverse=True)
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, ordered)) + r")\b", re.IGNORECASE)
    return lambda text: [found.span() for found in pattern.finditer(text)]


def _keywords(terms: Sequence[str]) -> Find:
    processor: Any = import_module("flashtext").KeywordProcessor()
    for term in terms:
        processor.add_keyword(term)
    return lambda text: processor.extract_keywords(text, span_info=True)


def _fuzzy(terms: Sequence[str]) -> Find:
    from rapidfuzz.fuzz import partial_ratio
    from rapidfuzz.process import extract

    held = [term.lower() for term in terms]
    return lambda text: extract(text.lower(), held, scorer=partial_ratio, score_cutoff=_ALIKE, limit=None)


def _automaton(terms: Sequence[str]) -> Find:
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for term in terms:
        automaton.add_word(term.lower(), len(term))
    automaton.make_automaton()

    def find(text: str) -> list[tuple[int, int]]:
        lowered = text.lower()
        spans = ((last + 1 - length, last + 1) for last, length in automaton.iter(lowered))
        return [(start, end) for start, end in spans if _stands_free(lowered, start, end)]

    return find


def _automaton_in_rust(terms: Sequence[str]) -> Find:
    rust: Any = import_module("ahocorasick_rs")
    automaton = rust.AhoCorasick([term.lower() for term in terms])

    def find(text: str) -> list[tuple[int, int]]:
        lowered = text.lower()
        spans = automaton.find_matches_as_indexes(lowered, overlapping=True)
        return [(start, end) for _, start, end in spans if _stands_free(lowered, start, end)]

    return find


def _stands_free(text: str, start: int, end: int) -> bool:
    """The least rule that a name in English needs: no letter beside it."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (_is_ascii_letter(before) and _is_ascii_letter(text[start])) and not (
        _is_ascii_letter(after) and _is_ascii_letter(text[end - 1])
    )


def _is_ascii_letter(character: str) -> bool:
    return character.isascii() and character.isalnum()


FINDERS = (
    Finder("pyahocorasick, bare", "ahocorasick", _automaton),
    Finder("ahocorasick_rs, bare", "ahocorasick_rs", _automaton_in_rust),
    Finder("flashtext", "flashtext", _keywords),
    Finder("one regular expression", "re", _alternation),
    Finder("rapidfuzz partial_ratio", "rapidfuzz", _fuzzy, most=10_000),
)
