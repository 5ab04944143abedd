"""Mute and Snooze under an alert, and Undo: what a press silences, for which chat, and who may.

Each works once: the press is checked again in the transaction that makes the change, and who comes second reads
who was first. What changed shows in the alert itself, which is owed an edit at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.commands.asking import Answer, Asked, Desk
from bot.dedup.memory import LONGEST_STORY
from bot.errors import CommandError
from bot.model import Mute, Receiver, Rows
from bot.render.buttons import alert_rows, development_rows, silenced_rows, snooze_rows
from bot.render.people import id_of, named, signed
from bot.render.reports import names_of
from bot.render.times import Clock
from bot.render.words import say
from bot.store import alerts, audit, messages, mutes, stories
from bot.store.redrawing import owe_redraw
from bot.store.roots import root_or_self
from bot.store.shown import matches_for

LENGTHS = {"4h": timedelta(hours=4), "1d": timedelta(days=1), "7d": timedelta(days=7)}
SHORTEST_MUTE = timedelta(days=1)
"""A story that closes sooner, or is closed, may still be corrected."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the button stands: a message that tells a receiver of a story."""

    story: str
    receiver: Receiver
    watches: tuple[str, ...]
    """The watches that the alert names, best first."""
    closes: datetime
    """When nothing can join the story any more."""
    is_reply: bool
    """True under a development: the alert itself stands above it."""


def press_mute(asked: Asked, desk: Desk) -> Answer:
    """Silence this story for this receiver, for as long as it can go on."""
    place = _place(asked, desk, _about(asked))
    _insist(asked)
    return Answer(effect=lambda conn: _mute(conn, asked, desk, place))


def press_snooze(asked: Asked, desk: Desk) -> Answer:
    """Offer how long, or silence the companies that the alert names for so long, for this receiver."""
    story, _, length = _about(asked).partition(":")
    place = _place(asked, desk, story)
    _insist(asked)
    if not length:
        return Answer(buttons=snooze_rows(place.story, place.receiver.language))
    if length not in LENGTHS:
        raise CommandError(say(asked.reader.language, "button_unknown"))
    return Answer(effect=lambda conn: _snooze(conn, asked, desk, place, LENGTHS[length]))


def press_undo(asked: Asked, desk: Desk) -> Answer:
    """End what silences this story here: all of it for who may silence, one's own for everybody else."""
    place = _place(asked, desk, _about(asked))
    return Answer(effect=lambda conn: _undo(conn, asked, desk, place))


def press_back(asked: Asked, desk: Desk) -> Answer:
    """Put the row back that Snooze took away."""
    place = _place(asked, desk, _about(asked))
    quiet = _holding(desk.conn, place, root_or_self(desk.conn, place.story), desk.now)
    return Answer(buttons=_row(place, silenced=bool(quiet)))


def may_silence(asked: Asked) -> bool:
    """Tell whether the asker may mute and snooze: an admin, or the only person of a receiver's chat."""
    return asked.admin or (asked.alone and bool(asked.receiver))


def _about(asked: Asked) -> str:
    assert asked.pressed is not None
    return asked.pressed.about


def _place(asked: Asked, desk: Desk, story_id: str) -> _Place:
    """Find what the pressed message tells; CommandError when it is not the story that the button names."""
    pressed, conn = asked.pressed, desk.conn
    assert pressed is not None
    name = messages.receiver_of(conn, pressed.channel, pressed.chat, pressed.message_id) or ""
    receiver = desk.settings.receivers.get(name)
    story = stories.get(conn, asked.story) if asked.story else None
    if receiver is None or story is None or stories.root_of(conn, story_id) != story.id:
        raise CommandError(say(asked.reader.language, "press_other"))
    told = alerts.told_of(conn, story.id).get(receiver.id)
    shown = matches_for(conn, story.id, told, desk.watchlist)
    message = alerts.message_of(conn, story.id, receiver.id)
    mine = {message.message_id, *message.parts} if message else set()
    opened = min(report.entry.time for report in story.reports)
    return _Place(
        story.id,
        receiver,
        tuple(match.watch for match in shown),
        opened + LONGEST_STORY,
        is_reply=pressed.message_id not in mine,
    )


def _insist(asked: Asked) -> None:
    """Raise CommandError for who may not silence anything here; it says who may, and the asker's own id."""
    if not may_silence(asked):
        raise _forbidden(asked)


def _forbidden(asked: Asked) -> CommandError:
    who = id_of(asked.by)
    return CommandError(say(asked.reader.language, "silence_admins", who=who))


