"""The store's last days against another watchlist: what it would have told, and what it changes.

Stories stay as they are stored; only what their entries say of the watches is read anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection

from bot.backtest.ledger import Ledger
from bot.backtest.replay import Newsroom, Plan
from bot.backtest.told import Listed, ToldMessage, line_of
from bot.match import Matcher
from bot.model import DeliveryKind, Entry, Facts, Joining, Reason, Report, Settings, Tables, Told, Watchlist
from bot.route.spike import COOL_DOWN
from bot.store import history, volumes

LONGEST_STORY = timedelta(days=8)
"""A story closes after seven days: what was told of one before that is no matter any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A story that a receiver would have been told and was not (``gained``), or the other way round."""

    gained: bool
    at_once: bool
    """False for what stands in a digest only."""
    receiver: str
    story: str
    time: datetime
    reason: str
    """The verdict under the watchlist that was tried; ``no_match`` where it finds nothing in the story."""
    score: int
    watches: tuple[str, ...]
    title: str
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a watchlist would have told of stored stories, and how that differs from what was told."""

    plan: Plan
    changes: tuple[Change, ...]
    """In the order of time."""


def replay_stored(
    conn: Connection,
    since: datetime,
    *,
    settings: Settings,
    watchlist: Watchlist,
    tables: Tables,
    source_tags: Mapping[str, frozenset[str]] | None = None,
    read: Callable[[], None] = lambda: None,
) -> Preview:
    """Return what the stories that grew since then would have told, held against what was told of them.

    Baselines, late entries and mutes count as they did. ``read`` is called after each entry.
    """
    newsroom = Newsroom(settings, watchlist, source_tags or {}, history.mutes_since(conn, since))
    was = [
        told
        for told in history.told_since(conn, since - LONGEST_STORY)
        if told.receiver in settings.receivers
    ]
    silent = history.told_silently(conn, since)
    for told in was:
        # What a split took out of a told story was no message then, and is none here.
        if told.at < since or (told.story, told.receiver) in silent:
            newsroom.ledger.begin_with(told)
    _remember_habits(conn, newsroom.ledger, watchlist.watches, since)
    seen = _Sightings(Matcher(watchlist, tables))
    for story, entry, title, text in history.texts_since(conn, since):
        seen.take(story, entry, title, text)
        read()
    wanted = seen.named | {told.story for told in was}
    for poll in _polls(history.entries_since(conn, since, wanted), seen):
        _take_in(newsroom, poll, since)
    grown = history.growth_since(conn, since)
    plan = replace(newsroom.plan(grown.first, grown.last, grown.entries), stories=len(seen.stories))
    lately = [told for told in was if told.at >= since]
    return Preview(plan=plan, changes=tuple(_changes(newsroom, lately, since)))


def _remember_habits(conn: Connection, ledger: Ledger, watches: Iterable[str], since: datetime) -> None:
    """How much news there was of each watch until then, as it was matched, and who was told of a spike."""
    ledger.habits.began = volumes.archive_began(conn)
    for watch in watches:
        if (known := volumes.known_since(conn, watch, since)) is not None:
            ledger.habits.know(watch, known)
    for opened in volumes.opened_before(conn, since):
        ledger.habits.begin_with(opened.watch, opened.story, opened.at)
    ledger.spiked.update(volumes.spiked_since(conn, since - COOL_DOWN, until=since))


class _Sightings:
    """What stored entries say of the watchlist. Stories that name no watch are told to nobody: nothing else
    of them is read."""

    def __init__(self, matcher: Matcher) -> None:
        self.stories: set[str] = set()
        self.named: set[str] = set()
        """The stories in which a watch is mentioned."""
        self._matcher = matcher
        self._facts: dict[str, Facts] = {}

    def take(self, story: str, entry: str, title: str, text: str) -> None:
        """Read what an entry of a story says."""
        self.stories.add(story)
        facts = self._matcher.sightings(title, text)
        if facts.mentions:
            self.named.add(story)
            self._facts[entry] = facts

    def of(self, entry: str) -> Facts:
        """Return what an entry says."""
        return self._facts.get(entry, _NOTHING)


_NOTHING = Facts()


def _polls(
    rows: Iterable[tuple[str, Entry, Joining]], seen: _Sightings
) -> Iterator[list[tuple[str, Report]]]:
    """Yield the entries of each poll: those that one source had at one moment are judged together."""
    for _, poll in groupby(rows, key=lambda row: (row[1].first_seen, row[1].source)):
        yield [
            (story, Report(entry=entry, facts=seen.of(entry.id), joining=joining))
            for story, entry, joining in poll
        ]


def _take_in(newsroom: Newsroom, poll: Sequence[tuple[str, Report]], since: datetime) -> None:
    """Tell what is due by the time of a poll, let its stories grow, and judge them if that time counts."""
    now = poll[0][1].entry.first_seen
    if now >= since:
        newsroom.ledger.advance(now)
    touched: dict[str, list[str]] = {}
    for story, report in poll:
        newsroom.archive.add(story, report)
        touched.setdefault(story, []).append(report.entry.id)
    if now >= since:
        for story, new in touched.items():
            newsroom.judge(story, new, now)


def _changes(newsroom: Newsroom, was: Iterable[Told], since: datetime) -> list[Change]:
    """What is told at once on one side only, and what stands in a digest on one side only."""
    before = {(told.story, told.receiver): told for told in was}
    after = {
        (told.story, told.receiver): told for told in newsroom.ledger.everything_told() if told.at >= since
    }
    lines = _lines(newsroom.ledger.messages)
    changes = []
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if _rank(old) != _rank(new):
            changes.append(_change(newsroom, lines, old, new))
    return sorted(changes, key=lambda change: (change.time, change.receiver, change.story))


def _rank(told: Told | None) -> int:
    return 0 if told is None else 1 if told.digest else 2


Lines = Mapping[tuple[str, str, bool], Listed]
"""(story, receiver, at once) to the line that told it."""


def _lines(messages: Iterable[ToldMessage]) -> Lines:
    found = {}
    for message in messages:
        if message.kind in {DeliveryKind.ALERT, DeliveryKind.DIGEST}:
            for line in message.stories or (message.alone,):
                found[line.story, message.receiver, message.kind is DeliveryKind.ALERT] = line
    return found


def _change(newsroom: Newsroom, lines: Lines, old: Told | None, new: Told | None) -> Change:
    gained = _rank(new) > _rank(old)
    told = new if gained else old
    assert told is not None
    at_once = _rank(told) > 1
    verdict = newsroom.verdicts.get((told.story, told.receiver))
    line = lines.get((told.story, told.receiver, at_once)) if gained else None
    if line is None and told.story in newsroom.archive:
        line = line_of(newsroom.archive, told.story, (), Reason.ALREADY_TOLD)
    return Change(
        gained=gained,
        at_once=at_once,
        receiver=told.receiver,
        story=told.story,
        time=told.at,
        reason=verdict.reason.value if verdict else "no_match",
        score=line.score if line and gained else told.score,
        watches=told.watches,
        title=line.title if line else "",
        entry=line.entry if line else "",
    )
