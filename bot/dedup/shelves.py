"""Stories as the index holds them: a shelf for each, with a card for each entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice

NEVER_LATER = datetime.max.replace(tzinfo=UTC)
NEVER_EARLIER = datetime.min.replace(tzinfo=UTC)
LONGEST_STORY = timedelta(days=7)
"""A story closes so long after its first entry, however busy it is."""


@dataclass(slots=True, eq=False)
class Card:
    """What the index holds of one entry at all times; what it says is packed."""

    number: int
    """Runs on: a later card has a larger one."""
    lang: str
    packed: bytes
    shelf: Shelf
    alive: bool = True


@dataclass(slots=True, eq=False)
class Shelf:
    """One story's entries that are still remembered, in the order in which they came."""

    story: str
    serial: int
    cards: list[Card] = field(default_factory=list)
    first: datetime = NEVER_LATER
    last: datetime = NEVER_EARLIER

    def newest(self, most: int, lang: str = "") -> list[Card]:
        """Return at most so many of the newest cards, only those of one language where it is given."""
        found = (card for card in reversed(self.cards) if not lang or card.lang == lang)
        return list(islice(found, most))

    def reach(self, time: datetime) -> None:
        """Let the story's span reach to this time."""
        self.first, self.last = min(self.first, time), max(self.last, time)

    def span(self, times: Iterator[datetime]) -> None:
        """Set the span anew, by the times of all entries; without any it stays."""
        found = list(times)
        if found:
            self.first, self.last = min(found), max(found)

    def open_at(self, time: datetime, window: timedelta) -> bool:
        """Tell whether an entry of this time may still join, also one that comes out of order."""
        early, late = self.first - time <= window, time - self.last <= window
        return early and late and time - self.first <= LONGEST_STORY
