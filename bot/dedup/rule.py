"""The fixed rule: weights on features, thresholds, and what forbids a joining whatever the sum says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from math import log2
from typing import TypeVar

from bot.dedup.features import SUPPORT, Features, Likeness
from bot.dedup.glossary import WATCH, telling
from bot.dedup.records import Record
from bot.dedup.weights import ACROSS, SAME
from bot.model import NAME, PLACE

T = TypeVar("T")
THRESHOLD = 0.8
"""A story whose sum exceeds this takes the entry; the weights are logits, so the unit is a logit."""
THRESHOLD_ACROSS = 0.0
"""The same across languages, where an entry that is missed costs a second alert in the other language."""
MERGE = 0.0
"""Two stories that an entry clears merge when its smaller margin, and what they share as a whole, reach this."""
MERGE_SLOPE = 20.0
"""A story's cosine of .05 counts as much as a margin of 1."""
_MERGE_COSINE = 0.18
_MERGE_GROWTH = 0.06
DOUBT = 0.5
"""A joining whose margin is smaller is listed as in doubt."""
ACROSS_WITHIN = timedelta(hours=36)
"""Entries in two languages are only held against each other so close in time."""
_NEAR_SAME = 0.8
_ALIKE = 0.6
_FEW_TOKENS = 3
_FEW_LEFT = 2
_NUMBER = re.compile(r"[\d.]+%?$|[a-z]+:")
_SAME_BODY = 0.8
_TARGET = "目标价"
"""The concept of a broker's price target: another number is another broker's, or another day's."""
_SAME_DIGEST = 0.9
_FEWEST_SHARED = 2
_SAME_TEXT = 0.12
_OLD_NEWS = timedelta(days=7)


_GROUPS = {
    name: group
    for group, names in {
        "by_words": "cosine ratio written zh_written concepts same_concepts said count share share_of_more",
        "by_rare_words": "rarest second one_word short",
        "by_text": "body both both_body either",
        "by_story": "center cover runner_up single size mixed novel",
        "by_lead": "lead behind relative candidates crowd",
        "by_facts": "same_number same_watch same_subject same_event results event_and_subject all_subjects watches",
        "by_difference": "other_subject other_names other_places opposed turned",
        "by_time": "hours age",
        "by_source": "same_source",
    }.items()
    for name in names.split()
}
"""Which features say the same kind of thing, for people who ask why."""


_MOST = tuple(
    1e-6 + sum([max(0.0, weights.get(name, 0.0)) * most for name, most in SUPPORT.items()])
    for weights in (SAME, ACROSS)
)
"""What the rest of a story adds at most, within a language and across."""


def margin(likeness: Likeness) -> float:
    """Return how far a likeness lies above the threshold; below 0 it does not join."""
    if likeness.across:
        return _sum(ACROSS, likeness.features) - THRESHOLD_ACROSS
    return _sum(SAME, likeness.features) - THRESHOLD


def _sum(weights: dict[str, float], features: Features) -> float:
    return sum(
        [weights[name] * value for name, value in features.items() if name in weights], weights["bias"]
    )


def merge_cosine(smaller: int) -> float:
    """Return how alike two stories must be as a whole to merge, by the entries of the smaller.

    One round-up clears many stories at once; two large ones are seldom one that nobody had seen to be one.
    """
    return _MERGE_COSINE + _MERGE_GROWTH * max(0.0, log2(max(1, smaller) / 2))


def shares(likeness: Likeness) -> tuple[tuple[str, float], ...]:
    """Return what each group of features adds to the margin, most first; together they are the margin."""
    weights = ACROSS if likeness.across else SAME
    sums: dict[str, float] = {}
    for name, value in likeness.features.items():
        group = _GROUPS.get(name, "by_default")
        sums[group] = sums.get(group, 0.0) + weights.get(name, 0.0) * value
    named = [(group, round(added, 2)) for group, added in sums.items() if group != "by_default"]
    rest = round(margin(likeness) - sum([added for _, added in named]), 2)
    found = [(group, added) for group, added in (*named, ("by_default", rest)) if added]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def may_join(record: Record, likeness: Likeness) -> bool:
    """Tell whether a likeness could clear the threshold if all of its story spoke for it."""
    return not forbidden(record, likeness) and margin(likeness) + _MOST[likeness.across] >= 0


def forbidden(record: Record, likeness: Likeness) -> str:
    """Return the name of the veto that keeps an entry from joining, "" if there is none."""
    return _forbidden_always(record, likeness) or (
        _forbidden_across(record, likeness) if likeness.across else _forbidden_within(record, likeness)
    )


def _forbidden_always(record: Record, likeness: Likeness) -> str:
    other, features = likeness.other, likeness.features
    if record.digest != other.digest:
        return "digest"
    if _apart(record.periods, other.periods):
        return "other_period"
    if features["other_subject"] and (features["same_event"] or likeness.across):
        return "other_company"
    return "other_time" if _years_apart(record, other) else ""


