"""How alike an entry and a story are: named numbers, mostly between 0 and 1, that the rule weighs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, log, sqrt

from rapidfuzz.fuzz import token_set_ratio

from bot.dedup.frequencies import Frequencies
from bot.dedup.memory import Memory
from bot.dedup.records import Record

Features = dict[str, float]
_MOST_MEMBERS = 12
"""Of a long story the newest so many entries are looked at."""
_MOST_STORIES = 6
_NONE: frozenset[str] = frozenset()
_MOST_RECENT = 40
_OPPOSITES = (
    ("增长", "下跌"),
    ("上调", "下调"),
    ("涨价", "降价"),
    ("发布", "召回"),
    ("发布", "推迟"),
    ("发布", "关闭"),
    ("加入", "辞职"),
    ("赢得", "败诉"),
    ("利润", "亏损"),
)
"""Concepts of the glossary that don't tell the same news of the same thing."""
_OPPOSED = frozenset(concept for pair in _OPPOSITES for concept in pair)


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two sets of tokens share, by the square of each token's rarity."""

    cosine: float
    contained: float
    """The share of the smaller side's weight that the other side holds too."""
    strength: float
    """The summed rarity of what is shared."""
    shared: tuple[str, ...]
    """Rarest first."""


@dataclass(slots=True)
class Likeness:
    """An entry held against one story: its closest entry there, and what speaks for and against."""

    story: str
    other: Record
    features: Features
    shared: tuple[str, ...]
    closeness: float
    """A rough order before the rule is asked."""
    across: bool = False


def overlap(
    one: frozenset[str], other: frozenset[str], frequencies: Frequencies, watches: frozenset[str] = _NONE
) -> Overlap:
    """Weigh what two sets share; words that are common among entries of the shared watches weigh little."""
    weights = frequencies.weights(watches)
    rare = [(-weights[token], token) for token in one & other]
    if not rare:
        return _NOTHING
    rare.sort()
    common = fsum([weight * weight for weight, _ in rare])
    left, right = frequencies.square(one, watches), frequencies.square(other, watches)
    return Overlap(
        cosine=common / sqrt(left * right),
        contained=common / min(left, right),
        strength=-sum([weight for weight, _ in rare]),
        shared=tuple([token for _, token in rare]),
    )


_NOTHING = Overlap(0.0, 0.0, 0.0, ())


def same_language(record: Record, others: Sequence[Record], memory: Memory) -> list[Likeness]:
    """Hold an entry against the stories of these candidates of its own language, closest first."""
    pairs = [_alike(record, other, memory.frequencies) for other in others]
    return _by_story(record, pairs, memory, "tokens")


def other_language(record: Record, others: Sequence[Record], memory: Memory) -> list[Likeness]:
    """Hold an entry against the stories of these candidates of the other language, closest first."""
    pairs = [_alike_across(record, other, memory.concepts) for other in others]
    return _by_story(record, pairs, memory, "concepts")


def _facts_in_common(one: Record, other: Record) -> Features:
    watches, subjects, events = (
        one.watches & other.watches,
        one.subjects & other.subjects,
        one.events & other.events,
    )
    numbers = one.numbers & other.numbers
    hours = abs((one.time - other.time).total_seconds()) / 3600
    return {
        "same_watch": float(bool(watches)),
        "same_subject": float(bool(subjects)),
        "other_subject": float(bool(one.subjects and other.subjects and not subjects)),
        "same_event": float(bool(events)),
        "other_event": float(bool(one.events and other.events and not events)),
        "same_number": float(bool(numbers)),
        "other_number": float(bool(one.numbers and other.numbers and not numbers)),
        "hours": min(hours, 96.0) / 24,
        "same_source": float(bool(one.source) and one.source == other.source),
        "opposed": float(opposed(one, other)),
    }


def opposed(one: Record, other: Record) -> bool:
    """Tell whether two titles say contrary things of one matter: a launch and a recall, a rise and a fall."""
    if one.concepts.isdisjoint(_OPPOSED) or other.concepts.isdisjoint(_OPPOSED):
        return False
    return any(
        (left in one.concepts and left not in other.concepts and right in other.concepts - one.concepts)
        or (right in one.concepts and right not in other.concepts and left in other.concepts - one.concepts)
        for left, right in _OPPOSITES
    )


