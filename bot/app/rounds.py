"""What a running bot does over and over beside polling and sending, each with its seconds between two times."""

from __future__ import annotations

from datetime import time, timedelta

from bot.app.greetings import are_waiting, owe_greetings
from bot.app.keeping import Keeping
from bot.app.pulses import House, Pulses
from bot.outbox.given_up import owe_given_up
from bot.schedule.calendar import Night
from bot.schedule.health import Rhythms, look_after
from bot.schedule.ticking import Job
from bot.store import jumps, retention, sources

SPLIT_TICK = 0.5
FORGET_TICK = 6 * 3600.0
FIRST_CLEAN_TICK = 60.0
CLEANED_AT = time(4, 15)
GREETING_TICK = 5.0
GREETING_PATIENCE = timedelta(minutes=1)
HEALTH_TICK = 60.0
CLEAN_LIMIT = 250
"""So many stories go at once: what else is to be written waits some hundredths of a second."""
LIFETIME = timedelta(days=10)
"""How far back the index of recent stories reaches; a story closes 7 days after its first entry."""


class Rounds:
    """The jobs of one running bot."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._rhythms = Rhythms()
        self._cleaned = False
        self._keeping = Keeping(house)
        self._pulses = Pulses(house)

    def jobs(self) -> dict[str, Job]:
        """Return each job by its name: (seconds between two times, what it does)."""
        return {
            "splits": (SPLIT_TICK, self._split),
            "greetings": (GREETING_TICK, self._greet),
            "health": (HEALTH_TICK, self._look_after),
            "forget": (FORGET_TICK, self._forget),
            "clean up": (FIRST_CLEAN_TICK, self._clean_up_at_first),
            **self._keeping.jobs(),
            **self._pulses.jobs(),
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
        owed = await look_after(house.store, house.settings, known, house.now(), self._rhythms)
        owed += await house.store.write(lambda conn: owe_given_up(conn, house.settings, house.now()))
        if owed:
            house.outbox.wake()

    def nights(self) -> dict[str, Night]:
        """Return each job of the night by its name: (its hour, what it does)."""
        return {"clean up": (CLEANED_AT, self._clean_up)}

    async def _forget(self) -> None:
        await self._house.pipeline.forget(self._house.now() - LIFETIME)

    async def _clean_up_at_first(self) -> None:
        """Once after a start, when the recent stories are loaded: until then others have more to write."""
        if not self._cleaned and self._house.pipeline.decides:
            await self._clean_up()
            self._cleaned = True

    async def _clean_up(self) -> None:
        """Drop what is older than it is to be kept, at the start and every night, where the clock is to be trusted."""
        house, now = self._house, self._house.now()
        if not await house.store.read(lambda conn: jumps.is_steady(conn, now)):
            return
        before = now - house.settings.retention
        more = True
        while more:
            more = (
                await house.store.write(lambda conn: retention(conn, before, now, limit=CLEAN_LIMIT))
            ).more
