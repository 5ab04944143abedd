"""Plain values as YAML text: flow or block, quotes only where some reader of YAML would need them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence

from bot.errors import EditError

Value = str | int | float | bool | None | Sequence["Value"] | Mapping[str, "Value"]

WIDTH = 120
_SPECIAL = frozenset("null true false yes no on off y n".split())  # noqa: SIM905
_LIKE_A_NUMBER = re.compile(r"[0-9][0-9_.,+\-a-fA-FxXoO]*")
_INSIDE = frozenset(" _-./+&'()")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def columns(text: str) -> int:
    """Return how many columns a text takes in a terminal: Chinese characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def scalar(value: Value, quote: str = "") -> str:
    """Return a scalar as it may stand anywhere; ``quote`` (' or ") is used for text in any case."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise EditError("a number without end can't be written")
        return repr(value)
    if not isinstance(value, str):
        raise EditError(f"{type(value).__name__} can't be written")
    return _quoted(value, quote or '"') if quote or not _is_plain(value) else value


def _is_plain(text: str) -> bool:
    if not text or not text[0].isalnum() or text[-1] == " ":
        return False
    if text.lower() in _SPECIAL or _LIKE_A_NUMBER.fullmatch(text):
        return False
    if text[0].isdigit() and "." in text:
        return False  # stock codes: some reader would take a part of them for numbers
    return all(character in _INSIDE or character.isalnum() for character in text)


def _quoted(text: str, quote: str) -> str:
    if quote == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        raise EditError("half a character can't be written")
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def pieces(value: Value, quotes: Mapping[str, str] | None = None) -> list[str]:
    """Return what stands between the brackets, one text for each entry or key; ``quotes`` by key."""
    if isinstance(value, Mapping):
        return [f"{scalar(key)}: {flow(inner, (quotes or {}).get(key, ''))}" for key, inner in value.items()]
    assert isinstance(value, Sequence)
    return [flow(inner) for inner in value]


def flow(value: Value, quote: str = "") -> str:
    """Return a value in one line: ``{a: 1, b: [x, y]}``."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(pieces(value)) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(pieces(value)) + "]"
    return scalar(value, quote)


def wrapped(value: Value, column: int, new_line: str, quotes: Mapping[str, str] | None = None) -> str:
    """Return a value that begins at a column, broken between its pieces where the line would be too long."""
    if isinstance(value, str) or not isinstance(value, Mapping | Sequence) or not value:
        return flow(value)
    first, last = "{}" if isinstance(value, Mapping) else "[]"
    lines = [first]
    room = WIDTH - column
    for at, piece in enumerate(pieces(value, quotes)):
        piece = piece if at + 1 == len(value) else piece + ","  # noqa: PLW2901
        if lines[-1] in {first, " "} or columns(lines[-1]) + columns(piece) + 2 <= room:
            lines[-1] += piece if lines[-1] in {first, " "} else f" {piece}"
        else:
            lines.append(f" {piece}")
    return f"{new_line}{' ' * column}".join(lines) + last


def block(value: Value, indent: int, step: int, new_line: str) -> list[str]:
    """Return the lines of a list or mapping."""
    if isinstance(value, Mapping):
        return [
            line
            for key, inner in value.items()
            for line in key_lines(scalar(key), inner, indent, step, new_line)
        ]
    assert isinstance(value, Sequence)
    return [" " * indent + "- " + wrapped(inner, indent + 2, new_line) for inner in value]


def key_lines(
    key: str, value: Value, indent: int, step: int, new_line: str, *, as_block: bool = False
) -> list[str]:
    """Return a key with its value: mappings, lists of them, and with ``as_block`` any list stand below it."""
    spread = isinstance(value, Mapping)
    if isinstance(value, Sequence) and not isinstance(value, str):
        spread = as_block or any(isinstance(inner, Mapping) for inner in value)
    head = f"{' ' * indent}{key}:"
    if spread and value:
        return [head, *block(value, indent + step, step, new_line)]
    return [f"{head} {wrapped(value, columns(head) + 1, new_line)}"]
