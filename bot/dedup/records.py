"""What the index remembers of one entry: only what comparing needs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any, TypeVar
from urllib.parse import urlsplit

from bot.dedup.glossary import WATCH, concepts_of
from bot.dedup.shelves import Card
from bot.model import Entry, Facts, Figure, Tables
from bot.text import fold, language_of
from bot.text.tokens import figure_token, lead_tokens, normal_title

BODY_TOKENS = 90
"""Only the lead of a body tells the story; what follows is background that many stories share."""
_SHINGLE = 4
KEYS = 8
_VERSION = re.compile(r"v?\d+(?:\.\d+)+")
_MONTHS = {
    name: at
    for at, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_WEEKDAYS = {name: str(at) for at, name in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], 1)}
_WEEKDAYS |= {
    f"{week}{day}": str(at) for week in ("周", "星期") for at, day in enumerate("一二三四五六日", 1)
}
_DAY = re.compile(
    r"(?<!\d)(?P<month>1[0-2]|0?[1-9]) ?月 ?(?P<day>3[01]|[12]\d|0?[1-9]) ?[日号]"
    r"|\b(?P<name>" + "|".join(_MONTHS) + r")[a-z]*\.? (?P<of>3[01]|[12]\d|0?[1-9])\b"
    r"|(?P<weekday>\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|周[一二三四五六日]|星期[一二三四五六日])"
)
_PAGE = re.compile(r"(?:https?://)?[a-z0-9][a-z0-9.-]*/[a-z0-9%_~.-]", re.ASCII | re.IGNORECASE)
"""What most links look like: surely those of one page."""
T = TypeVar("T")
_NOTHING: frozenset[Any] = frozenset()
_NAME_KINDS = frozenset({"name", "alias", "likely", "weak", "ticker"})


@dataclass(slots=True, eq=False)
class Record:
    """What comparing needs of one entry. Only those of the newest comparisons are held like this (``packing``)."""

    number: int
    """Runs on: a later record has a larger one."""
    entry_id: str
    time: datetime
    source: str
    lang: str
    link: bytes
    """A digest of the address, empty where it stands for no single page."""
    title: str
    words: tuple[str, ...]
    """The tokens, sorted."""
    opening: str
    """The title's first word where general news doesn't know it: most often whom it is about. Else ""."""
    named: tuple[str, ...]
    lead: str
    """The body's first tokens by lines, in reading order: what is compared, and as many more for telling copies."""
    keys: tuple[str, ...]
    """The tokens of the body's lead under which the entry is found beside those of its title: the rarest."""
    said: tuple[str, ...]
    """The concepts, sorted."""
    numbers: frozenset[str]
    percents: frozenset[str]
    versions: frozenset[str]
    """Numbers with a dot that no figure claimed: ``2.99``, ``v2.1.145``."""
    periods: frozenset[int]
    days: frozenset[str]
    """The dates and weekdays that a title names: ``5-21``, ``5`` (Friday)."""
    subjects: frozenset[str]
    watches: frozenset[str]
    events: frozenset[str]
    digest: bool
    published: datetime | None = None
    card: Card | None = None
    """Its place in the index; None for one that is not there yet."""

    @property
    def story(self) -> str:
        """The story in which it stands now."""
        return self.card.shelf.story if self.card else ""

    @property
    def tokens(self) -> frozenset[str]:
        """The title's tokens as a set."""
        return frozenset(self.words)

    @property
    def names(self) -> frozenset[str]:
        """The tokens that are names of the watches mentioned; products are left out, for they tell the story."""
        return frozenset(self.named)

    @property
    def concepts(self) -> frozenset[str]:
        """What the title says in terms that both languages share."""
        return frozenset(self.said)

    @property
    def body(self) -> tuple[str, ...]:
        """The tokens of the lead that are compared, in reading order."""
        return _body(self.lead) if self.lead else ()

    @property
    def shingles(self) -> frozenset[tuple[str, ...]]:
        """Every few neighbouring tokens of the lead: what copies of one text have in common."""
        return _shingles(self.lead) if self.lead else _NO_SHINGLES


@lru_cache(maxsize=512)
def _body(lead: str) -> tuple[str, ...]:
    return tuple(lead.split("\n")[:BODY_TOKENS])


@lru_cache(maxsize=256)
def _shingles(lead: str) -> frozenset[tuple[str, ...]]:
    words = lead.split("\n")
    return frozenset(zip(*(words[at:] for at in range(_SHINGLE)), strict=False))


_NO_SHINGLES: frozenset[tuple[str, ...]] = frozenset()


