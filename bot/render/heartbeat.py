"""The daily sign of life: one line that says whether all is well, and one with the figures behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.model import Block, Button, Message, Receiver
from bot.render.lines import message, text
from bot.render.times import Clock
from bot.render.words import line, say


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatView:
    """The bot's day. ``told`` counts the stories of yesterday that rang anywhere."""

    reader: Receiver
    now: datetime
    started: datetime
    sources: int
    failing: int = 0
    entries: int = 0
    """Read in the last 24 hours."""
    told: int = 0
    owed: int = 0
    """Messages that are due and not sent."""
    oldest_owed: datetime | None = None
    dead: int = 0
    """Given up in the last 24 hours."""
    backup: datetime | None = None
    buttons: bool = False


def heartbeat(view: HeartbeatView) -> Message:
    """Return the message; it never rings."""
    language = view.reader.language
    clock = Clock.of(view.reader, view.now)
    ill = bool(view.failing or view.owed or view.dead)
    head = line(language, "heartbeat_ill" if ill else "heartbeat_well")
    told = say(language, "heartbeat_told" if view.told else "heartbeat_quiet", count=view.told)
    between = "" if language == "zh" else " "
    after = say(language, "heartbeat_between").join(_figures(view, clock))
    button = Button(say(language, "heartbeat_button"), "run:status")
    return message(
        (
            Block(((*head, *text(between + told)), *map(text, _ills(view, clock)))),
            Block((text(after),), grey=True, tight=True),
        ),
        language,
        buttons=((button,),) if view.buttons else (),
    )


def _ills(view: HeartbeatView, clock: Clock) -> Iterator[str]:
    language = clock.language
    if view.failing:
        yield say(language, "heartbeat_failing", count=view.failing, total=view.sources)
    if view.owed:
        since = clock.moment(view.oldest_owed or view.now)
        yield say(language, "heartbeat_owed", count=view.owed, time=since)
    if view.dead:
        yield say(language, "heartbeat_dead", count=view.dead)


def _figures(view: HeartbeatView, clock: Clock) -> Iterator[str]:
    language = clock.language
    if view.sources and not view.failing:
        yield say(language, "heartbeat_sources", count=view.sources)
    if view.entries:
        yield say(language, "heartbeat_entries", count=view.entries)
    yield say(language, "heartbeat_up", span=clock.span(view.now - view.started))
    if view.backup is not None:
        yield say(language, "heartbeat_backup", time=clock.moment(view.backup))
