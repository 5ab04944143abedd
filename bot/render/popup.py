"""The words of a pop-up: as much as fits, the least important left out first."""

from __future__ import annotations

LONGEST_POP_UP = 200
"""UTF-16 units."""


def fit(head: list[str], points: list[str], foot: list[str]) -> str:
    """Return head, points and foot as lines; points are left out from the last on, then the foot."""
    while points and _units("\n".join((*head, *points, *foot))) > LONGEST_POP_UP:
        points = points[:-1]
    lines = [*head, *points, *foot]
    while len(lines) > 1 and _units("\n".join(lines)) > LONGEST_POP_UP:
        lines = lines[:-1]
    return "\n".join(lines)[:LONGEST_POP_UP]


def _units(words: str) -> int:
    return len(words.encode("utf-16-le", "surrogatepass")) // 2
