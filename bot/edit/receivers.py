"""A chat that becomes a receiver: the lines of wirewatch.yaml that say who it is, what it hears, and who may change.

text = with_receiver(text, NewReceiver(name="desk", via="telegram", chat="-100123", language="en"))
text = with_admin(text, "telegram", "4242")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot import edit
from bot.edit.tree import Path, Piece, grow

AT_MOST = "20/d"
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReceiver:
    """A chat and its name; ``beside`` names the receiver that it shall hear the same as, "" gives it its own routes."""

    name: str
    via: str
    chat: str
    topic: int | None = None
    language: str = "en"
    beside: str = ""


def with_receiver(text: str, new: NewReceiver) -> str:
    """Return wirewatch.yaml with one more receiver and what it hears. Raises EditError.

    Without ``routes`` every receiver hears what is important at once and the rest in the morning; where there are
    routes, it gets two of its own that say the same.
    """
    routes = _at(text, ("routes",))
    text = edit.add_key(text, ("receivers",), new.name, _receiver(new))
    if new.beside:
        return _beside(text, new)
    if routes is None or routes.kind != "list":
        return text
    return edit.append_items(text, ("routes",), _routes(new.name, _route_names(routes)))


def with_admin(text: str, service: str, person: str) -> str:
    """Return wirewatch.yaml with one more person who may change things; the same where they may. Raises EditError."""
    admins = _at(text, ("access", service, "admins"))
    if admins is not None and person in {part.value.text for part in admins.parts}:
        return text
    listed: edit.Value = int(person) if person.isdecimal() else person
    return edit.append_item(text, ("access", service, "admins"), listed)


def _receiver(new: NewReceiver) -> dict[str, edit.Value]:
    chat: edit.Value = int(new.chat) if new.chat.lstrip("-").isdecimal() else new.chat
    keys: dict[str, edit.Value] = {"via": new.via, "chat": chat}
    if new.topic is not None:
        keys["topic"] = new.topic
    return keys | {"language": new.language, "at_most": AT_MOST}


def _routes(name: str, taken: Sequence[str]) -> list[edit.Value]:
    """What the starting configuration's receiver hears."""
    return [
        {"name": _free(name, taken), "min_score": "important", "to": [name]},
        {
            "name": _free(f"{name}-rest", taken),
            "min_score": "notable",
            "to": [name],
            "digest": {"at": "08:30", "days": "daily"},
        },
    ]


def _free(name: str, taken: Sequence[str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free


def _beside(text: str, new: NewReceiver) -> str:
    """Add it wherever the other one is told."""
    routes = _at(text, ("routes",))
    count = len(routes.parts) if routes is not None and routes.kind == "list" else 0
    for at in range(count):
        to = _at(text, ("routes", at, "to"))
        if to is not None and new.beside in {part.value.text for part in to.parts}:
            text = edit.append_item(text, ("routes", at, "to"), new.name)
    return text


def _route_names(routes: Piece) -> list[str]:
    parts = (part for route in routes.parts for part in route.value.parts)
    return [part.value.text for part in parts if part.key is not None and part.key.text == "name"]


def _at(text: str, path: Path) -> Piece | None:
    return grow(text.removeprefix(_BOM)).at(path)
