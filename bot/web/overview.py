"""The first page: what needs a person, what was told, what is owed, how much news there is, how quick the bot is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.commands import Desk
from bot.commands.speeds import speeds_of
from bot.render.speeds import Speed, delay
from bot.store import Store, alerts, counting, deliveries, keeping, meta, reaching
from bot.web.bars import Bars, bars
from bot.web.figures import size_of
from bot.web.headlines import Shown, newest
from bot.web.reader import Reader, name
from bot.web.sourcelist import SourceList, source_list

DAY = timedelta(days=1)
MOST_STORIES = 12
MOST_DEAD = 10
MOST_FAULTS = 8
MOST_ILL = 12
MOST_SPEEDS = 8
LONGEST_WORDS = 200
OLD_BACKUP = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure with what it means."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Owed:
    """What one receiver is owed of one kind."""

    receiver: str
    kind: str
    count: int
    since: str
    late: bool


@dataclass(frozen=True, slots=True)
class Dead:
    """A message that was given up."""

    receiver: str
    kind: str
    why: str
    at: str
    story: str
    """Where there is one: its id."""


@dataclass(frozen=True, slots=True)
class Quick:
    """How quick the alerts of a company or a source were."""

    name: str
    count: int
    median: str
    most: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All that the page shows."""

    concerns: tuple[str, ...]
    faults: tuple[str, ...]
    tiles: tuple[Tile, ...]
    stories: tuple[Shown, ...]
    bars: Bars
    owed: tuple[Owed, ...]
    dead: tuple[Dead, ...]
    dead_count: int
    sources: SourceList
    companies: tuple[Quick, ...]
    slowest: tuple[Quick, ...]
    speed: str


def overview(desk: Desk, store: Store, reader: Reader) -> Overview:
    """Return what the page shows, from one snapshot."""
    quick = speeds_of(desk, reader.language)
    ill = source_list(desk, reader, ill_only=True, most=MOST_ILL)
    dead = counting.dead(desk.conn)
    slowest = sorted(quick.sources, key=lambda one: -one.median)
    return Overview(
        concerns=tuple(_concerns(desk, reader, ill, sum(dead.values()))),
        faults=tuple(name(fault, LONGEST_WORDS) for fault in desk.faults[:MOST_FAULTS]),
        tiles=tuple(_tiles(desk, store, reader, quick.published)),
        stories=newest(desk, reader, MOST_STORIES),
        bars=bars(desk, reader),
        owed=tuple(_owed(each, desk, reader) for each in deliveries.owed(desk.conn)),
        dead=tuple(_dead(each, reader) for each in deliveries.dead_letters(desk.conn, MOST_DEAD)),
        dead_count=sum(dead.values()),
        sources=ill,
        companies=tuple(_quick(one, reader) for one in quick.watches[:MOST_SPEEDS]),
        slowest=tuple(_quick(one, reader) for one in slowest[:MOST_SPEEDS]),
        speed=_speed(quick.read, reader),
    )


def _concerns(desk: Desk, reader: Reader, ill: SourceList, dead: int) -> Iterator[str]:
    """What a person should look at, the gravest first; nothing when all is well."""
    if desk.faults:
        yield reader.say("status_broken").rstrip(":：")
    for receiver, lost in reaching.lost(desk.conn).items():
        if lost.back is None and receiver in desk.settings.receivers:
            time = reader.clock.moment(lost.since)
            yield reader.say("page_lost", receiver=name(receiver), time=time, why=name(lost.why, 120))
    if dead:
        yield reader.say("page_dead_count", count=dead)
    if ill.ill:
        yield reader.say("page_ill", count=ill.ill, total=ill.total)
    at = keeping.last_backup(desk.conn)
    if at is not None and desk.now - at > OLD_BACKUP:
        yield reader.say("page_backup_old", time=reader.clock.moment(at))


def _tiles(desk: Desk, store: Store, reader: Reader, quick: Speed | None) -> Iterator[Tile]:
    clock = reader.clock
    began = meta.get(desk.conn, "started")
    started = datetime.fromisoformat(began) if began else desk.started
    yield Tile(clock.span(desk.now - started, exact=True), reader.say("page_up"))
    told = alerts.stories_since(desk.conn, list(desk.settings.receivers), desk.now - DAY)
    yield Tile(f"{told:,}", reader.say("page_told"))
    if quick is not None:
        yield Tile(delay(quick.median, clock), reader.say("page_quick"))
    owed = sum(each.count for each in deliveries.owed(desk.conn))
    yield Tile(f"{owed:,}", reader.say("page_owed"))
    yield Tile(_bytes(size_of(store)), reader.say("page_database"))
    at = keeping.last_backup(desk.conn)
    if at is not None:
        yield Tile(clock.moment(at), reader.say("page_backup"))


def _bytes(size: int) -> str:
    for unit in ("B", "KB", "MB"):
        if size < 1000:
            return f"{size} {unit}"
        size = round(size / 1000)
    return f"{size / 1000:.1f} GB" if size < 10_000 else f"{size // 1000} GB"


def _owed(each: deliveries.Owed, desk: Desk, reader: Reader) -> Owed:
    return Owed(
        receiver=name(each.receiver),
        kind=reader.say(f"kind_{each.kind.value}"),
        count=each.count,
        since=reader.clock.moment(each.oldest_due),
        late=desk.now - each.oldest_due > timedelta(minutes=15),
    )


def _dead(letter: deliveries.DeadLetter, reader: Reader) -> Dead:
    return Dead(
        receiver=name(letter.delivery.receiver),
        kind=reader.say(f"kind_{letter.delivery.kind.value}"),
        why=name(letter.error, LONGEST_WORDS),
        at=reader.clock.moment(letter.at),
        story=letter.delivery.story,
    )


def _quick(one: Speed, reader: Reader) -> Quick:
    return Quick(name(one.name), one.count, delay(one.median, reader.clock), delay(one.most, reader.clock))


def _speed(read: Speed | None, reader: Reader) -> str:
    if read is None:
        return ""
    median, most = delay(read.median, reader.clock), delay(read.most, reader.clock)
    return reader.say("speed_read", median=median, most=most)
