"""Buttons under a notice of a source's trouble: poll it now, and a day without notices of it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from bot.commands.asking import Answer, Asked, Desk
from bot.errors import CommandError
from bot.model import Source
from bot.render.buttons import trouble_rows
from bot.render.notices import source_mark
from bot.render.people import id_of
from bot.render.reports import source_of
from bot.render.times import Clock
from bot.render.words import say
from bot.store import audit, health, requests

POLL = "poll"
LENGTHS = {"1d": timedelta(days=1)}


def press_poll(asked: Asked, desk: Desk) -> Answer:
    """Poll a source as soon as there is room, whenever it is due."""
    assert asked.pressed is not None
    source = _source(asked, desk, asked.pressed.about)
    words = say(asked.reader.language, "poll_asked", name=source_of(source.name))

    def ask(conn: Connection) -> Answer:
        requests.add(conn, POLL, {"source": source.id}, desk.now)
        return Answer(popup=words, rows=({"polling": source.id},))

    return Answer(effect=ask)


def press_quiet(asked: Asked, desk: Desk) -> Answer:
    """Let nothing be told of a source for a day; a trouble that lasts longer is told again then."""
    assert asked.pressed is not None
    mark, _, length = asked.pressed.about.rpartition(":")
    source = _source(asked, desk, mark)
    if length not in LENGTHS:
        raise CommandError(say(asked.reader.language, "button_unknown"))
    return Answer(effect=lambda conn: _rest(conn, asked, desk, source, LENGTHS[length]))


def _rest(conn: Connection, asked: Asked, desk: Desk, source: Source, length: timedelta) -> Answer:
    until = desk.now + length
    before = health.rest(conn, source.id, until, desk.now)
    language, name = asked.reader.language, source_of(source.name)
    time = Clock.of(asked.reader, desk.now).moment(before or until)
    if before is not None:
        return Answer(popup=say(language, "quiet_already", name=name, time=time), failed=True)
    detail = {"source": source.id, "until": until.isoformat(), "name": asked.who}
    audit.record(conn, asked.by, "rest", detail, desk.now)
    (poll, _), *_ = trouble_rows(source_mark(source.id), language)
    words = say(language, "quiet_set", name=name, time=time)
    return Answer(popup=words, rows=(detail,), buttons=((poll,),))


def _source(asked: Asked, desk: Desk, mark: str) -> Source:
    """Find the source that a button names; CommandError for who may not, and for one that is not polled."""
    language = asked.reader.language
    if not asked.admin:
        who = id_of(asked.by)
        raise CommandError(say(language, "confirm_admins", who=who))
    found = desk.sources.get(mark)
    if found is None:
        found = next((one for one in desk.sources.values() if source_mark(one.id) == mark), None)
    if found is None or not found.enabled:
        raise CommandError(say(language, "source_unknown"))
    return found
