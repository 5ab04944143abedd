"""One pass over a text: every term of every watch where it stands, still unjudged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import ahocorasick

from bot.events import EventPart, EventWords
from bot.match.boilerplate import cut_of, headings_of, links
from bot.match.terms import EARNED, STRONG, Term, general_terms, table_of, terms_of
from bot.match.tickers import Form, form_of
from bot.model import Tables, Watchlist

_CJK_FROM = "\u2e80"
"""From here on, letters need no space between words: a Latin name beside them stands free."""

_COMPANY = STRONG | EARNED | {"person"}
CLEAN, PLURAL, GLUED, INSIDE = range(4)
"""How the end of a Latin term meets its neighbour."""


_LONGEST = 100_000
"""Characters of a text that are read; no article is longer."""
_MOST = 500
"""Hits kept of one sort: an article has fewer, and hostile texts stay cheap."""
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


@dataclass(slots=True)
class Scan:
    """What one field holds: the text, its folded twin and every hit by what it may mean."""

    name: str
    text: str
    folded: str
    candidates: list[Hit] = field(default_factory=list)
    context: dict[str, list[Place]] = field(default_factory=dict)
    """Words that may speak for a watch; whether they have their capitals is asked when they are needed."""
    excludes: dict[str, list[Hit]] = field(default_factory=dict)
    vetoes: dict[str, Hit] = field(default_factory=dict)
    topics: dict[str, list[Hit]] = field(default_factory=dict)
    business: list[tuple[int, int]] = field(default_factory=list)
    event_parts: list[tuple[int, int, EventPart]] = field(default_factory=list)
    round_up: bool = False
    """True when a word of round-ups stands here."""


@dataclass(frozen=True, slots=True)
class _Key:
    """What one folded string stands for; ``left`` and ``right`` ask for a word's boundary there."""

    length: int
    left: bool
    right: bool
    terms: tuple[Term, ...]
    parts: tuple[EventPart, ...]


class Scanner:
    """All terms of a watchlist, the general words and the event words in one automaton."""

    def __init__(self, watchlist: Watchlist, tables: Tables, events: EventWords) -> None:
        terms = [term for watch in watchlist.watches.values() if watch.enabled for term in terms_of(watch)]
        general = general_terms(tables, headings_of(tables.tails))
        self._automaton = _automaton(table_of([*terms, *general], tables.variants), events.parts())

    def scan(self, name: str, text: str, folded: str) -> Scan:
        """Return what ``text`` (``folded`` by ``text.fold``) holds; of a body only what is the article's."""
        scan = Scan(name, text, folded)
        if not text:
            return scan
        found = list(self._automaton.iter(folded, 0, min(len(folded), _LONGEST)))
        end, holes = len(text), links(folded)
        if name == "body":
            cut = cut_of(text, folded, _headings(found))
            end, holes = cut.end, cut.holes
        for last, key in found:
            if last >= end:
                break
            if not (holes and any(begin <= last and last - key.length + 1 < stop for begin, stop in holes)):
                _meet(scan, key, last + 1)
        return scan


def _headings(found: Iterable[tuple[int, _Key]]) -> list[tuple[int, int]]:
    return [
        (last + 1 - key.length, last + 1)
        for last, key in found
        if key.terms and any(term.kind == "tail" for term in key.terms)
    ]


def _meet(scan: Scan, key: _Key, end: int) -> None:
    """Sort one found string into the scan, if it stands free enough."""
    start = end - key.length
    left = _edge_before(scan, start) if key.left else CLEAN
    if left == INSIDE:
        return
    right = _edge_after(scan, start, end) if key.right else CLEAN
    if key.parts and left == CLEAN and len(scan.event_parts) < _MOST:
        _sort_parts(scan, key.parts, start, end, right)
    if right != INSIDE:
        glued = (left == GLUED) + (right == GLUED)
        for term in key.terms:
            if right == PLURAL and (term.kind in EARNED or (term.capitals and not term.acronym)):
                continue
            _sort_term(scan, term, start, end, glued)


