"""Stories that wait for a receiver's next digest, and the digests that were made."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model import Reason
from bot.store.columns import among
from bot.store.roots import root_or_self
from bot.store.schema import digest_items, digest_runs


@dataclass(frozen=True, slots=True)
class Collected:
    """A story that waits for a digest: its best score, why it waits, since when."""

    story: str
    score: int
    reason: Reason
    at: datetime


def collect(conn: Connection, receiver: str, story: str, score: int, reason: Reason, now: datetime) -> None:
    """Let a story wait for the receiver's next digest; a second time only raises its score.

    A story that stood in a digest doesn't wait again.
    """
    row = {
        "receiver": receiver,
        "story": root_or_self(conn, story),
        "score": score,
        "reason": reason.value,
        "at": now,
    }
    statement = insert(digest_items).values(row)
    raised = {"score": func.max(digest_items.c.score, statement.excluded.score)}
    conn.execute(statement.on_conflict_do_update(index_elements=["receiver", "story"], set_=raised))


def waiting(conn: Connection, receiver: str, before: datetime) -> list[Collected]:
    """Return what has waited for the receiver since before then, the highest score first."""
    found = select(digest_items).where(
        digest_items.c.receiver == receiver, digest_items.c.run.is_(None), digest_items.c.at < before
    )
    rows = conn.execute(found.order_by(digest_items.c.score.desc(), digest_items.c.at, digest_items.c.story))
    return [Collected(row.story, row.score, Reason(row.reason), row.at) for row in rows]


def waits(conn: Connection, receiver: str, story: str) -> bool:
    """Tell whether a story waits for the receiver's next digest."""
    mine = (digest_items.c.receiver == receiver, digest_items.c.run.is_(None))
    found = select(digest_items.c.story).where(*mine, digest_items.c.story == root_or_self(conn, story))
    return conn.execute(found).first() is not None


def taken(conn: Connection, receiver: str, stories: Collection[str], run: str) -> None:
    """The stories stand in a digest; ``run`` names it."""
    mine = (digest_items.c.receiver == receiver, digest_items.c.run.is_(None))
    conn.execute(update(digest_items).where(*mine, among(digest_items.c.story, stories)).values(run=run))


def drop(conn: Connection, receiver: str, story: str) -> bool:
    """Let a story wait no longer (it was told at once); False when it didn't."""
    waits = (digest_items.c.receiver == receiver, digest_items.c.run.is_(None))
    gone = delete(digest_items).where(*waits, digest_items.c.story == root_or_self(conn, story))
    return conn.execute(gone).rowcount > 0


def start_run(conn: Connection, receiver: str, kind: str, local_date: date, now: datetime) -> bool:
    """Note that a digest of this kind is made for this local day; False when it was made before."""
    row = {"receiver": receiver, "kind": kind, "local_date": local_date.isoformat(), "at": now}
    return conn.execute(insert(digest_runs).values(row).on_conflict_do_nothing()).rowcount > 0


def last_run(conn: Connection, receiver: str) -> datetime | None:
    """Return when the receiver's last digest of any kind was made; None when there was none."""
    return conn.execute(select(func.max(digest_runs.c.at)).where(digest_runs.c.receiver == receiver)).scalar()


def follow(conn: Connection, ended: str, into: str) -> None:
    """Let receivers wait for the story that lives on instead; once, with the better score."""
    for row in conn.execute(select(digest_items).where(digest_items.c.story == ended)).all():
        statement = insert(digest_items).values(row._asdict() | {"story": into})
        joined = {
            "score": func.max(digest_items.c.score, statement.excluded.score),
            "run": func.coalesce(digest_items.c.run, statement.excluded.run),
        }
        conn.execute(statement.on_conflict_do_update(index_elements=["receiver", "story"], set_=joined))
    conn.execute(delete(digest_items).where(digest_items.c.story == ended))
