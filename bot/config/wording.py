"""Say the mistakes that people make in YAML, by hand or with a Chinese keyboard, in their words."""

from __future__ import annotations

import re
from typing import Any

from bot.config.faults import SECRET, FaultList, Place

_COLON = re.compile(r"^(?P<before>\s*(?:-\s+)?[{\[]?\s*)(?P<key>[A-Za-z_][\w.-]*)\s*：")
_COLON_INSIDE = re.compile(r"(?<=[{,，])\s*(?P<key>[a-z_]+)\s*：")
_INDENT_NAMES = {"\t": "a tab", "\u00a0": "a non-breaking space", "\u3000": "a full-width space"}
_SPECIAL = re.compile(r"found character '?(.+?)'? that cannot start")


def say_yaml_error(error: Any, text: str) -> tuple[Place, str, str]:
    """Return place, message and hint for an error of the YAML parser."""
    mark = error.problem_mark or error.context_mark
    place = Place(mark.line + 1, mark.column + 1) if mark else Place()
    problem = str(error.problem or "")
    start = Place(error.context_mark.line + 1, error.context_mark.column + 1) if error.context_mark else place
    if special := _SPECIAL.search(problem):
        character = special.group(1).replace("\\t", "\t")
        return (
            place,
            f"text can't begin with {_named(character)}",
            f'put it in quotes: "{character.strip()}..."',
        )
    if "mapping values are not allowed" in problem:
        return place, "a second ': ' in one line", "put the text in quotes, or begin a new line"
    if "end of stream" in problem and "quoted" in str(error.context):
        return start, "this quote is never closed", "close it with the same mark"
    if "flow" in str(error.context):
        return start, "this bracket is not closed, or a comma is missing", "write [a, b] or {key: value}"
    if "escape" in problem:
        return place, f"{problem} in double quotes", "write \\\\ for a backslash, or use single quotes"
    if "could not find expected ':'" in problem:
        return start, "a key without ': '", "write key: value"
    if "<block end>" in problem:
        return place, "this does not fit what stands before it", "check indentation and quotes"
    return place, f"not YAML: {problem}", "check indentation and quotes"


def _named(character: str) -> str:
    return "a tab" if character == "\t" else character


def find_secrets(text: str, name: str, faults: FaultList) -> None:
    """Add a fault for everything that looks like a token, in values and in comments, without repeating it."""
    for found in SECRET.finditer(text):
        before = text[: found.start()]
        faults.add(
            name,
            Place(before.count("\n") + 1, len(before) - before.rfind("\n")),
            "this looks like a token, and tokens never stand in YAML",
            "put it into .env as TELEGRAM_BOT_TOKEN=..., SLACK_BOT_TOKEN=... or SLACK_APP_TOKEN=...",
        )


def mend(text: str, name: str, faults: FaultList, keys: frozenset[str]) -> str:
    """Find what YAML would misread line by line; return it mended, so that the rest can be checked too.

    ``keys`` are the words that such a file uses as keys: only after them is a full-width colon wrong.
    """
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if (line.isascii() and "\t" not in line) or not line.strip() or line.lstrip().startswith("#"):
            continue
        lines[at] = _mend_colons(_mend_indent(line, at + 1, name, faults), at + 1, name, faults, keys)
    return "\n".join(lines)


def _mend_indent(line: str, number: int, name: str, faults: FaultList) -> str:
    white = line[: len(line) - len(line.lstrip(" \t\u00a0\u3000"))]
    wrong = [at for at, character in enumerate(white) if character in _INDENT_NAMES]
    if not wrong:
        return line
    faults.add(
        name, Place(number, wrong[0] + 1), f"{_INDENT_NAMES[white[wrong[0]]]} indents this line", "use spaces"
    )
    return white.translate({9: "  ", 0xA0: " ", 0x3000: "  "}) + line[len(white) :]


def _mend_colons(line: str, number: int, name: str, faults: FaultList, keys: frozenset[str]) -> str:
    if "：" not in line:
        return line
    found = [
        hit for pattern in (_COLON, _COLON_INSIDE) for hit in pattern.finditer(line) if hit["key"] in keys
    ]
    for at in sorted({hit.end() - 1 for hit in found}, reverse=True):
        key = next(hit["key"] for hit in found if hit.end() - 1 == at)
        faults.add(name, Place(number, at + 1), f"a full-width colon after '{key}'", f"write '{key}: '")
        line = f"{line[:at]}: {line[at + 1 :].lstrip()}"
    return line
