"""How alike an entry and a story are: named numbers, mostly between 0 and 1, that the rule weighs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import fsum, log, sqrt

from rapidfuzz.fuzz import ratio as fuzz_ratio
from rapidfuzz.fuzz import token_set_ratio

from bot.dedup.frequencies import Frequencies
from bot.dedup.glossary import telling
from bot.dedup.memory import Memory
from bot.dedup.records import RESULTS, Record
from bot.dedup.shelves import Shelf
from bot.model import NAME, PLACE

Features = dict[str, float]
_MOST_MEMBERS = 40
"""Of a long story the newest so many entries are looked at."""
_MOST_STORIES = 6
_MOST_OF_ONE = 3
"""Of one story so many candidates are looked at in full."""
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
    ("招聘", "裁员"),
    ("投资", "出售"),
    ("恢复", "下跌"),
    ("批准", "阻止"),
    ("批准", "调查"),
    ("任命", "辞职"),
    ("推迟", "启动"),
    ("合作", "取消"),
    ("协议", "取消"),
)
"""Concepts of the glossary that don't tell the same news of the same thing."""
_TURNS = frozenset(["推迟", "取消", "否认", "召回", "阻止", "撤回", "关闭", "失败", "败诉"])
"""Concepts that turn news around: who leaves them out tells something else."""
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
    shared_concepts: tuple[str, ...] = ()
    second: float = 0.0
    """The closeness of the story's next entry."""


MayJoin = Callable[[Likeness], bool]
SUPPORT = {"cover": 1.0, "center": 1.0, "novel": 2.0}
"""The features that ask all of a story's entries, each with a bound that it stays below."""


def _always(_: Likeness) -> bool:
    return True


def overlap(
    one: tuple[str, ...], other: tuple[str, ...], frequencies: Frequencies, watches: frozenset[str] = _NONE
) -> Overlap:
    """Weigh what two sides share, on each of which a token stands once.

    Words that are common among entries of the shared watches weigh little.
    """
    weights = frequencies.weights(watches)
    rare = [(-weights[token], token) for token in set(one).intersection(other)]
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


def same_language(
    record: Record, others: Sequence[Record], memory: Memory, may_join: MayJoin = _always
) -> list[Likeness]:
    """Hold an entry against the stories of these candidates of its own language, closest first.

    Left out are those of which ``may_join`` tells, from all but ``SUPPORT``, that they can't be joined.
    """
    found = _by_story([_alike(record, other, memory.frequencies) for other in _some(others)])
    for likeness in found:
        _in_full(record, likeness, memory)
    return _with_story(record, found, others, memory, may_join)


def other_language(
    record: Record, others: Sequence[Record], memory: Memory, may_join: MayJoin = _always
) -> list[Likeness]:
    """Hold an entry against the stories of these candidates of the other language, closest first.

    Left out are those of which ``may_join`` tells, from all but ``SUPPORT``, that they can't be joined.
    """
    found = _by_story([_alike_across(record, other, memory.concepts) for other in _some(others)])
    return _with_story(record, found, others, memory, may_join)


def _some(others: Sequence[Record]) -> list[Record]:
    """Return the best candidates of the best stories: what shares less decides nothing."""
    held: Counter[str] = Counter()
    some = []
    for other in others:
        if held[other.story] < _MOST_OF_ONE and (other.story in held or len(held) < _MOST_STORIES):
            held[other.story] += 1
            some.append(other)
    return some


RESULTS_HOURS = 30
"""A company has one set of results a quarter: what two headlines say of its earnings a day apart is one story."""


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
        "results": float(RESULTS in events and hours <= RESULTS_HOURS and _same_results(one, other)),
        "same_number": float(bool(numbers)),
        "hours": min(hours, 96.0) / 24,
        "same_source": float(bool(one.source) and one.source == other.source),
        "opposed": float(opposed(one, other)),
        "turned": float(_TURNS.isdisjoint(one.said) != _TURNS.isdisjoint(other.said)),
    }


def _same_results(one: Record, other: Record) -> bool:
    return any(key.startswith(RESULTS) and key in other.keys for key in one.keys)


def opposed(one: Record, other: Record) -> bool:
    """Tell whether two titles say contrary things of one matter: a launch and a recall, a rise and a fall."""
    if _OPPOSED.isdisjoint(one.said) or _OPPOSED.isdisjoint(other.said):
        return False
    mine, theirs = one.concepts - other.concepts, other.concepts - one.concepts
    return any(
        (left in mine and right in theirs) or (right in mine and left in theirs) for left, right in _OPPOSITES
    )


