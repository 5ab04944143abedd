"""Is a name also a common word? By the shipped tables, and by what the library thinks doubtful."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from bot.config.schema_watchlist import WatchSection
from bot.match.cues import PLAIN_WORDS
from bot.model import Tables
from bot.model.tables import NAME
from bot.text import bigrams, fold, is_cjk, stem

_FREQUENT = 0.0008
"""A token in so large a share of general news is common: 21 of the shipped 26,534 titles."""


class CommonWords:
    """Tells names that news uses in another sense too. The library is read only when it is asked for."""

    def __init__(self, tables: Tables, library: Mapping[str, WatchSection]) -> None:
        self._tables, self._library = tables, library

    def what(self, text: str, folded: str) -> str:
        """Return what a name is beside a name, as the middle of a sentence; "" where nothing is known."""
        if any(map(is_cjk, folded)):
            return self._chinese(folded)
        if not folded.isalpha():
            return ""
        if folded in PLAIN_WORDS or (text.islower() and folded in self._tables.stop_words):
            return "a common word"
        token = stem(folded)
        if self._is_frequent(token) and not self._is_name(folded, self._tables.glossary.english.get(token)):
            return "a common word"
        return ""

    def _chinese(self, folded: str) -> str:
        concepts = self._tables.glossary.chinese.get(folded)
        if folded in self._doubtful:
            return "doubtful in the library"
        if folded in self._certain:
            return ""
        known = bool(concepts) or len(folded) == 2
        frequent = all(map(self._is_frequent, bigrams(folded)))
        return "a common word" if known and frequent and not self._is_name(folded, concepts) else ""

    def _is_frequent(self, token: str) -> bool:
        count = self._tables.frequencies.get(token, 0)
        return count > 0 and count >= _FREQUENT * self._tables.documents

    def _is_name(self, folded: str, concepts: tuple[str, ...] | None) -> bool:
        known = any(concept.startswith(NAME) for concept in concepts or ())
        return known or folded in self._certain

    @cached_property
    def _certain(self) -> frozenset[str]:
        """The names of the library that count wherever they stand."""
        return self._terms("name", "aliases", "products") - self._doubtful

    @cached_property
    def _doubtful(self) -> frozenset[str]:
        return self._terms("likely", "weak")

    def _terms(self, *kinds: str) -> frozenset[str]:
        found: set[str] = set()
        for watch in self._library.values():
            for kind in kinds:
                given = getattr(watch, kind)
                texts = [given] if isinstance(given, str) else given or []
                found.update(fold(text, self._tables.variants) for text in texts if text)
        return frozenset(found)
