"""``why``: the whole trace of one story for one receiver. First the reason, last what would change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.model import Block, Entry, Line, Match, Message, Reason, Report, Rows, Span, Story, Verdict
from bot.render.buttons import SLACK, told_rows, untold_rows
from bot.render.evidence import developed, joining_words, point_lines, refusal_lines, score_head, terms
from bot.render.lines import clean, message, text
from bot.render.popup import fit
from bot.render.reports import dated_source, linked, name_of, shown_report, source_of, spike_words
from bot.render.times import Clock
from bot.render.typed import typed
from bot.render.unseen import not_seen
from bot.render.unsent import set_apart
from bot.render.views import TraceView
from bot.render.words import level_word, line, point_word, quoted, reason_word, say

_LATER = frozenset({Reason.QUIET_HOURS, Reason.IN_DIGEST})
_AFTERWARDS = frozenset({Reason.MORE_SOURCES, Reason.ALREADY_TOLD, Reason.DEVELOPMENT})
"""Verdicts on later reports of a told story: the first message had its own reason."""


@dataclass(frozen=True, slots=True)
class _Trace:
    """A trace whose story, match and verdict are known."""

    view: TraceView
    story: Story
    match: Match
    verdict: Verdict
    shown: Report
    clock: Clock

    @property
    def language(self) -> str:
        return self.view.reader.language

    @property
    def slack(self) -> bool:
        """True where grey lines stand side by side, and figures in letters of one width."""
        return self.view.reader.via == SLACK

    @property
    def entry(self) -> Entry:
        return self.shown.entry

    @property
    def to(self) -> str:
        return self.view.to or self.verdict.receiver

    @property
    def told(self) -> bool:
        return self.view.told_at is not None


def why(view: TraceView) -> Message:
    """Return the trace: told or not, the score line by line, the route, the story, the times."""
    if view.story is None:
        return not_seen(view)
    trace = _trace(view, view.story)
    if trace is None and view.match is not None and view.guest:
        return _for_guests(view, view.story, view.match)
    if trace is None:
        return _unmatched(view, view.story)
    return _told(trace) if trace.told else _untold(trace)


def why_steps(view: TraceView, *, joinings: bool = True) -> Message:
    """Return the trace with every joining (unless they are told elsewhere) and every term that did not count."""
    drawn = why(view)
    if view.story is None:
        return drawn
    language = view.reader.language
    clock = Clock.of(view.reader, view.now)
    reports = view.story.reports if joinings else ()
    joined = tuple(_joining_line(report, view.story, view, clock) for report in reports)
    refused = [refusal for report in view.story.reports for refusal in report.facts.refused]
    lines = refusal_lines(refused, view.watchlist, language) if view.match else ()
    blocks = (*drawn.blocks, Block(joined), Block(lines))
    return message(blocks, language)


def why_short(view: TraceView) -> str:
    """Return the pop-up: at most 200 UTF-16 units, points dropped from the smallest on."""
    language = view.reader.language
    trace = _trace(view, view.story) if view.story else None
    if trace is None:
        if view.match is not None and view.guest:
            return fit([f"{view.match.score} {level_word(view.match.level, language)}"], [], [])
        known = view.story is not None
        head = reason_word("no_match", language) if known else say(language, "why_not_seen").replace("*", "")
        return fit([head[:1].upper() + head[1:]], [], [])
    head = f"{trace.match.score} {level_word(trace.match.level, language)}"
    points = [
        f"{term.points:+d} {point_word(term.rule, language)}" for term in terms(trace.match) if term.points
    ]
    full = say(language, "short_full", command=typed(view.reader.via, f"why {trace.story.id}"))
    return fit([head], points, [_short_verdict(trace), full])


def _trace(view: TraceView, story: Story) -> _Trace | None:
    if view.match is None or view.verdict is None:
        return None
    clock = Clock.of(view.reader, view.now)
    return _Trace(view, story, view.match, view.verdict, _decisive_report(view, story, view.match), clock)


def _decisive_report(view: TraceView, story: Story, match: Match) -> Report:
    """The report that earned the score, unless it was read only after the story had been told."""
    told = view.told_at
    scored = next((report for report in story.reports if report.entry.id == match.entry), None)
    if scored is None or (told is not None and scored.entry.first_seen > told):
        return story.root
    return scored


# Told


def _told(trace: _Trace) -> Message:
    assert trace.view.told_at is not None
    time = trace.clock.second(trace.view.told_at)
    head = line(trace.language, "why_told", to=trace.to, time=time, reason=_told_reason(trace))
    reached = _untold_score(trace) if trace.verdict.spike else score_head(trace.match, trace.language)
    score = (reached, *_points(trace))
    facts = Block(_facts_in_a_row(trace), grey=True) if trace.slack else Block(_facts(trace))
    blocks = (Block((head, _headline(trace))), Block(score), facts)
    rows = told_rows(
        trace.story.id, trace.language, several=len(trace.story.reports) > 1, via=trace.view.reader.via
    )
    return message(blocks, trace.language, buttons=_rows(trace.view, rows))


def _told_reason(trace: _Trace) -> str:
    reason = trace.verdict.reason
    if trace.verdict.spike is not None:
        return reason_word(Reason.SPIKE, trace.language)
    return reason_word(Reason.FIRST_REPORT if reason in _AFTERWARDS else reason, trace.language)


def _points(trace: _Trace) -> tuple[Line, ...]:
    return point_lines(trace.match, trace.story, trace.language, coded=trace.slack)


def _facts_in_a_row(trace: _Trace) -> tuple[Line, ...]:
    """Slack's grey line: the route, the story, and how long reading and telling took."""
    language, entry, told = trace.language, trace.entry, trace.view.told_at
    route = text("".join(span.text for span in _route(trace)))
    count = len(trace.story.reports)
    parts = [_spike(trace), route, text(say(language, "slack_story", id=trace.story.id, count=count))]
    if entry.published is not None and told is not None:
        read, sent = entry.first_seen - entry.published, told - entry.first_seen
        spans = {"read": trace.clock.span(read), "told": trace.clock.span(sent)}
        parts.append(text(say(language, "slack_times", **spans)))
    return tuple(parts)


