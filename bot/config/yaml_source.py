"""YAML text to plain values that remember where they stood: YAML 1.2, one document, no aliases, no tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.config.faults import FaultList, Place

DEEPEST = 20
MOST_NODES = 100_000

Path = Sequence[str | int]

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class Node:
    """A value of plain Python, where it stands, and for a scalar how it was written."""

    value: Any
    place: Place
    text: str = ""
    plain: bool = False
    """True for a scalar without quotes."""
    fields: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    entries: list[Node] = field(default_factory=list)

    def at(self, path: Path) -> Node:
        """Return the node at a path of keys and indexes, or the last one on the way that exists."""
        node = self
        for step in path:
            if isinstance(step, str) and step in node.fields:
                node = node.fields[step]
            elif isinstance(step, int) and 0 <= step < len(node.entries):
                node = node.entries[step]
            else:
                break
        return node

    def key_place(self, path: Path) -> Place:
        """Return where the key at the end of a path stands (for an entry of a list, the entry)."""
        holder = self.at(path[:-1])
        return holder.keys.get(str(path[-1]), self.at(path).place) if path else self.place

    def scalars(self) -> Iterator[Node]:
        """Yield every scalar below, values only."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            waiting.extend(node.fields.values())
            waiting.extend(node.entries)
            if not isinstance(node.value, dict | list):
                yield node


@dataclass(frozen=True, slots=True)
class Sheet:
    """A parsed file while it is checked: it knows where each value stands, and takes faults by path."""

    name: str
    root: Node
    faults: FaultList

    def complain(
        self, path: Path, message: str, hint: str = "", *, key: bool = False, warning: bool = False
    ) -> None:
        """Add a fault at the value, or with ``key`` at the key, that stands at a path."""
        place = self.root.key_place(path) if key else self.root.at(path).place
        self.faults.add(self.name, place, message, hint, warning=warning)


class _StopReadingError(Exception):
    """The rest of the file isn't worth reading."""


@dataclass(slots=True)
class _Builder:
    """Builds nodes from parser events without recursion, so that depth and size are ours to limit."""

    name: str
    faults: FaultList
    open: list[tuple[Node, list[tuple[str, Place]]]] = field(default_factory=list)
    root: Node | None = None
    count: int = 0
    documents: int = 0

    def complain(self, place: Place, message: str, hint: str = "") -> None:
        self.faults.add(self.name, place, message, hint)

    def take(self, event: Any) -> None:
        """Take one event of the parser."""
        kind = type(event).__name__
        place = Place(event.start_mark.line + 1, event.start_mark.column + 1)
        if kind == "DocumentStartEvent":
            self._start_document(place)
        elif kind == "AliasEvent":
            self.complain(place, "an alias (*) is not allowed here", "put text that begins with * in quotes")
            self._place_node(Node(None, place))
        elif kind == "ScalarEvent":
            self._scalar(event, place)
        elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
            self._begin(Node({} if kind.startswith("Map") else [], place), event)
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self.open.pop()

    def _start_document(self, place: Place) -> None:
        self.documents += 1
        if self.documents > 1:
            self.complain(place, "a second YAML document begins here", "remove the line ---")
            raise _StopReadingError

    def _check(self, event: Any, place: Place) -> None:
        self.count += 1
        if self.count > MOST_NODES:
            self.complain(place, f"the file holds more than {MOST_NODES} values", "split or shorten it")
            raise _StopReadingError
        if event.anchor:
            self.complain(place, "an anchor (&) is not allowed here", "put text that begins with & in quotes")
        if event.tag is not None:
            self.complain(place, "a tag (!) is not allowed here", "put text that begins with ! in quotes")

    def _scalar(self, event: Any, place: Place) -> None:
        self._check(event, place)
        text, plain = event.value, not event.style
        if _SURROGATE.search(text):
            self.complain(
                place, "half a character (\\ud800 to \\udfff) stands here", "write the character itself"
            )
            text = _SURROGATE.sub("?", text)
        self._place_node(Node(_resolve(text) if plain else text, place, text, plain))

    def _begin(self, node: Node, event: Any) -> None:
        self._check(event, node.place)
        if len(self.open) >= DEEPEST:
            self.complain(node.place, f"lists and mappings stand more than {DEEPEST} deep here")
            raise _StopReadingError
        self._place_node(node)
        self.open.append((node, []))

    def _place_node(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        holder, waiting = self.open[-1]
        if isinstance(holder.value, list):
            holder.value.append(node.value)
            holder.entries.append(node)
        elif waiting:
            self._set(holder, *waiting.pop(), node)
        else:
            waiting.append((self._key(node), node.place))

    def _key(self, node: Node) -> str:
        if isinstance(node.value, dict | list):
            self.complain(node.place, "a list or mapping can't be a key", "put text with brackets in quotes")
            return "?"
        return node.text

    def _set(self, holder: Node, key: str, place: Place, node: Node) -> None:
        if key in holder.keys:
            first = holder.keys[key].line
            self.complain(
                place, f"the key '{key[:60]}' stands twice, first in line {first}", "keep one of them"
            )
            return
        holder.value[key] = node.value
        holder.fields[key] = node
        holder.keys[key] = place


def _resolve(text: str) -> str | int | float | bool | None:
    """Give a scalar without quotes its YAML 1.2 value: ``no``, ``22:00`` and dates stay text, 0700 is 700."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) and len(text) < 40 else text


def parse(text: str, name: str, faults: FaultList) -> Node | None:
    """Return the root of the document, or None when nothing stands there or it isn't YAML (a fault)."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    from bot.config.wording import say_yaml_error

    builder = _Builder(name, faults)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except _StopReadingError:
        return None
    except MarkedYAMLError as error:
        builder.complain(*say_yaml_error(error, text))
        return None
    except (YAMLError, ValueError, RecursionError):
        builder.complain(Place(), "this is not YAML")
        return None
    return builder.root
