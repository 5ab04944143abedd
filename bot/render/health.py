"""Answers about the bot itself: the health of every source, and what runs, is owed and is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.model import Block, Line, Message, Span
from bot.render.advice import advice, oddity, place, slower, trouble_said
from bot.render.dead import letter_lines, retry_rows
from bot.render.health_views import HeldUpRow, LostView, MovedChat, SourceRow, SourcesView, StatusView
from bot.render.joinings import doubt_lines
from bot.render.lines import clean, message, shorten, text
from bot.render.reports import source_of
from bot.render.speeds import delay
from bot.render.times import Clock
from bot.render.typed import typed
from bot.render.words import line, quoted, say

A_BLOCK = 20
LONGEST_QUERY = 60
LONGEST_REASON = 120
MOST_ODD = 3
"""Oddities of one source that a list shows."""
IN = "   "


def sources(view: SourcesView) -> Message:
    """Return the health of sources, those in trouble first, then those about which something is odd."""
    language = view.reader.language
    if view.query and not view.rows:
        return _no_source(view)
    clock = Clock.of(view.reader, view.now)
    rows = sorted(view.rows, key=_place_in_list)
    head = _sources_head(view, language)
    blocks = list(_in_blocks(rows[: view.limit], clock, view.reader.via))
    if rest := len(rows) - len(rows[: view.limit]):
        command = typed(view.reader.via, f"sources {say(language, 'source_words')}")
        blocks.append(Block((text(say(language, "source_more", count=rest, command=command)),)))
    return message((Block((head,)), *blocks), language)


def source_line(row: SourceRow, clock: Clock, *, marked: bool = True) -> str:
    """Return one source with what is wrong, or when and how often it is read; ``marked`` sets ⚠️ before trouble."""
    language, name = clock.language, source_of(row.name)
    if row.trouble:
        what = trouble_said(row.trouble, row.status, language, scraped=row.scraped)
        since = say(language, "trouble_since", what=what, time=clock.moment(row.since)) if row.since else what
        return f"{'⚠️ ' if marked else ''}{name} · {since}"
    if not row.enabled:
        return f"{name} · {say(language, 'source_off')}"
    if row.merged_into:
        return f"{name} · {say(language, 'source_merged', other=source_of(row.merged_into))}"
    parts = [say(language, "source_polled", time=clock.moment(row.read_at))] if row.read_at else []
    parts = parts or [say(language, "source_new")]
    if row.every is not None:
        parts.append(say(language, "source_every", span=clock.span(row.every)))
    if row.entries:
        parts.append(say(language, "source_today", count=row.entries))
    if row.rests_until is not None:
        parts.append(say(language, "source_rests", time=clock.moment(row.rests_until)))
    return " · ".join((name, *parts))


def source_notes(row: SourceRow, clock: Clock, via: str) -> Iterator[str]:
    """Yield what stands below a source: what to do about its trouble, what is odd, where it really is."""
    language = clock.language
    if row.trouble:
        tried = say(language, "source_next", time=clock.moment(row.next_try)) if row.next_try else ""
        what = advice(row.trouble, row.status, scraped=row.scraped)
        command = typed(via, f"sources test {say(language, 'address')}")
        to_do = say(language, f"do_{what}", every=slower(row.every), command=command) if what else ""
        yield " · ".join(part for part in (tried, to_do) if part)
    for what, detail in row.odd[:MOST_ODD]:
        yield oddity(what, detail, language)
    if row.place and not any(what == "moved" for what, _ in row.odd):
        yield say(language, "source_at", place=place(row.place))


def status(view: StatusView) -> Message:
    """Return what runs, what is owed and what is wrong; what is wrong stands first."""
    language = view.reader.language
    clock = Clock.of(view.reader, view.now)
    up = clock.span(view.now - view.started, exact=True) if view.started else ""
    head = line(language, "status_head" if up else "status_stopped", version=view.version, span=up)
    faults = [text(clean(fault)) for fault in view.faults[:5]]
    broken = (text("⚠️ " + say(language, "status_broken")), *faults) if faults else ()
    lost = [part for each in view.lost for part in _lost(each, clock)]
    lost += [_held_up(each, language) for each in view.held_up]
    moved = [text(_moved(each, language)) for each in view.moved]
    news = [text(part) for part in _status_news(view, clock) if part]
    owed = [text(part) for part in _status_owed(view, clock) if part]
    dead = tuple(letter_lines(view.dead, view.letters, view.reader.via, clock))
    ill = (Block(broken), Block(tuple(lost)), Block(dead), Block(tuple(moved)))
    blocks = (Block((head,)), *ill, Block(tuple(news)), Block(tuple(owed)))
    again = retry_rows(view.letters[0].at, language) if view.letters else ()
    return message((*blocks, *_status_doubts(view, clock)), language, buttons=again)


def chat_lost(view: LostView) -> Message:
    """Return that a receiver's chat takes no messages, why, what becomes of them, and what to try."""
    language = view.reader.language
    lines = _lost(view, Clock.of(view.reader, view.now))
    to_do = text(say(language, "chat_let_in"))
    return message((Block(tuple(lines)), Block((to_do,), grey=True, tight=True)), language)


def chat_back(view: LostView) -> Message:
    """Return that a receiver's chat takes messages again."""
    language = view.reader.language
    span = Clock.of(view.reader, view.now).span((view.back or view.now) - view.since, exact=True)
    head = line(language, "chat_back", name=clean(view.name), span=span)
    after = text(say(language, "chat_back_owed")) if view.owed else ()
    return message((Block((head, after)),), language)


