"""Matches and verdicts: what a story means for each watch, and for each receiver."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model import Match, Reason, Spike, Verdict
from bot.store import volumes
from bot.store.codec import plain, points_from
from bot.store.columns import among
from bot.store.roots import root_or_self
from bot.store.schema import matches, stories, verdict_history, verdicts

_VERDICT = ("story", "watch", "receiver", "reason", "told", "score", "threshold", "route", "due", "late")


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """A verdict, when it was reached, and under which version of the watchlist."""

    verdict: Verdict
    at: datetime
    watchlist_version: str


def save(conn: Connection, found: Iterable[Match], watchlist_version: str, now: datetime) -> None:
    """Store matches; a story has one for each watch, the latest."""
    rows = [
        {
            "story": match.story,
            "watch": match.watch,
            "score": match.score,
            "points": [plain(point) for point in match.points],
            "subject": match.subject,
            "events": list(match.events),
            "entry": match.entry,
            "watchlist_version": watchlist_version,
            "at": now,
        }
        for match in found
    ]
    _upsert(conn, matches, rows, ("story", "watch"))


def replace(
    conn: Connection, story: str, found: Sequence[Match], watchlist_version: str, now: datetime
) -> None:
    """Store the matches of a story as all it has (after a split): those with other watches go.

    The verdicts on watches that no longer match go too; the history of reasons keeps them.
    """
    kept = [match.watch for match in found]
    for table in (matches, verdicts):
        conn.execute(delete(table).where(table.c.story == story, ~among(table.c.watch, kept)))
    save(conn, found, watchlist_version, now)


def _upsert(conn: Connection, table: Any, rows: list[dict[str, Any]], key: tuple[str, ...]) -> None:
    if rows:
        statement = insert(table)
        changed = {name: statement.excluded[name] for name in rows[0] if name not in key}
        conn.execute(statement.on_conflict_do_update(index_elements=key, set_=changed), rows)


def of(conn: Connection, story_id: str) -> tuple[Match, ...]:
    """Return the matches of a story, or of the one it merged into, the best first."""
    found = select(matches).where(matches.c.story == root_or_self(conn, story_id))
    rows = conn.execute(found.order_by(matches.c.score.desc(), matches.c.watch))
    return tuple(map(match_from, rows))


def match_from(row: Row[Any]) -> Match:
    """Return the match of a row."""
    return Match(
        story=row.story,
        watch=row.watch,
        score=row.score,
        points=points_from(row.points),
        subject=row.subject,
        events=tuple(row.events),
        entry=row.entry,
    )


def times(conn: Connection, since: datetime, watch: str | None = None) -> list[tuple[datetime, str, int]]:
    """Return (when its story opened, watch, score) of every match since then, oldest first: for charts."""
    found = (
        select(stories.c.opened, matches.c.watch, matches.c.score)
        .join(stories, stories.c.id == matches.c.story)
        .where(stories.c.opened >= since, stories.c.merged_into.is_(None))
        .order_by(stories.c.opened, matches.c.watch)
    )
    if watch is not None:
        found = found.where(matches.c.watch == watch)
    return [(row.opened, row.watch, row.score) for row in conn.execute(found)]


def save_verdicts(
    conn: Connection, reached: Iterable[Verdict], watchlist_version: str, now: datetime
) -> None:
    """Store verdicts: the latest for each story, watch and receiver; a line of history for a new reason."""
    rows = [
        {name: getattr(verdict, name) for name in _VERDICT}
        | {"reason": verdict.reason.value, "watchlist_version": watchlist_version, "at": now}
        for verdict in reached
    ]
    if not rows:
        return
    held = select(verdicts.c.story, verdicts.c.watch, verdicts.c.receiver, verdicts.c.reason)
    before = {
        (row.story, row.watch, row.receiver): row.reason
        for row in conn.execute(held.where(among(verdicts.c.story, {row["story"] for row in rows})))
    }
    news = [row for row in rows if before.get((row["story"], row["watch"], row["receiver"])) != row["reason"]]
    if news:
        conn.execute(insert(verdict_history), news)
    _upsert(conn, verdicts, rows, ("story", "watch", "receiver"))


def verdicts_of(conn: Connection, story_id: str) -> list[StoredVerdict]:
    """Return the latest verdicts on a story, or on the one it merged into, by receiver and watch."""
    spikes = volumes.spikes_of(conn, story_id)
    found = select(verdicts).where(verdicts.c.story == root_or_self(conn, story_id))
    rows = conn.execute(found.order_by(verdicts.c.receiver, verdicts.c.watch))
    return [_with_spike(_stored(row), spikes) for row in rows]


def history_of(conn: Connection, story_id: str) -> list[StoredVerdict]:
    """Return every reason that was ever given for a story, in the order they came."""
    found = select(verdict_history).where(verdict_history.c.story == root_or_self(conn, story_id))
    return [_stored(row) for row in conn.execute(found.order_by(verdict_history.c.id))]


def _stored(row: Row[Any]) -> StoredVerdict:
    values = {name: getattr(row, name) for name in _VERDICT}
    verdict = Verdict(**(values | {"reason": Reason(row.reason)}))
    return StoredVerdict(verdict, row.at, row.watchlist_version)


def _with_spike(stored: StoredVerdict, spikes: Mapping[str, Spike]) -> StoredVerdict:
    """A verdict on the watch whose spike made the story ring says so, also once it was judged again."""
    spike = spikes.get(stored.verdict.receiver)
    if spike is None or spike.watch != stored.verdict.watch:
        return stored
    return StoredVerdict(
        dataclasses.replace(stored.verdict, spike=spike), stored.at, stored.watchlist_version
    )


def follow(conn: Connection, ended: str, into: str) -> None:
    """Carry matches and verdicts over to the story that lives on; of two matches the better one stays."""
    held = select(matches.c.watch, matches.c.score).where(matches.c.story == into)
    score = {row.watch: row.score for row in conn.execute(held)}
    for row in conn.execute(select(matches).where(matches.c.story == ended)).all():
        worse = ended if score.get(row.watch, -1) >= row.score else into
        conn.execute(delete(matches).where(matches.c.story == worse, matches.c.watch == row.watch))
    conn.execute(update(matches).where(matches.c.story == ended).values(story=into))
    # A verdict that both have is the surviving story's: it is judged again with all its entries at once.
    conn.execute(
        update(verdicts).where(verdicts.c.story == ended).values(story=into).prefix_with("OR IGNORE")
    )
    conn.execute(delete(verdicts).where(verdicts.c.story == ended))
    conn.execute(update(verdict_history).where(verdict_history.c.story == ended).values(story=into))
