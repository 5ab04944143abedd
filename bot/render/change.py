"""What changed between two headlines: the clauses around it, and the words that are not the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.render.lines import clauses, shorten

LONGEST = 140
# A number with its unit is one word, so that 43 亿美元 -> 34 亿美元 is one change that can be read.
_WORD = re.compile(
    r"[$¥€£]?\d+(?:[.,]\d+)*(?:%|\s?(?:(?:billion|million|trillion|bn|mn|yuan|percent|per cent|percentage points?|pc)\b"
    r"|[万亿千百]*(?:美元|港元|欧元|日元|人民币|元|人|家|倍|个百分点|[万亿千百])))?"
    r"|[A-Za-z]+(?:['’-][A-Za-z]+)*|\s+|.",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text, and whether it changed."""

    text: str
    changed: bool


def changed_parts(was: str, became: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Return both headlines cut to the clauses that changed (``…`` where something follows), in parts."""
    old, new = _WORD.findall(was), _WORD.findall(became)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    olds = [Part("".join(old[a:b]), kind != "equal") for kind, a, b, _, _ in steps]
    news = [Part("".join(new[a:b]), kind != "equal") for kind, _, _, a, b in steps]
    return _excerpt(was, olds), _excerpt(became, news)


def what_was(was: str, became: str) -> str:
    """Return the one run of the old headline that changed; "" when there are several or none."""
    changed = [
        part.text.strip() for part in changed_parts(was, became)[0] if part.changed and part.text.strip()
    ]
    return changed[0] if len(changed) == 1 else ""


def _excerpt(text: str, runs: list[Part]) -> tuple[Part, ...]:
    start, end = _window(text, runs)
    parts: list[Part] = []
    at = 0
    for run in runs:
        piece = run.text[max(0, start - at) : max(0, end - at)]
        at += len(run.text)
        if piece:
            parts.append(Part(piece, changed=run.changed and bool(piece.strip())))
    if end < len(text):
        parts.append(Part("…", changed=False))
    return tuple(parts)


def _window(text: str, runs: list[Part]) -> tuple[int, int]:
    """The clauses from the first change to the last one; all of a text that has no change."""
    spots: list[tuple[int, int]] = []
    at = 0
    for run in runs:
        if run.changed:
            spots.append((at, at + len(run.text)))
        at += len(run.text)
    if not spots:
        return 0, len(shorten(text, LONGEST).removesuffix("…"))
    first, last = spots[0][0], spots[-1][1]
    touched = [(start, end) for start, end in clauses(text) if start <= last and end >= first]
    if not touched:
        return 0, min(len(text), LONGEST)
    start, end = touched[0][0], max(touched[-1][1], min(last, len(text)))
    return start, min(end, start + LONGEST)
