"""What the table of commands says of itself: ``/help``, an unknown word, ``docs/commands.md``."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands.asking import Answer, Asked
from bot.commands.verbs import Command, nearest_verb, spoken
from bot.render.answers import help_page, one_command, unknown_command
from bot.render.views import CommandRow


def answer_help(asked: Asked, commands: Mapping[str, Command]) -> Answer:
    """The list of commands, or all of one: its forms, examples and other words."""
    typed = asked.words.strip().lstrip("/／").strip()
    if not typed:
        return _every(asked, commands)
    verb = spoken(commands).get(typed.split()[0].lower())
    if verb is None:
        return _no_help(asked, typed.split()[0], commands)
    command = commands[verb]
    language = asked.reader.language
    rows = tuple(row for row in command.rows(language) if asked.admin or not row.admin)
    message = one_command(
        rows,
        asked.reader,
        notes=(command.notes or {}).get(language, ""),
        examples=[one for one in command.examples if asked.admin or not _changes(one, command)],
        also=command.also,
        guarded=bool(command.changes) and not asked.admin,
    )
    return Answer(message, tuple(map(_row, rows)))


def answer_unknown(asked: Asked, typed: str, commands: Mapping[str, Command]) -> Answer:
    """Say that a word is no command, and offer the nearest one as a button that runs it."""
    meant = nearest_verb(typed, spoken(commands))
    message = unknown_command(typed, asked.reader, meant=meant, words=asked.words if meant else "")
    return Answer(message, ({"error": f"unknown command {typed}"},), failed=True)


def _no_help(asked: Asked, typed: str, commands: Mapping[str, Command]) -> Answer:
    meant = nearest_verb(typed, spoken(commands))
    shown = unknown_command(typed, asked.reader, meant="help" if meant else "", words=meant)
    return Answer(shown, ({"error": f"unknown command {typed}"},), failed=True)


def _changes(example: str, command: Command) -> bool:
    """Tell whether an example shows what only admins may do."""
    return any(example.split()[:2] == usage.split()[:2] for usage, _ in command.changes)


def _every(asked: Asked, commands: Mapping[str, Command]) -> Answer:
    language = asked.reader.language
    rows = tuple(CommandRow(usage=one.verb, does=one.does[language]) for one in commands.values())
    most = sorted(commands.values(), key=lambda one: -len(one.changes))
    changing = tuple(one.verb for one in most if one.changes and asked.admin)
    every = (row for one in commands.values() for row in one.rows(language))
    shown = tuple(_row(row) for row in every if asked.admin or not row.admin)
    return Answer(help_page(rows, asked.reader, changing=changing), shown)


def _row(row: CommandRow) -> dict[str, object]:
    return {"usage": row.usage, "does": row.does}
