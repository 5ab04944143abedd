"""Notices about the bot's own memory: that it was lost and what took its place, that it can't be copied or written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import Block, Line, Message, Receiver
from bot.render.lines import clean, message, shorten, text
from bot.render.times import Clock
from bot.render.typed import typed
from bot.render.words import line, say

LONGEST_REASON = 160
_HOURS = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryView:
    """What became of the memory. ``kind`` is damaged, gone, cut or copy."""

    reader: Receiver
    now: datetime
    kind: str
    found: datetime
    copied: datetime | None = None
    """When the copy in use was made; None where there is none."""
    aside: str = ""
    """The folder of the damaged file, below the state folder."""


def memory_lost(view: MemoryView) -> Message:
    """Return what happened, what took the place of the file, what is not known now, and where to read on."""
    language = view.reader.language
    clock = Clock.of(view.reader, view.now)
    head = line(language, f"memory_{view.kind}", time=clock.moment(view.found))
    known = [text(part) for part in (_in_use(view, clock), say(language, _forgotten(view))) if part]
    command = typed(view.reader.via, f"recent since:{_since(view)}")
    silent = text(say(language, "memory_silent", command=command))
    aside = text(say(language, "memory_aside", folder=clean(view.aside))) if view.aside else ()
    return message((Block((head, *known, silent)), *_grey(aside)), language)


def backup_failed(reader: Receiver, now: datetime, why: str, last: datetime | None) -> Message:
    """Return that the database can't be copied, why, and since when there is no copy."""
    language, words = reader.language, shorten(clean(why), LONGEST_REASON)
    if last is None:
        head = line(language, "backup_never", why=words)
    else:
        head = line(language, "backup_failed", time=Clock.of(reader, now).moment(last), why=words)
    return message((Block((head,)), *_grey(text(say(language, "backup_tried")))), language)


def disk_was_full(reader: Receiver, now: datetime, since: datetime, until: datetime) -> Message:
    """Return that the disk has room again, and that nothing is lost."""
    clock = Clock.of(reader, now)
    span = clock.span(until - since, exact=True)
    head = line(clock.language, "disk_was_full", span=span, time=clock.moment(since))
    return message((Block((head, text(say(clock.language, "disk_waited")))),), clock.language)


def age(span: timedelta) -> str:
    """Return how old a copy is, in words for the terminal."""
    hours = int(max(timedelta(0), span) / timedelta(hours=1))
    days, minutes = hours // 24, int(max(timedelta(0), span) / timedelta(minutes=1))
    return f"{days} days" if hours >= 48 else f"{hours} h" if hours else f"{minutes} min"


def _in_use(view: MemoryView, clock: Clock) -> str:
    if view.copied is None:
        return "" if view.kind in {"cut", "copy"} else say(clock.language, "memory_empty")
    key = "memory_of" if view.kind == "copy" else "memory_restored"
    span = clock.span(max(timedelta(0), view.found - view.copied))
    return say(clock.language, key, time=clock.moment(view.copied), span=span)


def _forgotten(view: MemoryView) -> str:
    if view.copied is not None:
        return "memory_unknown"
    return "memory_last" if view.kind in {"cut", "copy"} else "memory_all"


def _since(view: MemoryView) -> str:
    """How far back what is forgotten reaches, as ``since:`` takes it."""
    hours = -(-(view.now - (view.copied or view.found - timedelta(days=1))) // timedelta(hours=1))
    return f"{max(1, hours)}h" if hours <= _HOURS else f"{-(-hours // 24)}d"


def _grey(grey: Line) -> tuple[Block, ...]:
    return (Block((grey,), grey=True, tight=True),) if grey else ()
