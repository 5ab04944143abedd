"""What the watchlist sees in a text, and who would hear of it: the answer of ``match``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.model import Block, Budget, Level, Line, Match, Message, Reason, Receiver, Span, Story, Watchlist
from bot.render.evidence import point_lines, refusal_lines
from bot.render.lines import clean, message, shorten, text
from bot.render.reports import LONGEST_HEADLINE, LONGEST_NAME, name_of
from bot.render.times import Clock
from bot.render.words import DOTS, level_word, line, reason_word, say

MOST_WATCHES = 5
MOST_RECEIVERS = 20
IN = "   "


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What one receiver would hear of a story, and the reason."""

    receiver: str
    reason: Reason
    at_once: bool = False
    due: datetime | None = None
    """When it would hear: after its quiet hours, or in its next digest."""
    digest: bool = False
    watch: str = ""
    score: int = 0
    threshold: int | None = None
    route: str = ""
    budget: Budget | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchView:
    """A text as the watchlist reads it; ``matches`` are best first, ``hearings`` one a receiver."""

    reader: Receiver
    watchlist: Watchlist
    now: datetime
    story: Story
    matches: tuple[Match, ...]
    hearings: tuple[Hearing, ...] = ()


def matched(view: MatchView) -> Message:
    """Return what is seen, with its points, what did not count, and who would hear."""
    language = view.reader.language
    report = view.story.root
    title = shorten(clean(report.entry.title), LONGEST_HEADLINE)
    blocks = [Block((text(title, bold=True),))]
    blocks += [Block(tuple(_watch(match, view))) for match in view.matches[:MOST_WATCHES]]
    if more := len(view.matches) - MOST_WATCHES:
        blocks.append(Block((text(say(language, "company_more", count=more)),) if more > 0 else ()))
    if not view.matches:
        blocks.append(Block((text(reason_word("no_match", language).capitalize()),)))
    refused = refusal_lines(report.facts.refused, view.watchlist, language)
    blocks.append(Block((line(language, "match_refused"), *refused) if refused else ()))
    blocks.append(Block(tuple(_hearings(view))))
    return message(blocks, language)


def hearing_words(hearing: Hearing, clock: Clock) -> str:
    """Return when a receiver would hear, or why not: ``at once``, ``no: below its threshold of 60``."""
    language = clock.language
    due = clock.moment(hearing.due) if hearing.due else ""
    if hearing.at_once:
        return say(language, "hears_now")
    if hearing.digest:
        key = "hears_digest_budget" if hearing.reason is Reason.OVER_BUDGET else "hears_digest"
        return say(language, key, time=due)
    if hearing.due:
        return say(language, "hears_later", time=due)
    if hearing.reason is Reason.BELOW_THRESHOLD and hearing.threshold is not None:
        return say(language, "hears_below", threshold=hearing.threshold)
    return say(language, "hears_not", reason=reason_word(hearing.reason, language))


def _watch(match: Match, view: MatchView) -> Iterator[Line]:
    language = view.reader.language
    level = Level.of(match.score)
    yield (
        Span(f"{DOTS[level]} "),
        Span(name_of(match.watch, view.watchlist, language), bold=True),
        Span(f" · {match.score} {level_word(level, language)} · {say(language, _place(match))}"),
    )
    for points in point_lines(match, view.story, language):
        yield (Span(IN), *points)


def _place(match: Match) -> str:
    if match.subject:
        return "match_subject"
    return "match_segment" if any(point.rule == "segment" for point in match.points) else "match_passing"


def _hearings(view: MatchView) -> Iterator[Line]:
    if not view.hearings:
        return
    language = view.reader.language
    clock = Clock.of(view.reader, view.now)
    yield line(language, "match_hearing")
    for hearing in view.hearings[:MOST_RECEIVERS]:
        name = shorten(clean(hearing.receiver), LONGEST_NAME)
        route = say(language, "hears_route", route=clean(hearing.route)) if hearing.route else ""
        yield (Span(name, bold=True), Span(f" · {hearing_words(hearing, clock)}{route}"))
    if more := len(view.hearings[MOST_RECEIVERS:]):
        yield text(say(language, "company_more", count=more))
