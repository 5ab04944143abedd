"""The outbox: what is owed to whom, what is being sent, and how it ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model import Delivery, DeliveryKind, Outcome, Reason
from bot.store.columns import among, at
from bot.store.schema import deliveries

OWED, SENDING, SENT, DEAD, CANCELLED = "owed", "sending", "sent", "dead", "cancelled"

HELD = "held"
"""Set in the payload of what one message is to tell with others."""
_PLACES = {kind: place for place, kind in enumerate(DeliveryKind)}
_COLUMNS = tuple(
    deliveries.c[name]
    for name in [
        "id",
        "key",
        "story",
        "receiver",
        "kind",
        "revision",
        "due",
        "attempts",
        "score",
        "payload",
        "maybe_repeat",
    ]
)
_FREE = {"owner": "", "lease_until": None}
_DOUBT = func.coalesce(deliveries.c.doubtful_since, deliveries.c.started_at, deliveries.c.at)
"""When the first attempt left whose end is not known."""
_PAUSED = f"{Outcome.RATE_LIMITED.value}:"


@dataclass(frozen=True, slots=True)
class Owed:
    """How much of one kind a receiver is owed, and since when the oldest of it is due."""

    receiver: str
    kind: DeliveryKind
    count: int
    oldest_due: datetime


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A delivery that was given up, why and when."""

    delivery: Delivery
    error: str
    at: datetime


def _delivery(row: Any) -> Delivery:
    values = {column.name: getattr(row, column.name) for column in _COLUMNS}
    return Delivery(**(values | {"kind": DeliveryKind(row.kind)}))


def owe(
    conn: Connection,
    *,
    key: str,
    story: str,
    receiver: str,
    kind: DeliveryKind,
    revision: int,
    due: datetime,
    score: int,
    payload: Mapping[str, object],
    now: datetime,
) -> bool:
    """Put a message into the outbox; False, and nothing changes, when this key was ever owed before."""
    row = {
        "key": key,
        "story": story,
        "receiver": receiver,
        "kind": kind.value,
        "place": _PLACES[kind],
        "revision": revision,
        "due": due,
        "score": score,
        "payload": dict(payload),
        "state": OWED,
        "at": now,
    }
    return conn.execute(insert(deliveries).values(row).on_conflict_do_nothing()).rowcount > 0


def edit_key(story: str, receiver: str, revision: int) -> str:
    """Return the key of an edit."""
    return f"{story}|{receiver}|{DeliveryKind.EDIT.value}|{revision}"


def owe_edit(
    conn: Connection,
    *,
    story: str,
    receiver: str,
    revision: int,
    due: datetime,
    score: int,
    payload: Mapping[str, object],
    now: datetime,
) -> bool:
    """Owe an edit of a sent message. One is owed at a time: a newer revision takes the place of the older.

    The edit never comes later for that, and no sooner than the chat allows once an attempt has failed.
    Returns False when the revision, or a newer one, was owed before.
    """
    key = edit_key(story, receiver, revision)
    edits = (
        deliveries.c.story == story,
        deliveries.c.receiver == receiver,
        deliveries.c.kind == DeliveryKind.EDIT.value,
    )
    newest = conn.execute(select(func.max(deliveries.c.revision)).where(*edits)).scalar()
    if newest is not None and newest >= revision:
        return False
    sooner = case((deliveries.c.attempts > 0, deliveries.c.due), else_=func.min(deliveries.c.due, at(due)))
    replaced = conn.execute(
        update(deliveries)
        .where(*edits, deliveries.c.state == OWED)
        .values(key=key, revision=revision, due=sooner, score=score, payload=dict(payload))
    )
    if replaced.rowcount:
        return True
    return owe(
        conn,
        key=key,
        story=story,
        receiver=receiver,
        kind=DeliveryKind.EDIT,
        revision=revision,
        due=due,
        score=score,
        payload=payload,
        now=now,
    )


