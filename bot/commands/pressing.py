"""What a pressed button does: one table of verbs, as the commands have one."""

from __future__ import annotations

from collections.abc import Callable

from bot.commands.asking import Answer, Asked, Desk
from bot.commands.confirming import Confirmed, answer_cancel, answer_do
from bot.commands.digesting import press_digest
from bot.commands.edits import EDIT, confirmed_edit, said_to
from bot.commands.lists import answer_recent, answer_search, answer_turn
from bot.commands.opening import press_recent, press_search, press_share, press_steps, press_story, press_why
from bot.commands.opinions import answer_down, answer_up
from bot.commands.picturing import answer_chart, press_chart
from bot.commands.resting import press_poll, press_quiet
from bot.commands.retrying import press_retry
from bot.commands.silencing import press_back, press_mute, press_snooze, press_undo
from bot.commands.singling import confirmed_split, press_split
from bot.commands.timelines import answer_timeline, press_timeline
from bot.commands.traces import answer_story, answer_why
from bot.errors import CommandError, EditError
from bot.render.words import say

Press = Callable[[Asked, Desk], Answer]

CONFIRMED: dict[str, Confirmed] = {
    EDIT: confirmed_edit,
    "split": confirmed_split,
}
"""What ``do:NONCE`` may stand for, by the name under which it was offered (see ``confirming``)."""
SHARED: dict[str, Press] = {
    "why": answer_why,
    "story": answer_story,
    "recent": answer_recent,
    "search": answer_search,
    "timeline": answer_timeline,
    "chart": answer_chart,
}
"""Questions whose answer may be shown to everybody in the chat (``share:why k7f2``): they change nothing."""


def _do(asked: Asked, desk: Desk) -> Answer:
    return answer_do(asked, desk, CONFIRMED)


def _share(asked: Asked, desk: Desk) -> Answer:
    return press_share(asked, desk, SHARED)


PRESSES: dict[str, Press] = {
    "why": press_why,
    "steps": press_steps,
    "mute": press_mute,
    "snooze": press_snooze,
    "undo": press_undo,
    "back": press_back,
    "split": press_split,
    "poll": press_poll,
    "retry": press_retry,
    "quiet": press_quiet,
    "story": press_story,
    "recent": press_recent,
    "search": press_search,
    "share": _share,
    "do": _do,
    "cancel": answer_cancel,
    "page": answer_turn,
    "digest": press_digest,
    "chart": press_chart,
    "timeline": press_timeline,
    "up": answer_up,
    "down": answer_down,
}


def answer_press(asked: Asked, desk: Desk) -> Answer:
    """Answer a press; a button of an older version, or one that nobody made, does nothing and says so."""
    assert asked.pressed is not None
    press = PRESSES.get(asked.pressed.verb)
    if press is None:
        return Answer(popup=say(asked.reader.language, "button_unknown"), failed=True)
    try:
        return press(asked, desk)
    except (CommandError, EditError) as error:
        return Answer(popup=said_to(asked, error, desk.folder), failed=True)
