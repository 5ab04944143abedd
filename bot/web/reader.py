"""Whom a page is made for: a language and a zone, and the words in them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands import Desk
from bot.model import Receiver, Span
from bot.render import Clock
from bot.render.lines import clean, shorten
from bot.render.words import say

LANGUAGES = ("en", "zh")
LONGEST_NAME = 48


@dataclass(frozen=True, slots=True)
class Reader:
    """The person before the screen, as a receiver on the terminal would be: commands are shown as typed there."""

    receiver: Receiver
    clock: Clock
    asked: str
    """The language that the address asks for; "" where it asks for none."""

    @classmethod
    def of(cls, desk: Desk, asked: str) -> Reader:
        """Return the reader: as the first receiver reads, or in the language that was asked for."""
        first = next(iter(desk.settings.receivers.values()), None)
        zone = first.timezone if first else desk.settings.timezone
        own = first.language if first else LANGUAGES[0]
        language = asked if asked in LANGUAGES else own if own in LANGUAGES else LANGUAGES[0]
        receiver = Receiver(id="", via="console", language=language, timezone=zone)
        return cls(receiver, Clock.of(receiver, desk.now), asked if asked in LANGUAGES else "")

    @property
    def language(self) -> str:
        """The language of the frame."""
        return self.receiver.language

    @property
    def other(self) -> str:
        """The language that a link offers."""
        return LANGUAGES[self.language == LANGUAGES[0]]

    def say(self, key: str, /, **values: str | int | Span) -> str:
        """Return a phrase."""
        return say(self.language, key, **values)

    def link(self, path: str) -> str:
        """Return an address of this site that keeps the language asked for."""
        return f"{path}?lang={self.asked}" if self.asked else path


def name(text: str, limit: int = LONGEST_NAME) -> str:
    """Return a name from a feed, a file or a person, fit for a line."""
    return shorten(clean(text), limit)
