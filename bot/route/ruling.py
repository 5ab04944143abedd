"""One story for one receiver: from its chances to what is owed, remembered and explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from math import inf

from bot.model import (
    Budget,
    DeliveryKind,
    Entry,
    Level,
    Order,
    Reason,
    Receiver,
    Story,
    Told,
    Verdict,
    Waiting,
)
from bot.route.chances import Chance, Circumstances, best_per_watch, lifted, watches
from bot.route.silence import held_until, is_muted
from bot.route.spike import can_ring

MOST_REPLIES = 3
"""Developments told under one alert; later ones are edits."""
DEVELOPING = frozenset(
    {"distress", "earnings", "ipo", "merger", "funding", "regulation"}
    | {"outage", "layoffs", "lawsuit", "recall", "executive"}
)
"""Kinds of event that make a told story news again; a product or a contract does not."""


KEPT_FOR = 70
"""The last eighth of a budget is kept for what scores so much, and for spikes: not for product news."""


def alerts_left_for(budget: Budget | None, score: int) -> float:
    """Return how many alerts of a period may ring at a score; a small budget keeps nothing back."""
    if budget is None:
        return inf
    return budget.count if score >= KEPT_FOR else budget.count - budget.count // 8


class Ruling:
    """The judgement on one story for one receiver; ``judge`` fills the lists."""

    def __init__(
        self, story: Story, receiver: Receiver, chances: Sequence[Chance], around: Circumstances
    ) -> None:
        self._story = story
        self._receiver = receiver
        self._around = around
        self._chances = chances
        self._before = around.told.get(receiver.id)
        self.verdicts: list[Verdict] = []
        self.orders: list[Order] = []
        self.told: list[Told] = []
        self.waiting: list[Waiting] = []

    def judge(self) -> Ruling:
        """Ask the questions in their order."""
        self._lift()
        passed = [chance for chance in self._chances if chance.refused is None and not self._muted(chance)]
        ringing = [chance for chance in passed if chance.at_once]
        if self._before is not None and not self._before.digest:
            self._follow(passed, self._before)
        elif ringing and not self._fresh_news():
            self._explain(self._stale_reason(), ringing)
        elif ringing and self._worth_ringing(ringing):
            self._ring(ringing)
        elif passed:
            self._collect(passed, Reason.IN_DIGEST)
        self._explain_refusals()
        return self

    def _lift(self) -> None:
        """A spike lets a story ring of which the receiver heard nothing, and would hear nothing at once."""
        around = self._around
        free = self._before is None and not self._is_over_budget(KEPT_FOR)
        if not around.volumes.of or not free or any(map(self._rings, self._chances)):
            return
        if not can_ring(self._story, around.routes, around.now, around.new_entries):
            return
        liftable = list(self._liftable())
        if liftable:
            best, better = max(liftable, key=lambda pair: pair[0].match.score)
            self._chances = [better if chance is best else chance for chance in self._chances]

    def _liftable(self) -> Iterator[tuple[Chance, Chance]]:
        """The chances of a spike's own hours, as they are and as the spike lifts them."""
        around = self._around
        for chance in self._chances:
            spike = around.volumes.spike(self._receiver.id, chance.match.watch, around.now)
            better = lifted(chance, self._story, spike, around) if spike else None
            if better is not None and not self._muted(chance):
                yield chance, better

    def _rings(self, chance: Chance) -> bool:
        return chance.at_once and not self._muted(chance)

    def _muted(self, chance: Chance) -> bool:
        return is_muted(
            self._around.mutes,
            receiver=self._receiver.id,
            watch=chance.match.watch,
            story=self._story.id,
            now=self._around.now,
        )

    def _worth_ringing(self, ringing: Sequence[Chance]) -> bool:
        """What stood in a digest rings only when its level rose since."""
        return self._before is None or Level.of(_best_score(ringing)) > self._before.level

    def _held_until(self, chances: Sequence[Chance]) -> datetime | None:
        return held_until(self._receiver, _best_score(chances), self._around.now)

    # The first alert, or the digest

    def _ring(self, ringing: Sequence[Chance]) -> None:
        spike = next((chance.spike for chance in ringing if chance.spike), None)
        if self._is_over_budget(KEPT_FOR if spike else _best_score(ringing)):
            self._collect(ringing, Reason.OVER_BUDGET)
            return
        until = self._held_until(ringing)
        reason = Reason.QUIET_HOURS if until else Reason.SPIKE if spike else Reason.FIRST_REPORT
        detail = spike.detail if spike else None
        self._owe(DeliveryKind.ALERT, 0, ringing, reason, due=until or self._around.now, detail=detail)
        self._remember(ringing, revision=0, pending=True)
        self._explain(reason, ringing, told=until is None, due=until)

    def _is_over_budget(self, score: int) -> bool:
        used = self._around.used.get(self._receiver.id, 0)
        return used >= alerts_left_for(self._receiver.at_most, score)

    def _collect(self, chances: Sequence[Chance], reason: Reason) -> None:
        self.waiting.append(
            Waiting(
                receiver=self._receiver.id,
                story=self._story.id,
                score=_best_score(chances),
                reason=reason,
            )
        )
        self._remember(chances, revision=0, digest=True)
        self._explain(reason, chances)

    # A told story goes on

    def _follow(self, passed: Sequence[Chance], told: Told) -> None:
        known = passed or [chance for chance in self._chances if chance.match.watch in told.watches]
        known = known or self._chances
        if told.entries >= len(self._story.reports) and not self._around.new_entries:
            self._explain(Reason.ALREADY_TOLD, known)
        elif told.pending:
            self._wait_on(passed, known, told)
        else:
            self._grow(passed, known, told)

    def _wait_on(self, passed: Sequence[Chance], known: Sequence[Chance], told: Told) -> None:
        """The first alert is still owed: it will show everything; a risen score may end its wait."""
        if passed:
            until = self._held_until(passed)
            reason = Reason.QUIET_HOURS if until else Reason.FIRST_REPORT
            self._owe(DeliveryKind.ALERT, 0, passed, reason, due=until or self._around.now)
            self._explain(reason, passed, told=until is None, due=until)
        else:
            self._explain(Reason.ALREADY_TOLD, known)
        self._remember(known, revision=told.revision, pending=True)

    def _grow(self, passed: Sequence[Chance], known: Sequence[Chance], told: Told) -> None:
        events = self._new_events(passed, told)
        rose = bool(passed) and told.level < Level.of(_best_score(passed)) >= Level.IMPORTANT
        develops = (events or rose) and told.replies < MOST_REPLIES and self._fresh_news()
        reason = Reason.DEVELOPMENT if develops else Reason.MORE_SOURCES
        revision = told.revision + 1
        if develops:
            detail: dict[str, str | int] = {"was_score": told.score, "events": ",".join(sorted(events))}
            due = self._held_until(passed) or self._around.now
            self._owe(DeliveryKind.REPLY, revision, passed, reason, due=due, detail=detail)
        self._owe(DeliveryKind.EDIT, revision, known, reason, due=self._around.now)
        self._remember(known, revision=revision, replies=told.replies + bool(develops))
        self._explain(reason, known)

    def _fresh_news(self) -> bool:
        """What rings needs a report that is new in this poll and not old news."""
        return any(not entry.baseline and not entry.late for entry in self._new())

    def _stale_reason(self) -> Reason:
        """A source that is read for the first time rings for nobody, nor does what it lifts."""
        return Reason.BASELINE if any(entry.baseline for entry in self._new()) else Reason.TOO_OLD

    def _new(self) -> list[Entry]:
        """The entries that led here: those of this poll, or all where nobody says."""
        new = self._around.new_entries
        return [report.entry for report in self._story.reports if not new or report.entry.id in new]

    def _new_events(self, passed: Sequence[Chance], told: Told) -> set[str]:
        """Kinds that a new report's headline says of a company it is about, and that were not told yet."""
        about = {chance.match.watch for chance in passed}
        kinds: set[str] = set()
        for report in self._story.reports:
            if report.entry.id in self._around.new_entries and about & report.facts.subjects:
                kinds |= {hit.kind for hit in report.facts.events if hit.field == "title"}
        return (kinds & DEVELOPING) - told.events

    # Writing it down

    def _owe(
        self,
        kind: DeliveryKind,
        revision: int,
        chances: Sequence[Chance],
        reason: Reason,
        *,
        due: datetime,
        detail: Mapping[str, str | int] | None = None,
    ) -> None:
        best = max(chances, key=lambda chance: chance.match.score)
        order = Order(
            story=self._story.id,
            receiver=self._receiver.id,
            kind=kind,
            revision=revision,
            due=due,
            score=best.match.score,
            reason=reason,
            watches=watches(chances),
            events=best.match.events,
            entry=best.match.entry,
            detail=dict(detail or {}),
        )
        self.orders.append(order)

    def _remember(
        self,
        chances: Sequence[Chance],
        *,
        revision: int,
        pending: bool = False,
        digest: bool = False,
        replies: int = 0,
    ) -> None:
        before = self._before
        events = {kind for chance in chances for kind in chance.match.events}
        for report in self._story.reports:
            events |= {hit.kind for hit in report.facts.events if hit.field == "title"} & DEVELOPING
        told = Told(
            receiver=self._receiver.id,
            story=self._story.id,
            at=before.at if before and not before.digest else self._around.now,
            score=max(_best_score(chances), before.score if before else 0),
            events=frozenset(events) | (before.events if before else frozenset()),
            watches=tuple(dict.fromkeys((*(before.watches if before else ()), *watches(chances)))),
            entries=len(self._story.reports),
            revision=revision,
            replies=replies,
            digest=digest,
            pending=pending,
        )
        self.told.append(told)

    def _explain(
        self,
        reason: Reason,
        chances: Sequence[Chance],
        *,
        told: bool | None = None,
        due: datetime | None = None,
    ) -> None:
        rings = reason in {Reason.FIRST_REPORT, Reason.DEVELOPMENT} if told is None else told
        self.verdicts += [
            self._verdict(chance, reason, told=rings, due=due) for chance in best_per_watch(chances)
        ]

    def _explain_refusals(self) -> None:
        explained = {verdict.watch for verdict in self.verdicts}
        rest = [chance for chance in self._chances if chance.match.watch not in explained]
        for chance in best_per_watch(rest):
            reason = chance.refused or (Reason.MUTED if self._muted(chance) else Reason.ALREADY_TOLD)
            self.verdicts.append(self._verdict(chance, reason, told=False))

    def _verdict(self, chance: Chance, reason: Reason, *, told: bool, due: datetime | None = None) -> Verdict:
        return Verdict(
            story=self._story.id,
            watch=chance.match.watch,
            receiver=self._receiver.id,
            reason=reason,
            told=told,
            score=chance.match.score,
            threshold=chance.threshold,
            route=chance.route.name,
            due=due,
            late=all(report.entry.late for report in self._story.reports),
            spike=chance.spike,
        )


def _best_score(chances: Sequence[Chance]) -> int:
    return max(chance.match.score for chance in chances)
