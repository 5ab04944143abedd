"""The table of commands as a page of Markdown: ``docs/commands.md`` is this, and a test holds it to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.commands.query import KEYS
from bot.commands.verbs import Command

_HEAD = """\
# Commands

<!-- Made from the table in bot/commands: .venv/bin/python docs/write_commands.py -->

What people ask, and what they get. In the terminal it is `wirewatch VERB`, in Telegram `/VERB`, in Slack
`/wirewatch VERB` or, in a thread, `@Wirewatch VERB`: the same words and the same answers, in the language of
the chat. In a private chat bare words are enough: `腾讯 since:3d` is `/recent 腾讯 since:3d`. Chinese words stand
for the verbs too, with or without a space, with a full-width slash as well: `／最新腾讯`, `/搜索 芯片`.

People in a receiver's chat may ask. Who stands under `access` in `wirewatch.yaml` as an admin is answered anywhere,
and alone may change things. Nobody else gets an answer. `/help` is the list for a phone, `/help VERB` one command
with its examples; a mistyped verb is answered with a button that runs the one that was meant.
"""
_QUERIES = """\
## Queries

`recent`, `search` and `export` take words and filters, in any order:

| you type | it means |
|---|---|
| `chips exports` | both words; `"export controls"` as it stands; `-gaming` without this word |
| `腾讯`, `Tencent` | a company by any of its names: what was found about its watch (in `search`: the word itself) |
| `watch:tencent` | the watch, by id or name; two of them: either |
| `since:3d`, `until:1d` | how far back: `30m` `12h` `3d` `2w` `1mo`, `3天`, `today`, `昨天`, `2026-11-01` |
| `score>60`, `score>=important` | the best score of the story; `score<40` |
| `event:earnings`, `event:财报,上市` | kinds of event, in either language; with a comma: either |
| `source:SCMP Tech`, `source:scmp-tech` | a source, by name or id |
| `lang:zh`, `lang:英文` | a report in this language |

Full-width marks are as good as any (`since：3天`, `「出口管制」`, `－游戏`), and so are Chinese keys:
{keys}.
What is not known is answered with the nearest that is. Lists are ordered by when a story began, the newest first,
five to a page in chats: a number opens its story, ‹ and › turn the page for seven days, and news that comes
meanwhile shifts nothing. Where a story of the list is split or merged meanwhile, what follows it moves by one.
"""


def manual(commands: Mapping[str, Command]) -> str:
    """Return the page: all commands in one table, each with its forms and examples, and the query language."""
    parts = [_HEAD, "\n".join(_overview(commands)), *("\n".join(_section(one)) for one in commands.values())]
    return "\n\n".join((*(part.strip() for part in parts), _QUERIES.format(keys=_keys()).strip())) + "\n"


def _overview(commands: Mapping[str, Command]) -> Iterator[str]:
    yield "| command | does | 中文 | where |"
    yield "|---|---|---|---|"
    for one in commands.values():
        yield f"| [`{_cell(one.usage)}`](#{one.verb}) | {one.does['en']} | {one.does['zh']} | {_where(one)} |"


def _section(command: Command) -> Iterator[str]:
    yield f"## {command.verb}\n"
    if command.forms or command.changes:
        yield "| you type | it does | who |"
        yield "|---|---|---|"
        for row in command.rows("en"):
            yield f"| `{_cell(row.usage)}` | {row.does} | {'admins' if row.admin else 'all who may ask'} |"
        yield ""
    else:
        yield f"`{command.usage}`: {command.does['en']}.\n"
    if command.notes:
        yield command.notes["en"].replace("\n", " ") + "\n"
    if command.examples:
        slash = "wirewatch " if command.answer is None else "/"
        yield "For example: " + ", ".join(f"`{slash}{example}`" for example in command.examples) + "."
    if command.also:
        yield "Also: " + ", ".join(f"`{word}`" for word in command.also) + "."


def _where(command: Command) -> str:
    if command.answer is None:
        return "terminal"
    return "chats, terminal" if command.terminal else "chats"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _keys() -> str:
    chinese = (
        f"`{'` `'.join(word for word in words if not word.isascii())}` ({key})" for key, words in KEYS.items()
    )
    return ", ".join(chinese)
