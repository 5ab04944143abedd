"""A look at an address: what the bot would read there, before anything is written."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.errors import FetchError, ParseError
from bot.fetch import Fetcher
from bot.match import Matcher
from bot.model import Document, ParsedDocument, ParsedEntry, Tables, Watchlist
from bot.render.looks import caution
from bot.sandbox import Sandbox
from bot.text import language_of

SHOWN = 5
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look at, and how it is read if that is known."""

    url: str
    kind: str = "auto"
    selectors: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was found, and how long that took in seconds."""

    wanted: Wanted
    url: str
    """The address to poll."""
    kind: str
    title: str
    document: Document
    sample: ParsedDocument
    warnings: tuple[str, ...] = ()
    tried: tuple[tuple[str, str], ...] = ()
    others: tuple[ParsedEntry, ...] = ()
    seconds: float = 0.0
    selectors: Mapping[str, str] = field(default_factory=dict)
    """Those that were given, or that were proposed for a page without a feed."""
    proposed: bool = False

    @property
    def language(self) -> str:
        """The language of most headlines; "" where there are none, and for most others than the two served."""
        titles = [entry.title for entry in self.sample.entries if entry.title]
        found = Counter(map(language_of, titles))
        usual = found.most_common(1)[0][0] if found else ""
        letters = [letter for title in titles for letter in title if letter.isalpha()]
        foreign = usual == "en" and 2 * sum(letter.isascii() for letter in letters) < len(letters)
        return "" if foreign else usual

    @property
    def newest(self) -> tuple[ParsedEntry, ...]:
        """The newest entries first; those without a date as they stand, last."""
        early = datetime.min.replace(tzinfo=UTC)
        return tuple(sorted(self.sample.entries, key=lambda entry: entry.published or early, reverse=True))

    @property
    def each_day(self) -> float | None:
        """How many entries a day are published, by the newer half of the dates; None where they don't tell."""
        dates = [entry.published for entry in self.newest if entry.published]
        dates = dates[: max(len(dates) // 2, SHOWN)]  # a few old entries would say that it is slow
        if len(dates) < SHOWN or (span := dates[0] - dates[-1]) <= timedelta(0):
            return None
        return (len(dates) - 1) * _A_DAY / span


async def look(wanted: Wanted, fetcher: Fetcher, sandbox: Sandbox) -> Look:
    """Fetch and read an address, find the feed of a site; raise FetchError or ParseError."""
    started = time.monotonic()
    if wanted.kind != "auto" or wanted.selectors:
        return await _read_as_told(wanted, fetcher, sandbox, started)
    return await _discover(wanted, fetcher, sandbox, started)


async def _read_as_told(wanted: Wanted, fetcher: Fetcher, sandbox: Sandbox, started: float) -> Look:
    document = await fetcher.fetch(wanted.url, headers=wanted.headers, robots=wanted.kind in {"page", "auto"})
    parsed = await sandbox.parse(
        document.body or b"",
        content_type=document.content_type,
        url=document.url,
        kind=wanted.kind,
        selectors=dict(wanted.selectors),
    )
    return _look(wanted, document, parsed, started, selectors=wanted.selectors)


def _look(
    wanted: Wanted, document: Document, parsed: ParsedDocument, started: float,
    *, selectors: Mapping[str, str], proposed: bool = False,
) -> Look:  # fmt: skip
    return Look(
        wanted=wanted,
        url=document.moved_to or wanted.url,
        kind=parsed.kind,
        title=parsed.title,
        document=document,
        sample=parsed,
        warnings=parsed.warnings,
        seconds=time.monotonic() - started,
        selectors=selectors,
        proposed=proposed,
    )


async def _discover(wanted: Wanted, fetcher: Fetcher, sandbox: Sandbox, started: float) -> Look:
    from bot.pipeline.discovery import discover

    try:
        found = await discover(wanted.url, fetcher=fetcher, sandbox=sandbox, headers=wanted.headers)
    except ParseError as error:
        if error.reason != "web_page":
            raise
        proposed = await _propose(wanted, fetcher, sandbox, started)
        if proposed is None:
            raise
        return proposed
    return Look(
        wanted=wanted,
        url=found.document.moved_to or found.url,
        kind=found.kind,
        title=found.title,
        document=found.document,
        sample=found.sample,
        warnings=tuple(dict.fromkeys((*found.parsed.warnings, *found.sample.warnings))),
        tried=found.tried,
        others=found.others,
        seconds=time.monotonic() - started,
    )


async def _propose(wanted: Wanted, fetcher: Fetcher, sandbox: Sandbox, started: float) -> Look | None:
    """Look for the list of headlines of a page without a feed, and read it as it would be polled."""
    from bot.parsers.proposal import KIND, Proposal

    document = await fetcher.fetch(wanted.url, headers=wanted.headers, robots=True)
    try:
        answer = await sandbox.parse(
            document.body or b"", content_type=document.content_type, url=document.url, kind=KIND
        )
        selectors = Proposal.of(answer).selectors
        parsed = await sandbox.parse(
            document.body or b"",
            content_type=document.content_type,
            url=document.url,
            kind="page",
            selectors=dict(selectors),
        )
    except ParseError:
        return None
    return _look(wanted, document, parsed, started, selectors=selectors, proposed=True)


def matched(shown: Look, watchlist: Watchlist, tables: Tables) -> dict[int, tuple[str, ...]]:
    """Return the names of the watches that each entry is about or mentions, by its index in ``newest``."""
    matcher = Matcher(watchlist, tables)
    found: dict[int, tuple[str, ...]] = {}
    for at, entry in enumerate(shown.newest):
        watches = matcher.facts(entry.title, entry.summary or entry.body).watches
        if watches:
            found[at] = tuple(sorted(watchlist.watches[watch].name for watch in watches))
    return found


def rhythm_of(shown: Look, usual: timedelta) -> str:
    """Return how often to poll, from the dates of the entries; "" where the usual interval will do."""
    each_day = shown.each_day
    if each_day is None:
        return ""
    for least, every, text in ((8, 5, ""), (2, 15, "15m"), (0.5, 30, "30m"), (0, 60, "1h")):
        if each_day >= least:
            return text if timedelta(minutes=every) > usual else ""
    return ""


def cautions(shown: Look, now: datetime) -> list[list[Any]]:
    """Return what a person should know before adding it: [its phrase, its values] each, as JSON holds it."""
    entries = shown.sample.entries
    found: list[list[Any]] = []
    if not entries:
        found.append(["caution_empty", {}])
    if paid := sum(entry.paid for entry in entries):
        found.append(["caution_paid", {"paid": paid, "count": len(entries)}])
    dates = [entry.published for entry in entries if entry.published]
    if entries and not dates:
        found.append(["caution_undated", {}])
    if dates and (days := (now - max(dates)).days) >= 30:
        unit = {"days": days} if days < 730 else {"years": days // 365}
        found.append([f"caution_old_{next(iter(unit))}", unit])
    if shown.title.lower().startswith(("comments on", "comments for", "评论")):
        found.append(["caution_comments", {}])
    if not shown.document.complete:
        found.append(["caution_cut", {}])
    if shown.url.startswith("http://"):
        found.append(["caution_http", {}])
    return found


def look_row(shown: Look, watches: Mapping[int, tuple[str, ...]], now: datetime) -> dict[str, Any]:
    """Return what was found as one JSON object."""
    document = shown.document
    said = cautions(shown, now)
    return {
        "asked": shown.wanted.url,
        "url": shown.url,
        "kind": shown.kind,
        "title": shown.title,
        "language": shown.language or None,
        "count": shown.sample.count,
        "entries": [
            {
                "title": entry.title,
                "url": entry.url,
                "published": entry.published.isoformat() if entry.published else None,
                "paid": entry.paid,
                "watches": list(watches.get(at, ())),
            }
            for at, entry in enumerate(shown.newest[:SHOWN])
        ],
        "watches": dict(Counter(name for found in watches.values() for name in found)),
        "selectors": dict(shown.selectors),
        "proposed": shown.proposed,
        "each_day": shown.each_day,
        "status": document.status,
        "answered": document.url,
        "moved_to": document.moved_to,
        "etag": document.validators.etag,
        "last_modified": document.validators.last_modified,
        "bytes": len(document.body or b""),
        "floor": _seconds(document.floor or shown.sample.floor),
        "seconds": round(shown.seconds, 3),
        "warnings": [*shown.warnings, *(caution(key, values, "en") for key, values in said)],
        "oddities": list(shown.warnings),
        "cautions": said,
        "others": [other.url for other in shown.others[:3]],
        "tried": [list(pair) for pair in shown.tried],
    }


def _seconds(span: timedelta | None) -> float | None:
    return span.total_seconds() if span else None


def failure_row(wanted: Wanted, error: FetchError | ParseError) -> dict[str, object]:
    """Return what went wrong as one JSON object."""
    status = error.status if isinstance(error, FetchError) else None
    return {"asked": wanted.url, "error": str(error), "reason": error.reason, "status": status}
