"""The recent entries and their stories by token, concept, link and title; every change can be undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice

from bot.dedup.frequencies import Frequencies, concept_tables
from bot.dedup.postings import Postings
from bot.dedup.records import Record
from bot.model import Tables

_NEVER_LATER = datetime.max.replace(tzinfo=UTC)
_NEVER_EARLIER = datetime.min.replace(tzinfo=UTC)
LONGEST_STORY = timedelta(days=7)
"""A story closes so long after its first entry, however busy it is."""


@dataclass(slots=True, eq=False)
class Shelf:
    """One story's entries that are still remembered, in the order in which they came."""

    story: str
    serial: int
    records: list[Record] = field(default_factory=list)

    first: datetime = _NEVER_LATER
    last: datetime = _NEVER_EARLIER

    def span(self) -> None:
        """Find the first and last time again after an entry went."""
        times = [record.time for record in self.records]
        self.first, self.last = (min(times), max(times)) if times else (self.first, self.last)

    def newest(self, most: int, lang: str = "") -> list[Record]:
        """Return at most so many of the newest records, only those of one language where it is given."""
        found = (record for record in reversed(self.records) if not lang or record.lang == lang)
        return list(islice(found, most))

    def exchange(self, old: Record, new: Record) -> None:
        """Put one record in the place of another."""
        self.records[self.records.index(old)] = new
        self.span()

    def open_at(self, time: datetime, window: timedelta) -> bool:
        """Tell whether an entry of this time may still join, also one that comes out of order."""
        early, late = self.first - time <= window, time - self.last <= window
        return early and late and time - self.first <= LONGEST_STORY


