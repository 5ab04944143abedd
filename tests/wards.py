"""Sources in a real store whose polls go as a test says, and what their operator hears of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.model import DeliveryKind, Operator, Receiver, Settings, Source
from bot.outbox.compose import compose
from bot.schedule.health import Rhythms, owe_health_notices
from bot.store import Store, deliveries, entries, meta, sources
from bot.store.schema import sources as source_rows
from tests.newsmaking import NOON, WATCHLIST, entry
from tests.storing import assignment, later, open_store

DAY = 24 * 60


def receiver(name: str = "desk", **more: Any) -> Receiver:
    """A receiver in UTC that reads English in a chat."""
    return Receiver(id=name, via="telegram", chat=name, **more)


@dataclass
class Ward:
    """Sources, the store that knows them, and the receivers that the operator named; minutes count from noon."""

    store: Store
    sources: dict[str, Source]
    settings: Settings
    rhythms: Rhythms = field(default_factory=Rhythms)
    published: int = 0

    def fails(
        self,
        *names: str,
        at: Sequence[float] = (0, 10, 30),
        reason: str = "status",
        status: int | None = 503,
    ) -> None:
        """Let polls of these sources fail at these minutes."""
        for name in names:
            for minutes in at:
                self._fail(name, later(minutes), reason, status)

    def _fail(self, name: str, now: datetime, reason: str, status: int | None) -> None:
        code = status if reason == "status" else None
        due = now + timedelta(minutes=20)
        with self.store.begin() as conn:
            sources.failed(conn, name, now, due=due, reason=reason, message="no", status=code)

    def answers(self, *names: str, at: float, count: int | None = 20, **more: Any) -> None:
        """Let a poll of these sources go well, with so many entries in the document."""
        now = later(at)
        for name in names:
            with self.store.begin() as conn:
                sources.succeeded(
                    conn,
                    name,
                    now,
                    due=now + timedelta(minutes=5),
                    document=None,
                    count=count,
                    baseline=True,
                    **more,
                )

    def publishes(self, name: str, *minutes: float) -> None:
        """Let entries of a source be seen for the first time at these minutes, a story each."""
        listed = []
        for moment in minutes:
            self.published += 1
            number = f"{self.published}"
            made = entry(f"{name}{number}", f"News {number}", minutes=moment, source=name)
            listed.append(assignment(f"s{number}", made))
        with self.store.begin() as conn:
            entries.save(conn, listed, {one.entry.id: [one.entry.id] for one in listed})

    def set(self, name: str, **values: Any) -> None:
        """Set what the store knows of a source."""
        with self.store.begin() as conn:
            conn.execute(update(source_rows).where(source_rows.c.id == name).values(**values))

    def look(self, minutes: float) -> int:
        """Look at all sources at that minute; return how many messages became owed."""
        now = later(minutes)
        with self.store.begin() as conn:
            silences = self.rhythms.learn(conn, now)
            return owe_health_notices(conn, self.settings, self.sources, now, silences=silences)

    def heard(self, minutes: float, name: str = "desk") -> list[str]:
        """Send what is due at that minute; return what the receiver then reads."""
        now, reader = later(minutes), self.settings.receivers[name]
        found = []
        with self.store.begin() as conn:
            claimed = deliveries.claim(conn, now, owner="me", lease=timedelta(minutes=1), limit=99)
            for each in claimed:
                assert each.kind is DeliveryKind.NOTICE
                composed = compose(conn, each, reader, WATCHLIST, now, buttons=False)
                deliveries.sent(conn, each.id, now)
                found += [composed.message.plain] if composed and each.receiver == name else []
        # One message is in flight per receiver: ask until there is none.
        return found + self.heard(minutes, name) if claimed else found

    def looks_and_hears(self, minutes: float) -> list[str]:
        """Look, and return what is read at once."""
        self.look(minutes)
        return self.heard(minutes)


def make_ward(folder: Path, *names: str, to: tuple[str, ...] = ("desk",), **more: Any) -> Ward:
    """A ward of sources that were read well at noon, whose bot started two hours before."""
    store = open_store(folder)
    listed = {name: Source(id=name, name=name.title(), url=f"https://{name}.example/feed") for name in names}
    receivers = {name: receiver(name, **more) for name in dict.fromkeys((*to, "desk"))}
    settings = Settings(receivers=receivers, operator=Operator(to=to))
    with store.begin() as conn:
        sources.sync(conn, listed.values(), NOON - timedelta(hours=2))
        meta.set(conn, "started", (NOON - timedelta(hours=2)).isoformat())
    ward = Ward(store, listed, settings)
    ward.answers(*names, at=-5)
    return ward


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    """Three sources and a desk."""
    made = make_ward(tmp_path, "harbour", "delta", "pujiang")
    yield made
    made.store.close()
