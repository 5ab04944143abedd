"""The entries that a new one is held against: rarest tokens first, with caps, so that it stays quick."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
_ROUNDING = 1 + 1e-9
"""Keeps the last digit of a sum from deciding."""
_LEAST_OF_BEST = 0.5
"""Nor does one that shares so much less than the best candidate."""

Holders = Callable[[str], Sequence[int]]
"""Token to the slots of the cards that hold it."""


def similar(record: Record, memory: Memory) -> list[Record]:
    """Return the entries in the same language that share most with this one, best first."""
    rarities = memory.frequencies.rarities
    tokens = _rarest((*record.words, *record.keys), rarities)
    holders = partial(memory.with_token, record.lang, most=MOST_POSTINGS)
    return _best(memory, tokens, rarities, holders, MOST_SIMILAR, _LEAST_SIMILAR)


def foreign(record: Record, memory: Memory) -> list[Record]:
    """Return the entries in the other language that share most names, numbers and known words, best first."""
    rarities = memory.concepts.rarities
    lang = "en" if record.lang == "zh" else "zh"
    concepts = _rarest(record.said, rarities)
    holders = partial(memory.with_concept, lang, most=MOST_POSTINGS)
    return _best(memory, concepts, rarities, holders, MOST_FOREIGN, _LEAST_FOREIGN)


def _rarest(tokens: tuple[str, ...], rarities: Mapping[str, float]) -> list[str]:
    return [token for _, token in sorted((-rarities[token], token) for token in tokens)[:MOST_TOKENS]]


def _best(
    memory: Memory,
    tokens: list[str],
    rarities: Mapping[str, float],
    holders: Holders,
    most: int,
    least: float,
) -> list[Record]:
    """Return the records that hold most of the tokens' weight, at least this share of it."""
    squares = [rarities[token] ** 2 for token in tokens]
    total = sum(squares)
    weights = _weighed(tokens, squares, holders, least * total)
    floor = max(least * total, _LEAST_OF_BEST * max(weights.values(), default=0.0))
    cards = [(-weight, memory.card(slot)) for slot, weight in weights.items() if weight >= floor]
    good = [(weight, -card.number, card) for weight, card in cards if card.alive]
    good.sort()
    return memory.records([card for _, _, card in good[:most]])


def _weighed(tokens: list[str], squares: list[float], holders: Holders, floor: float) -> dict[int, float]:
    """Return the weight of the tokens that each record holds by its slot, of all that may reach the floor.

    The floor rises with the best record. Once what is left weighs less, a record not met yet can't reach it.
    """
    weights: dict[int, float] = {}
    known = weights.get
    left, rest = MOST_VISITS, sum(squares) * _ROUNDING
    for token, square in zip(tokens, squares, strict=True):
        found = holders(token)
        if rest >= floor:
            for slot in found:
                weights[slot] = known(slot, 0.0) + square
            floor = max(floor, _LEAST_OF_BEST * max(map(weights.__getitem__, found), default=0.0))
        else:
            for slot in weights.keys() & found:
                weights[slot] += square
        rest -= square
        left -= len(found)
        if left < 0:
            break
    return weights
