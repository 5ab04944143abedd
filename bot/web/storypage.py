"""One story: its score, who was told or why not, and its reports, each with why it stands there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.commands import Asked, Desk
from bot.commands.traces import stacked, traces_of
from bot.links import showable
from bot.model import Line, Match, Message, Report, Story
from bot.render import name_of, why
from bot.render.evidence import joining_words, point_lines, score_head
from bot.render.lines import plain
from bot.render.reports import dated_source, title_of
from bot.store import alerts, stories
from bot.store.shown import matches_for
from bot.web.headlines import Shown, shown
from bot.web.reader import Reader

MOST_REPORTS = 60
LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class Scored:
    """A company's score, with the points that add up to it."""

    name: str
    head: Line
    points: tuple[tuple[str, str], ...]
    """Each as (``+55``, what it is for)."""


@dataclass(frozen=True, slots=True)
class Told:
    """One report of the story."""

    title: str
    url: str
    who: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    """All that the page shows."""

    shown: Shown
    scores: tuple[Scored, ...]
    traces: tuple[tuple[Line, ...], ...]
    """Who was told, when and why; who was not, and why not: lines that belong together."""
    reports: tuple[Told, ...]
    more: int


def story_page(desk: Desk, reader: Reader, story_id: str) -> StoryPage | None:
    """Return a story, or None where there is none of that name."""
    story = stories.get(desk.conn, story_id) if len(story_id) <= LONGEST_ID else None
    if story is None:
        return None
    known = matches_for(desk.conn, story.id, None, desk.watchlist)
    asked = Asked(verb="why", words=story.id, reader=reader.receiver, admin=True)
    told = alerts.receivers_told(desk.conn, [story.id]).get(story.id, ())
    scores = tuple(_scored(match, story, desk, reader) for match in known)
    said = stacked([why(view) for view in traces_of(asked, desk, story)])
    return StoryPage(
        shown=shown(story, told, desk, reader),
        scores=scores,
        traces=tuple(_unsaid(said, scores)),
        reports=tuple(_told(each, story, desk, reader) for each in story.reports[:MOST_REPORTS]),
        more=max(0, len(story.reports) - MOST_REPORTS),
    )


def _scored(match: Match, story: Story, desk: Desk, reader: Reader) -> Scored:
    language = reader.language
    name = name_of(match.watch, desk.watchlist, language)
    points = tuple(_point(line) for line in point_lines(match, story, language))
    return Scored(name, score_head(match, language), points)


def _point(line: Line) -> tuple[str, str]:
    figure, _, words = plain(line).strip().partition("  ")
    return figure, words


def _unsaid(said: Message, scores: Iterable[Scored]) -> Iterator[tuple[Line, ...]]:
    """What the page does not say elsewhere: the headline stands above all of it, and so do the scores."""
    known = {plain(score.head) for score in scores}
    known |= {"  ".join(point) for score in scores for point in score.points}
    for block in said.blocks:
        lines = tuple(
            line
            for line in block.lines
            if plain(line).strip() not in known and not all(span.link for span in line)
        )
        if lines:
            yield lines


def _told(report: Report, story: Story, desk: Desk, reader: Reader) -> Told:
    return Told(
        title=title_of(report.entry.title, reader.language),
        url=showable(report.entry.url),
        who=dated_source(report.entry, reader.clock),
        why=joining_words(report, story, desk.watchlist, reader.clock),
    )
