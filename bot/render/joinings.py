"""Why each report stands in its story, which joinings are in doubt, and what became of one that was undone."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Block, Joining, Line, Message, Report, Span
from bot.render.evidence import apart_words, in_common, joining_words
from bot.render.lines import clean, message, text
from bot.render.reports import LONGEST_LISTED, linked, numbered, source_of
from bot.render.times import Clock
from bot.render.typed import typed
from bot.render.views import DoubtRow, Headline, SplitView, StoryView
from bot.render.words import colon, joining_word, line, listed, quoted_list, say, semicolon, share_word

MOST_EXPLAINED = 12
"""Reports that a trace explains; ``story`` lists them all."""
IN = "   "
MOST_WORDS = 6
_LIKENESS = {"ratio": "likeness_titles", "body": "likeness_texts", "cosine": "likeness_words"}
_LEAST_SHARE = 0.05
_WEIGHED = frozenset({"similar", "same_event"})
_CERTAIN = frozenset({"same_link", "same_title", "same_text"})
"""Rules that need no weighing: their margin says nothing."""
_REASONED = _WEIGHED | _CERTAIN


def joinings(view: StoryView) -> Message:
    """Return for each report of a story what it was held against, what spoke for it, and by what margin."""
    language = view.reader.language
    reports = view.story.reports
    head = line(language, "joinings", count=len(reports))
    lines = [part for number in range(1, len(reports) + 1) for part in _explained(number, view)]
    rest = len(reports) - MOST_EXPLAINED
    more = text(say(language, "story_more", count=rest)) if rest > 0 else ()
    return message((Block((head, *lines[: 2 * MOST_EXPLAINED], more)),), language)


def doubt_lines(row: DoubtRow, reader_via: str, clock: Clock) -> tuple[Line, ...]:
    """Return the two headlines of a joining in doubt, its margin, and what undoes it."""
    language = clock.language
    margin = say(language, "doubt_margin", margin=f"{row.margin:.1f}", time=clock.moment(row.at))
    undo = say(language, "doubt_undo", command=typed(reader_via, row.undo))
    return (
        _quoted(row.title, row.source, clock),
        _quoted(row.other_title, row.other_source, clock) if row.other_title else (),
        text(f"{IN}{margin} · {undo}"),
    )


def split_done(view: SplitView) -> Message:
    """Return what was taken out of which story, and who hears of it."""
    language = view.reader.language
    head = line(language, "split_head", story=view.story, new=view.new)
    left = Span(say(language, "split_left", story=view.story, count=view.count))
    named = ((left, *_headline(view.left, language)),) if view.left else ()
    told = [sentence for sentence in _told(view) if sentence]
    last = "".join(told) if language == "zh" else " ".join(told)
    lines = (head, _headline(view.taken, language), *named, text(say(language, "split_for_good")), text(last))
    return message((Block(lines),), language)


def split_pending(reader_via: str, language: str, story: str) -> Message:
    """Return that a split was asked for, and what shows when it is done."""
    command = typed(reader_via, f"story {story}")
    return message((Block((text(say(language, "split_asked", command=command)),)),), language)


def _explained(number: int, view: StoryView) -> tuple[Line, Line]:
    report = view.story.reports[number - 1]
    clock = Clock.of(view.reader, view.now)
    return numbered(number, report.entry, clock), text(IN + _reasons(report, view, clock))


def _reasons(report: Report, view: StoryView, clock: Clock) -> str:
    language, joining = clock.language, report.joining
    if report is view.story.root or joining.rule not in _REASONED:
        return joining_words(report, view.story, view.watchlist, clock)
    by_id = {other.entry.id: (place, other) for place, other in enumerate(view.story.reports, 1)}
    place, other = by_id.get(joining.other, (0, None))
    parts = list(_grounds(report, view))
    original = by_id.get(joining.copy_of)
    if original is not None and not (joining.rule == "same_text" and joining.copy_of == joining.other):
        parts = [part for part in parts if part != joining_word("same_text", language)]
        parts.insert(0, say(language, "copy_of", source=source_of(original[1].entry.source_name)))
    if other is not None:
        parts.append(apart_words(report, other, clock))
    if joining.rule in _WEIGHED:
        doubt = say(language, "in_doubt") if joining.margin < view.doubt else ""
        weighed = _weighing(joining, language)
        parts.append(say(language, "margin", margin=f"{joining.margin:.1f}") + weighed + doubt)
    source = source_of(other.entry.source_name) if other else ""
    against = say(language, "held_against", number=place, source=source) if other else ""
    head = against or (say(language, "held_gone") if joining.other else "")
    return (head and head + colon(language)) + semicolon(language).join(parts)


def _grounds(report: Report, view: StoryView) -> Iterator[str]:
    """What spoke for it: the same companies and events, words and figures, how much alike the rest is."""
    language, joining = view.reader.language, report.joining
    what, words = in_common(report, view.story, view.watchlist, language)
    if joining.rule in _CERTAIN:
        yield joining_word(joining.rule, language)
    if what:
        yield say(language, "same_what", what=listed(what, language))
    if words:
        yield say(language, "shares", words=quoted_list(words[:MOST_WORDS], language))
    if alike := list(_likeness(joining, language)):
        yield listed(alike, language)
    if not (what or words or alike or joining.rule in _CERTAIN):
        yield joining_word(joining.rule, language)


def _likeness(joining: Joining, language: str) -> Iterator[str]:
    """What was measured, in words where there are some; nothing for what was not alike at all."""
    names = {name for name, _ in joining.features}
    for name, value in joining.features:
        phrase = _LIKENESS.get(name)
        if phrase and (name != "cosine" or "ratio" not in names) and round(value, 2) > 0:
            yield say(language, phrase, share=f"{min(1.0, value):.0%}")


def _weighing(joining: Joining, language: str) -> str:
    """Return what made the margin, most first: ``the story +4.1, wording +1.2, time −0.3``."""
    parts = [
        f"{share_word(name, language)} {value:+.1f}".replace("-", "\u2212")
        for name, value in joining.features
        if name.startswith("by_") and abs(value) >= _LEAST_SHARE
    ]
    return say(language, "weighing", parts=listed(parts, language)) if parts else ""


def _quoted(title: str, source: str, clock: Clock) -> Line:
    return (*linked(title, "", clock.language, LONGEST_LISTED), Span(f" · {source_of(source)}"))


def _headline(shown: Headline | None, language: str) -> Line:
    if shown is None:
        return ()
    return (*linked(shown.title, shown.url, language, LONGEST_LISTED), Span(f" · {source_of(shown.source)}"))


def _told(view: SplitView) -> Iterator[str]:
    language = view.reader.language
    if view.told and view.edits:
        yield say(language, "split_told", new=view.new)
    elif view.told and not (view.rings or view.waits):
        yield say(language, "split_untold", story=view.story)
    elif not (view.told or view.rings or view.waits):
        command = typed(view.reader.via, f"why {view.new}")
        yield say(language, "split_rings_nobody", new=view.new, command=command)
    if view.rings:
        yield say(language, "split_rings", new=view.new, names=_names(view.rings, language))
    if view.waits:
        yield say(language, "split_waits", new=view.new, names=_names(view.waits, language))
    if view.edits:
        yield say(language, "split_edits", count=len(view.edits))


def _names(receivers: tuple[str, ...], language: str) -> str:
    return listed(map(clean, receivers), language)
