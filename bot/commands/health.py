"""``status``: what runs, what is owed, what is wrong?"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import render
from bot.commands.asking import Answer, Asked, Desk
from bot.commands.sourcing import odd_now, trouble_now
from bot.commands.splitting import short_id
from bot.model import Mute
from bot.render.health_views import StatusView
from bot.render.reports import name_of
from bot.render.typed import typed
from bot.render.views import DoubtRow
from bot.store import alerts, deliveries, entries, health, matches, meta, mutes, search, stories

DAY = timedelta(days=1)
DOUBTED = timedelta(days=7)
"""How far back ``status`` lists joinings in doubt."""
MOST_DOUBTS = 500
LISTED_DOUBTS = 50
SHOWN_DOUBTS = 5


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
        told=sum(alerts.count_since(desk.conn, name, desk.now - DAY) for name in desk.settings.receivers),
        last_poll=max(polls, default=None),
        owed=sum(row.count for row in owed),
        oldest_owed=oldest,
        dead=len(dead),
        in_doubt=len(doubt),
        doubts=tuple(_doubt(each, desk) for each in doubt[:SHOWN_DOUBTS]) if asked.admin else (),
        mutes=_mutes(asked, desk),
        faults=desk.faults,
    )
    row = {
        "version": view.version,
        "started": _since(started, desk).isoformat(),
        "running": desk.running,
        "sources": view.sources,
        "failing": view.failing,
        "odd": view.odd,
        "watches": view.watches,
        "watchlist": view.watchlist_version,
        "entries_24h": view.entries,
        "stories_24h": view.stories,
        "told_24h": view.told,
        "last_poll": view.last_poll.isoformat() if view.last_poll else None,
        "owed": view.owed,
        "oldest_owed": oldest.isoformat() if oldest else None,
        "dead": [_dead_row(letter) for letter in dead],
        "in_doubt": [_doubt_row(each, desk, asked.reader.via) for each in doubt[:LISTED_DOUBTS]],
        "faults": list(view.faults),
    }
    return Answer(render.status(view), (row,))


def _mutes(asked: Asked, desk: Desk) -> dict[str, datetime]:
    """What is silenced until when, by its name; in a chat its own mutes and those of all."""
    active = mutes.active(desk.conn, desk.now)
    mine = [mute for mute in active if not asked.receiver or mute.receiver in {"", asked.receiver}]
    return {_silenced(mute, asked, desk): mute.until for mute in mine}


def _silenced(mute: Mute, asked: Asked, desk: Desk) -> str:
    watch = name_of(mute.watch, desk.watchlist, asked.reader.language) if mute.watch else ""
    return watch or mute.story or mute.receiver


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
