"""Short ways to make what pictures are drawn from."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.charts import Dot, Picture, Row
from bot.render import Clock
from bot.render.picture_views import Days, Happened

MONDAY = datetime.fromisoformat("2026-11-16T00:30:00+00:00")
"""A Monday, 08:30 in Hong Kong."""
WEEK = tuple("MTWTFSS")


def clock(language: str = "en", zone: str = "Asia/Hong_Kong", now: datetime = MONDAY) -> Clock:
    """A reader's clock."""
    return Clock(language, zone, now)


def week(language: str = "en", end: datetime = MONDAY, *, days: int = 7) -> Days:
    """The days up to a moment."""
    return Days.until(clock(language), end, days)


def happened(
    story: str,
    watch: str = "alibaba",
    *,
    days_ago: float = 1,
    score: int = 70,
    event: str = "",
    rang: bool = True,
) -> Happened:
    """A story, so many days before Monday morning."""
    at = MONDAY - timedelta(days=days_ago)
    return Happened(story=story, watch=watch, at=at, score=score, event=event, rang=rang)


def dot(place: int, level: str = "urgent", word: str = "earnings", *, score: int = 90) -> Dot:
    """A strong story."""
    return Dot(place=place, level=level, score=score, word=word)


def row(name: str = "Alibaba", *counts: int, dots: tuple[Dot, ...] = (), change: str = "") -> Row:
    """A company's row."""
    numbers = counts or (1, 2, 2, 8, 5, 0, 0)
    return Row(name=name, counts=numbers, dots=dots, count=f"{sum(numbers):,}", change=change)


def picture(
    *rows: Row, heads: tuple[str, ...] = WEEK, title: str = "Your week · 9-15 Nov", **more: object
) -> Picture:
    """A picture of these rows."""
    values = {"total": "41 stories", "against": "vs" if any(each.change for each in rows) else "", **more}
    return Picture(title=title, heads=heads, rows=rows, **values)  # type: ignore[arg-type]
