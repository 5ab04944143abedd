"""A YAML text as a tree that knows from where to where each value stands, for changes that keep the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.errors import EditError

Path = Sequence[str | int]
Splice = tuple[int, int, str]
"""From, to, and what stands there instead."""

_NOTHING = re.compile(r"(?:[ \t\r\n]+|(?:(?<=[ \t\r\n])|^)#[^\n]*)+")
_TAB_INDENTS = re.compile(r"^ *\t[ \t]*[^\s]", re.MULTILINE)
_ODD_BREAK = re.compile("\r(?!\n)|[\x85\u2028\u2029]")


@dataclass(slots=True)
class Piece:
    """A value and its place: ``text[start:end]``; what is nested in it are its parts."""

    kind: str
    """scalar, list or map."""
    start: int
    end: int
    flow: bool = False
    text: str = ""
    style: str = ""
    """The quote of a scalar, ``|`` or ``>``; "" without."""
    parts: list[Part] = field(default_factory=list)

    @property
    def block(self) -> bool:
        """True for a list or mapping that is written over lines, without brackets."""
        return self.kind != "scalar" and not self.flow

    @property
    def missing(self) -> bool:
        """True where no character stands for the value (``key:``)."""
        return self.start == self.end


@dataclass(slots=True)
class Part:
    """An entry of a list (it starts at its dash, if it has one) or a key of a mapping with its value."""

    value: Piece
    key: Piece | None
    start: int

    @property
    def end(self) -> int:
        """Where its last character ends."""
        return max(self.value.end, self.key.end if self.key else 0)


@dataclass(frozen=True, slots=True)
class Tree:
    """A text and its root; None where nothing but comments stands in it."""

    text: str
    root: Piece | None

    def walk(self, path: Path) -> list[tuple[Piece, int]]:
        """Return each holder on the way with the index of the part to follow; raise EditError."""
        found: list[tuple[Piece, int]] = []
        piece = self.root
        for depth, step in enumerate(path):
            index = _index(piece, step)
            if piece is None or index is None:
                raise EditError(f"there is nothing at {said(path[: depth + 1])}")
            found.append((piece, index))
            piece = piece.parts[index].value
        return found

    def at(self, path: Path) -> Piece | None:
        """Return the value at a path, or None where the path ends early."""
        try:
            way = self.walk(path)
        except EditError:
            return None
        return way[-1][0].parts[way[-1][1]].value if way else self.root

    def line_start(self, at: int) -> int:
        """Return where the line of a position begins."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """Return where the line of a position ends, before its line break."""
        end = self.text.find("\n", at)
        end = len(self.text) if end < 0 else end
        return end - 1 if end > at and self.text[end - 1] == "\r" else end

    def next_line(self, at: int) -> int:
        """Return where the line after a position begins, or the end of the text."""
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1

    def column(self, at: int) -> int:
        """Return how many characters stand before a position in its line."""
        return at - self.line_start(at)

    def begins_line(self, at: int) -> bool:
        """Tell whether only spaces stand before a position in its line."""
        return not self.text[self.line_start(at) : at].strip()

    def ends_line(self, at: int) -> bool:
        """Tell whether only spaces and a comment stand after a position in its line."""
        rest = self.text[at : self.line_end(at)].lstrip()
        return not rest or rest.startswith("#")

    def token(self, at: int) -> int:
        """Return where the next thing stands that is neither space nor comment."""
        found = _NOTHING.match(self.text, at)
        return found.end() if found else at

    def break_at(self, at: int) -> str:
        """Return the line break that is in use around a position."""
        end = self.text.find("\n", at)
        end = self.text.rfind("\n") if end < 0 else end
        return "\r\n" if end > 0 and self.text[end - 1] == "\r" else "\n"


def said(path: Path) -> str:
    """Return a path as a person writes it: ``sources[3].url``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text[:200] or "the top of the file"


def _index(piece: Piece | None, step: str | int) -> int | None:
    if piece is None:
        return None
    if isinstance(step, int):
        return step if piece.kind == "list" and 0 <= step < len(piece.parts) else None
    keys = (part.key.text if part.key else None for part in piece.parts)
    return next((at for at, key in enumerate(keys) if key == step), None)


