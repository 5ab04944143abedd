"""Who sits at the terminal: the receiver that is the terminal, whose language and zone answers are written in."""

from __future__ import annotations

from bot.model import Receiver, Settings


def terminal_reader(settings: Settings | None) -> Receiver:
    """Return the first receiver that is the terminal, or one in English and the usual zone (None: no settings yet)."""
    if settings is None:
        return Receiver(id="", via="console")
    own = (receiver for receiver in settings.receivers.values() if receiver.via == "console")
    return next(own, Receiver(id="", via="console", timezone=settings.timezone))
