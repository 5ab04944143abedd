"""Short ways to fill a store in tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.model import Assignment, DeliveryKind, Entry, Facts, Joining, Match, Point, Told
from bot.store import Store, deliveries, entries
from tests.newsmaking import NOON, entry, facts

VARIANTS = {ord("騰"): "腾", ord("訊"): "讯"}


def open_store(folder: Path) -> Store:
    """The store of a folder."""
    return Store.open(f"sqlite:///{folder / 'wirewatch.db'}", variants=VARIANTS)


def assignment(story: str, of: Entry, what: Facts | None = None, **more: Any) -> Assignment:
    """An entry that opened (rule ``first``) or joined a story; the serial is made of the story's name."""
    rule = more.pop("rule", "first")
    values: dict[str, Any] = {"serial": serial_of(story), "new": rule == "first", **more}
    joining = values.pop("joining", Joining(rule=rule))
    return Assignment(entry=of, facts=what or facts(), story=story, joining=joining, **values)


def serial_of(story: str) -> int:
    """A number for a story named like ``s12``."""
    return int("".join(filter(str.isdigit, story)) or 0)


def publish(conn: Connection, *told: tuple[str, str, str], minutes: float = 0, **more: Any) -> None:
    """Store entries given as (story, entry, title); the first of a story opens it."""
    seen: set[str] = set()
    listed = []
    for at, (story, name, title) in enumerate(told):
        rule = "similar" if story in seen else "first"
        seen.add(story)
        made = entry(name, title, minutes=minutes + at, **more)
        listed.append(assignment(story, made, rule=rule))
    entries.save(conn, listed, {one.entry.id: [f"key {one.entry.id}"] for one in listed})


def told(story: str, receiver: str = "desk", *, minutes: float = 0, score: int = 70, **more: Any) -> Told:
    """What a receiver was told of a story, so many minutes after noon."""
    return Told(receiver=receiver, story=story, at=later(minutes), score=score, **more)


def later(minutes: float) -> datetime:
    """A moment so many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def match(story: str, watch: str = "alibaba", score: int = 70, **more: Any) -> Match:
    """A match of a story."""
    points = (Point(rule="headline", points=score, entry="e1", field="title", start=0, end=3, text="阿里巴"),)
    return Match(story=story, watch=watch, score=score, points=points, subject=True, **more)


def owe(conn: Connection, key: str, receiver: str = "desk", **more: Any) -> bool:
    """Owe an alert, due at noon unless said otherwise."""
    values: dict[str, Any] = {
        "story": key.split("|", maxsplit=1)[0],
        "kind": DeliveryKind.ALERT,
        "revision": 0,
        "due": NOON,
        "score": 70,
        "payload": {"reason": "first_report"},
        "now": NOON,
        **more,
    }
    return deliveries.owe(conn, key=key, receiver=receiver, **values)


def ids(found: Iterable[Any]) -> list[Any]:
    """The ids of what was found."""
    return [one.id for one in found]
