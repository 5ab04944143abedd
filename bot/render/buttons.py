"""Buttons: their labels in both languages, and what pressing them asks, as ``verb:object[:detail]``.

why, mute, snooze, up, down, undo and back name a story; snooze takes 4h, 1d or 7d. steps and split belong to
a trace, story opens one, digest, chart and page belong to a list, poll and quiet to a source, recent and
search take words.
"""

from __future__ import annotations

from bot.model import Button, Rows
from bot.render.words import label

_LONGEST_ASKED = 40
"""Characters of a query that go into a button; chats allow 64 bytes for all of it."""


def alert_rows(story: str, language: str) -> Rows:
    """The row under an alert: five short labels."""
    return (
        (
            _button("why", language, f"why:{story}"),
            _button("mute", language, f"mute:{story}"),
            _button("snooze", language, f"snooze:{story}"),
            Button("👍", f"up:{story}"),
            Button("👎", f"down:{story}"),
        ),
    )


def snooze_rows(story: str, language: str) -> Rows:
    """The row that Snooze swaps in: how long, or back."""
    lengths = tuple(_button(length, language, f"snooze:{story}:{length}") for length in ("4h", "1d", "7d"))
    return ((*lengths, Button("‹", f"back:{story}")),)


def silenced_rows(story: str, language: str) -> Rows:
    """The row under a muted or snoozed alert."""
    return ((_button("why", language, f"why:{story}"), _button("undo", language, f"undo:{story}")),)


def development_rows(story: str, language: str) -> Rows:
    """The row under a development."""
    return ((_button("why", language, f"why:{story}"), _button("mute", language, f"mute:{story}")),)


def told_rows(story: str, language: str, *, several: bool) -> Rows:
    """The row under a trace of what was told; a story of one report can't be split."""
    split = (_button("split", language, f"split:{story}"),) if several else ()
    return ((_button("steps", language, f"steps:{story}"), *split),)


def untold_rows(story: str, language: str) -> Rows:
    """The row under a trace of what was not told."""
    return ((_button("steps", language, f"steps:{story}"), _button("more_like", language, f"up:{story}")),)


def nearest_rows(story: str, title: str, language: str) -> Rows:
    """The row under "not seen": the nearest story, and a search for its headline."""
    search = f"search:{_short(title)}"
    return ((_button("why_that", language, f"why:{story}"), _button("search_headline", language, search)),)


def digest_rows(reference: str, language: str, *, count: int, hidden: bool, chart: bool) -> Rows:
    """The row under a digest: everything, when something is left out, and the picture."""
    every = (Button(label("all", language, count), f"digest:{reference}"),) if hidden else ()
    picture = (_button("chart", language, f"chart:{reference}"),) if chart else ()
    return _rows((*every, *picture))


def weekly_rows(reference: str, companies: tuple[tuple[str, str], ...], language: str) -> Rows:
    """The row under the weekly picture; companies are (id, name)."""
    names = tuple(Button(name, f"recent:{_short(watch)}") for watch, name in companies)
    return ((_button("all_stories", language, f"digest:{reference}"), *names),)


def page_rows(reference: str, stories: tuple[tuple[int, str], ...], *, page: int, more: bool) -> Rows:
    """A number for each story of a page, and the ways to the pages beside it."""
    numbers = tuple(Button(str(number), f"story:{story}") for number, story in stories)
    back = (Button("‹", f"page:{reference}:{page - 1}"),) if page > 1 else ()
    on = (Button("›", f"page:{reference}:{page + 1}"),) if more else ()
    turns = (*back, *on)
    return ((*numbers, *turns),) if len(numbers) + len(turns) <= 6 else (numbers, turns)


def nothing_rows(meant: str, query: str, language: str, *, search: bool) -> Rows:
    """The row under "nothing found": the name that was meant, and the whole archive."""
    name = (Button(meant, f"recent:{_short(meant)}"),) if meant else ()
    archive = (_button("search_all", language, f"search:{_short(query)}"),) if search else ()
    return _rows((*name, *archive))


def trouble_rows(source: str, language: str) -> Rows:
    """The row under a source's trouble."""
    return (
        (_button("poll", language, f"poll:{source}"), _button("snooze_day", language, f"quiet:{source}:1d")),
    )


def _button(key: str, language: str, action: str) -> Button:
    return Button(label(key, language), action)


def _rows(row: tuple[Button, ...]) -> Rows:
    return (row,) if row else ()


def _short(text: str) -> str:
    """As much of a text as a chat takes in a button: whole characters, at most 40 bytes."""
    return text.encode(errors="ignore")[:_LONGEST_ASKED].decode(errors="ignore").strip()
