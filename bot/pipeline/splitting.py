"""A person takes an entry out of its story: both parts are judged again, and nobody hears twice or misses one.

Who had heard of the story keeps its message with the part that the message shows; the other part counts as
told. Who was only owed it (held by quiet hours, waiting for a digest) had heard of neither, and is owed both.
Nobody else hears anything, unless the person asked for the new story to be told.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from bot import decide
from bot.dedup import StoryIndex, story_id
from bot.model import (
    DeliveryKind,
    Judgement,
    Level,
    Match,
    Order,
    Reason,
    Story,
    Told,
    Verdict,
    Waiting,
)
from bot.pipeline.owing import keep, owe, payload_of
from bot.pipeline.settle import Newsroom, circumstances
from bot.render.reports import shown_report
from bot.score import match_story
from bot.store import alerts, audit, digests, leads, matches, parting, recent, requests, stories

_RINGS = frozenset(
    {Reason.FIRST_REPORT, Reason.SPIKE, Reason.QUIET_HOURS, Reason.IN_DIGEST, Reason.OVER_BUDGET}
)
_TOGETHER = 2_000
"""So many entries are taken into the index at once: their words are counted together."""


def load_index(conn: Connection, index: StoryIndex, since: datetime) -> None:
    """Load the stories since then into the index; what people took out of a story is kept apart from it."""
    left = stories.left(conn)
    apart: list[tuple[str, str, int]] = []
    kept: list[tuple[str, int, bytes]] = []
    for entry_id, story, serial, packed, read in recent.for_index(conn, since, index.form):
        if entry_id in left:  # it goes the way it went: in, and out again
            apart.append((entry_id, story, serial))
        place = left.get(entry_id, (story, serial))
        if packed is not None:
            kept.append((*place, packed))
        if kept and (packed is None or len(kept) == _TOGETHER):
            index.recall(kept)
            kept.clear()
        if packed is None and read is not None:
            index.load([(*place, *read)])
    index.recall(kept)
    for name, story, serial in apart:
        index.split(name, story, serial)
    index.next_serial = max(index.next_serial, stories.next_serial(conn))


def split_asked(conn: Connection, newsroom: Newsroom, now: datetime) -> bool:
    """Carry out the split that was asked for first and answer it, in one transaction; False when none was.

    Where the commit fails, the caller rolls the index back.
    """
    taken = requests.take(conn, [requests.SPLIT], limit=1)
    for request in taken:
        requests.finish(conn, request.id, split_off(conn, request.payload, newsroom, now))
    return bool(taken)


def give_up(conn: Connection, error: str) -> None:
    """Answer the split that was asked for first: it broke, and would break again."""
    for request in requests.take(conn, [requests.SPLIT], limit=1):
        requests.finish(conn, request.id, {"done": False, "reason": "broken", "error": error})


def split_off(
    conn: Connection, payload: Mapping[str, object], newsroom: Newsroom, now: datetime
) -> dict[str, object]:
    """Take an entry out of its story and return what came of it, as JSON holds it.

    ``done`` is False with the ``reason`` gone (nothing has this name), moved (``story`` is where the entry
    stands now) or only (there is nothing else in its story).
    """
    entry, by = str(payload["entry"]), str(payload["by"])
    root = stories.root_of(conn, str(payload["story"]))
    was = stories.get(conn, root) if root else None
    if was is None:
        return {"done": False, "reason": "gone"}
    serial = max(newsroom.index.next_serial, stories.next_serial(conn))
    tell, new = not payload["told"], story_id(serial)
    verdicts = {
        (each.verdict.watch, each.verdict.receiver): each.verdict
        for each in matches.verdicts_of(conn, was.id)
    }
    if not stories.split(conn, was.id, entry, new, serial, now, by, told=not tell):
        now_in = stories.of_entry(conn, entry)
        reason = "gone" if now_in is None else "only" if now_in == was.id else "moved"
        return {"done": False, "reason": reason, "story": now_in}
    newsroom.index.split(entry, new, serial)
    detail = {"story": was.id, "entry": entry, "new": new, "told": not tell}
    audit.record(conn, by, "story split", detail, now)
    rest, taken = stories.get(conn, was.id), stories.get(conn, new)
    assert rest is not None
    assert taken is not None
    done = _Splitting(conn, newsroom, now, was, Part.of(rest, newsroom), Part.of(taken, newsroom), tell)
    return {"done": True, **detail, "left": len(rest.reports), **done.settle(verdicts)}


@dataclass(frozen=True, slots=True)
class Part:
    """One of the two stories, what it means now, and who may hear of it: by an alert, or in a digest."""

    story: Story
    matches: tuple[Match, ...]
    may_ring: set[str] = field(default_factory=set)
    may_wait: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, story: Story, newsroom: Newsroom) -> Part:
        """Return a story with its matches under the watchlist in force."""
        return cls(story, match_story(story, newsroom.watchlist))

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of event that its headlines and its matches name."""
        titled = {
            hit.kind for each in self.story.reports for hit in each.facts.events if hit.field == "title"
        }
        return frozenset(titled.union(*(match.events for match in self.matches)))

    def about(self, told: Told) -> tuple[Match, ...]:
        """Return its matches with the watches that a receiver was told of."""
        return tuple(match for match in self.matches if match.watch in told.watches)

    def told(self, told: Told) -> Told:
        """Return what counts as told of this part alone, so that what it brings later is still news."""
        mine = self.about(told)
        return replace(
            told,
            story=self.story.id,
            score=max((match.score for match in mine), default=told.score),
            events=told.events & self.kinds,
            watches=tuple(match.watch for match in mine) or told.watches,
            entries=len(self.story.reports),
        )

    def bears(self, development: Mapping[str, object], was: Told) -> bool:
        """Tell whether an owed development is one of this part: its event, or the level that it rose to."""
        events = set(filter(None, str(development.get("events") or "").split(",")))
        if events:
            return bool(events & self.kinds)
        best = max((match.score for match in self.about(was)), default=0)
        return Level.of(best) > Level.of(int(str(development.get("was_score") or 0)))


