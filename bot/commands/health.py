"""``status``: what runs, what is owed, what is wrong?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from bot import render
from bot.commands.asking import Answer, Asked, Desk, concerns, is_guest, sees
from bot.commands.retrying import letters_of
from bot.commands.sourcing import odd_now, trouble_now
from bot.commands.speeds import speeds_of
from bot.commands.splitting import short_id
from bot.model import Mute
from bot.render.health_views import HeldUpRow, LostView, StatusView
from bot.render.lines import clean, shorten
from bot.render.reports import name_of, shown_report
from bot.render.typed import typed
from bot.render.views import DoubtRow
from bot.render.words import quoted
from bot.store import (
    alerts,
    deliveries,
    entries,
    health,
    keeping,
    matches,
    meta,
    mutes,
    reaching,
    search,
    stories,
)
from bot.store.held_up import held_up

DAY = timedelta(days=1)
DOUBTED = timedelta(days=7)
"""How far back ``status`` lists joinings in doubt."""
MOST_DOUBTS = 500
LISTED_DOUBTS = 50
SHOWN_DOUBTS = 5
TITLE = 50
"""Characters of a muted story's headline."""


def answer_status(asked: Asked, desk: Desk) -> Answer:
    """What runs, what is owed, what is wrong."""
    polled = {name for name, source in desk.sources.items() if source.enabled}
    states = {name: state for name, state in health.conditions(desk.conn).items() if name in polled}
    ill = {name for name, state in states.items() if trouble_now(state) is not None}
    volume = entries.volume(desk.conn, desk.now - DAY)
    owed = deliveries.owed(desk.conn)
    dead = deliveries.dead_letters(desk.conn)
    doubt = _doubts(desk)
    started = meta.get(desk.conn, "started")
    polls = [state.last_poll for state in states.values() if state.last_poll]
    oldest = min((row.oldest_due for row in owed if row.oldest_due <= desk.now), default=None)
    quick = None if is_guest(asked) else speeds_of(desk, asked.reader.language)
    view = StatusView(
        reader=asked.reader,
        now=desk.now,
        version=desk.version,
        started=_since(started, desk) if desk.running else None,
        sources=len(polled),
        failing=len(ill),
        odd=sum(any(odd_now(state, desk.sources[name])) for name, state in states.items() if name not in ill),
        watches=len(desk.watchlist.watches),
        watchlist_version=desk.watchlist.version,
        entries=sum(volume.values()),
        stories=search.count(desk.conn, search.Filters(since=desk.now - DAY)),
        told=_told(asked, desk),
        here=bool(asked.receiver),
        last_poll=max(polls, default=None),
        backup=keeping.last_backup(desk.conn),
        median_delay=quick.read.median if quick and quick.read else None,
        median_published=quick.published.median if quick and quick.published else None,
        owed=sum(row.count for row in owed),
        oldest_owed=oldest,
        dead=len(dead),
        letters=letters_of(asked, desk, dead),
        in_doubt=len(doubt),
        doubts=tuple(_doubt(each, desk) for each in doubt[:SHOWN_DOUBTS]) if asked.admin else (),
        mutes=_mutes(asked, desk),
        faults=() if is_guest(asked) else desk.faults,
        moved=tuple(each for each in desk.moved if sees(asked, each.receiver)),
        lost=tuple(_lost(asked, desk, owed)),
        held_up=tuple(_held_up(asked, desk)),
    )
    lists = {
        "dead": [_dead_row(letter) for letter in dead if sees(asked, letter.delivery.receiver)],
        "in_doubt": [_doubt_row(each, desk, asked.reader.via) for each in doubt[:LISTED_DOUBTS]],
    }
    return Answer(
        render.status(view), ({**_row(view, _since(started, desk), running=desk.running), **lists},)
    )


def _row(view: StatusView, started: datetime, *, running: bool) -> dict[str, object]:
    """The same for ``--json``."""
    return {
        "version": view.version,
        "started": started.isoformat(),
        "running": running,
        "sources": view.sources,
        "failing": view.failing,
        "odd": view.odd,
        "watches": view.watches,
        "watchlist": view.watchlist_version,
        "entries_24h": view.entries,
        "stories_24h": view.stories,
        "told_24h": view.told,
        "median_seconds": {
            "published_to_told": _seconds(view.median_published),
            "read_to_told": _seconds(view.median_delay),
        },
        "last_poll": view.last_poll.isoformat() if view.last_poll else None,
        "last_backup": view.backup.isoformat() if view.backup else None,
        "owed": view.owed,
        "oldest_owed": view.oldest_owed.isoformat() if view.oldest_owed else None,
        "faults": list(view.faults),
        "moved": [asdict(each) for each in view.moved],
        "lost": [_lost_row(each) for each in view.lost],
        "held_up": [asdict(each) for each in view.held_up],
    }


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def _told(asked: Asked, desk: Desk) -> int | None:
    """How many stories were told at once in a day: to this chat, elsewhere to anybody; None for a guest."""
    if is_guest(asked):
        return None
    mine = [name for name in desk.settings.receivers if concerns(asked, name)]
    return alerts.stories_since(desk.conn, mine, desk.now - DAY)


