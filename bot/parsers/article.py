"""The full text of one article: a text file, or a web page -> one entry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot import links
from bot.errors import ParseError
from bot.model import ParsedDocument, ParsedEntry
from bot.parsers import clean, dates, paid
from bot.parsers.encoding import Decoded
from bot.parsers.maintext import is_too_deep, letters, main_text

_TITLE_TAIL = re.compile(r"\s+[|–—_·-]\s+[^|–—_·]{2,40}$|_[^_]{2,30}$")
_META_TITLES = ('meta[property="og:title"]', 'meta[name="twitter:title"]')
_META_TIMES = (
    'meta[property="article:published_time"]', 'meta[itemprop="datePublished"]', 'meta[name="pubdate"]',
    'meta[name="publishdate"]', 'meta[name="date"]', "time[datetime]", '[itemprop="datePublished"]',
)  # fmt: skip
_META_TIERS = (
    'meta[property="article:content_tier"]', 'meta[name="article:content_tier"]',
    'meta[property="og:article:content_tier"]',
)  # fmt: skip
_PAID_TIERS = frozenset({"locked", "metered", "paid", "premium", "subscriber", "subscribers"})
_WALL = re.compile(
    r"(?:^|[\s_-])(?:paywall(?:ed)?|regwall|subscribers?-only|subscription-(?:wall|required)|premium-(?:content|article)|"
    r"meter-?wall|locked-content|content-locked|article-locked|members?-only|vip-only|pay-?read)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"subscri|unlock|(?:continue|keep) reading|member|abonn|付费|订阅|会员|解锁|剩余|全文", re.IGNORECASE
)
_IN_ARTICLE = ", ".join(
    f"{box} {tag}"
    for box in ("article", "main", '[itemprop="articleBody"]')
    for tag in ("p", "h2", "h3", "h4")
)
_SHORT = 1_200
"""Latin letters up to which a text may be the free beginning of a paid one."""
_META_SUMMARIES = ('meta[property="og:description"]', 'meta[name="description"]')


def _meta(tree: LexborHTMLParser, selectors: tuple[str, ...]) -> Iterator[str]:
    for selector in selectors:
        node = tree.css_first(selector)
        if node is not None:
            value = node.attributes.get("content") or node.attributes.get("datetime") or ""
            if value.strip():
                yield value


def _objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list) and depth < 6:
        for inner in value:
            yield from _objects(inner, depth + 1)


def _structured(tree: LexborHTMLParser) -> dict[str, Any]:
    """Return the schema.org description of the article that the page carries, if any."""
    for node in tree.css('script[type="application/ld+json"]'):
        try:
            value = json.loads(node.text(), strict=False)
        except (ValueError, RecursionError):
            continue
        for found in _objects(value):
            kind = str(found.get("@type"))
            if "Article" in kind or "BlogPosting" in kind or "Report" in kind:
                return found
    return {}


def _title(tree: LexborHTMLParser, structured: dict[str, Any]) -> str:
    headline = structured.get("headline")
    for value in (*_meta(tree, _META_TITLES), headline if isinstance(headline, str) else ""):
        if title := clean.line(value):
            return title
    heading = tree.css_first("h1")
    if heading is not None and (title := clean.line(heading.text(separator=""))):
        return title
    named = tree.css_first("title")
    return _TITLE_TAIL.sub("", clean.line(named.text(separator=""))) if named is not None else ""


def _published(tree: LexborHTMLParser, structured: dict[str, Any]) -> datetime | None:
    for value in (structured.get("datePublished"), *_meta(tree, _META_TIMES)):
        if moment := dates.date_of(value):
            return moment
    return None


def _says_no(value: object) -> bool:
    return str(value).strip().lower() in ("false", "no", "0")


def _declared_paid(tree: LexborHTMLParser, structured: dict[str, Any]) -> bool:
    """Tell whether the page says for machines that not everybody may read it."""
    for value in _meta(tree, _META_TIERS):
        if value.strip().lower() in _PAID_TIERS:
            return True
    free = structured.get("isAccessibleForFree")
    if free is None:
        free = next(_meta(tree, ('[itemprop="isAccessibleForFree"]',)), None)
    if free is not None:
        return _says_no(free)
    return any(_says_no(part.get("isAccessibleForFree")) for part in _objects(structured.get("hasPart")))


def _asks(node: LexborNode) -> bool:
    """Tell whether a box can be seen and asks for a subscription; a link to log in often bears the same name."""
    style = (node.attributes.get("style") or "").replace(" ", "")
    hidden = "hidden" in node.attributes or node.attributes.get("aria-hidden") == "true"
    return not hidden and "display:none" not in style and _ASKS.search(node.text()) is not None


def _is_walled(tree: LexborHTMLParser, body: str) -> bool:
    """Tell whether a short text stands beside what asks for a subscription."""
    if letters(body) > _SHORT:
        return False
    walls = (node for node in tree.css("[class]") if _WALL.search(node.attributes.get("class") or ""))
    return any(map(_asks, walls)) or any(
        paid.breaks_off(text) for node in tree.css(_IN_ARTICLE) if len(text := clean.line(node.text())) < 200
    )


def _from_page(decoded: Decoded, url: str) -> ParsedEntry:
    if is_too_deep(decoded.text):
        raise ParseError("too_deep", "the page's tags are nested too deeply, or have thousands of attributes")
    tree = LexborHTMLParser(decoded.text)
    structured = _structured(tree)
    title = _title(tree, structured)
    published = _published(tree, structured)
    summary = clean.paragraphs(next(_meta(tree, _META_SUMMARIES), ""))
    canonical = tree.css_first('link[rel="canonical"]')
    href = (canonical.attributes.get("href") or "") if canonical is not None else ""
    address = links.absolute(href, url) or url
    root = tree.css_first("html")
    lang = clean.language(root.attributes.get("lang")) if root is not None else None
    whole = structured.get("articleBody")
    stated = clean.paragraphs(whole) if isinstance(whole, str) else ""
    found = main_text(decoded.text, title)
    body = stated if len(stated) > max(400, len(found) * 0.6) else found
    return ParsedEntry(
        uid=address,
        url=address,
        title=title,
        summary=summary,
        body=body,
        published=published,
        lang=lang,
        paid=_declared_paid(tree, structured) or paid.by_words(title, body) or _is_walled(tree, body),
    )


def _from_text(text: str, url: str) -> ParsedEntry:
    first, _, rest = text.strip().partition("\n")
    title, body = clean.line(first), clean.paragraphs(rest)
    return ParsedEntry(uid=url, url=url, title=title, body=body, paid=paid.by_words(title, body))


def _is_page(decoded: Decoded) -> bool:
    return (
        re.search(r"<(?:!doctype html|html|head|body|div|p|article)\b", decoded.text[:20_000], re.IGNORECASE)
        is not None
    )


def parse(decoded: Decoded, *, url: str = "") -> ParsedDocument:
    """Read one article; in a text file the first line that is not empty is the title, the rest the body."""
    entry = _from_page(decoded, url) if _is_page(decoded) else _from_text(decoded.text, url)
    if not entry.title and not entry.body:
        raise ParseError("empty", "there is no text on this page")
    return ParsedDocument(
        kind="article", title=entry.title, entries=(entry,), count=1, warnings=decoded.warnings
    )
