"""The stories that an entry may belong to: rarest tokens first, capped, so that a large window stays quick."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from bot.dedup.memory import Memory
from bot.dedup.records import Record

MOST_POSTINGS = 400
"""Of a token that is held by more entries only the newest count."""
MOST_TOKENS = 18
MOST_CANDIDATES = 24


def similar(record: Record, memory: Memory) -> list[Record]:
    """Return the entries in the same language that share most with this one, best first."""
    rarity = memory.frequencies.rarities.__getitem__
    tokens = sorted(record.tokens, key=lambda token: (-rarity(token), token))[:MOST_TOKENS]
    return _best(tokens, rarity, lambda token: memory.with_token(token, MOST_POSTINGS), record)


def foreign(record: Record, memory: Memory) -> list[Record]:
    """Return the entries in the other language that share most names, numbers and known words, best first."""
    rarity = memory.concepts.rarities.__getitem__
    lang = "en" if record.lang == "zh" else "zh"
    concepts = sorted(record.concepts, key=lambda concept: (-rarity(concept), concept))[:MOST_TOKENS]
    return _best(concepts, rarity, lambda concept: memory.with_concept(lang, concept, MOST_POSTINGS), record)


def _best(
    tokens: Iterable[str],
    rarity: Callable[[str], float],
    holders: Callable[[str], list[Record]],
    record: Record,
) -> list[Record]:
    weights: defaultdict[int, float] = defaultdict(float)
    found: dict[int, Record] = {}
    for token in tokens:
        weight = rarity(token) ** 2
        for holder in holders(token):
            if holder.number not in found:
                found[holder.number] = holder
            weights[holder.number] += weight
    found.pop(record.number, None)
    best = sorted(found, key=lambda number: (-weights[number], -number))[:MOST_CANDIDATES]
    return [found[number] for number in best]
