"""What kind of news it is: the words of the event table, and where they count."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from bot.model import EventHit

_GAP = 20
"""Characters that ``~`` stands for at most."""
_NEXT = 60
"""Parts looked at for the rest of a word: more don't stand in so few characters."""
_LONGEST_SENTENCE = 600
_SENTENCE_END = re.compile(r"[!?。！？；;\n]|\.(?=\s|$|[A-Z\u4e00-\u9fff\"”])")
_MOST_A_KIND = 4
"""Hits kept of one kind in a text: more say nothing new."""

Part = tuple[int, int, "EventPart"]
Span = tuple[int, int]
_BY_PLACE = itemgetter(0, 1)


@dataclass(frozen=True, slots=True)
class EventPart:
    """A literal part of an event word: ``place`` of ``parts`` in word ``word`` of ``kind``."""

    kind: str
    word: int
    place: int
    parts: int
    open_ended: bool = False
    cancels: bool = False


class EventWords:
    """The event table, ready to be searched for."""

    def __init__(self, events: Mapping[str, Sequence[str]]) -> None:
        self._table: dict[str, list[EventPart]] = defaultdict(list)
        for kind, words in events.items():
            for number, word in enumerate(words):
                self._add(kind, number, word)

    def _add(self, kind: str, number: int, word: str) -> None:
        cancels = word.startswith("!")
        literals = [part.strip() for part in word.removeprefix("!").split("~")]
        if not all(literal.rstrip("*") for literal in literals):
            return
        for place, literal in enumerate(literals):
            part = EventPart(kind, number, place, len(literals), literal.endswith("*"), cancels)
            self._table[literal.rstrip("*")].append(part)

    def parts(self) -> dict[str, tuple[EventPart, ...]]:
        """Return the literals to look for in a folded text, with the parts they stand for."""
        return {literal: tuple(parts) for literal, parts in self._table.items()}


def event_hits(
    text: str, name: str, found: Iterable[Part], near: Iterable[Span] | None
) -> tuple[EventHit, ...]:
    """Return the events that a text tells, in reading order.

    ``found`` holds the parts met in ``text``. ``near`` limits the hits to the sentences of these spans;
    None takes the whole text.
    """
    parts = sorted(found, key=_BY_PLACE)
    if not parts:
        return ()
    if near is not None:
        parts = list(_within(parts, _sentences(text, near)))
    spans = list(_whole(text, parts))
    cancels = [(kind, start, end) for kind, start, end, cancel in spans if cancel]
    kept = [
        (kind, start, end)
        for kind, start, end, cancel in spans
        if not cancel and not any(kind == other and start < stop and at < end for other, at, stop in cancels)
    ]
    return tuple(
        EventHit(kind=kind, field=name, start=start, end=end, text=text[start:end])
        for kind, start, end in _apart(kept)
    )


def _within(parts: Iterable[Part], sentences: Sequence[Span]) -> Iterator[Part]:
    """Yield the parts that stand in a sentence: both ends of the sentences never go back."""
    starts = [start for start, _ in sentences]
    for part in parts:
        place = bisect_right(starts, part[0]) - 1
        if place >= 0 and part[1] <= sentences[place][1]:
            yield part


def _whole(text: str, parts: Sequence[Part]) -> Iterator[tuple[str, int, int, bool]]:
    """Put the parts of a word together where they follow each other within the sentence."""
    for at, (start, end, part) in enumerate(parts):
        if part.place:
            continue
        stop: int | None = end
        for place in range(1, part.parts):
            stop = (
                _next(text, parts[at + 1 : at + 1 + _NEXT], part, place, stop) if stop is not None else None
            )
        if stop is not None:
            yield part.kind, start, stop, part.cancels


def _next(text: str, parts: Iterable[Part], first: EventPart, place: int, after: int) -> int | None:
    for start, end, part in parts:
        if start > after + _GAP:
            return None
        if (part.kind, part.word, part.place) != (first.kind, first.word, place) or start < after:
            continue
        return None if _SENTENCE_END.search(text, after, start) else end
    return None


def _apart(spans: Sequence[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Of hits of one kind that overlap the longest stays; of many the first few."""
    if len(spans) < 2:
        return list(spans)
    kept: list[tuple[str, int, int]] = []
    counts: dict[str, int] = defaultdict(int)
    for kind, start, end in sorted(spans, key=lambda span: (span[1], -span[2])):
        if counts[kind] >= _MOST_A_KIND or any(kind == other and start < stop for other, _, stop in kept):
            continue
        counts[kind] += 1
        kept.append((kind, start, end))
    return kept


def _sentences(text: str, near: Iterable[Span]) -> list[Span]:
    """The sentences in which the spans stand, each once."""
    found: list[Span] = []
    for start, end in sorted(near):
        if found and found[-1][0] <= start and end <= found[-1][1]:
            continue
        earliest, latest = max(0, start - _LONGEST_SENTENCE), min(len(text), end + _LONGEST_SENTENCE)
        before = [mark.end() for mark in _SENTENCE_END.finditer(text, earliest, start)]
        after = _SENTENCE_END.search(text, end, latest)
        found.append((before[-1] if before else earliest, after.start() if after else latest))
    return found
