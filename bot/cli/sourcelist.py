"""What the commands that change ``sources.yaml`` share: asking, writing, and when the change is in force."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.app.lock import is_free
from bot.edit import folder
from bot.edit.sources import FILE, SourceList
from bot.errors import CommandError
from bot.model import Receiver
from bot.render.words import say


def named(listed: SourceList, name: str, reader: Receiver) -> int:
    """Return the index of a source by its id or address; raise CommandError with the nearest id."""
    at = listed.find(name)
    if at is None:
        hint = listed.near(name)
        said = say(reader.language, "source_not_there", file=str(listed.path), name=name[:80])
        raise CommandError(said + (f"; {hint}" if hint else ""))
    return at


def save(listed: SourceList, text: str) -> None:
    """Write another text if the whole folder is sound with it; raise ConfigError or EditError if not."""
    folder.save(listed.path.parent, FILE, listed.version, text)


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
