"""Which selectors find the headlines of a page? A proposal, for a person to confirm."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot import links
from bot.model import ParsedDocument, ParsedEntry
from bot.parsers import dates, headlines, markup

KIND = "proposal"
SHOWN = 5

_FEWEST = 4
_MOST_ANCHORS = 3_000
_MOST_TRIED = 40
_LEVELS = 7
_TAG = re.compile(r"[a-z][a-z0-9-]{0,30}")
_STABLE = re.compile(r"-?[A-Za-z][A-Za-z_-]{1,40}(?:[A-Za-z0-9_-]{0,3})")
_GENERATED = re.compile(
    r"^(?:css|sc|jsx|svelte|astro|emotion|chakra|style|styles|module)-|__|[a-z][A-Z][a-z]?[A-Z]|-[0-9a-z]*\d[0-9a-z]{3,}$"
)
_PASSING = re.compile(
    r"^(?:active|current|selected|first|last|odd|even|open|show|visible|hidden|clearfix|fl|fr|left|right|top|new|hot|"
    r"row|col|flex(?:-.*)?|grid(?:-.*)?|block|item-?\d+|is-.*|has-.*|js-.*|(?:xs|sm|md|lg|xl)-.*|col-.*|[mpwh][trblxy]?-.*|text-.*|"
    r"bg-.*|font-.*|border.*|rounded.*|shadow.*|relative|absolute|inline.*|overflow.*|space-.*|gap-.*|items-.*|justify-.*)$",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"(?!(?:has|no|with|without)-)(?:\S+[-_])?(?:nav|navbar|navigation|(?:sub|main|mega)?menu\w*|footer|breadcrumbs?|sidebar|"
    r"share|social|pagination|pager|login|cookies?|banner|related|friend-?links?|blogroll|hot|rank(?:ing)?|"
    r"popular|trending|most-?read)(?:[-_]\S+)?",
    re.IGNORECASE,
)
_TELLING = re.compile(r"news|post|article|stor(?:y|ies)|list|entry|item|headline", re.IGNORECASE)
_FRAME_TAGS = frozenset({"nav", "footer", "aside", "header", "form", "select"})
_HAN = re.compile("[\u3041-\u30fc\u4e00-\u9fff\uac00-\ud7a3]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_TIMED = re.compile(
    r"\d{1,2}:\d{2}|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}|\b\d{1,2}[-/]\d{1,2}\b|(?:分钟|小时|天|分鐘|小時)前|昨天|今天|刚刚|"
    r"\bago\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\d{4,}|\.s?html?$|/\d{4}/\d|[a-z0-9]+(?:-[a-z0-9]+){3,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Selectors as they would stand in sources.yaml, and what they find."""

    selectors: Mapping[str, str]
    """item always; title, link, time and summary where the defaults would not find them."""
    entries: tuple[ParsedEntry, ...]
    """The first five headlines."""
    count: int
    """How many headlines there are in all."""

    def document(self) -> ParsedDocument:
        """Return the proposal as the document that the sandbox hands back."""
        return ParsedDocument(
            kind=KIND, title=json.dumps(dict(self.selectors)), entries=self.entries, count=self.count
        )

    @classmethod
    def of(cls, document: ParsedDocument) -> Proposal:
        """Read a document of kind ``proposal``."""
        selectors = {str(name): str(text) for name, text in json.loads(document.title).items()}
        return cls(selectors=selectors, entries=document.entries, count=document.count)


def is_headline(text: str) -> bool:
    """Tell whether a text is as long as headlines are: not a menu's word, not a paragraph."""
    han = len(_HAN.findall(text))
    if han:
        return han + len(_WORD.findall(text)) >= 6 and len(text) <= 120
    return len(text) >= 20 and len(_WORD.findall(text)) >= 4 and len(text) <= 250


def _names(node: LexborNode) -> list[str]:
    """Return the classes of a node that say what it is, not how it looks or what state it is in."""
    names = (node.attributes.get("class") or "").split()[:12]
    return [
        name
        for name in names
        if _STABLE.fullmatch(name) and not _GENERATED.search(name) and not _PASSING.match(name)
    ]


