"""The alert: what happened, who said it and when, how sure; and every later edit of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.links import showable
from bot.model import Block, Level, Line, Match, Message, Report, Rows, Span
from bot.render.buttons import SLACK, alert_rows, silenced_rows
from bot.render.gist import gist
from bot.render.lines import clean, joined, message, shorten, text
from bot.render.reports import (
    dated_source,
    event_of,
    first_line,
    headline_line,
    names_of,
    other_reports,
    ranked,
    shown_report,
    source_of,
    spike_words,
    time_of,
)
from bot.render.times import Clock
from bot.render.views import AlertView
from bot.render.words import colon, listed, point_word, say

LONGEST = 600
NAMED_SOURCES = 3
LATE = timedelta(minutes=15)
_PLACES = frozenset({"headline", "segment", "topic", "share", "lead", "passing", "round_up"})
_QUIET_POINTS = frozenset({"trusted", "doubtful", "sources", "text", "watch", "crowd"})
"""Terms that shift a score but are not why a story is told."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """An alert that is being fitted into its length."""

    view: AlertView
    matches: tuple[Match, ...]
    shown: Report
    clock: Clock
    sentences: int = 2
    sources: bool = True

    @property
    def language(self) -> str:
        return self.view.receiver.language

    @property
    def slack(self) -> bool:
        """True where grey lines stand side by side, parted by dots."""
        return self.view.receiver.via == SLACK

    @property
    def level(self) -> Level:
        return self.matches[0].level if self.matches else Level.PASSING


def alert(view: AlertView) -> Message:
    """Return the alert as it stands now: with more reports in the story it is the living edit.

    At most 600 characters: the gist goes first, then the reports under "Also"; the rest never.
    """
    matches = ranked(view.matches)
    shown = shown_report(view.story, view.receiver.language, view.lead)
    clock = Clock.of(view.receiver, view.now)
    sizes = ((2, True), (1, True), (0, True), (0, False))
    drafts = (_Draft(view, matches, shown, clock, sentences, sources) for sentences, sources in sizes)
    for draft in drafts:
        drawn = _draw(draft)
        if len(drawn.plain) <= LONGEST:
            break
    return drawn


def score_line(score: int, reasons: tuple[str, ...], language: str, *, between: str = " · ") -> str:
    """Return the grey line that says how sure: ``96 · company in headline, earnings, 7 sources``."""
    return between.join(part for part in (str(score), listed(reasons, language)) if part)


def reasons_of(match: Match, sources: int, language: str) -> tuple[str, ...]:
    """Return what carried a score, in words: the place, up to two events, the number of sources."""
    counted = sorted((point for point in match.points if point.points > 0), key=lambda point: -point.points)
    places = [point.rule for point in counted if point.rule in _PLACES][:1]
    events = [point.rule for point in counted if point.rule.startswith("event:")][:2]
    others = [
        point.rule
        for point in counted
        if point.rule not in _PLACES | _QUIET_POINTS and not point.rule.startswith("event:")
    ]
    rules = [*places, *events, *others][:3] or ["text"] * any(point.rule == "text" for point in counted)
    words = [point_word(rule, language) for rule in dict.fromkeys(rules)]
    return (*words, say(language, "sources", count=sources)) if sources > 1 else tuple(words)


def _draw(draft: _Draft) -> Message:
    view, shown = draft.view, draft.shown
    names = names_of(tuple(match.watch for match in draft.matches), view.watchlist, draft.language)
    event = event_of(draft.matches, shown, draft.language)
    news = (
        first_line(draft.level, names or source_of(shown.entry.source_name), event),
        headline_line(shown.entry, draft.language),
        text(_gist(draft)),
    )
    spike = text(spike_words(view.spike, view.watchlist, draft.language)) if view.spike else ()
    grey = (_source_line(draft), _also(draft), spike, *map(text, _foot(draft)))
    return message(
        (Block(news), Block(grey, grey=True)),
        draft.language,
        buttons=_rows(view),
        silent=draft.level < Level.IMPORTANT and view.spike is None,
        level=draft.level,
    )


def _gist(draft: _Draft) -> str:
    entry = draft.shown.entry
    if not draft.sentences:
        return ""
    for own in dict.fromkeys((entry.body, entry.summary)):
        if found := gist(own, entry.title, sentences=draft.sentences):
            return found
    return ""


def _source_line(draft: _Draft) -> Line:
    said = dated_source(draft.shown.entry, draft.clock)
    told = draft.view.late_told_at
    if told is not None and told - draft.shown.entry.time > LATE:
        said += say(draft.language, "told_late", time=draft.clock.moment(told))
    return text(said)


def _also(draft: _Draft) -> Line:
    others = other_reports(draft.view.story, draft.shown)
    if not others or not draft.sources:
        return ()
    named = [_other(report, draft.clock) for report in others[:NAMED_SOURCES]]
    rest = len(others) - len(named)
    if draft.slack:
        return _also_in_a_row(named, rest, draft.language)
    more = Span(say(draft.language, "more", count=rest)) if rest else Span("")
    return (Span(say(draft.language, "also")), *joined(named, " · "), more)


def _also_in_a_row(named: list[Line], rest: int, language: str) -> Line:
    """``also A 17:03, B 17:06, +3``: one of the parts of Slack's grey line."""
    more = [text(say(language, "slack_more", count=rest))] if rest else []
    return (Span(say(language, "slack_also")), *joined([*named, *more], listed(("", ""), language)))


def _other(report: Report, clock: Clock) -> Line:
    entry = report.entry
    lock = source_of("", paid=entry.paid)
    return (
        Span(source_of(entry.source_name), link=showable(entry.url)),
        Span(f"{lock} {time_of(entry, clock)}"),
    )


def _foot(draft: _Draft) -> tuple[str, ...]:
    """How sure, and what became of the alert; in one line, or side by side in Slack."""
    view, language = draft.view, draft.language
    best = draft.matches[0] if draft.matches else None
    score = best.score if best else 0
    reasons = reasons_of(best, view.story.sources, language) if best else ()
    marks = say(language, "muted_by", who=_person(view.muted_by)) if view.muted_by else ""
    marks += say(language, "repeat") if view.maybe_repeat else ""
    if draft.slack:
        *parts, last = (score_line(score, reasons, language, between=colon(language)), *_states(draft))
        return (*parts, last + marks)
    return (" · ".join((score_line(score, reasons, language), *_states(draft))) + marks,)


def _states(draft: _Draft) -> Iterator[str]:
    """What became of the alert since: corrected, snoozed."""
    view, language = draft.view, draft.language
    if view.corrected_at is not None:
        time = draft.clock.moment(view.corrected_at)
        if view.corrected_by:
            yield say(language, "corrected_by", time=time, source=source_of(view.corrected_by))
        else:
            yield say(language, "corrected_at", time=time)
    if view.snoozed_until is not None:
        names = names_of(tuple(match.watch for match in draft.matches), view.watchlist, language)
        until = draft.clock.moment(view.snoozed_until)
        yield say(language, "snoozed", names=names, time=until, who=_person(view.snoozed_by))


def _person(name: str) -> str:
    return shorten(clean(name), 40) or "?"


def _rows(view: AlertView) -> Rows:
    if not view.buttons:
        return ()
    story, receiver = view.story.id, view.receiver
    if view.muted_by or view.snoozed_until:
        return silenced_rows(story, receiver.language)
    return alert_rows(story, receiver.language, via=receiver.via)