def _mute(conn: Connection, asked: Asked, desk: Desk, place: _Place) -> Answer:
    story, receiver, now = root_or_self(conn, place.story), place.receiver.id, desk.now
    language = asked.reader.language
    before = mutes.of(conn, now, receiver=receiver, story=story)
    if before is not None:
        time = Clock.of(asked.reader, now).moment(before.until)
        return Answer(popup=say(language, "muted_already", who=named(before.by), time=time), failed=True)
    until = max(place.closes, now + SHORTEST_MUTE)
    mute = Mute(receiver=receiver, story=story, until=until, by=signed(asked.by, asked.who))
    return _silence(conn, asked, place, [mute], now, what="mute", story=story)


def _snooze(conn: Connection, asked: Asked, desk: Desk, place: _Place, length: timedelta) -> Answer:
    story, receiver, now = root_or_self(conn, place.story), place.receiver.id, desk.now
    language = asked.reader.language
    before = [mutes.of(conn, now, receiver=receiver, watch=watch) for watch in place.watches]
    awake = [watch for watch, mute in zip(place.watches, before, strict=True) if mute is None]
    if not awake:
        first = next((mute for mute in before if mute is not None), None)
        if first is None:
            return Answer(popup=say(language, "snooze_nothing"), failed=True)
        time = Clock.of(asked.reader, now).moment(first.until)
        names = names_of(place.watches, desk.watchlist, language)
        words = say(language, "snoozed_already", names=names, who=named(first.by), time=time)
        return Answer(popup=words, failed=True)
    by = signed(asked.by, asked.who)
    added = [Mute(receiver=receiver, watch=watch, until=now + length, by=by) for watch in awake]
    return _silence(conn, asked, place, added, now, what="snooze", story=story)


def _silence(
    conn: Connection,
    asked: Asked,
    place: _Place,
    added: Iterable[Mute],
    now: datetime,
    *,
    what: str,
    story: str,
) -> Answer:
    rows = []
    for mute in added:
        mutes.add(conn, mute, now)
        rows.append(_row_of(mute))
    audit.record(conn, asked.by, what, {"story": story, "mutes": rows, "name": asked.who}, now)
    owe_redraw(conn, story, place.receiver.id, now)
    return Answer(rows=tuple(rows), buttons=_reply_row(place, silenced=True))


def _undo(conn: Connection, asked: Asked, desk: Desk, place: _Place) -> Answer:
    story, now = root_or_self(conn, place.story), desk.now
    held = _holding(conn, place, story, now)
    mine = [mute for mute in held if may_silence(asked) or mute.by.partition(" ")[0] == asked.by]
    if held and not mine:
        return Answer(popup=str(_forbidden(asked)), failed=True)
    if not held:
        # It ended by itself: the message may show it still.
        if may_silence(asked):
            owe_redraw(conn, story, place.receiver.id, now)
        return Answer(popup=say(asked.reader.language, "silence_over"), failed=True)
    for mute in mine:
        mutes.end(conn, mute, now)
    rows = [_row_of(mute) for mute in mine]
    audit.record(conn, asked.by, "unmute", {"story": story, "mutes": rows, "name": asked.who}, now)
    owe_redraw(conn, story, place.receiver.id, now)
    return Answer(rows=tuple(rows), buttons=_reply_row(place, silenced=len(mine) < len(held)))


def _holding(conn: Connection, place: _Place, story: str, now: datetime) -> list[Mute]:
    """Return what this receiver silenced: the story, and the companies that its alert names."""
    receiver = place.receiver.id
    found = [mutes.of(conn, now, receiver=receiver, story=story)]
    found += [mutes.of(conn, now, receiver=receiver, watch=watch) for watch in place.watches]
    return [mute for mute in found if mute is not None]


def _reply_row(place: _Place, *, silenced: bool) -> Rows | None:
    """A development gets its row here; the alert itself is drawn anew with its own."""
    return _row(place, silenced=silenced) if place.is_reply else None


def _row(place: _Place, *, silenced: bool) -> Rows:
    language, via = place.receiver.language, place.receiver.via
    if silenced:
        return silenced_rows(place.story, language)
    if place.is_reply:
        return development_rows(place.story, language, via=via)
    return alert_rows(place.story, language, via=via)


def _row_of(mute: Mute) -> dict[str, object]:
    return {
        "receiver": mute.receiver,
        "watch": mute.watch,
        "story": mute.story,
        "until": mute.until.isoformat(),
    }
