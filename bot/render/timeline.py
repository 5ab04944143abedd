"""What happened to a company, by day, and the words under a chart."""

from __future__ import annotations

from collections import Counter

from bot.links import showable
from bot.model import Block, Button, Level, Line, Message, Span
from bot.render.buttons import SLACK, share_buttons
from bot.render.lines import message, text
from bot.render.picture_views import (
    ChartView,
    TimelineDay,
    TimelineView,
    by_company,
    by_event,
    stories_of,
)
from bot.render.reports import LONGEST_LISTED, name_of, source_of, title_of
from bot.render.times import Clock
from bot.render.typed import typed
from bot.render.views import Headline
from bot.render.words import DOTS, event_word, label, line, listed, say

IN = "     "
MOST_NAMED = 5
"""Companies or kinds of events that a caption counts."""


def timeline(view: TimelineView) -> Message:
    """Return a page of a timeline, a block a day; without stories the words that there are none."""
    language = view.reader.language
    clock = Clock.of(view.reader, view.now)
    name = name_of(view.watch, view.watchlist, language)
    span = clock.span(view.span)
    if not view.days:
        return message([Block((line(language, "timeline_nothing", name=name, span=span),))], language)
    head = line(language, "timeline_head", name=name, span=span, count=view.total)
    blocks = [Block((head,)), *(_day(day, clock, view.reader.via) for day in view.days)]
    foot = []
    if view.earlier:
        foot.append(text(say(language, "timeline_earlier", count=view.earlier)))
    if view.rest:
        foot.append(text(say(language, "timeline_rest", command=typed(view.reader.via, view.rest))))
    blocks.append(Block(tuple(foot), grey=True))
    row = (*_turns(view), *share_buttons(view.share, language, via=view.reader.via))
    return message(blocks, language, buttons=(row,) if row else ())


def chart_caption(view: ChartView) -> Message:
    """Return what stands under a chart: what it shows, totals, and what most of it was."""
    language = view.reader.language
    count = stories_of(view.happened)
    names = chart_names(view)
    if not count:
        return message(
            [Block((line(language, "chart_nothing", names=names, days=view.days.words()),))], language
        )
    head = line(language, "chart_head", names=names, days=view.days.words(), count=count)
    lines: list[Line] = [head, text(_most_named(view)), text(_highest(view)), text(_before(view, count))]
    row = share_buttons(view.share, language, via=view.reader.via)
    return message([Block(tuple(lines))], language, buttons=(row,) if row else ())


def chart_names(view: ChartView) -> str:
    """Return what a chart shows: companies, events, words; ``All watches`` for everything."""
    language = view.reader.language
    return view.titles.get(language) or say(language, "picture_all")


def saved(path: str, language: str) -> Line:
    """Return the line that says where the terminal put a picture."""
    return text(say(language, "picture_saved", path=path))


def _turns(view: TimelineView) -> tuple[Button, ...]:
    """The ways to the pages beside this one, named as under every list."""
    slack, language = view.reader.via == SLACK, view.reader.language
    back = (Button(label("previous", language) if slack else "‹", view.back),) if view.back else ()
    on = (Button(label("next", language) if slack else "›", view.on),) if view.on else ()
    return (*back, *on)


def _day(day: TimelineDay, clock: Clock, via: str) -> Block:
    lines: list[Line] = [text(clock.day(day.at), bold=True)]
    for story, event in day.stories:
        lines += _story(story, event, clock, via)
    if day.more:
        indent = "" if via == SLACK else IN
        lines.append(text(indent + say(clock.language, "timeline_more", count=day.more)))
    return Block(tuple(lines))


def _story(story: Headline, event: str, clock: Clock, via: str) -> tuple[Line, ...]:
    dot = Span(f"{DOTS[Level.of(story.score)]} ")
    title = Span(title_of(story.title, clock.language, LONGEST_LISTED), link=showable(story.url))
    said = source_of(story.source, paid=story.paid) + (f" +{story.more}" if story.more else "")
    grey = " · ".join(part for part in (event_word(event, clock.language) if event else "", said) if part)
    if via == SLACK:
        return ((dot, title, Span(f"  {grey}" if grey else "")),)
    return ((dot, title), text(IN + grey if grey else ""))


def _most_named(view: ChartView) -> str:
    """``Earnings 12, Product 9`` for one company, ``Alibaba 31, Tencent 20`` for several."""
    language = view.reader.language
    if len(view.watches) == 1:
        groups = {
            event_word(event, language): each for event, each in by_event(view.happened).items() if event
        }
    else:
        groups = {
            name_of(watch, view.watchlist, language): each
            for watch, each in by_company(view.happened).items()
        }
    named = [f"{name} {len(each)}" for name, each in list(groups.items())[:MOST_NAMED]]
    rest = len(groups) - len(named)
    return listed(named, language) + (say(language, "more", count=rest) if rest > 0 else "")


def _highest(view: ChartView) -> str:
    """The day with the most stories, where one stands out."""
    days = view.days
    places = {each.story: days.place(each.at) for each in view.happened}
    counts = Counter(place for place in places.values() if place is not None)
    ranked = counts.most_common(2)
    if days.step > 1 or days.count < 3 or len(ranked) < 2 or ranked[0][1] == ranked[1][1]:
        return ""
    place, count = ranked[0]
    return say(view.reader.language, "chart_most", day=days.clock.day(days.middle(place)), count=count)


def _before(view: ChartView, count: int) -> str:
    if view.before is None:
        return ""
    language, change = view.reader.language, count - view.before
    if not change:
        return say(language, "chart_before_same", before=view.before)
    return say(language, "chart_before", before=view.before, sign=f"{change:+,d}")
