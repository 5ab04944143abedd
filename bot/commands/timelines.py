"""``timeline``: what happened to a company, by day, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from bot import render
from bot.commands.asking import BUTTONED, Answer, Asked, Desk, Offer, story_row
from bot.commands.pages import offer_pages, turn
from bot.commands.picturing import LONGEST_TITLE, USUAL, asked_for, of_its_alert
from bot.commands.query import Query
from bot.commands.vocabulary import nearest_name
from bot.errors import CommandError
from bot.render.lines import clean, shorten
from bot.render.picture_views import TimelineDay, TimelineView
from bot.render.timeline import timeline
from bot.render.typed import typed
from bot.render.words import quoted, say
from bot.store import charting, matches
from bot.store.search import StoryRow
from bot.store.shown import headlines

A_DAY = 3
"""Stories of one day that a chat shows; the rest is a number."""
A_PAGE = 12
"""Stories after which a chat's page ends with the day."""
TIMELINE = "timeline"


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of a timeline: what was asked, when, and which page; ``nonce`` is what its buttons name."""

    words: str
    asked_at: datetime
    number: int = 1
    nonce: str = ""


def answer_timeline(asked: Asked, desk: Desk) -> Answer:
    """What happened to a company, the newest day first."""
    asked = of_its_alert(asked, desk)
    return _answer(asked, desk, _Page(words=asked.words.strip(), asked_at=desk.now))


def press_timeline(asked: Asked, desk: Desk) -> Answer:
    """Turn the page: the answer is edited."""

    def show(kept: Mapping[str, Any], number: int, nonce: str) -> Answer:
        asked_at = datetime.fromisoformat(kept["asked_at"])
        page = _Page(words=str(kept["words"]), asked_at=asked_at, number=number, nonce=nonce)
        return _answer(replace(asked, words=page.words), replace(desk, now=asked_at), page)

    return turn(asked, desk, TIMELINE, show)


def _answer(asked: Asked, desk: Desk, page: _Page) -> Answer:
    query = asked_for(asked, desk)
    if not query.watch:
        raise _whose(query, asked, desk)
    query = replace(query, filters=replace(query.filters, watches=frozenset({query.watch})))
    clock = render.Clock.of(asked.reader, desk.now)
    rows = _before_the_question(charting.listed(desk.conn, query.filters, query.words), page)
    in_chat = asked.reader.via in BUTTONED
    pages = list(_pages(_days(rows, clock), most=A_PAGE if in_chat else asked.limit))
    shown = pages[page.number - 1] if page.number <= len(pages) else []
    offers: tuple[Offer, ...] = ()
    if in_chat and len(pages) > 1 and not page.nonce:
        offers = (_offer(page, desk.now),)
        page = replace(page, nonce=offers[0].nonce)
    days = [_day(asked, desk, query, day, A_DAY if in_chat else asked.limit) for day in shown]
    later = sum(len(day) for past in pages[: page.number] for day in past)
    view = TimelineView(
        reader=asked.reader,
        watchlist=desk.watchlist,
        now=desk.now,
        watch=query.watch,
        span=query.span or USUAL,
        total=len(rows),
        days=tuple(days),
        earlier=len(rows) - later,
        back=f"timeline:{page.nonce}:{page.number - 1}" if page.nonce and page.number > 1 else "",
        on=f"timeline:{page.nonce}:{page.number + 1}" if page.nonce and page.number < len(pages) else "",
        rest=_rest(page, rows, days),
        share=f"timeline {page.words}" if page.number == 1 else "",
    )
    listed = [story_row(line) for day in days for line, _ in day.stories]
    return Answer(timeline(view), tuple(listed), offers=offers)


def _whose(query: Query, asked: Asked, desk: Desk) -> CommandError:
    """No company is named, or one that is not watched."""
    language, via = asked.reader.language, asked.reader.via
    if not query.words:
        example = typed(via, f"timeline {_example(desk, language)}")
        return CommandError(say(language, "timeline_who", command=example))
    name = quoted(shorten(clean(query.words), LONGEST_TITLE), language)
    near = nearest_name(query.words, desk.watchlist, desk.tables.variants)
    if near is None:
        return CommandError(say(language, "watch_unknown", name=name, command=typed(via, "watch list")))
    meant = desk.watchlist.watches[near].shown(language)
    words = say(language, "watch_unknown_near", name=name, meant=meant)
    return CommandError(words, meant=f"timeline {asked.words.strip().replace(query.words, meant)}")


def _example(desk: Desk, language: str) -> str:
    first = next(iter(desk.watchlist.watches.values()), None)
    return first.shown(language) if first else say(language, "name")


def _before_the_question(rows: Sequence[StoryRow], page: _Page) -> list[StoryRow]:
    """Feeds may date a report some minutes ahead; later pages show nothing that the first one could not."""
    return [row for row in rows if not page.nonce or row.time <= page.asked_at + timedelta(minutes=15)]


def _days(rows: Sequence[StoryRow], clock: render.Clock) -> list[list[StoryRow]]:
    """The stories of each day, the newest day first, the best first."""
    by_day = groupby(rows, key=lambda row: clock.local(row.time).date())
    return [sorted(day, key=lambda row: -row.score) for _, day in by_day]


def _pages(days: Sequence[list[StoryRow]], *, most: int) -> Iterator[list[list[StoryRow]]]:
    """Whole days, until a page shows so many stories."""
    page: list[list[StoryRow]] = []
    shown = 0
    for day in days:
        page.append(day)
        shown += min(len(day), A_DAY)
        if shown >= most:
            yield page
            page, shown = [], 0
    if page:
        yield page


def _day(asked: Asked, desk: Desk, query: Query, day: Sequence[StoryRow], most: int) -> TimelineDay:
    lines = headlines(desk.conn, [row.story_id for row in day[:most]], asked.reader.language, desk.watchlist)
    kinds = {}
    for line in lines:
        of_watch = [each for each in matches.of(desk.conn, line.story) if each.watch == query.watch]
        kinds[line.story] = next((each.events[0] for each in of_watch if each.events), "")
    return TimelineDay(
        at=day[0].time,
        stories=tuple((line, kinds[line.story]) for line in lines),
        more=len(day) - len(lines),
    )


def _rest(page: _Page, rows: Sequence[StoryRow], days: Sequence[TimelineDay]) -> str:
    """What lists everything, where something is left out."""
    if sum(len(day.stories) for day in days) >= len(rows):
        return ""
    return f"recent {page.words}" + ("" if "since" in page.words else f" since:{USUAL.days}d")


def _offer(page: _Page, now: datetime) -> Offer:
    return offer_pages(TIMELINE, {"words": page.words, "asked_at": page.asked_at.isoformat()}, now)
