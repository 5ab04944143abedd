"""From hits to mentions: exclusions, the longest name, capitals, evidence, people and vetoes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.match import cues
from bot.match.evidence import Passage, context_near, exclusion_near, weigh
from bot.match.scan import Hit, Scan, written_right
from bot.match.terms import EARNED, STRONG
from bot.match.topics import topic_hits
from bot.model import Mention, Refusal, Watchlist

_MOST_REFUSALS = 60


@dataclass(slots=True)
class Judged:
    """The hits of an entry, sorted into those that count and those that don't."""

    accepted: list[Hit] = field(default_factory=list)
    refused: list[tuple[Hit, str, str]] = field(default_factory=list)
    uncertain: list[Hit] = field(default_factory=list)
    """Names of one word without their capitals, where the whole text has none: weighed like likely words."""

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The accepted hits, title first, in reading order."""
        return tuple(map(_mention, sorted(self.accepted, key=_place)))

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Why hits don't count; the same word for the same reason once, nothing that counts otherwise."""
        if not self.refused:
            return ()
        once: dict[tuple[str, str, str], Refusal] = {}
        counted = {(hit.term.watch, hit.field, hit.start) for hit in self.accepted}
        for hit, reason, by in sorted(self.refused, key=lambda found: _place(found[0])):
            if (hit.term.watch, hit.field, hit.start) in counted and reason != "vetoed":
                continue
            once.setdefault((hit.term.watch, hit.text.casefold(), reason), _refusal(hit, reason, by))
        return tuple(once.values())[:_MOST_REFUSALS]


def judge(scans: tuple[Scan, ...], watchlist: Watchlist) -> Judged:
    """Return which hits of an entry count; ``scans`` are its title and its body."""
    judged = Judged()
    if not any(scan.candidates or scan.topics for scan in scans):
        return judged
    for scan in scans:
        _sort_out(scan, judged)
    _weigh_earned(scans, judged)
    _count_people(scans, judged)
    for scan in scans:
        for hits in scan.topics.values():
            judged.refused += [(hit, "excluded", word.text) for hit in hits if (word := _excluded(hit, scan))]
            judged.accepted += topic_hits(
                [hit for hit in hits if not _excluded(hit, scan)], scan, watchlist.watches[hits[0].term.watch]
            )
    _veto(scans, judged)
    return judged


def _sort_out(scan: Scan, judged: Judged) -> None:
    """Refuse what is excluded, without its capitals, or part of a longer name; accept what is certain."""
    passage, left = Passage(scan), []
    for hit in scan.candidates:
        excluded, crossed = _excluded(hit, scan), _crossed(hit, scan)
        if excluded:
            judged.refused.append((hit, "excluded", excluded.text))
        elif crossed:
            judged.refused.append((hit, "inside_longer", crossed))
        elif hit.form and not hit.form.counts:
            judged.refused.append((hit, "bare_ticker", ""))
        elif _in_lower_case(hit, passage):
            if passage.style != "lower" or hit.term.exact:
                judged.refused.append((hit, "lower_case", hit.term.written))
                continue
            left.append(hit)
            if " " not in hit.text:
                judged.uncertain.append(hit)
        else:
            left.append(hit)
    scan.candidates = []
    for hit, longer in _longest(left):
        if longer is None or _long_form(hit, longer, scan):
            scan.candidates.append(hit)
        elif longer.term.watch != hit.term.watch:
            judged.refused.append((hit, "inside_longer", longer.text))
    certain = [hit for hit in scan.candidates if hit.term.kind in STRONG | {"ticker"}]
    judged.accepted += [hit for hit in certain if hit not in judged.uncertain]


def _in_lower_case(hit: Hit, passage: Passage) -> bool:
    """Certain names must have their capitals; of the others that is part of the evidence."""
    term = hit.term
    if term.kind in EARNED or not (term.capitals or term.exact):
        return False
    return not written_right(hit, chinese=passage.chinese)


def _excluded(hit: Hit, scan: Scan) -> Hit | None:
    """The exclusion that overlaps a hit; one inside a longer name doesn't cancel the name."""
    for word in scan.excludes.get(hit.term.watch, ()):
        if hit.overlaps(word.start, word.end) and not word.within(hit.start, hit.end):
            return word
    return None


