"""The mark of a message that may stand in the chat already: the one sent before was never confirmed."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Block, Message, Span
from bot.render.lines import text
from bot.render.words import say


def marked(message: Message) -> Message:
    """Return the message with the mark at its end: behind the grey line that ends it, else in one of its own."""
    words = say(message.language, "repeat")
    last = message.blocks[-1] if message.blocks else None
    if last is None or not last.grey or not last.lines:
        own = Block((text(words.strip()),), grey=True, tight=True)
        return replace(message, blocks=(*message.blocks, own))
    lines = (*last.lines[:-1], (*last.lines[-1], Span(words)))
    return replace(message, blocks=(*message.blocks[:-1], replace(last, lines=lines)))
