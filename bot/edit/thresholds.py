"""How much is told, changed in the YAML: the ``min_score`` of a watch or a route, and the events of a route."""

from __future__ import annotations

from typing import Any

from bot import edit
from bot.config.faults import FaultList
from bot.config.yaml_source import parse
from bot.errors import EditError

_BOM = "\ufeff"


def with_watch_score(text: str, watch: str, score: int) -> str:
    """Return watchlist.yaml with another ``min_score`` of a watch. Raises EditError."""
    path = ("watches", watch)
    value = _value(text, "watches", watch)
    if value == "library":
        return edit.set_value(text, path, {"library": watch, "min_score": score})
    return _with_key(text, path, value, score)


def with_route_score(text: str, at: int, name: str, score: int) -> str:
    """Return wirewatch.yaml with another ``min_score`` of the route at a place, of this name. Raises EditError."""
    return _with_key(text, ("routes", at), _route(text, at, name), score)


def without_route_event(text: str, at: int, name: str, event: str) -> str:
    """Return wirewatch.yaml with an event less in the route at a place, of this name. Raises EditError.

    The last event is never taken: a route without ``events`` would tell everything.
    """
    events = _route(text, at, name).get("events")
    if not isinstance(events, list) or event not in events or len(events) == 1:
        raise EditError(f"the route {name} can't be without '{event}'")
    return edit.remove_item(text, ("routes", at, "events", events.index(event)))


def _with_key(text: str, path: tuple[str | int, ...], value: Any, score: int) -> str:
    if not isinstance(value, dict):
        raise EditError(f"there is nothing to change at {'.'.join(map(str, path))}")
    if "min_score" in value:
        return edit.set_value(text, (*path, "min_score"), score)
    return edit.add_key(text, path, "min_score", score)


def _route(text: str, at: int, name: str) -> dict[str, Any]:
    value = _value(text, "routes", at)
    if not isinstance(value, dict) or value.get("name", f"route-{at + 1}") != name:
        raise EditError(f"there is no route {name} in wirewatch.yaml")
    return value


def _value(text: str, *path: str | int) -> Any:
    """What stands at a path; None where nothing does."""
    root = parse(text.removeprefix(_BOM), "", FaultList())
    value: Any = root.value if root is not None else None
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value
