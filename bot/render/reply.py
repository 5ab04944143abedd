"""Replies under an alert: a development, and a correction with what it was and what it is now."""

from __future__ import annotations

from bot.links import showable
from bot.model import Block, Level, Line, Match, Message, Report, Span, Watchlist
from bot.render.buttons import SLACK, development_rows
from bot.render.change import changed_parts, what_was
from bot.render.lines import clean, message, text
from bot.render.reports import (
    dated_source,
    first_line,
    headline_line,
    names_of,
    ranked,
    shown_report,
    source_of,
    title_of,
)
from bot.render.times import Clock
from bot.render.views import CorrectionView, DevelopmentView
from bot.render.words import comma, event_word, level_word, say


def development(view: DevelopmentView) -> Message:
    """Return the reply for a new kind of event (with the headline that brought it) or for the next level."""
    language = view.receiver.language
    matches = ranked(view.matches)
    score = matches[0].score if matches else 0
    level = Level.of(score)
    news, source = _event_news(view, score) if view.event or view.entry else _level_news(view, score)
    first = first_line(level, _names(matches, view.watchlist, language), _what_is_new(view, level))
    return message(
        (Block((first, *news)), Block(source, grey=True, tight=True)),
        language,
        buttons=development_rows(view.story.id, language, via=view.receiver.via) if view.buttons else (),
        silent=level < Level.IMPORTANT,
        level=level,
        broadcast=level is Level.URGENT,
    )


def correction(view: CorrectionView) -> Message:
    """Return the reply to a chat that was told what is no longer so; it rings when the alert was urgent."""
    language = view.receiver.language
    clock = Clock.of(view.receiver, view.now)
    first: Line = (
        Span("✏️ "),
        Span(_names(ranked(view.matches), view.watchlist, language), bold=True),
        Span(f" · {say(language, 'corrected')}"),
    )
    return message(
        (Block((first, *_was_and_now(view))), Block(_who_changed_it(view, clock), grey=True, tight=True)),
        language,
        silent=Level.of(view.told_score) < Level.URGENT,
        level=Level.of(view.told_score),
        broadcast=True,
    )


def _names(matches: tuple[Match, ...], watchlist: Watchlist, language: str) -> str:
    return names_of(tuple(match.watch for match in matches), watchlist, language)


def _what_is_new(view: DevelopmentView, level: Level) -> str:
    language = view.receiver.language
    if view.event:
        return say(language, "new_event", event=event_word(view.event, language))
    return say(language, "risen", level=level_word(level, language))


def _event_news(view: DevelopmentView, score: int) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The headline that brought the event, and its grey lines: one, or side by side in Slack."""
    report = _report(view)
    receiver = view.receiver
    parts = (dated_source(report.entry, Clock.of(receiver, view.now)), _rise(view, score))
    grey = parts if receiver.via == SLACK else (" · ".join(part for part in parts if part),)
    return (headline_line(report.entry, receiver.language),), tuple(map(text, grey))


def _level_news(view: DevelopmentView, score: int) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    language = view.receiver.language
    count = view.story.sources
    sources = say(language, "sources", count=count) if count > 1 else ""
    said = comma(language).join(part for part in (sources, _rise(view, score)) if part)
    return (), (text(said),)


def _rise(view: DevelopmentView, score: int) -> str:
    if score == view.was_score:
        return str(score)
    return say(view.receiver.language, "rise", was=view.was_score, score=score)


def _report(view: DevelopmentView) -> Report:
    named = (report for report in view.story.reports if report.entry.id == view.entry)
    return next(named, None) or (
        view.story.reports[-1] if not view.entry else shown_report(view.story, view.receiver.language)
    )


def _was_and_now(view: CorrectionView) -> tuple[Line, ...]:
    language = view.receiver.language
    was = title_of(view.was, language)
    if not clean(view.became):
        return ((Span(say(language, "was")), Span(was, strike=True)),)
    olds, news = changed_parts(was, title_of(view.became, language))
    link = showable(view.url)
    return (
        (Span(say(language, "was")), Span("".join(part.text for part in olds), strike=True)),
        (Span(say(language, "became")), *(Span(part.text, bold=part.changed, link=link) for part in news)),
    )


def _who_changed_it(view: CorrectionView, clock: Clock) -> tuple[Line, ...]:
    language = view.receiver.language
    source, time = source_of(view.source), clock.moment(view.changed_at)
    if not clean(view.became):
        return (text(say(language, "withdrawn", source=source, time=time)),)
    changed = say(language, "changed_headline", source=source, time=time)
    others = _others(view)
    if language == "zh" and others:
        # One sentence in Chinese: 浦江早报于 10:02 修改了标题，另 4 个来源仍为 43 亿。
        return (text(changed.removesuffix("。") + "，" + others),)
    if view.receiver.via == SLACK:
        return (text(" ".join(sentence for sentence in (changed, others) if sentence)),)
    return tuple(text(sentence) for sentence in (changed, others) if sentence)


def _others(view: CorrectionView) -> str:
    language = view.receiver.language
    what = clean(view.others_say) or what_was(title_of(view.was, language), title_of(view.became, language))
    if view.others < 1 or not what:
        return ""
    return say(language, "others_say", count=view.others, what=what)
