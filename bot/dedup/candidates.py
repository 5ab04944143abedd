"""The entries that a new one is held against: rarest tokens first, with caps, so that it stays quick."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial

from bot.dedup.memory import Memory
from bot.dedup.records import Record

MOST_POSTINGS = 400
"""Of a token that is held by more entries only the newest count."""
MOST_TOKENS = 18
MOST_VISITS = 2_500
"""Beyond so many visited places only common tokens are left, which decide nothing."""
MOST_SIMILAR = 16
MOST_FOREIGN = 9
_LEAST_SIMILAR = 0.07
_LEAST_FOREIGN = 0.09
"""An entry that shares a smaller part of the weight never clears the threshold."""
_LEAST_OF_BEST = 0.5
"""Nor does one that shares so much less than the best candidate."""


def similar(record: Record, memory: Memory) -> list[Record]:
    """Return the entries in the same language that share most with this one, best first."""
    rarities = memory.frequencies.rarities
    tokens = _rarest(record.tokens.union(record.keys), rarities)
    holders = partial(memory.with_token, record.lang, most=MOST_POSTINGS)
    return _best(tokens, rarities, holders, MOST_SIMILAR, _LEAST_SIMILAR)


def foreign(record: Record, memory: Memory) -> list[Record]:
    """Return the entries in the other language that share most names, numbers and known words, best first."""
    rarities = memory.concepts.rarities
    lang = "en" if record.lang == "zh" else "zh"
    concepts = _rarest(record.concepts, rarities)
    holders = partial(memory.with_concept, lang, most=MOST_POSTINGS)
    return _best(concepts, rarities, holders, MOST_FOREIGN, _LEAST_FOREIGN)


def _rarest(tokens: frozenset[str], rarities: Mapping[str, float]) -> list[str]:
    return [token for _, token in sorted((-rarities[token], token) for token in tokens)[:MOST_TOKENS]]


def _best(
    tokens: list[str],
    rarities: Mapping[str, float],
    holders: Callable[[str], list[Record]],
    most: int,
    least: float,
) -> list[Record]:
    """Return the records that hold most of the tokens' weight, at least this share of it."""
    weights: defaultdict[Record, float] = defaultdict(float)
    left = MOST_VISITS
    for token in tokens:
        weight = rarities[token] ** 2
        found = holders(token)
        for record in found:
            weights[record] += weight
        left -= len(found)
        if left < 0:
            break
    total = sum(rarities[token] ** 2 for token in tokens)
    floor = max(least * total, _LEAST_OF_BEST * max(weights.values(), default=0.0))
    good = [
        (-weight, -record.number, record)
        for record, weight in weights.items()
        if weight >= floor and record.alive
    ]
    good.sort()
    return [record for _, _, record in good[:most]]
