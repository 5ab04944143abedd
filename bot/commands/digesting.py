"""``digest``: the digest now, for admins; for others what waits for it. Its button answers everything in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from bot.commands.asking import Answer, Asked, Desk, story_row
from bot.commands.picturing import digest_of
from bot.errors import CommandError
from bot.model import Block, Message, Reason, Receiver
from bot.render.digest import all_stories, waiting
from bot.render.lines import message, text
from bot.render.views import DigestView
from bot.render.words import listed, say
from bot.route.digests import next_moment, plans_of
from bot.store import digests
from bot.store.shown import headlines


def answer_digest(asked: Asked, desk: Desk) -> Answer:
    """Make the digest of this chat now (admins), or show what waits for it."""
    receiver = desk.settings.receivers.get(asked.receiver)
    if receiver is None:
        language = asked.reader.language
        names = listed(sorted(desk.settings.receivers), language) if asked.admin else ""
        which = say(language, "digest_receivers", names=names) if names else ""
        raise CommandError(say(language, "digest_nobody") + which)
    view = _waiting(asked, desk, receiver)
    rows = tuple(story_row(line) for line in view.stories)
    if not asked.admin or not view.stories:
        return Answer(waiting(view, _next(desk, receiver)), rows)
    return Answer(rows=rows, effect=partial(_owed, desk=desk, receiver=receiver))


def press_digest(asked: Asked, desk: Desk) -> Answer:
    """Everything that stands in a digest, silently: the button under it, and that to the next page."""
    assert asked.pressed is not None
    made = digest_of(asked, desk)
    page = asked.pressed.about.partition(":")[2]
    language = asked.reader.language
    lines = headlines(desk.conn, _stories(desk, made), language, desk.watchlist)
    if not lines:
        raise CommandError(say(language, "digest_gone"))
    view = DigestView(
        receiver=asked.reader,
        watchlist=desk.watchlist,
        now=desk.now,
        since=made.since,
        stories=lines,
        reference=str(made.id),
    )
    said, _ = all_stories(view, made.until, page=int(page[:4]) if page.isdecimal() else 1)
    return Answer(said, tuple(story_row(line) for line in lines))


def _stories(desk: Desk, made: digests.Made) -> list[str]:
    """What a digest counts: of a day what did not ring, of a week everything."""
    if not made.days:
        return digests.unsaid(desk.conn, made.receiver, made.stories, made.at or desk.now)
    return list(dict.fromkeys(each.story for each in digests.counted(desk.conn, made)))


def _waiting(asked: Asked, desk: Desk, receiver: Receiver) -> DigestView:
    items = digests.waiting(desk.conn, receiver.id, desk.now + timedelta(seconds=1))
    ids = digests.unsaid(desk.conn, receiver.id, [item.story for item in items], desk.now)
    return DigestView(
        receiver=asked.reader,
        watchlist=desk.watchlist,
        now=desk.now,
        since=min((item.at for item in items), default=desk.now),
        stories=headlines(desk.conn, ids, asked.reader.language, desk.watchlist),
        held=sum(item.reason is Reason.OVER_BUDGET for item in items),
    )


def _next(desk: Desk, receiver: Receiver) -> datetime | None:
    moments = [next_moment(plan, receiver.timezone, desk.now) for plan in plans_of(receiver, desk.settings)]
    return min((moment for moment in moments if moment is not None), default=None)


def _owed(conn: Connection, *, desk: Desk, receiver: Receiver) -> Answer:
    """The digest is owed; it comes as a message of its own, so that buttons under it work for everybody."""
    count = digests.owe_now(conn, receiver, desk.now)
    language = receiver.language
    words = (
        say(language, "digest_coming", count=count, to=receiver.id)
        if count
        else say(language, "digest_empty")
    )
    return Answer(_said(words, language))


def _said(words: str, language: str) -> Message:
    return message([Block((text(words),))], language)
