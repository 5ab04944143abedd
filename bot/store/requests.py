"""What other programs ask of the running bot: rows that its tick picks up, and its answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.store.schema import requests

ASKED, TAKEN, FINISHED = "asked", "taken", "finished"
SPLIT = "split"
"""The kind that takes an entry out of its story; payload: story, entry, told, by."""
EDIT = "edit"
"""The kind that changes a file of the configuration; payload: bot.commands.edits."""
LOOK = "look"
"""The kind that looks at an address; payload: bot.commands.new_sources."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``state`` is asked, taken or finished, ``result`` what the bot answered."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    at: datetime
    state: str
    result: Any = None


def _request(row: Row[Any]) -> Request:
    return Request(**row._asdict())


def add(conn: Connection, kind: str, payload: Mapping[str, object], now: datetime) -> int:
    """Ask something and return the request's number."""
    row = {"kind": kind, "payload": dict(payload), "at": now, "state": ASKED}
    return int(conn.execute(insert(requests).values(row).returning(requests.c.id)).scalar_one())


def waits(conn: Connection, kind: str) -> bool:
    """Tell whether a request of this kind waits to be taken; a look that writes nothing."""
    waiting = select(requests.c.id).where(requests.c.state == ASKED, requests.c.kind == kind)
    return conn.execute(waiting.limit(1)).first() is not None


def take(conn: Connection, kinds: Collection[str], *, limit: int | None = None) -> list[Request]:
    """Take the requests of these kinds that nobody took yet, oldest first: all of them, or ``limit``."""
    asked = (requests.c.state == ASKED, requests.c.kind.in_(list(kinds)))
    oldest = select(requests.c.id).where(*asked).order_by(requests.c.id).limit(limit)
    taken = update(requests).where(requests.c.id.in_(oldest)).values(state=TAKEN).returning(*requests.c)
    return sorted(map(_request, conn.execute(taken).all()), key=lambda request: request.id)


def finish(conn: Connection, request_id: int, result: object = None) -> None:
    """Answer a request; ``result`` is anything that JSON holds."""
    conn.execute(update(requests).where(requests.c.id == request_id).values(state=FINISHED, result=result))


def get(conn: Connection, request_id: int) -> Request | None:
    """Return a request as it stands: who asked waits until it is finished."""
    row = conn.execute(select(requests).where(requests.c.id == request_id)).first()
    return None if row is None else _request(row)


def reopen(conn: Connection) -> int:
    """Ask again what a dead instance took and never finished (at start); return how many.

    Their payload says ``reopened`` from now on: what they ask for may have been done, in part or wholly.
    """
    taken = list(map(_request, conn.execute(select(requests).where(requests.c.state == TAKEN)).all()))
    for request in taken:
        again = {"state": ASKED, "payload": {**request.payload, "reopened": True}}
        conn.execute(update(requests).where(requests.c.id == request.id).values(again))
    return len(taken)
