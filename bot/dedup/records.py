"""What the index remembers of one entry: only what comparing needs."""

from __future__ import annotations

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
    names: frozenset[str]
    """The tokens that are names of the watches mentioned; products are left out, for they tell the story."""
    body: frozenset[str]
    concepts: frozenset[str]
    numbers: frozenset[str]
    percents: frozenset[str]
    periods: frozenset[int]
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
        names=_names(facts, tokens, tables),
        body=frozenset(body[:BODY_TOKENS]),
        concepts=concepts_of(folded, facts.tokens) | {f"@{watch}" for watch in facts.watches},
        numbers=frozenset(figure_token(figure) for figure in titled if figure.unit != "period"),
        percents=frozenset(figure_token(figure) for figure in titled if figure.unit == "percent"),
        periods=_parts(titled),
        subjects=facts.subjects,
        watches=facts.watches,
        events=frozenset(hit.kind for hit in facts.events if hit.field == "title"),
        digest=facts.digest,
        published=entry.published,
        sorted_text=" ".join(sorted(tokens)),
        shingles=_shingles(body),
    )


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
