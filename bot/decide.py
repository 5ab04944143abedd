"""assign + judge: one pure path for live polls, backtests and evaluation.

entry --facts--> assign --story--> judge --> verdicts, orders
edited entry --facts--> correct --> orders
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Protocol

from bot.dedup import StoryIndex
from bot.model import Assignment, Entry, Facts, Judgement, Story
from bot.route import Circumstances, route_story
from bot.route.correction import is_material, route_correction
from bot.score import match_story


class Reader(Protocol):
    """What reads the facts out of an entry: ``match.Matcher``."""

    def facts(self, title: str, body: str = "", *, lang: str = "") -> Facts:
        """Return the facts of one entry."""
        ...


def assign(entry: Entry, reader: Reader, index: StoryIndex) -> Assignment:
    """Return the story of an entry; the index remembers it until it is rolled back."""
    facts = reader.facts(entry.title, entry.text, lang=entry.lang)
    return index.assign(entry, facts)


def judge(story: Story, around: Circumstances) -> Judgement:
    """Return what a story means for every receiver under this watchlist and these routes."""
    return route_story(story, match_story(story, around.watchlist), around)


def correct(
    story: Story,
    entry: Entry,
    facts: Facts,
    before: Facts,
    was: str,
    around: Circumstances,
    *,
    earlier: Collection[str] = (),
) -> Judgement:
    """Return what an edited headline means for those who were told; ``story`` holds the entry as it reads now.

    ``before`` and ``was`` are the facts and the headline that it had. A headline that it had ``earlier`` comes
    from a stale copy of the feed as likely as from its author: it is shown, but corrects nothing.
    """
    material = entry.title not in earlier and is_material(entry.title, was, facts, before)
    judgement = route_correction(story, entry, was, around, material=material)
    return replace(judgement, matches=match_story(story, around.watchlist))
