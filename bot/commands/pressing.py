"""What a pressed button does: one table of verbs, as the commands have one."""

from __future__ import annotations

from collections.abc import Callable

from bot.commands.asking import Answer, Asked, Desk
from bot.errors import CommandError
from bot.render.words import say

Press = Callable[[Asked, Desk], Answer]

PRESSES: dict[str, Press] = {}


def answer_press(asked: Asked, desk: Desk) -> Answer:
    """Answer a press; a button of an older version, or one that nobody made, does nothing and says so."""
    assert asked.pressed is not None
    press = PRESSES.get(asked.pressed.verb)
    if press is None:
        return Answer(popup=say(asked.reader.language, "button_unknown"), failed=True)
    try:
        return press(asked, desk)
    except CommandError as error:
        return Answer(popup=str(error), failed=True)