@dataclass(frozen=True, slots=True)
class _Splitting:
    """What is done once the entry is out: first what each receiver had heard, then what it hears now."""

    conn: Connection
    newsroom: Newsroom
    now: datetime
    was: Story
    rest: Part
    taken: Part
    tell: bool

    def settle(self, verdicts: Mapping[tuple[str, str], Verdict]) -> dict[str, object]:
        pending = {}
        edited = []
        for told in alerts.told_of(self.conn, self.was.id).values():
            if told.pending:
                pending[told.receiver] = told
                self._owe_both(told.receiver)
                parting.forget_told(self.conn, self.was.id, told.receiver)
            elif told.digest and digests.waits(self.conn, told.receiver, self.was.id):
                self.rest.may_wait.add(told.receiver)
                self.taken.may_wait.add(told.receiver)
            elif self._share(told):
                edited.append(told.receiver)
        if self.tell:
            self.taken.may_ring.update(self.newsroom.settings.receivers)
        kept, fresh = (self._judge(part, verdicts) for part in (self.rest, self.taken))
        self._bring_owed(kept, pending)
        rings = {order.receiver for each in (kept, fresh) for order in each.orders} - set(pending)
        again = {order.receiver for order in fresh.orders}
        waits = {each.receiver for each in fresh.waiting}
        return {"edits": sorted(edited), "rings": sorted(rings | again), "waits": sorted(waits)}

    def _owe_both(self, receiver: str) -> None:
        for part in (self.rest, self.taken):
            part.may_ring.add(receiver)

    def _share(self, told: Told) -> bool:
        """One part keeps the message, the other counts as told; True when a message has to be edited."""
        message = alerts.message_of(self.conn, self.was.id, told.receiver)
        keeps, other = self.rest, self.taken
        if message is not None and self._tells_of_taken(told):
            parting.hand_over(self.conn, self.was.id, self.taken.story.id, told.receiver)
            keeps, other = self.taken, self.rest
        if not self.tell:
            alerts.save_told(self.conn, other.told(told))
        replies = told.replies - self._withdraw_replies(told, keeps, other)
        after = replace(keeps.told(told), revision=told.revision + (message is not None), replies=replies)
        alerts.save_told(self.conn, after)
        if message is not None and told.receiver in self.newsroom.settings.receivers:
            owe(self.conn, self._edit(after), self.now)
        return message is not None

    def _tells_of_taken(self, told: Told) -> bool:
        """A message goes with the headline that it shows; one that nothing else explains, too."""
        if self.tell or not self.taken.about(told):
            return False
        receiver = self.newsroom.settings.receivers.get(told.receiver)
        lead = leads.rang(self.conn, self.was.id, told.receiver).lead
        shown = shown_report(self.was, receiver.language if receiver else "en", lead)
        return shown.entry.id == self.taken.story.root.entry.id or not self.rest.about(told)

    def _withdraw_replies(self, told: Told, keeps: Part, other: Part) -> int:
        """A development that is owed, but is one of the other story, is that story's own alert."""
        count = 0
        for number, payload in parting.owed_replies(self.conn, keeps.story.id, told.receiver).items():
            if not keeps.bears(payload, told):
                parting.withdraw(
                    self.conn, number, f"told of {other.story.id}, which was split off", self.now
                )
                parting.forget_told(self.conn, other.story.id, told.receiver)
                other.may_ring.add(told.receiver)
                count += 1
        return count

    def _edit(self, told: Told) -> Order:
        return Order(
            story=told.story,
            receiver=told.receiver,
            kind=DeliveryKind.EDIT,
            revision=told.revision,
            due=self.now,
            score=told.score,
            reason=Reason.MORE_SOURCES,
            watches=told.watches,
        )

    def _judge(self, part: Part, verdicts: Mapping[tuple[str, str], Verdict]) -> Judgement:
        story, version = part.story, self.newsroom.watchlist.version
        judged = decide.judge(story, circumstances(self.conn, story, self.newsroom, self.now))
        allowed = _allowed(judged, part.may_ring, part.may_wait, verdicts)
        matches.replace(self.conn, story.id, judged.matches, version, self.now)
        keep(self.conn, allowed, version, self.now)
        for receiver in part.may_wait - {each.receiver for each in allowed.waiting}:
            digests.drop(self.conn, receiver, story.id)
            parting.forget_told(self.conn, story.id, receiver)
        return allowed

    def _bring_owed(self, kept: Judgement, pending: Mapping[str, Told]) -> None:
        """The first alert that was owed tells of what is left, if that is still to be told."""
        story = self.rest.story.id
        orders = {order.receiver: order for order in kept.orders if order.kind is DeliveryKind.ALERT}
        for receiver, told in pending.items():
            order = orders.get(receiver)
            if order is not None:
                parting.amend_alert(self.conn, story, receiver, order.due, order.score, payload_of(order))
            elif not parting.withdraw_alert(
                self.conn, story, receiver, "what it told was split off", self.now
            ):
                alerts.save_told(self.conn, told)  # on its way already: it will have been told