LEAST_BODY = 6
"""A text of fewer words ("Huawei said.") tells nothing: two of them alike say no more than that."""
RESULTS = "earnings"
"""The kind of event of which a company has one a quarter."""


def record_of(number: int, entry: Entry, facts: Facts, tables: Tables) -> Record:
    """Return what the index keeps of an entry that has no story yet."""
    words = tuple(sorted(set(facts.tokens)))
    body = (facts.body_tokens or lead_tokens(entry.text, tables))[: 2 * BODY_TOKENS]
    if len(body) < LEAST_BODY:
        body = ()
    lang = _language(entry.title or entry.text[:200])
    titled = [figure for figure in facts.figures if figure.field == "title"]
    folded = fold(entry.title[:2_000], tables.variants) if lang == "zh" else ""
    watches = facts.watches
    concepts = concepts_of(folded, facts.tokens, tables.glossary).union([WATCH + watch for watch in watches])
    return Record(
        number=number,
        entry_id=entry.id,
        time=entry.time,
        source=entry.source,
        lang=lang,
        link=_digest(specific_link(entry.link)),
        title=normal_title(entry.title, tables),
        words=words,
        opening=_opening(facts.tokens, tables),
        named=_names(facts, words, tables) if facts.mentions else (),
        lead="\n".join(body),
        keys=(
            *(_rarest(body[:BODY_TOKENS], words, tables) if body else ()),
            *_results(facts),
        ),
        said=tuple(sorted(concepts)),
        numbers=few([figure_token(figure) for figure in titled if figure.unit != "period"]),
        percents=few([figure_token(figure) for figure in titled if figure.unit == "percent"]),
        versions=few([token for token in words if "." in token and _VERSION.fullmatch(token)]),
        periods=_parts(titled),
        days=days_of(entry.title[:300]),
        subjects=facts.subjects or _NOTHING,
        watches=watches or _NOTHING,
        events=few([hit.kind for hit in facts.events if hit.field == "title"]),
        digest=facts.digest,
        published=entry.time if entry.published == entry.time else entry.published,
    )


def _digest(link: str) -> bytes:
    return blake2b(link.encode("utf-8", "surrogatepass"), digest_size=10).digest() if link else b""


def few(found: Collection[T]) -> frozenset[T]:
    """Return a set of what was found, most often the empty one."""
    return frozenset(found) if found else _NOTHING


def _language(text: str) -> str:
    return "en" if text.isascii() else language_of(text)


def _rarest(body: tuple[str, ...], tokens: tuple[str, ...], tables: Tables) -> tuple[str, ...]:
    known = tables.frequencies
    found = sorted([(known.get(token, 0), token) for token in body if token not in tokens])
    return tuple([token for _, token in found[:KEYS]])


def _results(facts: Facts) -> Iterator[str]:
    """Yield a key for each company whose results the title speaks of: reports of them are looked at together."""
    if any(hit.kind == RESULTS and hit.field == "title" for hit in facts.events) and not facts.digest:
        for watch in sorted(facts.subjects):
            yield f"{RESULTS}:{watch}"


def days_of(title: str) -> frozenset[str]:
    """Return the days that a title names, months and weekdays as numbers."""
    found: set[str] = set()
    for named in _DAY.finditer(title.lower()):
        if named["weekday"]:
            found.add(_WEEKDAYS[named["weekday"][:3]])
        else:
            month = named["month"] or _MONTHS[named["name"][:3]]
            found.add(f"{int(month)}-{int(named['day'] or named['of'])}")
    return frozenset(found) if found else _NOTHING


def _opening(tokens: tuple[str, ...], tables: Tables) -> str:
    first = tokens[0] if tokens else ""
    return first if first.isascii() and first.isalpha() and first not in tables.frequencies else ""


def specific_link(link: str) -> str:
    """Return a canonical link that stands for one page, or "" for a home page or none."""
    if _PAGE.match(link):
        return link
    try:
        parts = urlsplit(link if "//" in link else f"//{link}")
    except ValueError:
        return ""
    return link if parts.path.strip("/") or parts.query else ""


def _names(facts: Facts, tokens: tuple[str, ...], tables: Tables) -> tuple[str, ...]:
    written = [
        fold(mention.text, tables.variants)
        for mention in facts.mentions
        if mention.field == "title"
        and mention.kind in _NAME_KINDS
        and not any(map(str.isdigit, mention.text))
    ]
    return tuple([token for token in tokens if any(token in name for name in written)])


def _parts(titled: list[Figure]) -> frozenset[int]:
    """Return the quarters and halves that a title names, without their year."""
    found = [int(figure.value) % 10 for figure in titled if figure.unit == "period" and figure.value % 10]
    return frozenset(found) if found else _NOTHING
