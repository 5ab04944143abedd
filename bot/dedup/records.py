"""What the index remembers of one entry: only what comparing needs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit
from zlib import crc32

from bot.dedup.glossary import concepts_of
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
_NAME_KINDS = frozenset({"name", "alias", "likely", "weak", "ticker"})


@dataclass(slots=True, eq=False)
class Record:
    """One entry in the index. ``story`` and ``serial`` change when stories merge or are split."""

    number: int
    entry_id: str
    story: str
    serial: int
    time: datetime
    source: str
    lang: str
    link: str
    title: str
    tokens: frozenset[str]
    opening: str
    """The title's first word where general news doesn't know it: most often whom it is about. Else ""."""
    names: frozenset[str]
    """The tokens that are names of the watches mentioned; products are left out, for they tell the story."""
    body: frozenset[str]
    keys: tuple[str, ...]
    """The tokens of the body's lead under which the entry is found beside those of its title: the rarest."""
    concepts: frozenset[str]
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
    sorted_text: str = ""
    alive: bool = True
    shingles: frozenset[int] = field(default=frozenset())


def record_of(number: int, entry: Entry, facts: Facts, tables: Tables) -> Record:
    """Return what the index keeps of an entry that has no story yet."""
    tokens = frozenset(facts.tokens)
    body = facts.body_tokens or lead_tokens(entry.text, tables)
    lang = language_of(entry.title or entry.text[:200])
    titled = [figure for figure in facts.figures if figure.field == "title"]
    folded = fold(entry.title[:2_000], tables.variants) if lang == "zh" else ""
    return Record(
        number=number,
        entry_id=entry.id,
        story="",
        serial=-1,
        time=entry.time,
        source=entry.source,
        lang=lang,
        link=specific_link(entry.link),
        title=normal_title(entry.title, tables),
        tokens=tokens,
        opening=_opening(facts.tokens, tables),
        names=_names(facts, tokens, tables),
        body=frozenset(body[:BODY_TOKENS]),
        keys=_rarest(body[:BODY_TOKENS], tokens, tables),
        concepts=concepts_of(folded, facts.tokens, tables.glossary)
        | {f"@{watch}" for watch in facts.watches},
        numbers=frozenset(figure_token(figure) for figure in titled if figure.unit != "period"),
        percents=frozenset(figure_token(figure) for figure in titled if figure.unit == "percent"),
        versions=frozenset(token for token in tokens if _VERSION.fullmatch(token)),
        periods=_parts(titled),
        days=days_of(entry.title[:300]),
        subjects=facts.subjects,
        watches=facts.watches,
        events=frozenset(hit.kind for hit in facts.events if hit.field == "title"),
        digest=facts.digest,
        published=entry.published,
        sorted_text=" ".join(sorted(tokens)),
        shingles=_shingles(body),
    )


def _rarest(body: tuple[str, ...], tokens: frozenset[str], tables: Tables) -> tuple[str, ...]:
    known = tables.frequencies
    return tuple(
        sorted(
            (token for token in body if token not in tokens), key=lambda token: (known.get(token, 0), token)
        )[:KEYS]
    )


def days_of(title: str) -> frozenset[str]:
    """Return the days that a title names, months and weekdays as numbers."""
    found = set()
    for named in _DAY.finditer(title.lower()):
        if named["weekday"]:
            found.add(_WEEKDAYS[named["weekday"][:3]])
        else:
            month = named["month"] or _MONTHS[named["name"][:3]]
            found.add(f"{int(month)}-{int(named['day'] or named['of'])}")
    return frozenset(found)


def _opening(tokens: tuple[str, ...], tables: Tables) -> str:
    first = tokens[0] if tokens else ""
    return first if first.isascii() and first.isalpha() and first not in tables.frequencies else ""


def specific_link(link: str) -> str:
    """Return a canonical link that stands for one page, or "" for a home page or none."""
    try:
        parts = urlsplit(link if "//" in link else f"//{link}")
    except ValueError:
        return ""
    return link if parts.path.strip("/") or parts.query else ""


def _names(facts: Facts, tokens: frozenset[str], tables: Tables) -> frozenset[str]:
    written = [
        fold(mention.text, tables.variants)
        for mention in facts.mentions
        if mention.field == "title"
        and mention.kind in _NAME_KINDS
        and not any(map(str.isdigit, mention.text))
    ]
    return frozenset(token for token in tokens if any(token in name for name in written))


def _parts(titled: list[Figure]) -> frozenset[int]:
    """Return the quarters and halves that a title names, without their year."""
    return frozenset(
        int(figure.value) % 10 for figure in titled if figure.unit == "period" and figure.value % 10
    )


def _shingles(body: tuple[str, ...]) -> frozenset[int]:
    lead = body[: 2 * BODY_TOKENS]
    return frozenset(
        crc32(" ".join(lead[at : at + _SHINGLE]).encode()) for at in range(len(lead) - _SHINGLE + 1)
    )
