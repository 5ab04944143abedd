"""Tell whether the files of a folder changed, cheaply enough to be asked every second."""

from __future__ import annotations

import hashlib
import stat
import time
from functools import lru_cache
from pathlib import Path

from bot.config.reading import UnreadableError, read_bytes

FILES = ("wirewatch.yaml", "sources.yaml", "watchlist.yaml", "events.yaml", ".env")
_SETTLED = 2.0
"""Seconds after which a file's times are sure to differ from those of the next write."""

_Identity = tuple[int, int, int, int, int]


def signature(folder: Path) -> str:
    """Return a text that differs when the content of a file differs.

    A file is read only when its stat changed. Links are followed, so that a swapped link and a replaced file
    are seen like an edit. It never fails: a file that is missing or can't be read counts as such.
    """
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(f"{name}={_state(folder / name)};".encode())
    return digest.hexdigest()[:16]


def _state(path: Path) -> str:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return "missing"
    if not stat.S_ISREG(found.st_mode):
        return "not a file"
    identity = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    settled = abs(time.time() - max(found.st_mtime, found.st_ctime)) > _SETTLED
    return _hash_once(path, identity) if settled else _hash(path)


@lru_cache(maxsize=64)
def _hash_once(path: Path, identity: _Identity) -> str:
    return _hash(path)


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(read_bytes(path)).hexdigest()
    except UnreadableError as problem:
        return str(problem)
