"""The notice that a service refuses the bot's token: to the operator's chats on other services, once a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.model import Message, Receiver, Settings
from bot.outbox.operators import operators, owe_notice
from bot.render.dead import token_refused

REFUSED = "token refused"
_TOKENS = {"telegram": ("Telegram", "TELEGRAM_BOT_TOKEN"), "slack": ("Slack", "SLACK_BOT_TOKEN")}


def owe_refused(conn: Connection, settings: Settings, refused: Receiver, now: datetime) -> int:
    """Owe that the service of a receiver refuses the token; return to how many receivers."""
    service, name = _TOKENS.get(refused.via, (refused.id, refused.url_env))
    what = {"service": service, "name": name, "since": now.isoformat()}
    mark = f"{REFUSED} {service} {now.date().isoformat()}"
    return sum(
        owe_notice(conn, receiver, f"notice|{receiver.id}|{mark}", REFUSED, what, now)
        for receiver in operators(settings)
        if receiver.via != refused.via
    )


def notice(payload: Mapping[str, object], receiver: Receiver, now: datetime) -> Message:
    """Return the message of such a notice."""
    since = datetime.fromisoformat(str(payload["since"]))
    return token_refused(receiver, now, str(payload["service"]), str(payload["name"]), since)
