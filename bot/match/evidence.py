"""Does a word mean the company here? Terms declared likely or weak are weighed, and only they."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from bot.match import cues
from bot.match.scan import Hit, Scan, written_right
from bot.text import language_of

ENOUGH = 75
"""Points from which a word counts as the company."""
START = {"likely": 75, "weak": 30}
_NEAR = 300
"""Characters around a hit in a text in which context speaks for it."""
_MOST_CONTEXT = 70
_MOST_BUSINESS = 30
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_WORD_BEFORE = re.compile(r"([A-Za-z][A-Za-z.'’]*) $")
_WORD_AFTER = re.compile(r" ([A-Z][A-Za-z'’]+)")


class Passage:
    """A field as evidence sees it: its scan and how it is written."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan

    @cached_property
    def chinese(self) -> bool:
        """True when the text is Chinese around its Latin words."""
        return language_of(self.scan.folded[:400]) == "zh"

    @cached_property
    def style(self) -> str:
        """What capitals can tell: ``sentence``, ``title`` (Every Word), ``lower``, ``upper`` or ``short``."""
        words = [word for word in _LATIN_WORD.findall(self.scan.text) if len(word) > 3]
        capital = sum(word[0].isupper() for word in words)
        if not any(map(str.isupper, self.scan.text)):
            return "lower"
        if words and all(map(str.isupper, words)):
            return "upper"
        if len(words) < 3:
            return "short"
        return "title" if capital * 2 > len(words) else "sentence"


@dataclass(frozen=True, slots=True)
class Finding:
    """What the weighing of a hit says: accepted or not, why not, and the word that speaks against it."""

    accepted: bool
    reason: str = ""
    by: str = ""


def weigh(
    hit: Hit, passage: Passage, *, context: int, people: bool, others: int, against: Hit | None
) -> Finding:
    """Weigh one likely or weak hit.

    ``context`` counts the watch's own context words nearby, ``people`` tells that one of its people is named,
    ``others`` counts other companies in the same field, ``against`` is an exclusion of the watch that stands
    nearby without overlapping.
    """
    if _in_lower_case(hit) and not passage.chinese and passage.style != "lower":
        return Finding(accepted=False, reason="lower_case")
    points = START.get(hit.term.kind, START["likely"]) + min(
        _MOST_CONTEXT, 45 + 20 * (context - 1) if context else 0
    )
    points += 45 if people else 0
    points -= 50 if against else 0
    points += _chinese(hit, passage) if passage.chinese else _english(hit, passage)
    points += 30 if _beside_company(hit, passage.scan) else 0
    signs = _business(hit, passage.scan) + (0 if passage.chinese else others)
    points += min(_MOST_BUSINESS, 15 * signs)
    if points >= ENOUGH:
        return Finding(accepted=True)
    return Finding(accepted=False, reason="needs_support", by=against.text if against else "")


def context_near(hit: Hit, scans: tuple[Scan, ...]) -> int:
    """Count the different context words of the hit's watch near it, or in the title."""
    found = set()
    for scan in scans:
        for start, end, term in scan.context.get(hit.term.watch, ()):
            if scan.name == hit.field and (hit.overlaps(start, end) or not _near(hit, start, end, scan)):
                continue
            if scan.name == "body" and hit.field == "title" and start > _NEAR:
                continue
            if written_right(Hit(term, scan.name, start, end, scan.text[start:end])):
                found.add(term.written.casefold())
    return len(found)


def exclusion_near(hit: Hit, scan: Scan) -> Hit | None:
    """Return an exclusion of the hit's watch in the same sentence or title."""
    words = scan.excludes.get(hit.term.watch, ())
    return next((word for word in words if _near(hit, word.start, word.end, scan)), None)


def _near(hit: Hit, start: int, end: int, scan: Scan) -> bool:
    return scan.name == "title" or (start < hit.end + _NEAR and hit.start < end + _NEAR)


def _in_lower_case(hit: Hit) -> bool:
    if hit.term.exact and not written_right(hit):
        return True
    return hit.term.latin and hit.term.written[:1].isupper() and not hit.text[:1].isupper()


def _business(hit: Hit, scan: Scan) -> int:
    return len(
        {
            scan.folded[start:end]
            for start, end in scan.business
            if not hit.overlaps(start, end) and abs(start - hit.start) <= _NEAR
        }
    )


