"""``retry``: what was given up is owed again, at once; and what ``status`` says of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bot.commands.asking import Answer, Asked, Desk, sees
from bot.errors import CommandError
from bot.model import Block
from bot.render.dead import LetterRow
from bot.render.lines import clean, message, shorten, text
from bot.render.people import id_of
from bot.render.reports import shown_report
from bot.render.words import listed, say
from bot.store import audit, dead, stories
from bot.store.deliveries import DeadLetter

SHOWN = 3
ALL = ("all", "全部")
LONGEST_WORD = 60
_MARK = re.compile(r"[0-9]{1,17}")


def answer_retry(asked: Asked, desk: Desk) -> Answer:
    """Owe again what was given up: of a story, of a receiver, or all of it. Admins only."""
    language = asked.reader.language
    if not asked.admin:
        raise CommandError(say(language, "confirm_admins", who=id_of(asked.by)))
    what = asked.words.strip()
    if not what:
        raise CommandError(say(language, "retry_what"))
    return Answer(effect=lambda conn: _retry(conn, asked, desk, what))


def _retry(conn: Connection, asked: Asked, desk: Desk, what: str) -> Answer:
    language = asked.reader.language
    if what in desk.settings.receivers:
        revived = dead.revive(conn, desk.now, receiver=what)
    else:
        revived = dead.revive(conn, desk.now, story="" if what.lower() in ALL else what)
    if not revived and what.lower() not in {*ALL, *desk.settings.receivers}:
        shown = shorten(clean(what), LONGEST_WORD)
        raise CommandError(say(language, "retry_unknown", what=shown))
    if revived:
        audit.record(conn, asked.by, "retry", {"what": what, "count": len(revived)}, desk.now)
    said = _retried(revived, language) if revived else say(language, "retried_none")
    return Answer(message((Block((text(said),)),), language), _rows(revived))


def press_retry(asked: Asked, desk: Desk) -> Answer:
    """Owe again what was given up until the button was made; a second press finds nothing. Admins only."""
    assert asked.pressed is not None
    language, mark = asked.reader.language, asked.pressed.about
    if not asked.admin:
        raise CommandError(say(language, "confirm_admins", who=id_of(asked.by)))
    if not _MARK.fullmatch(mark):
        raise CommandError(say(language, "button_unknown"))
    until = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(mark))

    def retry(conn: Connection) -> Answer:
        revived = dead.revive(conn, desk.now, until=until)
        if not revived:
            return Answer(popup=say(language, "retried_none"), buttons=(), failed=True)
        audit.record(conn, asked.by, "retry", {"until": until.isoformat(), "count": len(revived)}, desk.now)
        return Answer(popup=_retried(revived, language), rows=_rows(revived), buttons=())

    return Answer(effect=retry)


def _retried(revived: Sequence[str], language: str) -> str:
    names = listed([clean(name) for name in Counter(revived)], language)
    return say(language, "retried", count=len(revived), names=names)


def _rows(revived: Sequence[str]) -> tuple[dict[str, object], ...]:
    return tuple({"receiver": name, "owed_again": count} for name, count in Counter(revived).items())


def letters_of(asked: Asked, desk: Desk, given_up: Sequence[DeadLetter]) -> tuple[LetterRow, ...]:
    """Return the newest of what was given up, of what the asker may know."""
    mine = [letter for letter in given_up if sees(asked, letter.delivery.receiver)]
    return tuple(_row(letter, asked, desk) for letter in mine[:SHOWN]) if asked.admin else ()


def _row(letter: DeadLetter, asked: Asked, desk: Desk) -> LetterRow:
    told = stories.get(desk.conn, letter.delivery.story) if letter.delivery.story else None
    title = shown_report(told, asked.reader.language).entry.title if told else ""
    return LetterRow(
        receiver=letter.delivery.receiver,
        kind=letter.delivery.kind,
        story=letter.delivery.story,
        title=title,
        why=letter.error,
        at=letter.at,
    )
