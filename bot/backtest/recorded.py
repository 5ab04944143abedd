"""Recorded streams: JSON lines ``id, time, source, title, url, lang?, body?`` -> entries in time order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from bot import links
from bot.errors import CommandError
from bot.model import Entry, Source
from bot.parsers.clean import TEXT_BYTES, TITLE_BYTES, cut, visible
from bot.text import language_of

EXAMPLE = "2026-05-19T08:30:00Z"
FIRST_YEAR, LAST_YEAR = 1900, 9000
"""Beyond these, days can't be counted on and back; no clock is that wrong."""


def read_recorded(lines: Iterable[bytes], place: str, sources: Iterable[Source] = ()) -> list[Entry]:
    """Return the entries of a recorded stream in the order of their times; of one time, in that of the lines.

    ``place`` is what errors call the stream. A line whose ``source`` is the id or the name of a configured
    source is that source's, with its weight. Raises CommandError naming the first line that can't be read.
    """
    configured = _by_name(sources)
    found = []
    for number, raw in enumerate(lines, 1):
        if raw.strip(b" \t\r\n\xef\xbb\xbf"):
            at = f"{place}:{number}"
            found.append(_as_published(entry_of(row_of(raw, at), at), configured))
    return sorted(found, key=lambda entry: entry.time)


def entry_of(line: Mapping[str, object], place: str) -> Entry:
    """Return the entry of a recorded line. Raises CommandError naming the place and what is missing."""
    time = _time(line.get("time"), place)
    name = str(line["id"]) if line.get("id") is not None else ""
    if not name:
        raise CommandError(f'{place}: "id" is missing; every line needs "id", "time" and "title"')
    title, body, url, source = (str(line.get(key) or "") for key in ("title", "body", "url", "source"))
    if "title" not in line and not body:
        raise CommandError(f'{place}: "title" is missing; every line needs "id", "time" and "title"')
    return Entry(
        id=name,
        source=source,
        source_name=source,
        url=url,
        link=links.canonical(url) if url else "",
        title=title,
        body=body,
        first_seen=time,
        time=time,
        lang=_language(line.get("lang"), title[:TITLE_BYTES]),
    )


def row_of(raw: bytes, place: str) -> Mapping[str, object]:
    """Return the JSON object of a line. Raises CommandError naming the place and what is wrong with it."""
    try:
        row = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise CommandError(f"{place}: this is not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{place}: this is not JSON ({error})") from None
    if not isinstance(row, dict):
        raise CommandError(f"{place}: a JSON object is wanted")
    return row


def _time(written: object, place: str) -> datetime:
    if written is None:
        raise CommandError(f'{place}: "time" is missing; every line needs "id", "time" and "title"')
    try:
        time = datetime.fromisoformat(str(written))
        time = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise CommandError(f'{place}: "time" is {written!r}, not a time as in {EXAMPLE}') from None
    if not FIRST_YEAR <= time.year <= LAST_YEAR:
        raise CommandError(f'{place}: "time" is {written!r}, not a time as in {EXAMPLE}')
    return time


def _language(given: object, title: str) -> str:
    """The two languages served, as given (``zh-Hans`` is ``zh``); any other is read from the headline."""
    known = str(given or "").casefold()[:2]
    return known if known in {"en", "zh"} else language_of(title)


def _by_name(sources: Iterable[Source]) -> dict[str, Source]:
    listed = list(sources)
    return {source.name: source for source in listed} | {source.id: source for source in listed}


def _as_published(entry: Entry, sources: Mapping[str, Source]) -> Entry:
    """The entry as a parser would have given it: texts cut, nothing invisible, its source a configured one."""
    source = sources.get(entry.source)
    title, body = cut(entry.title, TITLE_BYTES), cut(entry.body, TEXT_BYTES)
    published = replace(entry, title=" ".join(visible(title).split()), body=visible(body))
    if source is None:
        return published
    return replace(published, source=source.id, source_name=source.name, weight=source.weight)
