"""Sources at one or many hosts, polled by the day without a network: what the store makes of how polls end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.errors import FetchError
from bot.model import Document, Polling, Source, Validators
from bot.pipeline.rhythm import after_error, host_pause, next_due, usual_interval
from bot.store import sources
from bot.store.sources import SourceState
from tests.newsmaking import NOON

POLLING = Polling()
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


def source(name: str, url: str = "", **more: Any) -> Source:
    """A source at a host of its own, unless an address is given."""
    return Source(id=name, name=name.title(), url=url or f"https://{name}.example/feed", **more)


def of_host(host: str, *names: str, **more: Any) -> list[Source]:
    """Several sources of one host."""
    return [source(name, f"https://{host}/{name}", **more) for name in names]


def document(**more: Any) -> Document:
    """A document that was fetched whole."""
    values: dict[str, Any] = {
        "url": "https://wire.example/feed",
        "status": 200,
        "body": b"<rss/>",
        "validators": Validators('"1"'),
        "body_hash": "h1",
        **more,
    }
    return Document(**values)


class Desk:
    """Claims what is due as the schedule does, and lets each poll end as the test says."""

    def __init__(self, conn: Connection, listed: list[Source], now: datetime = NOON) -> None:
        self.conn = conn
        self.now = now
        self.listed = {each.id: each for each in listed}
        self.asked: list[tuple[datetime, str]] = []
        """Every poll: when, which source."""
        sources.sync(conn, listed, now)

    def state(self, name: str) -> SourceState:
        """What is known of a source."""
        return sources.states(self.conn)[name]

    def due(self) -> dict[str, datetime]:
        """When each source is due."""
        return {name: state.due for name, state in sources.states(self.conn).items()}

    def claim(self) -> list[SourceState]:
        """Take what is due now."""
        return sources.claim_due(self.conn, self.now, owner="desk", lease=3 * MINUTE, limit=100_000)

    def well(self, name: str, **more: Any) -> SourceState:
        """Let a poll go well now, and return what is known then."""
        self._goes_well(name, **more)
        return self.state(name)

    def badly(self, name: str, error: FetchError) -> SourceState:
        """Let a poll fail now, as the pipeline would, and return what is known then."""
        self._fails(self.state(name), error)
        return self.state(name)

    def _goes_well(self, name: str, **more: Any) -> None:
        found = more.pop("document", None) or document()
        due = next_due(self.now, self.listed[name].every or POLLING.every, self.now)
        values: dict[str, Any] = {"due": due, "count": 20, "baseline": False, "parsed_kind": "rss", **more}
        sources.succeeded(self.conn, name, self.now, document=found, **values)

    def _fails(self, state: SourceState, error: FetchError) -> None:
        every = usual_interval(self.listed[state.id], POLLING, state.interval)
        pause = host_pause(error.status, error.retry_after, state.errors)
        due = after_error(
            every,
            state.errors,
            self.now,
            retry_after=error.retry_after,
            status=error.status,
            reason=error.reason,
            failing_since=state.failing_since,
            source=state.id,
        )
        sources.failed(
            self.conn,
            state.id,
            self.now,
            due=due,
            reason=error.reason,
            message=str(error),
            status=error.status,
            host_until=self.now + pause if pause else None,
            host=error.host,
        )

    def run(self, until: datetime, answers: Any, *, step: timedelta = MINUTE) -> None:
        """Poll what is due, minute by minute; ``answers(name, now)`` gives an error, or None for all is well."""
        while self.now < until:
            for state in self.claim():
                self.asked.append((self.now, state.id))
                error = answers(state.id, self.now)
                self._fails(state, error) if error else self._goes_well(state.id)
            self.now += step


def lost(reason: str = "timeout") -> FetchError:
    """No answer came."""
    return FetchError(reason, "it did not answer")


def answered(status: int, *, retry_after: timedelta | None = None, host: str = "") -> FetchError:
    """An answer came that is no document."""
    return FetchError("status", f"answered {status}", status=status, retry_after=retry_after, host=host)
