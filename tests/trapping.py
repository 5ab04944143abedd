"""Feeds that set traps: short ways to write their items, and a bureau that reads them under three regimes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any

from tests.bureau import always, minutes_ago, never
from tests.loopback import Item, rss

HEADLINES = (
    "Globex profit jumps 34% on cloud demand",
    "Acme sued over brake patents in Texas court",
    "Initech cuts 3,000 jobs in restructuring",
    "Acme to buy harbour operator for $2.1 billion",
    "Globex files for Hong Kong listing",
    "Initech payroll service suffers nationwide outage",
)
"""Six pieces of news, each of which is told."""
OLD = {"title": "City council approves new tram line", "link": "https://harbour.example/0", "id": "0"}
"""What every feed holds before anything happens."""

REGIMES: dict[str, Callable[[], Callable[[int], bool]]] = {
    "running on": lambda: never,
    "restarted before every poll": lambda: always,
    "restarted now and then": lambda: _now_and_then(Random(28)),
}


def _now_and_then(random: Random) -> Callable[[int], bool]:
    return lambda _: random.random() < 0.5


def item(number: int, title: str = "", **more: Any) -> dict[str, str]:
    """The news of this number, as its source publishes it: what is given as None is left out.

    ``ago`` is in minutes before noon; by default a piece of news is published when the second poll is near.
    """
    ago = more.pop("ago", -12)
    values: dict[str, Any] = {
        "title": title or HEADLINES[number % len(HEADLINES)],
        "link": f"https://harbour.example/news/{number}",
        "id": f"guid-{number}",
        "date": minutes_ago(ago),
        **more,
    }
    return {name: value for name, value in values.items() if value is not None}


def items(count: int = 3, **more: Any) -> list[dict[str, str]]:
    """The first pieces of news, made alike."""
    return [item(number, **more) for number in range(count)]


def feed(*listed: Item | Iterable[Item], old: bool = True, **more: Any) -> bytes:
    """An RSS feed of these items, the first on top, with the old one at its end."""
    flat: list[Item] = []
    for each in listed:
        flat += [each] if isinstance(each, Mapping) else each
    return rss([*flat, OLD] if old else flat, **more)


def moved(item: Item, **more: Any) -> dict[str, str]:
    """The same item with other values."""
    changed = {**item, **more}
    return {name: value for name, value in changed.items() if value is not None}