def _forbidden_within(record: Record, likeness: Likeness) -> str:
    """Name the veto between two entries of one language."""
    other, ratio = likeness.other, likeness.features["ratio"]
    if not likeness.features["results"] and _says_too_little(record, likeness):
        return "too_little"
    if _nobody_in_common(record, likeness):
        return "other_company"
    if record.digest and ratio < _SAME_DIGEST:
        return "digest"
    if ratio >= _NEAR_SAME and likeness.features["body"] < _SAME_BODY and _other_number(record, other):
        return "other_number"
    if ratio >= _ALIKE and _apart(record.days, other.days):
        return "other_day"
    if ratio >= _ALIKE and (
        _other_opening(record, other) or _unnamed(record, other) or _unnamed(other, record)
    ):
        return "other_company"
    if ratio >= _NEAR_SAME and _apart(_places(record), _places(other)):
        return "other_place"
    if _TARGET in likeness.shared_concepts and _apart(record.numbers, other.numbers):
        return "other_target"
    return "opposed" if ratio >= _NEAR_SAME and likeness.features["opposed"] else ""


def _says_too_little(record: Record, likeness: Likeness) -> bool:
    """Tell whether names, numbers, or one word of a title of two are all that is shared."""
    other = likeness.other
    if not record.words and not other.words:
        return likeness.features["body"] < _SAME_BODY
    if likeness.features["body"] >= _SAME_TEXT:
        return False
    known = record.names | other.names
    words = [each for each in likeness.shared if each not in known and not _NUMBER.match(each)]
    return not words or (len(words) == 1 and min(len(record.words), len(other.words)) < _FEW_TOKENS)


def _nobody_in_common(record: Record, likeness: Likeness) -> bool:
    """Tell whether only one of two titles is about a watched company, and no name stands in both."""
    one_sided = bool(record.subjects) != bool(likeness.other.subjects)
    return one_sided and not likeness.features["same_watch"] and not _named(likeness.shared_concepts)


def _named(shared: Iterable[str]) -> bool:
    return any(each[0] in (WATCH, NAME) for each in shared)


def _other_opening(one: Record, other: Record) -> bool:
    """Tell whether two titles of one pattern begin with different names: "Foo reports third-quarter results"."""
    if not one.opening or not other.opening or one.opening == other.opening:
        return False
    mine, theirs = one.tokens - other.tokens, other.tokens - one.tokens
    return one.opening in mine and other.opening in theirs and max(len(mine), len(theirs)) <= _FEW_LEFT


def _unnamed(one: Record, other: Record) -> bool:
    """Tell whether one title names its company where a title of the same pattern has other words."""
    mine, theirs = one.tokens - other.tokens, other.tokens - one.tokens
    named = bool(one.subjects) and not other.watches and not mine.isdisjoint(one.names)
    return named and bool(theirs) and max(len(mine), len(theirs)) <= _FEW_LEFT


def _other_number(one: Record, other: Record) -> bool:
    return _apart(one.numbers, other.numbers) or _apart(one.versions, other.versions)


def _apart(one: frozenset[T], other: frozenset[T]) -> bool:
    """Tell whether both sides name something and nothing of it is the same."""
    return bool(one) and bool(other) and one.isdisjoint(other)


def _is_name(concept: str) -> bool:
    """Tell whether a concept is a watch, a known name, or a Latin word that the glossary doesn't know."""
    return _named([concept]) or (concept.isascii() and concept.isalpha())


def _places(record: Record) -> frozenset[str]:
    return frozenset(each for each in record.said if each[0] == PLACE)


def _other_figure(one: Record, other: Record) -> bool:
    """Tell whether both titles have a percentage, a count or money of one currency, and never the same."""
    return not _units(one).isdisjoint(_units(other))


def _units(record: Record) -> set[str]:
    return {"%" if each[-1] == "%" else each.partition(":")[0] for each in record.numbers if each[0] != "p"}


def _years_apart(record: Record, other: Record) -> bool:
    """Both feeds say when: an archive read today tells other news than today's."""
    if record.published is None or other.published is None:
        return False
    return abs(record.published - other.published) > _OLD_NEWS


def _forbidden_across(record: Record, likeness: Likeness) -> str:
    features = likeness.features
    if record.digest or abs(record.time - likeness.other.time) > ACROSS_WITHIN:
        return "too_far"
    if not any(map(_is_name, likeness.shared)):
        return "no_name"
    if _apart(_places(record), _places(likeness.other)):
        return "other_place"
    if not features["same_number"] and _other_figure(record, likeness.other):
        return "other_number"
    if record.watches - likeness.other.watches and likeness.other.watches - record.watches:
        return "other_company"
    if features["opposed"]:
        return "opposed"
    names = sum([each[0] == NAME for each in likeness.shared])
    if features["other_names"] and not features["same_watch"] and not names:
        return "other_name"
    known = record.names | likeness.other.names
    said = [each for each in telling(likeness.shared) if each not in known and not _NUMBER.match(each)]
    backed = features["same_number"] or features["same_event"]
    enough = (
        len(said) >= _FEWEST_SHARED
        or (said and features["same_number"])
        or (names >= _FEWEST_SHARED and backed)
    )
    return "" if enough or features["results"] else "too_little"
