"""What each receiver was told of a story, and the message that says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, select, union, update
from sqlalchemy.dialects.sqlite import insert

from bot.model import Receiver, Told
from bot.route.silence import budget_began
from bot.route.telling import join_told
from bot.store.columns import among
from bot.store.roots import root_or_self
from bot.store.schema import alerts, messages, splits

_TOLD = (
    "receiver",
    "story",
    "at",
    "score",
    "events",
    "watches",
    "entries",
    "revision",
    "replies",
    "digest",
    "pending",
)
_MESSAGE = ("channel", "chat", "message_id", "parts", "shown_revision", "text_hash", "last_edit", "sent_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRef:
    """The message that tells a receiver of a story, as the chat service knows it, and what it shows."""

    channel: str
    chat: str
    message_id: str
    parts: tuple[str, ...] = ()
    """The ids of its further parts, where it was too long for one."""
    shown_revision: int = 0
    text_hash: str = ""
    last_edit: datetime | None = None
    sent_at: datetime


def told_of(conn: Connection, story_id: str) -> dict[str, Told]:
    """Return what was told (or is owed) of a story, or of the one it merged into, by receiver."""
    found = select(alerts).where(alerts.c.story == root_or_self(conn, story_id))
    return {row.receiver: told_from(row) for row in conn.execute(found)}


def told_from(row: Row[Any]) -> Told:
    """Return what a whole row of the table says was told."""
    values = {name: getattr(row, name) for name in _TOLD}
    return Told(**(values | {"events": frozenset(row.events), "watches": tuple(row.watches)}))


def save_told(conn: Connection, told: Told) -> None:
    """Store what a receiver was told of a story; the message that says it stays as it is."""
    row = {name: getattr(told, name) for name in _TOLD} | {
        "story": root_or_self(conn, told.story),
        "events": sorted(told.events),
        "watches": list(told.watches),
    }
    changed = {name: value for name, value in row.items() if name not in {"story", "receiver"}}
    statement = insert(alerts).values(row)
    conn.execute(statement.on_conflict_do_update(index_elements=["story", "receiver"], set_=changed))


def message_of(conn: Connection, story_id: str, receiver: str) -> MessageRef | None:
    """Return the message that tells the receiver of the story; None when none was sent."""
    found = select(*(alerts.c[name] for name in _MESSAGE)).where(
        alerts.c.story == root_or_self(conn, story_id), alerts.c.receiver == receiver
    )
    row = conn.execute(found.where(alerts.c.message_id.is_not(None))).first()
    return None if row is None else MessageRef(**(row._asdict() | {"parts": tuple(row.parts or ())}))


def save_message(conn: Connection, story_id: str, receiver: str, message: MessageRef) -> None:
    """Store the message that tells a receiver of a story, sent or edited: what was told is no longer pending.

    What was told must have been saved before; answers under any part of the message find the story. An edit
    counts for the story that the message tells of by then: a split may have handed it over meanwhile.
    """
    edited = message.last_edit is not None
    told_of = by_message(conn, message.channel, message.chat, message.message_id) if edited else None
    story = told_of or root_or_self(conn, story_id)
    values = {name: getattr(message, name) for name in _MESSAGE} | {
        "parts": list(message.parts),
        "pending": False,
    }
    here = [alerts.c.story == story, alerts.c.receiver == receiver]
    if edited:  # of two stories that merged the older message lives on, also when the younger was just edited
        here.append(func.coalesce(alerts.c.message_id, message.message_id) == message.message_id)
    conn.execute(update(alerts).where(*here).values(values))
    for message_id in (message.message_id, *message.parts):
        link_message(conn, story, receiver, channel=message.channel, chat=message.chat, message_id=message_id)


def link_message(
    conn: Connection, story_id: str, receiver: str, *, channel: str, chat: str, message_id: str
) -> None:
    """Let answers under a message (a reply, a correction) find the story it tells of."""
    row = {"story": root_or_self(conn, story_id), "receiver": receiver}
    place = {"channel": channel, "chat": chat, "message_id": message_id}
    statement = insert(messages).values(row | place)
    conn.execute(statement.on_conflict_do_update(index_elements=list(place), set_=row))


def by_message(conn: Connection, channel: str, chat: str, message_id: str) -> str | None:
    """Return the story that a message tells of (as it is today); None for a message that isn't ours."""
    found = select(messages.c.story).where(
        messages.c.channel == channel, messages.c.chat == chat, messages.c.message_id == message_id
    )
    story = conn.execute(found).scalar()
    return None if story is None else root_or_self(conn, story)


