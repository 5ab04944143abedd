"""A token or key that changed in ``.env`` while the bot runs: what failed with the old one is tried with the new."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.config import Configuration
from bot.model import Outcome
from bot.store import deliveries
from bot.store.hurrying import failing_due

SERVICES = {
    "telegram": frozenset({"TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL"}),
    "slack": frozenset({"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_API_URL"}),
}
"""What a channel is made with, by service."""


def renewed(before: Configuration, after: Configuration) -> frozenset[str]:
    """Return the names of the secrets that have another value now, or one at all, or none any more."""
    old, new = before.secrets, after.secrets
    return frozenset(name for name in {*old.names, *new.names} if old.get(name) != new.get(name))


def services_of(names: frozenset[str]) -> frozenset[str]:
    """Return the services whose channel was made with one of these."""
    return frozenset(service for service, needed in SERVICES.items() if needed & names)


def try_again(conn: Connection, after: Configuration, names: frozenset[str], now: datetime) -> int:
    """Make due what failed for one of these secrets: sources that send it, messages whose token was refused."""
    if not names:
        return 0
    senders = [source.id for source in after.sources if names & set(source.headers_env.values())]
    hastened = failing_due(conn, senders, now)
    places = {receiver.url_env for receiver in after.settings.receivers.values()}
    if services_of(names) or names & places:
        hastened += deliveries.hasten_failed(conn, f"{Outcome.UNAUTHORISED.value}:", now)
    return hastened
