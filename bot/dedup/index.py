"""The index of recent stories: which story does an entry tell?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial

from bot.dedup.candidates import foreign, similar
from bot.dedup.copies import copied, same_link, same_text, same_title
from bot.dedup.features import Likeness, other_language, same_language, story_cosine
from bot.dedup.glossary import WATCH, plain
from bot.dedup.ids import story_id
from bot.dedup.memory import Memory
from bot.dedup.packing import form_of, unpack
from bot.dedup.records import Record, record_of
from bot.dedup.rule import MERGE, MERGE_SLOPE, margin, may_join, merge_cosine, shares
from bot.dedup.shelves import Shelf
from bot.model import Assignment, Entry, Facts, Joining, Tables

CERTAIN = 10.0
"""The margin of a joining by link, by title or by text."""
_SHOWN_FEATURES = ("ratio", "body", "cosine")
_SHOWN_TOKENS = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment of the index to which it can be rolled back."""

    epoch: int
    next_serial: int
    number: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A story that an entry may join, and why."""

    story: str
    joining: Joining


class StoryIndex:
    """The entries of the last days by story. Not safe for several threads: deciding is one at a time."""

    def __init__(self, tables: Tables, *, window: timedelta = timedelta(days=3)) -> None:
        self.next_serial = 0
        self._tables = tables
        self._window = window
        self._memory = Memory(tables)
        self._number = 0

    def __len__(self) -> int:
        return len(self._memory)

    def load(self, rows: Iterable[tuple[str, int, Entry, Facts]]) -> None:
        """Take in entries of the store (story, serial, entry, facts) in the order of their times."""
        for story, serial, entry, facts in rows:
            if self._memory.find(entry.id) is None:
                self._add(self._record(entry, facts), story, serial)

    @cached_property
    def form(self) -> str:
        """A mark of how records are made here; only those of this form may be recalled."""
        return form_of(self._tables)

    def recall(self, rows: Iterable[tuple[str, int, bytes]]) -> None:
        """Take in what ``packed`` gave (story, serial, packed), in the order of their times, as ``load`` does."""
        self._memory.add_all(self._unpacked(rows))

    def _unpacked(self, rows: Iterable[tuple[str, int, bytes]]) -> Iterator[tuple[Record, str, int, bytes]]:
        for story, serial, packed in rows:
            self._number += 1
            self.next_serial = max(self.next_serial, serial + 1)
            yield unpack(packed, self._number), story, serial, packed

    def packed(self, entry_id: str) -> bytes | None:
        """Return all that is remembered of an entry but its story; None where it is not remembered."""
        card = self._memory.find(entry_id)
        return card.packed if card else None

    def assign(self, entry: Entry, facts: Facts) -> Assignment:
        """Decide which story an entry tells, and remember it there.

        An entry that is in the index already keeps its story.
        """
        known = self._memory.find(entry.id)
        if known is not None:
            joining = Joining(rule="first" if known.shelf.cards[0] is known else "similar", margin=CERTAIN)
            return _assignment(entry, facts, known.shelf, joining)
        record = self._record(entry, facts)
        choices = self._choices(record)
        if not choices:
            serial = self.next_serial
            shelf = self._add(record, story_id(serial), serial)
            return _assignment(entry, facts, shelf, Joining(rule="first"), new=True)
        ended, story = self._merge_all(choices)
        shelf = self._add(record, story, self._memory.shelves[story].serial)
        return _assignment(entry, facts, shelf, choices[0].joining, merged=ended)

    def mark(self) -> Mark:
        """Return the present moment. Only the latest mark can be rolled back to; earlier ones are void."""
        return Mark(self._memory.mark(), self.next_serial, self._number)

    def rollback(self, mark: Mark) -> None:
        """Undo all since the mark. Raises ValueError if a later one was taken or stories were forgotten."""
        self._memory.rollback(mark.epoch)
        self.next_serial, self._number = mark.next_serial, mark.number

    def update(self, entry: Entry, facts: Facts) -> None:
        """Replace what is remembered of an entry whose text was edited; its story stays."""
        known = self._memory.find(entry.id)
        if known is not None:
            self._memory.replace(known, self._record(entry, facts))

    def merge(self, ended: str, into: str) -> None:
        """Move all entries of one story into another. Unknown ones are too old to matter and left alone."""
        if ended != into and ended in self._memory.shelves and into in self._memory.shelves:
            self._memory.pour(ended, into)

    def split(self, entry_id: str, story: str, serial: int) -> None:
        """Move an entry into a story of its own, for good: the two stories never merge again."""
        self.next_serial = max(self.next_serial, serial + 1)
        card = self._memory.find(entry_id)
        if card is None or card.shelf.story == story:
            return
        self._memory.keep_apart(card.shelf.story, story)
        self._memory.move(card, story, serial)

    def forget(self, before: datetime) -> None:
        """Drop the stories whose last entry is older. This is final: a mark taken before is void."""
        self._memory.forget(before)

    def story_of(self, entry_id: str) -> str | None:
        """Return the story in which an entry stands now, after all merges; None if it is not remembered."""
        card = self._memory.find(entry_id)
        return card.shelf.story if card else None

    def _record(self, entry: Entry, facts: Facts) -> Record:
        self._number += 1
        return record_of(self._number, entry, facts, self._tables)

    def _add(self, record: Record, story: str, serial: int) -> Shelf:
        self.next_serial = max(self.next_serial, serial + 1)
        self._memory.add(record, story, serial)
        return self._memory.shelves[story]

    def _choices(self, record: Record) -> list[Choice]:
        """Return the stories that the entry clears, best first; those after the first are to be merged."""
        for rule, other in (("same_link", self._linked(record)), ("same_title", self._titled(record))):
            if other is not None:
                return [self._certain(rule, record, other)]
        native = self._open(record, similar(record, self._memory))
        if (other := same_text(record, native)) is not None:
            return [self._certain("same_text", record, other)]
        found = self._weighed(record, native)
        best = found[:1] + [pair for pair in found[1:] if self._one_story(found[0], pair)]
        return [Choice(likeness.story, self._joining(record, likeness, above)) for above, likeness in best]

    def _certain(self, rule: str, record: Record, other: Record) -> Choice:
        copy = copied(record, other, self._memory)
        joining = Joining(rule=rule, other=other.entry_id, margin=CERTAIN, copy_of=copy)
        return Choice(other.story, joining)

    def _linked(self, record: Record) -> Record | None:
        return same_link(record, self._memory, self._window)

    def _titled(self, record: Record) -> Record | None:
        return same_title(record, self._memory, self._window)

    def _weighed(self, record: Record, native: list[Record]) -> list[tuple[float, Likeness]]:
        strange = self._open(record, foreign(record, self._memory))
        held = [
            *same_language(record, native, self._memory, partial(may_join, record)),
            *other_language(record, strange, self._memory, partial(may_join, record)),
        ]
        weighed = [(margin(likeness), likeness) for likeness in held]
        best: dict[str, tuple[float, Likeness]] = {}
        for above, likeness in sorted(weighed, key=lambda pair: (-pair[0], pair[1].other.number)):
            if above >= 0:
                best.setdefault(likeness.story, (above, likeness))
        return list(best.values())

    def _one_story(self, best: tuple[float, Likeness], other: tuple[float, Likeness]) -> bool:
        """Tell whether two stories that an entry clears are one: the clearer it does, the less they need share."""
        one, two = (self._memory.shelves[each[1].story] for each in (best, other))
        alike = story_cosine(one, two, self._memory)
        asked = merge_cosine(min(len(one.cards), len(two.cards)))
        return min(best[0], other[0]) + MERGE_SLOPE * (alike - asked) >= MERGE

    def _open(self, record: Record, others: Iterable[Record]) -> list[Record]:
        shelves = self._memory.shelves
        return [other for other in others if shelves[other.story].open_at(record.time, self._window)]

    def _joining(self, record: Record, likeness: Likeness, above: float) -> Joining:
        words = [plain(each) for each in likeness.shared if not each.startswith(WATCH)]
        shared = [*words[:_SHOWN_TOKENS], *sorted(record.events & likeness.other.events)]
        return Joining(
            rule="same_event" if likeness.across else "similar",
            other=likeness.other.entry_id,
            margin=round(above, 3),
            features=(*_measured(likeness), *shares(likeness)),
            shared=tuple(dict.fromkeys([*shared, *sorted(record.watches & likeness.other.watches)])),
            copy_of=copied(record, likeness.other, self._memory),
        )

    def _merge_all(self, choices: list[Choice]) -> tuple[tuple[str, ...], str]:
        """Merge the stories that one entry joins into the eldest; return those that end, and that one."""
        stories = [choices[0].story]
        for choice in choices[1:]:
            if all(
                (min(choice.story, kept), max(choice.story, kept)) not in self._memory.apart
                for kept in stories
            ):
                stories.append(choice.story)
        eldest = min(stories, key=lambda story: self._memory.shelves[story].serial)
        ended = tuple(story for story in stories if story != eldest)
        for story in ended:
            self.merge(story, eldest)
        return ended, eldest


def _measured(likeness: Likeness) -> tuple[tuple[str, float], ...]:
    features = likeness.features
    return tuple((name, round(features[name], 3)) for name in _SHOWN_FEATURES if name in features)


def _assignment(
    entry: Entry,
    facts: Facts,
    shelf: Shelf,
    joining: Joining,
    *,
    new: bool = False,
    merged: tuple[str, ...] = (),
) -> Assignment:
    return Assignment(
        entry=entry,
        facts=facts,
        story=shelf.story,
        serial=shelf.serial,
        new=new,
        joining=joining,
        merged=merged,
    )
