"""What sources publish, what it says, and the stories it tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum


class Level(IntEnum):
    """How much a match matters; the value is the lowest score of the level."""

    PASSING = 0
    NOTABLE = 40
    IMPORTANT = 60
    URGENT = 85

    @classmethod
    def of(cls, score: int) -> Level:
        """Return the level of a score."""
        return max(level for level in cls if score >= level or level is cls.PASSING)

    @property
    def word(self) -> str:
        """The level's English name, as in the YAML: ``passing``, ``notable``, ``important``, ``urgent``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server asks us to send back, byte for byte; None where it sent none."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A fetched body with its validators. ``body`` is None when nothing changed (304, or the same hash)."""

    url: str
    status: int
    body: bytes | None
    content_type: str = ""
    validators: Validators = Validators()
    body_hash: str = ""
    floor: timedelta | None = None
    moved_to: str | None = None
    """The address to remember when every redirect on the way was permanent (301, 308)."""
    complete: bool = True
    """False when the body was cut: entries may be taken, validators must not be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEntry:
    """One item as a parser read it: every text plain, ``url`` absolute where a base is known, never canonical."""

    uid: str = ""
    url: str = ""
    title: str = ""
    summary: str = ""
    body: str = ""
    published: datetime | None = None
    lang: str | None = None
    paid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDocument:
    """What a parser read: ``count`` is the number of items before de-duplication and before any cap."""

    kind: str
    """rss, atom, rdf, jsonfeed, sitemap, page, json or article."""
    title: str = ""
    entries: tuple[ParsedEntry, ...] = ()
    count: int = 0
    floor: timedelta | None = None
    """The shortest interval that the document itself asks for (RSS ttl)."""
    complete: bool = True
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item as one source published it, at the moment we first saw it."""

    id: str
    source: str
    source_name: str
    weight: float = 1.0
    uid: str = ""
    url: str = ""
    link: str = ""
    """The canonical address, for comparing only; ``url`` is what is shown."""
    title: str = ""
    summary: str = ""
    body: str = ""
    """The longest text that the source gave; empty when it gave only a title."""
    published: datetime | None = None
    first_seen: datetime
    time: datetime
    lang: str = "en"
    paid: bool = False
    baseline: bool = False
    """True for entries of a source's first successful parse: they alert nobody."""
    late: bool = False
    """True when dated more than 24 h before its source's last successful poll."""
    polled_before: datetime | None = None
    """The source's last successful poll before this one; routes hold their own max_age against it."""

    @property
    def text(self) -> str:
        """What the matcher calls the body: the full text, or else the summary."""
        return self.body or self.summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A term of a watch found at a place: ``text == getattr(entry, field)[start:end]``."""

    watch: str
    field: str
    """``title`` or ``body`` (the entry's ``text``)."""
    start: int
    end: int
    text: str
    kind: str
    """name, alias, product, likely, weak, person, ticker or topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A term that was found and did not count, with the reason and what caused it."""

    watch: str
    field: str
    start: int
    end: int
    text: str
    kind: str
    reason: str
    """excluded, needs_support, person_alone, bare_ticker, lower_case, inside_longer or vetoed."""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventHit:
    """A word that says what kind of news it is."""

    kind: str
    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number as news gives it, brought to one scale so that both languages agree.

    ``unit`` is percent, a currency (CNY, USD, HKD, ...), money (no currency given), period (value 20253 is
    the third quarter of 2025; 3 is a third quarter without a year) or count. ``value`` is in units of one.
    """

    unit: str
    value: float
    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one entry says."""

    mentions: tuple[Mention, ...] = ()
    refused: tuple[Refusal, ...] = ()
    subjects: frozenset[str] = frozenset()
    """The watches that the entry is about, as against mentions in passing."""
    events: tuple[EventHit, ...] = ()
    figures: tuple[Figure, ...] = ()
    tokens: tuple[str, ...] = ()
    """The title's tokens, for grouping."""
    body_tokens: tuple[str, ...] = ()
    digest: bool = False
    """True when the title is a round-up of several pieces of news."""
    clauses: tuple[int, ...] = ()
    """Where the title's clauses begin, the first left out: an event belongs to whom its clause names."""

    @property
    def watches(self) -> frozenset[str]:
        """Every watch with an accepted mention."""
        return frozenset(mention.watch for mention in self.mentions)

    @property
    def event_kinds(self) -> tuple[str, ...]:
        """The kinds of event, title before body, without repetition."""
        ordered = sorted(self.events, key=lambda hit: (hit.field != "title", hit.start))
        return tuple(dict.fromkeys(hit.kind for hit in ordered))


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Why an entry stands in a story."""

    rule: str
    """first, same_link, same_title, same_text, similar, same_event (across languages), split or merged."""
    other: str = ""
    """The entry that it was joined to."""
    margin: float = 0.0
    """How far above the threshold; below ``dedup.DOUBT`` the joining is listed as in doubt."""
    features: tuple[tuple[str, float], ...] = ()
    """What was measured (0 to 1) by name; then, under ``by_...``, what adds up to the margin."""
    shared: tuple[str, ...] = ()
    """The tokens, watches, events and figures in common, rarest first."""
    copy_of: str = ""
    """The entry of whose text this one is a copy (one wire report counts as one source)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The story of an entry, and what assigning it changed."""

    entry: Entry
    facts: Facts
    story: str
    serial: int
    """The story's running number, from which its short id is made."""
    new: bool
    joining: Joining
    merged: tuple[str, ...] = ()
    """Stories that this entry showed to be the same as ``story``; they end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One entry of a story with its facts and why it stands there."""

    entry: Entry
    facts: Facts
    joining: Joining


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The entries that tell the same news, oldest first."""

    id: str
    reports: tuple[Report, ...] = field(default=())

    @property
    def root(self) -> Report:
        """The report that opened the story."""
        return self.reports[0]

    @property
    def sources(self) -> int:
        """How many sources tell it on their own: copies of one wire report count as one."""
        return len({report.entry.source for report in self.reports if not report.joining.copy_of}) or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One term of a score, with the place that earned it."""

    rule: str
    points: int
    entry: str = ""
    field: str = ""
    start: int = 0
    end: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Story x watch. ``score`` is the sum of the points, kept within 0 to 100."""

    story: str
    watch: str
    score: int
    points: tuple[Point, ...]
    subject: bool
    events: tuple[str, ...] = ()
    entry: str = ""
    """The report that scored best."""

    @property
    def level(self) -> Level:
        """The level of the score."""
        return Level.of(self.score)
