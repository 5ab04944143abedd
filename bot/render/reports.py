"""Which report of a story is shown, which stand beside it, and how a story fits on one line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.links import showable
from bot.model import Entry, Level, Line, Match, Report, Span, Spike, Story, Watchlist
from bot.render.lines import clean, shorten
from bot.render.times import Clock
from bot.render.views import Headline
from bot.render.words import DOTS, NO_HEADLINE, PAID, event_word, listed, say

LONGEST_HEADLINE = 240
LONGEST_LISTED = 90
LONGEST_REFERRED = 48
LONGEST_NAME = 40


def shown_report(story: Story, language: str, lead: str = "") -> Report:
    """Return the report whose headline is shown: the first in the reader's language, else the first.

    ``lead`` is the entry that made the story ring. Where it is not the first, what it says is the news: it is
    shown, or the first report in the reader's language that tells of the same kinds of event.
    """
    titled = [report for report in story.reports if clean(report.entry.title)] or list(story.reports)
    own = [report for report in titled if not report.joining.copy_of] or titled
    led = next((report for report in own[1:] if report.entry.id == lead), None)
    if led is not None:
        kinds = title_kinds(led)
        own = [led, *(report for report in own if report is not led and kinds <= title_kinds(report))]
    return next((report for report in own if report.entry.lang.startswith(language)), own[0])


def best_report(story: Story, language: str, match: Match | None) -> Report:
    """Return the report that stands for a story: the one shown otherwise, or the one that earned the match's score.

    The latter where its headline tells of a kind of event that the other does not, or is about the company and
    the other is not: it is the news that made the story ring.
    """
    shown = shown_report(story, language)
    found = next((report for report in story.reports if match and report.entry.id == match.entry), None)
    if found is None or match is None:
        return shown
    about = match.watch in found.facts.subjects and match.watch not in shown.facts.subjects
    news = about or not title_kinds(found) <= title_kinds(shown)
    return shown_report(story, language, match.entry) if news else shown


def title_kinds(report: Report) -> frozenset[str]:
    """Return the kinds of event that a report's headline tells of."""
    return frozenset(hit.kind for hit in report.facts.events if hit.field == "title")


def other_reports(story: Story, shown: Report) -> tuple[Report, ...]:
    """Return one report of each further source: free before paid, trusted before others, then by time.

    Copies of a wire report and further entries of a source already named don't count.
    """
    first: dict[str, Report] = {}
    for report in story.reports:
        if not report.joining.copy_of and report.entry.source != shown.entry.source:
            first.setdefault(report.entry.source, report)
    return tuple(sorted(first.values(), key=_preference))


def headline_of(
    story: Story,
    score: int,
    language: str,
    watches: tuple[str, ...] = (),
    *,
    corrected: bool = False,
    best: Match | None = None,
) -> Headline:
    """Return a story as one line of a list; ``watches`` are the ids it is about, best first, ``best`` its match."""
    shown = best_report(story, language, best)
    entry = shown.entry
    return Headline(
        story=story.id,
        score=score,
        title=entry.title,
        url=entry.url,
        source=entry.source_name,
        paid=entry.paid,
        more=len(other_reports(story, shown)),
        time=shown_time(entry),
        watches=watches,
        late=entry.late,
        corrected=corrected,
    )


def ranked(matches: Sequence[Match]) -> tuple[Match, ...]:
    """Return the matches, most points first; mentions in passing go when something stronger is there."""
    ordered = sorted(matches, key=lambda match: (-match.score, not match.subject, match.watch))
    strong = [match for match in ordered if match.subject or match.level > Level.PASSING]
    return tuple(strong or ordered)


def spike_words(spike: Spike, watchlist: Watchlist, language: str) -> str:
    """Return why a story rang below a threshold: ``Xiaomi: 9 stories in 6 hours, usually 1``."""
    values = {"count": spike.stories, "hours": spike.hours, "usual": spike.usual}
    name = name_of(spike.watch, watchlist, language)
    return say(language, "spike" if spike.usual else "spike_rare", name=name, **values)


def names_of(watches: Sequence[str], watchlist: Watchlist, language: str) -> str:
    """Return up to three names in the reader's language; beyond that two and a number: ``A, B +3``."""
    names = [name_of(watch, watchlist, language) for watch in watches]
    named = names if len(names) <= 3 else names[:2]
    return listed(named, language) + (f" +{len(names) - 2}" if len(names) > 3 else "")


def name_of(watch: str, watchlist: Watchlist, language: str) -> str:
    """Return the name of a watch; its id when it left the watchlist since."""
    found = watchlist.watches.get(watch)
    return shorten(clean(found.shown(language) if found else watch), LONGEST_NAME)


def first_line(level: Level, names: str, what: str) -> Line:
    """Return the line that a lock screen shows: dot, companies, event."""
    spans = (Span(f"{DOTS[level]} "), Span(names, bold=True), Span(f" · {what}" if what else ""))
    return tuple(span for span in spans if span.text)


def event_of(matches: Sequence[Match], shown: Report, language: str) -> str:
    """Return the word of the story's first event, from the strongest match that has one; "" without."""
    for events in (*(match.events for match in matches), shown.facts.event_kinds if not matches else ()):
        if events:
            return event_word(events[0], language)
    return ""


def title_of(title: str, language: str, limit: int = LONGEST_HEADLINE) -> str:
    """Return a headline fit to be shown."""
    return shorten(clean(title), limit) or NO_HEADLINE[language == "zh"]


def headline_line(entry: Entry, language: str) -> Line:
    """Return the headline as a bold link; without a link when the address may not be shown."""
    return (Span(title_of(entry.title, language), bold=True, link=showable(entry.url)),)


def linked(title: str, url: str, language: str, limit: int = LONGEST_REFERRED) -> Line:
    """Return a headline that is only referred to, short."""
    return (Span(title_of(title, language, limit), link=showable(url)),)


def source_of(name: str, *, paid: bool = False) -> str:
    """Return a source's name with its lock."""
    return shorten(clean(name), LONGEST_NAME) + (f" {PAID}" if paid else "")


def time_of(entry: Entry, clock: Clock) -> str:
    """Return when it was published; ``seen 17:05`` when the feed gave no time, or none to be believed."""
    if dated(entry):
        return clock.moment(shown_time(entry))
    return say(clock.language, "seen", time=clock.moment(entry.first_seen))


def dated(entry: Entry) -> bool:
    """Tell whether the feed gave a time to be believed: not in the future. An old one is old, not wrong."""
    return entry.published is not None and (
        entry.published == entry.time or entry.published <= entry.first_seen
    )


def shown_time(entry: Entry) -> datetime:
    """Return the time to show; the story's own ``time`` takes an old report for as new as its finding."""
    return entry.published if entry.published is not None and dated(entry) else entry.time


def dated_source(entry: Entry, clock: Clock) -> str:
    """Return who said it and when: ``Harbour Wire 🔒 17:02``."""
    return f"{source_of(entry.source_name, paid=entry.paid)} {time_of(entry, clock)}"


def numbered(number: int, entry: Entry, clock: Clock) -> Line:
    """Return a report in a list of its story's: ``2 Harbour Wire 17:02 · Alibaba cloud revenue jumps…``."""
    return (
        Span(f"{number} {dated_source(entry, clock)} · "),
        *linked(entry.title, entry.url, clock.language),
    )


def _preference(report: Report) -> tuple[bool, float, float, str]:
    entry = report.entry
    return (entry.paid, -entry.weight, entry.time.timestamp(), entry.source)
