"""A score as lines that add up, each with the words that earned it; and why a report joined a story."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import Joining, Level, Line, Match, Refusal, Report, Span, Story, Watchlist
from bot.render.lines import clean, shorten, text
from bot.render.reports import name_of, source_of
from bot.render.times import Clock
from bot.render.words import (
    EVENTS,
    colon,
    comma,
    event_in_passing,
    joining_word,
    level_word,
    line,
    listed,
    point_word,
    quoted,
    quoted_list,
    say,
)
from bot.text import fold, is_cjk, stem

MOST_POINTS = 8
MOST_REFUSALS = 5
MOST_WORDS = 3
MOST_SHARED = 4
LONGEST_WORD = 40
READ = 2_000
"""Characters of a text in which words are looked for that were compared without their endings."""
_LATIN_WORD = re.compile(r"[a-z]+")
_SCALES = {
    "en": ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")),
    "zh": ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
}
_MONEY = {"USD": "美元", "CNY": "元", "HKD": "港元", "EUR": "欧元", "JPY": "日元", "GBP": "英镑"}
_UNQUOTED = frozenset({"trusted", "doubtful", "sources", "text", "crowd"})


@dataclass(frozen=True, slots=True)
class Term:
    """The points of one rule, summed, with the words that earned them."""

    rule: str
    points: int
    texts: tuple[str, ...]


def terms(match: Match) -> tuple[Term, ...]:
    """Return a score's points by rule, most first; what lowers it stands last."""
    sums: dict[str, int] = {}
    texts: dict[str, list[str]] = {}
    for point in match.points:
        sums[point.rule] = sums.get(point.rule, 0) + point.points
        texts.setdefault(point.rule, []).append(clean(point.text))
    ordered = sorted(sums, key=lambda rule: -sums[rule])
    return tuple(Term(rule, sums[rule], tuple(filter(None, texts[rule]))) for rule in ordered)


def point_lines(match: Match, story: Story, language: str, *, coded: bool = False) -> tuple[Line, ...]:
    """Return ``+55  company in headline: “Alibaba”`` and so on, eight at most; the rest is one sum.

    ``coded`` sets the figures in letters of one width.
    """
    found = terms(match)
    rows = [(term.points, _explained(term, match, story, language)) for term in found[:MOST_POINTS]]
    if rest := found[MOST_POINTS:]:
        rows.append((sum(term.points for term in rest), say(language, "other_points")))
    width = max((len(f"{points:+d}") for points, _ in rows), default=0)
    if coded:
        return tuple(
            (Span(f"{points:+d}".rjust(width), code=True), Span(f" {words}"))
            for points, words in rows
            if points
        )
    # Chats set figures in proportional letters, where two spaces take the room of one figure.
    return tuple(
        text(f"{'  ' * (width - len(f'{points:+d}'))}{points:+d}  {words}")
        for points, words in rows
        if points
    )


def score_head(match: Match, language: str) -> Line:
    """Return ``Score 92, urgent``, with a word where the points sum to more than a score can be."""
    head = line(language, "score", score=match.score, level=level_word(Level.of(match.score), language))
    total = sum(point.points for point in match.points)
    return (*head, Span(say(language, "score_top", total=total))) if total > 100 else head


def refusal_lines(refused: Iterable[Refusal], watchlist: Watchlist, language: str) -> tuple[Line, ...]:
    """Return a sentence for each term that was found and did not count, five at most."""
    sentences = dict.fromkeys(_refused(refusal, watchlist, language) for refusal in refused)
    return tuple(text(sentence) for sentence in list(sentences)[:MOST_REFUSALS])


