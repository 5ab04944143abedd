"""The headlines in which a doubtful term stands, and what is known of each: is the company meant?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bot.match.cues import GIVEN_NAMES, PLAIN_WORDS
from bot.match.terms import STRONG
from bot.model import Facts, Mention, Watch
from bot.text import bigrams, fold, is_cjk, words

_CERTAIN = STRONG | {"ticker"}
_SHORT = 4
_ALIKE = 0.25
_HEAD = 150


@dataclass(frozen=True, slots=True)
class Place:
    """A term at its first place in a headline."""

    start: int
    end: int
    here: bool
    """True when this place counts as the watch stands today."""
    counted: bool
    """True when this or another place of the term in the headline does."""
    meant: bool
    """True when something speaks for the company: a certain name, context, a word such as 集团 or shares."""
    named: bool
    """True when a certain name of the company stands there too."""
    reason: str = ""
    """Why it doesn't count."""
    open: bool = True
    """False where nothing is left to suggest: it is excluded already, or part of another name."""


@dataclass(slots=True)
class Headline:
    """A headline that holds at least one of the terms; ``text`` is the beginning of what stands below it."""

    title: str
    folded: str
    text: str
    places: dict[int, Place] = field(default_factory=dict)
    """By the number of the term."""


def doubtful_terms(watch: Watch) -> dict[str, str]:
    """Return the terms of a watch that may mean something else, each with its kind.

    Likely and weak ones, and of the certain ones those that are short or common words.
    """
    found = dict.fromkeys(watch.likely, "likely") | dict.fromkeys(watch.weak, "weak")
    certain = {watch.name: "name"} | dict.fromkeys(watch.aliases, "alias")
    certain |= {term: "product" for term in watch.products if term not in certain}
    known = {term.casefold() for term in found}
    for term, kind in certain.items():
        if _is_doubtful(term) and term.casefold() not in known:
            found[term] = kind
    return found


def _is_doubtful(term: str) -> bool:
    if any(map(is_cjk, term)):
        return len(term) <= 2
    word = term.lower()
    return word in PLAIN_WORDS or word in GIVEN_NAMES or (len(term) <= _SHORT and term.isalpha())


def probing(watch: Watch, terms: Mapping[str, str]) -> Watch:
    """Return the watch with these terms weak: what it then accepts, something speaks for."""
    keys = {term.casefold() for term in terms}

    def others(kind: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(term for term in kind if term.casefold() not in keys)

    return replace(
        watch,
        aliases=others(watch.aliases),
        products=others(watch.products),
        likely=others(watch.likely),
        weak=tuple(dict.fromkeys((*watch.weak, *terms))),
    )


def pattern_of(key: str) -> re.Pattern[str]:
    """Return where a folded term stands: Latin ones between words, Chinese ones anywhere."""
    left = r"(?<![a-z0-9])" if key[0].isascii() and key[0].isalnum() else ""
    right = r"(?![a-z0-9])" if key[-1].isascii() and key[-1].isalnum() else ""
    return re.compile(left + re.escape(key) + right)


def place_of(watch: str, start: int, end: int, title: str, now: Facts, probed: Facts) -> Place:
    """Return what is known of a term in a headline, from the watch as it is and with its terms weak."""
    own = [mention for mention in probed.mentions if mention.watch == watch]
    certain = [mention for mention in own if mention.kind in _CERTAIN]
    inside = any(_holds(mention, start, end) for mention in certain)
    named = inside or bool(certain)
    reason, open_ = "", True
    here = any(_at(mention, watch, start, end) for mention in now.mentions)
    counted = here or _elsewhere(watch, title[start:end], now)
    if not here:
        reason, by = _refusal(watch, start, title[start:end], now)
        # A word that only crosses the term's border (中国 over 国电) is what suggestions are for.
        open_ = reason not in {"excluded", "lower_case"} and not (reason == "inside_longer" and len(by) > 2)
    meant = named or any(_at(mention, watch, start, end) for mention in own)
    # Headlines without any capital are addresses made into words: they say nothing of Latin names.
    lower = title[start].isascii() and title == title.lower()
    return Place(start, end, here, counted, meant, named, reason, open_ and not inside and not lower)


def _at(mention: Mention, watch: str, start: int, end: int) -> bool:
    return (
        mention.watch == watch
        and mention.field == "title"
        and mention.start < end
        and start < mention.end
        and mention.kind != "person"
    )


def _elsewhere(watch: str, text: str, facts: Facts) -> bool:
    """Tell whether another place of the same word counts: Price Target on Target Corp."""
    word = text.casefold()
    titles = (one for one in facts.mentions if one.watch == watch and one.field == "title")
    return any(mention.text.casefold() == word for mention in titles)


def _holds(mention: Mention, start: int, end: int) -> bool:
    return mention.field == "title" and mention.start <= start and end <= mention.end


def _refusal(watch: str, start: int, text: str, facts: Facts) -> tuple[str, str]:
    """The reason of a place; one reason stands for all places with the same word."""
    mine = [one for one in facts.refused if one.watch == watch]
    for one in mine:
        if one.field == "title" and one.start == start:
            return one.reason, one.by
    same = (one for one in mine if one.text.casefold() == text.casefold())
    return next(((one.reason, one.by) for one in same), ("not_looked_for", ""))


def different(rests: Iterable[str], enough: int) -> int:
    """Count headlines that tell different news, up to ``enough``: many sources tell one piece in like words.

    ``rests`` are the folded headlines without the words that they have in common.
    """
    counted: list[frozenset[str]] = []
    for rest in rests:
        words = _fingerprint(rest)
        if all(len(words & other) < _ALIKE * len(words | other) for other in counted):
            counted.append(words)
            if len(counted) >= enough:
                break
    return len(counted)


def _fingerprint(folded: str) -> frozenset[str]:
    return frozenset(part for run, _, _ in words(folded[:_HEAD]) for part in _parts(run))


def _parts(run: str) -> list[str]:
    return bigrams(run) if is_cjk(run[0]) else [run]


def folded_terms(terms: Mapping[str, str], variants: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    """Yield (term, folded), each folded form once."""
    seen = set()
    for term in terms:
        key = fold(term, variants).strip()
        if key and key not in seen:
            seen.add(key)
            yield term, key
