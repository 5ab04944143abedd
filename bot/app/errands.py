"""Errands: what a question asks of the running bot beyond its store (a file to change, an address to look at).

A question leaves a request; the tick takes it, runs it beside everything else, and writes its result down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

import structlog

from bot.config import Configuration
from bot.config.veil import masked
from bot.crashpoints import crashpoint
from bot.fetch import Fetcher
from bot.model import Settings
from bot.sandbox import Sandbox
from bot.store import Store, requests
from bot.store.requests import Request

log = structlog.get_logger()

Payload = Mapping[str, Any]


class House(Protocol):
    """What errands need of the app."""

    settings: Settings
    configuration: Configuration
    store: Store
    fetcher: Fetcher
    sandbox: Sandbox
    faults: tuple[str, ...]
    """What keeps the configuration on disk from being in force."""

    def now(self) -> datetime:
        """The time."""
        ...

    async def reload(self) -> bool:
        """Put what changed on disk in force; True when it is, False where nothing changed or it is broken.

        Once it returns, what stood on disk when it was called is in force, unless it is broken.
        """
        ...


Errand = Callable[[House, Payload], Awaitable[dict[str, Any]]]
"""Carries a request out and returns its result as JSON holds it, ``done`` among it."""


class Errands:
    """Runs requests of the kinds it knows, each as a task of its own."""

    def __init__(self, house: House, kinds: Mapping[str, Errand]) -> None:
        self._house = house
        self._kinds = kinds
        self._running: set[asyncio.Task[None]] = set()

    async def tick(self) -> None:
        """Take what was asked for since the last look."""
        kinds = list(self._kinds)
        waiting = await self._house.store.read(lambda conn: any(requests.waits(conn, kind) for kind in kinds))
        if not waiting:
            return
        for request in await self._house.store.write(lambda conn: requests.take(conn, kinds)):
            task = asyncio.create_task(self._run(request), name=f"errand {request.kind} {request.id}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """End what runs; the next start asks for it again."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _run(self, request: Request) -> None:
        crashpoint("request-taken")
        try:
            result = await self._kinds[request.kind](self._house, request.payload)
        except Exception as error:
            log.exception("errand broke", kind=request.kind)
            result = {"done": False, "reason": "broken", "error": masked(str(error))}
        crashpoint("request-done")
        await self._house.store.write(lambda conn: requests.finish(conn, request.id, result))
        crashpoint("request-finished")


async def _change_file(house: House, payload: Payload) -> dict[str, Any]:
    from bot.app.changing import change_file

    return await change_file(house, payload)


async def _look_at(house: House, payload: Payload) -> dict[str, Any]:
    from bot.app.new_sources import look_at

    return await look_at(house, payload)


ERRANDS: Mapping[str, Errand] = {requests.EDIT: _change_file, requests.LOOK: _look_at}
"""What carries out requests, by kind; each is imported when the first one comes."""
