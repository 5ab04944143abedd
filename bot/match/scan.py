"""One pass over a text: every term of every watch where it stands, still unjudged."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.events import EventPart, EventWords
from bot.match.boilerplate import cut_of, headings_of, links
from bot.match.edges import CLEAN, GLUED, INSIDE, PLURAL, edge_after, edge_before, is_latin, word_end
from bot.match.keys import (
    BUSINESS,
    CLASS_OF,
    CONTEXT,
    EVENT,
    EXCLUDE,
    ROUND_UP,
    SOUGHT,
    TAIL,
    VETO,
    Found,
    Key,
    automaton_of,
)
from bot.match.terms import EARNED, STRONG, Term, general_terms, table_of, terms_of
from bot.match.tickers import Form, form_of
from bot.model import Tables, Watchlist

_COMPANY = STRONG | EARNED | {"person"}
_MOST = 500
"""Hits kept of one sort: an article has fewer, and hostile texts stay cheap."""
_MOST_EXCLUDES = 2_000
"""More than of the rest, because an exclusion that is missed lets a mention count."""
_MOST_TERMS = 100_000
"""Terms looked at of one class: a word may stand for thousands of watches at thousands of places."""
Place = tuple[int, int, Term]


@dataclass(slots=True)
class Hit:
    """A term of a watch at a place, before it is judged."""

    term: Term
    field: str
    start: int
    end: int
    text: str
    glued: int = 0
    """How many of its ends touch another word."""
    form: Form | None = None
    """For a ticker: how it is written."""

    def overlaps(self, start: int, end: int) -> bool:
        """Tell whether the hit and a span share a character."""
        return self.start < end and start < self.end

    def within(self, start: int, end: int) -> bool:
        """Tell whether the hit lies in a longer span."""
        return start <= self.start and self.end <= end and end - start > self.end - self.start


class Scan:
    """What one field holds: the text, its folded twin and every hit by what it may mean.

    ``candidates`` and ``topics`` are sorted out at once. Most texts have neither, and of those nobody asks for
    the rest: it is sorted when it is asked for, and kept.
    """

    __slots__ = (
        "_business",
        "_classes",
        "_context",
        "_excludes",
        "_met",
        "_standing",
        "_vetoes",
        "candidates",
        "folded",
        "name",
        "text",
        "topics",
    )

    def __init__(self, name: str, text: str, folded: str, met: Sequence[Found] = ()) -> None:
        """``met`` are all keys that stand anywhere in the folded text, by the ends of their places."""
        self.name = name
        self.text = text
        self.folded = folded
        self._met = met
        self._standing: Sequence[Found] | None = None
        self._business: list[tuple[int, int]] | None = None
        self._context: dict[str, list[Place]] | None = None
        self._excludes: dict[str, list[Hit]] | None = None
        self._vetoes: dict[str, Hit] | None = None
        self.candidates: list[Hit] = []
        self.topics: dict[str, list[Hit]] = {}
        classes = 0
        for _, key in met:
            classes |= key.classes
        self._classes = classes
        if classes & SOUGHT:
            self._sort_sought()

    @property
    def business(self) -> list[tuple[int, int]]:
        """Where words of business stand."""
        if self._business is None:
            found = ((start, end) for start, end, glued, _ in self._terms(BUSINESS) if not glued)
            self._business = list(islice(found, _MOST))
        return self._business

    @property
    def context(self) -> dict[str, list[Place]]:
        """Words that may speak for a watch; whether they have their capitals is asked when they are needed."""
        if self._context is None:
            self._context = {}
            for start, end, glued, term in self._terms(CONTEXT):
                if not glued:
                    words = self._context.setdefault(term.watch, [])
                    if len(words) < _MOST:
                        words.append((start, end, term))
        return self._context

    @property
    def excludes(self) -> dict[str, list[Hit]]:
        """The words of a watch that cancel its hits which they overlap."""
        if self._excludes is None:
            self._excludes = {}
            for hit in self._support(EXCLUDE):
                words = self._excludes.setdefault(hit.term.watch, [])
                if len(words) < _MOST_EXCLUDES:
                    words.append(hit)
        return self._excludes

    @property
    def vetoes(self) -> dict[str, Hit]:
        """The first word of a watch that cancels the whole entry for it."""
        if self._vetoes is None:
            self._vetoes = {}
            for hit in self._support(VETO):
                self._vetoes.setdefault(hit.term.watch, hit)
        return self._vetoes

    @property
    def round_up(self) -> bool:
        """True when a word of round-ups stands here."""
        return bool(self._classes & ROUND_UP) and any(not glued for _, _, glued, _ in self._terms(ROUND_UP))

    @property
    def event_parts(self) -> list[tuple[int, int, EventPart]]:
        """Where the parts of event words stand."""
        found: list[tuple[int, int, EventPart]] = []
        for start, end, left, right, key in self._places(EVENT):
            if left == CLEAN and len(found) < _MOST:
                found += _parts(self.folded, key, start, end, right)
        return found

    def _sort_sought(self) -> None:
        """Sort out what speaks of a watch: at most so many hits in all, and of each word of a topic."""
        counts: dict[tuple[str, int], int] = {}
        for start, end, glued, term in self._terms(SOUGHT):
            hit = Hit(term, self.name, start, end, self.text[start:end], glued)
            if term.kind == "topic":
                count = counts.get((term.watch, term.group), 0)
                if not glued and count < _MOST and written_right(hit):
                    counts[term.watch, term.group] = count + 1
                    self.topics.setdefault(term.watch, []).append(hit)
            elif len(self.candidates) < _MOST and _may_count(self, hit):
                self.candidates.append(hit)

    def _support(self, wanted: int) -> Iterator[Hit]:
        for start, end, glued, term in self._terms(wanted):
            if not glued:
                yield Hit(term, self.name, start, end, self.text[start:end])

    def _terms(self, wanted: int) -> Iterator[tuple[int, int, int, Term]]:
        """Yield (start, end, glued ends, term) of the terms of one class that stand free enough."""
        return islice(self._every_term(wanted), _MOST_TERMS)

    def _every_term(self, wanted: int) -> Iterator[tuple[int, int, int, Term]]:
        for start, end, left, right, key in self._places(wanted):
            if right == INSIDE:
                continue
            glued = (left == GLUED) + (right == GLUED)
            for term in key.terms:
                if CLASS_OF[term.kind] == wanted and not (right == PLURAL and _singular(term)):
                    yield start, end, glued, term

    def _places(self, wanted: int) -> Iterator[tuple[int, int, int, int, Key]]:
        """Yield (start, end, left, right, key) of the keys of one class that begin no word's inside."""
        if not self._classes & wanted:
            return
        text, folded = self.text, self.folded
        if self._standing is None:
            self._standing = self._article()
        for last, key in self._standing:
            if key.classes & wanted:
                end = last + 1
                start = end - key.length
                left = edge_before(text, folded, start) if key.left else CLEAN
                if left != INSIDE:
                    yield start, end, left, edge_after(text, folded, start, end) if key.right else CLEAN, key

    def _article(self) -> Sequence[Found]:
        """Return the keys that stand in the article's own words: of a body not all is, links never are."""
        if self.name != "body":
            holes = links(self.folded)
            return list(_outside(self._met, holes)) if holes else self._met
        cut = cut_of(self.text, self.folded, _headings(self._met))
        found = [(last, key) for last, key in self._met if last < cut.end]
        return list(_outside(found, cut.holes)) if cut.holes else found


