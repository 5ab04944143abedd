"""What the readers of web pages share: the tree, its base address, its language, plain texts."""

from __future__ import annotations

from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from bot import links
from bot.errors import ParseError
from bot.parsers import clean


def attribute(node: LexborNode, name: str) -> str:
    """Return an attribute without white space around it; "" where there is none."""
    return (node.attributes.get(name) or "").strip()


def line_of(node: LexborNode | None) -> str:
    """Return the text of a node as one plain line."""
    return clean.line(node.text(separator=" ")) if node is not None else ""


def base_of(tree: LexborHTMLParser, url: str) -> str:
    """Return the address that relative links of a page are relative to."""
    base = tree.css_first("base[href]")
    return links.absolute(attribute(base, "href") if base is not None else "", url) or url


def language_of(tree: LexborHTMLParser) -> str | None:
    """Return the language that a page declares, or None."""
    root = tree.css_first("html")
    declared = (attribute(root, "lang") or attribute(root, "xml:lang")) if root is not None else ""
    return clean.language(declared)


def found(node: LexborNode | LexborHTMLParser, selector: str, name: str = "") -> list[LexborNode]:
    """Return the nodes that fit a CSS selector; ParseError ``unsupported`` names a selector that is none."""
    try:
        return node.css(selector)
    except SelectolaxError as error:
        named = f"{name}: {selector!r}" if name else repr(selector)
        raise ParseError("unsupported", f"the selector {named} is no valid CSS") from error


def path_of(url: str) -> str:
    """Return the path of an address; "" where it can't be read."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
