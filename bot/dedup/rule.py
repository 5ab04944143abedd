"""The fixed rule: weights on features, thresholds, and what forbids a joining whatever the sum says."""

from __future__ import annotations

from datetime import timedelta

from bot.dedup.features import Features, Likeness
from bot.dedup.glossary import telling
from bot.dedup.records import Record
from bot.dedup.weights import ACROSS, SAME

THRESHOLD = 0.7
"""A story whose sum exceeds this takes the entry; the weights are logits, so the unit is a logit."""
THRESHOLD_ACROSS = 0.0
"""The same across languages, where an entry that is missed costs a second alert in the other language."""
MERGE = 1.2
"""Two stories merge when an entry clears the threshold to both by this much."""
DOUBT = 0.5
"""A joining whose margin is smaller is listed as in doubt."""
ACROSS_WITHIN = timedelta(hours=36)
"""Entries in two languages are only held against each other so close in time."""
_NEAR_SAME = 0.8
_SAME_DIGEST = 0.9
_FEWEST_SHARED = 2
_SAME_TEXT = 0.3
_OLD_NEWS = timedelta(days=7)


def margin(likeness: Likeness) -> float:
    """Return how far a likeness lies above the threshold; below 0 it does not join."""
    if likeness.across:
        return _sum(ACROSS, likeness.features) - THRESHOLD_ACROSS
    return _sum(SAME, likeness.features) - THRESHOLD


def _sum(weights: dict[str, float], features: Features) -> float:
    return sum(
        [weights[name] * value for name, value in features.items() if name in weights], weights["bias"]
    )


def forbidden(record: Record, likeness: Likeness) -> str:
    """Return the name of the veto that keeps an entry from joining, "" if there is none."""
    other, features = likeness.other, likeness.features
    if record.digest != other.digest:
        return "digest"
    if record.periods and other.periods and not record.periods & other.periods:
        return "other_period"
    if features["other_subject"] and (features["same_event"] or likeness.across):
        return "other_company"
    if _years_apart(record, other):
        return "other_time"
    if likeness.across:
        return _forbidden_across(record, likeness)
    few = len(set(likeness.shared) - record.names - other.names) < _FEWEST_SHARED
    if few and features["body"] < _SAME_TEXT:
        return "too_little"
    ratio = features["ratio"]
    if record.digest and ratio < _SAME_DIGEST:
        return "digest"
    if ratio >= _NEAR_SAME and record.numbers and other.numbers and not record.numbers & other.numbers:
        return "other_number"
    if ratio >= _NEAR_SAME and features["opposed"]:
        return "opposed"
    return ""


def _years_apart(record: Record, other: Record) -> bool:
    """Both feeds say when: an archive read today tells other news than today's."""
    if record.published is None or other.published is None:
        return False
    return abs(record.published - other.published) > _OLD_NEWS


def _forbidden_across(record: Record, likeness: Likeness) -> str:
    if record.digest or abs(record.time - likeness.other.time) > ACROSS_WITHIN:
        return "too_far"
    known = record.names | likeness.other.names
    said = [each for each in telling(likeness.shared) if each not in known]
    backed = likeness.features["same_number"] or likeness.features["same_event"]
    enough = len(said) >= _FEWEST_SHARED or (said and backed)
    return "" if enough else "too_little"
