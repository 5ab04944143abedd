"""What the commands that change ``sources.yaml`` share: asking, writing, and when the change is in force."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.app.building import database_url
from bot.app.lock import is_free
from bot.cli.changing import carry_out
from bot.commands import Wanted
from bot.commands.edits import EDIT, noted
from bot.config import Configuration
from bot.edit import folder
from bot.edit.folder import Edit
from bot.edit.sources import FILE, SourceList
from bot.errors import CommandError, ConfigError, EditError
from bot.model import Receiver
from bot.render.words import say
from bot.store import Store


def named(listed: SourceList, name: str, reader: Receiver) -> int:
    """Return the index of a source by its id or address; raise CommandError with the nearest id."""
    at = listed.find(name)
    if at is None:
        hint = listed.near(name)
        said = say(reader.language, "source_not_there", file=str(listed.path), name=name[:80])
        raise CommandError(said + (f"; {hint}" if hint else ""))
    return at


def save(
    listed: SourceList, text: str, change: str, configuration: Configuration | None, state: Path
) -> None:
    """Write another text if the whole folder is sound with it; raise ConfigError or EditError if not.

    The running bot writes it, or where none runs this process; the audit has it as ``change``, so that ``watch
    undo`` takes it back. Without a configuration, that is with one that can't be read, nobody knows the store.
    """
    if configuration is None:
        folder.save(listed.path.parent, FILE, listed.version, text)
        return
    if faults := folder.faults_with(listed.path.parent, FILE, text):
        raise ConfigError(faults)
    edit = Edit.between(FILE, listed.version, listed.text, text)
    wanted = Wanted(EDIT, noted(edit, change, by="terminal", who="terminal"))
    store = Store.open(database_url(configuration.settings, state), variants=configuration.tables.variants)
    try:
        done = carry_out(wanted, configuration, store, state)
    finally:
        store.close()
    if done is None:
        raise EditError(say("en", "edit_asked", command="wirewatch watch log"))
    if not done.result["done"]:
        raise EditError(_why_not(listed, done.result))


def _why_not(listed: SourceList, result: Mapping[str, Any]) -> str:
    if result["reason"] == "changed":
        return f"{listed.path} changed meanwhile; look again"
    return f"{listed.path.parent}: {result['error']}"


def agreed(question: str, language: str = "en") -> bool:
    """Ask the person at the terminal; raise CommandError where there is none."""
    if not sys.stdin.isatty():
        raise CommandError(say(language, "nobody_to_ask"))
    try:
        return input(f"{question} [y/N] ").strip().lower() in {"y", "yes", "是", "好"}
    except EOFError:
        return False


def when_taken(state: Path, language: str = "en", *, added: bool = True) -> str:
    """Say when the change is in force."""
    when = "taken_next_run" if is_free(state) else "taken_running"
    return say(language, f"{when}_baseline" if added else when)
