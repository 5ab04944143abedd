"""How rare a token is: in the window, in general news, and among the entries of one company."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import log

from bot.model import Tables

_PRIOR = 4_000
"""So many documents of the window does the shipped table weigh."""
_FEW = 15
"""So many entries of a company does it take until rarity among them weighs half."""


class Frequencies:
    """Counts of entries that hold a token; the window's own counts on top of the shipped table."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.frequencies
        self._scale = _PRIOR / tables.documents if tables.documents > _PRIOR else 1.0
        self._shipped = min(tables.documents, _PRIOR)
        self._counts: Counter[str] = Counter()
        self._entries = 0
        self._of_watch: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._entries_of: Counter[str] = Counter()
        self._rarities: dict[str, float] = {}
        self._rarities_among: dict[tuple[str, str], float] = {}

    def add(self, tokens: Iterable[str], watches: Iterable[str], times: int = 1) -> None:
        """Count one entry; ``times=-1`` takes it out again."""
        held = tuple(tokens)
        self._entries += times
        _count(self._counts, held, times)
        for watch in watches:
            self._entries_of[watch] += times
            _count(self._of_watch[watch], held, times)
        self._rarities.clear()
        self._rarities_among.clear()

    def rarity(self, token: str) -> float:
        """Return the inverse document frequency of a token, at least 0."""
        known = self._rarities.get(token)
        if known is None:
            held = self._counts.get(token, 0) + self._scale * self._table.get(token, 0)
            known = max(0.0, log((self._entries + self._shipped + 2.0) / (held + 1.0)))
            self._rarities[token] = known
        return known

    def rarity_among(self, token: str, watch: str) -> float:
        """Return how rare a token is among the entries of one company: 0 for its own name, up to 1."""
        known = self._rarities_among.get((token, watch))
        if known is None:
            entries = self._entries_of[watch]
            rare = log((entries + 2.0) / (self._of_watch[watch].get(token, 0) + 1.0)) / log(entries + 2.0)
            known = (max(0.0, rare) * entries + _FEW) / (entries + _FEW)
            self._rarities_among[token, watch] = known
        return known


def _count(counter: Counter[str], tokens: tuple[str, ...], times: int) -> None:
    for token in tokens:
        counter[token] += times
        if not counter[token]:
            del counter[token]
