"""What people think of an alert: thumbs up or down, and what the votes are held against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model import Reason
from bot.store.alerts import rang
from bot.store.roots import root_or_self
from bot.store.schema import alerts, feedback, mutes, stories, verdicts

LATE = timedelta(minutes=15)
"""An alert sent so long after its news is told late."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's opinion (1 or -1) of a story as a receiver has it."""

    story: str
    receiver: str
    who: str
    value: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Alerted:
    """A story that a receiver was told at once (``digest`` False) or in a digest."""

    story: str
    receiver: str
    watches: tuple[str, ...]
    digest: bool
    late: bool


def vote(conn: Connection, story: str, receiver: str, *, who: str, value: int, now: datetime) -> None:
    """Note a person's vote (1 or -1) on a story as told to a receiver; it replaces their earlier one."""
    key = {"story": root_or_self(conn, story), "receiver": receiver, "who": who}
    row = {"vote": value, "at": now}
    conn.execute(insert(feedback).values(key | row).on_conflict_do_update(index_elements=list(key), set_=row))


def press(conn: Connection, story: str, receiver: str, *, who: str, value: int, now: datetime) -> int:
    """Vote; the same vote again takes it back. Return what is stored now: 1, -1, or 0 for none."""
    mine = (
        feedback.c.story == root_or_self(conn, story),
        feedback.c.receiver == receiver,
        feedback.c.who == who,
    )
    if conn.execute(select(feedback.c.vote).where(*mine)).scalar() == value:
        conn.execute(delete(feedback).where(*mine))
        return 0
    vote(conn, story, receiver, who=who, value=value, now=now)
    return value


def of_story(conn: Connection, story: str, receiver: str) -> tuple[int, int]:
    """Return (up, down) of a story at one receiver."""
    found = select(feedback.c.vote, func.count()).where(
        feedback.c.story == root_or_self(conn, story), feedback.c.receiver == receiver
    )
    counted = {row[0]: row[1] for row in conn.execute(found.group_by(feedback.c.vote))}
    return counted.get(1, 0), counted.get(-1, 0)


def cast(conn: Connection, since: datetime, receiver: str = "") -> list[Vote]:
    """Return the votes since then, of one receiver or of all, the oldest first."""
    found = select(feedback).where(feedback.c.at >= since)
    found = found.where(feedback.c.receiver == receiver) if receiver else found
    rows = conn.execute(found.order_by(feedback.c.at, feedback.c.story, feedback.c.receiver, feedback.c.who))
    return [Vote(row.story, row.receiver, row.who, row.vote, row.at) for row in rows]


def is_known(conn: Connection, story: str, receiver: str) -> bool:
    """Tell whether a receiver was told of a story, or there is a verdict why it was not."""
    root = root_or_self(conn, story)
    return any(
        conn.execute(select(table.c.story).where(table.c.story == root, table.c.receiver == receiver)).first()
        for table in (alerts, verdicts)
    )


def alerted(conn: Connection, receiver: str, since: datetime) -> Iterator[Alerted]:
    """Yield what a receiver was told since then; what only waits is left out."""
    columns = (alerts.c.story, alerts.c.watches, alerts.c.sent_at, stories.c.opened)
    found = select(*columns).outerjoin(stories, stories.c.id == alerts.c.story)
    for row in conn.execute(found.where(*rang(receiver, since), ~alerts.c.pending)):
        late = row.opened is not None and row.sent_at is not None and row.sent_at - row.opened > LATE
        yield Alerted(row.story, receiver, tuple(row.watches), digest=False, late=late)
    digest = (alerts.c.receiver == receiver, alerts.c.at >= since, alerts.c.digest)
    for story, watches in conn.execute(select(alerts.c.story, alerts.c.watches).where(*digest)):
        yield Alerted(story, receiver, tuple(watches), digest=True, late=False)


def silenced(conn: Connection, receiver: str, since: datetime) -> dict[str, set[str]]:
    """Return the stories that mutes kept from a receiver since then, each with its watches."""
    found = select(verdicts.c.story, verdicts.c.watch).where(
        verdicts.c.receiver == receiver, verdicts.c.reason == Reason.MUTED.value, verdicts.c.at >= since
    )
    kept: dict[str, set[str]] = {}
    for story, watch in conn.execute(found):
        kept.setdefault(story, set()).add(watch)
    return kept


def muted(conn: Connection, since: datetime) -> set[tuple[str, str]]:
    """Return (story, receiver) of the single stories that people muted since then."""
    found = select(mutes.c.story, mutes.c.receiver).where(
        mutes.c.story != "", mutes.c.receiver != "", mutes.c.at >= since
    )
    return {(root_or_self(conn, story), receiver) for story, receiver in conn.execute(found)}


def follow(conn: Connection, ended: str, into: str) -> None:
    """Let votes on a story that merged count for the one it merged into."""
    conn.execute(
        update(feedback).where(feedback.c.story == ended).values(story=into).prefix_with("OR IGNORE")
    )
    conn.execute(delete(feedback).where(feedback.c.story == ended))
