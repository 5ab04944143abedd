"""What every channel does to text before its own markup: no control characters, no broken characters."""

from __future__ import annotations

import re

_BLANK = re.compile("[\t\n\v\f\r\x85\u2028\u2029]+")
# Control characters, and the marks that turn the direction of everything behind them.
_REMOVED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_JOINERS = re.compile("[\u200b\u2060\ufeff]")
_BROKEN = re.compile("[\ud800-\udfff]")
_UNFIT_FOR_LINKS = re.compile(r"[\s<>\"|`]")
LONGEST_LINK = 2048


def tame(text: str) -> str:
    """Return text as one line that is safe in chats and terminals: it moves, colours and turns nothing."""
    if text.isascii() and text.isprintable():
        return text
    return _BROKEN.sub("\ufffd", _REMOVED.sub("", _BLANK.sub(" ", text)))


def typed_text(text: str) -> str:
    """Return what a person typed or copied, lines and all, without the joiners that channels put into words.

    Halves of characters, which no database takes, are replaced.
    """
    return _BROKEN.sub("\ufffd", _JOINERS.sub("", text))


def tame_link(link: str) -> str:
    """Return an address fit for markup, or an empty string when it is too long or not http(s)."""
    if len(link) > LONGEST_LINK or not link.lower().startswith(("http://", "https://")):
        return ""
    return _UNFIT_FOR_LINKS.sub(_percent, tame(link))


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def utf16_units(text: str) -> int:
    """Count what Telegram counts: a character outside the basic plane is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
