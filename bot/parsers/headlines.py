"""The headlines of a web page, found by CSS selectors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from bot import links
from bot.errors import ParseError
from bot.model import ParsedEntry
from bot.parsers import clean, dates, markup
from bot.parsers.moments import are_chinese, moment

_HEADING = "h1, h2, h3, h4, h5, h6, [class*=title], [class*=headline]"
_TIME = "time, [datetime], [data-time], [data-timestamp]"
_TIME_ATTRIBUTES = ("datetime", "data-time", "data-timestamp", "content", "title")
_NAMED_ATTRIBUTE = re.compile(r"(?P<css>.*?)@(?P<name>[A-Za-z_][\w:.-]*)", re.DOTALL)
_CUT_SHORT = re.compile(r"(?:…|\.{2,})$")
_MOST_TITLES_OF_A_LINK = 3
_SILENT = ["script", "style", "template", "noscript", "svg", "iframe", "object"]


@dataclass(frozen=True, slots=True)
class Selector:
    """A CSS selector within an item and the attribute to read: ``time@datetime``; "" reads the text.

    ``@href`` alone is an attribute of the item itself.
    """

    css: str
    attribute: str = ""

    @classmethod
    def of(cls, written: str) -> Selector:
        """Read a selector as it stands in sources.yaml."""
        named = _NAMED_ATTRIBUTE.fullmatch(written.strip())
        return cls(named["css"].strip(), named["name"]) if named else cls(written.strip())

    def node(self, item: LexborNode) -> LexborNode | None:
        """Return the first node that fits; the item itself where it is what the selector describes."""
        if not self.css:
            return item
        try:
            inner = item.css_first(self.css)
            return inner if inner is not None else (item if item.css_matches(self.css) else None)
        except SelectolaxError as error:
            raise ParseError("unsupported", f"the selector {self.css!r} is no valid CSS") from error

    def text(self, item: LexborNode) -> str:
        """Return the plain line that the selector names; "" where there is none."""
        node = self.node(item)
        if node is None or not self.attribute:
            return markup.line_of(node)
        return clean.line(markup.attribute(node, self.attribute))


def tree_of(text: str) -> LexborHTMLParser:
    """Return the tree of a page without what is never seen."""
    tree = LexborHTMLParser(text)
    tree.strip_tags(_SILENT)
    return tree


def _named_link(item: LexborNode, selector: Selector) -> str:
    found = selector.node(item)
    if found is None:
        return ""
    if selector.attribute:
        return markup.attribute(found, selector.attribute)
    if not found.attributes.get("href"):
        found = found.css_first("a[href]") or _wrapping(found)
    return markup.attribute(found, "href") if found is not None else ""


def _wrapping(node: LexborNode) -> LexborNode | None:
    """Return the link around a node, up to three levels above it."""
    above = node.parent
    for _ in range(3):
        if above is None or (above.tag == "a" and above.attributes.get("href")):
            return above
        above = above.parent
    return None


def _likely_link(item: LexborNode) -> str:
    """Return the link of the heading, else the one with the longest text, else the one around the item."""
    if item.tag == "a" and item.attributes.get("href"):
        return markup.attribute(item, "href")
    anchors = item.css("a[href]")[:50]
    heading = item.css_first(_HEADING)
    if heading is not None and anchors:
        found = heading.css_first("a[href]") or _wrapping(heading)
        if found is not None and found.attributes.get("href"):
            return markup.attribute(found, "href")
    if anchors:
        return markup.attribute(max(anchors, key=lambda anchor: len(markup.line_of(anchor))), "href")
    around = _wrapping(item)
    return markup.attribute(around, "href") if around is not None else ""


def words_of(anchor: LexborNode) -> str:
    """Return the text of a link, in full where only its title attribute or its picture has it."""
    shown = markup.line_of(anchor)
    whole = clean.line(markup.attribute(anchor, "title") or markup.attribute(anchor, "aria-label"))
    if _CUT_SHORT.search(shown) and whole.startswith(_CUT_SHORT.sub("", shown).rstrip()):
        return whole
    picture = anchor.css_first("img[alt]") if not shown and not whole else None
    return shown or whole or (clean.line(markup.attribute(picture, "alt")) if picture is not None else "")


def _likely_title(item: LexborNode, link: str) -> str:
    anchors = [anchor for anchor in [item, *item.css("a[href]")[:50]] if _leads_to(anchor, link)]
    heading = item.css_first(_HEADING)
    title = markup.line_of(heading)
    if title and not _CUT_SHORT.search(title):
        return title
    candidates = [words_of(anchor) for anchor in anchors] if link else []
    return max([title, *candidates], key=len) or markup.line_of(item)


def _leads_to(anchor: LexborNode, link: str) -> bool:
    return bool(link) and markup.attribute(anchor, "href") == link


def _written_time(item: LexborNode, selector: Selector) -> str:
    """Return the time as it is written: in the attribute that is named, in a known one, or as text."""
    found = selector.node(item)
    if found is None:
        return ""
    if selector.attribute:
        return markup.attribute(found, selector.attribute)
    for name in _TIME_ATTRIBUTES:
        value = found.attributes.get(name)
        if value and dates.date_of(value):
            return value
    return found.text(separator=" ")


def _address(link: str, base: str) -> str:
    """Return where a headline leads; "" for what opens no page (javascript:, mailto:, #)."""
    address = clean.unbroken(links.absolute(link, base))[:4_000] if link.strip("# ") else ""
    known = not base or address.lower().startswith(("http://", "https://"))
    return address if known and not address.lower().startswith(("javascript:", "mailto:")) else ""


def _entry(item: LexborNode, selectors: Mapping[str, Selector], base: str) -> tuple[ParsedEntry, str]:
    """Return the entry without its time, and the time as it is written."""
    link = _named_link(item, selectors["link"]) if "link" in selectors else _likely_link(item)
    title = selectors["title"].text(item) if "title" in selectors else _likely_title(item, link)
    address = _address(link, base)
    entry = ParsedEntry(
        uid=clean.cut(address, 2_000),
        url=address,
        title=title,
        summary=selectors["summary"].text(item) if "summary" in selectors else "",
    )
    return entry, _written_time(item, selectors.get("time", Selector(_TIME)))


def read(items: Sequence[LexborNode], selectors: Mapping[str, str], base: str) -> list[ParsedEntry]:
    """Return an entry for each item, in order; without title where none was found."""
    chosen = {name: Selector.of(text) for name, text in selectors.items() if text and name != "item"}
    found = [_entry(item, chosen, base) for item in items]
    chinese = are_chinese(entry.title for entry, _ in found)
    return [replace(entry, published=moment(written, chinese=chinese)) for entry, written in found]


def distinct(entries: Sequence[ParsedEntry]) -> list[ParsedEntry]:
    """Return the entries with a title; a picture, a headline and "read more" that lead to one page are one."""
    groups: dict[str, list[ParsedEntry]] = {}
    for entry in entries:
        if entry.title:
            groups.setdefault(entry.url or entry.title, []).append(entry)
    return [one for group in groups.values() for one in _together(group)]


def _together(group: Sequence[ParsedEntry]) -> list[ParsedEntry]:
    titles = {entry.title: entry for entry in group}
    if len(titles) > _MOST_TITLES_OF_A_LINK:
        return list(titles.values())  # many pieces of news on one page
    best = max(group, key=lambda entry: len(entry.title))
    dated = next((entry.published for entry in group if entry.published), None)
    summary = max((entry.summary for entry in group), key=len)
    return [replace(best, published=best.published or dated, summary=best.summary or summary)]
