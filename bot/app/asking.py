"""A question that changes something: make the change, or leave the request and wait until it is carried out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.charts import illustrated
from bot.commands import Answer, Asked, Desk, Wanted, answer, answer_finished, mistaken, takes_long
from bot.crashpoints import crashpoint
from bot.errors import CommandError, EditError
from bot.store import Store, buttons, requests

PATIENCE = 15.0
"""Seconds that an asker waits; what takes longer is done all the same."""
_PAUSE = 0.1


async def ask(
    store: Store,
    asked: Asked,
    desk: Callable[[Connection], Desk],
    clock: Callable[[], datetime],
    *,
    patience: float = PATIENCE,
) -> Answer:
    """Answer a question from one snapshot of the store; a change is made, or asked for and waited for."""
    given = await store.answer(lambda conn: answer(asked, desk(conn)), long=takes_long(asked))
    if given.effect is not None:
        try:
            given = await store.write(given.effect)
            crashpoint("effect-committed")
        except (CommandError, EditError) as error:
            given = mistaken(asked, error)
    if given.wanted is not None:
        given = await _carried_out(store, asked, desk, clock, given, given.wanted, patience)
    if given.offers:
        await store.write(lambda conn: offer_all(conn, given))
    return replace(given, message=await illustrated(given.message, given.picture))


async def _carried_out(
    store: Store,
    asked: Asked,
    desk: Callable[[Connection], Desk],
    clock: Callable[[], datetime],
    given: Answer,
    wanted: Wanted,
    patience: float,
) -> Answer:
    left = given.left
    number = await store.write(lambda conn: leave(conn, wanted, clock())) if left is None else left
    crashpoint("request-left")
    for _ in range(round(patience / _PAUSE)):
        done = await store.read(lambda conn: said(conn, number, asked, desk(conn)))
        if done is not None:
            return done
        await asyncio.sleep(_PAUSE)
    return replace(given, wanted=None)


def offer_all(conn: Connection, given: Answer) -> None:
    """Keep what the buttons of an answer stand for."""
    for offer in given.offers:
        buttons.offer(conn, offer.nonce, offer.payload, offer.expires)


def leave(conn: Connection, wanted: Wanted, now: datetime) -> int:
    """Leave what is wanted as a request and return its number."""
    return requests.add(conn, wanted.kind, wanted.payload, now)


def said(conn: Connection, number: int, asked: Asked, desk: Desk) -> Answer | None:
    """Return how a request went, once it was carried out; None as long as it waits."""
    request = requests.get(conn, number)
    if request is None or request.state != requests.FINISHED:
        return None
    return answer_finished(asked, desk, request)
