"""Entries and facts as rows, and back: fields by name, defaults left out, tokens as one text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any

from bot.model import Entry, EventHit, Facts, Figure, Joining, Mention, Point, Refusal

_LISTS: Mapping[str, Callable[..., Any]] = {
    "mentions": Mention,
    "refused": Refusal,
    "events": EventHit,
    "figures": Figure,
}
_TOKENS = ("tokens", "body_tokens")
_APART = " "

ENTRY_FIELDS = tuple(field.name for field in fields(Entry))
"""The columns of an entry bear the names of its fields."""


def dumps(value: object) -> str:
    """Return compact JSON; half a surrogate pair, which UTF-8 can't hold, is escaped."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


_DEFAULTS: dict[type[Any], tuple[tuple[str, object], ...]] = {
    kind: tuple(
        (field.name, field.default_factory() if field.default_factory is not MISSING else field.default)
        for field in fields(kind)
    )
    for kind in (Facts, Joining, Mention, Refusal, EventHit, Figure, Point)
}


def plain(value: Facts | Joining | Mention | Refusal | EventHit | Figure | Point) -> dict[str, Any]:
    """Return a value as a dictionary of its fields, those at their default left out."""
    found = ((name, getattr(value, name), default) for name, default in _DEFAULTS[type(value)])
    return {name: now for name, now, default in found if now != default}


def facts_text(facts: Facts) -> str:
    """Return facts as JSON text."""
    row = plain(facts)
    for name in _LISTS.keys() & row.keys():
        row[name] = [plain(part) for part in row[name]]
    for name in _TOKENS:
        if name in row:
            row[name] = _join(row[name])
    return dumps({name: sorted(now) if isinstance(now, frozenset) else now for name, now in row.items()})


def facts_from(text: str) -> Facts:
    """Return the facts of a JSON text."""
    row: dict[str, Any] = json.loads(text)
    for name, now in row.items():
        if name in _LISTS:
            kind = _LISTS[name]
            row[name] = tuple([kind(**part) for part in now])
        elif name in _TOKENS:
            row[name] = tuple(now.split(_APART) if isinstance(now, str) else now)
        elif name == "subjects":
            row[name] = frozenset(now)
        elif name == "clauses":
            row[name] = tuple(now)
    return Facts(**row)


def _join(tokens: tuple[str, ...]) -> str | list[str]:
    text = _APART.join(tokens)
    return text if text.count(_APART) == len(tokens) - 1 else list(tokens)


def joining_text(joining: Joining) -> str:
    """Return all of a joining but its rule and margin, which have columns of their own, as JSON text."""
    row = plain(joining)
    return dumps({name: now for name, now in row.items() if name not in {"rule", "margin"}})


def joining_from(rule: str, margin: float, text: str) -> Joining:
    """Return the joining of a row."""
    row: dict[str, Any] = json.loads(text)
    if "features" in row:
        row["features"] = tuple((name, weight) for name, weight in row["features"])
    if "shared" in row:
        row["shared"] = tuple(row["shared"])
    return Joining(rule=rule, margin=margin, **row)


def points_from(rows: list[dict[str, Any]]) -> tuple[Point, ...]:
    """Return the points of a match."""
    return tuple(Point(**row) for row in rows)


def entry_row(entry: Entry, facts: Facts) -> dict[str, Any]:
    """Return the columns of an entry and its facts; not its story or joining."""
    row = {name: getattr(entry, name) for name in ENTRY_FIELDS}
    row["kinds"] = kinds_text(facts.event_kinds)
    row["facts"] = facts_text(facts)
    return row


def kinds_text(kinds: tuple[str, ...]) -> str:
    """Return kinds of event as text in which each can be found: ``|earnings|merger|``, or nothing."""
    return f"|{'|'.join(kinds)}|" if kinds else ""


def entry_from(values: tuple[Any, ...]) -> Entry:
    """Return the entry whose fields stand in the order of ``ENTRY_FIELDS``."""
    return Entry(**dict(zip(ENTRY_FIELDS, values, strict=True)))
