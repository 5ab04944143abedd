"""What goes with a file that was asked for: what is in it, and what is not."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model import Block, Message, Receiver
from bot.render.lines import clean, message, shorten, text
from bot.render.times import Clock
from bot.render.words import line, say

LONGEST_QUERY = 60


def export_note(
    reader: Receiver, now: datetime, title: str, *, span: timedelta | None, count: int, total: int
) -> Message:
    """Return the caption of an export: what was asked, how many stories, and whether some are left out."""
    language = reader.language
    shown = shorten(clean(title), LONGEST_QUERY)
    if span is None:
        head = line(language, "recent_head_all", title=shown, count=total)
    else:
        head = line(language, "recent_head", title=shown, span=Clock.of(reader, now).span(span), count=total)
    cut = text(say(language, "export_cut", count=count)) if count < total else ()
    return message((Block((head, cut)),), language)