def _tag(node: LexborNode) -> str:
    """Return the tag of a node as it may stand in a selector; hostile pages make up others."""
    return node.tag if node.tag and _TAG.fullmatch(node.tag) else "*"


def _plain(node: LexborNode) -> list[str]:
    """Return selectors for a node by itself, the most telling first."""
    tag = _tag(node)
    named = [f"{tag}.{name}" for name in _names(node)]
    return named or ([tag] if tag == "article" else [])


def _selectors(node: LexborNode) -> Iterator[str]:
    """Yield ways to name a node and its likes."""
    tag = _tag(node)
    yield from _plain(node)
    steps = [tag]
    above = node.parent
    for _ in range(3):
        if above is None or above.tag == "html":
            break
        if above.tag in ("main", "body"):
            yield " > ".join([above.tag, *steps])
            return
        place = (above.attributes.get("id") or "").strip()
        if re.fullmatch(r"[A-Za-z][A-Za-z_-]{1,30}", place):
            yield " > ".join([f"#{place}", *steps])
            return
        if holder := next(iter(_plain(above)), ""):
            yield " > ".join([holder, *steps])
            return
        steps.insert(0, _tag(above))
        above = above.parent
    if tag in ("li", "tr", "dd", "dt"):
        yield " > ".join(steps[-2:])


def _in_frame(node: LexborNode) -> bool:
    """Tell whether a node stands in a menu, a footer or a side column."""
    above: LexborNode | None = node
    while above is not None and above.tag not in ("body", "html"):
        named = f"{above.attributes.get('class') or ''} {above.attributes.get('id') or ''}"[:300].split()
        role = above.attributes.get("role") or ""
        if above.tag in _FRAME_TAGS and not (above.tag == "header" and _inside_article(above)):
            return True
        if role in ("navigation", "contentinfo", "banner", "complementary") or any(
            map(_FRAME.fullmatch, named)
        ):
            return True
        above = above.parent
    return False


def _inside_article(node: LexborNode) -> bool:
    above = node.parent
    while above is not None and above.tag != "body":
        if above.tag in ("article", "li"):
            return True
        above = above.parent
    return False


def _headline_anchors(tree: LexborHTMLParser) -> list[LexborNode]:
    return [
        anchor for anchor in tree.css("a[href]")[:_MOST_ANCHORS] if is_headline(headlines.words_of(anchor))
    ]


def _candidates(tree: LexborHTMLParser) -> list[str]:
    """Return the selectors that name the most links of headline length, with what stands around them."""
    found: Counter[str] = Counter()
    for anchor in _headline_anchors(tree):
        weight = 1 if _in_frame(anchor) else 3
        node: LexborNode | None = anchor
        named: set[str] = set()
        for _ in range(_LEVELS):
            if node is None or node.tag in ("body", "html", "main"):
                break
            named.update(_selectors(node))
            node = node.parent
        for selector in named:
            found[selector] += weight
    return [selector for selector, count in found.most_common(_MOST_TRIED * 3) if count >= _FEWEST][
        :_MOST_TRIED
    ]


@dataclass(frozen=True, slots=True)
class _Trial:
    selector: str
    items: Sequence[LexborNode]
    entries: Sequence[ParsedEntry]
    worth: float


def _worth(items: Sequence[LexborNode], entries: Sequence[ParsedEntry], base: str) -> float:
    """Return how much a selector's finds look like a list of news: 0 for not at all."""
    good = [entry for entry in entries if is_headline(entry.title) and entry.url]
    if len(good) < _FEWEST:
        return 0.0
    pages = {links.canonical(entry.url) for entry in good}
    own = sum(_same_site(entry.url, base) for entry in good) / len(good)
    articles = sum(bool(_ARTICLE.search(markup.path_of(url))) for url in pages) / len(pages)
    exact = len(pages) / len(items)
    if exact < 0.5 or own < 0.5:
        return 0.0
    framed = sum(map(_in_frame, items[:20])) / min(len(items), 20)
    if framed > 0.5:
        return 0.0
    timed = sum(bool(_TIMED.search(item.text()[:2_000])) for item in items[:20]) / min(len(items), 20)
    alone = sum(len(item.css("a[href]")) <= 8 for item in items[:20]) / min(len(items), 20)
    # Twenty headlines are as good as forty; the longest list of a page is often its archive or its menu.
    many = min(len(pages), 20) + min(len(pages), 60) / 20
    return many * exact**2 * (0.5 + articles) * (1 + 0.6 * timed) * (1 - 0.8 * framed) * (0.4 + 0.6 * alone)


