"""Put what there is to say about sources into the outbox, for every receiver that the operator named.

More than three sources in the same plight are one message, also where the first of them still wait for quiet
hours to end. Who never heard of a trouble is not told that it is over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import structlog
from sqlalchemy import Connection

from bot.model import Delivery, DeliveryKind, Receiver, Settings, Source
from bot.outbox.operators import operators
from bot.route.silence import held_until
from bot.route.troubles import Condition, Told, Trouble, has_moved
from bot.store import deliveries, health, notices

log = structlog.get_logger()

TROUBLE, BACK, OVER, ODDITIES = "trouble", "back", "over", "oddities"
MOST_ALONE = 3
GATHER = timedelta(minutes=5)
"""Where many are in trouble, the first that is back waits so long for the others."""
LONGEST_GATHER = timedelta(minutes=30)
GATHER_ODDITIES = timedelta(minutes=15)
A_DAY = timedelta(days=1)
MOST_MARKS = 20
"""Different oddities of one source that are told in its life: beyond, its words change at every poll."""
_SHORT = ("source", "name", "reason", "status", "since", "scraped", "heard")
"""What is kept of each of many."""
_FAR = datetime(9999, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"\d+")
_Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Odd:
    """One thing that is odd about a source; ``mark`` is the same when it comes again with other numbers."""

    mark: str
    what: str
    line: str


class Notices:
    """What one look at the sources makes owed; ``owed`` counts the messages."""

    def __init__(
        self,
        conn: Connection,
        settings: Settings,
        sources: Mapping[str, Source],
        now: datetime,
        *,
        resting: Collection[str] = (),
    ) -> None:
        """``resting`` are the sources of which nothing is told for now."""
        self._receivers = operators(settings)
        self._conn = conn
        self._sources = sources
        self._now = now
        self._resting = resting
        self.owed = 0

    def troubles(self, found: Sequence[tuple[Condition, Trouble]]) -> None:
        """Owe what is wrong, and how unusual that is."""
        rows = [self._trouble(condition, trouble) for condition, trouble in found]
        for receiver in self._receivers:
            self._owe(receiver, TROUBLE, rows, self._due(receiver, self._now))

    def back(self, found: Sequence[tuple[Condition, Told]], *, wait: bool) -> None:
        """Owe that these are well again; with ``wait`` others are likely to follow, and are waited for."""
        rows = [self._back(condition, told) for condition, told in found]
        for receiver in self._receivers:
            unheard = self._unheard(receiver, {str(row["source"]) for row in rows})
            heard = [row for row in rows if row["source"] not in unheard]
            moment = self._gathered(receiver) if wait else self._now
            self._owe(receiver, BACK, heard, self._due(receiver, moment))

    def over(self, found: Sequence[tuple[Condition, Told]]) -> None:
        """Owe the edits that turn the notices of these troubles into notices of what is over, without a sound."""
        for condition, told in found:
            for receiver in self._receivers:
                self._mark_over(receiver, condition.id, told)

    def _mark_over(self, receiver: Receiver, source: str, told: Told) -> None:
        message = notices.latest(self._conn, source, receiver.id)
        if message is None or message.at < told.since or message.channel != receiver.via:
            return
        row = notices.row_told(self._conn, source, receiver.id, message)
        if row is None:
            return
        deliveries.owe(
            self._conn,
            key=notices.key_of(receiver.id, OVER, source, self._now),
            story="",
            receiver=receiver.id,
            kind=DeliveryKind.EDIT,
            revision=0,
            due=self._now,
            score=0,
            payload={
                "about": OVER,
                "rows": [dict(row)],
                "at": message.at.isoformat(),
                "chat": message.chat,
                "message_id": message.message_id,
            },
            now=self._now,
        )

    def oddities(self) -> None:
        """Owe what is odd and was not told before: one message a day at most, each oddity of a source once."""
        at, told = health.oddities_told(self._conn)
        gathering = at is not None and self._now - at < GATHER_ODDITIES
        if at is not None and not gathering and self._now - at < A_DAY:
            return
        fresh = {name: _untold(found, told.get(name, frozenset())) for name, found in self._found_odd()}
        fresh = {name: found for name, found in fresh.items() if found}
        if not fresh:
            return
        marks = {
            name: told.get(name, frozenset()) | {each.mark for each in found} for name, found in fresh.items()
        }
        health.mark_oddities(self._conn, marks, at if gathering and at is not None else self._now)
        rows = [self._odd(name, found) for name, found in fresh.items()]
        for row in rows:
            log.info("source is odd", source=row["source"], oddities=row["lines"])
        for receiver in self._receivers:
            self._owe_oddities(receiver, rows)

    def _found_odd(self) -> Iterator[tuple[str, list[_Odd]]]:
        for each in health.odd(self._conn):
            if each.id in self._sources and each.id not in self._resting:
                yield each.id, list(_oddities(each, self._sources))

    def _owe(self, receiver: Receiver, about: str, rows: Sequence[_Row], due: datetime) -> None:
        """Owe a message for each row, or one for all where they and those that wait are many."""
        if not rows:
            return
        waiting = self._waiting(receiver, about)
        together = {str(row["source"]): row for row in (*_rows_of(waiting), *rows)}
        if len(together) > MOST_ALONE:
            first = min((_first(each) for each in waiting), default=self._now)
            self._cancel(waiting)
            rows = [{name: row[name] for name in _SHORT if name in row} for row in together.values()]
            self._put(receiver, about, "many", rows, due, first)
            return
        names = {str(row["source"]) for row in rows}
        self._cancel([each for each in waiting if names & _names(each)])
        for row in rows:
            self._put(receiver, about, str(row["source"]), [row], due, self._now)

    def _owe_oddities(self, receiver: Receiver, rows: Sequence[_Row]) -> None:
        waiting = self._waiting(receiver, ODDITIES)
        self._cancel(waiting)
        together = [*_rows_of(waiting), *rows]
        self._put(
            receiver, ODDITIES, "odd", together, self._due(receiver, self._now + GATHER_ODDITIES), self._now
        )

    def _put(
        self,
        receiver: Receiver,
        about: str,
        what: str,
        rows: Sequence[_Row],
        due: datetime,
        first: datetime,
    ) -> None:
        self.owed += deliveries.owe(
            self._conn,
            key=notices.key_of(receiver.id, about, what, self._now),
            story="",
            receiver=receiver.id,
            kind=DeliveryKind.NOTICE,
            revision=0,
            due=due,
            score=0,
            payload={
                "about": about,
                "rows": list(rows),
                "total": len(self._sources),
                "first": first.isoformat(),
            },
            now=self._now,
        )

    def _waiting(self, receiver: Receiver, about: str) -> list[Delivery]:
        """What is owed about the same and was never tried."""
        owed = deliveries.pending_of(self._conn, receiver.id, DeliveryKind.NOTICE, _FAR)
        return [each for each in owed if each.payload.get("about") == about and not each.attempts]

    def _cancel(self, waiting: Iterable[Delivery]) -> None:
        for each in waiting:
            self.owed -= deliveries.cancel(self._conn, each.id, "told together with others", self._now)

    def _unheard(self, receiver: Receiver, names: set[str]) -> set[str]:
        """Return those of whose trouble the receiver has not heard; what waits alone to tell it, goes."""
        owed = deliveries.pending_of(self._conn, receiver.id, DeliveryKind.NOTICE, _FAR)
        waiting = [each for each in owed if each.payload.get("about") == TROUBLE]
        for each in waiting:
            if _names(each) <= names and not each.attempts:
                deliveries.cancel(self._conn, each.id, "it was over before it was told", self._now)
        return names & {name for each in waiting for name in _names(each)}

    def _gathered(self, receiver: Receiver) -> datetime:
        """When to tell that many are back: not at the first one, but not long after it either."""
        first = min((_first(each) for each in self._waiting(receiver, BACK)), default=self._now)
        return max(self._now, min(self._now + GATHER, first + LONGEST_GATHER))

    def _due(self, receiver: Receiver, moment: datetime) -> datetime:
        return held_until(receiver, 0, moment) or moment

    def _trouble(self, condition: Condition, trouble: Trouble) -> _Row:
        source = self._sources[condition.id]
        return {
            "source": condition.id,
            "name": source.name,
            "url": condition.place or condition.url,
            "kind": trouble.kind.value,
            "reason": trouble.reason,
            "status": trouble.status,
            "since": trouble.since.isoformat(),
            "tries": condition.errors,
            "next_try": condition.due.isoformat(),
            "usual": trouble.usual // timedelta(seconds=1) if trouble.usual is not None else None,
            "items": condition.last_count,
            "usual_items": condition.usual_count,
            "every": condition.interval // timedelta(seconds=1) if condition.interval is not None else None,
            "scraped": source.kind in {"page", "json"},
        }

    def _back(self, condition: Condition, told: Told) -> _Row:
        heard = condition.told_at or told.since
        return {
            "source": condition.id,
            "name": self._sources[condition.id].name,
            "since": told.since.isoformat(),
            "heard": heard.isoformat(),
        }

    def _odd(self, name: str, found: Sequence[_Odd]) -> _Row:
        return {
            "source": name,
            "name": self._sources[name].name,
            "lines": [[each.what, each.line] for each in found],
        }


def _oddities(odd: health.Odd, sources: Mapping[str, Source]) -> Iterator[_Odd]:
    for line in odd.oddities:
        yield _Odd(_mark(_NUMBER.sub("#", line)), "line", line)
    if odd.merged_into:
        into = sources.get(odd.merged_into)
        yield _Odd(_mark(f"merged {odd.merged_into}"), "merged", into.name if into else odd.merged_into)
    elif has_moved(odd.url, odd.place, sources[odd.id].kind):
        yield _Odd(_mark(f"moved {odd.place}"), "moved", odd.place or "")


def _untold(found: Sequence[_Odd], told: frozenset[str]) -> list[_Odd]:
    return [each for each in found if each.mark not in told][: max(0, MOST_MARKS - len(told))]


def _mark(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=6).hexdigest()


def _rows_of(waiting: Iterable[Delivery]) -> list[_Row]:
    found: list[_Row] = []
    for each in waiting:
        rows = each.payload.get("rows")
        assert isinstance(rows, list)
        found += rows
    return found


def _names(delivery: Delivery) -> set[str]:
    return {str(row["source"]) for row in _rows_of([delivery])}


def _first(delivery: Delivery) -> datetime:
    return datetime.fromisoformat(str(delivery.payload["first"]))
