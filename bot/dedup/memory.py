"""The recent entries and their stories by token, concept, link and title; every change can be undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from bot.dedup.frequencies import Frequencies, concept_tables
from bot.dedup.hashed import Hashed
from bot.dedup.packing import pack, unpack
from bot.dedup.postings import Postings
from bot.dedup.records import Record
from bot.dedup.shelves import LONGEST_STORY, Card, Shelf
from bot.model import Tables

UNPACKED = 1_024
"""So many records are held as they are, those that were asked for last."""


class Memory:
    """Cards by story, token, concept, link and title; a journal takes changes back to the last mark."""

    def __init__(self, tables: Tables) -> None:
        self.frequencies = Frequencies(tables)
        self.concepts = Frequencies(concept_tables(tables))
        self.shelves: dict[str, Shelf] = {}
        self.apart: set[tuple[str, str]] = set()
        self._held = 0
        self._cards: list[Card | None] = []
        self._free: list[int] = []
        self._ids = Hashed()
        self._tokens: defaultdict[str, Postings] = defaultdict(Postings)
        self._across: defaultdict[str, Postings] = defaultdict(Postings)
        self._links = Postings()
        self._titles = Postings()
        self._journal: list[Callable[[], object]] | None = None
        self._epoch = 0
        self._unpacked = lru_cache(maxsize=UNPACKED)(_record_of)

    def __len__(self) -> int:
        return self._held

    def find(self, entry_id: str) -> Card | None:
        """Return the card of an entry, None where it is not remembered."""
        number = self._ids.get(entry_id)
        return self._cards[number - 1] if number else None

    def record(self, card: Card) -> Record:
        """Return what is remembered of an entry."""
        return self._unpacked(card)

    def records(self, cards: Iterable[Card]) -> list[Record]:
        """Return what is remembered of these entries."""
        return list(map(self._unpacked, cards))

    def card(self, slot: int) -> Card:
        """Return the card that ``with_token`` or ``with_concept`` named."""
        card = self._cards[slot]
        assert card is not None
        return card

    def mark(self) -> int:
        """Start a new journal and return its number; what came before it is final."""
        self._journal = []
        self._epoch += 1
        return self._epoch

    def rollback(self, epoch: int) -> None:
        """Undo all since the mark. Raises ValueError for a mark that is no longer the latest."""
        if self._journal is None or epoch != self._epoch:
            raise ValueError(
                "only the latest mark can be rolled back to, and not after stories were forgotten"
            )
        journal, self._journal = self._journal, None
        while journal:
            journal.pop()()
        self._journal = journal

    def note(self, undo: Callable[[], object]) -> None:
        """Remember how to take a change back."""
        if self._journal is not None:
            self._journal.append(undo)

    def add(self, record: Record, story: str, serial: int, packed: bytes = b"") -> None:
        """Index a record and put it on its story's shelf, which is opened where it does not exist."""
        self._shelve(record, story, serial, packed or pack(record))
        self._count(record, 1)

    def add_all(self, rows: Iterable[tuple[Record, str, int, bytes]]) -> None:
        """Do as ``add`` does with each that is not remembered yet; what they say is counted at once."""
        added: list[Record] = []
        for record, story, serial, packed in rows:
            if not self._ids.get(record.entry_id):
                self._shelve(record, story, serial, packed)
                added.append(record)
        self.frequencies.add_all([(record.words, record.watches) for record in added])
        self.concepts.add_all([(record.said, record.watches) for record in added])

    def replace(self, old: Card, new: Record) -> None:
        """Put a new record of the same entry in the place of the old one, in the same story."""
        slot, shelf = self._ids.get(new.entry_id), old.shelf
        self._bury(old)
        card = self._file(new, shelf, pack(new))
        self._count(new, 1)
        self._exchange(old, card)
        self.note(lambda: self._exchange_back(old, slot, new, card))

    def move(self, card: Card, story: str, serial: int) -> None:
        """Take a card off its story's shelf and put it on another; a story without cards ends."""
        source, span = card.shelf, (card.shelf.first, card.shelf.last)
        at = source.cards.index(card)
        del source.cards[at]
        self._span(source)
        if not source.cards:
            del self.shelves[source.story]
        target = self._shelf(story, serial)
        reach = target.first, target.last
        target.cards.append(card)
        target.reach(self.record(card).time)
        card.shelf = target
        self.note(lambda: self._move_back(card, source, at, span, reach))

    def pour(self, ended: str, into: str) -> None:
        """Move all cards of one story to the end of another, which lives on."""
        source, target = self.shelves.pop(ended), self.shelves[into]
        held, first, last = len(target.cards), target.first, target.last
        target.cards.extend(source.cards)
        target.first, target.last = min(first, source.first), max(last, source.last)
        for card in source.cards:
            card.shelf = target
        self.note(lambda: self._pour_back(source, target, held, (first, last)))

    def keep_apart(self, one: str, other: str) -> None:
        """Remember that two stories must never merge."""
        pair = (min(one, other), max(one, other))
        if pair not in self.apart:
            self.apart.add(pair)
            self.note(lambda: self.apart.discard(pair))

    def with_link(self, link: bytes) -> Iterator[Card]:
        """Yield the cards with the link of this digest, newest first."""
        return self._alive(self._links.all(link))

    def with_title(self, title: str) -> Iterator[Card]:
        """Yield the cards with this normal title, newest first."""
        return self._alive(self._titles.all(title))

    def with_token(self, lang: str, token: str, most: int) -> Sequence[int]:
        """Return at most so many of the newest cards of a language that hold a token, dead or alive."""
        return self._tokens[lang].newest(token, most)

    def with_concept(self, lang: str, concept: str, most: int) -> Sequence[int]:
        """Return at most so many of the newest cards of a language that tell of a concept, dead or alive."""
        return self._across[lang].newest(concept, most)

    def forget(self, before: datetime) -> None:
        """Drop stories whose last entry is older; final, so a mark taken earlier is void."""
        self._journal = None
        old = [shelf for shelf in self.shelves.values() if shelf.last < before]
        for shelf in old:
            del self.shelves[shelf.story]
            for card in shelf.cards:
                self._bury(card)
        for postings in (*self._tokens.values(), *self._across.values(), self._titles, self._links):
            postings.purge(self._is_alive)
        self._ids.fit()
        for slot, held in enumerate(self._cards):
            if held is not None and not held.alive:
                self._cards[slot] = None
                self._free.append(slot)
        self._unpacked.cache_clear()
        for frequencies in (self.frequencies, self.concepts):
            frequencies.fit()
        self.apart = {pair for pair in self.apart if pair[0] in self.shelves and pair[1] in self.shelves}

    def _shelf(self, story: str, serial: int) -> Shelf:
        shelf = self.shelves.get(story)
        if shelf is None:
            shelf = self.shelves[story] = Shelf(story, serial)
        return shelf

    def _shelve(self, record: Record, story: str, serial: int, packed: bytes) -> None:
        shelf = self._shelf(story, serial)
        card = self._file(record, shelf, packed)
        shelf.cards.append(card)
        span = shelf.first, shelf.last
        shelf.reach(record.time)
        if self._journal is not None:
            self.note(lambda: self._take_back(record, card, span))

    def _is_alive(self, slot: int) -> bool:
        card = self._cards[slot]
        return card is not None and card.alive

    def _alive(self, slots: Iterator[int]) -> Iterator[Card]:
        return (card for card in map(self.card, slots) if card.alive)

    def _file(self, record: Record, shelf: Shelf, packed: bytes) -> Card:
        card = record.card = Card(record.number, record.lang, packed, shelf)
        if self._free:
            slot = self._free.pop()
            self._cards[slot] = card
        else:
            slot = len(self._cards)
            self._cards.append(card)
        self._ids.put(record.entry_id, slot + 1)
        self._held += 1
        words, across = self._tokens[record.lang], self._across[record.lang]
        words.file(record.words, slot)
        words.file(record.keys, slot)
        across.file(record.said, slot)
        if record.link:
            self._links.file((record.link,), slot)
        if record.title:
            self._titles.file((record.title,), slot)
        return card

    def _unfile(self, record: Record) -> None:
        words, across = self._tokens[record.lang], self._across[record.lang]
        words.unfile(record.words)
        words.unfile(record.keys)
        across.unfile(record.said)
        if record.link:
            self._links.unfile((record.link,))
        if record.title:
            self._titles.unfile((record.title,))
        self._count(record, -1)
        slot = self._ids.get(record.entry_id) - 1
        self._ids.put(record.entry_id, 0)
        self._held -= 1
        self._cards[slot] = None
        self._free.append(slot)

    def _count(self, record: Record, times: int) -> None:
        self.frequencies.add(record.words, record.watches, times)
        self.concepts.add(record.said, record.watches, times)

    def _bury(self, card: Card) -> None:
        """Take a card out of the counts; its places in the lists are skipped from now on."""
        record = self.record(card)
        card.alive = False
        self._ids.put(record.entry_id, 0)
        self._held -= 1
        self._count(record, -1)

    def _span(self, shelf: Shelf) -> None:
        """Find a story's first and last time again after an entry went."""
        shelf.span(self.record(card).time for card in shelf.cards)

    def _exchange(self, old: Card, new: Card) -> None:
        shelf = old.shelf
        shelf.cards[shelf.cards.index(old)] = new
        self._span(shelf)

    def _exchange_back(self, old: Card, slot: int, new: Record, card: Card) -> None:
        self._unfile(new)
        old.alive = True
        self._ids.put(new.entry_id, slot)
        self._held += 1
        self._count(self.record(old), 1)
        old.shelf = card.shelf
        self._exchange(card, old)

    def _take_back(self, record: Record, card: Card, span: tuple[datetime, datetime]) -> None:
        shelf = card.shelf
        shelf.cards.remove(card)
        shelf.first, shelf.last = span
        if not shelf.cards:
            del self.shelves[shelf.story]
        self._unfile(record)

    def _move_back(
        self,
        card: Card,
        source: Shelf,
        at: int,
        span: tuple[datetime, datetime],
        reach: tuple[datetime, datetime],
    ) -> None:
        target = card.shelf
        target.cards.remove(card)
        target.first, target.last = reach
        if not target.cards:
            del self.shelves[target.story]
        source.cards.insert(at, card)
        source.first, source.last = span
        self.shelves[source.story] = source
        card.shelf = source

    def _pour_back(self, source: Shelf, target: Shelf, held: int, span: tuple[datetime, datetime]) -> None:
        del target.cards[held:]
        target.first, target.last = span
        self.shelves[source.story] = source
        for card in source.cards:
            card.shelf = source


def _record_of(card: Card) -> Record:
    record = unpack(card.packed, card.number)
    record.card = card
    return record


__all__ = ["LONGEST_STORY", "UNPACKED", "Memory"]
