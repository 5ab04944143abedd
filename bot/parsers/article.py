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
from bot.parsers import clean, dates
from bot.parsers.encoding import Decoded

_SILENT_TAGS = [
    "script", "style", "noscript", "template", "svg", "iframe", "object", "button", "select", "textarea",
    "audio", "video", "canvas",
]  # fmt: skip
_NOISE_TAGS = "form, nav, footer, aside, menu, dialog, figure, table, header"
_NOISE = re.compile(
    r"comment|disqus|sidebar|side-bar|related|recommend|share|social|subscri|newsletter|promo|sponsor|advert|"
    r"\bads?\b|cookie|consent|breadcrumb|popup|modal|footer|masthead|navbar|\bnav\b|menu|pagination|tags?\b|"
    r"byline|author-?(?:bio|box|info)|widget|caption|credit|toolbar|read-?more|more-?(?:stories|news|on)|"
    r"most-?read|trending|outbrain|taboola|copyright|disclaimer|login|signup|paywall|hidden|print-only|skip",
    re.IGNORECASE,
)
_HOLDS_ARTICLE = re.compile(r"article|content|story|post|entry|main|body|text|page", re.IGNORECASE)
_TEXT_TAGS = frozenset({"p", "h2", "h3", "h4", "li", "blockquote", "pre", "dd", "td"})
_INLINE_TAGS = frozenset(
    "a abbr b cite code em font i mark q s small span strong sub sup time u".split()  # noqa: SIM905
)
_BOXES = frozenset({"div", "section", "td", "span"})
_PILLARS = frozenset({"html", "body", "article", "main"})
_LEAST_PARAGRAPH = 40
_MOST_OF_IT = 0.6
_TOO_LITTLE = 0.25
_SENTENCE = re.compile(r"[.!?。！？…；;:：]['\"”’」)）]*$")
_TITLE_TAIL = re.compile(r"\s+[|–—_·-]\s+[^|–—_·]{2,40}$|_[^_]{2,30}$")
_META_TITLES = ('meta[property="og:title"]', 'meta[name="twitter:title"]')
_META_TIMES = (
    'meta[property="article:published_time"]', 'meta[itemprop="datePublished"]', 'meta[name="pubdate"]',
    'meta[name="publishdate"]', 'meta[name="date"]', "time[datetime]", '[itemprop="datePublished"]',
)  # fmt: skip
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


def _named(node: LexborNode) -> str:
    attributes = node.attributes
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}"


def _prose(node: LexborNode) -> int:
    """Return how much running text stands below a node: paragraphs of more than a line that are not links."""
    total = 0
    for paragraph in _paragraph_nodes(node):
        length = _length(_own_text(paragraph))
        if length >= _LEAST_PARAGRAPH * 2:
            total += length
    return total


def _clear(tree: LexborHTMLParser) -> None:
    """Remove what is never the article, unless it holds much of the page's running text."""
    tree.strip_tags(_SILENT_TAGS)
    if tree.body is None:
        return
    most = _prose(tree.body) / 4
    for node in _inner_first(tree, _NOISE_TAGS):
        if _prose(node) <= most:
            node.decompose()
    for node in _inner_first(tree, "[class], [id], [hidden]"):
        if node.tag not in _PILLARS and _is_noise(node) and _prose(node) <= most:
            node.decompose()


