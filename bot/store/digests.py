"""Stories that wait for a receiver's next digest, and the digests that were made."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.crashpoints import crashpoint
from bot.model import DeliveryKind, Reason, Receiver
from bot.render.picture_views import Happened
from bot.route.digests import days_covered, first_counted, week_since
from bot.store import alerts, deliveries, meta
from bot.store.columns import among, at
from bot.store.roots import root_or_self, roots_of
from bot.store.schema import alerts as told
from bot.store.schema import deliveries as messages
from bot.store.schema import digest_items, digest_runs, matches

HEARTBEAT = "heartbeat"
"""A kind of run that is no digest: the operator's daily sign of life."""
_PLANS = "digest plans"


@dataclass(frozen=True, slots=True)
class Collected:
    """A story that waits for a digest: its best score, why it waits, since when."""

    story: str
    score: int
    reason: Reason
    at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """A digest that was owed: whose, what it took, and what it covers; ``days`` is 0 for a daily one.

    In the weekly form it counts what was told or collected from ``since`` to ``until``, and what it took.
    """

    id: int
    receiver: str
    stories: tuple[str, ...]
    held: frozenset[str]
    """Those of them that are here because of the budget."""
    since: datetime
    until: datetime
    days: int = 0
    at: datetime | None = None
    """When it was sent; None while it is owed."""


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


def start_run(conn: Connection, receiver: str, kind: str, local_date: date, until: datetime) -> bool:
    """Note that a digest of this kind is made of what was until then; False when that day's was made before."""
    row = {"receiver": receiver, "kind": kind, "local_date": local_date.isoformat(), "at": until}
    return conn.execute(insert(digest_runs).values(row).on_conflict_do_nothing()).rowcount > 0


def last_run(conn: Connection, receiver: str) -> datetime | None:
    """Return until when the receiver's last digest of any kind counted; None when there was none."""
    mine = (digest_runs.c.receiver == receiver, ~digest_runs.c.kind.startswith(HEARTBEAT))
    return conn.execute(select(func.max(digest_runs.c.at)).where(*mine)).scalar()


def last_day(
    conn: Connection, receiver: str, kind: str, weekdays: Collection[int], before: date
) -> date | None:
    """Return the last local day before this one, of these weekdays (0 is Monday), that had a digest of the kind."""
    mine = (digest_runs.c.receiver == receiver, digest_runs.c.kind == kind)
    sunday_is_0 = [str((day + 1) % 7) for day in weekdays]
    found = select(func.max(digest_runs.c.local_date)).where(
        *mine,
        digest_runs.c.local_date < before.isoformat(),
        func.strftime("%w", digest_runs.c.local_date).in_(sunday_is_0),
    )
    day: str | None = conn.execute(found).scalar()
    return None if day is None else date.fromisoformat(day)


def planned_since(
    conn: Connection, plans: Mapping[str, Collection[str]], now: datetime
) -> dict[str, dict[str, datetime]]:
    """Note the plans of each receiver, any words for them; return since when each has been there without a break."""
    stored = meta.get(conn, _PLANS)
    known: dict[str, dict[str, str]] = json.loads(stored) if stored else {}
    found: dict[str, dict[str, datetime]] = {}
    for receiver, names in plans.items():
        # Digests were made before it was noted since when: then nobody knows of a younger plan.
        fresh = now if stored else last_run(conn, receiver) or now
        mine = known.get(receiver, {})
        found[receiver] = {
            name: datetime.fromisoformat(mine[name]) if name in mine else fresh for name in sorted(names)
        }
    noted = {
        receiver: {name: at.isoformat() for name, at in mine.items()} for receiver, mine in found.items()
    }
    if noted != known:
        meta.set(conn, _PLANS, json.dumps(noted, sort_keys=True))
    return found