def hasten(conn: Connection, key: str, due: datetime) -> bool:
    """Let an owed message that has not been tried yet come sooner; True when it does."""
    later = (
        deliveries.c.key == key,
        deliveries.c.state == OWED,
        deliveries.c.attempts == 0,
        deliveries.c.due > due,
    )
    return conn.execute(update(deliveries).where(*later).values(due=due)).rowcount > 0


def was_repeat(conn: Connection, story: str, receiver: str) -> bool:
    """Tell whether the alert of a story may have reached the receiver twice; its later edits say so too."""
    found = select(deliveries.c.id).where(
        deliveries.c.story == story,
        deliveries.c.receiver == receiver,
        deliveries.c.kind == DeliveryKind.ALERT.value,
        deliveries.c.maybe_repeat,
    )
    return conn.execute(found).first() is not None


def corrected_at(conn: Connection, story: str, receiver: str) -> datetime | None:
    """Return when a headline of the story was last corrected to the receiver; its alert's foot says so."""
    found = select(deliveries.c.at).where(
        deliveries.c.story == story,
        deliveries.c.receiver == receiver,
        deliveries.c.kind == DeliveryKind.CORRECTION.value,
    )
    return conn.execute(found.order_by(deliveries.c.id.desc()).limit(1)).scalar()


def hasten_failed(conn: Connection, error: str, due: datetime, *, receiver: str = "") -> int:
    """Let owed messages whose last attempt failed with words that begin so come sooner; return how many.

    ``receiver`` narrows it to one.
    """
    failed = [deliveries.c.state == OWED, deliveries.c.due > due, deliveries.c.error.startswith(error)]
    failed += [deliveries.c.receiver == receiver] if receiver else []
    return conn.execute(update(deliveries).where(*failed).values(due=due)).rowcount


def claim(
    conn: Connection,
    now: datetime,
    *,
    owner: str,
    lease: timedelta,
    limit: int,
    receivers: Collection[str] | None = None,
    kinds: Collection[DeliveryKind] | None = None,
) -> list[Delivery]:
    """Take what is due, at most one message for each receiver that has none in flight.

    A receiver's messages come in the order of their kind, then the highest score, then the longest due. One
    whose lease ran out may have been sent: it is taken again with ``maybe_repeat``. A receiver whose chat asked for
    a pause gets nothing before its end. ``receivers`` and ``kinds`` narrow it.
    """
    lapsed = and_(deliveries.c.state == SENDING, deliveries.c.lease_until <= now)
    ready: list[ColumnElement[bool]] = [
        or_(and_(deliveries.c.state == OWED, deliveries.c.due <= now), lapsed),
        deliveries.c.receiver.not_in(
            select(deliveries.c.receiver).where(deliveries.c.state == SENDING, deliveries.c.lease_until > now)
        ),
        deliveries.c.receiver.not_in(select(deliveries.c.receiver).where(*_paused(now))),
    ]
    if receivers is not None:
        ready.append(among(deliveries.c.receiver, receivers))
    if kinds is not None:
        ready.append(deliveries.c.kind.in_([kind.value for kind in kinds]))
    first = (deliveries.c.place, deliveries.c.score.desc(), deliveries.c.due, deliveries.c.id)
    turn = func.row_number().over(partition_by=deliveries.c.receiver, order_by=first).label("turn")
    queue = select(deliveries.c.id, deliveries.c.place, deliveries.c.due, turn).where(*ready).subquery()
    chosen = select(queue.c.id).where(queue.c.turn == 1).order_by(queue.c.place, queue.c.due).limit(limit)
    left = and_(deliveries.c.state == SENDING, deliveries.c.started_at.is_not(None))
    taken = (
        update(deliveries)
        .where(deliveries.c.id.in_(chosen))
        .values(
            state=SENDING,
            owner=owner,
            lease_until=now + lease,
            started_at=None,
            attempts=deliveries.c.attempts + 1,
            maybe_repeat=or_(deliveries.c.maybe_repeat, left),
            doubtful_since=case((left, _DOUBT), else_=deliveries.c.doubtful_since),
        )
        .returning(*_COLUMNS)
    )
    claimed = map(_delivery, conn.execute(taken).all())
    return sorted(claimed, key=lambda one: (_PLACES[one.kind], -one.score, one.due, one.id))