def grow(text: str) -> Tree:
    """Return the tree of a text without byte order mark; raise EditError for what can't be changed safely."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    for pattern, what in ((_TAB_INDENTS, "a tab indents this line"), (_ODD_BREAK, "an unusual line break")):
        if wrong := pattern.search(text):
            raise EditError(f"line {_line(text, wrong.end())}: {what}; use spaces and ordinary lines")
    try:
        root = _build(text, YAML(typ="safe", pure=True).parse(text))
    except (YAMLError, ValueError, RecursionError):
        raise EditError("this is not YAML; 'wirewatch check' says where it breaks") from None
    tree = Tree(text, root)
    for piece in reversed(list(_pieces(root))):  # from the inside out: an end is the end of what is inside
        _find_places(tree, piece)
    return tree


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, max(at - 1, 0)) + 1


def _build(text: str, events: Iterator[Any]) -> Piece | None:
    root: Piece | None = None
    holders: list[tuple[Piece, list[Piece]]] = []
    for event in events:
        name = type(event).__name__
        if name.endswith("EndEvent"):
            if name.startswith(("Map", "Seq")):
                holders.pop()[0].end = event.end_mark.index
            continue
        if name.startswith(("Stream", "Document")):
            continue
        piece = _piece(text, event, name)
        if holders:
            _put(holders[-1][0], holders[-1][1], piece)
        else:
            root = piece
        if piece.kind != "scalar":
            holders.append((piece, []))
    return None if root and root.kind == "scalar" and root.missing else root


def _piece(text: str, event: Any, name: str) -> Piece:
    start, end = event.start_mark.index, event.end_mark.index
    if name == "AliasEvent" or event.anchor or event.tag:
        what = "an anchor (&), an alias (*) or a tag (!)"
        raise EditError(f"line {_line(text, start + 1)}: {what} stands here; write the value out")
    if name != "ScalarEvent":
        return Piece("map" if name.startswith("Map") else "list", start, end, bool(event.flow_style))
    style = event.style or ""
    if style in {"|", ">"}:
        end = _end_of_lines(text, start, end)
    return Piece("scalar", start, end, text=event.value, style=style)


def _end_of_lines(text: str, start: int, end: int) -> int:
    """Where a ``|`` or ``>`` text ends: its last line that isn't empty, unless empty ones count (``|+``)."""
    found = text[start:end]
    kept = found.removesuffix("\n") if "+" in found.partition("\n")[0] else found.rstrip()
    return start + len(kept)


def _put(holder: Piece, waiting: list[Piece], piece: Piece) -> None:
    if holder.kind == "list":
        holder.parts.append(Part(piece, None, piece.start))
    elif waiting:
        key = waiting.pop()
        holder.parts.append(Part(piece, key, key.start))
    else:
        waiting.append(piece)


def _pieces(root: Piece | None) -> Iterator[Piece]:
    waiting = [root] if root else []
    while waiting:
        piece = waiting.pop()
        yield piece
        waiting.extend(part.value for part in piece.parts)


def _find_places(tree: Tree, holder: Piece) -> None:
    """Find the dashes of a block list, the places of missing values, and where the whole ends."""
    before = holder.start + holder.flow
    for part in holder.parts:
        if holder.block:
            _find_start(tree, part, before)
        if part.value.missing:
            part.value.start = part.value.end = _empty_place(tree, part)
        before = part.end
    if holder.block and holder.parts:
        holder.end = holder.parts[-1].end


def _find_start(tree: Tree, part: Part, before: int) -> None:
    at = tree.token(before)
    if part.key is None and tree.text[at : at + 1] == "-":
        part.start = at
    elif at != part.start:
        raise EditError(f"line {_line(tree.text, at + 1)}: this way of writing can't be changed here")


def _empty_place(tree: Tree, part: Part) -> int:
    """Where a value would stand: behind the colon or the dash, if there is one."""
    if part.key is None:
        return part.start + 1
    colon = tree.token(part.key.end)
    return colon + 1 if tree.text[colon : colon + 1] == ":" else part.key.end