def count_since(conn: Connection, receiver: str, since: datetime) -> int:
    """Return how many stories the receiver was told at once (not in a digest) since then: its budget."""
    return conn.execute(select(func.count()).where(*rang(receiver, since))).scalar_one()


def stories_since(conn: Connection, receivers: Iterable[str], since: datetime) -> int:
    """Return how many stories were told at once to any of these receivers since then; each counts once."""
    mine = [select(alerts.c.story).where(*rang(name, since)) for name in receivers]
    if not mine:
        return 0
    return conn.execute(select(func.count()).select_from(union(*mine).subquery())).scalar_one()


def used(conn: Connection, receivers: Mapping[str, Receiver], now: datetime) -> dict[str, int]:
    """Return how much of its alert budget each receiver has used up in the period that runs; those that have one."""
    return {
        each.id: count_since(conn, each.id, budget_began(each.at_most, each.timezone, now))
        for each in receivers.values()
        if each.at_most is not None
    }


def told_at_once(conn: Connection, since: datetime) -> list[Told]:
    """Return what was told (or is owed) at once since then, to every receiver."""
    found = select(alerts).where(alerts.c.at >= since, ~alerts.c.digest)
    return [told_from(row) for row in conn.execute(found)]


def rang(receiver: str, since: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of the rows of stories that the receiver was told at once since then.

    What only counts as told since a split was no message of its own.
    """
    return (alerts.c.receiver == receiver, alerts.c.at >= since, ~alerts.c.digest, ~silent())


def silent() -> ColumnElement[bool]:
    """Return what is true of the rows of stories that count as told since a split, without a message of their own."""
    parted = union(select(splits.c.story), select(splits.c.new_story))
    return and_(alerts.c.sent_at.is_(None), ~alerts.c.pending, alerts.c.story.in_(parted))


def last_told(conn: Connection, receiver: str) -> datetime | None:
    """Return when the receiver last got an alert at once; None when it never got one."""
    found = select(func.max(alerts.c.sent_at)).where(
        alerts.c.receiver == receiver, alerts.c.sent_at.is_not(None)
    )
    return conn.execute(found).scalar()


def receivers_told(conn: Connection, stories: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the receivers that were told each story at once, in the order of their names."""
    found = select(alerts.c.story, alerts.c.receiver).where(
        among(alerts.c.story, stories), ~alerts.c.digest, ~alerts.c.pending
    )
    told: dict[str, tuple[str, ...]] = {}
    for row in conn.execute(found.order_by(alerts.c.receiver)):
        told[row.story] = (*told.get(row.story, ()), row.receiver)
    return told


def follow(conn: Connection, ended: str, into: str) -> list[str]:
    """Carry what was told over to the story that lives on; return the receivers that both had told or owed.

    Where both had, the receiver keeps the older message: it is the one that is edited from now on.
    """
    held = {row.receiver: row for row in conn.execute(select(alerts).where(alerts.c.story == into))}
    both = []
    for row in conn.execute(select(alerts).where(alerts.c.story == ended)).all():
        here = (alerts.c.story == into, alerts.c.receiver == row.receiver)
        there = (alerts.c.story == ended, alerts.c.receiver == row.receiver)
        if row.receiver in held:
            both.append(row.receiver)
            values = _joined(held[row.receiver], row)
            conn.execute(delete(alerts).where(*there))
            conn.execute(update(alerts).where(*here).values(values))
        else:
            conn.execute(update(alerts).where(*there).values(story=into))
    conn.execute(update(messages).where(messages.c.story == ended).values(story=into))
    return both


def _joined(one: Row[Any], other: Row[Any]) -> dict[str, Any]:
    """What two tellings of what turned out to be one story amount to."""
    sent = sorted((row for row in (one, other) if row.message_id is not None), key=lambda row: row.sent_at)
    told = join_told(told_from(one), told_from(other), sent=bool(sent))
    values: dict[str, Any] = {
        name: getattr(told, name) for name in _TOLD if name not in {"receiver", "story"}
    }
    values |= {"events": sorted(told.events), "watches": list(told.watches)}
    if sent:
        values |= {name: getattr(sent[0], name) for name in _MESSAGE}
    return values
