"""👍 and 👎 under an alert: a vote is noted, counted and shown; nothing is changed by it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.commands.asking import Answer, Asked, Desk
from bot.errors import CommandError
from bot.render.typed import typed
from bot.render.words import say
from bot.store import feedback, stories


def answer_up(asked: Asked, desk: Desk) -> Answer:
    """Note that somebody wants more like this story; pressed again, take that back."""
    return _vote(asked, desk, 1)


def answer_down(asked: Asked, desk: Desk) -> Answer:
    """Note that somebody wants less like this story; pressed again, take that back."""
    return _vote(asked, desk, -1)


def _vote(asked: Asked, desk: Desk, value: int) -> Answer:
    assert asked.pressed is not None
    story = _voted_on(asked, desk)
    now = desk.now

    def note(conn: Connection) -> Answer:
        return _noted(conn, asked, story, value, now)

    return Answer(effect=note)


def _voted_on(asked: Asked, desk: Desk) -> str:
    """The story meant; CommandError where this chat has nothing to say about it.

    An alert's button must be that of the story it tells of; a trace stands under no alert, so that there the
    receiver must have a verdict on the story.
    """
    assert asked.pressed is not None
    language = asked.reader.language
    if not asked.receiver:
        raise CommandError(say(language, "vote_nobody"))
    story = stories.root_of(desk.conn, asked.pressed.about)
    if story is None:
        raise CommandError(say(language, "vote_gone"))
    told = stories.root_of(desk.conn, asked.story) if asked.story else story
    if told != story or not feedback.is_known(desk.conn, story, asked.receiver):
        raise CommandError(say(language, "vote_other"))
    return story


def _noted(conn: Connection, asked: Asked, story: str, value: int, now: datetime) -> Answer:
    stored = feedback.press(conn, story, asked.receiver, who=asked.by, value=value, now=now)
    up, down = feedback.of_story(conn, story, asked.receiver)
    key = {1: "vote_up", -1: "vote_down", 0: "vote_back"}[stored]
    language = asked.reader.language
    counts = say(language, "vote_counts", up=up, down=down)
    unchanged = say(language, "vote_unchanged", command=typed(asked.reader.via, "stats"))
    parts = (say(language, key), counts, unchanged)
    rows = ({"story": story, "receiver": asked.receiver, "vote": stored, "up": up, "down": down},)
    return Answer(popup=("" if language == "zh" else " ").join(parts), rows=rows)
