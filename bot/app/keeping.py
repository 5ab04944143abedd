"""What a running bot does for its own file: copies of it, looks whether it is whole, and room on the disk."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.app.memory import begin_life
from bot.errors import StoreDamaged, StoreError, StoreFull
from bot.model import Settings
from bot.outbox import Outbox
from bot.outbox.keeping import owe_backup_failed, owe_disk_was_full
from bot.schedule.ticking import Job
from bot.store import Store, backups, keeping

log = structlog.get_logger()

ROOM_TICK = 15.0
BACKUP_TICK = 600.0
LOOK_TICK = 3600.0
SETTLED = timedelta(minutes=5)
"""A bot that has just started has better things to do than to copy and to look."""
WORTH_TELLING = timedelta(minutes=1)
AGAIN = timedelta(hours=1)
"""After a copy that failed, the next try."""


class House(Protocol):
    """What keeping needs of the app."""

    settings: Settings
    store: Store
    outbox: Outbox
    started: datetime

    def now(self) -> datetime:
        """The time."""
        ...


class Keeping:
    """The jobs for the file of one running bot."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._full_since: datetime | None = None
        self._failed_at: datetime | None = None
        self._told_failure = False

    def jobs(self) -> dict[str, Job]:
        """Return each job by its name: (seconds between two times, what it does)."""
        return {
            "room": (ROOM_TICK, self.look_for_room),
            "backup": (BACKUP_TICK, self.back_up_when_due),
            "look at the file": (LOOK_TICK, self.look_at_the_file),
        }

    async def look_for_room(self) -> None:
        """Keep the reserve; after a full disk, begin again once it takes writes, and tell the operator."""
        house, room = self._house, self._house.store.room
        if room.full and self._full_since is None:
            self._full_since = house.now()
        if not await asyncio.to_thread(room.keep) or not room.full:
            return
        try:
            await house.store.write(keeping.probe)
            await house.store.write(keeping.forget_probe)
        except StoreFull:
            return
        room.full = False
        now, since = house.now(), self._full_since or house.now()
        self._full_since = None
        log.warning("the disk has room again: polling goes on", since=since.isoformat())
        if now - since < WORTH_TELLING:
            return
        if await house.store.write(lambda conn: owe_disk_was_full(conn, house.settings, since, now)):
            house.outbox.wake()

    async def look_at_the_file(self) -> None:
        """Read every page; what is damaged ends the bot, and the next start mends it (see ``Store.lost``)."""
        house = self._house
        if house.now() - house.started < SETTLED:
            return
        await house.store.answer(keeping.look, long=True)
        await asyncio.to_thread(begin_life, house.store)

    async def back_up_when_due(self, *, settled: timedelta = SETTLED) -> bool:
        """Copy the database where it is time for that; return whether it was copied.

        Not before the bot has run for as long as ``settled``.
        """
        house, now = self._house, self._house.now()
        waits = self._failed_at is not None and now - self._failed_at < AGAIN
        if now - house.started < settled or waits or house.store.room.full:
            return False
        local = now.astimezone(ZoneInfo(house.settings.timezone))
        last = await house.store.read(keeping.last_backup)
        since = await house.store.read(keeping.read_since)
        if not backups.is_due(last, since, local):
            return False
        try:
            made = await back_up(house.store, now)
        except StoreError as error:
            await self._failed(error, last, now)
            return False
        self._failed_at, self._told_failure = None, False
        log.info("backup made", file=made.file.name, size=made.size, seconds=round(made.seconds, 1))
        return True

    async def _failed(self, error: StoreError, last: datetime | None, now: datetime) -> None:
        house = self._house
        why = str(error).replace(f"{house.store.file.parent}/", "")
        log.error("no backup could be made", why=why)
        self._failed_at = now
        if not self._told_failure:
            self._told_failure = True
            with suppress(StoreFull):
                await house.store.write(lambda conn: owe_backup_failed(conn, house.settings, why, last, now))
                house.outbox.wake()
        if isinstance(error, StoreDamaged):
            await house.store.answer(keeping.look, long=True)


async def back_up(store: Store, now: datetime) -> backups.Backup:
    """Copy the database to its place among the backups, note that, and thin the older ones out."""
    place = backups.default_place(store.file, now)
    made = await asyncio.to_thread(backups.back_up, store.file, place, now, stopped=lambda: store.closing)
    await store.write(lambda conn: keeping.note_backup(conn, now))
    await asyncio.to_thread(backups.thin_out, place.parent)
    return made