def _automaton(
    keys: Mapping[str, list[Term]], parts: Mapping[str, tuple[EventPart, ...]]
) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for key in keys.keys() | parts.keys():
        edges = [_is_latin(key[0]), _is_latin(key[-1])]
        found = _Key(len(key), edges[0], edges[1], tuple(keys.get(key, ())), parts.get(key, ()))
        automaton.add_word(key, found)
    automaton.make_automaton()
    return automaton


def _is_latin(character: str) -> bool:
    return character.isalnum() and character < _CJK_FROM


def _edge_before(scan: Scan, start: int) -> int:
    """Free, glued like makerHONOR, or inside a word."""
    if not start or not _is_latin(scan.folded[start - 1]):
        return CLEAN
    if scan.text[start].isdigit() and scan.folded[max(0, start - 2) : start] in {"sh", "sz"}:
        return CLEAN
    return GLUED if scan.text[start].isupper() and scan.text[start - 1].islower() else INSIDE


def _edge_after(scan: Scan, start: int, end: int) -> int:
    """Free, a plural, glued like AlibabaCloud, HONORMagic and Qwen3, or inside a word."""
    text, folded = scan.text, scan.folded
    if end == len(folded) or not _is_latin(folded[end]):
        return INSIDE if folded.startswith("'t", end) and text[end - 1].isalpha() else CLEAN
    after = text[end : end + 2]
    if folded[end] == "s" and not (len(after) > 1 and _is_latin(folded[end + 1])):
        return PLURAL if text[end - 1].isalpha() else INSIDE
    if after[0].isdigit():
        return GLUED if text[end - 1].isalpha() and end - start > 2 else INSIDE
    if after[0].isupper() and (text[end - 1].islower() or text[end - 1].isdigit() or after[1:].islower()):
        return GLUED
    return INSIDE


def _sort_parts(scan: Scan, parts: Iterable[EventPart], start: int, end: int, right: int) -> None:
    for part in parts:
        if part.open_ended and right != CLEAN:
            scan.event_parts.append((start, _word_end(scan.folded, end), part))
        elif right == CLEAN:
            scan.event_parts.append((start, end, part))


def _word_end(folded: str, end: int) -> int:
    while end < len(folded) and _is_latin(folded[end]):
        end += 1
    return end


def _sort_term(scan: Scan, term: Term, start: int, end: int, glued: int) -> None:
    kind = term.kind
    if kind in _COMPANY and len(scan.candidates) >= _MOST:
        return
    if kind == "business":
        if not glued and len(scan.business) < _MOST:
            scan.business.append((start, end))
    elif kind == "round_up":
        scan.round_up = scan.round_up or not glued
    elif kind == "context":
        if not glued:
            words = scan.context.setdefault(term.watch, [])
            if len(words) < _MOST:
                words.append((start, end, term))
    elif kind != "tail":
        hit = Hit(term, scan.name, start, end, scan.text[start:end], glued)
        if kind in _COMPANY:
            if (not glued or _may_be_glued(scan, hit)) and scan.folded[max(0, start - 2) : start][:1] != "<":
                scan.candidates.append(hit)
        elif kind == "ticker":
            hit.form = None if glued else form_of(scan.text, scan.folded, start, end, term)
            if hit.form:
                scan.candidates.append(hit)
        elif not glued:
            _sort_support(scan, hit)


def _sort_support(scan: Scan, hit: Hit) -> None:
    kind, watch = hit.term.kind, hit.term.watch
    if kind == "exclude":
        scan.excludes.setdefault(watch, []).append(hit)
    elif kind == "none":
        scan.vetoes.setdefault(watch, hit)
    elif kind == "topic" and written_right(hit):
        scan.topics.setdefault(watch, []).append(hit)


def _may_be_glued(scan: Scan, hit: Hit) -> bool:
    """Unambiguous names of four letters or more; others before their model's number only."""
    if hit.term.kind in STRONG and len(hit.text) >= 4 and hit.glued == 1:
        return True
    after = scan.text[hit.end : hit.end + 1]
    before = scan.folded[hit.start - 1 : hit.start]
    if after.isdigit() and not (before and _is_latin(before)):
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
