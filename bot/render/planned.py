"""What a watchlist would have told of the last days, beside what was told: the answer of ``plan`` in a chat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model import Block, DeliveryKind, Level, Line, Message, Reason, Receiver, Span, Watchlist
from bot.render.lines import clean, message, shorten, text
from bot.render.reports import LONGEST_LISTED, LONGEST_NAME, names_of
from bot.render.times import Clock
from bot.render.words import DOTS, NO_HEADLINE, line, listed, reason_word, say

MOST_DAYS = 14
"""Lines of counts: of a week for two receivers."""
MOST_CHANGES = 12
IN = "   "


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """How many messages of each kind a receiver would have got on one of its reader's days."""

    receiver: str
    at: datetime
    """Any moment of the day."""
    alerts: int = 0
    replies: int = 0
    digests: int = 0

    def with_one(self, kind: DeliveryKind) -> DayRow:
        """Return the row with one message more."""
        if kind is DeliveryKind.ALERT:
            return replace(self, alerts=self.alerts + 1)
        if kind is DeliveryKind.DIGEST:
            return replace(self, digests=self.digests + 1)
        return replace(self, replies=self.replies + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A story that would have been told and was not (``gained``), or the other way round."""

    gained: bool
    at_once: bool
    receiver: str
    story: str
    time: datetime
    reason: str
    score: int
    watches: tuple[str, ...]
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A plan for one receiver or several; ``changes`` in the order in which they are listed."""

    reader: Receiver
    watchlist: Watchlist
    now: datetime
    receivers: tuple[str, ...]
    days: int
    entries: int
    counts: tuple[DayRow, ...] = ()
    changes: tuple[ChangeRow, ...] = ()

    @property
    def several(self) -> bool:
        """True when lines have to say whom they are about."""
        return len(self.receivers) > 1


def planned(view: PlanView) -> Message:
    """Return counts by day, the balance, and the stories that make it, most important first."""
    language = view.reader.language
    clock = Clock.of(view.reader, view.now)
    names = listed((shorten(clean(name), LONGEST_NAME) for name in view.receivers), language)
    span = clock.span(timedelta(days=view.days))
    head = line(language, "plan_head", receivers=names, span=span)
    note = text(say(language, "plan_read" if view.entries else "plan_empty", count=view.entries))
    days = [_day(row, view, clock) for row in view.counts[-MOST_DAYS:]] or [
        text(say(language, "plan_silence"))
    ]
    counts = Block(tuple(days if view.entries else ()))
    blocks = [Block((head, note)), counts, *_changes(view, clock)]
    return message(blocks, language)


def balance_words(changes: Sequence[ChangeRow], language: str) -> str:
    """Return ``+14, -3 at once; +2, -0 in digests``."""
    counted = Counter((one.at_once, one.gained) for one in changes)
    said = [say(language, "plan_at_once", more=counted[True, True], less=counted[True, False])]
    if counted[False, True] or counted[False, False]:
        said.append(say(language, "plan_digests", more=counted[False, True], less=counted[False, False]))
    return ("；" if language == "zh" else "; ").join(said)


def change_word(change: ChangeRow, language: str) -> str:
    """Return why a story is more or less: ``first report``, ``no more in the digest, below your threshold``."""
    reason = reason_word(change.reason, language)
    if change.at_once or change.reason == Reason.IN_DIGEST.value:
        return reason
    return say(language, "plan_in_digest" if change.gained else "plan_out_of_digest", reason=reason)


def _day(row: DayRow, view: PlanView, clock: Clock) -> Line:
    language = clock.language
    kinds = (("plan_alerts", row.alerts), ("plan_replies", row.replies), ("plan_digest_count", row.digests))
    said = listed((say(language, key, count=count) for key, count in kinds if count), language)
    who = f"{shorten(clean(row.receiver), LONGEST_NAME)} · " if view.several else ""
    return text(f"{clock.day(row.at)} · {who}{said}")


def _changes(view: PlanView, clock: Clock) -> Iterator[Block]:
    language = clock.language
    if not view.entries:
        return
    if not view.changes:
        yield Block((text(say(language, "plan_same")),))
        return
    lines = [part for one in view.changes[:MOST_CHANGES] for part in _change(one, view, clock)]
    if more := len(view.changes[MOST_CHANGES:]):
        lines.append(text(say(language, "company_more", count=more)))
    yield Block((line(language, "plan_beside", balance=balance_words(view.changes, language)), *lines))


def _change(one: ChangeRow, view: PlanView, clock: Clock) -> tuple[Line, Line]:
    language = clock.language
    sign = "+" if one.gained else "-"
    title = shorten(clean(one.title), LONGEST_LISTED) or NO_HEADLINE[language == "zh"]
    who = f"{shorten(clean(one.receiver), LONGEST_NAME)} · " if view.several else ""
    names = names_of(one.watches, view.watchlist, language)
    about = " · ".join(filter(None, (names, change_word(one, language), clock.moment(one.time), one.story)))
    return (Span(f"{sign} {DOTS[Level.of(one.score)]} {title}"),), text(f"{IN}{who}{about}")
