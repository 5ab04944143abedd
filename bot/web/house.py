"""What the page needs of the bot that it shows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from bot.store import Connection, Store

if TYPE_CHECKING:
    from bot.commands import Desk


class House(Protocol):
    """The running bot, as the page sees it."""

    @property
    def store(self) -> Store:
        """What it remembers; read through ``answer``, so that no alert waits."""
        ...

    @property
    def indexed(self) -> int:
        """How many entries the index of recent stories holds."""
        ...

    def now(self) -> datetime:
        """The time."""
        ...

    def desk(self, conn: Connection) -> Desk:
        """What answering needs, of one snapshot."""
        ...
