"""The outbox ends: what is on the wire arrives and is written down, what only waits for its turn goes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

import structlog

from bot.store import Store, deliveries

log = structlog.get_logger()

PATIENCE = 25.0
"""Seconds that what is on the wire has to arrive."""
EVERYBODY = ""
"""The owner of no row, so that every claim is a foreign one."""


async def finish(
    store: Store,
    running: Collection[asyncio.Task[None]],
    in_hand: Mapping[int, int],
    clock: Callable[[], datetime],
) -> None:
    """End these deliveries, each a task named by its id; ``in_hand`` is what goes with which of them.

    No row is left as being sent: what did not arrive in time may be a repeat the next time.
    """
    if running:
        left = await store.read(deliveries.on_the_wire)
        leaders = {str(in_hand.get(each, each)) for each in left}
        for task in running:
            if task.get_name() not in leaders:
                task.cancel()
        _, late = await asyncio.wait(running, timeout=PATIENCE)
        for task in late:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    now = clock()
    doubtful = await store.write(lambda conn: deliveries.foreign_to_ambiguous(conn, EVERYBODY, now))
    if doubtful:
        log.warning("sends did not end in time; their repeats are marked", count=doubtful)
