"""Changes to the YAML files that keep every other byte.

    text, version = read(path)
    text = append_item(text, ("sources",), {"id": "acme", "url": "https://acme.example/feed"})
    write(path, version, text)          # refused when the file changed meanwhile

A path is a sequence of keys and indexes. A change is a splice of the text, written as its siblings are; the
result is read again, and refused unless exactly the intended value changed. All raise EditError.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.config.faults import FaultList
from bot.config.yaml_source import parse
from bot.edit import cutting, growing
from bot.edit.file import read, write
from bot.edit.notation import Value
from bot.edit.tree import Path, Splice, Tree, grow, said
from bot.errors import EditError

__all__ = [
    "Value", "add_key", "append_item", "append_items", "changes_one_entry", "read", "remove_item", "remove_key",
    "set_value", "write",
]  # fmt: skip

_BOM = "\ufeff"


def append_item(text: str, path: Path, value: Value) -> str:
    """Return the text with one more entry at the end of the list at a path (made where it is missing)."""
    return append_items(text, path, [value])


def append_items(text: str, path: Path, values: Sequence[Value]) -> str:
    """Return the text with more entries at the end of the list at a path (made where it is missing)."""

    def splices(tree: Tree) -> list[Splice]:
        piece = tree.at(path)
        if piece is None and path:
            return _new_key(tree, path[:-1], path[-1], list(values))
        if piece is None or not _empty(piece, "list"):
            _expect(piece, "list", path)
            assert piece is not None
            return growing.after_items(tree, piece, values)
        return growing.into_empty(tree, path, list(values))

    def change(root: Any) -> Any:
        holder, last = _holder(root, path)
        holder[last] = [*(_inner(holder, last) or []), *_plain(values)]

    return _changed(text, splices, change) if values else text


def remove_item(text: str, path: Path) -> str:
    """Return the text without the entry of a list that stands at a path, which ends in its index."""
    return _remove(text, path)


def remove_key(text: str, path: Path) -> str:
    """Return the text without a key and its value; the path ends in the key."""
    return _remove(text, path)


def set_value(text: str, path: Path, value: Value) -> str:
    """Return the text with another value in the place of the one at a path, which must exist."""

    def splices(tree: Tree) -> list[Splice]:
        holder, index = tree.walk(path)[-1]
        return growing.instead(tree, holder.parts[index], value)

    def change(root: Any) -> None:
        holder, last = _holder(root, path)
        holder[last] = _plain(value)

    return _changed(text, splices, change) if path else _refuse_all()


def add_key(text: str, path: Path, key: str, value: Value) -> str:
    """Return the text with a new key at the end of the mapping at a path (made where it is missing)."""

    def change(root: Any) -> None:
        holder, last = _holder(root, [*path, key])
        if last in holder:
            raise EditError(f"{said([*path, key])} stands there already")
        holder[last] = _plain(value)

    return _changed(text, lambda tree: _new_key(tree, path, key, value), change)


def changes_one_entry(before: str, after: str) -> bool:
    """Tell whether two texts of a file differ in one entry alone: a watch, a source, a route; it may be gone."""
    try:
        old, new = (_entries(_load(text.removeprefix(_BOM))) for text in (before, after))
    except EditError:
        return False
    return len(old - new) <= 1 and len(new - old) <= 1 and old != new


def _entries(root: Any) -> set[str]:
    """The entries of a file, each with the section and the name it stands under."""
    found = set()
    for section, inner in (root if isinstance(root, dict) else {}).items():
        if isinstance(inner, dict):
            found |= {_fingerprint([section, name, value]) for name, value in inner.items()}
        else:
            found |= {
                _fingerprint([section, value]) for value in (inner if growing.is_list(inner) else [inner])
            }
    return found


def _remove(text: str, path: Path) -> str:
    def splices(tree: Tree) -> list[Splice]:
        way = tree.walk(path)
        holder, index = way[-1]
        owner = way[-2][0].parts[way[-2][1]] if len(way) > 1 else None
        return cutting.without(tree, holder, index, owner)

    def change(root: Any) -> None:
        holder, last = _holder(root, path)
        del holder[last]

    return _changed(text, splices, change) if path else _refuse_all()


def _refuse_all() -> str:
    raise EditError("a whole file is not changed this way")


def _new_key(tree: Tree, path: Path, key: str | int, value: Value) -> list[Splice]:
    if not isinstance(key, str):
        raise EditError(f"there is nothing at {said([*path, key])}")
    piece = tree.at(path)
    if piece is None and path:
        return _new_key(tree, path[:-1], path[-1], {key: value})
    if piece is None or _empty(piece, "map"):
        return growing.into_empty(tree, path, {key: value})
    _expect(piece, "map", path)
    return growing.after_keys(tree, piece, key, value)


def _empty(piece: Any, kind: str) -> bool:
    """Tell whether nothing stands there yet: ``key:``, ``null``, ``[]`` or ``{}``."""
    if piece.kind == "scalar":
        return not piece.style and piece.text in {"", "~", "null", "Null", "NULL"}
    return piece.kind == kind and not piece.parts


def _expect(piece: Any, kind: str, path: Path) -> None:
    if piece is None or piece.kind != kind:
        raise EditError(f"{said(path)} is not a {'mapping' if kind == 'map' else 'list'}")


def _holder(root: Any, path: Path) -> tuple[Any, Any]:
    """Return the list or mapping in which a path ends, and its last step; mappings on the way are made."""
    holder: Any = root
    last: Any = "root"
    for step in path:
        inner = _inner(holder, last)
        if inner is None:
            inner = holder[last] = {}
        holder, last = inner, step
    return holder, last


def _inner(holder: Any, step: Any) -> Any:
    return holder.get(step) if isinstance(holder, dict) else holder[step]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if growing.is_list(value) else value


def _changed(text: str, splices: Callable[[Tree], list[Splice]], change: Callable[[Any], None]) -> str:
    bare = text.removeprefix(_BOM)
    before = _load(bare)
    found = splices(grow(bare))
    expected = {"root": copy.deepcopy(before)}
    try:
        change(expected)
    except (KeyError, IndexError, TypeError):
        raise EditError("there is nothing at this place") from None
    after = _spliced(bare, found)
    try:
        same = _fingerprint(_load(after)) == _fingerprint(expected["root"])
    except EditError:
        same = False
    if not same:
        raise EditError("the file is written in a way that can't be changed here safely; edit it by hand")
    return text[: len(text) - len(bare)] + after


def _spliced(text: str, splices: list[Splice]) -> str:
    done = 0
    parts: list[str] = []
    for start, end, new in sorted(splices, key=lambda splice: splice[:2]):
        parts += [text[done:start], new]
        done = end
    return "".join(parts) + text[done:]


def _load(text: str) -> Any:
    """Return the plain values of a text as the bot reads them; raise EditError with the first fault."""
    faults = FaultList()
    root = parse(text, "", faults)
    if faults.faults:
        first = faults.faults[0]
        hint = f" ({first.hint})" if first.hint else ""
        raise EditError(f"line {first.line}: {first.message}{hint}; mend that first")
    return None if root is None else root.value


def _fingerprint(value: Any) -> str:
    """Values are the same when their types and the order of their keys are as well."""
    return json.dumps(value, ensure_ascii=False)