class Scanner:
    """All terms of a watchlist, the general words and the event words in one automaton."""

    def __init__(self, watchlist: Watchlist, tables: Tables, events: EventWords) -> None:
        terms = [term for watch in watchlist.watches.values() if watch.enabled for term in terms_of(watch)]
        terms += general_terms(tables, headings_of(tables.tails))
        self._automaton = automaton_of(table_of(terms, tables.variants), events.parts())

    def scan(self, name: str, text: str, folded: str) -> Scan:
        """Return what ``text`` (``folded`` by ``text.fold``) holds; of a body only what is the article's."""
        return Scan(name, text, folded, list(self._automaton.iter(folded)) if text else ())


def _headings(met: Iterable[Found]) -> list[tuple[int, int]]:
    return [(last + 1 - key.length, last + 1) for last, key in met if key.classes & TAIL]


def _outside(found: Iterable[Found], holes: Iterable[tuple[int, int]]) -> Iterator[Found]:
    """Yield what shares no character with a hole."""
    begins: list[int] = []
    ends: list[int] = []
    for begin, stop in sorted(holes):
        if ends and begin <= ends[-1]:
            ends[-1] = max(ends[-1], stop)
        else:
            begins.append(begin)
            ends.append(stop)
    for last, key in found:
        place = bisect_right(begins, last) - 1
        if place < 0 or ends[place] <= last + 1 - key.length:
            yield last, key


def _singular(term: Term) -> bool:
    """Tell whether a plural of the term is another word: apples, not Apple."""
    return term.kind in EARNED or (term.capitals and not term.acronym)


def _parts(folded: str, key: Key, start: int, end: int, right: int) -> Iterator[tuple[int, int, EventPart]]:
    for part in key.parts:
        if part.open_ended and right != CLEAN:
            yield start, word_end(folded, end), part
        elif right == CLEAN:
            yield start, end, part


def _may_count(scan: Scan, hit: Hit) -> bool:
    """Tell whether a company's, person's or product's name, or a stock code, stands as one."""
    if hit.term.kind in _COMPANY:
        free = not hit.glued or _may_be_glued(scan, hit)
        return free and scan.folded[max(0, hit.start - 2) : hit.start][:1] != "<"
    hit.form = None if hit.glued else form_of(scan.text, scan.folded, hit.start, hit.end, hit.term)
    return hit.form is not None


def _may_be_glued(scan: Scan, hit: Hit) -> bool:
    """Unambiguous names of four letters or more; others before their model's number only."""
    if hit.term.kind in STRONG and len(hit.text) >= 4 and hit.glued == 1:
        return True
    after = scan.text[hit.end : hit.end + 1]
    before = scan.folded[hit.start - 1 : hit.start]
    if after.isdigit() and not (before and is_latin(before)):
        return hit.term.kind in STRONG or hit.term.kind == "likely"
    return hit.term.kind == "likely" and scan.text[hit.end : hit.end + 3].isupper()


def written_right(hit: Hit, *, chinese: bool = False) -> bool:
    """Tell whether a hit has the capitals that its term asks for; a ``chinese`` text may leave them out."""
    term = hit.term
    if term.exact:
        return hit.text == term.written
    if not term.capitals or (chinese and hit.text.islower() and len(hit.text) > 2):
        return True
    if term.acronym and hit.text.istitle():
        return True
    return all(
        not asked.isupper() or given.isupper() for asked, given in zip(term.written, hit.text, strict=True)
    )
