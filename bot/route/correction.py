"""A source changed a headline that was told: exactly those who heard it hear of it, and their alert shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from bot.model import DeliveryKind, Entry, Facts, Judgement, Order, Reason, Story, Told
from bot.route.chances import Circumstances
from bot.route.ruling import MOST_REPLIES
from bot.route.silence import held_until, is_muted

SAME_WORDS = 85.0
"""From this likeness of headlines (token_set_ratio) with equal figures, a change is wording: a quiet edit."""


MOST_EDITS = 24
"""A headline that was changed so often holds a clock or a counter: its further changes say nothing."""
MOST_RETURNS = 2
"""A headline that came back so often is served in turn with another by copies of the feed."""


def is_edited(title: str, was: str, earlier: Sequence[str] = ()) -> bool:
    """Tell whether a headline is another than before; spaces and a headline that went missing don't count.

    ``earlier`` are the headlines that the entry had before it came to ``was``.
    """
    another = bool(title) and " ".join(title.split()) != " ".join(was.split())
    return another and len(earlier) < MOST_EDITS and earlier.count(title) < MOST_RETURNS


def is_material(title: str, was: str, facts: Facts, before: Facts) -> bool:
    """Tell whether a new headline says something else: other figures, or other words."""
    return (
        _figures(facts) != _figures(before)
        or fuzz.token_set_ratio(title.casefold(), was.casefold()) < SAME_WORDS
    )


def route_correction(
    story: Story, entry: Entry, was: str, around: Circumstances, *, material: bool
) -> Judgement:
    """Return what an edited headline makes owed: an edit, and a correction where it says something else.

    ``entry`` is as it reads now, ``was`` its headline before. A change in a report that did not open the
    story is never a correction.
    """
    material = material and entry.id == story.root.entry.id
    orders: list[Order] = []
    remembered: list[Told] = []
    for told in around.told.values():
        if told.digest or told.pending or told.receiver not in around.receivers:
            continue
        rings = material and told.replies < MOST_REPLIES and not _is_muted(told, around)
        after = replace(told, revision=told.revision + 1, replies=told.replies + rings)
        orders += _orders(after, entry, was, around, rings=rings)
        remembered.append(after)
    return Judgement(orders=tuple(orders), told=tuple(remembered))


def _orders(told: Told, entry: Entry, was: str, around: Circumstances, *, rings: bool) -> Iterator[Order]:
    for kind in [DeliveryKind.CORRECTION, DeliveryKind.EDIT] if rings else [DeliveryKind.EDIT]:
        corrects = kind is DeliveryKind.CORRECTION
        # A correction keeps quiet hours like any alert; an edit makes no sound.
        held = held_until(around.receivers[told.receiver], told.score, around.now) if corrects else None
        yield Order(
            story=told.story,
            receiver=told.receiver,
            kind=kind,
            revision=told.revision,
            due=held or around.now,
            score=told.score,
            reason=Reason.CORRECTION,
            watches=told.watches,
            entry=entry.id,
            detail={"was": was, "at": around.now.isoformat()} if corrects else {},
        )


def _is_muted(told: Told, around: Circumstances) -> bool:
    return all(
        is_muted(around.mutes, receiver=told.receiver, watch=watch, story=told.story, now=around.now)
        for watch in told.watches
    )


def _figures(facts: Facts) -> set[tuple[str, float]]:
    return {(figure.unit, figure.value) for figure in facts.figures if figure.field == "title"}
