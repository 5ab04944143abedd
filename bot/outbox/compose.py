"""Make the message of a delivery from what the store holds now: the outbox stores what is owed, not text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b

from sqlalchemy import Connection

from bot import render
from bot.model import (
    Delivery,
    DeliveryKind,
    Figure,
    Level,
    Match,
    Message,
    Reason,
    Receiver,
    Report,
    Spike,
    Story,
    Told,
    Watchlist,
)
from bot.outbox.notices import notice
from bot.render.views import (
    AlertView,
    CorrectionView,
    DevelopmentView,
    DigestView,
    GreetingView,
    HeldView,
)
from bot.store import alerts, deliveries, search, sources, stories, volumes
from bot.store.alerts import MessageRef
from bot.store.shown import headlines, matches_for
from bot.text.figures import figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A message ready to send or edit, and what it is about."""

    message: Message
    story: str = ""
    told: Told | None = None
    reference: MessageRef | None = None
    """The message to edit or to reply to."""

    @property
    def text_hash(self) -> str:
        """Tells whether an edit would change anything."""
        return fingerprint(self.message)


def fingerprint(message: Message) -> str:
    """Return a hash of everything a reader would see."""
    return blake2b(repr((message.blocks, message.buttons)).encode(), digest_size=12).hexdigest()


def compose(
    conn: Connection,
    delivery: Delivery,
    receiver: Receiver,
    watchlist: Watchlist,
    now: datetime,
    *,
    buttons: bool,
) -> Composed | None:
    """Return the message of a delivery, or None when there is nothing left to say."""
    if delivery.kind is DeliveryKind.DIGEST:
        return _digest(conn, delivery, receiver, watchlist, now)
    if delivery.kind is DeliveryKind.NOTICE:
        said = notice(conn, delivery, receiver, watchlist, now)
        return None if said is None else Composed(message=said)
    if delivery.kind is DeliveryKind.GREETING:
        return _greeting(conn, receiver, watchlist, now)
    story = stories.get(conn, delivery.story)
    if story is None:
        return None
    told = alerts.told_of(conn, story.id).get(receiver.id)
    shown = matches_for(conn, story.id, told, watchlist)
    if told is None or not shown:
        return None
    reference = alerts.message_of(conn, story.id, receiver.id)
    if reference is not None and delivery.kind is DeliveryKind.ALERT and not delivery.maybe_repeat:
        return None  # two stories turned out to be one, and it was told already
    if reference is not None and reference.channel != receiver.via:
        reference = None  # the receiver moved to another service: that message is not ours to change
    if delivery.kind is DeliveryKind.EDIT and deliveries.was_repeat(conn, story.id, receiver.id):
        delivery = replace(delivery, maybe_repeat=True)
    message = _about_story(
        delivery,
        story,
        shown,
        told,
        receiver,
        watchlist,
        now,
        reference,
        corrected_at=deliveries.corrected_at(conn, story.id, receiver.id),
        spike=volumes.spikes_of(conn, story.id).get(receiver.id),
        buttons=buttons,
    )
    if message is None:
        return None
    return Composed(message=message, story=story.id, told=told, reference=reference)


def held(
    conn: Connection, held_back: Iterable[Delivery], receiver: Receiver, watchlist: Watchlist, now: datetime
) -> Composed:
    """Return one message for many alerts that were held."""
    ordered = sorted(held_back, key=lambda delivery: -delivery.score)
    causes = {str(delivery.payload.get("reason")) for delivery in ordered}
    cause = Reason.QUIET_HOURS if causes == {Reason.QUIET_HOURS.value} else None
    view = HeldView(
        receiver=receiver,
        watchlist=watchlist,
        now=now,
        stories=headlines(conn, [delivery.story for delivery in ordered], receiver.language, watchlist),
        cause=cause,
    )
    return Composed(message=render.held(view))


