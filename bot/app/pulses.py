"""The running bot's signs of life: a beat in the store, a line a day for the operator, a ping for a watcher."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy import Connection

from bot.config import Configuration
from bot.model import Settings
from bot.outbox import Outbox
from bot.pipeline import Pipeline
from bot.schedule import pinging
from bot.schedule.heartbeat import owe_heartbeats
from bot.schedule.ticking import Job
from bot.store import Store, pulse

log = structlog.get_logger()

HEARTBEAT_TICK = 15.0


class House(Protocol):
    """What the signs of life tell of."""

    settings: Settings
    configuration: Configuration
    store: Store
    pipeline: Pipeline
    outbox: Outbox
    started: datetime

    @property
    def listening(self) -> Mapping[str, bool]:
        """Chat service to whether its questions are heard."""
        ...

    def now(self) -> datetime:
        """The time."""
        ...


class Pulses:
    """The jobs that say that one running bot lives."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._pinger = pinging.Pinger()
        self._well = True

    def jobs(self) -> dict[str, Job]:
        """Return each job by its name."""
        return {
            "beat": (pulse.EVERY, self._beat),
            "heartbeat": (HEARTBEAT_TICK, self._heartbeat),
            "ping": (pinging.EVERY, self._ping),
        }

    async def judged(self) -> pulse.Pulse:
        """Return how the bot is, by what it would note now."""
        now, beat = self._house.now(), self._now()
        return await self._house.store.read(lambda conn: pulse.judge(conn, now, beat))

    def _now(self) -> pulse.Beat:
        house = self._house
        return pulse.Beat(
            at=house.now(),
            started=min(house.started, house.now()),
            decides=house.pipeline.decides,
            listening=house.listening,
        )

    async def _beat(self) -> None:
        """Note the beat; that it can't be noted is logged by whoever asked, and stops the pings."""
        beat = self._now()
        await self._house.store.write(lambda conn: pulse.note(conn, beat))
        found = await self.judged()
        if found.ok != self._well:
            tell = log.info if found.ok else log.warning
            tell("all is well again" if found.ok else "not all is well", troubles=found.words)
        self._well = found.ok

    async def _heartbeat(self) -> None:
        house, now = self._house, self._house.now()
        if house.settings.operator.heartbeat is None:
            return

        def owe(conn: Connection) -> int:
            return owe_heartbeats(conn, house.settings, now)

        if await house.store.write(owe):
            house.outbox.wake()

    async def _ping(self) -> None:
        """Ask for the operator's address while all is well: polled, decided, written and sent."""
        house = self._house
        name = house.settings.operator.ping_url_env
        address = house.configuration.secrets.get(name) if name else None
        if not address:
            return
        beat = self._now()
        await house.store.write(lambda conn: pulse.note(conn, beat))
        if (await self.judged()).ok:
            await self._pinger.ping(address)
