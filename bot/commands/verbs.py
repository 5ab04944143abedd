"""A command as the table holds it, and which one a typed word means, in either language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rapidfuzz import process

from bot.commands.asking import Answer, Asked, Desk
from bot.commands.query import KEY_OF
from bot.render.views import CommandRow

Form = tuple[str, dict[str, str]]
"""How it is typed, without slash, and what that does in each language."""
NEAR = 60
_TYPED = re.compile(r"([/／]?)\s*(\S*)\s*(.*)", re.DOTALL)
_WIDE_SPACE = re.compile(r'"[^"\n]*"|“[^”\n]*”|「[^」\n]*」|『[^』\n]*』|＂[^＂\n]*＂|\u3000')


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One word that people type, and what it does."""

    verb: str
    usage: str
    does: dict[str, str]
    answer: Callable[[Asked, Desk], Answer] | None = None
    """None: only the terminal knows it."""
    forms: tuple[Form, ...] = ()
    """Further ways to use the same word, for everybody who may ask."""
    changes: tuple[Form, ...] = ()
    """What admins may do with the same word."""
    examples: tuple[str, ...] = ()
    """As they are typed, without slash: real ones, the plainest first."""
    notes: dict[str, str] | None = None
    """What else there is to know, in each language: sentences, a line each."""
    also: tuple[str, ...] = ()
    """Other words for the same, Chinese ones among them."""
    terminal: bool = True
    """False: only chats know it."""
    long: bool = False
    """True for what reads much of the archive: of these one is answered at a time."""

    def rows(self, language: str) -> tuple[CommandRow, ...]:
        """Return the command as the list of commands shows it, with all its forms."""
        own = ((self.usage, self.does), *self.forms)
        mine = (CommandRow(usage=usage, does=does[language]) for usage, does in own)
        theirs = (CommandRow(usage=usage, does=does[language], admin=True) for usage, does in self.changes)
        return (*mine, *theirs)


def spoken(commands: Mapping[str, Command]) -> dict[str, str]:
    """Return every word that stands for a command, the verbs themselves among them, to its verb."""
    words = {other: command.verb for command in commands.values() for other in command.also}
    return words | {verb: verb for verb in commands}


def narrow_spaces(text: str) -> str:
    """Return a typed line with the wide spaces of Chinese keyboards as plain ones; what stands in quotes is kept."""
    return _WIDE_SPACE.sub(lambda found: " " if found[0] == "\u3000" else found[0], text)


def split_words(text: str, words: Mapping[str, str]) -> tuple[str, str] | None:
    """Return (verb as typed, the rest) of a line that begins with a known word or with a slash, else None.

    ``/最新 腾讯``, ``／最新腾讯`` (nobody needs to type spaces in Chinese), ``搜索：芯片``, ``recent tencent``.
    """
    found = _TYPED.match(text.strip())
    assert found is not None
    slash, first, rest = found.groups()
    verb = first.partition("@")[0].lower()
    if verb in words:
        return verb, rest.strip()
    known, colon, more = first.partition("：")
    if colon and known in words and not known.isascii() and (slash or known not in KEY_OF):
        return known, f"{more} {rest}".strip()
    if not slash:
        return None
    glued = [word for word in words if not word.isascii() and verb.startswith(word)]
    if glued:
        longest = max(glued, key=len)
        return longest, f"{first[len(longest) :]} {rest}".strip()
    return verb, rest.strip()


def nearest_verb(typed: str, words: Mapping[str, str]) -> str:
    """Return the verb that a mistyped word is most like, "" where none is near."""
    found = process.extractOne(typed.lower(), list(words), score_cutoff=NEAR)
    return words[found[0]] if found else ""
