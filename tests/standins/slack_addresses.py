"""The addresses at which Slack takes answers to one question: five of them, for half an hour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.standins.slack_rules import SlackError, SlackPost

USES = 5
LIVES = 30 * 60.0


@dataclass
class Address:
    """One address, and the question it belongs to."""

    until: float
    chat: str
    person: str
    under: SlackPost | None
    """The message whose button was pressed."""
    left: int = USES


class Addresses:
    """All of them, by name."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._known: dict[str, Address] = {}

    def issue(self, name: str, chat: str, person: str, under: SlackPost | None) -> None:
        """Open an address."""
        self._known[name] = Address(self._clock() + LIVES, chat, person, under)

    def find(self, name: str) -> Address:
        """Return an address that still takes answers; raises SlackError."""
        address = self._known.get(name)
        if address is None or self._clock() > address.until:
            raise SlackError("expired_url", status=404)
        if not address.left:
            raise SlackError("used_url", status=404)
        return address
