"""The running text of a web page: by trafilatura, where it is installed, and by weighing its paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.parsers import clean

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
# Tags that nobody has to close (p, li, td) are left out: a long list of them is not deep.
_NESTING = re.compile(
    r"<(/?)(?:div|section|article|main|header|footer|nav|aside|span|a|b|i|u|s|em|strong|font|small|big|center|"
    r"blockquote|form|table|ul|ol|dl|pre|figure|label|button|fieldset|details|h[1-6]|[a-z]+-[a-z-]+)[\s>/]",
    re.IGNORECASE,
)
_DEEPEST = 500
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{8000,}")
_ATTRIBUTE = re.compile(r"\s[^\s=\"']+=")
_MOST_ATTRIBUTES = 2_000
_LEAST_PARAGRAPH = 40
_AS_GOOD = 0.02
_MOST_TAGS = 12_000
"""Beyond these a page is no article, and the library would take many seconds for it."""
_MOST_OF_IT = 0.6
_TOO_LITTLE = 0.25
_WORDS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3400-\u9fff\uf900-\ufaff]+")
_SENTENCE = re.compile(r"[.!?。！？…；;:：]['\"”’」)）]*$")


def _named(node: LexborNode) -> str:
    attributes = node.attributes
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}"


def _prose(node: LexborNode) -> int:
    """Return how much running text stands below a node: paragraphs of more than a line that are not links."""
    total = 0
    for paragraph in _paragraph_nodes(node):
        length = letters(_own_text(paragraph))
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


def letters(text: str) -> int:
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
        if letters(_own_text(node)) >= _LEAST_PARAGRAPH * (1 if node.tag == "div" else 2):
            yield node


def _container(body: LexborNode) -> LexborNode:
    """Return the node whose paragraphs weigh most, or one above it when the text goes on beside it."""
    near: dict[int, float] = {}
    below: dict[int, float] = {}
    nodes: dict[int, LexborNode] = {}
    for paragraph in _paragraph_nodes(body):
        text = _own_text(paragraph)
        if letters(text) < _LEAST_PARAGRAPH:
            continue
        weight = min(letters(text), 600) * (1 - min(1.0, _link_share(paragraph, len(_flat(paragraph)))))
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
        if tag in ("p", "td", "dd") and letters(text) < 25 and not _SENTENCE.search(text):
            continue
        yield text


def is_too_deep(page: str) -> bool:
    """Tell whether tags are nested so deeply, or have so many attributes, that reading would take for ever."""
    if any(len(_ATTRIBUTE.findall(found.group())) > _MOST_ATTRIBUTES for found in _LONG_TAG.finditer(page)):
        return True
    depth = 0
    for found in _NESTING.finditer(page):
        depth = depth + 1 if not found.group(1) else max(0, depth - 1)
        if depth > _DEEPEST:
            return True
    return False


def by_weight(page: str, title: str) -> str:
    """Return the text of the box whose paragraphs weigh most, without what stands around it."""
    tree = LexborHTMLParser(page)
    if tree.body is None:
        return ""
    _clear(tree)
    blocks = list(_blocks(_container(tree.body)))
    while blocks and blocks[-1][0] in ("h2", "h3", "h4"):
        blocks.pop()
    return clean.paragraphs("\n".join(_kept(blocks, title)))


def by_library(page: str, title: str) -> tuple[str, ...]:
    """Return what trafilatura takes for the text: once with what it doubts left out, once in its quick way.

    () where it is not installed (the extra ``full-text``) or fails, and for pages of more than 12,000 tags.
    """
    if page.count("<") > _MOST_TAGS:
        return ()
    try:
        from trafilatura import extract
    except ImportError:
        return ()
    try:
        strict = extract(page, favor_precision=True, include_comments=False) or ""
        quick = extract(page, fast=True, include_comments=False) or ""
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 (hostile pages: whatever it raises, there is another way to read them)
        return ()
    return _tidied(strict, title), _tidied(quick, title)


def _tidied(text: str, title: str) -> str:
    """Return a text of the library without the headline, and without the bars of tables."""
    rows = (
        " ".join(row.replace("|", " ").split()) if row.startswith("|") else row.strip()
        for row in text.splitlines()
    )
    return clean.paragraphs("\n".join(row for row in rows if row.lstrip("# ") != title))


def _alike(one: Counter[str], other: Counter[str]) -> float:
    together = one.total() + other.total()
    return (one & other).total() / together if together else 0.0


def main_text(page: str, title: str) -> str:
    """Return the running text of a page, a line for each paragraph; "" when there is none.

    Of three ways to find it the one is believed that agrees most with the two others: each takes half the page
    for the text now and then, or misses it, but seldom the same half.
    """
    found = [text for text in (*by_library(page, title), by_weight(page, title)) if text]
    words = [Counter(_WORDS.findall(text.lower())) for text in found]
    agreement = [sum(_alike(one, other) for other in words) for one in words]
    near = [text for text, each in zip(found, agreement, strict=True) if each >= max(agreement) - _AS_GOOD]
    # The same words in more lines: the library runs paragraphs together that are no paragraphs by their tags.
    return max(near, key=lambda text: text.count("\n"), default="")
