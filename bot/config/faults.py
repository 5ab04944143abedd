"""Collect what is wrong with the configuration and say it to a person, without ever repeating a secret."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from bot.errors import ConfigError, Fault

SECRET = re.compile(
    r"""(?<![A-Za-z0-9])(?:
          [0-9]{6,12}:[A-Za-z0-9_-]{30,}          # a Telegram bot token
        | (?:xox[a-z]|xapp|xwfp)-[A-Za-z0-9-]{8,} # Slack tokens
        | https://hooks\.slack\.com/[A-Za-z0-9/]+ # a Slack webhook is a password too
    )""",
    re.VERBOSE,
)
_LONGEST = 40
_MOST = 100


class Place(NamedTuple):
    """A line and a column, both from 1; 0, 0 means the file as a whole."""

    line: int = 0
    column: int = 0


NOWHERE = Place()


class FaultList:
    """The faults and warnings found so far, in all files."""

    def __init__(self) -> None:
        self._found: dict[Fault, None] = {}
        self._in_file: Counter[tuple[str, bool]] = Counter()

    def add(self, file: str, place: Place, message: str, hint: str = "", *, warning: bool = False) -> None:
        """Add one fault, or a warning. The same one twice counts once; a file gets a hundred at most of each."""
        self._in_file[file, warning] += 1
        if self._in_file[file, warning] <= _MOST:
            said, advice = _in_one_line(message), _in_one_line(hint)
            self._found[Fault(file, place.line, place.column, said, advice, warning)] = None
        else:
            more = f"more than {_MOST} {'warnings' if warning else 'faults'}"
            self._found[Fault(file, 0, 0, more, "mend the others first", warning)] = None

    @property
    def count(self) -> int:
        """How many faults and warnings there are."""
        return len(self._found)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What must be mended before the configuration can be used."""
        return tuple(sorted(fault for fault in self._found if not fault.warning))

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What works, and is worth knowing."""
        return tuple(sorted(fault for fault in self._found if fault.warning))

    def in_file(self, file: str) -> bool:
        """Tell whether a file has faults, so that what refers to it isn't blamed as well."""
        return any(fault.file == file for fault in self.faults)

    def stop_if_any(self) -> None:
        """Raise ConfigError with every fault, if there is one."""
        if self.faults:
            raise ConfigError(self.faults)


def _in_one_line(text: str) -> str:
    """Return text fit for a log: without secrets, line breaks and characters that steer a terminal."""
    flat = " ".join(SECRET.sub("[a secret]", text).split())
    return "".join(character if character.isprintable() else "?" for character in flat)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'alias'?`` for the known word that is nearest, or an empty text."""
    from rapidfuzz import fuzz, process

    choices = sorted(known)
    found = process.extractOne(
        word.casefold(), choices, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=60
    )
    return f"did you mean '{found[0]}'?" if found else ""


def one_of(word: str, known: Iterable[str]) -> str:
    """Return a hint for a word that must be one of a few: the nearest, or else all (at most ten)."""
    choices = sorted(known)
    listed = ", ".join(choices[:10]) + (", ..." if len(choices) > 10 else "")
    return did_you_mean(word, choices) or (f"known: {listed}" if choices else "there is none yet")


def shown(value: object) -> str:
    """Say what stands there: short, and without anything that looks like a token."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    text = SECRET.sub("[a secret]", str(value))  # before cutting, so that no half of one is shown
    return f"'{text[:_LONGEST]}...'" if len(text) > _LONGEST else f"'{text}'"