class Memory:
    """Records by story, token, concept, link and title; a journal takes changes back to the last mark."""

    def __init__(self, tables: Tables) -> None:
        self.frequencies = Frequencies(tables)
        self.concepts = Frequencies(concept_tables(tables))
        self.records: dict[str, Record] = {}
        self.shelves: dict[str, Shelf] = {}
        self.apart: set[tuple[str, str]] = set()
        self._tokens: defaultdict[str, Postings[str]] = defaultdict(Postings)
        self._across: defaultdict[str, Postings[str]] = defaultdict(Postings)
        self._links: Postings[bytes] = Postings()
        self._titles: Postings[str] = Postings()
        self._same: dict[frozenset[str], frozenset[str]] = {}
        self._journal: list[Callable[[], object]] | None = None
        self._epoch = 0

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

    def add(self, record: Record) -> None:
        """Index a record and put it on its story's shelf."""
        self.records[record.entry_id] = record
        self._file(record)
        self.shelve(record, record.story, record.serial)
        self.note(lambda: self._unfile(record))

    def replace(self, old: Record, new: Record) -> None:
        """Put a new record of the same entry in the place of the old one, in the same story."""
        shelf = self.shelves[old.story]
        new.story, new.serial = old.story, old.serial
        self._bury(old)
        self._file(new)
        self.records[new.entry_id] = new
        shelf.exchange(old, new)
        self.note(lambda: self._exchange_back(old, new, shelf))

    def shelve(self, record: Record, story: str, serial: int) -> None:
        """Put a record into a story, which is opened where it does not exist."""
        before = record.story, record.serial
        shelf = self.shelves.get(story)
        if shelf is None:
            shelf = self.shelves[story] = Shelf(story, serial)
        shelf.records.append(record)
        shelf.first, shelf.last = min(shelf.first, record.time), max(shelf.last, record.time)
        record.story, record.serial = story, shelf.serial
        self.note(lambda: self._take_back(record, shelf, before))

    def unshelve(self, record: Record) -> None:
        """Take a record off its story's shelf; an empty story ends."""
        shelf = self.shelves[record.story]
        at = shelf.records.index(record)
        del shelf.records[at]
        shelf.span()
        if not shelf.records:
            del self.shelves[shelf.story]
        self.note(lambda: self._put_back(record, shelf, at))

    def pour(self, ended: str, into: str) -> None:
        """Move all records of one story to the end of another, which lives on."""
        source, target = self.shelves.pop(ended), self.shelves[into]
        held, first, last = len(target.records), target.first, target.last
        target.records.extend(source.records)
        target.first, target.last = min(first, source.first), max(last, source.last)
        for record in source.records:
            record.story, record.serial = target.story, target.serial
        self.note(lambda: self._pour_back(source, target, held, (first, last)))

    def keep_apart(self, one: str, other: str) -> None:
        """Remember that two stories must never merge."""
        pair = (min(one, other), max(one, other))
        if pair not in self.apart:
            self.apart.add(pair)
            self.note(lambda: self.apart.discard(pair))

    def with_link(self, link: bytes) -> Iterator[Record]:
        """Yield the records with the link of this digest, newest first."""
        return self._links.alive(link)

    def with_title(self, title: str) -> Iterator[Record]:
        """Yield the records with this normal title, newest first."""
        return self._titles.alive(title)

    def with_token(self, lang: str, token: str, most: int) -> Sequence[Record]:
        """Return at most so many of the newest records of a language that hold a token, dead or alive."""
        return self._tokens[lang].newest(token, most)

    def with_concept(self, lang: str, concept: str, most: int) -> Sequence[Record]:
        """Return at most so many of the newest records of a language that tell of a concept, dead or alive."""
        return self._across[lang].newest(concept, most)

    def forget(self, before: datetime) -> None:
        """Drop stories whose last entry is older; final, so a mark taken earlier is void."""
        self._journal = None
        old = [shelf for shelf in self.shelves.values() if shelf.last < before]
        for shelf in old:
            del self.shelves[shelf.story]
            for record in shelf.records:
                self._bury(record)
        for postings in (*self._tokens.values(), *self._across.values(), self._titles):
            postings.purge()
        self._links.purge()
        self._same.clear()
        self.apart = {pair for pair in self.apart if pair[0] in self.shelves and pair[1] in self.shelves}

    def _file(self, record: Record) -> None:
        self._share(record)
        words, across = self._tokens[record.lang], self._across[record.lang]
        words.file(record.words, record)
        words.file(record.keys, record)
        across.file(record.said, record)
        if record.link:
            self._links.file((record.link,), record)
        if record.title:
            self._titles.file((record.title,), record)
        self._count(record, 1)

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
        del self.records[record.entry_id]

    def _share(self, record: Record) -> None:
        """Keep equal sets once: one takes 200 bytes."""
        same = self._same.setdefault
        record.watches = same(record.watches, record.watches)
        record.subjects = same(record.subjects, record.subjects)
        record.events = same(record.events, record.events)
        record.numbers = same(record.numbers, record.numbers)
        record.percents = same(record.percents, record.percents)
        record.days = same(record.days, record.days)

    def _count(self, record: Record, times: int) -> None:
        self.frequencies.add(record.words, record.watches, times)
        self.concepts.add(record.said, record.watches, times)

    def _bury(self, record: Record) -> None:
        """Take a record out of the counts; its places in the lists are skipped from now on."""
        record.alive = False
        del self.records[record.entry_id]
        self._count(record, -1)

    def _revive(self, record: Record) -> None:
        record.alive = True
        self.records[record.entry_id] = record
        self._count(record, 1)

    def _pour_back(self, source: Shelf, target: Shelf, held: int, span: tuple[datetime, datetime]) -> None:
        del target.records[held:]
        target.first, target.last = span
        self.shelves[source.story] = source
        for record in source.records:
            record.story, record.serial = source.story, source.serial

    def _exchange_back(self, old: Record, new: Record, shelf: Shelf) -> None:
        self._unfile(new)
        self._revive(old)
        shelf.exchange(new, old)

    def _take_back(self, record: Record, shelf: Shelf, before: tuple[str, int]) -> None:
        shelf.records.remove(record)
        shelf.span()
        if not shelf.records:
            del self.shelves[shelf.story]
        record.story, record.serial = before

    def _put_back(self, record: Record, shelf: Shelf, at: int) -> None:
        shelf.records.insert(at, record)
        shelf.span()
        self.shelves[shelf.story] = shelf
