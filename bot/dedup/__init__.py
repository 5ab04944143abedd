"""Stories: which story does an entry tell, given its facts?

``StoryIndex.assign`` is the contract. In this order an entry joins a story by the same address, by the same
title, by likeness in its own language, or across languages by what both say; otherwise it opens one.
"""

from bot.dedup.ids import story_id
from bot.dedup.index import Mark, StoryIndex
from bot.dedup.rule import DOUBT

__all__ = ["DOUBT", "Mark", "StoryIndex", "story_id"]
