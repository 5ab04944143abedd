"""A store with weeks of news for one receiver, and the digests that it owes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path

from bot.model import Delivery, DigestPlan, Entry, Reason, Receiver, Settings, Told
from bot.outbox.digests import Digest, digest
from bot.schedule.digests import owe_digests
from bot.store import Connection, Store, alerts, deliveries, digests, entries, matches
from tests.golden.invented import WATCHLIST
from tests.newsmaking import route
from tests.picturing import MONDAY
from tests.storing import assignment, match

WEEKLY = DigestPlan(time(8, 30), frozenset({0}))


class Weeks:
    """One receiver with a digest on Mondays at 08:30 in Hong Kong; stories are dated before such a Monday."""

    def __init__(
        self,
        home: Path,
        *,
        language: str = "en",
        plan: DigestPlan = WEEKLY,
        via: str = "telegram",
        chat: str = "1",
    ) -> None:
        self.receiver = Receiver(id="desk", via=via, chat=chat, language=language, timezone="Asia/Hong_Kong")
        self.settings = Settings(receivers={"desk": self.receiver}, routes=(route(at=40, digest=plan),))
        self.store = Store.open(f"sqlite:///{home / 'wirewatch.db'}")
        self._stories = 0

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    @contextmanager
    def conn(self) -> Iterator[Connection]:
        """A transaction."""
        with self.store.begin() as conn:
            yield conn

    def news(
        self,
        title: str,
        watch: str = "alibaba",
        *,
        days_ago: float = 1,
        score: int = 70,
        event: str = "",
        rang: bool = False,
        reason: Reason = Reason.IN_DIGEST,
    ) -> str:
        """A story that was told at once, or that waits; returns its id."""
        self._stories += 1
        name, at = f"s{self._stories:03d}", MONDAY - timedelta(days=days_ago)
        of = Entry(
            id=f"e{name}",
            source="harbour",
            source_name="Harbour Wire",
            url=f"https://harbour.example/{name}",
            title=title,
            first_seen=at,
            time=at,
            polled_before=at,
        )
        events = (event,) if event else ()
        with self.conn() as conn:
            entries.save(conn, [assignment(name, of)], {of.id: [f"key {name}"]})
            matches.save(conn, [match(name, watch, score, events=events, entry=of.id)], "v1", at)
            told = Told(receiver="desk", story=name, at=at, score=score, watches=(watch,), digest=not rang)
            alerts.save_told(conn, told)
            if not rang:
                digests.collect(conn, "desk", name, score, reason, at)
        return name

    def owe(self, now: datetime = MONDAY) -> int:
        """Owe what is due."""
        with self.conn() as conn:
            return owe_digests(conn, self.settings, now)

    def owed(self, now: datetime = MONDAY) -> list[Delivery]:
        """What the outbox would send now."""
        with self.conn() as conn:
            return deliveries.claim(conn, now, owner="me", lease=timedelta(minutes=1), limit=9)

    def digest(self, now: datetime = MONDAY, *, buttons: bool = True) -> Digest | None:
        """The digest of the moment, as it is sent; None where there is none."""
        self.owe(now)
        owed = self.owed(now)
        if not owed:
            return None
        with self.conn() as conn:
            made = digest(conn, owed[0], self.receiver, WATCHLIST, now, buttons=buttons)
            deliveries.sent(conn, owed[0].id, now)
        return made
