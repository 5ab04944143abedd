"""A look at an address: what the bot would read there, and how that is shown before anything is written."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.counting import counted
from bot.errors import FetchError, ParseError
from bot.fetch import Fetcher
from bot.match import Matcher
from bot.model import Document, ParsedDocument, ParsedEntry, Polling, Receiver, Tables, Watchlist
from bot.parsers.clean import visible
from bot.render.times import Clock
from bot.sandbox import Sandbox
from bot.text import language_of

SHOWN = 5
_KINDS = {
    "rss": "RSS",
    "atom": "Atom",
    "rdf": "RDF",
    "jsonfeed": "JSON Feed",
    "sitemapindex": "index of sitemaps",
    "page": "page of headlines",
    "json": "JSON list",
}
_LANGUAGES = {"en": "English", "zh": "Chinese"}


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


async def look(wanted: Wanted, polling: Polling) -> Look:
    """Fetch and read an address, find the feed of a site; raise FetchError or ParseError."""
    fetcher, sandbox = Fetcher(polling), Sandbox(workers=1)
    started = time.monotonic()
    try:
        if wanted.kind != "auto" or wanted.selectors:
            return await _read_as_told(wanted, fetcher, sandbox, started)
        return await _discover(wanted, fetcher, sandbox, started)
    finally:
        await fetcher.close()
        await sandbox.close()


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


def look_now(wanted: Wanted, polling: Polling) -> Look:
    """Do what ``look`` does, from a plain function."""
    return asyncio.run(look(wanted, polling))


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
    dates = [entry.published for entry in shown.newest if entry.published]
    dates = dates[: max(len(dates) // 2, SHOWN)]  # a few old entries would say that it is slow
    if len(dates) < SHOWN or (span := dates[0] - dates[-1]) <= timedelta(0):
        return ""
    each_day = (len(dates) - 1) * timedelta(days=1) / span
    for least, every, text in ((8, 5, ""), (2, 15, "15m"), (0.5, 30, "30m"), (0, 60, "1h")):
        if each_day >= least:
            return text if timedelta(minutes=every) > usual else ""
    return ""


def print_look(
    shown: Look, reader: Receiver, now: datetime, watches: Mapping[int, tuple[str, ...]], out: Console
) -> None:
    """Print what was found: where, what, the newest headlines, and what is worth knowing."""
    head = Text(visible(shown.title) or shown.url, style="bold")
    count = counted(shown.sample.count, "entry", "entries")
    facts = [_KINDS.get(shown.kind, shown.kind), count, _LANGUAGES.get(shown.language, "")]
    out.print(head + Text(f": {', '.join(filter(None, facts))}", style="not bold"))
    if shown.url != shown.wanted.url:
        how = "It has moved for good to " if shown.document.moved_to else "Found at "
        out.print(Text(how) + Text(shown.url, style="underline"), soft_wrap=True)
    if shown.proposed:
        out.print("It has no feed. These headlines stand on the page itself:")
    _print_headlines(shown, Clock.of(reader, now), watches, out)
    out.print(_found_by_watches(watches, len(shown.sample.entries)))
    for warning in cautions(shown, now):
        out.print(Text(f"Note: {warning}", style="yellow"))
    if shown.others:
        out.print(Text("The page names more: " + ", ".join(other.url for other in shown.others[:3]), "dim"))


def _print_headlines(shown: Look, clock: Clock, watches: Mapping[int, tuple[str, ...]], out: Console) -> None:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for at, entry in enumerate(shown.newest[:SHOWN]):
        title = Text(visible(entry.title) or "(no headline)", style=f"link {entry.url}" if entry.url else "")
        if at in watches:
            title += Text(f"  → {', '.join(watches[at])}", style="cyan")
        if entry.paid:
            title += Text("  (paid)", style="yellow")
        table.add_row("  " + (clock.moment(entry.published) if entry.published else "no date"), title)
    out.print(table)


def _found_by_watches(watches: Mapping[int, tuple[str, ...]], count: int) -> Text:
    names = Counter(name for found in watches.values() for name in found)
    if not names:
        return Text("None of your watches stands in them." if count else "")
    told = ", ".join(f"{name} ({number})" for name, number in names.most_common(8))
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return Text(f"Your watches in them: {told}{more}.")


def cautions(shown: Look, now: datetime) -> list[str]:
    """Return what a person should know before adding it, a sentence each."""
    said = list(shown.warnings)
    entries = shown.sample.entries
    if not entries:
        said.append("there is not one entry at this moment")
    if paid := sum(entry.paid for entry in entries):
        said.append(f"{paid} of {len(entries)} are for subscribers only")
    dates = [entry.published for entry in entries if entry.published]
    if entries and not dates:
        said.append("no entry has a date: each counts from when it is first seen")
    if dates and now - max(dates) > timedelta(days=30):
        days = (now - max(dates)).days
        said.append(f"the newest entry is {f'{days} days' if days < 730 else f'{days // 365} years'} old")
    if shown.title.lower().startswith(("comments on", "comments for", "评论")):
        said.append("these are readers' comments, not the news itself")
    if not shown.document.complete:
        said.append("the answer was cut off before its end")
    if shown.url.startswith("http://"):
        said.append("the address is not encrypted (http)")
    return said


def look_row(shown: Look, watches: Mapping[int, tuple[str, ...]], now: datetime) -> dict[str, object]:
    """Return what was found as one JSON object."""
    document = shown.document
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
        "status": document.status,
        "answered": document.url,
        "moved_to": document.moved_to,
        "etag": document.validators.etag,
        "last_modified": document.validators.last_modified,
        "bytes": len(document.body or b""),
        "floor": _seconds(document.floor or shown.sample.floor),
        "seconds": round(shown.seconds, 3),
        "warnings": cautions(shown, now),
        "tried": [list(pair) for pair in shown.tried],
    }


def _seconds(span: timedelta | None) -> float | None:
    return span.total_seconds() if span else None


def failure_row(wanted: Wanted, error: FetchError | ParseError) -> dict[str, object]:
    """Return what went wrong as one JSON object."""
    status = error.status if isinstance(error, FetchError) else None
    return {"asked": wanted.url, "error": str(error), "reason": error.reason, "status": status}