def _paused(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Those whose chat asked for a pause that lasts: what else is owed there keeps its own due time."""
    return (deliveries.c.state == OWED, deliveries.c.due > now, deliveries.c.error.startswith(_PAUSED))


def claim_these(
    conn: Connection, ids: Collection[int], now: datetime, *, owner: str, lease: timedelta
) -> list[Delivery]:
    """Take these owed messages beside one of the same receiver that is in flight: they go out together."""
    taken = (
        update(deliveries)
        .where(deliveries.c.id.in_(ids), deliveries.c.state == OWED)
        .values(
            state=SENDING,
            owner=owner,
            lease_until=now + lease,
            started_at=None,
            attempts=deliveries.c.attempts + 1,
        )
        .returning(*_COLUMNS)
    )
    return [_delivery(row) for row in conn.execute(taken)]


def sent(conn: Connection, delivery_id: int, now: datetime) -> None:
    """The message arrived."""
    _end(conn, deliveries.c.id == delivery_id, SENT, "", now)


def dead(conn: Connection, delivery_id: int, error: str, now: datetime) -> None:
    """The message was refused for good: it stays as a dead letter."""
    _end(conn, deliveries.c.id == delivery_id, DEAD, error, now)


def drop(conn: Connection, id: int, reason: str, now: datetime) -> None:  # noqa: A002
    """There is nothing to send after all: a claimed message ends without an attempt."""
    _end(conn, deliveries.c.id == id, CANCELLED, reason, now)


def cancel(conn: Connection, which: int | str, reason: str, now: datetime | None = None) -> bool:
    """Take an owed message (by id or key) out of the outbox; False when it isn't owed any more."""
    one = deliveries.c.id == which if isinstance(which, int) else deliveries.c.key == which
    return _end(conn, and_(one, deliveries.c.state == OWED), CANCELLED, reason, now) > 0


def cancel_others(conn: Connection, receivers: Collection[str], now: datetime) -> int:
    """Cancel what is owed to receivers that are no longer configured; the rows stay as a record."""
    gone = and_(deliveries.c.state == OWED, ~among(deliveries.c.receiver, receivers))
    return _end(conn, gone, CANCELLED, "the receiver is no longer configured", now)


def _end(conn: Connection, which: ColumnElement[bool], state: str, error: str, now: datetime | None) -> int:
    values = {"state": state, "error": error, "ended_at": deliveries.c.due if now is None else now, **_FREE}
    return conn.execute(update(deliveries).where(which).values(values)).rowcount


def retry(conn: Connection, delivery_id: int, due: datetime, error: str, *, ambiguous: bool) -> None:
    """Owe a message under way again at ``due``; ``ambiguous`` when the attempt may have arrived."""
    values: dict[str, Any] = {"state": OWED, "due": due, "error": error, **_FREE}
    if ambiguous:
        values |= {"maybe_repeat": True, "doubtful_since": _DOUBT}
    under_way = (deliveries.c.id == delivery_id, deliveries.c.state == SENDING)
    conn.execute(update(deliveries).where(*under_way).values(values))


def hold(conn: Connection, delivery: Delivery, until: datetime) -> None:
    """A claimed message waits for the end of quiet hours after all, with what else they hold."""
    payload = {**delivery.payload, "reason": Reason.QUIET_HOURS.value}
    # What its last attempt was told counts no more: a pause that its chat asked for would seem to last all night.
    values = {"state": OWED, "due": until, "payload": payload, "error": "", **_FREE}
    conn.execute(update(deliveries).where(deliveries.c.id == delivery.id).values(values))


def keep_held(conn: Connection, ids: Collection[int]) -> None:
    """These were held up and one message was to tell them all: so it stays, whenever they are due now."""
    held = func.json_set(deliveries.c.payload, f"$.{HELD}", 1)
    conn.execute(update(deliveries).where(deliveries.c.id.in_(list(ids))).values(payload=held))


def on_wire(conn: Connection, id: int, now: datetime) -> None:  # noqa: A002
    """A claimed message leaves now: from here on, until its end is written down, it may have arrived."""
    conn.execute(update(deliveries).where(deliveries.c.id == id).values(started_at=now))


def renew(conn: Connection, ids: Collection[int], lease_until: datetime) -> None:
    """Who still has these in hand keeps them, however long a send waits for its turn and wherever the clock goes."""
    if ids:
        mine = (deliveries.c.id.in_(list(ids)), deliveries.c.state == SENDING)
        conn.execute(update(deliveries).where(*mine).values(lease_until=lease_until))


def on_the_wire(conn: Connection) -> list[int]:
    """Return what is being sent and has left already."""
    left = (deliveries.c.state == SENDING, deliveries.c.started_at.is_not(None))
    return list(conn.execute(select(deliveries.c.id).where(*left)).scalars())


def foreign_to_ambiguous(conn: Connection, owner: str, now: datetime) -> int:
    """Owe at once what another, dead instance had claimed; return how many of them may have arrived.

    What had not left yet is owed as before; what was on the wire is a possible repeat.
    """
    foreign = (deliveries.c.state == SENDING, deliveries.c.owner != owner)
    doubtful = (*foreign, deliveries.c.started_at.is_not(None))
    values = {"state": OWED, "due": func.min(deliveries.c.due, at(now)), **_FREE}
    doubt = {"maybe_repeat": True, "doubtful_since": _DOUBT}
    repeats = conn.execute(update(deliveries).where(*doubtful).values(values | doubt)).rowcount
    conn.execute(update(deliveries).where(*foreign).values(values))
    return repeats


def owed(conn: Connection) -> list[Owed]:
    """Return what is owed or being sent, by receiver and kind."""
    found = (
        select(deliveries.c.receiver, deliveries.c.kind, func.count(), func.min(deliveries.c.due))
        .where(deliveries.c.state.in_([OWED, SENDING]))
        .group_by(deliveries.c.receiver, deliveries.c.place)
        .order_by(deliveries.c.receiver, deliveries.c.place)
    )
    return [
        Owed(receiver, DeliveryKind(kind), count, due) for receiver, kind, count, due in conn.execute(found)
    ]


def dead_letters(conn: Connection, limit: int = 100) -> list[DeadLetter]:
    """Return what was given up, the latest first."""
    found = (
        select(*_COLUMNS, deliveries.c.error, deliveries.c.ended_at)
        .where(deliveries.c.state == DEAD)
        .order_by(deliveries.c.ended_at.desc(), deliveries.c.id.desc())
        .limit(limit)
    )
    return [DeadLetter(_delivery(row), row.error, row.ended_at) for row in conn.execute(found)]


def next_due(conn: Connection) -> datetime | None:
    """Return when the next owed message is due; one being sent counts from the end of its lease."""
    moment = case((deliveries.c.state == SENDING, deliveries.c.lease_until), else_=deliveries.c.due)
    return conn.execute(
        select(func.min(moment, type_=deliveries.c.due.type)).where(deliveries.c.state.in_([OWED, SENDING]))
    ).scalar()


def pending_of(
    conn: Connection, receiver: str, kind: DeliveryKind, due_by: datetime, *, limit: int | None = None
) -> list[Delivery]:
    """Return what is owed to a receiver of one kind and due by then, the highest score first."""
    found = select(*_COLUMNS).where(
        deliveries.c.receiver == receiver,
        deliveries.c.kind == kind.value,
        deliveries.c.state == OWED,
        deliveries.c.due <= due_by,
    )
    best = found.order_by(deliveries.c.score.desc(), deliveries.c.due, deliveries.c.id)
    return list(map(_delivery, conn.execute(best.limit(limit))))
