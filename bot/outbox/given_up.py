"""The notice that messages were given up: many as one, never about itself; made from what still is when it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.model import DeliveryKind, Message, Receiver, Settings
from bot.outbox.operators import operators, owe_notice
from bot.render.dead import LetterRow, given_up
from bot.render.reports import shown_report
from bot.store import deliveries, meta, notices, stories
from bot.store.deliveries import DeadLetter

GIVEN_UP = "given up"
AT_FIRST = timedelta(days=1)
"""How far back the first look goes."""
MOST = 500
SHOWN = 3
_TOLD = "given up told"


def owe_given_up(conn: Connection, settings: Settings, now: datetime) -> int:
    """Owe the operator's receivers what was given up since the last time; return how many messages are owed."""
    told = meta.get(conn, _TOLD)
    fresh = _letters(conn, datetime.fromisoformat(told) if told else now - AT_FIRST, now)
    if not fresh:
        return 0
    until = fresh[0].at
    meta.set(conn, _TOLD, until.isoformat())
    what = {"since": fresh[-1].at.isoformat(), "until": until.isoformat()}
    return sum(
        owe_notice(conn, receiver, notices.key_of(receiver.id, GIVEN_UP, "", until), GIVEN_UP, what, now)
        for receiver in operators(settings)
    )


def notice(
    conn: Connection, payload: Mapping[str, object], receiver: Receiver, now: datetime, *, buttons: bool
) -> Message | None:
    """Return the message, or None where all of it was tried again meanwhile."""
    since, until = (datetime.fromisoformat(str(payload[name])) for name in ("since", "until"))
    letters = _letters(conn, since - timedelta(microseconds=1), until)
    if not letters:
        return None
    rows = tuple(_row(conn, letter, receiver.language) for letter in letters[:SHOWN])
    return given_up(receiver, now, len(letters), rows, buttons=buttons)


def _letters(conn: Connection, after: datetime, until: datetime) -> list[DeadLetter]:
    """What was given up then, the latest first; edits tell nothing of their own, and no notice tells of notices."""
    return [
        letter
        for letter in deliveries.dead_letters(conn, MOST)
        if after < letter.at <= until
        and letter.delivery.kind is not DeliveryKind.EDIT
        and letter.delivery.payload.get("about") != GIVEN_UP
    ]


def _row(conn: Connection, letter: DeadLetter, language: str) -> LetterRow:
    told = stories.get(conn, letter.delivery.story) if letter.delivery.story else None
    return LetterRow(
        receiver=letter.delivery.receiver,
        kind=letter.delivery.kind,
        story=letter.delivery.story,
        title=shown_report(told, language).entry.title if told else "",
        why=letter.error,
        at=letter.at,
    )
