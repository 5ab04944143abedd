"""A question that changes something: leave the request, wait until the tick has carried it out, say how it went."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from bot.commands import Answer, Asked, Desk, Wanted, answer, answer_finished
from bot.store import Store, requests

PATIENCE = 15.0
"""Seconds that an asker waits; what takes longer is done all the same."""
_PAUSE = 0.1


async def ask(
    store: Store, asked: Asked, desk: Callable[[Connection], Desk], clock: Callable[[], datetime]
) -> Answer:
    """Answer a question from one snapshot of the store; a change is asked for, and answered once it is made."""
    given = await store.read(lambda conn: answer(asked, desk(conn)))
    wanted = given.wanted
    if wanted is None:
        return given
    number = await store.write(lambda conn: leave(conn, wanted, clock()))
    for _ in range(round(PATIENCE / _PAUSE)):
        done = await store.read(lambda conn: said(conn, number, asked, desk(conn)))
        if done is not None:
            return done
        await asyncio.sleep(_PAUSE)
    return given


def leave(conn: Connection, wanted: Wanted, now: datetime) -> int:
    """Leave what is wanted as a request and return its number."""
    return requests.add(conn, wanted.kind, wanted.payload, now)


def said(conn: Connection, number: int, asked: Asked, desk: Desk) -> Answer | None:
    """Return how a request went, once it was carried out; None as long as it waits."""
    request = requests.get(conn, number)
    if request is None or request.state != requests.FINISHED:
        return None
    return answer_finished(asked, desk, request)
