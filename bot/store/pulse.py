"""Is the bot well? The running one notes its beat; from that and from what is due anybody can tell, in any process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from bot.store import health, jumps, meta, reaching, sources
from bot.store.columns import among
from bot.store.deliveries import CANCELLED, DEAD, OWED, SENDING, SENT
from bot.store.schema import alerts, deliveries
from bot.store.schema import sources as source_rows

EVERY = 30.0
"""Seconds between two beats."""
SILENT = timedelta(minutes=2)
"""Without a beat for so long the bot hangs, or can't write what it remembers."""
PATIENCE = timedelta(minutes=15)
"""How long a source or a message may be overdue, or nothing be read at all."""
LOADING = timedelta(minutes=5)
_BEAT = "beat"

SAID = {
    "silent": "the bot gave no sign of life for {minutes} minutes: it hangs, or can't write its database",
    "loading": "the recent stories are still being loaded, so nothing is decided",
    "late": "a source has been due for {minutes} minutes",
    "unread": "no source could be read for {minutes} minutes: is the network there?",
    "stuck": "a message has been due for {minutes} minutes, and none was sent since",
    "deaf": "questions from {names} are not heard",
}
"""What each trouble means; the keys are what machines get."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """What a running bot notes of itself."""

    at: datetime
    started: datetime
    decides: bool = True
    """True once the recent stories are loaded."""
    listening: Mapping[str, bool] | None = None
    """Chat service to whether questions from there are heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """``ok`` where there is no trouble; ``troubles`` are keys of ``SAID``, ``words`` the same in sentences."""

    ok: bool
    troubles: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    beat: Beat | None = None


def note(conn: Connection, beat: Beat) -> None:
    """Note that the bot lives; that it can be noted says that the database can be written."""
    row = {
        "at": beat.at.isoformat(),
        "started": beat.started.isoformat(),
        "decides": beat.decides,
        "listening": dict(beat.listening or {}),
    }
    meta.set(conn, _BEAT, json.dumps(row))
    jumps.lived(conn, beat.at)


def last_beat(conn: Connection) -> Beat | None:
    """Return what the bot noted last, None where it never did."""
    stored = meta.get(conn, _BEAT)
    if not stored:
        return None
    row = json.loads(stored)
    return Beat(
        at=datetime.fromisoformat(row["at"]),
        started=datetime.fromisoformat(row["started"]),
        decides=row["decides"],
        listening=row["listening"],
    )


def judge(
    conn: Connection, now: datetime, beat: Beat | None = None, *, began: datetime | None = None
) -> Pulse:
    """Return how the bot is. ``beat`` is what it would note now, where the asker is the bot itself.

    ``began`` is when its process began, as far as the asker knows: its first beat may still be to come.
    """
    beat = beat or last_beat(conn)
    seen = max((each for each in (beat.at if beat else None, began) if each), default=None)
    if seen is None:
        return Pulse(ok=False, troubles=("silent",), words=("the bot has given no sign of life yet",))
    found: dict[str, timedelta | str] = {}
    if now - seen > SILENT:
        found["silent"] = now - seen
    started = max(beat.started, began or beat.started) if beat else seen
    if beat is not None and beat.at >= started:
        found |= _inner(beat, now)
    found |= _polling(conn, now, started)
    since = _stuck_since(conn, now)
    if since is not None and now - started > PATIENCE:
        found["stuck"] = now - since
    words = tuple(_said(trouble, what) for trouble, what in found.items())
    return Pulse(ok=not found, troubles=tuple(found), words=words, beat=beat)


def _inner(beat: Beat, now: datetime) -> dict[str, timedelta | str]:
    found: dict[str, timedelta | str] = {}
    if not beat.decides and now - beat.started > LOADING:
        found["loading"] = now - beat.started
    if deaf := [service for service, heard in (beat.listening or {}).items() if not heard]:
        found["deaf"] = ", ".join(sorted(deaf))
    return found


def _said(trouble: str, what: timedelta | str) -> str:
    if isinstance(what, str):
        return SAID[trouble].format(names=what)
    return SAID[trouble].format(minutes=what // timedelta(minutes=1))


def _polling(conn: Connection, now: datetime, started: datetime) -> dict[str, timedelta | str]:
    due = sources.next_due(conn)
    late = now - max(due, started) if due is not None else timedelta(0)
    if late > PATIENCE:
        return {"late": late}
    polled = health.polled(conn)
    if not polled.count or polled.failing < polled.count:
        return {}
    read = select(func.max(source_rows.c.last_success, type_=source_rows.c.due.type))
    last: datetime | None = conn.execute(read.where(source_rows.c.configured)).scalar()
    dumb = now - max(last or started, started)
    return {"unread": dumb} if dumb > PATIENCE else {}


def _stuck_since(conn: Connection, now: datetime) -> datetime | None:
    """Since when a message is due, where none has left for long; what a lost chat is owed waits rightly."""
    early = now - PATIENCE
    lost = [name for name, each in reaching.lost(conn).items() if each.back is None]
    waits = deliveries.c.state.in_([OWED, SENDING]), deliveries.c.due < early
    oldest = select(func.min(deliveries.c.due, type_=deliveries.c.due.type))
    since: datetime | None = conn.execute(oldest.where(*waits, ~among(deliveries.c.receiver, lost))).scalar()
    if since is None:
        return None
    ended = deliveries.c.state.in_([SENT, DEAD, CANCELLED]) & (deliveries.c.ended_at > early)
    tried = deliveries.c.state.in_([OWED, SENDING]) & (deliveries.c.started_at > early)
    moves = any(conn.execute(select(deliveries.c.id).where(each).limit(1)).first() for each in (ended, tried))
    return None if moves else since


def told_between(conn: Connection, since: datetime, until: datetime) -> int:
    """Return how many stories were told at once to anybody in this time; each counts once."""
    then = (alerts.c.sent_at >= since, alerts.c.sent_at < until, ~alerts.c.digest)
    return int(conn.execute(select(func.count(func.distinct(alerts.c.story))).where(*then)).scalar_one())
