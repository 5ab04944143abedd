"""What a document is, told by looking at it, and what to say when it is no news."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot import links
from bot.errors import ParseError

_LEADING = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>)", re.IGNORECASE | re.DOTALL
)
_ROOT = re.compile(r"<([A-Za-z][\w.-]*:)?([A-Za-z][\w.-]*)")
_LATE_ROOT = re.compile(r"<(?:[\w-]+:)?(rss|feed|RDF)[\s>]")
_FEED_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
_SITEMAP_ROOTS = frozenset({"urlset", "sitemapindex"})
_PAGE_ROOTS = frozenset({"html", "head", "body", "meta", "title", "script"})
_DOCTYPE = re.compile(r"<!doctype\s+html", re.IGNORECASE)
_FEED_LINK = re.compile(r"<link\b[^>]{0,1000}>", re.IGNORECASE)
_FEED_TYPE = re.compile(r"application/(?:rss\+xml|atom\+xml|feed\+json)|text/xml", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_WALL = re.compile(
    r"cf-chl|<title>\s*(?:Just a moment|Attention Required|Access denied|Robot check)|访问验证|安全验证|人机验证",
    re.IGNORECASE,
)
_PUZZLE = re.compile(r"captcha", re.IGNORECASE)
_FEW_LINKS = 10
_ADDRESS_LINE = re.compile(r"https?://\S+\s*", re.IGNORECASE)


def root_of(text: str) -> str:
    """Return the local name of the first element in lower case; "" when there is none."""
    at = 0
    while skipped := _LEADING.match(text, at, 200_000):
        at = skipped.end()
    found = _ROOT.match(text, at)
    return found.group(2).lower() if found else ""


def is_page(text: str, root: str) -> bool:
    """Tell whether a document is a web page, by its first element or by what stands near its start."""
    return root in _PAGE_ROOTS or bool(_DOCTYPE.match(text)) or "<body" in text[:50_000].lower()


def is_list_of_addresses(text: str) -> bool:
    """Tell whether a text is a sitemap of the plain kind: an address in each line."""
    lines = [line for line in text[:4_000].splitlines()[:20] if line.strip()]
    return bool(lines) and all(_ADDRESS_LINE.fullmatch(line) for line in lines)


def is_wall(text: str) -> bool:
    """Tell whether a page asks for a human visitor instead of showing anything."""
    start = text[:50_000]
    if len(text) > len(start) or start.lower().count("<a ") > _FEW_LINKS:
        return False  # many an honest page has a login form with a puzzle
    return bool(_WALL.search(start) or _PUZZLE.search(start))


def named_feed(text: str, url: str) -> str:
    """Return the feed that a web page names, or ""."""
    for tag in _FEED_LINK.findall(text[:300_000]):
        href = _HREF.search(tag)
        if href and "alternate" in tag.lower() and _FEED_TYPE.search(tag):
            address = href.group(1).replace("&amp;", "&")
            return links.showable(links.absolute(address, url)) or href.group(1)[:300]
    return ""


def refusal(text: str, root: str, url: str, kind: str) -> ParseError:
    """Say what the document is instead of a feed, and what to do."""
    if not is_page(text, root):
        return ParseError("not_a_feed", "this is neither a feed nor a sitemap nor a web page")
    reason = "web_page" if kind == "auto" else "not_a_feed"
    if named := named_feed(text, url):
        return ParseError(reason, f"this is a web page, not a feed; it names a feed: {named}")
    if is_wall(text):
        return ParseError(
            "not_a_feed", "the site answered with a page that asks for a human visitor, not with a feed"
        )
    return ParseError(
        reason, "this is a web page, not a feed; to read its headlines set kind: page and item:"
    )


def kind_of(text: str, kind: str, url: str, selectors: Mapping[str, str]) -> str:
    """Choose the parser by looking at the document; ``kind`` is what was asked for: auto, feed or sitemap."""
    if text[:1] in "{[":
        return "json" if kind == "auto" and selectors.get("item") else "jsonfeed"
    root = root_of(text)
    if root in _FEED_ROOTS:
        return "feed"
    if root in _SITEMAP_ROOTS or is_list_of_addresses(text):
        return "sitemap"
    late = _LATE_ROOT.search(text, 0, 65_536)
    if late and (root != "html" or "<body" not in text[: late.start()].lower()):
        return "feed"
    if kind == "auto" and selectors.get("item") and is_page(text, root):
        return "page"
    raise refusal(text, root, url, kind)