def clamp_plans(conn: Connection, now: datetime) -> None:
    """Of no plan it is noted that it begins in the future: the clock was set back since."""
    stored = meta.get(conn, _PLANS)
    if stored:
        known: dict[str, dict[str, str]] = json.loads(stored)
        mended = {
            receiver: {name: min(datetime.fromisoformat(at_), now).isoformat() for name, at_ in mine.items()}
            for receiver, mine in known.items()
        }
        meta.set(conn, _PLANS, json.dumps(mended, sort_keys=True))


def owe(
    conn: Connection,
    receiver: Receiver,
    moment: datetime,
    now: datetime,
    *,
    kind: str,
    since: datetime | None,
    weekly: bool = False,
    day: date | None = None,
) -> int:
    """Owe the digest of what waited before ``moment``; return the number of its stories, 0 for no digest.

    Once for each kind and local ``day``, which is the day of the moment unless it is said. ``since`` is up to when
    the one before counted, None where there was none. ``weekly`` is True where the receiver's plan is: then a week
    of which everything was told at once, or stood in other digests, has its digest too.
    """
    local_date = day or moment.astimezone(ZoneInfo(receiver.timezone)).date()
    if was_run(conn, receiver.id, kind, local_date):
        return 0
    week = week_since(since, moment, receiver.timezone, weekly=weekly)
    items = waiting(conn, receiver.id, moment)
    told_too = happened(conn, receiver.id, week, moment) if weekly and week else []
    if not items and not told_too:
        return 0
    start_run(conn, receiver.id, kind, local_date, moment)
    crashpoint("digest-run-noted")
    run = f"{kind} {local_date.isoformat()}"
    taken(conn, receiver.id, [item.story for item in items], run)
    crashpoint("digest-items-taken")
    stories = [*(item.at for item in items), *(each.at for each in told_too)]
    first = [*stories, first_told(conn, receiver.id) or moment]
    begun = first_counted(week, moment, stories) if week else since or min(first)
    deliveries.owe(
        conn,
        key=f"digest|{receiver.id}|{run}",
        story="",
        receiver=receiver.id,
        kind=DeliveryKind.DIGEST,
        revision=0,
        due=now,
        score=max([*(item.score for item in items), *(each.score for each in told_too)]),
        payload={
            "since": begun.isoformat(),
            "until": moment.isoformat(),
            "days": days_covered(begun, moment, receiver.timezone) if week else 0,
            "stories": [[item.story, item.score, item.reason.value] for item in items],
        },
        now=now,
    )
    return len({*(item.story for item in items), *(each.story for each in told_too)})


def owe_now(conn: Connection, receiver: Receiver, now: datetime) -> int:
    """Owe a digest of everything that waits, at once; return the number of its stories."""
    return owe(conn, receiver, now, now, kind=f"asked {now.isoformat()}", since=last_run(conn, receiver.id))


def was_run(conn: Connection, receiver: str, kind: str, local_date: date) -> bool:
    """Tell whether a digest of this kind was made for this local day."""
    mine = (digest_runs.c.receiver == receiver, digest_runs.c.kind == kind)
    found = select(digest_runs.c.at).where(*mine, digest_runs.c.local_date == local_date.isoformat())
    return conn.execute(found).first() is not None


def made(conn: Connection, delivery_id: int) -> Made | None:
    """Return a digest by the id of its delivery; None where it is none, or no longer kept."""
    mine = (messages.c.id == delivery_id, messages.c.kind == DeliveryKind.DIGEST.value)
    row = conn.execute(
        select(messages.c.receiver, messages.c.payload, messages.c.ended_at).where(*mine)
    ).first()
    return None if row is None else made_from(delivery_id, row.receiver, row.payload, row.ended_at)


def made_from(
    id: int,  # noqa: A002
    receiver: str,
    payload: Mapping[str, object],
    sent_at: datetime | None = None,
) -> Made:
    """Return the digest that a delivery's payload describes."""
    rows = payload.get("stories")
    assert isinstance(rows, list)
    return Made(
        id=id,
        receiver=receiver,
        stories=tuple(str(story) for story, _, _ in rows),
        held=frozenset(str(story) for story, _, reason in rows if reason == Reason.OVER_BUDGET.value),
        since=datetime.fromisoformat(str(payload["since"])),
        until=datetime.fromisoformat(str(payload["until"])),
        days=int(str(payload.get("days") or 0)),
        at=sent_at,
    )


