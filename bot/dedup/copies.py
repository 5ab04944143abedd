"""Exact evidence: the same address, the same title, the same wire text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from bot.dedup.memory import Memory
from bot.dedup.records import Record

_SAME_DAY = timedelta(hours=20)
"""The same source with the same title later than this is a column that returned, not the same news."""
_FEW_TOKENS = 4
_SHORT_TITLE = 24
"""Scripts without spaces make few tokens of a long title."""
_FEWEST_SHINGLES = 12
_NEARLY_ALL = 0.8
_NEWEST = 40


def same_link(record: Record, memory: Memory, window: timedelta) -> Record | None:
    """Return the newest open entry at the same address, None where the address stands for no single page."""
    if not record.link:
        return None
    found = (card for card in memory.with_link(record.link) if card.shelf.open_at(record.time, window))
    newest = next(found, None)
    return memory.record(newest) if newest else None


def same_title(record: Record, memory: Memory, window: timedelta) -> Record | None:
    """Return the newest open entry with the same title, unless it says too little or keeps coming back."""
    if not record.title or record.digest:
        return None
    others = memory.records(
        card for card in memory.with_title(record.title) if card.shelf.open_at(record.time, window)
    )
    if not others or _returning(record, others):
        return None
    if len(record.words) < _FEW_TOKENS and len(record.title) < _SHORT_TITLE:
        others = [other for other in others if _enough_for_short(record, other)]
    return others[0] if others else None


def same_text(record: Record, others: Iterable[Record]) -> Record | None:
    """Return the first of these entries whose text is the same, whatever its title says.

    One source's entries share notices and menus, so theirs must have like titles too.
    """
    if not record.shingles:
        return None
    found = (other for other in others if _same_body(record, other))
    return next(
        (other for other in found if other.source != record.source or _like_titles(record, other)), None
    )


def copied(record: Record, closest: Record, memory: Memory) -> str:
    """Return the id of the first entry of this story whose title or text is repeated, "" if there is none.

    Looked for are the closest entry, those with the same title and, for the text, the newest of the story.
    """
    shelf = memory.shelves[closest.story]
    titled = [card for card in memory.with_title(record.title) if card.shelf is shelf]
    others = [closest, *memory.records([*titled, *shelf.newest(_NEWEST)])]
    repeated = [other for other in others if _repeats(record, other)]
    return min(repeated, key=lambda other: other.number).entry_id if repeated else ""


def _repeats(record: Record, other: Record) -> bool:
    if record.title and record.title == other.title and len(record.words) >= _FEW_TOKENS:
        return True
    return _same_body(record, other)


def _like_titles(record: Record, other: Record) -> bool:
    shared = len(record.tokens & other.tokens)
    return 2 * shared >= min(len(record.words), len(other.words))


def _same_body(record: Record, other: Record) -> bool:
    mine, theirs = record.shingles, other.shingles
    fewer = min(len(mine), len(theirs))
    return fewer >= _FEWEST_SHINGLES and len(mine & theirs) >= _NEARLY_ALL * fewer


def _returning(record: Record, others: list[Record]) -> bool:
    """Tell whether a source used this title on another day: "Stocks to watch on Monday"."""
    alike = [*others, record]
    return any(
        one.source and one.source == other.source and abs(one.time - other.time) > _SAME_DAY
        for at, one in enumerate(alike)
        for other in alike[at + 1 :]
    )


def _enough_for_short(record: Record, other: Record) -> bool:
    """A short title needs a company in common and little time between."""
    return bool(record.subjects & other.subjects) and abs(record.time - other.time) <= _SAME_DAY
