"""How rare a token is: in the window, in general news, and among the entries of one company."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from itertools import chain
from math import fsum, log

from bot.dedup.hashed import Hashed
from bot.model import Tables
from bot.text import bigrams

_PRIOR = 4_000
"""So many documents of the window does the shipped table weigh."""
_FEW = 15
"""So many entries of a company does it take until rarity among them weighs half."""
_TINY = 1e-9
_REMEMBERED = 20_000
"""So many worked out rarities are kept: leads alone bring new words for ever."""


class Rarities(dict[str, float]):
    """Token to its rarity among counted entries, worked out when first asked for.

    A rarity is good until the token is counted again, because the number of entries is taken in coarse steps.
    That makes it a function of the counts alone, so that a reloaded index agrees with one that never stopped.
    """

    __slots__ = ("_counts", "_entries", "_scale", "_shipped", "_table", "_top")

    def __init__(self, tables: Tables) -> None:
        super().__init__()
        self._table = tables.frequencies
        self._scale = _PRIOR / tables.documents if tables.documents > _PRIOR else 1.0
        self._shipped = min(tables.documents, _PRIOR)
        self._counts = Hashed()
        self._entries = 0
        self._top = log(self._shipped + 2.0)

    def __missing__(self, token: str) -> float:
        held = self._counts.get(token) + self._scale * self._table.get(token, 0)
        if len(self) >= _REMEMBERED:
            self.clear()
        rarity = self[token] = max(0.0, self._top - log(held + 1.0))
        return rarity

    def count(self, tokens: Sequence[str], times: int) -> None:
        """Count one entry more, or with ``times=-1`` one less."""
        self._counts.add(tokens, times)
        self._entries += times
        top = log(_coarse(self._entries) + self._shipped + 2.0)
        if top != self._top:
            self._top = top
            self.clear()
        if self:
            for token in tokens:
                self.pop(token, None)

    def count_all(self, counts: Mapping[Hashable, int], entries: int) -> None:
        """Count so many entries more, by how many of them hold each token."""
        self._counts.add_each(counts)
        self._entries += entries
        self._top = log(_coarse(self._entries) + self._shipped + 2.0)
        self.clear()

    def fit(self) -> None:
        """Give back what gone entries took."""
        self._counts.fit()


class Shares(dict[str, float]):
    """Token to how rare it is among the entries of one company: 0 for its own name, up to 1."""

    __slots__ = ("_counts", "_entries", "_known")

    def __init__(self) -> None:
        super().__init__()
        self._counts = Hashed()
        self._entries = 0
        self._known = 0

    def __missing__(self, token: str) -> float:
        entries = self._known
        rare = log((entries + 2.0) / (self._counts.get(token) + 1.0)) / log(entries + 2.0)
        if len(self) >= _REMEMBERED:
            self.clear()
        share = self[token] = (max(0.0, rare) * entries + _FEW) / (entries + _FEW)
        return share

    def count(self, tokens: Sequence[str], times: int) -> None:
        """Count one entry of the company more, or with ``times=-1`` one less."""
        self._counts.add(tokens, times)
        self._entries += times
        if _coarse(self._entries) != self._known:
            self._known = _coarse(self._entries)
            self.clear()
        if self:
            for token in tokens:
                self.pop(token, None)

    def count_all(self, counts: Mapping[Hashable, int], entries: int) -> None:
        """Count so many entries of the company more, by how many of them hold each token."""
        self._counts.add_each(counts)
        self._entries += entries
        self._known = _coarse(self._entries)
        self.clear()

    def fit(self) -> None:
        """Give back what gone entries took."""
        self._counts.fit()


class Weights(dict[str, float]):
    """Token to weight for one comparison: its rarity, less for words common among the companies in common."""

    __slots__ = ("_rarities", "_shares")

    def __init__(self, rarities: Rarities, shares: list[Shares]) -> None:
        super().__init__()
        self._rarities = rarities
        self._shares = shares

    def __missing__(self, token: str) -> float:
        weight = self._rarities[token]
        for shares in self._shares:
            weight = min(weight, self._rarities[token] * shares[token])
        self[token] = weight
        return weight


class Frequencies:
    """Counts of entries that hold a token; the window's own counts on top of the shipped table."""

    def __init__(self, tables: Tables) -> None:
        self.rarities = Rarities(tables)
        self._shares: dict[str, Shares] = {}
        self._weights: dict[frozenset[str], dict[str, float]] = {}
        self._squares: dict[tuple[tuple[str, ...], frozenset[str]], float] = {}

    def add(self, tokens: Sequence[str], watches: Iterable[str], times: int = 1) -> None:
        """Count one entry; ``times=-1`` takes it out again."""
        self.rarities.count(tokens, times)
        for watch in watches:
            if watch not in self._shares:
                self._shares[watch] = Shares()
            self._shares[watch].count(tokens, times)
        self._weights.clear()
        self._squares.clear()

    def add_all(self, counted: Collection[tuple[Sequence[str], Iterable[str]]]) -> None:
        """Count many entries at once, each by its tokens and its companies."""
        self.rarities.count_all(_counts(tokens for tokens, _ in counted), len(counted))
        mine: defaultdict[str, list[Sequence[str]]] = defaultdict(list)
        for tokens, watches in counted:
            for watch in watches:
                mine[watch].append(tokens)
        for watch, held in mine.items():
            self._shares.setdefault(watch, Shares()).count_all(_counts(held), len(held))
        self._weights.clear()
        self._squares.clear()

    def fit(self) -> None:
        """Give back what gone entries took."""
        self.rarities.fit()
        for shares in self._shares.values():
            shares.fit()

    def weights(self, watches: frozenset[str]) -> dict[str, float]:
        """Return the weight of every token between entries that have these companies in common.

        Good until the next entry is counted.
        """
        if not watches:
            return self.rarities
        known = self._weights.get(watches)
        if known is None:
            shares = [self._shares[watch] for watch in sorted(watches) if watch in self._shares]
            known = self._weights[watches] = Weights(self.rarities, shares)
        return known

    def square(self, tokens: tuple[str, ...], watches: frozenset[str]) -> float:
        """Return the sum of the squared weights of some tokens, a little above 0; good until the next entry."""
        known = self._squares.get((tokens, watches))
        if known is None:
            weights = self.weights(watches)
            # fsum is exact, so that the last digit doesn't depend on the order.
            known = fsum([weights[token] ** 2 for token in tokens]) or _TINY
            self._squares[tokens, watches] = known
        return known


def concept_tables(tables: Tables) -> Tables:
    """Return tables whose frequencies are those of concepts: as often as all their words together."""
    known, glossary = tables.frequencies, tables.glossary
    found: dict[str, int] = {}
    for term, concepts in glossary.chinese.items():
        _add(found, concepts, min([known.get(pair, 0) for pair in bigrams(term)]))
    for word, concepts in glossary.english.items():
        _add(found, concepts, known.get(word, 0))
    for forms in glossary.phrases.values():
        for phrase, concepts in forms:
            _add(found, concepts, min([known.get(word, 0) for word in phrase]))
    return Tables(frequencies={**known, **found}, documents=tables.documents)


def _counts(tokens: Iterable[Iterable[str]]) -> Mapping[Hashable, int]:
    return Counter[Hashable](chain.from_iterable(tokens))


def _add(found: dict[str, int], concepts: Iterable[str], count: int) -> None:
    for concept in concepts:
        found[concept] = found.get(concept, 0) + count


def _coarse(entries: int) -> int:
    """Round down to five significant bits: about three percent."""
    step = 1 << max(0, entries.bit_length() - 6)
    return entries // step * step