def unsaid(conn: Connection, receiver: str, stories: Iterable[str], by: datetime) -> list[str]:
    """Return the stories that had not rung by then: what was told at once is counted in a digest, not repeated."""
    return [story for story in stories if not _rang(conn, story, receiver, by)]


def _rang(conn: Connection, story: str, receiver: str, by: datetime) -> bool:
    known = alerts.told_of(conn, story).get(receiver)
    return known is not None and not known.digest and known.at <= by


def counted(conn: Connection, made: Made) -> list[Happened]:
    """Return what a digest in the weekly form counts: what happened in its time, and every story that it took.

    The oldest first; ``watch`` is "" for a story that matches none any more. What is no longer kept is left out.
    """
    took = set(roots_of(conn, made.stories).values())
    found = happened(conn, made.receiver, made.since, made.until, also=took)
    rest = _collected(conn, made.receiver, took - {each.story for each in found})
    return sorted([*found, *rest], key=lambda each: (each.at, each.story))


def _collected(conn: Connection, receiver: str, stories: Collection[str]) -> list[Happened]:
    """Stories that were collected and of which nothing counts as told (any more): a split took it from them."""
    best = select(matches.c.story, matches.c.watch, matches.c.events).where(among(matches.c.story, stories))
    known = {row.story: row for row in conn.execute(best.order_by(matches.c.score))}
    found = select(digest_items).where(
        digest_items.c.receiver == receiver, among(digest_items.c.story, stories)
    )
    return [
        Happened(
            story=row.story,
            watch=known[row.story].watch if row.story in known else "",
            at=row.at,
            score=row.score,
            event=next(iter(known[row.story].events), "") if row.story in known else "",
        )
        for row in conn.execute(found)
    ]


def happened(
    conn: Connection, receiver: str, since: datetime, until: datetime, *, also: Collection[str] = ()
) -> list[Happened]:
    """Return what the receiver was told, or what was collected for it, in this time, the oldest first.

    A story counts once, for the first of its watches, when it first was told or collected. The stories of
    ``also`` count whenever that was.
    """
    first = func.coalesce(digest_items.c.at, told.c.at)
    here = and_(digest_items.c.receiver == told.c.receiver, digest_items.c.story == told.c.story)
    heard = or_(told.c.digest, and_(*alerts.rang(receiver, since)))
    then = and_(told.c.at >= since, first >= at(since), first < at(until), heard)
    found = (
        select(told.c.story, told.c.score, told.c.watches, told.c.digest, first.label("first"))
        .outerjoin(digest_items, here)
        .where(told.c.receiver == receiver, or_(then, among(told.c.story, also)) if also else then)
        .order_by(first, told.c.story)
    )
    rows = conn.execute(found).all()
    events = _events(conn, [row.story for row in rows])
    return [
        Happened(
            story=row.story,
            watch=row.watches[0],
            at=row.first,
            score=row.score,
            event=events.get((row.story, row.watches[0]), ""),
            rang=not row.digest,
        )
        for row in rows
        if row.watches
    ]


def first_told(conn: Connection, receiver: str) -> datetime | None:
    """Return when the receiver was first told anything, or anything was collected for it; None: never."""
    return conn.execute(select(func.min(told.c.at)).where(told.c.receiver == receiver)).scalar()


def _events(conn: Connection, stories: Collection[str]) -> dict[tuple[str, str], str]:
    """The first kind of event of each story for each watch."""
    found = select(matches.c.story, matches.c.watch, matches.c.events)
    rows = conn.execute(found.where(among(matches.c.story, stories)))
    return {(row.story, row.watch): row.events[0] for row in rows if row.events}


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
