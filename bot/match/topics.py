"""Topics: words instead of a company, together in the title or in one paragraph."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

from bot.match.scan import Hit, Scan
from bot.model import Watch

_BREAK = re.compile("\n")


def topic_hits(hits: list[Hit], scan: Scan, watch: Watch) -> Iterator[Hit]:
    """Yield the hits of a topic where its conditions are met: in the title, or in one paragraph of a body."""
    if not _met(watch, {hit.term.group for hit in hits}):
        return
    for together in _paragraphs(scan, hits):
        if _met(watch, {hit.term.group for hit in together}):
            yield from _once(together)


def _met(watch: Watch, groups: set[int]) -> bool:
    """``any`` wants one of its words, ``all`` one of each of its groups."""
    return (not watch.any or 0 in groups) and all(number in groups for number in range(1, len(watch.all) + 1))


def _paragraphs(scan: Scan, hits: list[Hit]) -> list[list[Hit]]:
    if scan.name == "title":
        return [hits]
    breaks = [found.start() for found in _BREAK.finditer(scan.text)]
    found: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        found[bisect_right(breaks, hit.start)].append(hit)
    return list(found.values())


def _once(hits: list[Hit]) -> Iterator[Hit]:
    """One hit a place, the longest."""
    end = -1
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.start >= end:
            yield hit
            end = hit.end
