"""``why`` of what was never read: no story has that id, no source published that address."""

from __future__ import annotations

import re

from bot.model import Block, Message, Span
from bot.render.buttons import nearest_rows
from bot.render.lines import clean, message, text
from bot.render.reports import linked, source_of
from bot.render.times import Clock
from bot.render.views import TraceView
from bot.render.words import line, say

LONGEST_SEARCHED = 40
"""Bytes of a headline that a button searches for."""
_WORDS = re.compile(r"\w+(?:['’]\w+)?")


def not_seen(view: TraceView) -> Message:
    """Return that nothing that was read is what was asked for, and the story that is most like it."""
    language = view.reader.language
    address = view.asked.lower().startswith(("http://", "https://"))
    head = line(language, "why_not_seen" if address or not view.asked else "why_unknown_story")
    if view.nearest is None:
        return message((Block((head,)),), language)
    nearest = view.nearest
    where: dict[str, str | int | Span] = {"source": source_of(nearest.source), "id": nearest.story}
    if view.nearest_told_at is None:
        said = say(language, "nearest_untold", **where)
    else:
        time = Clock.of(view.reader, view.now).moment(view.nearest_told_at)
        said = say(language, "nearest_told", **where, time=time)
    lines = (
        head,
        (Span(say(language, "nearest")), *linked(nearest.title, nearest.url, language)),
        text(said),
    )
    rows = nearest_rows(nearest.story, _searched(nearest.title), language) if view.buttons else ()
    return message((Block(lines),), language, buttons=rows)


def _searched(title: str) -> str:
    """As many whole words of a headline as a button takes; marks mean something in a query."""
    words = _WORDS.findall(clean(title))
    while len(words) > 1 and len(" ".join(words).encode()) > LONGEST_SEARCHED:
        words.pop()
    return " ".join(words)
