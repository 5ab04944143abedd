"""Stock codes and when they count: $BABA, NYSE:BABA, (BABA), BABA.N, <BABA.N>, 9988.HK, 600519.SH."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.match.terms import Term

_PLACES = {
    "US": r"nyse|nasdaq|nasdaqgs|nasdaqgm|nyse american|amex|纽交所|纽约证券交易所|纳斯达克|美股|us",
    "HK": r"hkex|hkse|sehk|hkg|hk|港交所|港股|香港联交所|联交所",
    "SH": r"sse|shse|sha|sh|ss|上交所|上海证券交易所|沪市|科创板",
    "SZ": r"szse|she|sz|深交所|深圳证券交易所|深市|创业板",
}
_SUFFIXES = {
    "US": r"n|o|oq|k|a|us|nyse|nasdaq",
    "HK": r"hk",
    "SH": r"sh|ss|sha",
    "SZ": r"sz|she",
}
_AMERICAN = frozenset({"NYSE", "NASDAQ", "AMEX", "US", ""})
_BEFORE = {
    place: re.compile(rf"(?<![a-z])(?:{names})\s?[:\s]\s?$|(?<![a-z])(?:{names})$")
    for place, names in _PLACES.items()
}
_AFTER = {place: re.compile(rf"\.(?:{names})(?![a-z0-9])") for place, names in _SUFFIXES.items()}
_INITIALS = re.compile(r"[A-Za-z][A-Za-z.'&-]*")
_MARKS = frozenset({"TM", "SM", "R", "C", "P"})
"""What stands in brackets right after a word and is a mark of its owner."""
_OPENING, _CLOSING = "([<", ")]>"


@dataclass(frozen=True, slots=True)
class Form:
    """How a stock code is written: ``marked`` by exchange, dollar or suffix, else in brackets or ``bare``."""

    name: str
    counts: bool


MARKED = Form("marked", counts=True)
BRACKETED = Form("bracketed", counts=True)
DOUBTFUL = Form("bracketed", counts=False)
LONG_BARE = Form("bare", counts=True)
BARE = Form("bare", counts=False)


def form_of(text: str, folded: str, start: int, end: int, term: Term) -> Form | None:
    """Return how a code at a place is written; None when it is no stock code there (a word, a number)."""
    assert term.ticker is not None
    place = _place(term.ticker.exchange)
    before = folded[max(0, start - 12) : start]
    numeric = term.written.isdigit()
    if not numeric and before.endswith("$"):
        return MARKED
    if _marked_before(before, place) or _marked_after(folded, end, place):
        return MARKED if numeric or _is_code(text, start, end) else None
    if numeric:
        bracketed = len(term.written) >= 5 and _in_brackets(folded, start, end)
        return BRACKETED if bracketed else None
    if not text[start:end].isupper() or not term.written.isupper():
        return None
    if _in_brackets(folded, start, end):
        return _bracketed(text, start, term.written)
    shouting = text[max(0, start - 200) : end + 200].isupper()
    return LONG_BARE if len(term.written) > 3 and not shouting else BARE


def _is_code(text: str, start: int, end: int) -> bool:
    """Letters beside an exchange are a code in capitals or after a colon; "us now" is none, nor is "U.N."."""
    if not text[start:end].isupper() and ":" not in text[max(0, start - 2) : start]:
        return False
    return end - start > 1 or text[end : end + 1] != "." or text[start - 1 : start] == "<"


def _place(exchange: str) -> str:
    """The short form of a known market, or the exchange as it is given."""
    name = exchange.upper()
    return "US" if name in _AMERICAN else name


def _marked_before(before: str, place: str) -> bool:
    known = _BEFORE.get(place)
    if known:
        return known.search(before) is not None
    return re.search(rf"(?<![a-z]){re.escape(place.lower())}\s?:\s?$", before) is not None


def _marked_after(folded: str, end: int, place: str) -> bool:
    known = _AFTER.get(place)
    if known:
        return known.match(folded, end) is not None
    return re.compile(rf"\.{re.escape(place.lower())}(?![a-z0-9])").match(folded, end) is not None


def _in_brackets(folded: str, start: int, end: int) -> bool:
    return folded[start - 1 : start] in _OPENING and folded[end : end + 1] in _CLOSING if start else False


def _bracketed(text: str, start: int, code: str) -> Form:
    """A short code in brackets may be the initials of the words before it: British Airways (BA)."""
    if len(code) > 3:
        return BRACKETED
    if text[max(0, start - 2) : start - 1].isascii() and text[max(0, start - 2) : start - 1].isalpha():
        return DOUBTFUL if code in _MARKS else BRACKETED
    words = _INITIALS.findall(text[max(0, start - 80) : start - 1])[-len(code) :]
    initials = "".join(word[0] for word in words).upper()
    return DOUBTFUL if len(code) == 1 or initials == code else BRACKETED
