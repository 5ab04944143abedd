"""Which watches an entry is about, as against mentions in passing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from bot.match import cues
from bot.match.scan import Hit

LEAD = 500
"""Characters at the start of a text that say what it is about."""
_CROWD = 6
_SEGMENT = re.compile(r"[;；丨|｜]|(?<=[^\d]),(?=\s)|\s[-–—]\s")
_HEADING = 120
_ITEM_END = re.compile(r"[;；丨|｜]")


def lists_items(title: str) -> bool:
    """Tell whether a folded title is a list of three pieces of news or more."""
    items = _ITEM_END.split(title)
    return len(items) >= 3 and sum(len(item.strip()) > 5 for item in items) >= 3


def subjects_of(
    title: str, body: str, hits: Sequence[Hit], *, digest: bool, topics: Collection[str]
) -> frozenset[str]:
    """Return the ids of the watches that an entry is about.

    ``title`` and ``body`` are folded, ``hits`` the accepted ones. People don't make a subject. Where the
    title names a company, the title decides; else who fills the text.
    """
    if not hits:
        return frozenset()
    named = [hit for hit in hits if hit.term.kind != "person"]
    in_title = sorted((hit for hit in named if hit.field == "title"), key=lambda hit: hit.start)
    in_body = [hit for hit in named if hit.field == "body"]
    if digest:
        return frozenset(_of_segments(title, in_title) | _of_headings(body, in_body))
    found = _without_crowd(_of_title(title, in_title), in_title, topics)
    if found - set(topics):
        return frozenset(found | (_of_body(in_body) & set(topics)))
    passing = {hit.term.watch for hit in in_title}
    return frozenset(found | (_of_body(in_body) - passing))


def _of_title(title: str, hits: Sequence[Hit]) -> set[str]:
    """The watches with a hit that is not in passing; hits side by side are one: 支持月之暗面 Kimi K3."""
    found: set[str] = set()
    passing_until: dict[str, int] = {}
    for hit in hits:
        watch = hit.term.watch
        if _in_passing(title, hit) or hit.start - passing_until.get(watch, -9) <= 1:
            passing_until[watch] = hit.end
        else:
            found.add(watch)
    return found


def _in_passing(folded: str, hit: Hit) -> bool:
    before, after = folded[max(0, hit.start - 70) : hit.start], folded[hit.end : hit.end + 20]
    return bool(cues.PASSING_BEFORE.search(before) or cues.PASSING_AFTER.match(after))


def _without_crowd(found: set[str], in_title: Sequence[Hit], topics: Collection[str]) -> set[str]:
    """A title that lists many companies is about the first one, if about any."""
    companies = found - set(topics)
    if len(companies) < _CROWD:
        return found
    first = next(hit.term.watch for hit in in_title if hit.term.watch in companies)
    return (found - companies) | {first}


def _of_segments(title: str, hits: Sequence[Hit]) -> set[str]:
    """The watches of each part of a round-up's title; in a list of items no one is the subject."""
    if len(_ITEM_END.split(title)) >= 3:
        return set()
    breaks = [found.start() for found in _SEGMENT.finditer(title)]
    segments: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        segments[sum(at < hit.start for at in breaks)].append(hit)
    found: set[str] = set()
    for members in segments.values():
        watches = {hit.term.watch for hit in members if not _in_passing(title, hit)}
        found |= watches if len(watches) < _CROWD else set()
    return found


def _of_headings(body: str, hits: Sequence[Hit]) -> set[str]:
    """The watches that a round-up's own headings name, before their colon where there is one."""
    headings: dict[tuple[int, int], list[Hit]] = defaultdict(list)
    for hit in hits:
        start = body.rfind("\n", 0, hit.start) + 1
        end = body.find("\n", hit.end)
        if _is_heading(body[start : end if end >= 0 else len(body)].strip()):
            headings[start, body.find(":", start, end if end >= 0 else len(body))].append(hit)
    found: set[str] = set()
    for (_, colon), members in headings.items():
        leading = [hit for hit in members if hit.start < colon] or members
        found |= {hit.term.watch for hit in leading if not _in_passing(body, hit)}
    return found


def _is_heading(line: str) -> bool:
    return 0 < len(line) <= _HEADING and line[-1] not in ".。;；,，" and not line.startswith(("-", "•", "*"))


def _of_body(hits: Sequence[Hit]) -> set[str]:
    """Who fills the text: a large share of all hits, one of the first two, or the lead and some more."""
    counts = Counter(hit.term.watch for hit in hits)
    lead = {hit.term.watch for hit in hits if hit.start < LEAD}
    first_two = {watch for watch, _ in counts.most_common(2)}
    found = set()
    for watch, count in counts.items():
        share = count / len(hits)
        much = count >= 3 and share >= 0.4
        if much or (watch in first_two and count >= 4 and share >= 0.25) or (watch in lead and count >= 3):
            found.add(watch)
    return found