def _facts(trace: _Trace) -> tuple[Line, ...]:
    since = developed(trace.view.developed_at, trace.clock)
    return (_spike(trace), _route(trace), _story(trace), _times(trace), since)


def _spike(trace: _Trace) -> Line:
    spike = trace.verdict.spike
    if spike is None:
        return ()
    said = spike_words(spike, trace.view.watchlist, trace.language)
    return line(trace.language, "why_spike", said=said)


def _route(trace: _Trace) -> Line:
    verdict = trace.verdict
    if not verdict.route:
        return ()
    if verdict.threshold is None:
        return line(trace.language, "why_route_open", route=verdict.route, to=trace.to)
    return line(trace.language, "why_route", route=verdict.route, to=trace.to, threshold=verdict.threshold)


def _story(trace: _Trace) -> Line:
    reports = trace.story.reports
    head = line(trace.language, "why_story", id=trace.story.id, count=len(reports))
    if len(reports) < 2:
        return head
    second = reports[1]
    words = joining_words(second, trace.story, trace.view.watchlist, trace.clock)
    source = source_of(second.entry.source_name)
    return (*head, Span(say(trace.language, "joined", source=source, why=words)))


def _times(trace: _Trace) -> Line:
    entry, clock = trace.entry, trace.clock
    read = clock.second(entry.first_seen)
    if entry.published is None:
        head = line(trace.language, "why_time_unknown", read=read)
    else:
        head = line(trace.language, "why_time", published=clock.second(entry.published), read=read)
    if trace.view.told_at is None:
        return head
    return (*head, Span(say(trace.language, "why_time_told", time=clock.second(trace.view.told_at))))


# Not told


def _untold(trace: _Trace) -> Message:
    reason = None if set_apart(trace.view, trace.clock) else trace.verdict.reason
    head = line(trace.language, _untold_key(trace), to=trace.to, reason=_untold_reason(trace))
    rows = _rows(trace.view, untold_rows(trace.story.id, trace.language, via=trace.view.reader.via))
    if reason is Reason.QUIET_HOURS:
        lines = (head, _headline(trace), _spike(trace), text(_quiet_score(trace)), text(_hint(trace)))
        return message((Block(lines),), trace.language, buttons=rows)
    source = text(dated_source(trace.entry, trace.clock))
    score = (_untold_score(trace), *_points(trace))
    hint = Block((text(_hint(trace)),), grey=trace.slack)
    blocks = (Block((head, _headline(trace), source)), Block(score), hint)
    return message(blocks, trace.language, buttons=rows)


def _untold_key(trace: _Trace) -> str:
    unsent = trace.view.unsent
    if unsent is not None:
        return "why_not_told" if unsent.given_up else "why_not_yet"
    if trace.verdict.reason in _LATER:
        return "why_not_yet"
    if trace.verdict.reason in _AFTERWARDS:
        return "why_not_again"
    return "why_not_told" if trace.to else "why_not_told_anyone"


def _untold_reason(trace: _Trace) -> str:
    view, language, clock = trace.view, trace.language, trace.clock
    if said := set_apart(view, clock):
        return said
    if trace.verdict.reason is Reason.QUIET_HOURS and trace.verdict.due is not None:
        return say(language, "quiet_until", time=clock.moment(trace.verdict.due))
    if trace.verdict.reason is Reason.MUTED and view.muted_until is not None:
        time = clock.moment(view.muted_until)
        if view.muted_by:
            return say(language, "muted_until_by", time=time, who=clean(view.muted_by))
        return say(language, "muted_until", time=time)
    if trace.verdict.reason is Reason.OVER_BUDGET and view.budget is not None:
        hourly = view.budget.per.total_seconds() <= 3600
        limit = say(language, "limit_hour" if hourly else "limit_day", count=view.budget.count)
        return say(language, "over_limit", limit=limit)
    return reason_word(trace.verdict.reason, language)


