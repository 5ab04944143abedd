"""Notices about sources: what is wrong, how unusual that is, what to do; and when it is over."""

from __future__ import annotations

from collections.abc import Iterator

from bot.links import showable
from bot.model import Block, Line, Message, Span
from bot.render.buttons import trouble_rows
from bot.render.lines import clean, message, shorten, text
from bot.render.reports import source_of
from bot.render.times import Clock
from bot.render.typed import typed
from bot.render.views import BackView, ManyTroubleView, TroubleView
from bot.render.words import colon, comma, line, listed, say, trouble_words

MOST_COMPANIES = 5
_NETWORK = frozenset({"dns", "network", "refused", "timeout", "tls"})
_SLOWER = frozenset({403, 429})
_ELSEWHERE = frozenset(
    {"silent", "not_a_feed", "empty", "unsupported", "redirects", "crashed", "scheme", "private"}
)


def source_trouble(view: TroubleView) -> Message:
    """Return what is wrong with one source, how unusual that is, and what to try."""
    language = view.reader.language
    clock = Clock.of(view.reader, view.now)
    facts = [part for part in _facts(view, clock) if part]
    # Sentences stand on one line in Chinese, where they are short, and on a line each in English.
    lines = ["".join(facts)] if language == "zh" else facts
    after = (text(_lean(view)), _try(view))
    rows = trouble_rows(view.source, language) if view.buttons else ()
    return message(
        (Block((_head(view, clock), *map(text, lines))), Block(after, grey=True, tight=True)),
        language,
        buttons=rows,
    )


def sources_trouble(view: ManyTroubleView) -> Message:
    """Return that many sources fail at once, and why that probably is."""
    language = view.reader.language
    cause = trouble_words(view.cause, None, language)
    time = Clock.of(view.reader, view.now).moment(view.since)
    head = line(language, "many_fail", count=view.count, total=view.total, time=time, cause=cause)
    guess = say(language, "probably_network") if view.cause in _NETWORK else ""
    return message((Block(((*head, Span(guess)),)),), language)


def source_back(view: BackView) -> Message:
    """Return that a source, or several, are well again, and what was caught up."""
    language = view.reader.language
    span = Clock.of(view.reader, view.now).span(view.now - view.since, exact=True)
    if view.count > 1:
        head = line(language, "many_back", count=view.count, span=span)
    else:
        head = line(language, "back", name=source_of(view.name), span=span)
    return message((Block((head, text(_caught_up(view)))),), language)


def _head(view: TroubleView, clock: Clock) -> Line:
    name = source_of(view.name)
    if view.reason == "silent":
        return line(clock.language, "trouble_silent", name=name, span=clock.span(view.now - view.since))
    what = trouble_words(view.reason, view.status, clock.language)
    return line(clock.language, "trouble_other", name=name, what=what, time=clock.moment(view.since))


def _facts(view: TroubleView, clock: Clock) -> Iterator[str]:
    language = clock.language
    if view.reason == "silent":
        if view.usual is not None:
            yield say(language, "trouble_usual", span=clock.span(view.usual))
        if view.same_items and view.same_since is not None:
            yield say(language, "trouble_same", count=view.same_items, time=clock.moment(view.same_since))
        return
    tries = ""
    if view.tries and view.next_try is not None:
        tries = say(language, "trouble_tries", count=view.tries, time=clock.moment(view.next_try))
    safe = say(language, "trouble_safe", time=clock.moment(view.since))
    yield ("" if language == "zh" else " ").join(part for part in (tries, safe) if part)


def _lean(view: TroubleView) -> str:
    language = view.reader.language
    names = [shorten(clean(name), 40) for name in view.companies[:MOST_COMPANIES]]
    rest = len(view.companies) - len(names)
    named = listed(names, language) + (f" +{rest}" if rest else "")
    return say(language, "trouble_lean", names=named) if names else ""


def _try(view: TroubleView) -> Line:
    language = view.reader.language
    if view.status in _SLOWER:
        return text(say(language, "try_slower", every=view.slower or "30m"))
    if view.reason in _NETWORK:
        return text(say(language, "try_network"))
    gone = view.reason == "status" and view.status is not None and view.status < 500
    if view.reason not in _ELSEWHERE and not gone:
        return ()
    feed = Span(say(language, "the_feed"), link=showable(view.url))
    test = typed(view.reader.via, f"sources test {say(language, 'address')}")
    return line(language, "try_open", feed=feed, command=test)


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
