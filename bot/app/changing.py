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

from sqlalchemy import Connection

from bot.app.errands import House, Payload
from bot.edit import read
from bot.edit.folder import Edit, save, tried
from bot.errors import ConfigError, EditError
from bot.store import audit

PATIENCE = 10.0
"""Seconds until a change that was written is in force, or something else keeps it from that."""
_PAUSE = 0.1
_ONE_AT_A_TIME = threading.Lock()


async def change_file(house: House, payload: Payload) -> dict[str, Any]:
    """Change a file, note who did, and wait until the change is in force; ``live`` says since when."""
    folder = house.configuration.folder
    made = await asyncio.to_thread(make, folder, payload)
    if not made["done"]:
        return made
    await house.store.write(lambda conn: note(conn, payload, house.now()))
    version = await asyncio.to_thread(_version, folder)
    for _ in range(round(PATIENCE / _PAUSE) if version else 0):
        if house.configuration.version == version:
            return made | {"live": house.now().isoformat()}
        if not await house.reload():
            await asyncio.sleep(_PAUSE)
    return made


def make(folder: Path, payload: Payload) -> dict[str, Any]:
    """Write the change that was shown; what was written before, by an instance that died, counts as done.

    The result says ``done``, and where it isn't ``reason``: changed (the file is another one now), faults or
    refused, with the sentence in ``error``.
    """
    edit = Edit.of(payload)
    with _ONE_AT_A_TIME:
        try:
            text, version = read(folder / edit.file)
            if version == edit.version_after:
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


def _version(folder: Path) -> str | None:
    """The version of the configuration that stands on disk; None where it has faults."""
    configuration, _ = tried(folder, {})
    return configuration.version if configuration else None
