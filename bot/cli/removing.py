"""``sources remove``: take one source out of the file, with the comment that belongs to it."""

from __future__ import annotations

import logging
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot import edit
from bot.app.logs import write_logs
from bot.cli.sourcelist import agreed, read_list, save, when_taken
from bot.errors import CommandError, ConfigError


def remove_source(name: str, config: Path, state: Path, *, yes: bool) -> int:
    """Show the lines that go, ask, and take them out."""
    write_logs(logging.ERROR)
    listed = read_list(config)
    at = listed.named(name)
    text = edit.remove_item(listed.text, ("sources", at))
    out = Console(highlight=False)
    out.print(listed.where(at), soft_wrap=True)
    out.print(Text(_lost(listed.text, text), style="red"), soft_wrap=True)
    if not yes and not agreed(f"\nRemove '{listed.sources[at].id}'?"):
        out.print("Nothing was written.")
        return 1
    try:
        save(listed, text)
    except ConfigError as error:
        gone = listed.sources[at].id
        raise CommandError(f"'{gone}' is still named elsewhere; take it out there first:\n{error}") from None
    out.print(
        f"Removed; what it published stays in the archive. {when_taken(state, added=False)}", soft_wrap=True
    )
    return 0


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