def _same_site(url: str, base: str) -> bool:
    host, own = links.host(url), links.host(base)
    return not own or host.split(".")[-2:] == own.split(".")[-2:]


def _tried(tree: LexborHTMLParser, selector: str, base: str) -> _Trial:
    items = markup.found(tree, selector)[:400]
    entries = headlines.distinct(headlines.read(items, {}, base))
    return _Trial(selector, items, entries, _worth(items, entries, base))


def _best(tree: LexborHTMLParser, base: str) -> _Trial | None:
    trials = [_tried(tree, selector, base) for selector in _candidates(tree)]
    best = max(trials, key=lambda trial: trial.worth, default=None)
    if best is None or best.worth <= 0:
        return None
    # Of those that find the same headlines the one that holds the most of each (its time, its summary).
    titles = {entry.title for entry in best.entries}
    alike = [
        trial for trial in trials if trial.worth >= best.worth * 0.9 and len(trial.items) == len(best.items)
    ]
    same = [trial for trial in alike if {entry.title for entry in trial.entries} == titles]
    return max(same or [best], key=_clearness)


def _clearness(trial: _Trial) -> tuple[float, bool, int]:
    return trial.worth, bool(_TELLING.search(trial.selector)), -len(trial.selector)


def propose(text: str, url: str) -> Proposal | None:
    """Return the selectors of the most likely list of headlines of a page; None where there is none."""
    tree = headlines.tree_of(text)
    base = markup.base_of(tree, url)
    best = _best(tree, base)
    if best is None:
        return None
    selectors = {"item": best.selector} | _further(best.items, best.entries)
    entries = headlines.distinct(headlines.read(best.items, selectors, base))
    return Proposal(selectors=selectors, entries=tuple(entries[:SHOWN]), count=len(entries))


def _further(items: Sequence[LexborNode], entries: Sequence[ParsedEntry]) -> dict[str, str]:
    """Return selectors for the times and summaries, where the defaults do not find them and they stand in most."""
    chosen: dict[str, str] = {}
    if sum(entry.published is not None for entry in entries) * 2 < len(entries):
        time = _common(items, lambda node: dates.date_of(markup.line_of(node)) is not None)
        chosen |= {"time": time} if time else {}
    titles = {entry.title for entry in entries}
    summary = _common(items, lambda node: _is_summary(markup.line_of(node), titles))
    return chosen | ({"summary": summary} if summary else {})


def _is_summary(text: str, titles: set[str]) -> bool:
    wide = len(text) + len(_HAN.findall(text))
    return 60 <= wide <= 1_500 and text not in titles and not any(title in text for title in titles)


def _common(items: Sequence[LexborNode], fits: Callable[[LexborNode], bool]) -> str:
    """Return the selector of a node that fits in most of the items; "" where there is none."""
    looked = items[:20]
    found: Counter[str] = Counter()
    for item in looked:
        below = (node for node in item.css("*")[:60] if node.mem_id != item.mem_id)
        inner = [node for node in below if len(node.css("*")) <= 5 and fits(node)]
        found.update({selector for node in inner for selector in _inside(node)})
    for selector, _ in sorted(found.items(), key=lambda pair: (-pair[1], "." not in pair[0], len(pair[0]))):
        firsts = [item.css_first(selector) for item in looked]
        if sum(node is not None and fits(node) for node in firsts) * 2 > len(looked):
            return selector
    return ""


def _inside(node: LexborNode) -> list[str]:
    """Return selectors for a node within its item: by class, by column, by tag."""
    if node.tag != "td":
        return _plain(node) or [_tag(node)]
    before, column = node.prev, 1
    while before is not None:
        column += before.tag == "td"
        before = before.prev
    return [*_plain(node), f"td:nth-child({column})"]
