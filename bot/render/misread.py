"""The notice that the files on disk are broken and the last good configuration was taken instead at a start."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Block, Message, Receiver
from bot.render.faults import reworded
from bot.render.lines import clean, message, shorten, text
from bot.render.typed import typed
from bot.render.words import line, say

SHOWN = 3
LONGEST = 200


def misread(reader: Receiver, faults: Sequence[str], count: int) -> Message:
    """Return what is broken, that the bot goes on as before, and what to do; ``count`` is how many faults there are."""
    language = reader.language
    said = [text(shorten(clean(reworded(_short(fault), language)), LONGEST)) for fault in faults[:SHOWN]]
    more = [text(say(language, "misread_more", count=count - SHOWN))] if count > SHOWN else []
    command = typed(reader.via, "status")
    todo = text(say(language, "misread_todo", command=command))
    return message(
        (Block((line(language, "misread_head"), *said, *more)), Block((todo,), grey=True, tight=True)),
        language,
    )


def _short(fault: str) -> str:
    """A fault without the folder of its file: that is the operator's own, and no chat's business."""
    path, colon, rest = fault.partition(":")
    return f"{path.rsplit('/', 1)[-1]}{colon}{rest}"
