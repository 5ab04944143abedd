"""Where one statement of a headline ends and the next begins: an event belongs to whom its clause names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate

from bot.match.scan import Hit
from bot.text import is_cjk

_BREAK = re.compile(r"[;；。!！?？|丨｜]\s*|(?<!\d)[,，]\s*|[,，](?!\d)\s*|(?<=\s)[-–—]\s|[.](?=\s|$)\s*")
_WHILE = re.compile(r"(?<=\s)(?:as|after|while|but|amid|whereas) (?:rival |the )?|(?:而|但|随着)")
"""Words that begin a new clause where a company follows: "Baidu falls as Tencent posts a profit"."""
_SAYS = 8
"""Letters beside the names that a clause must have to say something of its own; Chinese ones count double."""
_SAYS_BEFORE = 3
"""The same before "as", "after", 而 and a company, and in Chinese: a verb is enough, 百度下跌，腾讯净利增长."""


def clause_starts(title: str, hits: Sequence[Hit]) -> tuple[int, ...]:
    """Return the places in a folded title where a clause begins, the first (0) left out.

    A part that is hardly more than names goes with the next one: "Alibaba, Tencent sued" is one clause.
    ``hits`` are the accepted ones.
    """
    names = [(hit.start, hit.end) for hit in hits if hit.field == "title"]
    firsts = {first for first, _ in names}
    breaks = [(*found.span(), _least(title, found.start())) for found in _BREAK.finditer(title)]
    breaks += [(*found.span(), _SAYS_BEFORE) for found in _WHILE.finditer(title) if found.end() in firsts]
    if not breaks:
        return ()
    said = _said(title, names)
    starts: list[int] = []
    begin = 0
    for end, start, least in sorted(breaks):
        if said[end] - said[begin] >= least:
            starts.append(start)
            begin = start
    if starts and said[-1] - said[starts[-1]] < _least(title, len(title)):
        starts.pop()
    return tuple(starts)


def _least(title: str, end: int) -> int:
    return _SAYS_BEFORE if is_cjk(title[end - 1 : end] or " ") else _SAYS


def _said(title: str, names: Iterable[tuple[int, int]]) -> list[int]:
    """Return how many letters beside the names stand before each place of the title, and in all of it."""
    weights = [0 if not letter.isalnum() else 1 if letter.isascii() else 2 for letter in title]
    for first, last in names:
        weights[first:last] = [0] * (last - first)
    return [0, *accumulate(weights)]
