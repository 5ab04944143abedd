"""The tables that ship with the bot, loaded by the application and passed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Words = tuple[str, ...]
NAME, PLACE, COMMON = "=", "°", "·"
"""How a concept of the glossary begins that is a name, a place, or in so much news that it tells nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """Which Chinese and English words mean the same. All are folded, English ones are stemmed.

    A concept is a text: its first Chinese term, after the mark of its kind where it has one.
    """

    chinese: Mapping[str, Words] = field(default_factory=dict)
    """Term to its concepts; to none where the term only keeps shorter ones inside it from being seen."""
    lengths: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """First character to the lengths of the terms that begin with it, longest first."""
    english: Mapping[str, Words] = field(default_factory=dict)
    """Word to its concepts."""
    phrases: Mapping[str, tuple[tuple[Words, Words], ...]] = field(default_factory=dict)
    """First word to the phrases that begin with it, each with its concepts, longest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What the pure stages know about the two languages. All words are folded (``text.fold``)."""

    variants: Mapping[int, str] = field(default_factory=dict)
    """Traditional to simplified characters, one to one, as ``str.translate`` takes it."""
    stop_words: frozenset[str] = frozenset()
    frequencies: Mapping[str, int] = field(default_factory=dict)
    """Token to the number of documents that hold it, in ``documents`` documents of general news."""
    documents: int = 0
    events: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Kind of event to its words: literal, ``*`` at the end stands for any word ending,
    ``~`` for up to 20 characters within the sentence, a leading ``!`` cancels hits that it overlaps."""
    business_words: tuple[str, ...] = ()
    """Words that speak for a company in general (shares, CEO, 股价, 公司)."""
    tails: tuple[str, ...] = ()
    """Headings after which a scraped text is no longer the article (Stock Mentions, Read Next, 相关阅读)."""
    round_ups: tuple[str, ...] = ()
    """Words that mark a title as a round-up or market wrap (8点1氪, 早报, Midday, Stocks to watch)."""
    glossary: Glossary = field(default_factory=Glossary)
