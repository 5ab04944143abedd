"""The notice that the bot was started on broken files: owed to the operator, once a day for the same faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import Connection

from bot.model import Message, Receiver, Settings
from bot.outbox.operators import operators, owe_notice
from bot.render.misread import misread

MISREAD = "misread"
MOST = 20


def owe_broken(conn: Connection, settings: Settings, faults: Sequence[str], now: datetime) -> int:
    """Owe that the last good configuration is in force, and why; return to how many receivers."""
    if not faults:
        return 0
    mark = blake2b("\n".join(faults).encode(), digest_size=8).hexdigest()
    what = {"faults": list(faults[:MOST]), "count": len(faults)}
    mark = f"{MISREAD} {mark} {now.date().isoformat()}"
    return sum(
        owe_notice(conn, receiver, f"notice|{receiver.id}|{mark}", MISREAD, what, now)
        for receiver in operators(settings)
    )


def notice(payload: Mapping[str, object], receiver: Receiver) -> Message:
    """Return the message of such a notice."""
    faults = payload["faults"]
    assert isinstance(faults, list)
    return misread(receiver, [str(fault) for fault in faults], int(str(payload["count"])))
