"""A source changed a headline that was told: tell exactly those who heard it, and show it in the alert."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rapidfuzz import fuzz
from sqlalchemy import Connection

from bot.model import DeliveryKind, Entry, Facts, Order, Reason, Watchlist
from bot.pipeline.owing import owe
from bot.score import match_story
from bot.store import alerts, matches, stories

SAME_WORDS = 85.0
"""From this likeness of headlines (token_set_ratio) with equal figures, a change is wording: a quiet edit."""


def correct(
    conn: Connection,
    entry: Entry,
    facts: Facts,
    before: Facts,
    was: str,
    watchlist: Watchlist,
    now: datetime,
) -> None:
    """Owe what an edited headline makes owed, for a story that was told."""
    story_id = stories.of_entry(conn, entry.id)
    story = stories.get(conn, story_id) if story_id else None
    if story is None:
        return
    matches.save(conn, match_story(story, watchlist), watchlist.version, now)
    material = entry.id == story.root.entry.id and is_material(entry.title, was, facts, before)
    for told in alerts.told_of(conn, story.id).values():
        if told.digest or told.pending:
            continue
        revision = told.revision + 1
        kinds = [DeliveryKind.CORRECTION, DeliveryKind.EDIT] if material else [DeliveryKind.EDIT]
        for kind in kinds:
            order = Order(
                story=story.id,
                receiver=told.receiver,
                kind=kind,
                revision=revision,
                due=now,
                score=told.score,
                reason=Reason.CORRECTION,
                watches=told.watches,
                entry=entry.id,
                detail={"was": was, "at": now.isoformat()} if kind is DeliveryKind.CORRECTION else {},
            )
            owe(conn, order, now)
        alerts.save_told(conn, replace(told, revision=revision))


def is_material(title: str, was: str, facts: Facts, before: Facts) -> bool:
    """Tell whether a new headline says something else: other figures, or other words."""
    return (
        _figures(facts) != _figures(before)
        or fuzz.token_set_ratio(title.casefold(), was.casefold()) < SAME_WORDS
    )


def _figures(facts: Facts) -> set[tuple[str, float]]:
    return {(figure.unit, figure.value) for figure in facts.figures if figure.field == "title"}
