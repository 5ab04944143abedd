"""Short ways to make the nouns that tests talk about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model import (
    Entry,
    EventHit,
    Facts,
    Joining,
    Level,
    Match,
    Mention,
    Point,
    Receiver,
    Report,
    Route,
    Story,
    Watch,
    Watchlist,
)

NOON = datetime(2026, 11, 12, 12, 0, tzinfo=UTC)

ALIBABA = Watch(id="alibaba", name="Alibaba", names={"zh": "阿里巴巴"}, tags=frozenset({"internet"}))
TENCENT = Watch(id="tencent", name="Tencent", names={"zh": "腾讯"})
MOONSHOT = Watch(id="moonshot", name="Moonshot AI", names={"zh": "月之暗面"}, tags=frozenset({"ai"}))
CHIPS = Watch(id="chips", name="Chip export controls", any=("export control",))
WATCHLIST = Watchlist(
    watches={watch.id: watch for watch in (ALIBABA, TENCENT, MOONSHOT, CHIPS)}, version="v1"
)


def entry(name: str = "e1", title: str = "", *, minutes: float = 0, **more: Any) -> Entry:
    """An entry of ``Harbour Wire``, seen so many minutes after noon."""
    seen = NOON + timedelta(minutes=minutes)
    values: dict[str, Any] = {
        "source": "harbour",
        "source_name": "Harbour Wire",
        "url": f"https://harbour.example/{name}",
        "first_seen": seen,
        "time": seen,
        "polled_before": seen - timedelta(minutes=5),
        **more,
    }
    return Entry(id=name, title=title, **values)


def mention(
    title: str, text: str, watch: str = "alibaba", *, field: str = "title", kind: str = "name"
) -> Mention:
    """The first place of ``text`` in ``title``."""
    start = title.index(text)
    return Mention(watch=watch, field=field, start=start, end=start + len(text), text=text, kind=kind)


def event(title: str, text: str, kind: str, *, field: str = "title") -> EventHit:
    """The first place of an event's word."""
    start = title.index(text)
    return EventHit(kind=kind, field=field, start=start, end=start + len(text), text=text)


def facts(*mentions: Mention, about: str = "", events: tuple[EventHit, ...] = (), **more: Any) -> Facts:
    """Facts about the watches named in ``about`` (default: every one mentioned)."""
    subjects = frozenset(about.split()) if about else frozenset(each.watch for each in mentions)
    return Facts(mentions=mentions, subjects=subjects, events=events, **more)


def report(of: Entry, what: Facts, *, copy_of: str = "", rule: str = "first") -> Report:
    """One report of a story."""
    return Report(entry=of, facts=what, joining=Joining(rule=rule, copy_of=copy_of))


def headline(
    title: str,
    kind: str = "earnings",
    word: str = "profit",
    name: str = "e1",
    watch: str = "alibaba",
    **more: Any,
) -> Report:
    """A report with ``Alibaba`` (or another watch's name) and an event in its headline."""
    called = WATCHLIST.watches[watch].name
    return report(
        entry(name, title, **more), facts(mention(title, called, watch), events=(event(title, word, kind),))
    )


def story(*reports: Report, name: str = "k7f2") -> Story:
    """A story of these reports."""
    return Story(id=name, reports=reports)


def match(score: int, watch: str = "alibaba", *, subject: bool = True, events: tuple[str, ...] = ()) -> Match:
    """A match that scored so much."""
    points = (Point(rule="headline", points=score),)
    return Match(
        story="k7f2", watch=watch, score=score, points=points, subject=subject, events=events, entry="e1"
    )


def receiver(name: str = "desk", **more: Any) -> Receiver:
    """A receiver in UTC on the terminal."""
    return Receiver(id=name, via=more.pop("via", "console"), **more)


def route(*to: str, at: int | None = Level.IMPORTANT, **more: Any) -> Route:
    """A route to these receivers (``desk``) for everything from this score."""
    return Route(name=more.pop("name", "all"), to=to or ("desk",), min_score=at, **more)