def _alike(one: Record, other: Record, frequencies: Frequencies) -> Likeness:
    titles = overlap(one.words, other.words, frequencies, one.watches & other.watches)
    ratio = token_set_ratio(" ".join(one.words), " ".join(other.words)) / 100
    body = _bodies(one, other, frequencies)
    closeness = titles.cosine + 0.6 * ratio + 0.5 * body + 0.3 * titles.contained
    features = {"cosine": titles.cosine, "contained": titles.contained, "ratio": ratio, "body": body}
    return Likeness(other.story, other, features, titles.shared, closeness)


def _in_full(one: Record, likeness: Likeness, memory: Memory) -> None:
    """Add what is only asked of the closest entry of each story."""
    other, features = likeness.other, likeness.features
    watches = one.watches & other.watches
    weights = memory.frequencies.weights(watches)
    body = features["body"]
    told = overlap(one.said, other.said, memory.concepts, watches)
    written = fuzz_ratio(one.title, other.title) / 100 if one.title and other.title else 0.0
    both, zh = bool(one.body and other.body), float(one.lang == "zh")
    likeness.shared_concepts = told.shared
    words = len(set(likeness.shared).difference(one.named, other.named))
    features |= _facts_in_common(one, other) | _rarest(likeness.shared, weights)
    features |= {
        "both": float(both),
        "both_body": body if both else 0.0,
        "either": float(not both and bool(one.body or other.body)),
        "zh": zh,
        "zh_written": zh * written,
        "written": written,
        "concepts": told.cosine,
        "same_concepts": told.contained,
        "said": min(len(telling(told.shared)), 5) / 5,
        "other_names": _other(one, other, NAME),
        "other_places": _other(one, other, PLACE),
        "one_word": float(words == 1),
        "short": 1 / fewest if (fewest := min(len(one.words), len(other.words))) else 0.0,
    }


def _alike_across(one: Record, other: Record, frequencies: Frequencies) -> Likeness:
    watches = one.watches & other.watches
    weights = frequencies.weights(watches)
    told = overlap(one.said, other.said, frequencies, watches)
    fewer, more = sorted((len(one.said), len(other.said)))
    features = _facts_in_common(one, other) | _rarest(told.shared, weights)
    features |= {
        "cosine": told.cosine,
        "count": min(len(told.shared), 8) / 8,
        "share": len(told.shared) / max(1, fewer),
        "share_of_more": len(told.shared) / max(1, more),
        "all_subjects": float(bool(one.subjects) and one.subjects == other.subjects),
        "watches": float(len(watches) > 1),
        "event_and_subject": features["same_event"] * features["same_subject"],
        "short": 1 / max(1, fewer),
        "other_names": _other(one, other, NAME),
        "other_places": _other(one, other, PLACE),
    }
    closeness = told.cosine + told.strength / 60 + 0.3 * told.contained
    return Likeness(other.story, other, features, told.shared, closeness, across=True)


def _other(one: Record, other: Record, mark: str) -> float:
    """Return how many names or places each side has that the other lacks, of up to three."""
    left = len([each for each in one.said if each[0] == mark and each not in other.said])
    right = len([each for each in other.said if each[0] == mark and each not in one.said]) if left else 0
    return min(left, right, 3) / 3


def _rarest(shared: tuple[str, ...], weights: Mapping[str, float]) -> Features:
    rare = [weights[token] / 8 for token in shared[:2]]
    return {
        "rarest": rare[0] if rare else 0.0,
        "second": rare[1] if len(rare) > 1 else 0.0,
    }


def _bodies(one: Record, other: Record, frequencies: Frequencies) -> float:
    """Compare leads; where one side has none, how much of its title stands in the other's lead."""
    left, right = one.body, other.body
    if left and right:
        return overlap(left, right, frequencies).cosine
    title, body = (one.words, right) if right else (other.words, left)
    if not body:
        return 0.0
    weights = frequencies.rarities
    return fsum([weights[token] for token in set(title).intersection(body)]) / (
        fsum([weights[token] for token in title]) or 1.0
    )


