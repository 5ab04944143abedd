"""``recent`` and ``search``: stories, a page at a time; ``page:REF:N`` turns the page of an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.commands.asking import BUTTONED, Answer, Asked, Desk, Offer, story_row
from bot.commands.pages import offer_pages, turn
from bot.commands.query import Query, parse_query
from bot.commands.vocabulary import nearest_name, vocabulary_of
from bot.errors import CommandError
from bot.model import Receiver, Watchlist
from bot.render.answers import error, nothing_found, recent
from bot.render.reports import name_of
from bot.render.typed import typed
from bot.render.views import NothingView, RecentView
from bot.render.words import event_word, listed, quoted, say
from bot.store import search, stories
from bot.store.shown import headlines

LOOK_BACK = timedelta(days=3)
"""How far a bare ``recent`` looks back when it tells how many stories a misspelt company has."""
PAGE = "page"
_FEWEST_LETTERS = 3
_ONE_PAGE = "1"
"""Stands for a list that has no further pages: nothing is kept of it."""


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of a list: which, what was asked, when, and up to when the list goes."""

    everything: bool
    words: str
    asked_at: datetime
    until: datetime | None = None
    number: int = 1
    size: int = 5
    reference: str = ""

    @property
    def verb(self) -> str:
        return "search" if self.everything else "recent"


def answer_recent(asked: Asked, desk: Desk) -> Answer:
    """The newest stories that matched a watch."""
    if asked.first_look:
        return _first_look(asked, desk)
    page = _Page(everything=False, words=asked.words.strip(), asked_at=desk.now, size=asked.limit)
    return _answer_page(asked, desk, page)


def answer_search(asked: Asked, desk: Desk) -> Answer:
    """Every story that holds the words, matched or not."""
    if not asked.words.strip():
        example = typed(asked.reader.via, say(asked.reader.language, "search_example"))
        raise CommandError(say(asked.reader.language, "search_what", command=example))
    page = _Page(everything=True, words=asked.words.strip(), asked_at=desk.now, size=asked.limit)
    return _answer_page(asked, desk, page)


def answer_turn(asked: Asked, desk: Desk) -> Answer:
    """Turn the page of a list: the answer is edited, and shows the same span of time as before."""

    def show(kept: Mapping[str, Any], number: int, nonce: str) -> Answer:
        page = _Page(
            everything=bool(kept["everything"]),
            words=str(kept["words"]),
            asked_at=datetime.fromisoformat(kept["asked_at"]),
            until=datetime.fromisoformat(kept["until"]),
            number=number,
            size=int(kept["size"]),
            reference=nonce,
        )
        return _answer_page(asked, desk, page)

    return turn(asked, desk, PAGE, show)


def _answer_page(asked: Asked, desk: Desk, page: _Page) -> Answer:
    query = _parsed(asked, desk, page)
    ids, newest = _listed(desk, query, page)
    if not ids:
        return Answer() if page.reference else _nothing(asked, desk, query, page)
    total = max(search.count(desk.conn, query.filters, question=query.words), len(ids))
    in_chat = asked.reader.via in BUTTONED
    offers: tuple[Offer, ...] = ()
    if in_chat and not page.reference:
        page = replace(page, reference=_ONE_PAGE)
        if total > page.size:
            # Feeds may date a report some minutes ahead: such a one stands on the first page as well.
            offers = (_offer(replace(page, until=max(desk.now, newest + timedelta(seconds=1))), desk.now),)
            page = replace(page, reference=offers[0].nonce)
    return replace(_shown(asked, desk, query, page, ids, total), offers=offers)


def _parsed(asked: Asked, desk: Desk, page: _Page) -> Query:
    query = parse_query(
        page.words,
        desk.watchlist,
        desk.tables.variants,
        page.asked_at,
        vocabulary=vocabulary_of(asked, desk, page.words),
        companies=not page.everything,
    )
    filters = replace(query.filters, matched_only=not page.everything)
    if page.until is not None:
        filters = replace(filters, until=min(filters.until or page.until, page.until))
    return replace(query, filters=filters)


def _listed(desk: Desk, query: Query, page: _Page) -> tuple[list[str], datetime]:
    """The ids of one page's stories, newest first, and when the first of them was opened."""
    offset = (page.number - 1) * page.size
    rows = search.recent(desk.conn, query.filters, page.size, offset, question=query.words)
    return [row.story_id for row in rows], max((row.time for row in rows), default=desk.now)


