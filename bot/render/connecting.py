"""What a chat is told while it is being connected, and when it is."""

from __future__ import annotations

from bot.model import Block, Message, Receiver
from bot.render.lines import message, text
from bot.render.typed import typed
from bot.render.words import line, say


def code_taken(language: str, *, asks: bool) -> Message:
    """Return the answer to the right code."""
    return _sentence(language, "code_taken_ask" if asks else "code_taken")


def code_wrong(language: str, left: int) -> Message:
    """Return the answer to a wrong code; ``left`` more may be tried."""
    said = say(language, "code_wrong_left", count=left) if left else say(language, "code_wrong_last")
    return message((Block((text(said),)),), language)


def not_connected(language: str) -> Message:
    """Return what the chat hears where the terminal said no."""
    return _sentence(language, "not_connected")


def connected_soon(receiver: Receiver) -> Message:
    """Return the first message where nothing was read yet: the greeting with its news follows at the start."""
    language = receiver.language
    lines = (
        line(language, "connected"),
        text(say(language, "connected_as", chat=receiver.id)),
        text(say(language, "connected_later")),
    )
    return message((Block(lines), Block((text(typed(receiver.via, "help")),))), language)


def connected_already(receiver: Receiver, *, admin: bool) -> Message:
    """Return what a chat hears that was a receiver before; ``admin`` where the asker became one now."""
    language = receiver.language
    lines = [text(say(language, "connected_before", chat=receiver.id))]
    if admin:
        lines.append(text(say(language, "admin_now")))
    return message((Block(tuple(lines)),), language)


def tried_out(receiver: Receiver) -> Message:
    """Return what ``check --send`` sends."""
    language = receiver.language
    return message((Block((text(say(language, "test_message", chat=receiver.id)),)),), language)


def _sentence(language: str, key: str) -> Message:
    return message((Block((text(say(language, key)),)),), language)
