"""The watchlist in a chat: what is watched, what a change would do, what came of it, and what is muted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import Block, Level, Line, Message, Receiver, Rows, Span
from bot.render.lines import clean, joined, message, shorten, text
from bot.render.times import Clock
from bot.render.typed import typed
from bot.render.words import DOTS, NO_HEADLINE, comma, line, listed, reason_word, say

MOST_LISTED = 40
MOST_EXAMPLES = 3
MOST_OF_LIST = 2_000
"""Characters of one list of terms: a section of Slack takes 3,000."""
MOST_LINES = 12
"""Lines of a file that are shown of each side of a change."""
_KEYS = {
    "aliases": "别名",
    "products": "产品",
    "people": "人物",
    "likely": "likely（很可能）",
    "weak": "weak（需佐证）",
    "exclude": "排除",
    "context": "佐证词",
    "tickers": "股票代码",
    "any": "任一词",
    "all": "各组词",
    "none": "否决词",
    "case_sensitive": "区分大小写",
    "tags": "标签",
}
_HEADLINE = 90
UNDO = "undo: "
"""What stands before a change that takes another one back."""
_SPACES = re.compile("( +)")


@dataclass(frozen=True, slots=True)
class Seen:
    """A story that one receiver would have been told, or would not; ``reason`` says why not, where it is known."""

    receiver: str
    title: str
    score: int
    at_once: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """A change of one watch before it is made; ``more`` and ``fewer`` are best first."""

    reader: Receiver
    now: datetime
    kind: str
    name: str
    library: bool
    key: str
    add: tuple[str, ...]
    drop: tuple[str, ...]
    notes: tuple[str, ...] = ()
    """What else there is to say: terms that stand there already."""
    lines: tuple[Line, ...]
    more: tuple[Seen, ...]
    fewer: tuple[Seen, ...]
    span: timedelta
    entries: int
    rows: Rows = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRow:
    """One watch in the list."""

    id: str
    name: str
    other: str = ""
    """Its name in the other language, where it has one."""
    alerts: int | None = 0
    """None where the reader may not know."""
    muted_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchView:
    """Everything one watch says, and what came of it."""

    reader: Receiver
    now: datetime
    row: WatchRow
    origin: str
    """library, both or own."""
    topic: bool
    terms: tuple[tuple[str, tuple[str, ...]], ...]
    """(key, terms) of every list that is not empty."""
    min_score: int | None
    routes: tuple[str, ...] | None
    """Who hears of it; None where the reader may not know."""
    here: bool = False
    """True where only the routes to this chat are known to the reader."""
    stories: int


def key_word(key: str, language: str) -> str:
    """Return what a list of a watch is called: as the YAML does, in Chinese in words."""
    return _KEYS.get(key, key) if language == "zh" else key.replace("_", " ")


def file_lines(file: str, number: int, removed: str, added: str, language: str) -> tuple[Line, ...]:
    """Return where a file changes, the lines that go (``-``) and those that come (``+``)."""
    head = text(say(language, "file_line", file=file, line=str(number)))
    return (head, *_marked("-", removed), *_marked("+", added))


def _marked(mark: str, lines: str) -> Iterator[Line]:
    found = [one for one in lines.splitlines() if one.strip()]
    for one in found[:MOST_LINES]:
        kept = "".join(part if part.isspace() else clean(part) for part in _SPACES.split(one))
        yield (Span(f"{mark} {kept}", code=True),)
    if len(found) > MOST_LINES:
        yield text(f"{mark} … (+{len(found) - MOST_LINES})")


def change_message(view: ChangeView) -> Message:
    """Return what would change, what that would have told, and the buttons that make it."""
    language = view.reader.language
    head = Block((_change_head(view), *map(text, view.notes)))
    blocks = (head, Block(view.lines), *_effect(view))
    return message(blocks, language, buttons=view.rows)


def _change_head(view: ChangeView) -> Line:
    language, name = view.reader.language, clean(view.name)
    if view.kind == "terms":
        terms = [f"+ {clean(term)}" for term in view.add] + [f"− {clean(term)}" for term in view.drop]
        key = key_word(view.key, language)
        return line(language, "change_terms", name=name, key=key, terms=listed(terms, language))
    return line(language, "change_library" if view.library else f"change_{view.kind}", name=name)


def _effect(view: ChangeView) -> Iterator[Block]:
    language = view.reader.language
    span = Clock.of(view.reader, view.now).span(view.span)
    if not view.entries:
        yield Block((text(say(language, "effect_empty")),))
        return
    if not (view.more or view.fewer):
        yield Block((text(say(language, "effect_none", span=span, count=view.entries)),))
        return
    lines = [_balance(view, span)] if any(seen.at_once for seen in (*view.more, *view.fewer)) else []
    if (digests := _digests(view)) and lines:
        lines.append(text(digests))
    elif digests:
        lines += [text(say(language, "effect_none_at_once", span=span)), text(digests)]
    yield Block(tuple(lines))
    yield Block((*_examples("+", view.more, view.reader), *_examples("−", view.fewer, view.reader)))


def _balance(view: ChangeView, span: str) -> Line:
    """``Would have told 6 more and 2 fewer in 7 days``: at once, digests apart."""
    language = view.reader.language
    more, fewer = (sum(seen.at_once for seen in side) for side in (view.more, view.fewer))
    parts = [line(language, "effect_more", count=more)] if more else []
    parts += [line(language, "effect_fewer", count=fewer)] if fewer else []
    before, _, after = say(language, "effect", what="\0", span=span).partition("\0")
    return (Span(before), *joined(parts, say(language, "effect_and")), Span(after))


def _digests(view: ChangeView) -> str:
    language = view.reader.language
    more, fewer = (sum(not seen.at_once for seen in side) for side in (view.more, view.fewer))
    parts = [say(language, "effect_plus", count=more)] if more else []
    parts += [say(language, "effect_minus", count=fewer)] if fewer else []
    return say(language, "effect_digest", what=comma(language).join(parts)) if parts else ""


def _examples(mark: str, seen: Sequence[Seen], reader: Receiver) -> Iterator[Line]:
    language = reader.language
    for one in seen[:MOST_EXAMPLES]:
        title = shorten(clean(one.title), _HEADLINE) or NO_HEADLINE[language == "zh"]
        parts = [one.receiver] if one.receiver != reader.id else []
        parts.append(str(one.score))
        if one.reason and one.reason != "first_report":
            parts.append(reason_word(one.reason, language))
        dot = DOTS[Level.of(one.score)]
        yield text(f"{mark} {dot} {title} · {' · '.join(parts)}")
    if len(seen) > MOST_EXAMPLES:
        yield text(f"{mark} {say(language, 'effect_others', count=len(seen) - MOST_EXAMPLES)}")


def done_message(
    *,
    reader: Receiver,
    now: datetime,
    change: str,
    lines: tuple[Line, ...],
    live: datetime | None,
    running: bool,
    who: str,
    undo: str,
    soon: bool = False,
) -> Message:
    """Return that a change was made, by whom, and since when it holds; ``soon``: the bot tries again to take it."""
    language = reader.language
    if live is not None:
        when = say(language, "edit_live", time=Clock.of(reader, now).second(live))
    elif soon:
        when = say(language, "edit_soon", command=typed(reader.via, "status"))
    else:
        when = say(language, "edit_not_live" if running else "edit_later")
    foot = when + (
        (" " if language != "zh" else "") + say(language, "edit_undo", command=undo) if undo else ""
    )
    by = (Span(f" ({clean(who)})" if language != "zh" else f"（{clean(who)}）"),) if who else ()
    head = (*line(language, "edit_done", change=change_said(change, language)), *by)
    return message((Block((head,)), Block(lines), Block((text(foot),))), language)


def change_said(change: str, language: str) -> str:
    """Return a change as it is noted, in the reader's language: ``undo: watch add acme``, ``撤销：watch add acme``."""
    undone = change.removeprefix(UNDO)
    if undone == change:
        return clean(change)
    return say(language, "edit_undone", change=clean(undone))


