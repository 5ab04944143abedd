"""Hold the files against each other: every name that one of them mentions must exist in another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.config.faults import one_of
from bot.config.schema_wirewatch import WirewatchFile
from bot.config.yaml_source import Path, Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What exists, by kind; None where the file that says so has faults, so that nothing is known."""

    receivers: Collection[str]
    watches: Collection[str] | None
    tags: Collection[str] | None
    sources: Collection[str] | None
    source_tags: Collection[str] | None
    events: Collection[str] | None


_WORDS = {
    "watches": "watch",
    "tags": "watch with the tag",
    "sources": "source",
    "source_tags": "source with the tag",
    "events": "kind of event",
    "to": "receiver",
}


def check_references(file: WirewatchFile, sheet: Sheet, names: Names) -> None:
    """Add a fault for every name in routes and operator that nothing has."""
    known: Mapping[str, Collection[str] | None] = {
        "watches": names.watches,
        "tags": names.tags,
        "sources": names.sources,
        "source_tags": names.source_tags,
        "events": names.events,
        "to": names.receivers,
    }
    for at, route in enumerate(file.routes or ()):
        for key, existing in known.items():
            _check(("routes", at, key), getattr(route, key), existing, sheet)
    _check(("operator", "to"), file.operator.to, names.receivers, sheet)


def _check(at: Path, mentioned: Iterable[str], existing: Collection[str] | None, sheet: Sheet) -> None:
    if existing is None:
        return
    for number, name in enumerate(mentioned):
        if name not in existing:
            message = f"there is no {_WORDS[str(at[-1])]} '{name[:40]}'"
            sheet.complain((*at, number), message, one_of(name, existing))
