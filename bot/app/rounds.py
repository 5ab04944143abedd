"""What a running bot does over and over beside polling and sending, each with its seconds between two times."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.app.greetings import are_waiting, owe_greetings
from bot.config import Configuration
from bot.model import Settings
from bot.outbox import Outbox
from bot.pipeline import Pipeline
from bot.schedule.health import Rhythms, look_after
from bot.store import Store, retention, sources

SPLIT_TICK = 0.5
CLEAN_TICK = 6 * 3600.0
GREETING_TICK = 5.0
GREETING_PATIENCE = timedelta(minutes=1)
HEALTH_TICK = 60.0
LIFETIME = timedelta(days=10)
"""How far back the index of recent stories reaches; a story closes 7 days after its first entry."""

Job = tuple[float, Callable[[], Awaitable[object]]]


class House(Protocol):
    """What the rounds need of the app."""

    settings: Settings
    configuration: Configuration
    store: Store
    pipeline: Pipeline
    outbox: Outbox
    started: datetime

    def now(self) -> datetime:
        """The time."""
        ...


class Rounds:
    """The jobs of one running bot."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._rhythms = Rhythms()

    def jobs(self) -> dict[str, Job]:
        """Return each job by its name: (seconds between two times, what it does)."""
        return {
            "splits": (SPLIT_TICK, self._split),
            "greetings": (GREETING_TICK, self._greet),
            "health": (HEALTH_TICK, self._look_after),
            "clean up": (CLEAN_TICK, self._clean_up),
        }

    async def _split(self) -> None:
        if await self._house.pipeline.split_asked():
            self._house.outbox.wake()

    async def _greet(self) -> None:
        """Greet new receivers once there is something to tell: every source was polled, or a minute has passed."""
        house, now = self._house, self._house.now()
        patient = now - house.started < GREETING_PATIENCE
        settings = house.settings

        if await house.store.read(
            lambda conn: not are_waiting(conn, settings) or (patient and sources.any_unpolled(conn))
        ):
            return
        if await house.store.write(lambda conn: owe_greetings(conn, settings, now)):
            house.outbox.wake()

    async def _look_after(self) -> None:
        """Tell the operator which sources are in trouble, and which are back."""
        house = self._house
        known = house.pipeline.newsroom.sources
        if await look_after(house.store, house.settings, known, house.now(), self._rhythms):
            house.outbox.wake()

    async def _clean_up(self) -> None:
        house, now = self._house, self._house.now()
        await house.pipeline.forget(now - LIFETIME)
        before = now - house.settings.retention
        more = True
        while more:
            more = (await house.store.write(lambda conn: retention(conn, before, now))).more