def failed_message(words: str, rows: Rows, reader: Receiver) -> Message:
    """Return that nothing was changed and why, with a button to look again where that helps."""
    return message((Block((text(words),)),), reader.language, buttons=rows)


def undo_message(
    reader: Receiver,
    now: datetime,
    what: str,
    at: datetime,
    who: str,
    lines: tuple[Line, ...],
    rows: Rows,
) -> Message:
    """Return which change would be taken back, its lines, and the buttons."""
    moment = Clock.of(reader, now).moment(at)
    head = line(reader.language, "undo_head", what=clean(what), who=clean(who), time=moment)
    return message((Block((head,)), Block(lines)), reader.language, buttons=rows)


def list_message(
    reader: Receiver, now: datetime, rows: Sequence[WatchRow], *, words: str, total: int
) -> Message:
    """Return the watches that fit the words, each on a line."""
    language = reader.language
    if not rows:
        none = say(language, "watches_none", words=clean(words)) if words else say(language, "watches_empty")
        return message((Block((text(none),)),), language)
    counted = "" if rows[0].alerts is None else say(language, "watches_alerts")
    if words:
        found = line(language, "watches_found", count=len(rows), total=total, words=clean(words))
        head = (*found, Span(counted))
    else:
        head = (*line(language, "watches_head", count=len(rows)), Span(counted))
    blocks = [Block((head,))]
    shown = [_watch_line(row, reader, now) for row in rows[:MOST_LISTED]]
    blocks += [Block(tuple(shown[at : at + 10]), tight=at > 0) for at in range(0, len(shown), 10)]
    if len(rows) > MOST_LISTED:
        command = typed(reader.via, f"watch list {say(language, 'watches_words')}")
        more = say(language, "watches_more", count=len(rows) - MOST_LISTED, command=command)
        blocks.append(Block((text(more),), grey=True))
    return message(blocks, language)


