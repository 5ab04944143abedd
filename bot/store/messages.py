"""Which receiver a message was sent to: several may share one chat."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.store.schema import messages


def receiver_of(conn: Connection, channel: str, chat: str, message_id: str) -> str | None:
    """Return the receiver whom a message tells of a story; None for one that tells of none."""
    found = select(messages.c.receiver).where(
        messages.c.channel == channel, messages.c.chat == chat, messages.c.message_id == message_id
    )
    return conn.execute(found).scalar()
