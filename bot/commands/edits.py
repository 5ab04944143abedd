"""Changes of the configuration's files from a question: shown with their lines, confirmed, carried out, answered.

    rows, offers = offered(asked, desk, Edit.between(...), "watch alias moonshot 月暗")

Whoever shows a change puts the rows under its message and the offers into its Answer; the rest is done here and
in ``bot.app.changing``, and ``watch undo`` takes it back.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from bot import render
from bot.commands.asking import Answer, Asked, Desk, Offer, Wanted
from bot.commands.confirming import confirm_rows
from bot.config import Configuration
from bot.edit.folder import Edit, tried
from bot.errors import CommandError, ConfigError, EditError, Fault
from bot.model import Button, Receiver, Rows
from bot.render.faults import reworded
from bot.render.following import done_message, failed_message, file_lines
from bot.render.people import id_of
from bot.render.typed import typed
from bot.render.words import label, say
from bot.store import requests
from bot.store.requests import Request

EDIT = requests.EDIT
"""The kind of the request, and what ``do:NONCE`` stands for."""
LONGEST_ACTION = 64
"""Bytes of an action that every chat takes."""
MOST_FAULTS = 5
T = TypeVar("T")


def folder_of(asked: Asked, desk: Desk) -> Path:
    """Return the configuration's folder; CommandError where the bot has none."""
    if desk.folder is None:
        raise CommandError(say(asked.reader.language, "edit_no_folder"))
    return desk.folder


def read_file(asked: Asked, desk: Desk, read: Callable[[Path], T]) -> T:
    """Return what ``read`` makes of the folder; CommandError with the faults that stand in it already."""
    folder = folder_of(asked, desk)
    try:
        return read(folder)
    except (EditError, ConfigError) as error:
        words = reworded(str(error).replace(f"{folder}/", ""), asked.reader.language)
        raise CommandError(say(asked.reader.language, "edit_broken_before", faults=words)) from None


def said_to(asked: Asked, error: CommandError | EditError, folder: Path | None) -> str:
    """Return the words of an error for who asked: of a file that can't be changed as well that nothing was."""
    if isinstance(error, CommandError):
        return str(error)
    words = str(error).replace(f"{folder}/", "")
    return say(asked.reader.language, "edit_refused", error=reworded(words, asked.reader.language))


def offered(
    asked: Asked, desk: Desk, edit: Edit, change: str, **more: object
) -> tuple[Rows, tuple[Offer, ...]]:
    """Return the buttons that make a change or leave it; ``change`` is the command that asked for it.

    ``more`` is kept with it: ``undoes`` is the number of the change in the audit that this one takes back,
    ``again`` what to type to see the change anew, where that is not ``change`` itself.
    """
    payload = noted(edit, change, **more)
    return confirm_rows(asked, desk, EDIT, payload, asked.reader.language)


def noted(edit: Edit, change: str, **more: object) -> dict[str, object]:
    """Return a change as a request asks for it and the audit keeps it; ``by`` and ``who`` say whose it is."""
    return {**edit.row, "change": change, "key": secrets.token_urlsafe(9), **more}


def confirmed_edit(asked: Asked, desk: Desk, payload: Mapping[str, Any]) -> Answer:
    """Ask for a change that was confirmed; until it is done the answer says that it is asked for."""
    del desk
    language = asked.reader.language
    message = render.error(
        say(language, "edit_asked", command=typed(asked.reader.via, "watch log")), asked.reader
    )
    return Answer(
        message,
        ({"asked": EDIT, "change": payload["change"]},),
        instead=asked.pressed is not None,
        wanted=Wanted(EDIT, payload),
    )


def answer_edit_done(asked: Asked, desk: Desk, request: Request) -> Answer:
    """Say what came of a change: its lines and since when they hold, or why nothing was changed."""
    payload, result = request.payload, dict(request.result)
    reader, change = asked.reader, str(payload["change"])
    instead = asked.pressed is not None
    if not result.get("done"):
        command = str(payload.get("again") or ("watch undo" if "undoes" in payload else change))
        words = _why_not(reader, command, result)
        again = _again(reader, command) if result.get("reason") == "changed" else ()
        return Answer(failed_message(words, again, reader), (result,), failed=True, instead=instead)
    edit = Edit.of(payload)
    live = datetime.fromisoformat(result["live"]) if result.get("live") else None
    message = done_message(
        reader=reader,
        now=desk.now,
        change=change,
        lines=file_lines(edit.file, int(result["line"]), edit.removed, edit.added, reader.language),
        live=live,
        soon=bool(result.get("soon")),
        running=desk.running,
        who=str(payload.get("who", "")),
        undo="" if "undoes" in payload else typed(reader.via, "watch undo"),
    )
    row = {**result, "change": change, "removed": edit.removed, "added": edit.added}
    return Answer(message, (row,), instead=instead)


def insist_admin(asked: Asked) -> None:
    """Raise CommandError for who may not change anything: it says who may, and the asker's own id."""
    if not asked.admin:
        who = id_of(asked.by)
        raise CommandError(say(asked.reader.language, "confirm_admins", who=who))


def check(desk: Desk, texts: Mapping[str, str], language: str) -> Configuration:
    """Return the configuration as it would be with these texts; CommandError with what would be wrong with it."""
    assert desk.folder is not None
    configuration, faults = tried(desk.folder, texts)
    if configuration is not None:
        return configuration
    before = {(fault.file, fault.message) for fault in tried(desk.folder, {})[1]}
    new = [fault for fault in faults if (fault.file, fault.message) not in before]
    if new:
        raise CommandError(say(language, "edit_faults", faults=_listed(new, language)))
    raise CommandError(say(language, "edit_broken_before", faults=_listed(faults, language)))


def _listed(faults: Sequence[Fault], language: str) -> str:
    more = f" (+{len(faults) - MOST_FAULTS})" if len(faults) > MOST_FAULTS else ""
    return "; ".join(_said(fault, language) for fault in faults[:MOST_FAULTS]) + more


def _said(fault: Fault, language: str) -> str:
    """A fault with its file's name alone: a chat need not know where the folder is."""
    name = fault.file.rpartition("/")[2]
    place = f"{name}:{fault.line}" if fault.line else name
    hint = f" ({reworded(fault.hint, language)})" if fault.hint else ""
    return f"{place}: {reworded(fault.message, language)}{hint}"


def _why_not(reader: Receiver, command: str, result: Mapping[str, Any]) -> str:
    reason, error = str(result.get("reason")), str(result.get("error", ""))
    language = reader.language
    if reason == "changed":
        return say(language, "edit_changed", file=error, command=typed(reader.via, command))
    if reason == "faults":
        return say(language, "edit_faults", faults=reworded(error, language))
    if reason == "not_admin":
        return say(language, "confirm_admins", who=error)
    return say(language, "edit_refused", error=reworded(error, language))


def _again(reader: Receiver, command: str) -> Rows:
    """A button that asks for the same change anew, where its words fit into one."""
    action = f"run:{command}"
    if reader.via == "console" or len(action.encode()) > LONGEST_ACTION:
        return ()
    return ((Button(label("look_again", reader.language), action),),)
