"""The notice that a service refuses the bot's token: to the operator's chats on other services, once a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.model import DeliveryKind, Message, Receiver, Settings
from bot.render.dead import token_refused
from bot.route.silence import held_until
from bot.store import deliveries

REFUSED = "token refused"
_TOKENS = {"telegram": ("Telegram", "TELEGRAM_BOT_TOKEN"), "slack": ("Slack", "SLACK_BOT_TOKEN")}


def owe_refused(conn: Connection, settings: Settings, refused: Receiver, now: datetime) -> int:
    """Owe that the service of a receiver refuses the token; return to how many receivers."""
    service, name = _TOKENS.get(refused.via, (refused.id, refused.url_env))
    hearing = [
        settings.receivers[each] for each in dict.fromkeys(settings.operator.to) if each in settings.receivers
    ]
    rows: list[object] = []
    return sum(
        deliveries.owe(
            conn,
            key=f"notice|{receiver.id}|{REFUSED} {service} {now.date().isoformat()}",
            story="",
            receiver=receiver.id,
            kind=DeliveryKind.NOTICE,
            revision=0,
            due=held_until(receiver, 0, now) or now,
            score=0,
            payload={
                "about": REFUSED,
                "rows": rows,
                "service": service,
                "name": name,
                "since": now.isoformat(),
            },
            now=now,
        )
        for receiver in hearing
        if receiver.via != refused.via
    )


def notice(payload: Mapping[str, object], receiver: Receiver, now: datetime) -> Message:
    """Return the message of such a notice."""
    since = datetime.fromisoformat(str(payload["since"]))
    return token_refused(receiver, now, str(payload["service"]), str(payload["name"]), since)
