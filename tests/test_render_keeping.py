"""What is said of the bot's own memory and disk, as it was approved."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.model import Message
from bot.render.keeping import MemoryView, backup_failed, disk_was_full, memory_lost
from tests.golden import assert_golden
from tests.golden.invented import at, reader


def _damaged(language: str) -> Message:
    folder = "damaged/2026-11-12-150500"
    return memory_lost(
        MemoryView(
            reader=reader(language),
            now=at(15, 7),
            kind="damaged",
            found=at(15, 5),
            copied=at(3, 30),
            aside=folder,
        )
    )


def _no_backup(language: str) -> Message:
    return memory_lost(MemoryView(reader=reader(language), now=at(15, 7), kind="gone", found=at(15, 5)))


def _cut(language: str) -> Message:
    return memory_lost(MemoryView(reader=reader(language), now=at(15, 7), kind="cut", found=at(15, 5)))


def _older(language: str) -> Message:
    view = MemoryView(reader=reader(language), now=at(15, 7), kind="copy", found=at(15, 5), copied=at(9, 0))
    return memory_lost(view)


def _no_room(language: str) -> Message:
    why = "There is no room for a copy in backups: 812 MB are needed, 120 MB are free"
    return backup_failed(reader(language), at(15, 7), why, at(3, 30))


def _never(language: str) -> Message:
    return backup_failed(reader(language), at(15, 7), "a name <b>&\u202e", None)


def _was_full(language: str) -> Message:
    return disk_was_full(reader(language), at(15, 7), at(13, 40), at(15, 6))


KINDS: dict[str, Callable[[str], Message]] = {
    "memory_damaged": _damaged,
    "memory_gone": _no_backup,
    "memory_cut": _cut,
    "memory_copy": _older,
    "backup_failed": _no_room,
    "backup_never": _never,
    "disk_was_full": _was_full,
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_notice_of_keeping_reads_as_it_was_approved(kind: str, language: str) -> None:
    assert_golden(f"{kind}.{language}", KINDS[kind](language))
