"""Notices about sources: what is wrong, how unusual that is, what to do; when it is over; and what is odd."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b

from bot.errors import UNREACHED
from bot.links import showable
from bot.model import Block, Line, Message, Span
from bot.render.advice import advice, oddity, trouble_said
from bot.render.buttons import trouble_rows
from bot.render.health import source_line
from bot.render.health_views import BackView, ManyTroubleView, OdditiesView, TroubleView
from bot.render.lines import clean, message, shorten, text
from bot.render.reports import source_of
from bot.render.times import Clock
from bot.render.typed import typed
from bot.render.words import colon, comma, line, listed, say, semicolon, trouble_words

MOST_COMPANIES = 5
MOST_LISTED = 8
LONGEST_ADDRESS = 200
"""Of an address that is to be copied."""
LONGEST_ACTION = 64
"""Bytes of what stands behind a button in Telegram."""
_UNREAD = frozenset({"silent", "shrunk"})
"""Troubles of a source that answers."""
_FOR_GOOD = 410


def source_trouble(view: TroubleView) -> Message:
    """Return what is wrong with one source, how unusual that is, and what to try."""
    language = view.reader.language
    clock = Clock.of(view.reader, view.now)
    facts = [part for part in _facts(view, clock) if part]
    # Sentences stand on one line in Chinese, where they are short, and on a line each in English.
    lines = ["".join(facts)] if language == "zh" else facts
    after = (text(_lean(view)), () if view.over else _try(view))
    rows = trouble_rows(source_mark(view.source), language) if view.buttons and not view.over else ()
    return message(
        (Block((_marked(_head(view, clock), view), *map(text, lines))), Block(after, grey=True, tight=True)),
        language,
        buttons=rows,
    )


def source_mark(source: str) -> str:
    """Return how a button names a source: by its id, or by a hash of one that is too long for Telegram."""
    if len(f"quiet:{source}:1d".encode(errors="replace")) <= LONGEST_ACTION:
        return source
    return "#" + blake2b(source.encode(errors="replace"), digest_size=9).hexdigest()


def sources_trouble(view: ManyTroubleView) -> Message:
    """Return that many sources are in trouble at once, and why that probably is, or which they are."""
    language = view.reader.language
    clock = Clock.of(view.reader, view.now)
    if not view.cause:
        return message((Block((_many_head(view),)), *_listed(view, clock)), language)
    cause, time = trouble_words(view.cause, None, language), clock.moment(view.since)
    head = line(language, "many_fail", count=view.count, total=view.total, time=time, cause=cause)
    alone = view.cause in UNREACHED and not view.rows
    guess = say(language, "probably_network") if alone else ""
    return message((Block(((*head, Span(guess)),)), *_listed(view, clock)), language)


def source_back(view: BackView) -> Message:
    """Return that a source, or several, are well again, and what was caught up."""
    language = view.reader.language
    span = Clock.of(view.reader, view.now).span(view.now - view.since, exact=True)
    if view.count > 1:
        head = line(language, "many_back", count=view.count, span=span)
    else:
        head = line(language, "back", name=source_of(view.name), span=span)
    return message((Block((head, text(_caught_up(view)))),), language)


def sources_odd(view: OdditiesView) -> Message:
    """Return what is odd about sources that are read all the same, a source a line."""
    language = view.reader.language
    head = line(language, "odd_head", count=len(view.rows))
    lines = [
        (
            Span(source_of(row.name), bold=True),
            Span(" · " + semicolon(language).join(_odd(row.odd, language))),
        )
        for row in view.rows[:MOST_LISTED]
    ]
    more = _more(len(view.rows) - len(lines), view.reader.via, language)
    return message((Block((head,)), Block((*lines, text(more)))), language)


def _odd(found: tuple[tuple[str, str], ...], language: str) -> list[str]:
    return [oddity(what, detail, language, room=LONGEST_ADDRESS) for what, detail in found]


def _many_head(view: ManyTroubleView) -> Line:
    return line(view.reader.language, "many_trouble", count=view.count, total=view.total)


def _listed(view: ManyTroubleView, clock: Clock) -> Iterator[Block]:
    shown = view.rows[:MOST_LISTED]
    lines = tuple(text(source_line(row, clock, marked=False)) for row in shown)
    more = _more(len(view.rows) - len(shown), view.reader.via, clock.language)
    yield Block((*lines, text(more)))


def _more(count: int, via: str, language: str) -> str:
    return say(language, "many_more", count=count, command=typed(via, "sources")) if count > 0 else ""


def _head(view: TroubleView, clock: Clock) -> Line:
    name = source_of(view.name)
    if view.reason == "silent":
        return line(clock.language, "trouble_silent", name=name, span=clock.span(view.now - view.since))
    what = trouble_said(view.reason, view.status, clock.language, scraped=view.scraped)
    return line(clock.language, "trouble_other", name=name, what=what, time=clock.moment(view.since))


def _marked(head: Line, view: TroubleView) -> Line:
    """A trouble that is over has its warning sign taken away."""
    first, *rest = head
    return (replace(first, text=first.text.replace("⚠️", "✅", 1)), *rest) if view.over else head


def _facts(view: TroubleView, clock: Clock) -> Iterator[str]:
    language = clock.language
    if view.reason == "silent":
        if view.usual is not None:
            yield say(language, "trouble_usual", span=clock.span(view.usual))
        if view.same_items and view.same_since is not None:
            yield say(language, "trouble_same", count=view.same_items, time=clock.moment(view.same_since))
    if view.reason in _UNREAD and view.same_items == 0:
        yield say(language, "trouble_empty")
    elif view.reason == "shrunk" and view.same_items is not None and view.usual_items:
        yield say(language, "trouble_shrunk", count=view.same_items, usual=view.usual_items)
    if view.reason not in _UNREAD:
        safe = say(language, "trouble_safe", time=clock.moment(view.since))
        tries = _tries(view, clock)
        yield ("" if language == "zh" else " ").join(part for part in (tries, safe) if part)


def _tries(view: TroubleView, clock: Clock) -> str:
    if view.status == _FOR_GOOD:
        return say(clock.language, "trouble_asked")
    if view.over or not view.tries or view.next_try is None:
        return ""
    return say(clock.language, "trouble_tries", count=view.tries, time=clock.moment(view.next_try))


def _lean(view: TroubleView) -> str:
    language = view.reader.language
    names = [shorten(clean(name), 40) for name in view.companies[:MOST_COMPANIES]]
    rest = len(view.companies) - len(names)
    named = listed(names, language) + (f" +{rest}" if rest else "")
    return say(language, "trouble_lean", names=named) if names else ""


def _try(view: TroubleView) -> Line:
    language = view.reader.language
    what = advice(view.reason, view.status, scraped=view.scraped)
    if not what:
        return ()
    shown = say(language, "the_page" if view.scraped else "the_feed")
    return line(
        language,
        f"try_{what}",
        feed=Span(shown, link=showable(view.url)),
        command=typed(view.reader.via, f"sources test {say(language, 'address')}"),
        every=view.slower or "30m",
    )


def _caught_up(view: BackView) -> str:
    language = view.reader.language
    told = say(language, "caught_told", count=view.told) if view.told else ""
    digest = say(language, "caught_digest", count=view.in_digest) if view.in_digest else ""
    parts = [part for part in (told, digest) if part]
    if not view.caught_up:
        return ""
    if not parts:
        return say(language, "caught_up_only", count=view.caught_up)
    found = say(language, "caught_up", count=view.caught_up)
    return found + colon(language) + comma(language).join(parts) + say(language, "stop")
