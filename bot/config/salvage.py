"""What is left of a file that does not fit its schema: enough to find its other mistakes in the same helping."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.config.yaml_source import Path, Sheet

Schema = TypeVar("Schema", bound=BaseModel)

_MOST_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class PartialSheet(Sheet):
    """A sheet some keys of which were left out: what stood beside them is not judged any more."""

    beside: tuple[tuple[str | int, ...], ...] = field(default=())
    """Paths of what was left out, and of mappings that lack a key."""

    def complain(
        self, path: Path, message: str, hint: str = "", *, key: bool = False, warning: bool = False
    ) -> None:
        """Add a fault, unless it may come of what was left out."""
        steps = tuple(path)
        if not any(steps[: len(holder)] == holder for holder in self.beside):
            Sheet.complain(self, path, message, hint, key=key, warning=warning)


def rest_of(schema: type[Schema], sheet: Sheet, error: ValidationError) -> tuple[Schema, Sheet] | None:
    """Return a file without the keys that are wrong, and a sheet that knows what is missing; None for none.

    Only keys of mappings are left out, so that every entry of a list keeps its number, and with it its line.
    """
    value = copy.deepcopy(sheet.root.value)
    beside: list[tuple[str | int, ...]] = []
    for _ in range(_MOST_ROUNDS):
        holders = [
            holder for detail in error.errors() if (holder := _without(value, detail["loc"])) is not None
        ]
        if not holders:
            return None
        beside += holders
        try:
            checked = schema.model_validate(value)
        except ValidationError as again:
            error = again
        else:
            return checked, PartialSheet(sheet.name, sheet.root, sheet.faults, tuple(beside))
    return None


def _without(value: Any, location: Iterable[str | int]) -> tuple[str | int, ...] | None:
    """Take out the innermost key that stands on the way to a mistake; return the path that is not judged then.

    That is the key itself, and for a single value what stands beside it: a receiver without its chat is not blamed
    for that. None where it was taken out before, or where nothing can be.
    """
    here, path = value, [step for step in location if step != "[key]"]
    found: tuple[dict[str, Any], int] | None = None
    for depth, step in enumerate(path):
        if isinstance(here, dict) and isinstance(step, str) and step in here:
            found = here, depth
        elif not (isinstance(here, list) and isinstance(step, int) and 0 <= step < len(here)):
            break
        here = here[step]
    if found is None:
        return None
    holder, depth = found
    gone = holder.pop(str(path[depth]))
    return tuple(path[: depth + 1 if isinstance(gone, dict) or not depth else depth])