def _untold_score(trace: _Trace) -> Line:
    threshold = trace.verdict.threshold
    if threshold is None or trace.match.score >= threshold:
        return score_head(trace.match, trace.language)
    return line(
        trace.language,
        "score_threshold",
        score=trace.match.score,
        to=trace.to,
        threshold=threshold,
    )


def _quiet_score(trace: _Trace) -> str:
    quiet = trace.view.quiet_hours
    if quiet is None or quiet.unless_score > 100:
        return say(trace.language, "score_quiet_all", score=trace.match.score, to=trace.to)
    return say(
        trace.language, "score_quiet", score=trace.match.score, to=trace.to, threshold=quiet.unless_score
    )


def _hint(trace: _Trace) -> str:
    """What would have changed it."""
    hint = _HINTS.get(trace.verdict.reason)
    return hint(trace) if hint and trace.to and not set_apart(trace.view, trace.clock) else ""


def _hint_quiet(trace: _Trace) -> str:
    due = trace.verdict.due
    return say(trace.language, "told_then", time=trace.clock.moment(due)) if due else ""


def _hint_muted(trace: _Trace) -> str:
    if trace.view.muted_story:
        return say(trace.language, "hint_muted_story", to=trace.to)
    command = typed(trace.view.reader.via, f"watch unmute {trace.match.watch}")
    return say(trace.language, "hint_muted", to=trace.to, command=command)


def _hint_old(trace: _Trace) -> str:
    age = trace.clock.span(trace.entry.first_seen - trace.entry.time)
    return say(trace.language, "hint_old", age=age)


def _hint_scored(key: str) -> Callable[[_Trace], str]:
    return lambda trace: say(trace.language, key, to=trace.to, score=trace.match.score)


def _hint_said(key: str) -> Callable[[_Trace], str]:
    return lambda trace: say(
        trace.language, key, to=trace.to, names=_name(trace), source=source_of(trace.entry.source_name)
    )


_HINTS: dict[Reason, Callable[[_Trace], str]] = {
    Reason.BELOW_THRESHOLD: _hint_scored("hint_threshold"),
    Reason.NOT_SUBJECT: _hint_scored("hint_subject"),
    Reason.NO_ROUTE: _hint_said("hint_route"),
    Reason.MUTED: _hint_muted,
    Reason.BASELINE: _hint_said("hint_baseline"),
    Reason.TOO_OLD: _hint_old,
    Reason.OVER_BUDGET: _hint_said("hint_budget"),
    Reason.IN_DIGEST: _hint_said("hint_digest"),
    Reason.ROUND_UP: _hint_said("hint_round_up"),
    Reason.ALREADY_TOLD: _hint_said("hint_again"),
    Reason.MORE_SOURCES: _hint_said("hint_again"),
    Reason.QUIET_HOURS: _hint_quiet,
}


# Nobody's


def _for_guests(view: TraceView, story: Story, match: Match) -> Message:
    """What a story is worth and why; who was told of it is said where that arrives."""
    language, clock = view.reader.language, Clock.of(view.reader, view.now)
    entry = _decisive_report(view, story, match).entry
    points = point_lines(match, story, language, coded=view.reader.via == SLACK)
    head = linked(entry.title, entry.url, language)
    blocks = (
        Block((head, text(dated_source(entry, clock)))),
        Block((score_head(match, language), *points)),
        Block((text(say(language, "why_guest")),), grey=view.reader.via == SLACK),
    )
    return message(
        blocks, language, buttons=_rows(view, untold_rows(story.id, language, via=view.reader.via))
    )


# No match


def _unmatched(view: TraceView, story: Story) -> Message:
    language = view.reader.language
    shown = shown_report(story, language)
    clock = Clock.of(view.reader, view.now)
    head = line(language, "why_not_told_anyone", reason=reason_word("no_match", language))
    refused = [refusal for report in story.reports for refusal in report.facts.refused]
    reasons = refusal_lines(refused, view.watchlist, language) or (text(say(language, "hint_unmatched")),)
    source = text(dated_source(shown.entry, clock))
    blocks = (Block((head, linked(shown.entry.title, shown.entry.url, language), source)), Block(reasons))
    return message(blocks, language)


# The pop-up


def _short_verdict(trace: _Trace) -> str:
    language = trace.language
    if trace.view.told_at is None:
        return say(language, "short_not", reason=_untold_reason(trace)) + say(language, "stop")
    time = trace.clock.moment(trace.view.told_at)
    said = say(language, "short_told", time=time, reason=_told_reason(trace))
    if trace.verdict.route:
        said += say(language, "short_route", route=quoted(trace.verdict.route, language))
    return said + say(language, "stop")


# Shared


def _headline(trace: _Trace) -> Line:
    return linked(trace.entry.title, trace.entry.url, trace.language)


def _name(trace: _Trace) -> str:
    return name_of(trace.match.watch, trace.view.watchlist, trace.language)


def _joining_line(report: Report, story: Story, view: TraceView, clock: Clock) -> Line:
    words = joining_words(report, story, view.watchlist, clock)
    return text(f"{dated_source(report.entry, clock)} · {words}")


def _rows(view: TraceView, rows: Rows) -> Rows:
    return rows if view.buttons else ()