def _beside_company(hit: Hit, scan: Scan) -> bool:
    """Tell whether another company is named in one breath: 大众和奔驰宣布."""
    for other in scan.candidates:
        if other.term.watch == hit.term.watch or other.term.kind in {"weak", "person", "product"}:
            continue
        first, second = sorted((hit, other), key=lambda one: one.start)
        if cues.TOGETHER.fullmatch(scan.folded, first.end, max(first.end, second.start)):
            return True
    return False


def _chinese(hit: Hit, passage: Passage) -> int:
    folded = passage.scan.folded
    before, after = folded[max(0, hit.start - 10) : hit.start], folded[hit.end : hit.end + 24]
    points = 0
    if cues.LEGAL_FORM.match(after):
        points += 50
    elif cues.CHINESE_AFTER.match(after):
        points += 30
    elif cues.CHINESE_PERHAPS_AFTER.match(after):
        points += 15
    if hit.term.latin:
        points += (25 if _in_lower_case(hit) else 35) - _other_name(hit, passage)
    elif cues.MODEL_AFTER.match(after):
        points += 25
    if cues.CHINESE_BEFORE.search(before):
        points += 20
    return points if hit.term.latin else points - _common_noun(before, after)


def _common_noun(before: str, after: str) -> int:
    """Points against a Chinese word that is part of a foreign name, a nickname, or somebody's 理想."""
    against = 80 if cues.FOREIGN_AFTER.match(after) else 0
    against += 30 if cues.NICKNAME_BEFORE.search(before) else 0
    against += 25 if cues.OF_BEFORE.search(before) and cues.CLAUSE_ENDS.match(after) else 0
    return against


def _english(hit: Hit, passage: Passage) -> int:
    text, folded = passage.scan.text, passage.scan.folded
    after, before = folded[hit.end : hit.end + 40], folded[max(0, hit.start - 24) : hit.start]
    points = 50 if cues.LEGAL_FORM.match(after) or cues.LISTED_AFTER.match(after) else 0
    if hit.term.kind == "weak" and not points and cues.ONE_OF_MANY_BEFORE.search(before):
        points -= 30
    if cues.ENGLISH_CERTAIN_AFTER.match(after):
        points += 45
    elif cues.ENGLISH_AFTER.match(after):
        points += 25 if hit.start or hit.field != "title" else 45
    points += 15 if cues.POSSESSIVE.match(after) else 0
    points += 10 if cues.ENGLISH_BEFORE.search(before) else 0
    if passage.style == "sentence" and _mid_sentence(text, hit.start):
        points += 35
    points -= _other_name(hit, passage)
    if passage.style == "lower":
        points -= 35
    return points


def _mid_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 8) : start].rstrip(" \"'“‘(")
    return bool(before) and before[-1] not in ".!?:;|\n"


def _other_name(hit: Hit, passage: Passage) -> int:
    """Points against a hit that is part of somebody's or something else's name: Brody Ford, Orange County."""
    text, against = passage.scan.text, 0
    before = _WORD_BEFORE.search(text[max(0, hit.start - 20) : hit.start])
    named = before is not None and before[1][0].isupper() and not before[1].isupper()
    if before and named and before[1].lower() in cues.GIVEN_NAMES:
        return 80
    if passage.style != "sentence" and not passage.chinese:
        return 0
    if before and named and not _known(hit, passage.scan):
        if passage.chinese:
            return 80
        against += 30 if _mid_sentence(text, hit.start - len(before[0])) else 0
    following = _WORD_AFTER.match(text, hit.end) if hit.term.kind == "weak" else None
    folded_after = passage.scan.folded[hit.end : hit.end + 40]
    if following and not cues.LEGAL_FORM.match(folded_after) and not cues.ENGLISH_AFTER.match(folded_after):
        against += 35 if passage.chinese else 20
    return against


def _known(hit: Hit, scan: Scan) -> bool:
    """Tell whether the word before a hit is a company or a context word itself: Google Apple."""
    ends = [other.end for other in scan.candidates if other is not hit]
    ends += [end for _, end, _ in scan.context.get(hit.term.watch, ())]
    return any(hit.start - 2 <= end < hit.start for end in ends)
