"""What people ask and what they get: one table for every chat and the terminal.

A command reads the store and answers with a neutral Message (for people) and rows (for ``--json``). It never
reaches into the pipeline: what it wants done is left in the store as a request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz import process

from bot import render
from bot.commands.asking import SILENT, Answer, Asked, Desk, Offer, Pressed, Wanted
from bot.commands.health import answer_status
from bot.commands.lists import answer_recent, answer_search
from bot.commands.pressing import answer_press
from bot.commands.sourcing import answer_sources
from bot.commands.splitting import answer_split_done
from bot.commands.suggesting import answer_watch
from bot.commands.traces import answer_story, answer_why
from bot.errors import CommandError
from bot.render.views import CommandRow
from bot.store import requests
from bot.store.requests import Request

__all__ = [
    "COMMANDS",
    "SILENT",
    "Answer",
    "Asked",
    "Command",
    "Desk",
    "Offer",
    "Pressed",
    "Wanted",
    "answer",
    "answer_finished",
    "menu",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One word that people type, and what it does."""

    verb: str
    usage: str
    does: dict[str, str]
    answer: Callable[[Asked, Desk], Answer]
    changes: tuple[tuple[str, dict[str, str]], ...] = ()
    """What admins may do with the same word: (usage, what it does)."""

    def rows(self, language: str) -> tuple[CommandRow, ...]:
        """Return the command as the list of commands shows it."""
        own = CommandRow(usage=self.usage, does=self.does[language])
        changes = (CommandRow(usage=usage, does=does[language], admin=True) for usage, does in self.changes)
        return (own, *changes)


def _help(asked: Asked, desk: Desk) -> Answer:
    del desk
    rows = tuple(
        row
        for command in COMMANDS.values()
        for row in command.rows(asked.reader.language[:2])
        if asked.admin or not row.admin
    )
    message = render.help_page(rows, asked.reader, admin=asked.admin)
    return Answer(message, tuple({"usage": row.usage, "does": row.does} for row in rows))


_TABLE = (
    Command(
        verb="recent",
        usage="recent [QUERY]",
        does={"en": "newest stories that matched", "zh": "最新匹配的报道"},
        answer=answer_recent,
    ),
    Command(
        verb="search",
        usage="search QUERY",
        does={"en": "the whole archive, matched or not", "zh": "搜索全部存档"},
        answer=answer_search,
    ),
    Command(
        verb="story",
        usage="story ID",
        does={"en": "a story, its reports and why each joined", "zh": "一则事件的全部报道及并入原因"},
        answer=answer_story,
        changes=(
            (
                "story split ID ENTRY [--tell]",
                {"en": "take an entry out of a story for good", "zh": "将一篇报道永久移出事件"},
            ),
        ),
    ),
    Command(
        verb="why",
        usage="why ID or URL",
        does={"en": "why it was told, or not", "zh": "为何推送或未推送"},
        answer=answer_why,
    ),
    Command(
        verb="watch",
        usage="watch suggest NAME",
        does={"en": "what to exclude, and what speaks for a name", "zh": "为名称建议排除词与佐证词"},
        answer=answer_watch,
    ),
    Command(
        verb="sources",
        usage="sources [NAME]",
        does={"en": "the health of every source", "zh": "各来源的状态"},
        answer=answer_sources,
    ),
    Command(
        verb="status",
        usage="status",
        does={"en": "what runs, what is owed, what is wrong", "zh": "运行状况、待发与异常"},
        answer=answer_status,
    ),
    Command(verb="help", usage="help", does={"en": "this list", "zh": "本列表"}, answer=_help),
)
COMMANDS = {command.verb: command for command in _TABLE}
_FINISHED: dict[str, Callable[[Asked, Desk, Request], Answer]] = {requests.SPLIT: answer_split_done}
_ALSO = {
    "start": "help",
    "last": "recent",
    "find": "search",
    "最新": "recent",
    "搜索": "search",
    "帮助": "help",
}


def answer(asked: Asked, desk: Desk) -> Answer:
    """Answer one question; a question that can't be answered as asked gets the reason, not an exception."""
    if asked.pressed is not None:
        return answer_press(asked, desk)
    verb = _ALSO.get(asked.verb, asked.verb)
    command = COMMANDS.get(verb)
    if command is None:
        near = process.extractOne(verb, list(COMMANDS), score_cutoff=60)
        message = render.unknown_command(asked.verb, asked.reader, meant=near[0] if near else "")
        return Answer(message, ({"error": f"unknown command {asked.verb}"},), failed=True)
    try:
        return command.answer(asked, desk)
    except CommandError as error:
        rows = ({"error": str(error)},)
        return Answer(render.error(str(error), asked.reader), rows, failed=True, misunderstood=True)


def answer_finished(asked: Asked, desk: Desk, request: Request) -> Answer:
    """Say what came of a request that was carried out."""
    return _FINISHED[request.kind](asked, desk, request)


def menu(language: str) -> list[tuple[str, str]]:
    """Return the commands as a chat's menu lists them: (verb, what it does)."""
    return [(command.verb, command.does[language]) for command in COMMANDS.values()]
