"""Whether the write-ahead log still holds what was committed: the index beside it, which outlives a crash, knows."""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_MAGIC = (0x377F0682, 0x377F0683)
_HEADER = 48
"""Bytes of the index's header, which stands there twice, and after which it says what was copied to the file."""


@dataclass(frozen=True, slots=True)
class Index:
    """What an index says: pages in the log, how many of them the file has as well, which log it speaks of."""

    pages: int
    copied: int
    salts: bytes


class Beside:
    """The index (``-shm``) beside a database, if there is one: opened before the database, closed after it.

    To close any file ends all locks that the whole process has on it (so it is with POSIX locks): SQLite's as well,
    and the next program that looks into the database would take the index away under this one.
    """

    def __init__(self, file: Path) -> None:
        self._open: int | None = None
        with suppress(OSError):
            self._open = os.open(file.with_name(f"{file.name}-shm"), os.O_RDONLY | os.O_CLOEXEC)

    def read(self) -> Index | None:
        """Return what the index says; None where there was none, or it is torn."""
        try:
            return None if self._open is None else _index(os.pread(self._open, 2 * _HEADER + 4, 0))
        except OSError:
            return None

    def close(self) -> None:
        """Close it, once this process has the database open nowhere; may be called twice."""
        if self._open is not None:
            os.close(self._open)
            self._open = None


def _index(head: bytes) -> Index | None:
    if len(head) < 2 * _HEADER + 4 or head[:_HEADER] != head[_HEADER : 2 * _HEADER] or not head[12]:
        return None
    if _sum(head[:40]) != struct.unpack("=2I", head[40:48]):
        return None
    (copied,) = struct.unpack("=I", head[96:100])
    return Index(struct.unpack("=I", head[16:20])[0], copied, head[32:40])


def is_cut(file: Path, before: Index | None) -> bool:
    """Tell whether the log that is there can't be the one that ``before`` speaks of, though the file needs it.

    Looked at before the database is opened; afterwards ``has_less`` tells whether pages at its end were lost.
    """
    if before is None or before.pages <= before.copied:
        return False
    try:
        with file.with_name(f"{file.name}-wal").open("rb") as log:
            head = log.read(32)
    except OSError:
        return True
    if len(head) < 32 or struct.unpack(">I", head[:4])[0] not in _MAGIC:
        return True
    order = ">" if head[3] & 1 else "<"
    return _sum(head[:24], order) != struct.unpack(">2I", head[24:32])


def has_less(before: Index | None, after: Index | None) -> bool:
    """Tell by what the index says once the database is open whether its log ended earlier than it knew ``before``."""
    if before is None or after is None or before.pages <= before.copied:
        return False
    return after.salts == before.salts and after.pages < before.pages


def _sum(data: bytes, order: str = "=") -> tuple[int, int]:
    """SQLite's checksum of words of four bytes."""
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    first = second = 0
    for at in range(0, len(words), 2):
        first = (first + words[at] + second) & 0xFFFFFFFF
        second = (second + words[at + 1] + first) & 0xFFFFFFFF
    return first, second