def _allowed(
    judged: Judgement,
    ring: Container[str],
    wait: Container[str],
    verdicts: Mapping[tuple[str, str], Verdict],
) -> Judgement:
    """Leave out what a split must not tell: who neither heard nor was owed keeps the reason it had."""
    late = {
        order.receiver: order
        for order in judged.orders
        if order.receiver in wait and order.receiver not in ring
    }
    waiting = [each for each in judged.waiting if each.receiver in ring or each.receiver in wait]
    waiting += [_waiting(order) for order in late.values()]
    told = [each for each in judged.told if each.receiver in ring or each.receiver in wait]
    reasons = []
    for verdict in judged.verdicts:
        known = verdicts.get((verdict.watch, verdict.receiver))
        if verdict.receiver in late:
            reasons.append(replace(verdict, reason=Reason.IN_DIGEST, told=False, due=None))
        elif verdict.receiver in ring or verdict.receiver in wait or verdict.reason not in _RINGS:
            reasons.append(verdict)
        elif known is not None:
            reasons.append(replace(known, story=verdict.story))
    return Judgement(
        matches=judged.matches,
        verdicts=tuple(reasons),
        orders=tuple(order for order in judged.orders if order.receiver in ring),
        told=tuple(
            replace(each, digest=True, pending=False) if each.receiver in late else each for each in told
        ),
        waiting=tuple(waiting),
    )


def _waiting(order: Order) -> Waiting:
    return Waiting(receiver=order.receiver, story=order.story, score=order.score, reason=Reason.IN_DIGEST)
