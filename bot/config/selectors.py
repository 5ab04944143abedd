"""What is wrong with the selectors of a source: CSS for kind page, paths for kind json."""

from __future__ import annotations

import re

import jmespath
from jmespath.exceptions import JMESPathError
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

_ATTRIBUTE = re.compile(r"(.*?)@[A-Za-z_][\w:.-]*", re.DOTALL)
_DOTTED = re.compile(r"[^\s\[\]*?|@&'\"`{}(),!<>=:]+")
_TEMPLATE = re.compile(r"(?:https?:/)?/[^{}]*\{", re.IGNORECASE)
_FIELD = re.compile(r"\{([^{}]+)\}")
_HOST = re.compile(r"https?://[^/{}]+/", re.IGNORECASE)
_ADDRESS = re.compile(r"https?:", re.IGNORECASE)


def wrong_css(key: str, written: str) -> tuple[str, str] | None:
    """Return (what is wrong, a hint) with a CSS selector that may name an attribute; None when it is right."""
    named = _ATTRIBUTE.fullmatch(written.strip())
    if named and key == "item":
        return "item names whole elements, not an attribute", f"item: {named[1].strip() or 'article'}"
    css = named[1].strip() if named else written
    if named and not css:
        return None
    try:
        LexborHTMLParser("<p>").css(css)
    except (SelectolaxError, ValueError):
        return "this is no valid CSS selector", "such as article, h3 > a, or time@datetime for an attribute"
    return None


def wrong_path(key: str, written: str) -> tuple[str, str] | None:
    """Return (what is wrong, a hint) with a path into JSON, or with a link's template; None when it is right."""
    if key == "link" and (_TEMPLATE.match(written) or _ADDRESS.match(written)):
        return _wrong_template(written)
    if _DOTTED.fullmatch(written):
        return None
    try:
        jmespath.compile(written)
    except (JMESPathError, RecursionError):
        return "this is neither a path nor JMESPath", "such as data.list, or data.items[?type=='live']"
    return None


def _wrong_template(written: str) -> tuple[str, str] | None:
    hint = "link: https://HOST/detail/{id}, where {id} stands for that field of each item"
    if _ADDRESS.match(written) and not _HOST.match(written):
        return "the host of a link must be written out", hint
    fields = _FIELD.findall(written)
    if not fields:
        return "every item would get this same link", hint
    if set("{}") & set(_FIELD.sub("", written)):
        return "a brace of this link is not closed", hint
    wrong = next((field for field in fields if wrong_path("", field.strip())), None)
    return (f"{{{wrong}}} is neither a path nor JMESPath", hint) if wrong else None