def _inner_first(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """Return the nodes so that each comes before those around it: what is removed is not looked at again."""
    return list({node.mem_id: node for node in tree.css(selector)}.values())[::-1]


def _is_noise(node: LexborNode) -> bool:
    style = (node.attributes.get("style") or "").replace(" ", "")
    hidden = "hidden" in node.attributes or "display:none" in style
    return hidden or _NOISE.search(_named(node)) is not None


def _own_text(node: LexborNode) -> str:
    """Return the text of a paragraph; of a div only what stands in it directly."""
    if node.tag in _BOXES:
        return " ".join(node.text(deep=False, separator=" ").split())
    return _flat(node)


def _length(text: str) -> int:
    """Return the length in Latin letters; a Chinese character says as much as three."""
    return len(text) if text.isascii() else len(text) + 2 * sum(character > "\u2e7f" for character in text)


def _flat(node: LexborNode | None) -> str:
    return " ".join(node.text(separator="").split()) if node is not None else ""


def _link_share(node: LexborNode, length: int) -> float:
    return sum(len(_flat(anchor)) for anchor in node.css("a")) / length if length else 1.0


def _paragraph_nodes(body: LexborNode) -> Iterator[LexborNode]:
    """Yield what may be paragraphs; some publishers write them as div, or as text between breaks."""
    yield from body.css("p, pre, blockquote")
    for node in body.css("div, section, td, span"):
        if len(_own_text(node)) >= _LEAST_PARAGRAPH * (1 if node.tag == "div" else 2):
            yield node


def _container(body: LexborNode) -> LexborNode:
    """Return the node whose paragraphs weigh most, or one above it when the text goes on beside it."""
    near: dict[int, float] = {}
    below: dict[int, float] = {}
    nodes: dict[int, LexborNode] = {}
    for paragraph in _paragraph_nodes(body):
        text = _own_text(paragraph)
        if _length(text) < _LEAST_PARAGRAPH:
            continue
        weight = min(_length(text), 600) * (1 - min(1.0, _link_share(paragraph, len(_flat(paragraph)))))
        above = paragraph if paragraph.tag in _BOXES else paragraph.parent
        share = 1.0
        while above is not None and above.tag not in ("html", "-undef", "-document"):
            nodes[above.mem_id] = above
            below[above.mem_id] = below.get(above.mem_id, 0.0) + weight
            near[above.mem_id] = near.get(above.mem_id, 0.0) + weight * share * _favour(above)
            share, above = share / 2, above.parent
    if not near:
        return body
    return _widened(nodes[max(near, key=lambda key: near[key])], below)


def _favour(node: LexborNode) -> float:
    return 1.15 if node.tag in ("article", "main") or _HOLDS_ARTICLE.search(_named(node)) else 1.0


def _widened(best: LexborNode, below: dict[int, float]) -> LexborNode:
    """Climb while the text goes on outside, in boxes that are built like this one, or is mostly outside."""
    total = max(below.values())
    at = best
    while (parent := at.parent) is not None and parent.mem_id in below:
        twins = [
            child
            for child in parent.iter()
            if child.mem_id != at.mem_id and child.mem_id in below and _named(child) == _named(at)
        ]
        if twins or below[best.mem_id] < total * _TOO_LITTLE:
            best = parent
        elif below[parent.mem_id] > total * _MOST_OF_IT:
            break
        at = parent
    return best


def _blocks(container: LexborNode) -> Iterator[tuple[str, str, float]]:
    """Yield (tag, text, share of links) for each block of text below a node, in order."""
    run: list[str] = []

    def flushed() -> Iterator[tuple[str, str, float]]:
        text = " ".join("".join(run).split())
        run.clear()
        if text:
            yield "p", text, 0.0

    stack: list[LexborNode | None] = [container.first_child]
    while stack:
        node = stack.pop()
        if node is None:
            continue
        stack.append(node.next)
        if node.is_text_node:
            run.append(node.text_content or "")
        elif node.tag in _TEXT_TAGS and not node.css("p, div"):
            yield from flushed()
            text = _flat(node)
            yield node.tag or "p", text, _link_share(node, len(text))
        elif node.tag in _INLINE_TAGS and not node.css("p, div"):
            run.append(node.text(separator=""))
        else:
            yield from flushed()
            stack.append(node.first_child)
    yield from flushed()


def _kept(blocks: list[tuple[str, str, float]], title: str) -> Iterator[str]:
    for tag, text, link_share in blocks:
        if not text or text == title or link_share > 0.7:
            continue
        if tag in ("h2", "h3", "h4") and link_share > 0.3:
            continue
        if tag in ("p", "td", "dd") and _length(text) < 25 and not _SENTENCE.search(text):
            continue
        yield text


def _main_text(tree: LexborHTMLParser, title: str) -> str:
    _clear(tree)
    if tree.body is None:
        return ""
    blocks = list(_blocks(_container(tree.body)))
    while blocks and blocks[-1][0] in ("h2", "h3", "h4"):
        blocks.pop()
    return clean.paragraphs("\n".join(_kept(blocks, title)))


def _title(tree: LexborHTMLParser, structured: dict[str, Any]) -> str:
    headline = structured.get("headline")
    for value in (*_meta(tree, _META_TITLES), headline if isinstance(headline, str) else ""):
        if title := clean.line(value):
            return title
    heading = tree.css_first("h1")
    if heading is not None and (title := clean.line(_flat(heading))):
        return title
    named = tree.css_first("title")
    return _TITLE_TAIL.sub("", clean.line(_flat(named))) if named is not None else ""


def _published(tree: LexborHTMLParser, structured: dict[str, Any]) -> datetime | None:
    for value in (structured.get("datePublished"), *_meta(tree, _META_TIMES)):
        if moment := dates.date_of(value):
            return moment
    return None


def _from_page(decoded: Decoded, url: str) -> ParsedEntry:
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
    found = _main_text(tree, title)
    body = stated if len(stated) > max(400, len(found) * 0.6) else found
    return ParsedEntry(
        uid=address, url=address, title=title, summary=summary, body=body, published=published, lang=lang
    )


def _from_text(text: str, url: str) -> ParsedEntry:
    first, _, rest = text.strip().partition("\n")
    return ParsedEntry(uid=url, url=url, title=clean.line(first), body=clean.paragraphs(rest))


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