def _by_story(pairs: Iterable[Likeness]) -> list[Likeness]:
    """Return the closest likeness of each story, closest first; the others of a story support it."""
    best: dict[str, Likeness] = {}
    for pair in sorted(pairs, key=lambda pair: (-pair.closeness, pair.other.number)):
        first = best.setdefault(pair.story, pair)
        if first is not pair and not first.second:
            first.second = pair.closeness
    return list(best.values())


def _with_story(
    record: Record, found: list[Likeness], others: Sequence[Record], memory: Memory, may_join: MayJoin
) -> list[Likeness]:
    """Add how the stories compare and what the rest of each says; return those that may be joined."""
    candidates = Counter(other.story for other in others)
    for place, likeness in enumerate(found):
        rival = found[0] if place else found[1] if len(found) > 1 else None
        lead = likeness.closeness - (rival.closeness if rival else 0.0)
        likeness.features |= {
            "lead": max(-1.0, min(1.0, lead)),
            "behind": float(place > 0),
            "crowd": min(len(candidates), 12) / 12,
            "candidates": candidates[likeness.story] / len(others),
            "relative": likeness.closeness / (found[0].closeness or 1.0),
        }
        _of_story(record, likeness, memory.shelves[likeness.story])
    return [likeness for likeness in found if _backed(record, likeness, memory, may_join)]


def _backed(record: Record, likeness: Likeness, memory: Memory, may_join: MayJoin) -> bool:
    """Add what the whole story says, which takes longest, where the likeness may join at all."""
    if not may_join(likeness):
        return False
    members = memory.records(memory.shelves[likeness.story].newest(_MOST_MEMBERS, likeness.other.lang))
    likeness.features |= _support(record, members, likeness, memory)
    return True


def _of_story(record: Record, best: Likeness, shelf: Shelf) -> None:
    single = len(shelf.newest(2, best.other.lang)) == 1
    best.features |= {
        "runner_up": (best.second or (best.closeness if single else 0.0)) / 2,
        "single": float(single),
        "mixed": float(any(card.lang != best.other.lang for card in shelf.cards[-_MOST_RECENT:])),
        "size": log(len(shelf.cards)) / 3,
        "age": min(abs((record.time - shelf.last).total_seconds()) / 86400, 4.0),
    }


def _support(record: Record, members: list[Record], best: Likeness, memory: Memory) -> Features:
    """Hold the entry against all of the story: how much of its weight any and the average entry hold."""
    frequencies = memory.concepts if best.across else memory.frequencies
    watches = record.watches & best.other.watches
    weights = frequencies.weights(watches)
    held = _held(members, across=best.across)
    own = [
        (weights[token] ** 2, held.get(token, 0)) for token in (record.said if best.across else record.words)
    ]
    total = fsum([square for square, _ in own]) or 1.0
    many = len(members)
    if many == 1:
        alone = members[0]
        center = frequencies.square(alone.said if best.across else alone.words, watches)
    else:
        center = fsum([(weights[token] * holders) ** 2 for token, holders in held.items()]) / many**2 or 1.0
    cover = fsum([square for square, holders in own if holders])
    average = fsum([square * holders for square, holders in own])
    return {
        "cover": cover / total,
        "center": average / many / sqrt(total * center),
        "novel": sqrt(max([square for square, holders in own if not holders], default=0.0)) / 8,
    }


def _held(members: Sequence[Record], *, across: bool) -> Mapping[str, int]:
    """Return how many of the members hold each token, or each concept."""
    if len(members) == 1:
        return dict.fromkeys(members[0].said if across else members[0].words, 1)
    return Counter(chain.from_iterable([member.said if across else member.words for member in members]))


def story_cosine(one: Shelf, other: Shelf, memory: Memory) -> float:
    """Return how alike two stories are as a whole: the cosine between their summed titles."""
    left, right = _summed(one, memory), _summed(other, memory)
    weights = memory.frequencies.rarities
    common = fsum(
        [weights[token] ** 2 * times * right[token] for token, times in left.items() if token in right]
    )
    norms = [fsum([(weights[token] * times) ** 2 for token, times in side.items()]) for side in (left, right)]
    return common / sqrt((norms[0] or 1.0) * (norms[1] or 1.0))


def _summed(shelf: Shelf, memory: Memory) -> Counter[str]:
    members = memory.records(shelf.newest(_MOST_MEMBERS))
    return Counter(chain.from_iterable([member.words for member in members]))


__all__ = ["Features", "Likeness", "Overlap", "other_language", "overlap", "same_language", "story_cosine"]