def joining_words(report: Report, story: Story, watchlist: Watchlist, clock: Clock) -> str:
    """Return why a report stands in its story: ``same company, earnings, 34%, 1 min apart``."""
    language = clock.language
    joining = report.joining
    if joining.rule == "split":
        return joining_word(joining.rule, language)
    if joining.rule == "first" or report.entry.id == story.root.entry.id:
        return say(language, "opened_story")
    by_id = {other.entry.id: other for other in story.reports}
    words = list(_shared(report, story, watchlist, language))
    if original := by_id.get(joining.copy_of):
        words = [word for word in words if word != joining_word("same_text", language)]
        words.insert(0, say(language, "copy_of", source=source_of(original.entry.source_name)))
    reasons = listed(words, language) or joining_word(joining.rule, language)
    other = by_id.get(joining.other)
    if other is None:
        return reasons
    return comma(language).join((reasons, apart_words(report, other, clock)))


def apart_words(report: Report, other: Report, clock: Clock) -> str:
    """Return how far two reports lie apart: ``7 min apart``."""
    return say(clock.language, "apart", span=_rounded(abs(report.entry.time - other.entry.time), clock))


def in_common(
    report: Report, story: Story, watchlist: Watchlist, language: str
) -> tuple[list[str], list[str]]:
    """Return what a report shares with its story: companies and events by name; words and figures, rarest first."""
    joining = report.joining
    watches = [name_of(token, watchlist, language) for token in joining.shared if token in watchlist.watches]
    events = [event_in_passing(token, language) for token in joining.shared if token in EVENTS]
    said = _names_said(joining, watchlist)
    rest = [token for token in joining.shared if token not in said]
    words = _words_in_common(rest, report, story, language)
    return [*watches, *events], list(dict.fromkeys(filter(None, words)))


def _names_said(joining: Joining, watchlist: Watchlist) -> set[str]:
    """The shared companies and events, and the words that only name them again."""
    said = set(joining.shared) & (watchlist.watches.keys() | EVENTS.keys())
    for token in sorted(said):
        said.update(word.casefold() for word in EVENTS.get(token, ()))
        watch = watchlist.watches.get(token)
        if watch is not None:
            said.update(name.casefold() for name in (watch.name, *watch.names.values(), *watch.aliases))
            said.update(name.casefold() for name in (*watch.likely, *watch.weak))
    return said


def _words_in_common(tokens: Iterable[str], report: Report, story: Story, language: str) -> list[str]:
    """Shared tokens as they may be shown, "" for those that may not, in the same order."""
    written = _written(report, story)
    whole = report.joining.rule == "same_event"
    return [_word_in_common(written.get(token, token), language, whole=whole) for token in tokens]


def _word_in_common(token: str, language: str, *, whole: bool) -> str:
    """A shared token as it may be shown; pairs of Chinese characters are no words unless tokens are concepts."""
    if ":" in token:
        return _figure_words(token, language)
    return (
        ""
        if not whole and all(map(is_cjk, token)) and len(token) <= 2
        else shorten(clean(token), LONGEST_WORD)
    )


def _written(report: Report, story: Story) -> dict[str, str]:
    """Words without their endings, as they are compared, to the words as the two reports write them."""
    other = (each for each in story.reports if each.entry.id == report.joining.other)
    entries = [each.entry for each in (report, *other)]
    texts = (*(entry.title for entry in entries), *(entry.text[:READ] for entry in entries))
    found: dict[str, str] = {}
    for word in _LATIN_WORD.findall(fold(" ".join(texts), {})):
        found.setdefault(stem(word), word)
    return found


def _figure_words(token: str, language: str) -> str:
    """A figure as people write it: ``usd:2e+09`` is 2 billion USD, 20 亿美元; ``percent:34`` 34%; no periods."""
    unit, _, written = token.partition(":")
    try:
        value = float(written)
    except ValueError:
        return ""
    if unit == "period":
        return ""
    if unit == "percent":
        return f"{value:g}%"
    size, word = next(((size, word) for size, word in _SCALES[language] if value >= size), (1.0, ""))
    name = "" if unit in {"count", "money"} else unit.upper()
    if language == "zh":
        return f"{value / size:.10g} {word}{_MONEY.get(name, name)}".strip()
    return " ".join(filter(None, (f"{value / size:,.10g}", word, name)))


