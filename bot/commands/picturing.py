"""``chart``: stories over time as a picture, by company, or for one company by kind of event."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot import render
from bot.charts.counting import chart_picture
from bot.commands.asking import Answer, Asked, Desk, sees
from bot.commands.lists import title_of
from bot.commands.query import Query, parse_query
from bot.commands.vocabulary import nearest_name, vocabulary_of
from bot.errors import CommandError
from bot.model import Message
from bot.render.lines import clean, message, shorten, text
from bot.render.picture_views import ChartView, Days, by_company
from bot.render.timeline import chart_caption
from bot.render.typed import typed
from bot.render.words import say
from bot.store import charting, digests, matches, search
from bot.store.shown import headlines

USUAL = timedelta(days=30)
"""How far back a picture or a timeline goes where nothing is said."""
LONGEST = 371
"""Days that a picture shows at most."""
FEWEST = 7
"""Days that a picture shows at least, however young the archive is, if so many were asked for."""
LONGEST_TITLE = 80
"""Characters of what was asked for that stand in a picture and its caption."""
_OF_DIGEST = timedelta(days=14)


def answer_chart(asked: Asked, desk: Desk) -> Answer:
    """A picture of the stories that matched, and its numbers in words."""
    asked = of_its_alert(asked, desk)
    return _chart(asked, desk, asked_for(asked, desk))


def press_chart(asked: Asked, desk: Desk) -> Answer:
    """The chart of a digest's companies, over fourteen days: the button under a digest."""
    made = digest_of(asked, desk)
    line_up = headlines(desk.conn, made.stories, asked.reader.language, desk.watchlist)
    watches = frozenset(line.watches[0] for line in line_up if line.watches)
    if not watches:
        raise CommandError(say(asked.reader.language, "digest_gone"))
    filters = search.Filters(watches=watches, since=desk.now - _OF_DIGEST)
    return _chart(asked, desk, Query(filters=filters, span=_OF_DIGEST))


def of_its_alert(asked: Asked, desk: Desk) -> Asked:
    """Return the question; one without words, asked as a reply to an alert, is about that alert's company."""
    if asked.words.strip() or not asked.story:
        return asked
    known = (match.watch for match in matches.of(desk.conn, asked.story))
    watch = next((watch for watch in known if watch in desk.watchlist.watches), "")
    return replace(asked, words=watch)


def asked_for(asked: Asked, desk: Desk) -> Query:
    """Return what was typed as a query; without ``since`` it is about thirty days."""
    query = parse_query(
        asked.words,
        desk.watchlist,
        desk.tables.variants,
        desk.now,
        vocabulary=vocabulary_of(asked, desk),
    )
    if query.span is None:
        query = replace(query, span=USUAL, filters=replace(query.filters, since=desk.now - USUAL))
    return query


def digest_of(asked: Asked, desk: Desk) -> digests.Made:
    """Return the digest whose button was pressed; CommandError when it is gone, or another chat's."""
    assert asked.pressed is not None
    made = digest_meant(desk.conn, asked.pressed.about)
    if made is None:
        raise CommandError(say(asked.reader.language, "digest_gone"))
    if not sees(asked, made.receiver):
        raise CommandError(say(asked.reader.language, "digest_other_chat"))
    return made


def digest_meant(conn: Connection, about: str) -> digests.Made | None:
    """Return the digest that a button is about, ``17`` or with a page ``17:2``; None when it is gone."""
    reference = about.partition(":")[0]
    return digests.made(conn, int(reference)) if reference.isdecimal() and len(reference) < 16 else None


def _chart(asked: Asked, desk: Desk, query: Query) -> Answer:
    days = _days(asked, desk, query)
    filters = replace(query.filters, since=days.first)
    view = ChartView(
        reader=asked.reader,
        watchlist=desk.watchlist,
        now=desk.now,
        days=days,
        watches=tuple(sorted(filters.watches)),
        titles={language: _title(query, language, asked, desk) for language in ("en", "zh")},
        happened=tuple(charting.happened(desk.conn, filters, query.words)),
        before=_before(desk, query, days),
        share="" if asked.pressed else f"chart {asked.words}".strip(),
    )
    if not view.happened:
        said = chart_caption(view)
        return Answer(_with_hint(asked, desk, query, said))
    return Answer(chart_caption(view), _rows(view), picture=chart_picture(view))


def _days(asked: Asked, desk: Desk, query: Query) -> Days:
    clock = render.Clock.of(asked.reader, desk.now)
    end = min(query.filters.until or desk.now, desk.now) - timedelta(microseconds=1)
    count = _count(clock, query, end)
    oldest = charting.oldest(desk.conn)
    if oldest is not None:
        kept = (clock.local(end).date() - clock.local(oldest).date()).days + 1
        count = min(count, max(kept, FEWEST))
    if count > LONGEST:
        raise CommandError(say(asked.reader.language, "chart_longest"))
    return Days.ending(clock, end, max(1, count))


def _count(clock: render.Clock, query: Query, end: datetime) -> int:
    """Thirty days are thirty bars, today among them; a date to begin with is the first bar."""
    assert query.filters.since is not None
    since = clock.local(query.filters.since)
    dates = (clock.local(end).date() - since.date()).days
    begins_a_day = since.hour == since.minute == since.second == 0
    return dates + 1 if begins_a_day else dates


def _title(query: Query, language: str, asked: Asked, desk: Desk) -> str:
    timeless = replace(query, filters=replace(query.filters, since=None, until=None))
    if timeless.empty:
        return ""
    reader = replace(asked.reader, language=language)
    return shorten(clean(title_of(timeless, reader, desk)), LONGEST_TITLE)


def _before(desk: Desk, query: Query, days: Days) -> int | None:
    """How many stories as much time before had; None where the archive is younger than that."""
    since = days.first - timedelta(days=days.count * days.step)
    oldest = charting.oldest(desk.conn)
    if oldest is None or oldest > since + timedelta(days=1):
        return None
    filters = replace(query.filters, since=since, until=days.first, matched_only=True)
    return search.count(desk.conn, filters, question=query.words)


def _with_hint(asked: Asked, desk: Desk, query: Query, said: Message) -> Message:
    """Name the company that mistyped words may have meant."""
    near = nearest_name(query.words, desk.watchlist, desk.tables.variants) if query.words else None
    if near is None:
        return said
    name = desk.watchlist.watches[near].shown(asked.reader.language)
    command = typed(asked.reader.via, f"chart {name}")
    hint = text(say(asked.reader.language, "chart_mean", command=command))
    block = replace(said.blocks[0], lines=(*said.blocks[0].lines, hint))
    return message([block], asked.reader.language)


def _rows(view: ChartView) -> tuple[dict[str, object], ...]:
    """A row for each company, kind of event and day that had any."""
    found: list[dict[str, object]] = []
    for watch, happened in by_company(view.happened).items():
        days = Counter((view.days.clock.local(each.at).date().isoformat(), each.event) for each in happened)
        found += [
            {"day": day, "watch": watch, "event": event or None, "stories": count}
            for (day, event), count in sorted(days.items())
        ]
    return tuple(found)