def _lost(view: LostView, clock: Clock) -> list[Line]:
    language, why = clock.language, shorten(clean(view.why), LONGEST_REASON)
    said = [line(language, "chat_lost", name=clean(view.name), time=clock.moment(view.since), why=why)]
    if view.next_try is not None:
        time = clock.moment(view.next_try)
        said.append(text(say(language, "chat_owed", count=view.owed, time=time)))
    return said


def _held_up(row: HeldUpRow, language: str) -> Line:
    why = shorten(clean(row.why), LONGEST_REASON)
    return line(language, "chat_held_up", name=clean(row.receiver), why=why, count=row.count)


def _moved(moved: MovedChat, language: str) -> str:
    return say(language, "status_moved", name=clean(moved.receiver), old=moved.old, new=moved.new)


def _no_source(view: SourcesView) -> Message:
    language = view.reader.language
    query = quoted(shorten(clean(view.query), LONGEST_QUERY), language)
    every = say(language, "sources_help", command=typed(view.reader.via, "sources"))
    return message((Block((text(say(language, "sources_none", query=query)), text(every))),), language)


def _sources_head(view: SourcesView, language: str) -> tuple[Span, ...]:
    bad = sum(bool(row.trouble) for row in view.rows)
    odd = sum(bool(row.odd) and not row.trouble for row in view.rows)
    counts = (say(language, "sources_trouble", count=bad) if bad else "") + (
        say(language, "sources_odd", count=odd) if odd else ""
    )
    after = counts or (say(language, "sources_well") if view.rows else "")
    if not view.query:
        return (*line(language, "sources_head", count=len(view.rows)), Span(after))
    query = quoted(shorten(clean(view.query), LONGEST_QUERY), language)
    found = line(language, "sources_found", count=len(view.rows), total=view.total, query=query)
    return (*found, Span(after))


def _place_in_list(row: SourceRow) -> tuple[bool, bool, bool, str]:
    return (not row.trouble, not row.odd, not row.enabled, row.name.casefold())


def _in_blocks(rows: Sequence[SourceRow], clock: Clock, via: str) -> Iterator[Block]:
    """Sources of one line in blocks of twenty; what stands below one is grey, and follows it closely."""
    plain: list[SourceRow] = []
    noted = False
    for row in rows:
        notes = tuple(text(IN + note) for note in source_notes(row, clock, via) if note)
        if notes:
            yield from _plain_blocks(plain, clock)
            plain = []
            yield Block((text(source_line(row, clock)),), tight=noted)
            yield Block(notes, grey=True, tight=True)
            noted = True
        else:
            plain.append(row)
    yield from _plain_blocks(plain, clock)


def _plain_blocks(rows: Sequence[SourceRow], clock: Clock) -> Iterator[Block]:
    for start in range(0, len(rows), A_BLOCK):
        yield Block(tuple(text(source_line(row, clock)) for row in rows[start : start + A_BLOCK]))


def _status_news(view: StatusView, clock: Clock) -> Iterator[str]:
    language = clock.language
    if view.sources:
        failing = say(language, "sources_trouble", count=view.failing) if view.failing else ""
        odd = say(language, "sources_odd", count=view.odd) if view.odd else ""
        yield say(language, "sources", count=view.sources) + (failing + odd or say(language, "sources_well"))
    if view.watches:
        version = view.watchlist_version[:8]
        yield say(language, "status_watches", watches=view.watches, version=version)
    if view.entries or view.stories:
        key = "status_day_here" if view.here else "status_day_told"
        told = "" if view.told is None else say(language, key, told=view.told)
        yield say(language, "status_day", entries=view.entries, stories=view.stories) + told
    if view.median_delay is not None and view.median_published is not None:
        both = {"published": delay(view.median_published, clock), "read": delay(view.median_delay, clock)}
        yield say(language, "speed_status", **both)
    elif view.median_delay is not None:
        yield say(language, "status_speed", span=delay(view.median_delay, clock))
    if view.last_poll is not None:
        yield say(language, "status_poll", time=clock.moment(view.last_poll))
    if view.backup is not None:
        yield say(language, "status_backup", time=clock.moment(view.backup))


def _status_owed(view: StatusView, clock: Clock) -> Iterator[str]:
    language = clock.language
    if view.owed:
        since = view.oldest_owed
        oldest = say(language, "status_oldest", time=clock.moment(since)) if since else ""
        yield say(language, "status_owed", count=view.owed) + oldest
    if view.in_doubt and not view.doubts:
        yield say(language, "status_doubt", count=view.in_doubt)
    for what, until in sorted(view.mutes.items(), key=lambda mute: mute[1]):
        muted = say(language, "until", what=clean(what), time=clock.moment(until))
        yield say(language, "status_muted", what=muted)


def _status_doubts(view: StatusView, clock: Clock) -> Iterator[Block]:
    """What joined by a thin margin, each with the command that undoes it."""
    language = clock.language
    if not view.doubts:
        return
    yield Block((text(say(language, "status_doubt", count=view.in_doubt)),))
    for row in view.doubts:
        yield Block(doubt_lines(row, view.reader.via, clock))
    if rest := view.in_doubt - len(view.doubts):
        yield Block((text(say(language, "doubt_more", count=rest)),))
