"""How a notice to the operator is owed: to each receiver that is named for it, once its quiet hours allow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.model import DeliveryKind, Receiver, Settings
from bot.route.silence import held_until
from bot.store import deliveries


def operators(settings: Settings) -> list[Receiver]:
    """Return the receivers that hear about the bot itself, each once, in the order they are named."""
    named = dict.fromkeys(settings.operator.to)
    return [settings.receivers[name] for name in named if name in settings.receivers]


def owe_notice(
    conn: Connection, receiver: Receiver, key: str, about: str, what: Mapping[str, object], now: datetime
) -> bool:
    """Owe one notice under a key; ``what`` is all that its message is made from. False where it was owed before."""
    rows: list[object] = []
    return deliveries.owe(
        conn,
        key=key,
        story="",
        receiver=receiver.id,
        kind=DeliveryKind.NOTICE,
        revision=0,
        due=held_until(receiver, 0, now) or now,
        score=0,
        payload={"about": about, "rows": rows, **what},
        now=now,
    )
