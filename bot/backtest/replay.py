"""Entries by their own clock through the decisions of live polls: assign, judge, correct."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import decide
from bot.backtest.archive import Archive
from bot.backtest.ledger import Ledger
from bot.backtest.told import ToldMessage
from bot.dedup import StoryIndex
from bot.match import Matcher
from bot.model import Entry, Mute, Reason, Report, Settings, Story, Tables, Told, Verdict, Watchlist
from bot.route import Circumstances
from bot.route.chances import LATELY, is_round_up
from bot.route.correction import is_edited

REMEMBERED = timedelta(days=10)
"""How long grouping remembers a story after its last entry: one is closed after seven days at the latest."""
_DAY = timedelta(days=1)
_WEIGHTS = {Reason.IN_DIGEST: 1, Reason.OVER_BUDGET: 1} | dict.fromkeys(
    (Reason.QUIET_HOURS, Reason.FIRST_REPORT, Reason.SPIKE), 2
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would have been told, in the order of time, and what it was told of."""

    messages: tuple[ToldMessage, ...]
    entries: int
    stories: int
    first: datetime | None = None
    """The time of the first entry, and of the last one; None where there are none."""
    last: datetime | None = None


class Newsroom:
    """A configuration, the stories that grow under it, and what its receivers were told of them."""

    def __init__(
        self,
        settings: Settings,
        watchlist: Watchlist,
        source_tags: Mapping[str, frozenset[str]],
        mutes: Sequence[tuple[datetime, Mute]] = (),
    ) -> None:
        """``mutes`` are given with the moments at which they began."""
        self.archive = Archive()
        self.ledger = Ledger(self.archive, settings, watchlist)
        self._settings = settings
        self.watchlist = watchlist
        self._source_tags = source_tags
        self._mutes = mutes
        self.verdicts: dict[tuple[str, str], Verdict] = {}
        """(story, receiver) to the verdict that made it a message, or else to the latest one."""

    def judge(self, story_id: str, new: Sequence[str], now: datetime) -> None:
        """Judge a story that these entries changed, and keep what that makes owed."""
        story = self.archive.get(story_id)
        if any(report.facts.mentions for report in story.reports):
            judgement = decide.judge(story, self._around(story, now, new=new))
            for verdict in sorted(judgement.verdicts, key=lambda verdict: verdict.score):
                known = self.verdicts.get((story_id, verdict.receiver))
                if known is None or _WEIGHTS.get(verdict.reason, 0) >= _WEIGHTS.get(known.reason, 0):
                    self.verdicts[story_id, verdict.receiver] = verdict
            self.ledger.keep(judgement, new[-1], now)

    def correct(self, before: Report, after: Report, now: datetime) -> None:
        """Put an edited entry in its place, and keep what that makes owed to those who were told."""
        entry, earlier = after.entry, self.archive.earlier(after.entry.id)
        self.archive.edit(entry, after.facts)
        story = self.archive.get(self.archive.story_of(entry.id))
        around = self._around(story, now)
        was = before.entry.title
        judgement = decide.correct(story, entry, after.facts, before.facts, was, around, earlier=earlier)
        self.ledger.keep(judgement, entry.id, now)
        if all(told.digest for told in around.told.values()):
            self.judge(story.id, [entry.id], now)

    def plan(self, first: datetime | None, last: datetime | None, entries: int) -> Plan:
        """Tell what is still owed, each message at its time, and return everything that was told."""
        self.ledger.finish()
        return Plan(
            messages=tuple(map(self._as_it_ended, self.ledger.messages)),
            entries=entries,
            stories=len(self.archive),
            first=first,
            last=last,
        )

    def _around(self, story: Story, now: datetime, *, new: Collection[str] = ()) -> Circumstances:
        told: Mapping[str, Told] = dict(self.ledger.told_of(story.id))
        return Circumstances(
            now=now,
            routes=self._settings.routes,
            receivers=self._settings.receivers,
            watchlist=self.watchlist,
            told=told,
            used=self.ledger.used(now),
            mutes=[mute for began, mute in self._mutes if began <= now < mute.until],
            source_tags=self._source_tags,
            new_entries=frozenset(new),
            volumes=self.ledger.volumes(story, now, new),
            lately=self.ledger.told_at_once(now - LATELY) if is_round_up(story) else (),
        )

    def _as_it_ended(self, message: ToldMessage) -> ToldMessage:
        """A message names the story that its own lives on in after all merges."""
        root = self.archive.root
        several = tuple(replace(listed, story=root(listed.story)) for listed in message.stories)
        return replace(message, story=root(message.story), stories=several)


def replay_recorded(
    entries: Iterable[Entry],
    *,
    settings: Settings,
    watchlist: Watchlist,
    tables: Tables,
    source_tags: Mapping[str, frozenset[str]] | None = None,
    read: Callable[[], None] = lambda: None,
) -> Plan:
    """Return what a recorded stream would have told; ``entries`` come in the order of their times.

    All of it is news: nothing counts as a baseline or as late. An entry whose id came before is an edit of
    it. ``read`` is called after each entry.
    """
    recording = _Recording(Newsroom(settings, watchlist, source_tags or {}), settings, watchlist, tables)
    first = last = None
    count = 0
    for entry in entries:
        recording.read(entry)
        first, last = first or entry.time, entry.time
        recording.newsroom.ledger.habits.began = first
        count += 1
        read()
    return recording.newsroom.plan(first, last, count)


class _Recording:
    """A recorded stream on its way through a newsroom: each entry is a poll of its own."""

    def __init__(self, newsroom: Newsroom, settings: Settings, watchlist: Watchlist, tables: Tables) -> None:
        self.newsroom = newsroom
        self._matcher = Matcher(watchlist, tables)
        self._index = StoryIndex(tables, window=settings.window)
        self._forgotten: datetime | None = None

    def read(self, entry: Entry) -> None:
        self._forget(entry.time)
        self.newsroom.ledger.advance(entry.time)
        before = self.newsroom.archive.report(entry.id)
        if before is None:
            self._open(entry)
        elif is_edited(entry.title, before.entry.title, self.newsroom.archive.earlier(entry.id)):
            self._edit(before, entry)

    def _open(self, entry: Entry) -> None:
        newsroom = self.newsroom
        assignment = decide.assign(entry, self._matcher, self._index)
        report = Report(entry=entry, facts=assignment.facts, joining=assignment.joining)
        newsroom.archive.add(assignment.story, report)
        for ended in assignment.merged:
            newsroom.archive.merge(ended, assignment.story)
            newsroom.ledger.merge(ended, assignment.story)
        newsroom.judge(assignment.story, [entry.id], entry.time)

    def _edit(self, before: Report, line: Entry) -> None:
        entry = replace(before.entry, title=line.title, body=line.body)
        facts = self._matcher.facts(entry.title, entry.text, lang=entry.lang)
        self._index.update(entry, facts)
        self.newsroom.correct(before, replace(before, entry=entry, facts=facts), line.time)

    def _forget(self, now: datetime) -> None:
        if self._forgotten is None or now - self._forgotten >= _DAY:
            self._index.forget(now - REMEMBERED)
            self._forgotten = now
