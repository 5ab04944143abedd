"""The entries that a new one is held against: rarest tokens first, with caps, so that it stays quick."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

from bot.dedup.memory import Memory
from bot.dedup.records import Record

MOST_POSTINGS = 400
"""Of a token that is held by more entries only the newest count."""
MOST_TOKENS = 18
MOST_SIMILAR = 20
MOST_FOREIGN = 12
_LEAST_SIMILAR = 0.07
_LEAST_FOREIGN = 0.09
"""An entry that shares a smaller part of the weight never clears the threshold."""


def similar(record: Record, memory: Memory) -> list[Record]:
    """Return the entries in the same language that share most with this one, best first."""
    rarities = memory.frequencies.rarities
    tokens = _rarest(record.tokens, rarities)
    found = _holders(tokens, rarities, lambda token: memory.with_token(record.lang, token, MOST_POSTINGS))
    return found.best(MOST_SIMILAR, _LEAST_SIMILAR)


def foreign(record: Record, memory: Memory) -> list[Record]:
    """Return the entries in the other language that share most names, numbers and known words, best first."""
    rarities = memory.concepts.rarities
    lang = "en" if record.lang == "zh" else "zh"
    concepts = _rarest(record.concepts, rarities)
    found = _holders(concepts, rarities, lambda concept: memory.with_concept(lang, concept, MOST_POSTINGS))
    return found.best(MOST_FOREIGN, _LEAST_FOREIGN)


class _Found:
    """Entries with the weight of the tokens that they hold, of ``total`` looked for."""

    def __init__(self, total: float) -> None:
        self.total = total
        self.weights: defaultdict[int, float] = defaultdict(float)
        self.records: dict[int, Record] = {}

    def best(self, most: int, least: float) -> list[Record]:
        floor = least * self.total
        good = [(-weight, -number) for number, weight in self.weights.items() if weight >= floor]
        good.sort()
        return [self.records[-number] for _, number in good[:most]]


def _rarest(tokens: frozenset[str], rarities: Mapping[str, float]) -> list[str]:
    return [token for _, token in sorted((-rarities[token], token) for token in tokens)[:MOST_TOKENS]]


def _holders(
    tokens: list[str], rarities: Mapping[str, float], holders: Callable[[str], list[Record]]
) -> _Found:
    found = _Found(sum(rarities[token] ** 2 for token in tokens))
    for token in tokens:
        weight = rarities[token] ** 2
        for holder in holders(token):
            if holder.alive:
                found.records[holder.number] = holder
                found.weights[holder.number] += weight
    return found
