"""``sources remove``: take one source out of the file, with the comment that belongs to it."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot import edit
from bot.app.logs import write_logs
from bot.cli.reader import terminal_reader
from bot.cli.sourcelist import agreed, named, save, when_taken
from bot.config import Configuration, load
from bot.edit.sources import read_list
from bot.errors import CommandError, ConfigError
from bot.render.words import say


def remove_source(name: str, config: Path, state: Path, *, yes: bool) -> int:
    """Show the lines that go, ask, and take them out."""
    write_logs(logging.ERROR)
    configuration = _configuration(config)
    reader = terminal_reader(configuration.settings if configuration else None)
    language = reader.language
    listed = read_list(config)
    at = named(listed, name, reader)
    text = edit.remove_item(listed.text, ("sources", at))
    gone = listed.sources[at].id
    out = Console(highlight=False)
    out.print(listed.where(at), soft_wrap=True)
    out.print(Text(_lost(listed.text, text), style="red"), soft_wrap=True)
    if not yes and not agreed(f"\n{say(language, 'remove_it', id=gone)}", language):
        out.print(say(language, "nothing_written"))
        return 1
    try:
        save(listed, text, f"sources remove {gone}", configuration, state)
    except ConfigError as error:
        words = say(language, "source_named_elsewhere", id=gone, faults=str(error))
        raise CommandError(words) from None
    out.print(say(language, "removed", when=when_taken(state, language, added=False)), soft_wrap=True)
    return 0


def _configuration(config: Path) -> Configuration | None:
    """The configuration, None where it can't be read: a source can be what is wrong with it."""
    try:
        return load(config, environ=os.environ)
    except ConfigError:
        return None


def _lost(before: str, after: str) -> str:
    """The lines that go."""
    from difflib import SequenceMatcher

    old, new = before.splitlines(), after.splitlines()
    changes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return "\n".join(
        line
        for kind, first, last, _, _ in changes
        if kind in {"delete", "replace"}
        for line in old[first:last]
    )
