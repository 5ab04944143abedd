"""The sources and their health, those in trouble first, each with what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.commands import Desk
from bot.commands.sourcing import source_rows
from bot.links import host, showable
from bot.model import Source
from bot.render.advice import trouble_said
from bot.render.health import source_notes
from bot.render.health_views import SourceRow
from bot.web.reader import Reader, name

MOST = 1_000
"""Sources that the page lists; beyond that those in trouble and the first ones."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One source."""

    name: str
    url: str
    """As a link; "" where it may not be one."""
    place: str
    state: str
    """ill, odd, well, new or off."""
    says: str
    """What is wrong, or when it was read."""
    notes: tuple[str, ...]
    """What to do, what is odd."""
    every: str
    today: int


@dataclass(frozen=True, slots=True)
class SourceList:
    """All of them."""

    listed: tuple[Listed, ...]
    ill: int
    odd: int
    total: int


def source_list(desk: Desk, reader: Reader, *, ill_only: bool = False, most: int = MOST) -> SourceList:
    """Return the sources, the ill ones first; those alone where ``ill_only``."""
    rows = sorted(source_rows(desk), key=_place)
    ill, odd = (_many(rows, state) for state in ("ill", "odd"))
    shown = [(source, row) for source, row in rows if not ill_only or _state(row) == "ill"][:most]
    return SourceList(tuple(_listed(*each, reader) for each in shown), ill, odd, len(rows))


def _many(rows: Iterable[tuple[Source, SourceRow]], state: str) -> int:
    return sum(_state(row) == state for _, row in rows)


def _place(each: tuple[Source, SourceRow]) -> tuple[int, str]:
    return ("ill", "odd", "new", "well", "off").index(_state(each[1])), each[0].name.casefold()


def _state(row: SourceRow) -> str:
    if row.trouble:
        return "ill"
    if not row.enabled:
        return "off"
    if row.odd:
        return "odd"
    return "well" if row.read_at or row.merged_into else "new"


def _listed(source: Source, row: SourceRow, reader: Reader) -> Listed:
    return Listed(
        name=name(source.name),
        url=showable(source.url),
        place=host(source.url) or source.kind,
        state=_state(row),
        says=_says(row, reader),
        notes=tuple(note for note in source_notes(row, reader.clock, "console") if note),
        every=reader.clock.span(row.every) if row.every is not None else "",
        today=row.entries,
    )


def _says(row: SourceRow, reader: Reader) -> str:
    if row.trouble:
        what = trouble_said(row.trouble, row.status, reader.language, scraped=row.scraped)
        return (
            reader.say("trouble_since", what=what, time=reader.clock.moment(row.since)) if row.since else what
        )
    if not row.enabled:
        return reader.say("source_off")
    if row.merged_into:
        return reader.say("source_merged", other=name(row.merged_into))
    if row.read_at is None:
        return reader.say("source_new")
    return reader.say("source_polled", time=reader.clock.moment(row.read_at))
