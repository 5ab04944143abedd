"""Buttons: their labels in both languages, and what pressing them asks, as ``verb:object[:detail]``.

why, mute, snooze, up, down, undo and back name a story; snooze takes 4h, 1d or 7d. steps and split belong to
a trace, story opens one, digest, chart and page belong to a list, poll and quiet to a source, recent and
search take words; share takes a command, whose answer everybody in the chat sees then.

``via`` is the kind of chat that reads: Slack has menus, and answers that only the asker sees.
"""

from __future__ import annotations

from dataclasses import replace

from bot.model import Button, Rows
from bot.render.lines import clean, shorten
from bot.render.words import label

SLACK = "slack"
LONGEST_CHOICE = 75
"""Characters of one line of a menu."""
_LONGEST_ASKED = 40
"""Characters of a query that go into a button; chats allow 64 bytes for all of it."""


def alert_rows(story: str, language: str, *, via: str = "") -> Rows:
    """The row under an alert: five short labels; in Slack Snooze is a menu that asks for how long."""
    slack = via == SLACK
    lengths = snooze_rows(story, language)[0][:-1] if slack else ()
    return (
        (
            _button("why", language, f"why:{story}"),
            _button("mute_story" if slack else "mute", language, f"mute:{story}"),
            Button(label("snooze", language), f"snooze:{story}", lengths),
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


def development_rows(story: str, language: str, *, via: str = "") -> Rows:
    """The row under a development; none in Slack, where it stands in the alert's own thread."""
    if via == SLACK:
        return ()
    return ((_button("why", language, f"why:{story}"), _button("mute", language, f"mute:{story}")),)


def told_rows(story: str, language: str, *, several: bool, via: str = "") -> Rows:
    """The row under a trace of what was told; a story of one report can't be split."""
    split = (_button("split", language, f"split:{story}"),) if several else ()
    shared = share_buttons(f"why {story}", language, via=via)
    return ((_button("steps", language, f"steps:{story}"), *split, *shared),)


def untold_rows(story: str, language: str, *, via: str = "") -> Rows:
    """The row under a trace of what was not told."""
    steps, more = _button("steps", language, f"steps:{story}"), _button("more_like", language, f"up:{story}")
    return ((steps, more, *share_buttons(f"why {story}", language, via=via)),)


def share_buttons(command: str, language: str, *, via: str) -> tuple[Button, ...]:
    """The button that shows everybody an answer that only the asker sees; ``command`` asks the same again."""
    shown = via == SLACK and bool(command)
    return (_button("share", language, f"share:{command}"),) if shown else ()


def nearest_rows(story: str, title: str, language: str) -> Rows:
    """The row under "not seen": the nearest story, and a search for its headline."""
    search = f"search:{_short(title)}"
    return ((_button("why_that", language, f"why:{story}"), _button("search_headline", language, search)),)


def digest_rows(reference: str, language: str, *, count: int, hidden: bool, chart: bool) -> Rows:
    """The row under a digest: everything, when something is left out, and the picture."""
    every = (Button(label("all", language, count), f"digest:{reference}"),) if hidden else ()
    picture = (_button("chart", language, f"chart:{reference}"),) if chart else ()
    return _rows((*every, *picture))


def next_rows(action: str, language: str) -> Rows:
    """The row under a page of a list that goes on."""
    return ((_button("next_stories", language, action),),)


def weekly_rows(reference: str, companies: tuple[tuple[str, str], ...], language: str) -> Rows:
    """The row under the weekly picture; companies are (id, name)."""
    names = tuple(Button(name, f"recent:{_short(watch)}") for watch, name in companies)
    return ((_button("all_stories", language, f"digest:{reference}"), *names),)


def page_rows(
    reference: str,
    stories: tuple[tuple[int, str], ...],
    *,
    page: int,
    more: bool,
    via: str = "",
    language: str = "en",
    titles: tuple[str, ...] = (),
    share: str = "",
) -> Rows:
    """A number for each story of a page, and the ways to the pages beside it; a menu of stories in Slack.

    ``stories`` are (number, id); ``titles`` their headlines in the same order, for the menu; ``share`` is the
    command that asks for the same list, as in ``recent 腾讯``.
    """
    numbers = tuple(Button(str(number), f"story:{story}") for number, story in stories)
    slack = via == SLACK
    labels = (label("previous", language), label("next", language)) if slack else ("‹", "›")
    back = (Button(labels[0], f"page:{reference}:{page - 1}"),) if page > 1 else ()
    on = (Button(labels[1], f"page:{reference}:{page + 1}"),) if more else ()
    turns = (*back, *on)
    if slack:
        menu = _menu(label("open_story", language), numbers, titles)
        return _rows((*menu, *turns, *share_buttons(share, language, via=via)))
    return ((*numbers, *turns),) if len(numbers) + len(turns) <= 6 else (numbers, turns)


def _menu(name: str, numbers: tuple[Button, ...], titles: tuple[str, ...]) -> tuple[Button, ...]:
    """One button that offers the others, each with its headline."""
    shown = (*titles, *[""] * len(numbers))[: len(numbers)]
    choices = tuple(
        replace(button, label=shorten(f"{button.label} {clean(title)}".strip(), LONGEST_CHOICE))
        for button, title in zip(numbers, shown, strict=True)
    )
    return (Button(name, choices[0].action, choices),) if choices else ()


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
