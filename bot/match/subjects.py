"""Which watches an entry is about, as against mentions in passing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from bot.match.passing import for_shoppers, in_passing
from bot.match.scan import Hit

LEAD = 500
"""Characters at the start of a text that say what it is about."""
_BEGINNING = 100
"""Characters in which a text names whom an eventful headline is about."""
_CROWD = 6
_SEGMENT = re.compile(r"[;；丨|｜]|(?<=[^\d]),(?=\s)|\s[-–—]\s")
_BARE = 4
"""Letters beside the names that a part of a round-up must have to be news: in a list of names nobody is."""
_MARKET = re.compile(
    r"(?:沪指|深成指|创业板指?|科创50|恒指|恒生指数|恒生科技指?数?|恒科指?|道指|纳指|标普|三大(?:股)?指数?|日经)"
    r"[^,，。;；]{0,4}(?:涨|跌|收|高开|低开|翻红|翻绿|震荡|走强|走弱|飘红|反弹|重挫|新高)"
    r"|(?:^|[,，。;；\s])(?:美股|港股|a股)(?:三大指数|低开|高开|收盘|收涨|收跌|走低|走高|全线|早盘|午后|尾盘|盘前普)"
    r"|(?<![a-z])(?:dow|nasdaq|s&p 500|nikkei|hang seng|sensex|nifty|ftse)(?: \w+)?,? (?:and |& )?"
    r"(?:rises?|falls?|gains?|slips?|drops?|jumps?|climbs?|closes?|ends?|opens?|surges?|tumbles?|slides?|rall(?:y|ies)|sinks?)(?![a-z])"
)
"""What an index did: the wrap of a market."""
_LONGEST_HEADLINE = 110
_HEADING = 120
_ITEM_END = re.compile(r"[;；丨|｜]")


def lists_items(title: str) -> bool:
    """Tell whether a folded title is a list of three pieces of news or more, or sums up a market."""
    if len(title) <= _LONGEST_HEADLINE and _MARKET.search(title):
        return True
    items = _ITEM_END.split(title)
    return len(items) >= 3 and sum(len(item.strip()) > 5 for item in items) >= 3


def subjects_of(
    title: str, body: str, hits: Sequence[Hit], *, digest: bool, eventful: bool, topics: Collection[str]
) -> frozenset[str]:
    """Return the ids of the watches that an entry is about.

    ``title`` and ``body`` are folded, ``hits`` the accepted ones. People don't make a subject. Where the
    title names a company, the title decides; else who fills the text. A title that is ``eventful`` (an event
    other than a product) without a watch has an actor of its own: then the text must begin with the watch.
    """
    if not hits:
        return frozenset()
    named = [hit for hit in hits if hit.term.kind != "person"]
    in_title = sorted((hit for hit in named if hit.field == "title"), key=lambda hit: hit.start)
    in_body = [hit for hit in named if hit.field == "body"]
    if for_shoppers(title):
        return frozenset()
    if digest:
        return frozenset(_of_segments(title, in_title) | _of_headings(body, in_body))
    found = _without_crowd(_of_title(title, in_title), in_title, topics)
    if found - set(topics):
        return frozenset(found | (_of_body(in_body) & set(topics)))
    passing = {hit.term.watch for hit in in_title}
    late = _late(in_body) - set(topics) if eventful else set()
    return frozenset(found | (_of_body(in_body) - passing - late))


def _late(hits: Sequence[Hit]) -> set[str]:
    """The watches that a text does not begin with."""
    return {hit.term.watch for hit in hits} - {hit.term.watch for hit in hits if hit.start < _BEGINNING}


def _of_title(title: str, hits: Sequence[Hit]) -> set[str]:
    """The watches with a hit that is not in passing; hits side by side are one: 支持月之暗面 Kimi K3."""
    found: set[str] = set()
    passing_until: dict[str, int] = {}
    for hit in hits:
        watch = hit.term.watch
        if in_passing(title, hit.start, hit.end) or hit.start - passing_until.get(watch, -9) <= 1:
            passing_until[watch] = hit.end
        else:
            found.add(watch)
    return found


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
    edges = [0, *breaks, len(title)]
    segments: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        segments[sum(at < hit.start for at in breaks)].append(hit)
    found: set[str] = set()
    for number, members in segments.items():
        if _says_nothing(title[edges[number] : edges[number + 1]], members):
            continue
        watches = {hit.term.watch for hit in members if not in_passing(title, hit.start, hit.end)}
        found |= watches if len(watches) < _CROWD else set()
    return found


def _says_nothing(part: str, names: Sequence[Hit]) -> bool:
    """Tell whether a part of a title is hardly more than the names in it."""
    return sum(map(str.isalnum, part)) - sum(hit.end - hit.start for hit in names) < _BARE


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
        found |= {hit.term.watch for hit in leading if not in_passing(body, hit.start, hit.end)}
    return found


def _is_heading(line: str) -> bool:
    return 0 < len(line) <= _HEADING and line[-1] not in ".。;；,，" and not line.startswith(("-", "•", "*"))


def _of_body(hits: Sequence[Hit]) -> set[str]:
    """Who fills the text: a large share of all hits, one of the first two, or the lead and some more."""
    if not hits:
        return set()
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