def _crossed(hit: Hit, scan: Scan) -> str:
    """The word in whose middle a short Chinese name would begin: 国电 in 中国电子."""
    if hit.end - hit.start > 3 or not hit.start or hit.term.latin:
        return ""
    crossing = cues.CROSSING.match(scan.folded, hit.start - 1)
    return scan.text[hit.start - 1 : hit.start + 1] if crossing else ""


def _longest(hits: Iterable[Hit]) -> list[tuple[Hit, Hit | None]]:
    """Return every hit, one a watch and place, with the longer one in which it lies, if any."""
    found: list[tuple[Hit, Hit | None]] = []
    cover: Hit | None = None
    seen: set[tuple[str, int, int]] = set()
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, _KIND_ORDER[hit.term.kind])):
        key = (hit.term.watch, hit.start, hit.end)
        if key in seen:
            continue
        seen.add(key)
        longer = cover if cover and hit.within(cover.start, cover.end) else None
        found.append((hit, longer))
        if cover is None or hit.end > cover.end:
            cover = hit
    return found


_KIND_ORDER = {"name": 0, "alias": 1, "product": 2, "ticker": 3, "likely": 4, "weak": 5, "person": 6}


def _long_form(hit: Hit, longer: Hit, scan: Scan) -> bool:
    """The longer name is the same company's: 格力 in 格力集团, 宏盛 in *ST宏盛, 万科 in 万科A."""
    if hit.term.watch == longer.term.watch:
        return False
    before, after = scan.folded[longer.start : hit.start], scan.folded[hit.end : longer.end]
    ends = not after or cues.LONG_FORM_AFTER.match(after) is not None
    return ends and (not before or cues.LONG_FORM_BEFORE.match(before) is not None)


def _weigh_earned(scans: tuple[Scan, ...], judged: Judged) -> None:
    """Likely and weak words: certain beside a certain name of the same watch, else by evidence."""
    weighed = any(hit.term.kind in EARNED for scan in scans for hit in scan.candidates)
    if not weighed and not judged.uncertain:
        return
    certain = {hit.term.watch for hit in judged.accepted}
    people = {hit.term.watch for scan in scans for hit in scan.candidates if hit.term.kind == "person"}
    for scan in scans:
        passage = Passage(scan)
        companies = {hit.term.watch for hit in judged.accepted if hit.field == scan.name}
        for hit in scan.candidates:
            if hit.term.kind not in EARNED and hit not in judged.uncertain:
                continue
            sure = 3 if hit.term.watch in certain else context_near(hit, scans)
            against = exclusion_near(hit, scan)
            others = len(companies - {hit.term.watch})
            known = hit.term.watch in people
            found = weigh(hit, passage, context=sure, people=known, others=others, against=against)
            if found.accepted:
                judged.accepted.append(hit)
            else:
                judged.refused.append((hit, found.reason, found.by))


def _count_people(scans: Sequence[Scan], judged: Judged) -> None:
    """A person supports the company's own mention and is nothing without one."""
    named = {hit.term.watch for hit in judged.accepted}
    for scan in scans:
        for hit in scan.candidates:
            if hit.term.kind != "person":
                continue
            if hit.term.watch in named:
                judged.accepted.append(hit)
            else:
                judged.refused.append((hit, "person_alone", ""))


def _veto(scans: Sequence[Scan], judged: Judged) -> None:
    """A ``none`` word anywhere cancels the whole entry for its watch."""
    vetoes: dict[str, Hit] = {}
    for scan in scans:
        vetoes = {**scan.vetoes, **vetoes}
    if not vetoes:
        return
    kept = []
    for hit in judged.accepted:
        veto = vetoes.get(hit.term.watch)
        if veto:
            judged.refused.append((hit, "vetoed", veto.text))
        else:
            kept.append(hit)
    judged.accepted = kept


def _place(hit: Hit) -> tuple[bool, int, int]:
    return (hit.field != "title", hit.start, hit.end)


def _mention(hit: Hit) -> Mention:
    return Mention(
        watch=hit.term.watch, field=hit.field, start=hit.start, end=hit.end, text=hit.text, kind=hit.term.kind
    )


def _refusal(hit: Hit, reason: str, by: str) -> Refusal:
    return Refusal(
        watch=hit.term.watch,
        field=hit.field,
        start=hit.start,
        end=hit.end,
        text=hit.text,
        kind=hit.term.kind,
        reason=reason,
        by=by,
    )
