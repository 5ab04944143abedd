"""What a source's trouble asks for, and what its oddities mean, in both languages."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.render.lines import clean, shorten
from bot.render.words import say, trouble_words

LONGEST_ODDITY = 110
LONGEST_PLACE = 40
_BY_STATUS = {
    401: "key",
    402: "key",
    403: "slower",
    404: "open",
    407: "key",
    410: "remove",
    429: "slower",
}
_BY_REASON = {
    "dns": "network",
    "network": "network",
    "robots": "robots",
    "too_big": "larger",
    "bomb": "larger",
    "private": "private",
    "broken": "log",
}
_SELECTED = frozenset({"not_a_feed", "web_page", "empty", "shrunk", "unsupported"})
_OPENED = _SELECTED | frozenset(
    {
        "silent",
        "complaint",
        "timeout",
        "refused",
        "tls",
        "redirects",
        "scheme",
        "encoding",
        "protocol",
        "entities",
        "too_deep",
        "memory",
        "crashed",
    }
)
_ENCODED = re.compile(r"declared as (?P<said>.+), but it (?:is|reads as|may be) (?P<found>[^;]+)")
_UNDECLARED = re.compile(r"no encoding is declared; it reads as (?P<found>[^;]+)")
_BYTES = re.compile(r"some bytes are no (?P<said>[^;]+)")
_IDS = re.compile(r"known items came under other (?P<what>guids|addresses)")
_CUT = re.compile(r"only (?:the newest|the first|its start) (?:was|were) read")
_BROKEN = re.compile(r"(?:ends in the middle|is broken|was cut short)")


def advice(reason: str, status: int | None, *, scraped: bool = False) -> str:
    """Return the name of what to try, the end of a ``try_`` and a ``do_`` phrase; "" where waiting is all."""
    if reason in _BY_REASON:
        return _BY_REASON[reason]
    if status is not None and status >= 400:
        return _BY_STATUS.get(status, "open" if status < 500 else "")
    if scraped and reason in _SELECTED:
        return "selectors"
    return "open" if reason in _OPENED else ""


def trouble_said(reason: str, status: int | None, language: str, *, scraped: bool = False) -> str:
    """Return what is wrong with a source in words; a page that is read by selectors never was a feed."""
    unlisted = scraped and status is None and reason in {"not_a_feed", "web_page", "empty"}
    return trouble_words("page_changed" if unlisted else reason, status, language)


def slower(every: timedelta | None) -> str:
    """Return a longer interval to try, as it is written in YAML: half an hour, or twice the one it has."""
    longer = max(timedelta(minutes=30), 2 * (every or timedelta(0)))
    minutes = longer // timedelta(minutes=1)
    return f"{minutes}m" if minutes % 60 else f"{minutes // 60}h"


def oddity(what: str, detail: str, language: str, *, room: int = LONGEST_PLACE) -> str:
    """Return one thing that is odd in words; what nobody knows stands as the parser said it.

    ``room`` is how much of an address is shown.
    """
    detail = clean(detail)
    if what == "moved":
        return say(language, "odd_moved", place=place(detail, room))
    if what == "merged":
        return say(language, "odd_merged", other=shorten(detail, 40))
    return _line(detail, language)


def place(url: str, room: int = LONGEST_PLACE) -> str:
    """Return an address as it is shown in a line: without its scheme, and not too long."""
    plain = clean(url).removeprefix("https://").removeprefix("http://").rstrip("/")
    return plain if len(plain) <= room else plain[: room - 1] + "…"


def _line(detail: str, language: str) -> str:
    if found := _ENCODED.search(detail):
        said, reads = shorten(found["said"], 24), shorten(found["found"], 24)
        return say(language, "odd_encoding", said=said, found=reads)
    if found := _UNDECLARED.search(detail):
        return say(language, "odd_undeclared", found=shorten(found["found"], 24))
    if found := _BYTES.search(detail):
        return say(language, "odd_bytes", said=shorten(found["said"], 24))
    if found := _IDS.search(detail):
        return say(language, "odd_ids" if found["what"] == "guids" else "odd_addresses")
    if detail.startswith("nothing of the last poll was left"):
        return say(language, "odd_gap")
    if _CUT.search(detail):
        return say(language, "odd_cut", what=shorten(detail, LONGEST_ODDITY))
    if _BROKEN.search(detail):
        return say(language, "odd_broken")
    return shorten(detail, LONGEST_ODDITY)
