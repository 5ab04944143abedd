"""A web page with headlines -> entries, by CSS selectors."""

from __future__ import annotations

from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from bot import links
from bot.errors import ParseError
from bot.model import ParsedDocument, ParsedEntry
from bot.parsers import clean, dates
from bot.parsers.encoding import Decoded

_TITLE = "h1, h2, h3, h4, [class*=title], [class*=headline]"
_TIME_ATTRIBUTES = ("datetime", "data-time", "data-timestamp", "content", "title")


def _first(node: LexborNode, selector: str) -> LexborNode | None:
    """Return the first node that fits; the item itself where it is what the selector describes."""
    try:
        inner = node.css_first(selector)
        return inner if inner is not None else (node if node.css_matches(selector) else None)
    except SelectolaxError as error:
        raise ParseError("unsupported", f"the selector {selector!r} is no valid CSS") from error


def _text(node: LexborNode | None) -> str:
    return clean.line(node.text(separator=" ")) if node is not None else ""


def _link_of(item: LexborNode, selector: str) -> str:
    found = _first(item, selector or "a[href]")
    if found is not None and not found.attributes.get("href"):
        found = found.css_first("a[href]")
    parent = item.parent
    if found is None and parent is not None and parent.tag == "a":
        found = parent
    return (found.attributes.get("href") or "").strip() if found is not None else ""


def _time_of(item: LexborNode, selector: str) -> object:
    found = _first(item, selector or "time, [datetime]")
    if found is None:
        return None
    for name in _TIME_ATTRIBUTES:
        value = found.attributes.get(name)
        if value and dates.date_of(value):
            return value
    return found.text(separator=" ")


def _title_of(item: LexborNode, selector: str, link: str) -> str:
    if selector:
        return _text(_first(item, selector))
    title = _text(item.css_first(_TITLE))
    if title or not link:
        return title or _text(item)
    candidates = [
        _text(anchor) for anchor in [item, *item.css("a[href]")] if anchor.attributes.get("href") == link
    ]
    return max(candidates, key=len, default="") or _text(item)


def _entry(item: LexborNode, selectors: Mapping[str, str], base: str) -> ParsedEntry:
    link = _link_of(item, selectors.get("link", ""))
    summary = selectors.get("summary", "")
    address = clean.visible(links.absolute(link, base))[:4_000] if link else ""
    return ParsedEntry(
        uid=clean.cut(address, 2_000),
        url=address,
        title=_title_of(item, selectors.get("title", ""), link),
        summary=_text(_first(item, summary)) if summary else "",
        published=dates.date_of(_time_of(item, selectors.get("time", ""))),
    )


def _base(tree: LexborHTMLParser, url: str) -> str:
    base = tree.css_first("base[href]")
    return links.absolute((base.attributes.get("href") or "") if base is not None else "", url) or url


def _items(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return tree.css(selector)
    except SelectolaxError as error:
        raise ParseError("unsupported", f"the selector item: {selector!r} is no valid CSS") from error


def parse(decoded: Decoded, *, url: str = "", selectors: Mapping[str, str]) -> ParsedDocument:
    """Read every node that ``selectors["item"]`` finds (default: article); the others look within it."""
    tree = LexborHTMLParser(decoded.text)
    tree.strip_tags(["script", "style", "template", "noscript"])
    selector = selectors.get("item") or "article"
    items = _items(tree, selector)
    if not items:
        raise ParseError(
            "not_a_feed", f"nothing on the page fits item: {selector}; the page may have changed"
        )
    base = _base(tree, url)
    entries = (_entry(item, selectors, base) for item in items[: clean.MOST_ENTRIES])
    kept = {(entry.url, entry.title): entry for entry in entries if entry.title}
    if not kept:
        raise ParseError(
            "not_a_feed", f"{len(items)} items on the page, but none has a title; check title: and link:"
        )
    title = tree.css_first("title")
    return ParsedDocument(
        kind="page",
        title=_text(title),
        entries=tuple(kept.values()),
        count=len(items),
        warnings=decoded.warnings,
    )
