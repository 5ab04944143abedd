"""assign + judge: one pure path for live polls, backtests and evaluation.

entry --facts--> assign --story--> judge --> verdicts, orders
"""

from __future__ import annotations

from typing import Protocol

from bot.dedup import StoryIndex
from bot.model import Assignment, Entry, Facts, Judgement, Story
from bot.route import Circumstances, route_story
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
