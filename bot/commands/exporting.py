"""``export QUERY``: the stories that matched, with their evidence, as a file of CSV or of JSON lines."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from zoneinfo import ZoneInfo

from bot.commands.asking import Answer, Asked, Desk, concerns
from bot.commands.lists import title_of
from bot.commands.query import Query, parse_query
from bot.commands.vocabulary import vocabulary_of
from bot.errors import CommandError
from bot.links import showable
from bot.model import Attachment, Level, Match, Report, Story, Told
from bot.render.asked import export_note
from bot.render.reports import best_report
from bot.render.typed import typed
from bot.render.words import quoted, say
from bot.route.telling import matches_told
from bot.store import evidence, search, stories

FORMATS = {"csv": "csv", "jsonl": "jsonl", "json": "jsonl"}
MOST_STORIES = 5_000
MOST_BYTES = 20 * 1024 * 1024
"""A chat's file is no larger: chats refuse large ones, and the bot holds it in memory."""
_OF_THE_STORY = ("story", "time", "watches", "score", "level", "events")
_OF_ITS_REPORTS = ("headline", "url", "source", "sources", "points", "reports", "told")
COLUMNS = (*_OF_THE_STORY, *_OF_ITS_REPORTS)
_AT_A_TIME = 200
_EVERY = 1_000_000_000
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_DASHES = str.maketrans("—–－＝：", "---=:")
_FORMAT = re.compile(r"(?:-+format=|-*(?:format|格式):)(\S*)$")

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be exported: the stories of a query, and as what."""

    query: Query
    format: str


def answer_export(asked: Asked, desk: Desk) -> Answer:
    """Answer with a file, at most ``MOST_STORIES`` stories, the newest ones; CommandError for a wrong query."""
    export = parse_export(asked, desk)
    total = search.count(desk.conn, export.query.filters, question=export.query.words)
    rows = list(islice(export_rows(asked, desk, export), MOST_STORIES))
    content, count = _within(written(rows, export.format), MOST_BYTES)
    if not count:
        raise CommandError(say(asked.reader.language, "export_nothing"))
    title = title_of(export.query, asked.reader, desk)
    now = desk.now.astimezone(ZoneInfo(asked.reader.timezone))
    name = f"wirewatch-{now:%Y-%m-%d-%H%M}.{export.format}"
    note = export_note(asked.reader, desk.now, title, span=export.query.span, count=count, total=total)
    file = Attachment(name=name, content=content, alt=title, picture=False)
    return Answer(replace(note, attachment=file), tuple(rows[:count]))


def parse_export(asked: Asked, desk: Desk) -> Export:
    """Return what a typed export means: ``腾讯 since:30d csv``, ``--format jsonl`` anywhere."""
    words, chosen = [], ""
    given = iter(asked.words.split())
    for word in given:
        plain = word.translate(_DASHES).lower()
        if plain.lstrip("-") == "format" and plain != "format":
            chosen = next(given, "").lower() or "?"
        elif given_format := _FORMAT.match(plain):
            chosen = given_format[1] or next(given, "").lower() or "?"
        else:
            words.append(word)
    if not chosen and words and words[-1].lower() in FORMATS:
        chosen = words.pop()
    chosen = (chosen or "csv").lower()
    if chosen not in FORMATS:
        language = asked.reader.language
        command = typed(asked.reader.via, "export 腾讯 since:30d csv")
        raise CommandError(
            say(language, "export_format", value=quoted(chosen[:20], language), command=command)
        )
    query = parse_query(
        " ".join(words),
        desk.watchlist,
        desk.tables.variants,
        desk.now,
        vocabulary=vocabulary_of(asked, desk, asked.words),
    )
    return Export(replace(query, filters=replace(query.filters, matched_only=True)), FORMATS[chosen])


def export_rows(asked: Asked, desk: Desk, export: Export) -> Iterator[Row]:
    """Yield one row a story, newest first, read as used. Who was told: as ``concerns`` has it."""
    found = search.recent(desk.conn, export.query.filters, _EVERY, question=export.query.words)
    ids = [row.story_id for row in found]
    for at in range(0, len(ids), _AT_A_TIME):
        some = ids[at : at + _AT_A_TIME]
        known, matched = stories.many(desk.conn, some), evidence.matches_of(desk.conn, some)
        told = evidence.told_of(desk.conn, some)
        for story in filter(None, map(known.get, some)):
            shown = matches_told(matched.get(story.id, ()), None, desk.watchlist)
            mine = [one for one in told.get(story.id, ()) if concerns(asked, one.receiver)]
            yield _row(story, shown, mine, asked.reader.language)


def written(rows: Iterable[Row], style: str) -> Iterator[bytes]:
    """Yield rows as lines of a file in UTF-8; CSV begins with the names of its columns."""
    if style == "jsonl":
        for row in rows:
            yield f"{json.dumps(row, ensure_ascii=False)}\n".encode(errors="replace")
        return
    yield _csv_line(COLUMNS)
    for row in rows:
        yield _csv_line([_cell(row[column]) for column in COLUMNS])


def _within(lines: Iterator[bytes], most: int) -> tuple[bytes, int]:
    """Return the lines that fit into so many bytes, and how many of them are stories."""
    kept, size = [], 0
    for line in lines:
        size += len(line)
        if size > most:
            break
        kept.append(line)
    stories_kept = len(kept) - (bool(kept) and kept[0] == _csv_line(COLUMNS))
    return b"".join(kept), stories_kept


def _row(story: Story, found: Sequence[Match], told: Sequence[Told], language: str) -> Row:
    shown = best_report(story, language, found[0] if found else None)
    score = found[0].score if found else 0
    return {
        "story": story.id,
        "time": story.root.entry.time.isoformat(),
        "watches": [match.watch for match in found],
        "score": score,
        "level": Level.of(score).word,
        "events": list(dict.fromkeys(kind for match in found for kind in match.events)),
        "headline": shown.entry.title,
        "url": showable(shown.entry.url),
        "source": shown.entry.source_name,
        "sources": len({report.entry.source for report in story.reports}),
        "points": [_point(match) for match in found],
        "reports": [_report(report) for report in story.reports],
        "told": [_told(one) for one in told],
    }


def _point(match: Match) -> Row:
    points = [{"rule": point.rule, "points": point.points, "text": point.text} for point in match.points]
    return {"watch": match.watch, "score": match.score, "points": points}


def _report(report: Report) -> Row:
    entry = report.entry
    return {
        "source": entry.source_name,
        "time": entry.time.isoformat(),
        "headline": entry.title,
        "url": showable(entry.url),
    }


def _told(told: Told) -> Row:
    how = "digest" if told.digest else "owed" if told.pending else "alert"
    return {"receiver": told.receiver, "time": told.at.isoformat(), "how": how}


def _csv_line(cells: Sequence[object]) -> bytes:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n").writerow(cells)
    return out.getvalue().encode(errors="replace")


def _cell(value: object) -> object:
    """Return a value as a spreadsheet takes it: a number as it is, a text that no spreadsheet calculates."""
    if isinstance(value, int):
        return value
    text = " ".join(_flat(value).replace("\0", "").split())
    return f"'{text}" if text.startswith(_DANGEROUS) or str(value)[:1] in _DANGEROUS else text


def _flat(value: object) -> str:
    """Return lists in one cell: ``desk 2026-11-12T09:00:00+00:00 alert; ...``."""
    if isinstance(value, Mapping):
        if "points" in value:
            points = (f"{one['rule']} {one['points']:+d} {one['text']}".strip() for one in value["points"])
            return f"{value['watch']}: {', '.join(points)}"
        return str(value["url"]) if "url" in value else " ".join(map(str, value.values()))
    if isinstance(value, list):
        return "; ".join(filter(None, map(_flat, value)))
    return str(value)


__all__ = ["Export", "answer_export", "export_rows", "parse_export", "written"]