def _alike(one: Record, other: Record, frequencies: Frequencies) -> Likeness:
    watches = one.watches & other.watches
    titles = overlap(one.tokens, other.tokens, frequencies, watches)
    ratio = token_set_ratio(one.sorted_text, other.sorted_text) / 100
    body = _bodies(one, other, frequencies)
    features = _facts_in_common(one, other) | _titles(titles, frequencies.weights(watches))
    both, zh = bool(one.body and other.body), one.lang == "zh"
    features |= {
        "ratio": ratio,
        "body": body,
        "both": float(both),
        "both_body": body if both else 0.0,
        "either": float(not both and bool(one.body or other.body)),
        "zh": float(zh),
        "zh_ratio": ratio if zh else 0.0,
        "short": 1 / max(1, min(len(one.tokens), len(other.tokens))),
        "near_other_number": float(ratio >= 0.6 and bool(features["other_number"])),
    }
    closeness = titles.cosine + 0.6 * ratio + 0.5 * body + 0.3 * titles.contained
    return Likeness(other.story, other, features, titles.shared, closeness)


def _alike_across(one: Record, other: Record, frequencies: Frequencies) -> Likeness:
    watches = one.watches & other.watches
    told = overlap(one.concepts, other.concepts, frequencies, watches)
    features = _facts_in_common(one, other) | _titles(told, frequencies.weights(watches))
    features |= {
        "count": min(len(told.shared), 8) / 8,
        "all_subjects": float(bool(one.subjects) and one.subjects == other.subjects),
        "watches": float(len(watches) > 1),
        "event_and_subject": features["same_event"] * features["same_subject"],
        "short": 1 / max(1, min(len(one.concepts), len(other.concepts))),
    }
    closeness = told.cosine + told.strength / 60 + 0.3 * told.contained
    return Likeness(other.story, other, features, told.shared, closeness, across=True)


def _titles(titles: Overlap, weights: Mapping[str, float]) -> Features:
    rare = [weights[token] / 8 for token in titles.shared[:2]]
    return {
        "cosine": titles.cosine,
        "contained": titles.contained,
        "rarest": rare[0] if rare else 0.0,
        "second": rare[1] if len(rare) > 1 else 0.0,
    }


def _bodies(one: Record, other: Record, frequencies: Frequencies) -> float:
    """Compare leads; where one side has none, how much of its title stands in the other's lead."""
    left, right = one.body, other.body
    if left and right:
        return overlap(left, right, frequencies).cosine
    title, body = (one.tokens, right) if right else (other.tokens, left)
    if not body:
        return 0.0
    weights = frequencies.rarities
    return fsum([weights[token] for token in title & body]) / (
        fsum([weights[token] for token in title]) or 1.0
    )


def _by_story(record: Record, pairs: Iterable[Likeness], memory: Memory, side: str) -> list[Likeness]:
    stories: dict[str, list[Likeness]] = {}
    for pair in sorted(pairs, key=lambda pair: (-pair.closeness, pair.other.number)):
        stories.setdefault(pair.story, []).append(pair)
    closest = list(stories.values())[:_MOST_STORIES]
    for place, found in enumerate(closest):
        rival = closest[0] if place else closest[1] if len(closest) > 1 else None
        lead = found[0].closeness - (rival[0].closeness if rival else 0.0)
        _of_story(record, found, memory, side)
        found[0].features["lead"] = max(-1.0, min(1.0, lead))
        found[0].features["behind"] = float(place > 0)
    return [found[0] for found in closest]


def _of_story(record: Record, found: list[Likeness], memory: Memory, side: str) -> None:
    """Add to the closest pair what the rest of its story says."""
    best = found[0]
    shelf = memory.shelves[best.story]
    members = shelf.newest(_MOST_MEMBERS, best.other.lang)
    single = len(members) == 1
    runner_up = found[1].closeness if len(found) > 1 else best.closeness if single else 0.0
    best.features |= {
        "runner_up": runner_up / 2,
        "single": float(single),
        "mixed": float(any(member.lang != best.other.lang for member in shelf.newest(_MOST_RECENT))),
        "size": log(len(shelf.records)) / 3,
        "age": min(abs((record.time - shelf.last).total_seconds()) / 86400, 4.0),
    }
    best.features |= _support(record, members, best, memory, side)


def _support(record: Record, members: list[Record], best: Likeness, memory: Memory, side: str) -> Features:
    """Return how much of the entry's weight the story's entries hold: any of them, and on average."""
    frequencies = memory.concepts if side == "concepts" else memory.frequencies
    held = [member.concepts if side == "concepts" else member.tokens for member in members]
    own = record.concepts if side == "concepts" else record.tokens
    weights = frequencies.weights(record.watches & best.other.watches)
    squares = [(weights[token] ** 2, sum([token in tokens for tokens in held])) for token in own]
    total = fsum([square for square, _ in squares]) or 1.0
    return {
        "cover": fsum([square for square, holders in squares if holders]) / total,
        "support": fsum([square * holders for square, holders in squares]) / (total * len(held)),
    }


__all__ = ["Features", "Likeness", "Overlap", "other_language", "overlap", "same_language"]
