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
from bot.store import Store, buttons, requests, updates

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
    """Answer a question from one snapshot of the store; a change is made, or asked for and waited for.

    What a chat asked for is changed, or left as a request, in the transaction that notes its update: when that
    update comes again, nothing is changed, and the answer is silent.
    """
    found = await store.answer(lambda conn: answer(asked, desk(conn)), long=takes_long(asked))
    given = found
    if found.effect is not None or found.wanted is not None:
        try:
            given = await store.write(lambda conn: settle(conn, asked, found, clock()))
            crashpoint("effect-committed")
        except (CommandError, EditError) as error:
            given = mistaken(asked, error)
    if given.left is not None:
        given = await _carried_out(store, asked, desk, given, given.left, patience)
    if given.offers:
        await store.write(lambda conn: offer_all(conn, given))
    return replace(given, message=await illustrated(given.message, given.picture))


def settle(conn: Connection, asked: Asked, given: Answer, now: datetime) -> Answer:
    """Make the change of an answer, or leave the request for it, and note the update that asked for it."""
    if asked.update is not None and not updates.first_time(conn, *asked.update, now):
        return Answer()
    made = given if given.effect is None else given.effect(conn)
    if made.wanted is None or made.left is not None:
        return made
    return replace(made, left=leave(conn, made.wanted, now))


async def _carried_out(
    store: Store,
    asked: Asked,
    desk: Callable[[Connection], Desk],
    given: Answer,
    number: int,
    patience: float,
) -> Answer:
    crashpoint("request-left")
    for _ in range(round(patience / _PAUSE)):
        done = await store.read(lambda conn: said(conn, number, asked, desk(conn)))
        if done is not None:
            return done
        await asyncio.sleep(_PAUSE)
    return replace(given, wanted=None, left=None)


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
