"""What a silence means for what is owed: an alert shows who muted it; what is not sent yet stays unsent, or waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.model import Delivery, DeliveryKind, Mute, Reason, Receiver, Told
from bot.render.people import named
from bot.route import held_until, is_muted
from bot.store import alerts, deliveries, matches, mutes, parting

MUTED = "muted"
RINGS = frozenset({DeliveryKind.ALERT, DeliveryKind.REPLY, DeliveryKind.CORRECTION})
"""Kinds of message that a mute holds back."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Who silenced the story of an alert, or all companies that it names, for its receiver."""

    muted_by: str = ""
    snoozed_by: str = ""
    snoozed_until: datetime | None = None


def silence_of(conn: Connection, story: str, receiver: str, watches: Sequence[str], now: datetime) -> Silence:
    """Return what an alert shows of the mutes that its own receiver asked for."""
    mine = [mute for mute in mutes.active(conn, now) if mute.receiver == receiver]
    about = next((mute for mute in mine if mute.story == story and not mute.watch), None)
    snoozed = [_of_watch(mine, watch) for watch in watches]
    first = min((each for each in snoozed if each), key=lambda mute: mute.until, default=None)
    if first is None or None in snoozed:
        return Silence(named(about.by) if about else "")
    return Silence(named(about.by) if about else "", named(first.by), first.until)


def is_silenced(conn: Connection, delivery: Delivery, receiver: Receiver, now: datetime) -> bool:
    """Tell whether a message that would ring comes in quiet hours, or its story was muted since it was owed."""
    if delivery.kind not in RINGS:
        return False
    if _quiet_until(conn, delivery, receiver, now) is not None:
        return True
    active = mutes.active(conn, now)
    told = alerts.told_of(conn, delivery.story).get(delivery.receiver) if active else None
    if told is None or not told.watches:
        return False
    return all(
        is_muted(active, receiver=told.receiver, watch=watch, story=told.story, now=now)
        for watch in told.watches
    )


def withhold(conn: Connection, delivery: Delivery, receiver: Receiver, now: datetime) -> None:
    """End a claimed message unsent. Of an alert nobody got, nothing counts as told: the story may ring later.

    One that an outage, or a clock that was set, brought into quiet hours waits for their end.
    """
    until = _quiet_until(conn, delivery, receiver, now)
    if until is not None:
        deliveries.hold(conn, delivery, until)
        return
    told = alerts.told_of(conn, delivery.story).get(delivery.receiver)
    first = delivery.kind is DeliveryKind.ALERT and told is not None and told.pending
    if told is None or not first:
        deliveries.drop(conn, delivery.id, MUTED, now)
        return
    _explain(conn, told, now)
    if delivery.maybe_repeat:
        # It may have arrived: it counts as told.
        deliveries.drop(conn, delivery.id, MUTED, now)
        alerts.save_told(conn, replace(told, pending=False))
        return
    deliveries.retry(conn, delivery.id, delivery.due, MUTED, ambiguous=False)
    parting.withdraw(conn, delivery.id, MUTED, now)
    parting.forget_told(conn, told.story, told.receiver)


def _quiet_until(conn: Connection, delivery: Delivery, receiver: Receiver, now: datetime) -> datetime | None:
    """When the quiet hours end that hold a message; a story may have grown urgent since it was owed."""
    if receiver.quiet_hours is None:
        return None
    told = alerts.told_of(conn, delivery.story).get(delivery.receiver)
    return held_until(receiver, max(delivery.score, told.score if told else 0), now)


def _explain(conn: Connection, told: Told, now: datetime) -> None:
    """Let ``why`` say that the story was muted when its time came."""
    for stored in matches.verdicts_of(conn, told.story):
        verdict = stored.verdict
        if verdict.receiver == told.receiver and verdict.watch in told.watches:
            muted = replace(verdict, reason=Reason.MUTED, told=False, due=None)
            matches.save_verdicts(conn, [muted], stored.watchlist_version, now)


def _of_watch(found: Sequence[Mute], watch: str) -> Mute | None:
    return next((mute for mute in found if mute.watch == watch and not mute.story), None)