def _rounded(delta: timedelta, clock: Clock) -> str:
    """A distance in whole minutes: seconds between two reports say nothing."""
    return clock.span(max(timedelta(minutes=1), timedelta(minutes=round(delta.total_seconds() / 60))))


def _explained(term: Term, match: Match, story: Story, language: str) -> str:
    words = point_word(term.rule, language)
    if term.rule == "sources":
        return say(language, "sources", count=story.sources) if story.sources > 1 else words
    if term.rule == "text":
        return say(language, "more_in_text", count=_more_in_text(match, story, term.points))
    if term.rule in {"trusted", "doubtful"}:
        return words + colon(language) + _source_name(match, story)
    texts = _texts(term, match, story)
    if not texts or term.rule in _UNQUOTED:
        return words
    return words + colon(language) + quoted_list(texts, language)


def _texts(term: Term, match: Match, story: Story) -> tuple[str, ...]:
    """The words that earned a term; for an event all that the same report says of it."""
    texts = list(term.texts)
    kind = term.rule.removeprefix("event:")
    if kind != term.rule:
        hits = (hit for report in _scored(match, story) for hit in report.facts.events if hit.kind == kind)
        texts += [clean(hit.text) for hit in sorted(hits, key=lambda hit: (hit.field != "title", hit.start))]
    apart = {words.casefold(): words for words in reversed(texts) if words}
    return tuple(shorten(words, LONGEST_WORD) for words in reversed(apart.values()))[:MOST_WORDS]


def _more_in_text(match: Match, story: Story, points: int) -> int:
    """Mentions in the text beside the one that the place was given for."""
    places = {(point.field, point.start) for point in match.points if point.rule != "text"}
    more = [
        mention
        for report in _scored(match, story)
        for mention in report.facts.mentions
        if mention.watch == match.watch and mention.field == "body" and ("body", mention.start) not in places
    ]
    return len(more) or points


def _scored(match: Match, story: Story) -> tuple[Report, ...]:
    return tuple(report for report in story.reports if report.entry.id == match.entry)


def _source_name(match: Match, story: Story) -> str:
    report = next(iter(_scored(match, story)), story.root)
    return source_of(report.entry.source_name)


def _refused(refusal: Refusal, watchlist: Watchlist, language: str) -> str:
    by = quoted(shorten(clean(refusal.by), LONGEST_WORD), language) if refusal.by else ""
    found = quoted(shorten(clean(refusal.text), LONGEST_WORD), language)
    watch = name_of(refusal.watch, watchlist, language)
    match refusal.reason:
        case "excluded":
            return say(language, "refused_excluded", text=by or found, watch=watch)
        case "needs_support":
            return say(language, "refused_needs_support", text=found)
        case "person_alone" | "bare_ticker" | "lower_case":
            return say(language, f"refused_{refusal.reason}", text=found, watch=watch)
        case "inside_longer":
            return say(language, "refused_inside_longer" if by else "refused_inside", text=found, by=by)
        case "vetoed":
            return say(language, "refused_vetoed" if by else "refused_cancelled", by=by, watch=watch)
        case other:
            return say(language, "refused_other", text=found, watch=watch, reason=other.replace("_", " "))


def _shared(report: Report, story: Story, watchlist: Watchlist, language: str) -> Iterable[str]:
    """What two reports have in common, in words, as far as it fits a line."""
    joining = report.joining
    if joining.rule in {"same_link", "same_title", "same_text", "split", "merged"}:
        yield joining_word(joining.rule, language)
    companies, events, words = [], [], []
    said = _names_said(joining, watchlist)
    for token in joining.shared:
        if token in watchlist.watches:
            companies.append(joining_word("company", language))
        elif token in EVENTS:
            events.append(event_in_passing(token, language))
        elif token not in said:
            words += _words_in_common([token], report, story, language)
    yield from [word for word in dict.fromkeys((*companies, *events, *words)) if word][:MOST_SHARED]


def developed(at: datetime | None, clock: Clock) -> Line:
    """Return when a story that was told rang again, as a development; an empty line where it did not."""
    return () if at is None else line(clock.language, "why_developed", time=clock.second(at))
