"""Chats that moved to another id (a Telegram group that became a supergroup): the settings follow them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from bot.model import Access, Receiver, Settings
from bot.render.health_views import MovedChat
from bot.store import meta

TELEGRAM = "telegram"


def moved(settings: Settings, conn: Connection) -> Settings:
    """Return the settings with every chat that moved under its newest id: receivers, and who may ask."""
    services = {receiver.via for receiver in settings.receivers.values()} | set(settings.access)
    moves = {service: known for service in services if (known := meta.moves(conn, service))}
    if not moves:
        return settings
    return replace(
        settings,
        receivers={name: _follow(each, moves.get(each.via, {})) for name, each in settings.receivers.items()},
        access={name: _follow_asking(each, moves.get(name, {})) for name, each in settings.access.items()},
    )


def note(conn: Connection, settings: Settings, service: str, old: str, new: str) -> bool:
    """Remember a move of a chat that the settings (as written, or as followed) name; True when that is news."""
    named = {each.chat for each in settings.receivers.values() if each.via == service}
    named |= settings.access.get(service, Access()).chats
    return old in named and meta.note_move(conn, service, old, new)


def unwritten(settings: Settings, conn: Connection) -> tuple[MovedChat, ...]:
    """Return the receivers' chats that the file still names by their old ids; ``status`` says so."""
    moves = meta.moves(conn, TELEGRAM)
    return tuple(
        MovedChat(receiver=each.id, old=each.chat, new=newest(each.chat, moves))
        for each in settings.receivers.values()
        if each.via == TELEGRAM and newest(each.chat, moves) != each.chat
    )


def newest(chat: str, moves: Mapping[str, str]) -> str:
    """Follow a chat from move to move; where moves turn in a circle, to the last id before it closes."""
    seen = {chat}
    while (onward := moves.get(chat)) is not None and onward not in seen:
        seen.add(onward)
        chat = onward
    return chat


def _follow(receiver: Receiver, moves: Mapping[str, str]) -> Receiver:
    return replace(receiver, chat=newest(receiver.chat, moves))


def _follow_asking(access: Access, moves: Mapping[str, str]) -> Access:
    return replace(access, chats=frozenset(newest(chat, moves) for chat in access.chats))
