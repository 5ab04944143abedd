"""Several stories in one message: digest, weekly caption, held alerts, the greeting of a new chat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.links import showable
from bot.model import Block, Level, Line, Message, Reason, Span, Watchlist
from bot.render.buttons import SLACK, digest_rows, next_rows, weekly_rows
from bot.render.lines import message, text
from bot.render.reports import LONGEST_LISTED, linked, name_of, names_of, source_of, title_of
from bot.render.times import Clock
from bot.render.typed import typed
from bot.render.views import CompanyWeek, DigestView, GreetingView, Headline, HeldView, WeeklyView
from bot.render.words import DOTS, line, listed, say

MOST_COMPANIES = 12
"""Companies listed; the others are named, and their stories stand behind a button."""
A_PAGE = 30
"""Stories on a page of the full list."""
A_BLOCK = 10
"""Stories that a channel keeps together."""
A_COMPANY = 3
"""Stories shown of one company; the rest is a number."""
A_GREETING = 5
A_WEEK = 3
IN = "     "


def digest(view: DigestView) -> Message | None:
    """Return the daily digest, a block a company, or None when nothing happened."""
    if not view.stories:
        return None
    language = view.receiver.language
    companies = _by_company(view.stories)
    most = MOST_COMPANIES if view.reference else len(companies)
    blocks = [_digest_head(view)]
    blocks += [_company(watch, stories, view) for watch, stories in companies[:most]]
    blocks.append(Block(_other_companies(companies[most:], view)))
    blocks.append(Block(_digest_foot(view), grey=True))
    hidden = any(len(stories) > A_COMPANY for _, stories in companies) or len(companies) > most
    rows = digest_rows(view.reference, language, count=len(view.stories), hidden=hidden, chart=view.chart)
    return message(blocks, language, buttons=rows if view.reference else ())


def waiting(view: DigestView, next_at: datetime | None) -> Message:
    """Return what waits for the next digest, a block a company, and when that one is due."""
    language = view.receiver.language
    clock = Clock.of(view.receiver, view.now)
    foot = text(say(language, "digest_next", time=clock.moment(next_at))) if next_at else ()
    if not view.stories:
        return message([Block((text(say(language, "digest_empty")), foot))], language)
    blocks = [Block((line(language, "digest_waiting", count=len(view.stories)),))]
    blocks += [_company(watch, stories, view) for watch, stories in _by_company(view.stories)]
    return message([*blocks, Block((foot,), grey=True)], language)


def weekly(view: WeeklyView) -> Message | None:
    """Return the caption under the picture of a week, or None when nothing happened."""
    if not view.count:
        return None
    language = view.receiver.language
    best = sorted(view.companies, key=lambda company: (-company.best.score, -company.count))[:A_WEEK]
    blocks = [Block((line(language, "week", days=_days(view), count=view.count, told=view.told),))]
    blocks.append(Block(_week_lines(best, view) + _quiet(view)))
    if view.receiver.via == SLACK:
        blocks = [Block((*blocks[0].lines, *_week_lines(best, view))), Block(_quiet(view), grey=True)]
    named = tuple((company.watch, name_of(company.watch, view.watchlist, language)) for company in best[:2])
    rows = weekly_rows(view.reference, named, language)
    blocks += _all_collected(view)
    return message(blocks, language, buttons=rows if view.reference else ())


def _all_collected(view: WeeklyView) -> Iterable[Block]:
    """Every story that waited, a company after the other, ten of them together."""
    clock = Clock.of(view.receiver, view.now)
    for watch, stories in _by_company(view.collected):
        name = Span(name_of(watch, view.watchlist, clock.language), bold=True)
        head: Line = (name, Span(f" {len(stories)}"))
        for start in range(0, len(stories), A_BLOCK):
            part = stories[start : start + A_BLOCK]
            lines = [each for story in part for each in _story(story, clock, view.receiver.via)]
            yield Block(tuple([head, *lines] if watch and not start else lines), tight=start > 0)


def held(view: HeldView) -> Message:
    """Return alerts that were held, as one message, best first; it rings when one of them would have."""
    language = view.receiver.language
    stories = sorted(view.stories, key=lambda story: (-story.score, story.time))
    level = Level.of(stories[0].score) if stories else Level.PASSING
    first = (Span(f"{DOTS[level]} "), *line(language, "held", count=len(stories)), Span(_held_why(view)))
    clock = Clock.of(view.receiver, view.now)
    blocks = [Block((first,)), *(Block(_held_story(story, view.watchlist, clock)) for story in stories)]
    return message(_run_together(blocks), language, silent=level < Level.IMPORTANT, level=level)


def greeting(view: GreetingView) -> Message:
    """Return the first message in a new chat."""
    language = view.receiver.language
    counts = say(
        language,
        "connected_counts",
        companies=view.companies,
        sources=view.sources,
        chat=view.receiver.id,
    )
    from_now = say(language, "from_now") + (say(language, "last_day") if view.stories else "")
    stories = [part for story in view.stories[:A_GREETING] for part in _greeting_story(story, language)]
    blocks = (
        Block((line(language, "connected"), text(counts), text(from_now))),
        Block(tuple(stories)),
        Block((text(" · ".join(_examples(view))),)),
    )
    return message(blocks, language)


def _digest_head(view: DigestView) -> Block:
    language = view.receiver.language
    clock = Clock.of(view.receiver, view.now)
    since = say(
        language,
        "digest_since",
        count=len(view.stories),
        since=clock.moment(view.since),
        place=clock.place(),
    )
    return Block((line(language, _part_of_day(clock.local(view.now)), day=clock.day(view.now)), text(since)))


def _part_of_day(local: datetime) -> str:
    if local.hour < 11:
        return "digest_morning"
    return "digest_midday" if local.hour < 17 else "digest_evening"


def _by_company(stories: Sequence[Headline]) -> list[tuple[str, list[Headline]]]:
    """The stories of each company, best first; companies by their best story."""
    companies: dict[str, list[Headline]] = {}
    for story in sorted(stories, key=lambda story: (-story.score, -story.time.timestamp(), story.story)):
        companies.setdefault(story.watches[0] if story.watches else "", []).append(story)
    return list(companies.items())


def _company(watch: str, stories: Sequence[Headline], view: DigestView) -> Block:
    language = view.receiver.language
    clock = Clock.of(view.receiver, view.now)
    lines: list[Line] = []
    if watch:
        lines.append((Span(name_of(watch, view.watchlist, language), bold=True), Span(f" {len(stories)}")))
    for story in stories[:A_COMPANY]:
        lines += _story(story, clock, view.receiver.via)
    if (rest := len(stories) - A_COMPANY) > 0:
        indent = "" if view.receiver.via == SLACK else IN
        lines.append(text(indent + say(language, "company_more", count=rest)))
    return Block(tuple(lines))


def _other_companies(companies: Sequence[tuple[str, list[Headline]]], view: DigestView) -> tuple[Line, ...]:
    """The companies behind the last one that is listed."""
    if not companies:
        return ()
    names = names_of(tuple(watch for watch, _ in companies), view.watchlist, view.receiver.language)
    return (text(say(view.receiver.language, "digest_others", count=len(companies), names=names)),)


def _story(story: Headline, clock: Clock, via: str) -> tuple[Line, ...]:
    """A line of headline and one of source; in Slack, which is wide, one line."""
    source = _source(story, clock)
    if via == SLACK:
        return ((*_headline(story, clock.language), Span(f"  {source}" if source else "")),)
    return (_headline(story, clock.language), text(IN + source))


def _headline(story: Headline, language: str) -> Line:
    title = linked(story.title, story.url, language, LONGEST_LISTED)
    corrected = Span(say(language, "was_corrected")) if story.corrected else Span("")
    return (Span(f"{DOTS[Level.of(story.score)]} "), *title, corrected)


def _source(story: Headline, clock: Clock) -> str:
    """``East Asia Business +3``; with its time where it is late."""
    said = source_of(story.source, paid=story.paid) + (f" +{story.more}" if story.more else "")
    return f"{said} · {clock.moment(story.time)}{say(clock.language, 'late')}" if story.late else said


def _digest_foot(view: DigestView) -> tuple[Line, ...]:
    language = view.receiver.language
    lines: list[str] = []
    if view.told_at_once:
        lines.append(say(language, "told_at_once", count=view.told_at_once))
    lines += filter(None, [_held_by_budget(view)])
    if view.receiver.via == SLACK and lines:
        return (text("  ·  ".join([lines[0], *(each[:1].lower() + each[1:] for each in lines[1:])])),)
    return tuple(map(text, lines))


def all_stories(view: DigestView, made: datetime, *, page: int = 1) -> tuple[Message, int]:
    """Return a page of everything that stands in a digest made then, and the number of its pages.

    Pages and parts end between companies, or, where one fills them, after ten of its stories.
    """
    language = view.receiver.language
    pages = _pages(view.stories)
    page = min(max(1, page), len(pages))
    clock = Clock.of(view.receiver, view.now)
    head = line(language, "all_head", count=len(view.stories), day=clock.day(made))
    of_pages = text(say(language, "all_page", page=f"{page}/{len(pages)}") if len(pages) > 1 else "")
    blocks = [Block(((*head, *of_pages),))]
    for watch, first, stories in pages[page - 1]:
        lines: list[Line] = []
        if watch and first:
            count = sum((story.watches[:1] or ("",))[0] == watch for story in view.stories)
            lines.append((Span(name_of(watch, view.watchlist, language), bold=True), Span(f" {count}")))
        for story in stories:
            lines += _story(story, clock, view.receiver.via)
        blocks.append(Block(tuple(lines), tight=not first))
    rows = next_rows(f"digest:{view.reference}:{page + 1}", language) if page < len(pages) else ()
    return message(blocks, language, buttons=rows if view.reference else ()), len(pages)


_Part = tuple[str, bool, Sequence[Headline]]
"""A company, whether these are its first stories, and ten of them."""


def _pages(stories: Sequence[Headline]) -> list[list[_Part]]:
    pages: list[list[_Part]] = [[]]
    room = A_PAGE
    for watch, found in _by_company(stories):
        if len(found) > room and len(found) <= A_PAGE and pages[-1]:
            pages.append([])
            room = A_PAGE
        for start in range(0, len(found), A_BLOCK):
            part = found[start : start + A_BLOCK]
            if len(part) > room:
                pages.append([])
                room = A_PAGE
            pages[-1].append((watch, start == 0, part))
            room -= len(part)
    return pages


def _held_by_budget(view: DigestView | WeeklyView) -> str:
    budget = view.receiver.at_most
    if not view.held or budget is None:
        return ""
    key = "held_by_hour" if budget.per <= timedelta(hours=1) else "held_by_day"
    return say(view.receiver.language, key, limit=budget.count, count=view.held)


def _days(view: WeeklyView) -> str:
    clock = Clock.of(view.receiver, view.now)
    return clock.days(view.first_day, view.last_day)


def _week_lines(companies: Sequence[CompanyWeek], view: WeeklyView) -> tuple[Line, ...]:
    """Two lines a company; in Slack one."""
    pairs = [_company_week(company, view) for company in companies]
    if view.receiver.via == SLACK:
        return tuple((*first, Span("  "), *second) for first, second in pairs)
    return tuple(part for pair in pairs for part in pair)


def _company_week(company: CompanyWeek, view: WeeklyView) -> tuple[Line, Line]:
    language = view.receiver.language
    change = say(language, "change", sign=f"{company.change:+d}") if company.change else ""
    name = name_of(company.watch, view.watchlist, language)
    best = company.best
    corrected = Span(say(language, "was_corrected")) if best.corrected else Span("")
    return (
        (Span(f"{DOTS[Level.of(best.score)]} "), Span(name, bold=True), Span(f" {company.count}{change}")),
        (Span(title_of(best.title, language, LONGEST_LISTED), link=showable(best.url)), corrected),
    )


def _quiet(view: WeeklyView) -> tuple[Line, ...]:
    language = view.receiver.language
    kept_back = text(_held_by_budget(view))
    if not view.quiet:
        return (kept_back,)
    names = listed((name_of(watch, view.watchlist, language) for watch in view.quiet), language)
    usual = say(language, "usually", count=view.usually) if view.usually else ""
    if view.usually_most > view.usually:
        usual = say(language, "usually_between", least=view.usually, most=view.usually_most)
    return (line(language, "quiet_companies", names=names, usual=usual), kept_back)


def _held_why(view: HeldView) -> str:
    language = view.receiver.language
    if view.cause is Reason.QUIET_HOURS:
        return say(language, "held_quiet")
    if view.cause is Reason.OVER_BUDGET and view.receiver.at_most is not None:
        return say(language, "held_budget", limit=view.receiver.at_most.count)
    return say(language, "held_outage")


def _held_story(story: Headline, watchlist: Watchlist, clock: Clock) -> tuple[Line, ...]:
    names = names_of(story.watches, watchlist, clock.language)
    said = source_of(story.source, paid=story.paid) + (f" +{story.more}" if story.more else "")
    parts = (names, said, clock.moment(story.time))
    return (_headline(story, clock.language), text(IN + " · ".join(part for part in parts if part)))


def _run_together(blocks: list[Block], a_block: int = 10) -> Iterable[Block]:
    """The head, then stories without an empty line between them; a block is what a channel won't cut."""
    yield blocks[0]
    for start in range(1, len(blocks), a_block):
        yield Block(tuple(part for block in blocks[start : start + a_block] for part in block.lines))


def _greeting_story(story: Headline, language: str) -> tuple[Line, Line]:
    said = source_of(story.source, paid=story.paid) + (f" +{story.more}" if story.more else "")
    title = linked(story.title, story.url, language)
    return ((Span(f"{DOTS[Level.of(story.score)]} "), *title), text(IN + said))


def _examples(view: GreetingView) -> tuple[str, ...]:
    via, name = view.receiver.via, say(view.receiver.language, "watches_words")
    recent = typed(via, f"recent {view.example}".strip())
    why = (typed(via, f"why {view.stories[0].story}"),) if view.stories else ()
    return (
        recent,
        *why,
        typed(via, f"watch add {name}"),
        typed(via, "help" if via != "console" else "--help"),
    )
