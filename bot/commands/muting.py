"""``watch mute``, ``unmute``: a silence over one watch, for one receiver or for all, and what is silent now."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import Connection

from bot.commands.asking import Answer, Asked, Desk, concerns, is_guest
from bot.commands.moments import parse_span
from bot.commands.silencing import may_silence
from bot.commands.watch_edits import known_of
from bot.errors import CommandError
from bot.model import Mute, Watch
from bot.render.following import lines_message, said
from bot.render.lines import clean, shorten, text
from bot.render.people import id_of, named, signed
from bot.render.times import Clock
from bot.render.typed import typed
from bot.render.words import line, listed, quoted, say
from bot.store import audit, mutes
from bot.store.redrawing import owe_redraws

LONGEST = timedelta(days=366)
_FOR = re.compile(r"(?:^|\s)(?:for|对|给)\s*[:：]\s*(\S+)", re.IGNORECASE)
_SPAN = re.compile(r"(?:^|\s)(\d{1,4}\s*(?:[a-z]+|[个個]?[\u4e00-\u9fff]{1,2}))$", re.IGNORECASE)
_ALL = frozenset({"all", "全部", "所有"})
_SHOWN = 40


def answer_mute(asked: Asked, desk: Desk, words: str) -> Answer:
    """Silence a watch for so long; without words, list what is silent."""
    if not words:
        return _muted_now(asked, desk)
    _insist_on_muting(asked)
    named_one = _FOR.search(words) is not None
    receiver, words = _receiver(asked, desk, words)
    _insist(asked, receiver)
    found = _SPAN.search(words)
    if found is None or not words[: found.start()].strip():
        raise CommandError(say(asked.reader.language, "mute_usage", examples=_examples(asked)))
    span = parse_span(found.group(1), asked.reader.language)
    if not timedelta(0) < span <= LONGEST:
        raise CommandError(say(asked.reader.language, "mute_long"))
    watch = _watch(asked, desk, words[: found.start()])
    if not (receiver or named_one or asked.reader.via == "console"):
        raise CommandError(_for_whom(asked, desk, f"mute {watch.id} {found.group(1)}"))
    mute = Mute(receiver=receiver, watch=watch.id, until=desk.now + span, by=signed(asked.by, asked.who))
    return Answer(effect=lambda conn: _mute(conn, asked, desk, watch, mute))


def answer_unmute(asked: Asked, desk: Desk, words: str) -> Answer:
    """End what silences a watch here; an admin also what silences it for all."""
    _insist_on_muting(asked)
    receiver, words = _receiver(asked, desk, words)
    _insist(asked, receiver)
    if not words:
        raise CommandError(
            say(asked.reader.language, "usage_remove", examples=_typed(asked, "unmute tencent"))
        )
    watch = _watch(asked, desk, words)
    return Answer(effect=lambda conn: _unmute(conn, asked, desk, watch, receiver))


def _mute(conn: Connection, asked: Asked, desk: Desk, watch: Watch, mute: Mute) -> Answer:
    mutes.add(conn, mute, desk.now)
    what = f"watch mute {watch.id}"
    detail = {"receiver": mute.receiver, "until": mute.until.isoformat(), "name": asked.who}
    audit.record(conn, asked.by, what, detail, desk.now)
    reader = asked.reader
    until = Clock.of(reader, desk.now).moment(mute.until)
    name = clean(watch.shown(reader.language))
    if mute.receiver:
        head = line(reader.language, "muted", name=name, to=mute.receiver, time=until)
    else:
        head = line(reader.language, "muted_all", name=name, time=until)
    other = f" for:{mute.receiver}" if mute.receiver != asked.receiver and mute.receiver else ""
    undo = say(reader.language, "muted_undo", command=_typed(asked, f"unmute {watch.id}{other}"))
    row = {"watch": watch.id, "receiver": mute.receiver, "until": mute.until.isoformat()}
    return Answer(said(reader, head, text(undo)), (row,))


def _unmute(conn: Connection, asked: Asked, desk: Desk, watch: Watch, receiver: str) -> Answer:
    language, name = asked.reader.language, clean(watch.shown(asked.reader.language))
    holding = [
        mute
        for mute in mutes.active(conn, desk.now)
        if mute.watch == watch.id and not mute.story and (not receiver or mute.receiver in {"", receiver})
    ]
    mine = [mute for mute in holding if asked.admin or mute.receiver]
    if holding and not mine:
        until = Clock.of(asked.reader, desk.now).moment(holding[0].until)
        words = say(language, "unmute_admins", name=name, time=until, who=named(holding[0].by))
        return Answer(said(asked.reader, text(words)), failed=True)
    if not mine:
        return Answer(said(asked.reader, line(language, "unmuted_not", name=name)), failed=True)
    for mute in mine:
        mutes.end(conn, mute, desk.now)
        owe_redraws(
            conn, watch.id, {mute.receiver} if mute.receiver else set(desk.settings.receivers), desk.now
        )
    detail = {"receivers": [mute.receiver for mute in mine], "name": asked.who}
    audit.record(conn, asked.by, f"watch unmute {watch.id}", detail, desk.now)
    everywhere = any(not mute.receiver for mute in mine) or not receiver
    head = line(language, "unmuted_all" if everywhere else "unmuted", name=name, to=receiver)
    return Answer(said(asked.reader, head), ({"watch": watch.id, **detail},))


def _muted_now(asked: Asked, desk: Desk) -> Answer:
    """What is silent for this receiver; where there is none, an admin is told of all."""
    if is_guest(asked):
        raise CommandError(say(asked.reader.language, "mutes_nobody"))
    language, clock = asked.reader.language, Clock.of(asked.reader, desk.now)
    found = [mute for mute in mutes.active(desk.conn, desk.now) if concerns(asked, mute.receiver)]
    if not found:
        return Answer(said(asked.reader, line(language, "mutes_none")))
    lines = [
        say(
            language,
            "mutes_line",
            what=_what(mute, desk, language),
            to=clean(mute.receiver) or say(language, "mutes_all"),
            time=clock.moment(mute.until),
            by=say(language, "mutes_by", who=named(mute.by)) if mute.by else "",
        )
        for mute in found
    ]
    rows = tuple(
        {"watch": one.watch, "story": one.story, "receiver": one.receiver, "until": one.until.isoformat()}
        for one in found
    )
    return Answer(lines_message(asked.reader, "mutes_head", lines), rows)


def _what(mute: Mute, desk: Desk, language: str) -> str:
    watch = desk.watchlist.watches.get(mute.watch)
    names = [clean(watch.shown(language) if watch else mute.watch)] if mute.watch else []
    names += [say(language, "mutes_story", story=mute.story)] if mute.story else []
    return " · ".join(names) or say(language, "mutes_all")


def _receiver(asked: Asked, desk: Desk, words: str) -> tuple[str, str]:
    """Whom it is for, "" for all, and the other words; ``for: NAME`` chooses."""
    chosen = _FOR.search(words)
    if chosen is None:
        return asked.receiver, words.strip()
    rest = (words[: chosen.start()] + words[chosen.end() :]).strip()
    name = chosen.group(1)
    if name.casefold() in _ALL:
        return "", rest
    if name not in desk.settings.receivers:
        language = asked.reader.language
        names = listed(desk.settings.receivers, language)
        shown = quoted(shorten(clean(name), _SHOWN), language)
        raise CommandError(say(language, "mute_receiver", name=shown, names=names))
    return name, rest


def _for_whom(asked: Asked, desk: Desk, words: str) -> str:
    """Where nothing is told, a silence names its receiver: that of all is too much to be meant by a short word."""
    names = listed(desk.settings.receivers, asked.reader.language)
    command = _typed(asked, f"{words} for:all")
    return say(asked.reader.language, "mute_for_whom", names=names, command=command)


def _insist_on_muting(asked: Asked) -> None:
    """Before anything else is said: who may not mute learns of no receiver."""
    if not may_silence(asked):
        raise CommandError(say(asked.reader.language, "confirm_admins", who=id_of(asked.by)))


def _insist(asked: Asked, receiver: str) -> None:
    """Admins may mute for anybody, the only person of a receiver's chat for that one."""
    if not asked.admin and receiver != asked.receiver:
        raise CommandError(say(asked.reader.language, "mute_may", who=id_of(asked.by)))


def _watch(asked: Asked, desk: Desk, words: str) -> Watch:
    found, _ = known_of(asked, desk).find(words.rstrip(" :：,，"), rest=False)
    return desk.watchlist.watches[found]


def _examples(asked: Asked) -> str:
    examples = ("mute tencent 4h", "mute 腾讯 3天")
    return listed((_typed(asked, example) for example in examples), asked.reader.language)


def _typed(asked: Asked, words: str) -> str:
    return typed(asked.reader.via, f"watch {words}")
