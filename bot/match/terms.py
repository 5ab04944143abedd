"""What a watchlist looks for: its terms in every spelling, each with what a hit of it may mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from bot.match.cues import PLAIN_WORDS
from bot.model import Tables, Ticker, Watch
from bot.text import fold, has_cjk, is_cjk

STRONG = frozenset({"name", "alias", "product"})
EARNED = frozenset({"likely", "weak"})
_ANY_CASE = EARNED | {"exclude", "none", "topic"}
"""Kinds whose capitals are never asked for when they are looked for."""
_HAS_CASE = re.compile(r"[A-Za-z]")
_CJK_ONLY = re.compile("[\u4e00-\u9fff]+")
_DIGIT = re.compile(r"\d")
_WORDS = re.compile(r"[a-z0-9]+", re.IGNORECASE)
_JOINABLE = frozenset({"name"})
_SHORT = 4
"""Latin names up to this length are also words or parts of words too often: their capitals count."""


@dataclass(slots=True, eq=False)
class Term:
    """One term of one watch (``watch`` is empty for general words), in one spelling. Nobody changes one.

    Not frozen, because that makes building one of a hundred thousand three times as slow.
    """

    watch: str
    kind: str
    """name, alias, product, likely, weak, person, ticker, topic, context, exclude, none;
    of no watch: business, round_up, tail."""
    written: str
    capitals: bool = False
    """True when a hit must have the capitals of ``written``."""
    exact: bool = False
    """True when a hit must be ``written`` letter by letter."""
    group: int = 0
    """For a topic: 0 for ``any``, else the number of its ``all`` group."""
    ticker: Ticker | None = None
    latin: bool = False
    """True when nothing in the term is Chinese."""
    acronym: bool = False
    """True for capitals that are no word, so that Sebi and Nio are SEBI and NIO."""


def terms_of(watch: Watch) -> Iterator[Term]:
    """Yield every term of a watch in every spelling that news gives it."""
    companies: tuple[tuple[str, Iterable[str]], ...] = (
        ("alias", watch.aliases),
        ("product", watch.products),
        ("likely", watch.likely),
        ("weak", watch.weak),
        ("person", watch.people),
        ("context", watch.context),
        ("exclude", watch.exclude),
        ("none", watch.none),
    )
    if not watch.topic:
        earned = {_key(text) for text in (*watch.likely, *watch.weak)}
        if _key(watch.name) not in earned:
            yield from _spelled(watch, "name", watch.name)
        for name in watch.names.values():
            if _key(name) not in earned:
                yield from _spelled(watch, "name", name)
    for kind, texts in companies:
        yield from chain.from_iterable(_spelled(watch, kind, text) for text in texts)
    for group, texts in enumerate((watch.any, *watch.all)):
        yield from chain.from_iterable(_spelled(watch, "topic", text, group=group) for text in texts)
    yield from chain.from_iterable(_codes(watch, ticker) for ticker in watch.tickers)


def general_terms(tables: Tables, tails: Iterable[str]) -> Iterator[Term]:
    """Yield the words that belong to no watch: of business, of round-ups, and headings that end a text."""
    kinds = (("business", tables.business_words), ("round_up", tables.round_ups), ("tail", tails))
    for kind, words in kinds:
        for word in words:
            yield Term(watch="", kind=kind, written=word)


def table_of(terms: Iterable[Term], variants: Mapping[int, str]) -> dict[str, list[Term]]:
    """Return the folded keys with their terms, each term once a key."""
    table: dict[str, list[Term]] = {}
    for term in terms:
        key = fold(term.written, variants).strip()
        known = table.get(key)
        if known is not None:
            known.append(term)
        elif key:
            table[key] = [term]
    return {key: found if len(found) == 1 else _once(found) for key, found in table.items()}


def _once(terms: Iterable[Term]) -> list[Term]:
    """Of terms that mean the same the first."""
    found: dict[tuple[str, str, int, str], Term] = {}
    for term in terms:
        spelling = term.written if term.exact else ""
        found.setdefault((term.watch, term.kind, term.group, spelling), term)
    return list(found.values())


def _spelled(watch: Watch, kind: str, text: str, *, group: int = 0) -> Iterator[Term]:
    latin = not has_cjk(text)
    exact = text in watch.case_sensitive
    asks = latin and kind not in _ANY_CASE and _capitals_matter(text)
    acronym = len(text) > 2 and text.isupper() and text.lower() not in PLAIN_WORDS
    spellings = _joined(text.strip()) if latin and kind in _JOINABLE else _spellings(text.strip())
    for written in spellings:
        yield Term(watch.id, kind, written, asks, exact, group, None, latin, acronym)


def _capitals_matter(text: str) -> bool:
    """Short Latin names, and names made of plain words only, are told from words by their capitals."""
    if not _HAS_CASE.search(text) or text.islower():
        return False
    if len(text) <= _SHORT:
        return True
    words = map(re.Match.group, _WORDS.finditer(text.lower()))
    return all(word in PLAIN_WORDS or len(word) <= 2 for word in words)


def _joined(text: str) -> Iterable[str]:
    """A name of two Latin words, with hyphen and with nothing between them: Li-Auto, MoonshotAI."""
    if text.count(" ") != 1 or not text.isascii():
        return _spellings(text)
    return dict.fromkeys((text, text.replace(" ", "-"), text.replace(" ", "")))


def _spellings(text: str) -> Iterable[str]:
    """The text, without and with a space between Chinese and Latin, and with hyphen for space."""
    if text.isascii():
        if text.count(" ") == 1 and _DIGIT.search(text):
            return dict.fromkeys((text, text.replace(" ", "-"), text.replace(" ", "")))
        return (text,)
    return (text,) if _CJK_ONLY.fullmatch(text) else _spaced(text)


def _spaced(text: str) -> Iterable[str]:
    found = {text: None}
    for at in range(1, len(text)):
        if is_cjk(text[at - 1]) != is_cjk(text[at]) and (text[at - 1] + text[at]).isalnum():
            found[text[:at] + " " + text[at:]] = None
        if text[at] == " " and at + 1 < len(text) and is_cjk(text[at - 1]) != is_cjk(text[at + 1]):
            found[text[:at] + text[at + 1 :]] = None
    return found


def _codes(watch: Watch, ticker: Ticker) -> Iterator[Term]:
    """A stock's code as printed: Hong Kong codes have up to two zeros in front."""
    code = ticker.code.strip()
    printed = {code}
    if code.isdigit() and len(code) <= 5:
        bare = code.lstrip("0") or code
        printed = {bare, bare.zfill(4), bare.zfill(5)}
    for written in printed:
        yield Term(watch.id, "ticker", written, ticker=ticker)


def _key(text: str) -> str:
    return text.strip().casefold()
