"""The status page of a running bot: shown where ``web.listen`` says, taken down or moved when that changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

import structlog
from sqlalchemy import Connection

from bot.app.building import desk_of
from bot.config import Configuration
from bot.model import Settings
from bot.pipeline import Pipeline
from bot.schedule.ticking import Job
from bot.store import Store

if TYPE_CHECKING:
    from bot.commands import Desk

log = structlog.get_logger()

TICK = 1.0
TOKEN = "WIREWATCH_WEB_TOKEN"  # noqa: S105  the name of a variable
SERVER = "bot.web.server"
"""Imported once the first polls are out, and only where there is a page: it takes a fifth of a second."""


class House(Protocol):
    """What the page needs of the app."""

    settings: Settings
    configuration: Configuration
    store: Store
    pipeline: Pipeline
    started: datetime
    faults: tuple[str, ...]

    def now(self) -> datetime:
        """The time."""
        ...


@dataclass(frozen=True, slots=True)
class _Shown:
    """The app as the page sees it: always as it is in force."""

    app: House

    @property
    def store(self) -> Store:
        return self.app.store

    @property
    def indexed(self) -> int:
        return len(self.app.pipeline.newsroom.index)

    def now(self) -> datetime:
        return self.app.now()

    def desk(self, conn: Connection) -> Desk:
        app = self.app
        return desk_of(
            conn, app.configuration, app.settings, now=app.now(), started=app.started, faults=app.faults
        )


class Showing:
    """Shows the page beside everything else; what goes wrong there is said in the log and stops nothing."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._ticked = False
        self._at: tuple[str, str | None] | None = None
        self._serving: asyncio.Task[None] | None = None
        self._said = ""

    def jobs(self) -> dict[str, Job]:
        """Return the job that keeps the page where it should be."""
        return {"status page": (TICK, self.keep)}

    async def keep(self) -> None:
        """Show the page, move it or take it down, as the configuration in force wants it."""
        if not self._ticked:
            self._ticked = True  # the first polls and sends go first
            return
        wanted = self._wanted()
        if wanted == self._at and (self._serving is None or not self._serving.done()):
            return
        await self.close()
        if wanted is not None:
            await self._open(*wanted)

    async def close(self) -> None:
        """Take the page down; answers under way get a second."""
        tasks = [task for task in (self._serving,) if task is not None]
        self._at, self._serving = None, None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _wanted(self) -> tuple[str, str | None] | None:
        listen = self._house.settings.web_listen
        return (listen, self._house.configuration.secrets.get(TOKEN)) if listen else None

    async def _open(self, listen: str, token: str | None) -> None:
        web = await asyncio.to_thread(import_module, SERVER)
        opened = asyncio.Event()
        self._serving = asyncio.create_task(
            web.serve_at(_Shown(self._house), listen, token, opened), name="status page"
        )
        waiting = asyncio.create_task(opened.wait())
        await asyncio.wait({self._serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if opened.is_set():
            self._at = (listen, token)
            self._say(log.info, "the status page is shown", f"http://{listen}/")
            return
        with suppress(asyncio.CancelledError):
            why = self._serving.exception()
            self._say(log.warning, f"the status page can't be shown: {why}", listen)
        self._serving = None

    def _say(self, tell: Callable[..., object], words: str, address: str) -> None:
        """Once, and again when it is another matter: it is tried every second."""
        if self._said != f"{words} {address}":
            self._said = f"{words} {address}"
            tell(words, address=address)
