"""What goes ahead of loading the recent stories at a start, which takes all of a processor for seconds."""

from __future__ import annotations

import asyncio
from datetime import datetime

from bot.outbox import Outbox
from bot.store import Store, deliveries

HEAD_START = 0.1
"""Seconds that the first polls have."""
_LOOKS, _BETWEEN = 60, 0.05
"""So often, with so many seconds between, it is looked whether the first of what is owed was sent."""


async def let_others_go_first(store: Store, outbox: Outbox, now: datetime) -> None:
    """Return once the first polls are out, and once something that was owed and due was sent, or could not be.

    A service that doesn't answer is waited for three seconds.
    """
    await asyncio.sleep(HEAD_START)
    due = await store.read(deliveries.next_due)
    if due is None or due > now:
        return
    for _ in range(_LOOKS):
        if outbox.sent or outbox.failures:
            return
        await asyncio.sleep(_BETWEEN)
