"""The newest stories with their scores and why they have them, and who was told."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands import Desk
from bot.links import showable
from bot.model import Level, Match, Story
from bot.render.alert import reasons_of
from bot.render.reports import best_report, names_of, other_reports, shown_time, source_of, title_of
from bot.render.words import event_word, level_word, listed
from bot.store import search, stories
from bot.store.shown import matches_for
from bot.web.reader import Reader, name

LONGEST_TITLE = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One story in a list."""

    id: str
    level: str
    """passing, notable, important, urgent: how it is coloured."""
    level_word: str
    score: int
    title: str
    url: str
    """As a link; "" where it may not be one."""
    lang: str
    companies: str
    event: str
    source: str
    more: int
    time: str
    why: str
    """What the score is made of, in words."""
    told: tuple[str, ...]
    """The receivers that were told at once."""


def newest(desk: Desk, reader: Reader, limit: int) -> tuple[Shown, ...]:
    """Return the newest stories that matched a watch."""
    rows = search.recent(desk.conn, search.Filters(matched_only=True), limit=limit)
    found = stories.many(desk.conn, [row.story_id for row in rows])
    return tuple(shown(found[row.story_id], row.told, desk, reader) for row in rows if row.story_id in found)


def shown(story: Story, told: tuple[str, ...], desk: Desk, reader: Reader) -> Shown:
    """Return one story as a list shows it."""
    known = matches_for(desk.conn, story.id, None, desk.watchlist)
    best = known[0] if known else None
    report = best_report(story, reader.language, best)
    level = Level.of(best.score if best else 0)
    return Shown(
        id=story.id,
        level=level.word,
        level_word=level_word(level, reader.language),
        score=best.score if best else 0,
        title=title_of(report.entry.title, reader.language, LONGEST_TITLE),
        url=showable(report.entry.url),
        lang=_lang(report.entry.lang),
        companies=names_of(tuple(match.watch for match in known), desk.watchlist, reader.language),
        event=_event(best, reader.language),
        source=source_of(report.entry.source_name, paid=report.entry.paid),
        more=len(other_reports(story, report)),
        time=reader.clock.moment(shown_time(report.entry)),
        why=listed(reasons_of(best, story.sources, reader.language), reader.language) if best else "",
        told=tuple(name(receiver) for receiver in told),
    )


def _event(best: Match | None, language: str) -> str:
    return event_word(best.events[0], language) if best and best.events else ""


def _lang(lang: str) -> str:
    """A language tag that may stand in an attribute; a reader's voice and the choice of glyphs follow it."""
    return lang if lang in {"en", "zh"} else ""
