"""What a title says in terms that Chinese and English share, so that titles of both can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.model import COMMON, NAME, PLACE, Glossary
from bot.text import is_cjk

_LATIN = re.compile(r"[a-z0-9]")
_SMALL = re.compile(r"[a-z0-9]|\d\d|20\d\d")
"""Tokens that tell nothing by themselves: letters, small numbers, years."""
WATCH = "@"
"""Begins the concept of a watch; the glossary's own marks are in ``bot.model``."""
_TELL_NOTHING = (WATCH, NAME, COMMON)
"""How concepts begin that don't say what happened: watches, names, and what is everywhere."""


def telling(shared: Iterable[str]) -> list[str]:
    """Return the concepts that say what happened: no company, person or watch, nothing that is everywhere."""
    return [
        concept
        for concept in shared
        if not concept.startswith(_TELL_NOTHING) and not _SMALL.fullmatch(concept)
    ]


def plain(concept: str) -> str:
    """Return a concept as people may read it, without the mark of its kind."""
    return concept.lstrip(NAME + COMMON + PLACE)


def concepts_of(folded_chinese: str, tokens: Iterable[str], glossary: Glossary) -> frozenset[str]:
    """Return what a title says in terms that both languages share.

    Known words and phrases of either language become concepts, the longest first; Latin names and numbers
    that the glossary doesn't know stand for themselves. Tokens are a title's, in reading order.
    """
    latin = [token for token in tokens if _LATIN.search(token) and not is_cjk(token[0])]
    return frozenset([*_of_chinese(folded_chinese, glossary), *_of_english(latin, glossary)])


def _of_chinese(folded: str, glossary: Glossary) -> Iterator[str]:
    at = 0
    while at < len(folded):
        step = 1
        for length in glossary.lengths.get(folded[at], ()):
            concepts = glossary.chinese.get(folded[at : at + length])
            if concepts is not None:
                yield from concepts
                step = length
                break
        at += step


def _of_english(tokens: Sequence[str], glossary: Glossary) -> Iterator[str]:
    at = 0
    while at < len(tokens):
        step, concepts = _longest(tokens, at, glossary)
        yield from concepts
        at += step


def _longest(tokens: Sequence[str], at: int, glossary: Glossary) -> tuple[int, tuple[str, ...]]:
    """Return how many words the longest known phrase from here has, and its concepts."""
    token = tokens[at]
    for phrase, concepts in glossary.phrases.get(token, ()):
        if tuple(tokens[at : at + len(phrase)]) == phrase:
            return len(phrase), concepts
    return 1, glossary.english.get(token, (token,))
