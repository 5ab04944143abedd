"""How a command is typed, by kind of chat."""

from __future__ import annotations

_PREFIXES = {"telegram": "/", "slack": "/wirewatch "}


def typed(via: str, command: str) -> str:
    """Return ``/recent`` for Telegram, ``/wirewatch recent`` for Slack, ``wirewatch recent`` elsewhere."""
    return _PREFIXES.get(via, "wirewatch ") + command
