"""A source changed a headline that was told: tell exactly those who heard it, and show it in the alert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from rapidfuzz import fuzz
from sqlalchemy import Connection

from bot.model import DeliveryKind, Entry, Facts, Mute, Order, Reason, Receiver, Told, Watchlist
from bot.pipeline.owing import owe
from bot.route import held_until, is_muted
from bot.route.ruling import MOST_REPLIES
from bot.score import match_story
from bot.store import alerts, matches, mutes, stories

SAME_WORDS = 85.0
"""From this likeness of headlines (token_set_ratio) with equal figures, a change is wording: a quiet edit."""


def correct(
    conn: Connection,
    entry: Entry,
    facts: Facts,
    before: Facts,
    was: str,
    watchlist: Watchlist,
    receivers: Mapping[str, Receiver],
    now: datetime,
) -> bool:
    """Owe what an edited headline makes owed; return whether anybody was told of its story."""
    story_id = stories.of_entry(conn, entry.id)
    story = stories.get(conn, story_id) if story_id else None
    if story is None:
        return False
    matches.save(conn, match_story(story, watchlist), watchlist.version, now)
    material = entry.id == story.root.entry.id and is_material(entry.title, was, facts, before)
    anybody = False
    mutes_now = mutes.active(conn, now)
    for told in alerts.told_of(conn, story.id).values():
        anybody = anybody or not told.digest
        receiver = receivers.get(told.receiver)
        if told.digest or told.pending or receiver is None:
            continue
        revision = told.revision + 1
        rings = material and told.replies < MOST_REPLIES and not _muted(mutes_now, told, now)
        kinds = [DeliveryKind.CORRECTION, DeliveryKind.EDIT] if rings else [DeliveryKind.EDIT]
        for kind in kinds:
            order = Order(
                story=story.id,
                receiver=told.receiver,
                kind=kind,
                revision=revision,
                # A correction keeps quiet hours like any alert; an edit makes no sound.
                due=(kind is not DeliveryKind.EDIT and held_until(receiver, told.score, now)) or now,
                score=told.score,
                reason=Reason.CORRECTION,
                watches=told.watches,
                entry=entry.id,
                detail={"was": was, "at": now.isoformat()} if kind is DeliveryKind.CORRECTION else {},
            )
            owe(conn, order, now)
        alerts.save_told(conn, replace(told, revision=revision, replies=told.replies + rings))
    return anybody


def _muted(mutes_now: Sequence[Mute], told: Told, now: datetime) -> bool:
    return all(
        is_muted(mutes_now, receiver=told.receiver, watch=watch, story=told.story, now=now)
        for watch in told.watches
    )


def is_material(title: str, was: str, facts: Facts, before: Facts) -> bool:
    """Tell whether a new headline says something else: other figures, or other words."""
    return (
        _figures(facts) != _figures(before)
        or fuzz.token_set_ratio(title.casefold(), was.casefold()) < SAME_WORDS
    )


def _figures(facts: Facts) -> set[tuple[str, float]]:
    return {(figure.unit, figure.value) for figure in facts.figures if figure.field == "title"}
