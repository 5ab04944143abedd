"""Bytes -> entries: ``parse`` looks at a document and chooses who reads it.

A parser is a module with ``parse(decoded, *, url) -> ParsedDocument`` that raises nothing but ParseError;
every text it returns is plain (``clean``), every date aware UTC or None (``dates``), every address absolute
where a base is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from bot.errors import ParseError
from bot.model import ParsedDocument
from bot.parsers import packed
from bot.parsers.encoding import Decoded, decode
from bot.parsers.kinds import kind_of

__all__ = ["KINDS", "parse"]

KINDS = ("auto", "feed", "jsonfeed", "sitemap", "page", "json", "article", "site", "proposal")
_BY_LOOKING = frozenset({"auto", "feed", "sitemap"})
_NO_SELECTORS: Mapping[str, str] = MappingProxyType({})


def _read(decoded: Decoded, kind: str, url: str, selectors: Mapping[str, str]) -> ParsedDocument:
    from bot.parsers import article, feed, jsonfeed, jsonlist, page, site, sitemap

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
        case "site":
            return site.parse(decoded, url=url)
        case "proposal":
            return page.proposed(decoded, url=url)
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

    ``kind`` auto, feed or sitemap looks at the bytes (RSS, Atom, RDF, JSON Feed, sitemap, index of sitemaps);
    page, json and article are read as such, page and json by ``selectors`` (item, title, link, time, summary).
    ``site`` returns the feeds and sitemaps that a web page names, best first; ``proposal`` the headlines
    of a page with the selectors that find them (``page.Proposal.of``). A web page where auto expected news
    is ParseError ``web_page``. Raises ParseError, and nothing else but MemoryError.
    """
    if kind not in KINDS:
        raise ParseError("unsupported", f"there is no kind {kind!r}; choose one of {', '.join(KINDS)}")
    body, whole = packed.unpacked(body)
    decoded = decode(body, content_type)
    if not decoded.text.strip():
        raise ParseError("empty", "the document is empty")
    try:
        chosen = kind_of(decoded.text, kind, url, selectors) if kind in _BY_LOOKING else kind
        document = _read(decoded, chosen, url, selectors)
    except RecursionError as error:
        raise ParseError("too_deep", "the document is nested too deeply") from error
    return document if whole else replace(document, complete=False, warnings=(*document.warnings, packed.CUT))
