"""Bytes -> entries: ``parse`` looks at a document and chooses who reads it.

A parser is a module with ``parse(decoded, *, url) -> ParsedDocument`` that raises nothing but ParseError;
every text it returns is plain (``clean``), every date aware UTC or None (``dates``), every address absolute
where a base is known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from bot import links
from bot.errors import ParseError
from bot.model import ParsedDocument
from bot.parsers.encoding import Decoded, decode

__all__ = ["KINDS", "parse"]

KINDS = ("auto", "feed", "jsonfeed", "sitemap", "page", "json", "article")
_NO_SELECTORS: Mapping[str, str] = MappingProxyType({})

_LEADING = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>)", re.IGNORECASE | re.DOTALL
)
_ROOT = re.compile(r"<([A-Za-z][\w.-]*:)?([A-Za-z][\w.-]*)")
_LATE_ROOT = re.compile(r"<(?:[\w-]+:)?(rss|feed|RDF)[\s>]")
_FEED_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
_SITEMAP_ROOTS = frozenset({"urlset", "sitemapindex"})
_FEED_LINK = re.compile(r"<link\b[^>]{0,1000}>", re.IGNORECASE)
_FEED_TYPE = re.compile(r"application/(?:rss\+xml|atom\+xml|feed\+json)|text/xml", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_WALL = re.compile(r"captcha|cf-chl|Just a moment\.\.\.|Attention Required|访问验证|安全验证", re.IGNORECASE)


def _root_of(text: str) -> str:
    """Return the local name of the first element in lower case; "" when there is none."""
    at = 0
    while skipped := _LEADING.match(text, at, 200_000):
        at = skipped.end()
    found = _ROOT.match(text, at)
    return found.group(2).lower() if found else ""


def _named_feed(text: str, url: str) -> str:
    """Return the feed that a web page names, or ""."""
    for tag in _FEED_LINK.findall(text[:300_000]):
        href = _HREF.search(tag)
        if href and "alternate" in tag.lower() and _FEED_TYPE.search(tag):
            return (
                links.showable(links.absolute(href.group(1).replace("&amp;", "&"), url))
                or href.group(1)[:300]
            )
    return ""


def _refusal(text: str, root: str, url: str) -> ParseError:
    """Say what the document is instead of a feed, and what to do."""
    if root != "html" and "<body" not in text[:50_000].lower():
        return ParseError("not_a_feed", "this is neither a feed nor a sitemap nor a web page")
    named = _named_feed(text, url)
    if named:
        return ParseError("not_a_feed", f"this is a web page, not a feed; it names a feed: {named}")
    if _WALL.search(text[:50_000]):
        return ParseError(
            "not_a_feed", "the site answered with a page that asks for a human visitor, not with a feed"
        )
    return ParseError(
        "not_a_feed", "this is a web page, not a feed; to read its headlines set kind: page and item:"
    )


def _kind_of(text: str, kind: str, url: str, selectors: Mapping[str, str]) -> str:
    """Choose the parser by looking at the document."""
    if text[:1] in "{[":
        return "json" if kind == "auto" and selectors.get("item") else "jsonfeed"
    root = _root_of(text)
    if root in _FEED_ROOTS:
        return "feed"
    if root in _SITEMAP_ROOTS:
        return "sitemap"
    late = _LATE_ROOT.search(text, 0, 65_536)
    if late and (root != "html" or "<body" not in text[: late.start()].lower()):
        return "feed"
    if kind == "auto" and root == "html" and selectors.get("item"):
        return "page"
    raise _refusal(text, root, url)


def _read(decoded: Decoded, kind: str, url: str, selectors: Mapping[str, str]) -> ParsedDocument:
    from bot.parsers import article, feed, jsonfeed, jsonlist, page, sitemap

    match kind:
        case "feed":
            return feed.parse(decoded, url=url)
        case "jsonfeed":
            return jsonfeed.parse(decoded, url=url)
        case "sitemap":
            return sitemap.parse(decoded, url=url)
        case "json":
            return jsonlist.parse(decoded, url=url, selectors=selectors)
        case "page":
            return page.parse(decoded, url=url, selectors=selectors)
        case _:
            return article.parse(decoded, url=url)


def parse(
    body: bytes,
    *,
    content_type: str = "",
    url: str = "",
    kind: str = "auto",
    selectors: Mapping[str, str] = _NO_SELECTORS,
) -> ParsedDocument:
    """Read a document. ``url`` is where it was found, the base of relative links.

    ``kind`` auto or feed looks at the bytes (RSS, Atom, RDF, JSON Feed, sitemap); page, json and article are
    read as such, page and json by ``selectors`` (item, title, link, time, summary). Raises ParseError, and
    nothing else but MemoryError.
    """
    if kind not in KINDS:
        raise ParseError("unsupported", f"there is no kind {kind!r}; choose one of {', '.join(KINDS)}")
    decoded = decode(body, content_type)
    if not decoded.text.strip():
        raise ParseError("empty", "the document is empty")
    try:
        chosen = _kind_of(decoded.text, kind, url, selectors) if kind in ("auto", "feed") else kind
        return _read(decoded, chosen, url, selectors)
    except RecursionError as error:
        raise ParseError("too_deep", "the document is nested too deeply") from error
