"""Buttons that only ask: why, all steps, a story, a list; and the same answer shown to everybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot import render
from bot.commands.asking import Answer, Asked, Desk
from bot.commands.lists import answer_recent, answer_search
from bot.commands.traces import answer_story, answer_why, joinings_of, stacked, traces_of
from bot.errors import CommandError
from bot.model import Rows, Story
from bot.render.words import say
from bot.store import stories

SHARE = "share:"


def press_why(asked: Asked, desk: Desk) -> Answer:
    """Why, in few words over an alert and in full; under an answer only in full. Any number of times."""
    story = _story(asked, desk)
    given = answer_why(_typed(asked, "why", story.id), desk)
    if not asked.story:
        return given
    return replace(given, popup=render.why_short(traces_of(asked, desk, story)[0]))


def press_steps(asked: Asked, desk: Desk) -> Answer:
    """Return the trace with every joining, and with every term that did not count."""
    story = _story(asked, desk)
    steps = [render.why_steps(view, joinings=False) for view in traces_of(asked, desk, story)]
    return Answer(stacked([*steps, *joinings_of(asked, desk, story)]))


def press_story(asked: Asked, desk: Desk) -> Answer:
    """Open a story."""
    return answer_story(_typed(asked, "story", _story(asked, desk).id), desk)


def press_recent(asked: Asked, desk: Desk) -> Answer:
    """Ask for the newest stories about what stands in the button."""
    return answer_recent(_typed(asked, "recent", _about(asked)), desk)


def press_search(asked: Asked, desk: Desk) -> Answer:
    """Look through the archive for what stands in the button."""
    return answer_search(_typed(asked, "search", _about(asked)), desk)


def press_share(asked: Asked, desk: Desk, shared: Mapping[str, Callable[[Asked, Desk], Answer]]) -> Answer:
    """Ask the same again, for everybody in the chat to see; only what changes nothing can be shared."""
    verb, _, words = _about(asked).partition(" ")
    if verb not in shared:
        raise CommandError(say(asked.reader.language, "button_unknown"))
    given = shared[verb](_typed(asked, verb, words), desk)
    if given.effect is not None or given.wanted is not None or given.failed:
        raise CommandError(say(asked.reader.language, "share_nothing"))
    message = replace(given.message, buttons=_unshared(given.message.buttons))
    return replace(given, message=message, public=True)


def _typed(asked: Asked, verb: str, words: str) -> Asked:
    """Return the question as if it had been typed."""
    return replace(asked, verb=verb, words=words, pressed=None)


def _about(asked: Asked) -> str:
    assert asked.pressed is not None
    return asked.pressed.about


def _story(asked: Asked, desk: Desk) -> Story:
    story = stories.get(desk.conn, _about(asked))
    if story is None:
        raise CommandError(say(asked.reader.language, "press_gone"))
    return story


def _unshared(rows: Rows) -> Rows:
    """What everybody sees need not be shared again."""
    kept = (tuple(button for button in row if not button.action.startswith(SHARE)) for row in rows)
    return tuple(row for row in kept if row)
