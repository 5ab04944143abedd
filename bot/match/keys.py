"""What is looked for in one pass: every folded string of the watchlist and the tables, and what each stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ahocorasick

from bot.events import EventPart
from bot.match.edges import is_latin
from bot.match.terms import EARNED, STRONG, Term

SOUGHT, EXCLUDE, VETO, CONTEXT, BUSINESS, ROUND_UP, TAIL, EVENT = (1 << place for place in range(8))
"""What a string may stand for, one bit each. SOUGHT ones speak of a watch; without one the rest is of no use."""
CLASS_OF = {
    **dict.fromkeys((*STRONG, *EARNED, "person", "ticker", "topic"), SOUGHT),
    "exclude": EXCLUDE,
    "none": VETO,
    "context": CONTEXT,
    "business": BUSINESS,
    "round_up": ROUND_UP,
    "tail": TAIL,
}


@dataclass(slots=True, eq=False)
class Key:
    """What one folded string stands for; ``left`` and ``right`` ask for a word's boundary there."""

    length: int
    left: bool
    right: bool
    classes: int
    terms: Sequence[Term]
    parts: tuple[EventPart, ...]


Found = tuple[int, Key]
"""The place of a string's last character, and its key."""


def automaton_of(
    keys: Mapping[str, Sequence[Term]], parts: Mapping[str, tuple[EventPart, ...]]
) -> ahocorasick.Automaton:
    """Return what finds all keys in one pass; its values are ``Key``."""
    automaton = ahocorasick.Automaton()
    for key, terms in keys.items():
        automaton.add_word(key, _key(key, terms, parts.get(key, ())))
    for key in parts.keys() - keys.keys():
        automaton.add_word(key, _key(key, (), parts[key]))
    automaton.make_automaton()
    return automaton


def _key(key: str, terms: Sequence[Term], parts: tuple[EventPart, ...]) -> Key:
    classes = EVENT if parts else 0
    if len(terms) == 1:
        classes |= CLASS_OF[terms[0].kind]
    else:
        for term in terms:
            classes |= CLASS_OF[term.kind]
    return Key(len(key), is_latin(key[0]), is_latin(key[-1]), classes, terms, parts)
