"""The first message in a new chat: owed once per receiver, silently."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.channels import Address, Channel
from bot.model import Delivery, DeliveryKind, Message, Receiver, Settings, Watchlist
from bot.outbox.compose import compose
from bot.render.connecting import connected_soon
from bot.store import Store, deliveries, meta, texts


def are_waiting(conn: Connection, settings: Settings) -> bool:
    """Tell whether a receiver never had a greeting."""
    return any(not meta.get(conn, _mark(name)) for name in settings.receivers)


def owe_greetings(conn: Connection, settings: Settings, now: datetime) -> int:
    """Owe a greeting to every receiver that never had one; return how many."""
    owed = 0
    for receiver in settings.receivers.values():
        if meta.get(conn, _mark(receiver.id)):
            continue
        meta.set(conn, _mark(receiver.id), now.isoformat())
        owed += deliveries.owe(
            conn,
            key=f"greeting|{receiver.id}|{now.isoformat()}",
            story="",
            receiver=receiver.id,
            kind=DeliveryKind.GREETING,
            revision=0,
            due=now,
            score=0,
            payload={},
            now=now,
        )
    return owed


def expect_greeting(conn: Connection, name: str) -> None:
    """Let a receiver of this name be greeted, whatever chat had the name before."""
    if meta.get(conn, _mark(name)):
        meta.set(conn, _mark(name), "")


async def greet_now(
    store: Store, channel: Channel, receiver: Receiver, watchlist: Watchlist, now: datetime
) -> bool:
    """Greet a chat while no bot runs; False where nothing was read yet, so that the greeting comes with the start.

    Raises SendError.
    """
    message = await store.read(lambda conn: _greeting(conn, receiver, watchlist, now))
    to = Address(receiver.chat, receiver.topic)
    await channel.send(to, message or connected_soon(receiver))
    if message is None:
        return False
    await store.write(lambda conn: meta.set(conn, _mark(receiver.id), now.isoformat()))
    return True


def _greeting(conn: Connection, receiver: Receiver, watchlist: Watchlist, now: datetime) -> Message | None:
    if not texts.count(conn):
        return None
    owed = Delivery(
        id=0,
        key="",
        story="",
        receiver=receiver.id,
        kind=DeliveryKind.GREETING,
        revision=0,
        due=now,
        attempts=0,
        score=0,
        payload={},
    )
    composed = compose(conn, owed, receiver, watchlist, now, buttons=False)
    return None if composed is None else composed.message


def _mark(name: str) -> str:
    return f"greeted {name}"