def _about_story(
    delivery: Delivery,
    story: Story,
    shown: tuple[Match, ...],
    told: Told,
    receiver: Receiver,
    watchlist: Watchlist,
    now: datetime,
    reference: MessageRef | None,
    *,
    corrected_at: datetime | None,
    spike: Spike | None,
    buttons: bool,
) -> Message | None:
    if delivery.kind is DeliveryKind.REPLY:
        events = str(delivery.payload.get("events") or "")
        was = delivery.payload.get("was_score")
        return render.development(
            DevelopmentView(
                story=story,
                matches=shown,
                watchlist=watchlist,
                receiver=receiver,
                now=now,
                was_score=int(str(was)) if was is not None else told.score,
                event=events.split(",", maxsplit=1)[0],
                entry=_bearer(story, events),
                buttons=buttons,
            )
        )
    if delivery.kind is DeliveryKind.CORRECTION:
        return _correction(delivery, story, shown, told, receiver, watchlist, now)
    late = reference.sent_at if reference and delivery.kind is DeliveryKind.EDIT else now
    return render.alert(
        AlertView(
            story=story,
            matches=shown,
            watchlist=watchlist,
            receiver=receiver,
            now=now,
            late_told_at=late,
            maybe_repeat=delivery.maybe_repeat,
            corrected_at=corrected_at,
            spike=spike,
            buttons=buttons,
        )
    )


def _bearer(story: Story, events: str) -> str:
    """The newest report whose headline bears the new event."""
    kinds = set(events.split(","))
    for report in reversed(story.reports):
        if any(hit.kind in kinds and hit.field == "title" for hit in report.facts.events):
            return report.entry.id
    return ""


def _correction(
    delivery: Delivery,
    story: Story,
    shown: tuple[Match, ...],
    told: Told,
    receiver: Receiver,
    watchlist: Watchlist,
    now: datetime,
) -> Message | None:
    report = next((each for each in story.reports if each.entry.id == delivery.payload.get("entry")), None)
    if report is None:
        return None
    return render.correction(
        CorrectionView(
            story=story,
            matches=shown,
            watchlist=watchlist,
            receiver=receiver,
            now=now,
            source=report.entry.source_name,
            was=str(delivery.payload.get("was", "")),
            became=report.entry.title,
            url=report.entry.url,
            changed_at=datetime.fromisoformat(str(delivery.payload["at"])),
            others=_still_saying(story, report, str(delivery.payload.get("was", ""))),
            told_score=told.score,
        )
    )


def _still_saying(story: Story, corrected: Report, was: str) -> int:
    """How many other sources still give a figure that the corrected headline took back."""
    taken_back = _amounts(figures(was, "title")) - _amounts(figures(corrected.entry.title, "title"))
    return len(
        {
            report.entry.source
            for report in story.reports
            if report.entry.source != corrected.entry.source and taken_back & _amounts(report.facts.figures)
        }
    )


def _amounts(found: Iterable[Figure]) -> set[tuple[str, float]]:
    return {(each.unit, each.value) for each in found}


def _digest(
    conn: Connection, delivery: Delivery, receiver: Receiver, watchlist: Watchlist, now: datetime
) -> Composed | None:
    rows = delivery.payload.get("stories")
    assert isinstance(rows, list)
    since = datetime.fromisoformat(str(delivery.payload["since"]))
    unsaid = [str(story) for story, _, _ in rows if not _rang(conn, str(story), receiver.id)]
    message = render.digest(
        DigestView(
            receiver=receiver,
            watchlist=watchlist,
            now=now,
            since=since,
            stories=headlines(conn, unsaid, receiver.language, watchlist),
            told_at_once=alerts.count_since(conn, receiver.id, since),
            held=sum(reason == Reason.OVER_BUDGET for story, _, reason in rows if str(story) in unsaid),
            chart=False,
        )
    )
    return None if message is None else Composed(message=message)


def _rang(conn: Connection, story: str, receiver: str) -> bool:
    """What was told at once since it began to wait is counted in a digest, not repeated."""
    root = stories.root_of(conn, story) or story
    told = alerts.told_of(conn, root).get(receiver)
    return told is not None and not told.digest


def _greeting(conn: Connection, receiver: Receiver, watchlist: Watchlist, now: datetime) -> Composed:
    """The best stories of the last 24 hours, so that a new chat sees at once what it will get."""
    filters = search.Filters(since=now - timedelta(hours=24), min_score=Level.NOTABLE)
    rows = search.recent(conn, filters, limit=200)
    best = sorted(rows, key=lambda row: -row.score)[:3]
    example = next(iter(watchlist.watches.values()), None)
    view = GreetingView(
        receiver=receiver,
        now=now,
        companies=sum(not watch.topic for watch in watchlist.watches.values()),
        sources=len(sources.states(conn)),
        stories=headlines(conn, [row.story_id for row in best], receiver.language, watchlist),
        example=example.shown(receiver.language) if example else "",
    )
    return Composed(message=render.greeting(view))
