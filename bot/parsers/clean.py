"""Plain text out of what sources publish: no markup, no entities, nothing invisible, bounded in length."""

from __future__ import annotations

import html
import re
import unicodedata

TITLE_BYTES = 1_024
TEXT_BYTES = 64 * 1_024
MOST_ENTRIES = 2_000

_TAGS = (
    "a abbr acronym address article aside audio b big blockquote body br button caption center cite "
    "code col dd del details dfn div dl dt em embed fieldset figcaption figure font footer form h1 h2 "
    "h3 h4 h5 h6 head header hr html i iframe img input ins kbd label legend li link main mark meta "
    "nav noscript object ol option p picture pre q s samp script section select small source span "
    "strike strong style sub summary sup svg table tbody td textarea tfoot th thead time title tr tt "
    "u ul var video wbr"
)
_TAG = re.compile(
    rf"</?(?:{'|'.join(_TAGS.split())})(?:\s[^<>]*)?/?>|<!--|<!\[CDATA\[|<!doctype", re.IGNORECASE
)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|big|cite|code|em|font|i|mark|s|small|span|strike|strong|sub|sup|tt|u|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BLOCK = re.compile(
    r"</?(?:address|article|aside|blockquote|br|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|"
    r"form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|summary|table|tbody|tfoot|thead|tr|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_SILENT = re.compile(r"<(script|style|noscript|template|svg|iframe|object)\b", re.IGNORECASE)
_SILENT_TAGS = ["script", "style", "noscript", "template", "svg", "iframe", "object", "head"]
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")

# Escape sequences for terminals; what starts them is removed with the other controls if they are cut short.
ESCAPES = re.compile("(?:\x1b\\[|\x9b)[0-9;:?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\\\)")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"
    "\ufeff\ufff9-\ufffc\ufffe\uffff\ud800-\udfff]"
    "|(?<!\u00c3)(?<!\u00c3\u2060)\u00ad"  # behind Ã it is no hyphen, but half of an í that was decoded wrongly
)
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
_PILED = re.compile(f"([{_MARKS}]{{4}})[{_MARKS}]+")


def cut(text: str, most_bytes: int) -> str:
    """Return at most so many bytes of UTF-8, never half a character."""
    if len(text) * 4 <= most_bytes:
        return text
    data = text.encode("utf-8", "ignore")
    return text if len(data) <= most_bytes else data[:most_bytes].decode("utf-8", "ignore").rstrip()


def visible(text: str) -> str:
    """Remove what is not text: controls, escape sequences, direction marks, lone surrogates; NFC."""
    if text.isascii() and text.isprintable():
        return text
    text = _INVISIBLE.sub("", ESCAPES.sub("", text.replace("\u2028", "\n").replace("\u2029", "\n")))
    if not text.isascii():
        text = _PILED.sub(r"\1", unicodedata.normalize("NFC", text))
    return text


def unbroken(text: str) -> str:
    """Return an address or an id without what is not text and without breaks of lines."""
    return "".join(visible(text).splitlines())


def _unescaped(text: str) -> str:
    """Resolve entities, twice where a publisher escaped twice."""
    for _ in range(2):
        if "&" not in text:
            break
        text = html.unescape(text)
    return text


def _stripped(markup: str) -> str:
    """Return the text of an HTML fragment; blocks end lines, other white space is one space."""
    from selectolax.lexbor import LexborHTMLParser

    flat = _BLOCK.sub("\n", " ".join(markup.split())) if not _SILENT.search(markup) else markup
    tree = LexborHTMLParser("<body>" + flat)
    if flat is markup:
        # Scripts may hold what looks like tags, so they go before blocks become lines.
        tree.strip_tags(_SILENT_TAGS[:-1])
        inner = " ".join((tree.html or "").split())
        tree = LexborHTMLParser("<body>" + _BLOCK.sub("\n", inner))
    return tree.body.text() if tree.body is not None else ""


def _without_markup(text: str) -> str:
    if "&" not in text and "<" not in text:
        return text
    if _TAG.search(text):
        text = _stripped(_CDATA.sub("", text))
    text = _unescaped(text)
    if "<" in text and _TAG.search(text):
        text = _stripped(_CDATA.sub("", text))
    return text


def line(text: str, most_bytes: int = TITLE_BYTES) -> str:
    """Return one line of plain text, for titles."""
    text = text[: most_bytes * 16]
    if "<" in text:
        text = _INLINE.sub("", text)
    return cut(" ".join(visible(_without_markup(text)).split()), most_bytes)


def paragraphs(text: str, most_bytes: int = TEXT_BYTES) -> str:
    """Return plain text with a line for each paragraph."""
    text = visible(_without_markup(text[: most_bytes * 8]))
    lines = (" ".join(row.split()) for row in text.splitlines())
    return cut("\n".join(row for row in lines if row), most_bytes)


def headline(text: str, most: int = 140) -> str:
    """Return a title for an entry that has none: the first line of its text, cut at a word."""
    first = text.partition("\n")[0]
    if len(first) <= most:
        return first
    short = first[:most]
    space = short.rfind(" ")
    return (short[:space] if space > most // 2 else short).rstrip(" ,.;:，。；：") + "…"


_ALIASES = {"cn": "zh", "jp": "ja", "kr": "ko", "chs": "zh", "cht": "zh", "chinese": "zh", "english": "en"}


def language(code: object) -> str | None:
    """Return the two letters of a language code (``zh`` for zh-Hans-CN), or None."""
    first = re.split(r"[-_. ,;]", str(code or "").strip().lower(), maxsplit=1)[0]
    first = _ALIASES.get(first, first)
    return first if len(first) == 2 and first.isascii() and first.isalpha() else None
