"""A new process keeps the pace of the one before it: a service counts messages, not processes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.channels import Pacer
from bot.model import Receiver
from bot.outbox.rests import address_of
from bot.store import Store
from bot.store.lately import left_since

MEMORY = timedelta(minutes=1)
"""As far back as any service counts."""


async def keep_pace(
    store: Store, pacers: Mapping[str, Pacer], receivers: Mapping[str, Receiver], now: datetime
) -> None:
    """Let what was sent in the last minute count as if this process had sent it."""
    left = await store.read(lambda conn: left_since(conn, now - MEMORY))
    ages: dict[tuple[str, str], list[float]] = {}
    for name, at in left:
        if (receiver := receivers.get(name)) is not None and receiver.via in pacers:
            age = max(0.0, (now - at).total_seconds())
            ages.setdefault((receiver.via, address_of(receiver).chat), []).append(age)
    for (via, chat), sent in ages.items():
        pacers[via].remember(chat, sent)
