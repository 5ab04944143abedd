"""Tell whether the files of a folder changed, cheaply enough to be asked every second."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from bot.config.reading import UnreadableError, decode, read_bytes
from bot.errors import Fault

FILES = ("wirewatch.yaml", "sources.yaml", "watchlist.yaml", "events.yaml", ".env")
OPTIONAL = ("wirewatch.yaml", "events.yaml")


def signature(folder: Path) -> str:
    """Return a text that differs when the content of a file differs.

    All is read, and no time of a file is believed: clocks are wrong, and copies keep the time of what they copy.
    Links are followed, so that a swapped link and a replaced file are seen like an edit. It never fails: a file
    that is missing or can't be read counts as such.
    """
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(f"{name}={_hash(folder / name)};".encode())
    return digest.hexdigest()[:16]


def lost_files(folder: Path, in_force: Mapping[str, str]) -> list[Fault]:
    """Return a fault for each file that may be left out, but is in force and now gone or without content.

    It is likelier to be on its way, or cut, than meant: without wirewatch.yaml all chats would be forgotten.
    """
    return [
        Fault(str(folder / name), 0, 0, f"is {how}, and what stood in it is in force", _HINT)
        for name in OPTIONAL
        if _holds_something(in_force.get(name, "")) and (how := _lost(folder / name))
    ]


_HINT = "restore it from a copy; to do without it, stop the bot and start it again"


def _lost(path: Path) -> str:
    try:
        text = decode(read_bytes(path))
    except UnreadableError:
        return "" if path.exists() else "missing"
    return "" if _holds_something(text) else "empty"


def _holds_something(text: str) -> bool:
    return any((bare := line.strip()) and bare[0] != "#" for line in text.splitlines())


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(read_bytes(path)).hexdigest()
    except UnreadableError as problem:
        return str(problem)
