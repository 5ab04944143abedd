"""Make the message of a digest from what waited for it, and its picture from what was told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot import render
from bot.charts import Picture
from bot.charts.counting import week_picture
from bot.model import Delivery, Message, Receiver, Watchlist
from bot.render.picture_views import Days, Happened, by_company, stories_of
from bot.render.views import CompanyWeek, DigestView, Headline, WeeklyView
from bot.store import alerts, deliveries, digests
from bot.store.digests import Made
from bot.store.shown import headlines

_HABIT_WEEKS = 4
"""Weeks before this one that say what is usual."""
_USUAL = 2
"""Stories a week from which on a week without any is worth a word."""
_MOST_QUIET = 3


@dataclass(frozen=True, slots=True)
class Digest:
    """The message of a digest, and the picture over it where there is one."""

    message: Message
    picture: Picture | None = None


def digest(
    conn: Connection,
    delivery: Delivery,
    receiver: Receiver,
    watchlist: Watchlist,
    now: datetime,
    *,
    buttons: bool,
) -> Digest | None:
    """Return the message of a digest that is owed, or None when nothing is left to say.

    ``buttons`` is True for a chat that has them; such a chat shows pictures too.
    """
    made = digests.made_from(delivery.id, delivery.receiver, delivery.payload)
    if made.days:
        return _weekly(conn, made, receiver, watchlist, now, buttons=buttons)
    unsaid = digests.unsaid(conn, receiver.id, made.stories, now)
    message = render.digest(
        DigestView(
            receiver=receiver,
            watchlist=watchlist,
            now=now,
            since=made.since,
            stories=headlines(conn, unsaid, receiver.language, watchlist),
            told_at_once=alerts.count_since(conn, receiver.id, made.since),
            held=len(made.held.intersection(unsaid)),
            reference=str(made.id) if buttons else "",
        )
    )
    return None if message is None else Digest(message)


def _weekly(
    conn: Connection, made: Made, receiver: Receiver, watchlist: Watchlist, now: datetime, *, buttons: bool
) -> Digest | None:
    days = Days.until(render.Clock.of(receiver, now), made.until, made.days)
    happened = digests.counted(conn, made)
    before = _before(conn, receiver, made.since, days)
    quiet = _quiet(conn, receiver, watchlist, happened, days)
    collected = () if buttons else headlines(conn, made.stories, receiver.language, watchlist)
    message = render.weekly(
        WeeklyView(
            receiver=receiver,
            watchlist=watchlist,
            now=now,
            first_day=days.middle(0),
            last_day=days.last,
            count=stories_of(happened),
            told=sum(each.rang for each in happened),
            companies=_companies(conn, happened, before, receiver, watchlist),
            held=len(made.held),
            quiet=tuple(quiet),
            usually=min(quiet.values(), default=0),
            usually_most=max(quiet.values(), default=0),
            collected=tuple({line.story: line for line in collected}.values()),
            reference=str(made.id) if buttons else "",
        )
    )
    if message is None:
        return None
    drawn = week_picture(happened, days, watchlist, receiver, before=before) if buttons else None
    return Digest(message, drawn)


def _companies(
    conn: Connection,
    happened: Sequence[Happened],
    before: Counter[str] | None,
    receiver: Receiver,
    watchlist: Watchlist,
) -> tuple[CompanyWeek, ...]:
    """Each company with its count, its change and its best story; those whose stories are all gone are left out."""
    groups = by_company(each for each in happened if each.watch)
    best = {
        watch: max(group, key=lambda each: (each.score, each.at)).story for watch, group in groups.items()
    }
    lines = {line.story: line for line in headlines(conn, list(best.values()), receiver.language, watchlist)}
    found = []
    for watch, group in groups.items():
        line = lines.get(best[watch])
        if line is not None:
            change = len(group) - before[watch] if before is not None else 0
            shown = _corrected(conn, line, receiver)
            found.append(CompanyWeek(watch=watch, count=len(group), change=change, best=shown))
    return tuple(found)


def _corrected(conn: Connection, line: Headline, receiver: Receiver) -> Headline:
    corrected = deliveries.corrected_at(conn, line.story, receiver.id) is not None
    return replace(line, corrected=corrected)


def _before(conn: Connection, receiver: Receiver, begun: datetime, days: Days) -> Counter[str] | None:
    """How many stories each company had in the same time before; None for a receiver that is newer than that."""
    since = days.clock.local(begun) - timedelta(days=days.count * days.step)
    first = digests.first_told(conn, receiver.id)
    if first is None or first > since + timedelta(days=1):
        return None
    return Counter(each.watch for each in digests.happened(conn, receiver.id, since, begun))


def _quiet(
    conn: Connection, receiver: Receiver, watchlist: Watchlist, happened: Sequence[Happened], days: Days
) -> dict[str, int]:
    """The watches without a story that usually have some, with how many a week, the most first."""
    first = digests.first_told(conn, receiver.id)
    weeks = min(_HABIT_WEEKS, (days.first - first) // timedelta(days=7)) if first is not None else 0
    if weeks < 2:
        return {}
    earlier = digests.happened(conn, receiver.id, days.first - timedelta(weeks=weeks), days.first)
    usual = Counter(each.watch for each in earlier)
    heard = {each.watch for each in happened}
    found = {
        watch: round(count / weeks)
        for watch, count in usual.most_common()
        if watch not in heard and watch in watchlist.watches and count >= _USUAL * weeks
    }
    return dict(list(found.items())[:_MOST_QUIET])
