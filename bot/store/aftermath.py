"""After memory was lost: what the store holds is older than what was told, and nothing is told twice for it."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection, delete, func, or_, update

from bot.store import meta, places
from bot.store.columns import at
from bot.store.deliveries import OWED, SENDING
from bot.store.requests import FINISHED
from bot.store.restoring import RESTORED, Loss
from bot.store.schema import buttons, deliveries, documents, requests, sources


def take(conn: Connection, now: datetime) -> Loss | None:
    """Return what happened, once, and make the store safe to go on with; None when nothing happened.

    Every source takes a new baseline: what it lists at its next poll is stored and told to nobody. What was owed
    may have arrived since, so that it is sent as a possible repeat, much of it in one message. Buttons and requests of
    then are void: what they ask for may be done.
    """
    text = meta.get(conn, RESTORED)
    if text is None:
        return None
    meta.forget(conn, RESTORED)
    take_new_baselines(conn, now)
    _doubt_what_is_owed(conn, now)
    conn.execute(update(buttons).where(buttons.c.pressed.is_(None)).values(pressed=now))
    conn.execute(delete(requests).where(requests.c.state != FINISHED))
    with suppress(ValueError, TypeError):
        return Loss(**json.loads(text))
    return Loss("damaged", "", now.isoformat())


def take_new_baselines(conn: Connection, now: datetime) -> None:
    """Let every source be read anew, as when it was added: its first document alerts nobody."""
    unread = {**places.UNREAD, "baseline": None, "due": func.min(sources.c.due, at(now))}
    conn.execute(update(sources).values(**unread))
    conn.execute(delete(documents))


def _doubt_what_is_owed(conn: Connection, now: datetime) -> None:
    # When each of them left, if it did, nobody knows: there is no moment at which to look for it.
    doubtful = {"maybe_repeat": True, "state": OWED, "owner": "", "lease_until": None, "doubtful_since": None}
    under_way = deliveries.c.state == SENDING
    early = func.min(deliveries.c.due, at(now))
    conn.execute(update(deliveries).where(under_way).values(due=early))
    conn.execute(update(deliveries).where(or_(under_way, deliveries.c.state == OWED)).values(doubtful))
