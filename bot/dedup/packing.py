"""A record as a few hundred bytes, and back: compressed text, for the index holds many thousands of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import compress, crc32, decompress

from bot.dedup.records import Record, few
from bot.model import Tables

VERSION = 1
"""To be raised with every change of what a record holds, or of how it is made."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LEVEL = 1
"""A quarter larger than at the default level, and three times as quick."""


def form_of(tables: Tables) -> str:
    """Return a mark of how records are made: what another version made, or from other tables, says other things."""
    made_from = (tables.variants, tables.frequencies, tables.documents, tables.glossary)
    return f"{VERSION}-{crc32(repr(made_from).encode()):08x}"


def pack(record: Record) -> bytes:
    """Return all of a record but its number and its story."""
    row = [
        record.entry_id,
        _ticks(record.time),
        None if record.published is None else _ticks(record.published),
        record.source,
        record.lang,
        record.link.hex(),
        record.title,
        record.words,
        record.opening,
        record.named,
        record.lead,
        record.keys,
        record.said,
        *map(sorted, (record.numbers, record.percents, record.versions)),
        sorted(record.periods),
        *map(sorted, (record.days, record.subjects, record.watches, record.events)),
        int(record.digest),
    ]
    text = json.dumps(row, separators=(",", ":"), ensure_ascii=False)
    return compress(text.encode("utf-8", "surrogatepass"), _LEVEL)


def unpack(packed: bytes, number: int) -> Record:
    """Return the record that was packed, with this number and no card."""
    row: list[Any] = json.loads(decompress(packed).decode("utf-8", "surrogatepass"))
    entry_id, time, published, source, lang, link, title, words, opening, named, lead, keys, said = row[:13]
    at = _time(time)
    numbers, percents, versions, periods, days, subjects, watches, events = map(few, row[13:21])
    return Record(
        number=number,
        entry_id=entry_id,
        time=at,
        published=at if published == time else None if published is None else _time(published),
        source=source,
        lang=lang,
        link=bytes.fromhex(link),
        title=title,
        words=tuple(words),
        opening=opening,
        named=tuple(named),
        lead=lead,
        keys=tuple(keys),
        said=tuple(said),
        numbers=numbers,
        percents=percents,
        versions=versions,
        periods=periods,
        days=days,
        subjects=subjects,
        watches=watches,
        events=events,
        digest=bool(row[21]),
    )


def _ticks(time: datetime) -> int:
    return (time - _EPOCH) // _MICROSECOND


def _time(ticks: int) -> datetime:
    return _EPOCH + timedelta(microseconds=ticks)
