"""``recent`` and ``search``: stories, a page at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot import render
from bot.commands.asking import Answer, Asked, Desk, story_row
from bot.commands.query import Query, nearest_name, parse_query
from bot.errors import CommandError
from bot.render.views import NothingView, RecentView
from bot.store import search, stories
from bot.store.shown import headlines

NEWEST = {"en": "Newest stories", "zh": "最新报道"}
NOTHING_YET = {"en": "No stories yet.", "zh": "暂无报道。"}
FIRST_LOOK = {"en": "Would have been told", "zh": "本会推送"}
LOOK_BACK = timedelta(days=3)
"""How far a bare ``recent`` looks back when it tells how many stories a misspelt company has."""


def answer_recent(asked: Asked, desk: Desk) -> Answer:
    """The newest stories that matched a watch."""
    query = _parsed(asked, desk)
    filters = replace(query.filters, matched_only=True)
    if asked.first_look:
        return _first_look(asked, desk, query)
    rows = search.recent(desk.conn, filters, limit=asked.limit, question=query.words)
    total = search.count(desk.conn, filters, question=query.words)
    return _page(asked, desk, query, [row.story_id for row in rows], total, everything=False)


def answer_search(asked: Asked, desk: Desk) -> Answer:
    """Every story that holds the words, matched or not."""
    if not asked.words.strip():
        raise CommandError("Say what to look for: /search chip exports since:7d")
    query = _parsed(asked, desk)
    if query.watch and not query.words:
        query = replace(query, words=asked.words, filters=replace(query.filters, watches=frozenset()))
    found = search.search(desk.conn, query.words, filters=query.filters, limit=asked.limit)
    total = search.count(desk.conn, query.filters, question=query.words)
    return _page(asked, desk, query, [row.story_id for row in found], total, everything=True)


def _first_look(asked: Asked, desk: Desk, query: Query) -> Answer:
    """What a baseline would have told: the best of it that is not old news."""
    rows = search.recent(desk.conn, replace(query.filters, matched_only=True), limit=500)
    found = stories.many(desk.conn, [row.story_id for row in rows])
    ranked = sorted(rows, key=lambda row: -row.score)
    fresh = [row.story_id for row in ranked if not found[row.story_id].root.entry.late]
    lines = headlines(desk.conn, fresh[: asked.limit], asked.reader.language, desk.watchlist)
    if not lines:
        return Answer(render.error("", asked.reader))
    view = RecentView(
        reader=asked.reader,
        now=desk.now,
        title=FIRST_LOOK[asked.reader.language],
        total=len(fresh),
        stories=lines,
    )
    return Answer(render.recent(view), tuple(story_row(line) for line in lines))


def _parsed(asked: Asked, desk: Desk) -> Query:
    return parse_query(asked.words, desk.watchlist, desk.tables.variants, desk.now)


def _page(asked: Asked, desk: Desk, query: Query, ids: list[str], total: int, *, everything: bool) -> Answer:
    lines = headlines(desk.conn, ids, asked.reader.language, desk.watchlist)
    if not lines:
        return _nothing(asked, desk, query, everything=everything)
    watch = desk.watchlist.watches.get(query.watch) if query.watch and not query.words else None
    view = RecentView(
        reader=asked.reader,
        now=desk.now,
        title=watch.shown(asked.reader.language)
        if watch
        else asked.words.strip() or NEWEST[asked.reader.language],
        quoted=watch is None and bool(asked.words.strip()),
        span=query.span,
        total=max(total, len(lines)),
        stories=lines,
    )
    return Answer(render.recent(view), tuple(story_row(line) for line in lines))


def _nothing(asked: Asked, desk: Desk, query: Query, *, everything: bool) -> Answer:
    if not asked.words.strip():
        return Answer(render.error(NOTHING_YET[asked.reader.language], asked.reader))
    near = nearest_name(query.words, desk.watchlist, desk.tables.variants) if query.words else None
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
        query=asked.words.strip(),
        span=query.span or desk.settings.retention,
        meant=meant,
        meant_count=count,
        meant_span=LOOK_BACK,
        searched_all=everything,
        buttons=False,
    )
    return Answer(render.nothing_found(view))