def _watch_line(row: WatchRow, reader: Receiver, now: datetime) -> Line:
    parts = [clean(row.other)] if row.other else []
    parts += [clean(row.id)] if row.id.casefold() != row.name.casefold() else []
    parts += [] if row.alerts is None else [str(row.alerts)]
    if row.muted_until is not None:
        moment = Clock.of(reader, now).moment(row.muted_until)
        parts.append(say(reader.language, "watch_muted", time=moment))
    return (Span(clean(row.name), bold=True), Span("".join(f" · {part}" for part in parts)))


def show_message(view: WatchView) -> Message:
    """Return one watch: its names and lists, where it comes from, who hears of it, and what it brought."""
    language, row = view.reader.language, view.row
    origin = {"library": "watch_from_library", "both": "watch_from_both", "own": "watch_own"}[view.origin]
    facts = [clean(row.other), clean(row.id), say(language, origin)]
    facts += [say(language, "watch_topic")] if view.topic else []
    head = (Span(clean(row.name), bold=True), Span(" · " + " · ".join(filter(None, facts))))
    lists = tuple(
        line(language, "terms", key=key_word(key, language), terms=_capped(terms, language))
        for key, terms in view.terms
    )
    if row.alerts is None:
        foot = [say(language, "watch_stories_alone", stories=view.stories)]
    else:
        foot = [say(language, "watch_stories", stories=view.stories, told=row.alerts)]
    if view.routes:
        foot.append(say(language, "watch_routes", routes=listed(map(clean, view.routes), language)))
    elif view.routes is not None:
        foot.append(say(language, "watch_no_routes_here" if view.here else "watch_no_routes"))
    if view.min_score is not None:
        foot.append(say(language, "watch_min_score", score=view.min_score))
    if row.muted_until is not None:
        foot.append(
            say(language, "watch_muted", time=Clock.of(view.reader, view.now).moment(row.muted_until))
        )
    lines = tuple(text(words[:1].upper() + words[1:]) for words in foot)
    return message((Block((head,)), *(Block((each,), tight=True) for each in lists), Block(lines)), language)


def _capped(terms: Sequence[str], language: str) -> str:
    """The terms of a list, as many as go into one section of a chat."""
    shown: list[str] = []
    room = MOST_OF_LIST
    for term in map(clean, terms):
        room -= len(term) + 2
        if room < 0:
            return f"{listed(shown, language)} (+{len(terms) - len(shown)})"
        shown.append(term)
    return listed(shown, language)


def lines_message(reader: Receiver, head: str, lines: Sequence[str]) -> Message:
    """Return a head (a phrase) with lines below it, such as the last changes."""
    listing = Block(tuple(text(one) for one in lines))
    return message((Block((line(reader.language, head),)), listing), reader.language)


def said(reader: Receiver, *lines: Line) -> Message:
    """Return a few lines as a message."""
    return message((Block(lines),), reader.language)
