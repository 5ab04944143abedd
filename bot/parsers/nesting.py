"""Where the entries of a feed begin, and entries inside others taken out: those are quoted, not published."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARK = re.compile(r"<!\[CDATA\[|<!--|<(/?)((?:[\w-]+:)?)(?:item|entry)(?=[\s>/])")
_LONGEST_TAG = 4_000
_SKIPPED = {"<![CDATA[": "]]>", "<!--": "-->"}


def _tags(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, whether it opens) of each tag of an entry that stands outside comments and CDATA.

    Of names with different prefixes only the first is an entry's; ``<item/>`` opens and closes.
    """
    at, prefix = 0, None
    endless: set[str] = set()
    while found := _MARK.search(text, at):
        at = found.end()
        if found.group() in _SKIPPED:
            end = -1 if found.group() in endless else text.find(_SKIPPED[found.group()], at)
            if end < 0:
                endless.add(
                    found.group()
                )  # looked for once: thousands of open comments are not searched again
            at = max(at, end)
            continue
        if prefix is None:
            prefix = found.group(2)
        if found.group(2) != prefix:
            continue
        end = text.find(">", at, at + _LONGEST_TAG) + 1 or at
        if not found.group(1):
            yield found.start(), end, True
        if found.group(1) or text[end - 2 : end] == "/>":
            yield found.start(), end, False


def without_nested(text: str) -> tuple[str, list[int]]:
    """Return a feed without the entries that stand inside others, and where its entries begin.

    A feed whose entries are not all closed keeps everything: there, inside and after look the same.
    """
    starts: list[int] = []
    outer: list[int] = []
    nested: list[tuple[int, int]] = []
    depth = inside = 0
    for start, end, opens in _tags(text):
        if opens:
            depth += 1
            starts.append(start)
            if depth == 1:
                outer.append(start)
            elif depth == 2:
                inside = start
            continue
        if depth == 2:
            nested.append((inside, end))
        depth = max(0, depth - 1)
    if depth or not nested:
        return text, starts
    pieces, at = [], 0
    for start, end in nested:
        pieces.append(text[at:start])
        at = end
    return without_nested("".join(pieces) + text[at:])
