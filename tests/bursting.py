"""Weeks of quiet news about one company, and then a burst of it: headlines that nobody rings for one by one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

from bot.model import Receiver, Route
from tests.deskwork import Desk

VERBS = "paints polishes visits praises photographs measures sketches admires lights waters carpets"
ADJECTIVES = "ancient wooden crooked purple narrow sunken mossy floating hidden crowded tiny noisy spiral"
THINGS = (
    "bakery library stadium greenhouse museum pier canteen playground orchard workshop lighthouse theatre "
    "chapel windmill bridge fountain staircase"
)
PLACES = (
    "Lisbon Oslo Nairobi Quito Hanoi Perth Tunis Riga Lima Dakar Bergen Osaka Turin Cusco Malmo Leeds Graz "
    "Porto Seville Bruges Ghent Basel Dover"
)
HOUR = 60.0
DAY = 24 * HOUR
RECEIVER = Receiver(id="desk", via="chat", chat="1")
IMPORTANT = Route(name="important", to=("desk",), min_score=60)
QUIET_EVERY = 23 * HOUR
"""One story a day, each day an hour earlier: no hour of the day is usual."""


def headlines(company: str = "Globex") -> Iterator[str]:
    """Headlines of different stories that score 55: the company in a headline and no event."""
    lists = [cycle(words.split()) for words in (VERBS, ADJECTIVES, THINGS, PLACES)]
    for verb, adjective, thing, place in zip(*lists, strict=False):
        yield f"{company} {verb} {adjective} {thing} of {place}"


class Burst:
    """A desk that reads headlines that were not read before, each from a source of its own."""

    def __init__(self, desk: Desk, company: str = "Globex") -> None:
        self.desk = desk
        self._headlines = headlines(company)
        self._sources = 0

    def read(self, minutes: float, title: str = "") -> str:
        """Read one story so many minutes after the last one; return its headline."""
        title = title or next(self._headlines)
        self._sources += 1
        self.desk.read(f"source {self._sources % 40}", title, minutes=minutes)
        return title

    async def days(self, days: float, *, every: float = QUIET_EVERY) -> None:
        """Let quiet days go by, and then some hours without news."""
        for _ in range(round(days * DAY / every)):
            self.read(every)
        await self.desk.deliver(minutes=7 * HOUR)

    async def hours(self, count: int, *, every: float = 10) -> list[str]:
        """Let a burst of so many stories come, and deliver what each makes owed."""
        titles = []
        for _ in range(count):
            titles.append(self.read(every - 1))
            await self.desk.deliver(minutes=1)
        return titles
