"""A file of the configuration changed from a chat or the terminal: written as it was shown, or not at all.

The payload is an ``Edit`` and what it is called (``bot.commands.edits``). The file must be the one that was shown;
the whole folder must be sound with the change; then it is written, noted in the audit, and put in force.
"""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.app.errands import House, Payload
from bot.crashpoints import crashpoint
from bot.edit import read
from bot.edit.folder import Edit, save
from bot.errors import ConfigError, EditError
from bot.model import Access, Settings
from bot.render.people import id_of
from bot.store import audit

log = structlog.get_logger()

CHATS = frozenset({"telegram", "slack"})
"""Services in which not everybody may change what they like; who has the terminal may."""
_ONE_AT_A_TIME = threading.Lock()


async def change_file(house: House, payload: Payload) -> dict[str, Any]:
    """Change a file, note who did, and wait until the change is in force; ``live`` says since when.

    Once it is written the result says ``done``, whatever happens then: ``soon`` where it could not be put in force
    now, and the next look at the files tries again.
    """
    folder = house.configuration.folder
    before = await house.store.read(lambda conn: was_made(conn, payload))
    if not before and not may_still(house.settings, str(payload["by"])):
        log.warning("a change was not made: who asked for it is no admin any more", who=str(payload["by"]))
        return {"done": False, "reason": "not_admin", "error": id_of(str(payload["by"]))}
    made = await asyncio.to_thread(make, folder, payload, made_before=before)
    if not made["done"]:
        return made
    await house.store.write(lambda conn: note(conn, payload, house.now()))
    crashpoint("edit-noted")
    try:
        live = await _in_force(house)
    except Exception:
        log.exception("a change is written, and not in force yet")
        return made | {"soon": True}
    crashpoint("edit-in-force")
    return made | {"live": house.now().isoformat()} if live else made


async def _in_force(house: House) -> bool:
    """Put what stands on disk in force, a later change of it too; False where it has faults."""
    await house.reload()
    return not house.faults


def may_still(settings: Settings, by: str) -> bool:
    """Tell whether who asked for a change in a chat may make it at this moment: a request may wait for a restart."""
    service, _, person = by.partition(":")
    return service not in CHATS or person in settings.access.get(service, Access()).admins


def was_made(conn: Connection, payload: Payload) -> bool:
    """Tell whether a file that reads as this change leaves it was written for this very request.

    It was where that is noted, or where whoever took the request died before noting it; the same change, made
    by another request, is not this one.
    """
    if audit.has_key(conn, str(payload["key"])):
        return True
    edit = Edit.of(payload)
    last = audit.last_edit(conn, edit.file)
    by_another = last is not None and last.detail.get("version_after") == edit.version_after
    return bool(payload.get("reopened")) and not by_another


def make(folder: Path, payload: Payload, *, made_before: bool = False) -> dict[str, Any]:
    """Write the change that was shown; with ``made_before`` a file that is so already counts as done.

    The result says ``done``, and where it isn't ``reason``: changed (the file is another one now), faults or
    refused, with the sentence in ``error``.
    """
    edit = Edit.of(payload)
    with _ONE_AT_A_TIME:
        try:
            text, version = read(folder / edit.file)
            if made_before and version == edit.version_after:
                return _done(edit, text)
            if version != edit.version:
                return {"done": False, "reason": "changed", "error": edit.file}
            after = edit.applied(text)
            save(folder, edit.file, version, after)
        except ConfigError as error:
            return {"done": False, "reason": "faults", "error": str(error).replace(f"{folder}/", "")}
        except EditError as error:
            return {"done": False, "reason": "refused", "error": str(error).replace(f"{folder}/", "")}
    return _done(edit, after)


def note(conn: Connection, payload: Payload, now: datetime) -> None:
    """Write down who changed what, once."""
    detail = {**Edit.of(payload).row, "key": payload["key"], "name": str(payload.get("who", ""))}
    if "undoes" in payload:
        detail["undoes"] = payload["undoes"]
    if not audit.has_key(conn, str(payload["key"])):
        audit.record(conn, str(payload["by"]), str(payload["change"]), detail, now)


def _done(edit: Edit, text: str) -> dict[str, Any]:
    return {"done": True, "file": edit.file, "line": edit.line(text), "live": ""}
