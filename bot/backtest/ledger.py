"""What each receiver was told, is owed and waits for, kept in memory by a clock that only moves forward."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot import render
from bot.backtest.archive import Archive
from bot.backtest.told import Listed, ToldMessage, line_of
from bot.backtest.volumes import Habits
from bot.model import (
    Block,
    DeliveryKind,
    Judgement,
    Match,
    Order,
    Reason,
    Receiver,
    Settings,
    Spike,
    Story,
    Told,
    Waiting,
    Watchlist,
)
from bot.route import Volumes
from bot.route.digests import next_moment, plans_of
from bot.route.silence import budget_began
from bot.route.spike import COOL_DOWN, WINDOW, can_ring
from bot.route.telling import MOST_HELD, edit_due, join_told, matches_told

_PLACES = {kind: place for place, kind in enumerate(DeliveryKind)}


@dataclass(slots=True)
class _Owed:
    order: Order
    due: datetime
    cause: str
    """The entry that led to it."""


@dataclass(slots=True)
class _Shown:
    """The message that tells a receiver of a story; without blocks it tells several, and is never edited."""

    sent_at: datetime
    blocks: tuple[Block, ...] | None
    last_edit: datetime | None = None
    corrected_at: datetime | None = None
    spike: Spike | None = None


@dataclass(slots=True)
class _Collected:
    """A story that waits for a digest, or stood in one."""

    score: int
    reason: Reason
    at: datetime
    taken: bool = False


class Ledger:
    """Keeps judgements as the store would, and tells what is due as the outbox and the schedule would."""

    def __init__(self, archive: Archive, settings: Settings, watchlist: Watchlist) -> None:
        self.messages: list[ToldMessage] = []
        self.habits = Habits()
        self.spiked: dict[tuple[str, str], datetime] = {}
        """(receiver, watch) to the last spike of it that the receiver was told, or is owed."""
        self._archive = archive
        self._settings = settings
        self._watchlist = watchlist
        self._told: dict[str, dict[str, Told]] = {}
        self._rang: defaultdict[str, dict[str, datetime]] = defaultdict(dict)
        self._owed: dict[tuple[str, str, DeliveryKind, int], _Owed] = {}
        self._shown: dict[tuple[str, str], _Shown] = {}
        self._waiting: defaultdict[str, dict[str, _Collected]] = defaultdict(dict)
        self._digest_due: dict[str, datetime] = {}
        self._next: datetime | None = None

    def told_of(self, story: str) -> Mapping[str, Told]:
        """Return what was told, or is owed, of a story by receiver."""
        return self._told.get(story, {})

    def everything_told(self) -> Iterator[Told]:
        """Yield what was told, or is owed, of every story and to every receiver."""
        for by_receiver in self._told.values():
            yield from by_receiver.values()

    def told_at_once(self, since: datetime) -> list[Told]:
        """Return what was told, or is owed, at once since then."""
        return [told for told in self.everything_told() if told.at >= since and not told.digest]

    def begin_with(self, told: Told) -> None:
        """Take in what a receiver had heard before; its message is not edited any more."""
        self._remember(replace(told, pending=False))
        if not told.digest:
            self._shown[told.story, told.receiver] = _Shown(told.at, None)

    def used(self, now: datetime) -> dict[str, int]:
        """Return the alerts told at once within the budget's period, by receiver with a budget."""
        found = {}
        for receiver in self._settings.receivers.values():
            if receiver.at_most is not None:
                since = budget_began(receiver.at_most, receiver.timezone, now)
                found[receiver.id] = sum(at >= since for at in self._rang[receiver.id].values())
        return found

    def volumes(self, story: Story, now: datetime, new: Collection[str]) -> Volumes:
        """Return how much news there is of a story's watches, and who knows of it, as the store would."""
        if not can_ring(story, self._settings.routes, now, new):
            return Volumes()
        named = {watch for report in story.reports for watch in report.facts.watches}
        found = self.habits.volumes(story.id, named, now)
        since = now - COOL_DOWN
        spiked = {key: at for key, at in self.spiked.items() if at > since} if found else {}
        heard = self._heard(now - WINDOW) if found else {}
        return Volumes(of=found, spiked=spiked, heard=heard)

    def _heard(self, since: datetime) -> Counter[tuple[str, str]]:
        return Counter(
            (receiver, watch)
            for receiver, rang in self._rang.items()
            for story, at in rang.items()
            if at >= since
            for watch in self._told[story][receiver].watches
        )

    def keep(self, judgement: Judgement, cause: str, now: datetime) -> None:
        """Write a judgement down that an entry caused, and tell what it makes due at once."""
        for match in judgement.matches[:1]:
            self._archive.matches[match.story] = judgement.matches
            self.habits.take(self._archive.get(match.story), judgement.matches)
        for told in judgement.told:
            self._remember(told)
        for order in judgement.orders:
            self._owe(order, cause, now)
            if spike := Spike.of(order.detail):
                self.spiked[order.receiver, spike.watch] = now
        for waiting in judgement.waiting:
            self._collect(waiting, now)
        self.advance(now)

    def advance(self, now: datetime) -> None:
        """Tell everything that is due up to ``now``, each message at its own time."""
        while self._next is not None and self._next <= now:
            self._tell_all(self._next)

    def finish(self) -> None:
        """Tell what is still owed and collected, each at its time."""
        while self._next is not None:
            self._tell_all(self._next)

    def merge(self, ended: str, into: str) -> None:
        """Let what was told, is owed and waits of one story follow it into another."""
        self.habits.drop(ended)
        for receiver, told in self._told.pop(ended, {}).items():
            self._join(receiver, replace(told, story=into), ended, into)
        for key in [key for key in self._owed if key[0] == ended]:
            owed = self._owed.pop(key)
            owed.order = replace(owed.order, story=into)
            # A second first alert for one receiver is dropped, and a second owed edit.
            self._owed.setdefault((into, *key[1:]), owed)
        for receiver, waiting in self._waiting.items():
            _pour(waiting, ended, into)
            if (known := self.told_of(into).get(receiver)) is not None and not known.digest:
                self._drop(receiver, into)
        self._look_ahead()

    # Writing down

    def _remember(self, told: Told) -> None:
        self._told.setdefault(told.story, {})[told.receiver] = told
        if not told.digest:
            self._rang[told.receiver][told.story] = told.at

    def _join(self, receiver: str, moved: Told, ended: str, into: str) -> None:
        shown = [self._shown.pop(key, None) for key in ((into, receiver), (ended, receiver))]
        sent = sorted((each for each in shown if each is not None), key=lambda each: each.sent_at)
        if sent:
            self._shown[into, receiver] = sent[0]
        known = self.told_of(into).get(receiver)
        self._rang[receiver].pop(ended, None)
        self._remember(join_told(known, moved, sent=bool(sent)) if known else moved)

    def _owe(self, order: Order, cause: str, now: datetime) -> None:
        revision = 0 if order.kind is DeliveryKind.EDIT else order.revision
        key = (order.story, order.receiver, order.kind, revision)
        shown = self._shown.get(key[:2])
        known = self._owed.get(key)
        if order.kind is DeliveryKind.EDIT:
            due = edit_due(shown.last_edit if shown else None, now)
            self._owed[key] = _Owed(order, min(due, known.due) if known else due, cause)
        elif known is not None:
            known.due = min(known.due, order.due)
        else:
            self._owed[key] = _Owed(order, order.due, cause)
        if order.kind is DeliveryKind.CORRECTION and shown is not None:
            shown.corrected_at = now
        if order.kind is DeliveryKind.ALERT:
            self._drop(order.receiver, order.story)
        self._look_ahead()

    def _collect(self, waiting: Waiting, now: datetime) -> None:
        mine = self._waiting[waiting.receiver]
        known = mine.get(waiting.story)
        if known is not None:
            known.score = max(known.score, waiting.score)
            return
        mine[waiting.story] = _Collected(waiting.score, waiting.reason, now)
        if waiting.receiver not in self._digest_due:  # else the next digest is still the first one to come
            self._plan_digest(self._settings.receivers[waiting.receiver])

    def _drop(self, receiver: str, story: str) -> None:
        known = self._waiting[receiver].get(story)
        if known is not None and not known.taken:
            del self._waiting[receiver][story]

    def _plan_digest(self, receiver: Receiver) -> None:
        """The next digest of a receiver is the first that comes after what has waited longest."""
        since = min((each.at for each in self._waiting[receiver.id].values() if not each.taken), default=None)
        self._digest_due.pop(receiver.id, None)
        if since is not None:
            plans = plans_of(receiver, self._settings)
            found = (next_moment(plan, receiver.timezone, since) for plan in plans)
            moments = [moment for moment in found if moment is not None]
            if moments:
                self._digest_due[receiver.id] = min(moments)
        self._look_ahead()

    def _look_ahead(self) -> None:
        moments = [owed.due for owed in self._owed.values()]
        self._next = min((*moments, *self._digest_due.values()), default=None)

    # Telling

    def _tell_all(self, now: datetime) -> None:
        due = [key for key, owed in self._owed.items() if owed.due <= now]
        by_receiver: defaultdict[str, list[_Owed]] = defaultdict(list)
        for key in due:
            by_receiver[key[1]].append(self._owed.pop(key))
        digests = [receiver for receiver, moment in self._digest_due.items() if moment <= now]
        for receiver in sorted({*by_receiver, *digests}):
            self._tell_receiver(receiver, by_receiver[receiver], now, digest=receiver in digests)
        self._look_ahead()

    def _tell_receiver(self, receiver: str, owed: Iterable[_Owed], now: datetime, *, digest: bool) -> None:
        ordered = sorted(owed, key=lambda one: (_PLACES[one.order.kind], -one.order.score, one.due))
        held = [one for one in ordered if _was_held(one.order)]
        if len(held) > MOST_HELD:
            self._tell_together(receiver, held, now)
            ordered = [one for one in ordered if not _was_held(one.order)]
        edits = [one for one in ordered if one.order.kind is DeliveryKind.EDIT]
        for one in ordered:
            if one.order.kind is not DeliveryKind.EDIT:
                self._tell(one, now)
        if digest:
            self._tell_digest(self._settings.receivers[receiver], now)
        for one in edits:
            self._edit(one, now)

    def _tell(self, owed: _Owed, now: datetime) -> None:
        order = owed.order
        known = self._shown.get((order.story, order.receiver))
        if order.kind is DeliveryKind.ALERT:
            if known is not None:
                return  # two stories turned out to be one, and it was told already
            shown = _Shown(now, None, spike=Spike.of(order.detail))
            shown.blocks = self._drawn(order, now, shown)
            self._shown[order.story, order.receiver] = shown
            self._sent(order)
        cause = order.entry if order.kind is DeliveryKind.ALERT else owed.cause
        self._say(order, cause, now)

    def _edit(self, owed: _Owed, now: datetime) -> None:
        shown = self._shown.get((owed.order.story, owed.order.receiver))
        if shown is None or shown.blocks is None:
            return
        blocks = self._drawn(owed.order, now, shown)
        if blocks == shown.blocks:
            return
        shown.blocks, shown.last_edit = blocks, now
        self._say(owed.order, owed.cause, now)

    def _tell_together(self, receiver: str, held: Iterable[_Owed], now: datetime) -> None:
        listed = []
        for owed in held:
            order = owed.order
            self._shown.setdefault((order.story, receiver), _Shown(now, None))
            self._sent(order)
            listed.append(self._listed(order.story, receiver, order.reason, order.entry))
        self._say_several(receiver, DeliveryKind.ALERT, Reason.QUIET_HOURS, listed, now)

    def _tell_digest(self, receiver: Receiver, now: datetime) -> None:
        listed = []
        for story, waiting in self._waiting[receiver.id].items():
            if not waiting.taken and waiting.at < now:
                waiting.taken = True
                listed.append(self._listed(story, receiver.id, waiting.reason))
        if listed:
            self._say_several(receiver.id, DeliveryKind.DIGEST, Reason.IN_DIGEST, listed, now)
        self._plan_digest(receiver)

    def _drawn(self, order: Order, now: datetime, shown: _Shown) -> tuple[Block, ...]:
        """The message as its reader sees it: an edit that changes nothing visible is none."""
        view = render.AlertView(
            story=self._archive.get(order.story),
            matches=self._matches(order.story, order.receiver),
            watchlist=self._watchlist,
            receiver=self._settings.receivers[order.receiver],
            now=now,
            late_told_at=shown.sent_at,
            corrected_at=shown.corrected_at,
            spike=shown.spike,
            buttons=False,
        )
        return render.alert(view).blocks

    def _sent(self, order: Order) -> None:
        told = self._told[order.story][order.receiver]
        self._told[order.story][order.receiver] = replace(told, pending=False)

    def _matches(self, story: str, receiver: str) -> tuple[Match, ...]:
        told = self.told_of(story).get(receiver)
        return matches_told(self._archive.matches.get(story, ()), told, self._watchlist)

    def _listed(self, story: str, receiver: str, reason: Reason, entry: str = "") -> Listed:
        return line_of(self._archive, story, self._matches(story, receiver), reason, entry)

    def _say(self, order: Order, cause: str, now: datetime) -> None:
        said = self._listed(order.story, order.receiver, order.reason, cause)
        self._add(order.receiver, order.kind, order.reason, said, now)

    def _say_several(
        self, receiver: str, kind: DeliveryKind, verdict: Reason, listed: Iterable[Listed], now: datetime
    ) -> None:
        ordered = tuple(sorted(listed, key=lambda one: -one.score))
        self._add(receiver, kind, verdict, ordered[0], now, stories=ordered)

    def _add(
        self,
        receiver: str,
        kind: DeliveryKind,
        verdict: Reason,
        best: Listed,
        now: datetime,
        *,
        stories: tuple[Listed, ...] = (),
    ) -> None:
        watches = dict.fromkeys(watch for one in stories or (best,) for watch in one.watches)
        message = ToldMessage(
            time=now,
            receiver=receiver,
            kind=kind,
            verdict=verdict,
            score=best.score,
            story=best.story,
            watches=tuple(watches),
            title=best.title,
            entry=best.entry,
            stories=stories,
        )
        self.messages.append(message)


def _was_held(order: Order) -> bool:
    return order.kind is DeliveryKind.ALERT and order.reason is Reason.QUIET_HOURS


def _pour(waiting: dict[str, _Collected], ended: str, into: str) -> None:
    """Wait for the story that lives on instead; once, with the better score."""
    moved = waiting.pop(ended, None)
    known = waiting.get(into)
    if moved is not None and known is not None:
        known.score, known.taken = max(known.score, moved.score), known.taken or moved.taken
    elif moved is not None:
        waiting[into] = moved