def _lost(asked: Asked, desk: Desk, owed: Sequence[deliveries.Owed]) -> Iterator[LostView]:
    """The receivers that can't be reached, of those of whom the asker may know."""
    for name, each in reaching.lost(desk.conn).items():
        if each.back is None and name in desk.settings.receivers and sees(asked, name):
            yield LostView(
                reader=asked.reader,
                now=desk.now,
                name=name,
                why=each.why,
                since=each.since,
                owed=sum(row.count for row in owed if row.receiver == name),
                next_try=reaching.next_try(desk.conn, name),
            )


def _held_up(asked: Asked, desk: Desk) -> Iterator[HeldUpRow]:
    """Those of whom the asker may know that get nothing at present, though their chats are there."""
    lost = {name for name, each in reaching.lost(desk.conn).items() if each.back is None}
    for each in held_up(desk.conn):
        if (
            each.receiver not in lost
            and each.receiver in desk.settings.receivers
            and sees(asked, each.receiver)
        ):
            yield HeldUpRow(each.receiver, each.count, each.why)


def _lost_row(view: LostView) -> dict[str, object]:
    return {
        "receiver": view.name,
        "why": view.why,
        "since": view.since.isoformat(),
        "owed": view.owed,
        "next_try": view.next_try.isoformat() if view.next_try else None,
    }


def _mutes(asked: Asked, desk: Desk) -> dict[str, datetime]:
    """What is silenced until when, by its name; in a chat its own mutes and those of all."""
    mine = [mute for mute in mutes.active(desk.conn, desk.now) if concerns(asked, mute.receiver)]
    return {_silenced(mute, asked, desk): mute.until for mute in mine}


def _silenced(mute: Mute, asked: Asked, desk: Desk) -> str:
    language = asked.reader.language
    if mute.story:
        story = stories.get(desk.conn, mute.story)
        return (
            quoted(shorten(clean(shown_report(story, language).entry.title), TITLE), language)
            if story
            else mute.story
        )
    return name_of(mute.watch, desk.watchlist, language) if mute.watch else mute.receiver


def _since(started: str | None, desk: Desk) -> datetime:
    return datetime.fromisoformat(started) if started else desk.started


def _doubts(desk: Desk) -> list[stories.Doubt]:
    """The joinings in doubt, newest first; those in stories that a watch is about before all others."""
    found = stories.doubtful(desk.conn, desk.now - DOUBTED, desk.doubt, limit=MOST_DOUBTS)
    matched = {story: bool(matches.of(desk.conn, story)) for story in {each.story for each in found}}
    return sorted(found, key=lambda each: not matched[each.story])


def _doubt(doubt: stories.Doubt, desk: Desk) -> DoubtRow:
    return DoubtRow(
        title=doubt.title,
        source=doubt.source,
        other_title=doubt.other_title,
        other_source=doubt.other_source,
        margin=doubt.margin,
        at=doubt.at,
        undo=_undo(doubt, desk),
    )


def _doubt_row(doubt: stories.Doubt, desk: Desk, via: str) -> dict[str, object]:
    return {
        "story": doubt.story,
        "entry": doubt.entry,
        "margin": doubt.margin,
        "title": doubt.title,
        "joined_to": doubt.other,
        "joined_to_title": doubt.other_title,
        "time": doubt.at.isoformat(),
        "undo": typed(via, _undo(doubt, desk)),
    }


def _undo(doubt: stories.Doubt, desk: Desk) -> str:
    """The command that takes the entry out; its id, because numbers in a list change as a story grows."""
    story = stories.get(desk.conn, doubt.story)
    others = [report.entry.id for report in story.reports] if story else []
    return f"story split {doubt.story} {short_id(doubt.entry, others)}"


def _dead_row(letter: deliveries.DeadLetter) -> dict[str, object]:
    return {
        "key": letter.delivery.key,
        "receiver": letter.delivery.receiver,
        "error": letter.error,
        "at": letter.at.isoformat(),
    }
