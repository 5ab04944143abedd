"""Which report does not belong to a story: the question that stands over the buttons that take one out."""

from __future__ import annotations

from bot.model import Block, Message, Receiver, Report, Rows, Story
from bot.render.lines import message, text
from bot.render.reports import numbered
from bot.render.times import Clock
from bot.render.words import line, say


def split_confirm(story: Story, taken: Report, number: int, clock: Clock, rows: Rows) -> Message:
    """Return the question whether this report is to be taken out."""
    head = line(clock.language, "split_confirm", story=story.id)
    return message((Block((head, numbered(number, taken.entry, clock))),), clock.language, buttons=rows)


def split_choice(
    story: Story, shown: int, clock: Clock, reader: Receiver, command: str, rows: Rows
) -> Message:
    """Return the question which of the first so many reports is to be taken out; ``command`` takes any other."""
    language = reader.language
    listed = [numbered(number, report.entry, clock) for number, report in enumerate(story.reports[:shown], 1)]
    rest = len(story.reports) - shown
    more = text(say(language, "split_further", count=rest, command=command)) if rest > 0 else ()
    head = line(language, "split_which", story=story.id)
    foot = text(say(language, "split_press"))
    return message((Block((head, *listed, more)), Block((foot,), grey=True)), language, buttons=rows)
