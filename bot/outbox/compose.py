"""Make the message of a delivery from what the store holds now: the outbox stores what is owed, not text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b

from sqlalchemy import Connection

from bot import render
from bot.charts import Picture
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
from bot.outbox.digests import digest
from bot.outbox.notices import notice
from bot.outbox.silenced import Silence, silence_of
from bot.render.repeats import marked
from bot.render.reports import best_report, shown_report, title_kinds
from bot.render.views import (
    AlertView,
    CorrectionView,
    DevelopmentView,
    GreetingView,
    HeldView,
)
from bot.store import alerts, deliveries, leads, search, sources, stories, volumes
from bot.store.alerts import MessageRef
from bot.store.leads import Corrected, Rang
from bot.store.shown import headlines, matches_for
from bot.text.figures import figures

_REPLIES = frozenset({DeliveryKind.REPLY, DeliveryKind.CORRECTION, DeliveryKind.NOTICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A message ready to send or edit, and what it is about."""

    message: Message
    story: str = ""
    told: Told | None = None
    reference: MessageRef | None = None
    """The message to edit or to reply to."""
    lead: str = ""
    """The entry that an alert leads with, where that is not the first."""
    picture: Picture | None = None
    """Drawn before it is sent; the message is its caption."""
    troubled: tuple[str, ...] = ()
    """The sources of whose trouble a notice tells."""

    @property
    def text_hash(self) -> str:
        """Tells whether an edit would change anything."""
        return fingerprint(self.message)

    def replied_to(self, kind: DeliveryKind, chat: str) -> str | None:
        """Return the message in the chat under which one of this kind stands."""
        reference = self.reference
        # A group that became a supergroup numbers its messages anew: an old number is another message there.
        there = reference is not None and reference.chat in {"", chat}
        return reference.message_id if reference is not None and kind in _REPLIES and there else None


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
    """Return the message of a delivery, or None when there is nothing left to say; a possible repeat says so."""
    composed = _compose(conn, delivery, receiver, watchlist, now, buttons=buttons)
    # An alert draws the mark itself, and so do its later edits.
    drawn = delivery.kind in {DeliveryKind.ALERT, DeliveryKind.EDIT}
    if composed is None or drawn or not delivery.maybe_repeat:
        return composed
    return replace(composed, message=marked(composed.message))


def _compose(
    conn: Connection,
    delivery: Delivery,
    receiver: Receiver,
    watchlist: Watchlist,
    now: datetime,
    *,
    buttons: bool,
) -> Composed | None:
    if delivery.kind is DeliveryKind.DIGEST:
        said = digest(conn, delivery, receiver, watchlist, now, buttons=buttons)
        return None if said is None else Composed(message=said.message, picture=said.picture)
    if delivery.kind is DeliveryKind.NOTICE or (delivery.kind is DeliveryKind.EDIT and not delivery.story):
        about = notice(conn, delivery, receiver, watchlist, now, buttons=buttons)
        if about is None:
            return None
        return Composed(message=about.message, troubled=about.troubled, reference=about.under)
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
    rang = _rang(conn, delivery, story, shown, receiver.language)
    message = _about_story(
        delivery,
        story,
        shown,
        told,
        receiver,
        watchlist,
        now,
        reference,
        corrected=leads.corrected(conn, story.id, receiver.id),
        rang=rang,
        spike=volumes.spikes_of(conn, story.id).get(receiver.id),
        silence=silence_of(conn, story.id, receiver.id, [match.watch for match in shown], now),
        buttons=buttons,
    )
    if message is None:
        return None
    return Composed(message=message, story=story.id, told=told, reference=reference, lead=rang.lead)


def held(
    conn: Connection, held_back: Iterable[Delivery], receiver: Receiver, watchlist: Watchlist, now: datetime
) -> Composed:
    """Return one message for many alerts that were held; it says where one of them may be a repeat."""
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
    message = render.held(view)
    doubtful = any(delivery.maybe_repeat for delivery in ordered)
    return Composed(message=marked(message) if doubtful else message)


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
    corrected: Corrected | None,
    rang: Rang,
    spike: Spike | None,
    silence: Silence,
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
                entry=_bearer(story, events) if events else _raiser(story, shown, rang),
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
            corrected_at=corrected.at if corrected else None,
            corrected_by=_corrector(story, corrected, receiver.language, rang.lead),
            lead=rang.lead,
            spike=spike,
            buttons=buttons,
            muted_by=silence.muted_by,
            snoozed_by=silence.snoozed_by,
            snoozed_until=silence.snoozed_until,
        )
    )


def _bearer(story: Story, events: str) -> str:
    """The newest report whose headline bears the new event."""
    kinds = set(events.split(","))
    for report in reversed(story.reports):
        if any(hit.kind in kinds and hit.field == "title" for hit in report.facts.events):
            return report.entry.id
    return ""


def _rang(
    conn: Connection, delivery: Delivery, story: Story, shown: tuple[Match, ...], language: str
) -> Rang:
    """What made an alert ring: before it is sent as the story stands now, then as it was sent.

    ``shown`` are its matches, best first.
    """
    if delivery.kind is not DeliveryKind.ALERT:
        return leads.rang(conn, story.id, delivery.receiver)
    best = shown[0]
    led = best_report(story, language, best).entry.id
    return Rang(best.entry, led if led != shown_report(story, language).entry.id else "")


def _raiser(story: Story, shown: tuple[Match, ...], rang: Rang) -> str:
    """The report that raised the level by what it says: a kind of event or a figure that no earlier one had.

    "" where more sources alone did, or one that is trusted more and says the same.
    """
    best = shown[0]
    at = next((at for at, report in enumerate(story.reports) if report.entry.id == best.entry), 0)
    raiser, earlier = story.reports[at], story.reports[:at]
    if not rang.entry or best.entry == rang.entry or not earlier:
        return ""
    kinds = frozenset[str]().union(*map(title_kinds, earlier))
    amounts = set[tuple[str, float]]().union(*(_amounts(report.facts.figures) for report in earlier))
    figures_now = _amounts(figure for figure in raiser.facts.figures if figure.field == "title")
    return best.entry if title_kinds(raiser) - kinds or figures_now - amounts else ""


def _corrector(story: Story, corrected: Corrected | None, language: str, lead: str) -> str:
    """The name of the source that corrected itself, unless its headline is the one shown."""
    if corrected is None or shown_report(story, language, lead).entry.id == corrected.entry:
        return ""
    return next((each.entry.source_name for each in story.reports if each.entry.id == corrected.entry), "")


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
