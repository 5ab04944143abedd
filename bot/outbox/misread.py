"""The notice that the bot was started on broken files: owed to the operator, once a day for the same faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import Connection

from bot.model import DeliveryKind, Message, Receiver, Settings
from bot.render.misread import misread
from bot.route.silence import held_until
from bot.store import deliveries

MISREAD = "misread"
MOST = 20


def owe_broken(conn: Connection, settings: Settings, faults: Sequence[str], now: datetime) -> int:
    """Owe that the last good configuration is in force, and why; return to how many receivers."""
    if not faults:
        return 0
    mark = blake2b("\n".join(faults).encode(), digest_size=8).hexdigest()
    hearing = [
        settings.receivers[name] for name in dict.fromkeys(settings.operator.to) if name in settings.receivers
    ]
    return sum(
        deliveries.owe(
            conn,
            key=f"notice|{receiver.id}|{MISREAD} {mark} {now.date().isoformat()}",
            story="",
            receiver=receiver.id,
            kind=DeliveryKind.NOTICE,
            revision=0,
            due=held_until(receiver, 0, now) or now,
            score=0,
            payload={"about": MISREAD, "rows": [], "faults": list(faults[:MOST]), "count": len(faults)},
            now=now,
        )
        for receiver in hearing
    )


def notice(payload: Mapping[str, object], receiver: Receiver) -> Message:
    """Return the message of such a notice."""
    faults = payload["faults"]
    assert isinstance(faults, list)
    return misread(receiver, [str(fault) for fault in faults], int(str(payload["count"])))