def _offer(page: _Page, now: datetime) -> Offer:
    assert page.until is not None
    payload = {
        "everything": page.everything,
        "words": page.words,
        "asked_at": page.asked_at.isoformat(),
        "until": page.until.isoformat(),
        "size": page.size,
    }
    return offer_pages(PAGE, payload, now)


def _shown(asked: Asked, desk: Desk, query: Query, page: _Page, ids: Sequence[str], total: int) -> Answer:
    lines = headlines(desk.conn, ids, asked.reader.language, desk.watchlist)
    view = RecentView(
        reader=asked.reader,
        now=desk.now,
        title=title_of(query, asked.reader, desk, everything=page.everything),
        span=query.span,
        total=total,
        stories=lines,
        first=(page.number - 1) * page.size + 1,
        page=page.number,
        reference=page.reference,
    )
    share = f"{page.verb} {page.words}".strip()
    return Answer(recent(view, share=share), tuple(story_row(line) for line in lines))


def title_of(query: Query, reader: Receiver, desk: Desk, *, everything: bool = False) -> str:
    """Return what a list is of: companies, kinds of events, sources, then the words in quotation marks."""
    language, filters = reader.language, query.filters
    parts = [listed(_names(filters.watches, desk.watchlist, language), language)]
    parts += [event_word(kind, language) for kind in sorted(filters.events)]
    parts += [desk.sources[name].name if name in desk.sources else name for name in sorted(filters.sources)]
    parts += sorted(filters.languages)
    if filters.min_score is not None or filters.max_score is not None:
        low, high = filters.min_score or 0, 100 if filters.max_score is None else filters.max_score
        parts.append(f"{low}-{high}")
    if query.words:
        parts.append(quoted(query.words.replace('"', ""), language))
    return " · ".join(filter(None, parts)) or say(language, "found_all" if everything else "newest")


def _names(watches: frozenset[str], watchlist: Watchlist, language: str) -> list[str]:
    return [name_of(watch, watchlist, language) for watch in sorted(watches)]


def _first_look(asked: Asked, desk: Desk) -> Answer:
    """What a baseline would have told: the best of it that is not old news."""
    page = _Page(everything=False, words=asked.words, asked_at=desk.now)
    rows = search.recent(desk.conn, _parsed(asked, desk, page).filters, limit=500)
    found = stories.many(desk.conn, [row.story_id for row in rows])
    ranked = sorted(rows, key=lambda row: -row.score)
    fresh = [row.story_id for row in ranked if not found[row.story_id].root.entry.late]
    lines = headlines(desk.conn, fresh[: asked.limit], asked.reader.language, desk.watchlist)
    if not lines:
        return Answer(error("", asked.reader))
    view = RecentView(
        reader=asked.reader,
        now=desk.now,
        title=say(asked.reader.language, "first_look"),
        total=len(fresh),
        stories=lines,
    )
    return Answer(recent(view), tuple(story_row(line) for line in lines))


def _nothing(asked: Asked, desk: Desk, query: Query, page: _Page) -> Answer:
    if not page.words:
        return Answer(error(say(asked.reader.language, "nothing_yet"), asked.reader))
    near = _near(query, desk)
    meant = desk.watchlist.watches[near].shown(asked.reader.language) if near else ""
    count = 0
    if near:
        since = desk.now - LOOK_BACK
        count = search.count(
            desk.conn, search.Filters(watches=frozenset({near}), since=since, matched_only=True)
        )
    view = NothingView(
        reader=asked.reader,
        now=desk.now,
        query=page.words,
        span=query.span or desk.settings.retention,
        meant=meant,
        meant_count=count,
        meant_span=LOOK_BACK,
        searched_all=page.everything,
        buttons=asked.reader.via in BUTTONED,
    )
    return Answer(nothing_found(view))


def _near(query: Query, desk: Desk) -> str:
    """The watch whose name the words, or one of them, were most likely meant to be; "" for none."""
    words = [word for word in query.words.split() if len(word) >= _FEWEST_LETTERS and word[0] not in '-"']
    tried = [query.words, *words] if query.words else []
    found = (nearest_name(word, desk.watchlist, desk.tables.variants) for word in tried)
    return next((watch for watch in found if watch), "")
