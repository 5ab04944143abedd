"""Words that stand beside a term when the company is meant, and hardly ever otherwise: offered as ``context``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.match.suggest.headlines import Headline, different
from bot.match.suggest.measure import LIKELY, SURE, Background, contrast, words_of

_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_LONGEST = 4
_LEAST = 4
"""Different headlines about the company that a word must stand in."""
_TIMES = 5.0
"""How many times as often a word must stand there as elsewhere."""
_COMMON = 0.02
"""A word of so large a share of all headlines speaks for nobody."""
_HELD = 0.6
_PARTICLES = frozenset(
    "的了在是和与及等对将被把为从向以于也都还就而或这那我你他她它们又再只很不有个年月日元万亿第"
)


@dataclass(frozen=True, slots=True)
class ContextWord:
    """A word to put under ``context``: in how many headlines about the company, and in how many others."""

    text: str
    beside: int
    of: int
    elsewhere: int
    of_others: int


def context_words(
    about: Sequence[Headline],
    others: Sequence[Headline],
    background: Background,
    *,
    headlines: int,
    known: Collection[str],
    is_common: Callable[[str], bool],
) -> list[ContextWord]:
    """Return words of headlines about the company, the most telling first.

    ``others`` hold a term too and nothing says that they are about it; all ``headlines`` were counted in the
    background. ``known`` are folded words that need no telling; what lies in one of them, or holds one of
    three characters or more, is left out. ``is_common`` tells words that half of all news holds.
    """
    here, there = _counts(about), _counts(others)
    known = {*known, *(word for term in known for word in term.split())}
    found = []
    for word, count in here.items():
        if count < _LEAST or _is_known(word, known) or is_common(word):
            continue
        rest = background.beside(word)
        elsewhere = there[word]
        if rest - count > _COMMON * headlines or not _is_telling(count, len(about), elsewhere, len(others)):
            continue
        score = contrast(count, len(about), max(rest - count, 0), max(headlines - len(about), 1))
        if score < SURE or count * headlines < _TIMES * rest * len(about):
            continue
        holding = [headline for headline in about if word in _without_terms(headline)]
        rests = (_without_terms(headline).replace(word, " ") for headline in holding)
        if different(rests, _LEAST) >= _LEAST and _stands_alone(word, holding):
            written = _written(word, holding)
            found.append((score, ContextWord(written, count, len(about), elsewhere, len(others))))
    ranked = sorted(found, key=lambda one: (-one[0], one[1].text))
    return list(_whole([word for _, word in ranked]))


def _is_telling(count: int, of: int, elsewhere: int, of_others: int) -> bool:
    if not of_others:
        return True
    sure = contrast(count, of, elsewhere, of_others) >= LIKELY
    return sure and count * of_others >= _TIMES * elsewhere * of


def _counts(headlines: Iterable[Headline]) -> Counter[str]:
    """Count the headlines that hold each Latin word and each run of two to four ideographs."""
    found: Counter[str] = Counter()
    for headline in headlines:
        text = _without_terms(headline)
        found.update({*_latin(text), *_ideographs(text)})
    return found


def _without_terms(headline: Headline) -> str:
    text = headline.folded
    for place in headline.places.values():
        text = text[: place.start] + " " * (place.end - place.start) + text[place.end :]
    return text


def _stands_alone(word: str, holding: Sequence[Headline]) -> bool:
    """Tell a word from a part of a longer one."""
    before, after = Counter[str](), Counter[str]()
    for headline in holding:
        text = _without_terms(headline)
        at = text.find(word)
        before.update(_CHINESE.findall(text[max(0, at - 1) : at]))
        after.update(_CHINESE.findall(text[at + len(word) : at + len(word) + 1]))
    sides = (side.most_common(1) for side in (before, after))
    return word.isascii() or all(not most or most[0][1] < _HELD * len(holding) for most in sides)


def _written(word: str, holding: Sequence[Headline]) -> str:
    """Return the word as headlines write it: in small letters where one of them does."""
    forms = Counter(one.title[at : at + len(word)] for one in holding if (at := one.folded.find(word)) >= 0)
    return word if word in forms or not forms else forms.most_common(1)[0][0]


def _latin(folded: str) -> Iterator[str]:
    return (word for word in words_of(folded) if len(word) > 2)


def _ideographs(folded: str) -> Iterator[str]:
    for found in _CHINESE.finditer(folded):
        run = found.group()
        for size in range(2, _LONGEST + 1):
            for at in range(len(run) - size + 1):
                word = run[at : at + size]
                if not _PARTICLES.intersection((word[0], word[-1])):
                    yield word


def _is_known(word: str, known: Collection[str]) -> bool:
    if word in known:
        return True
    if word.isascii():
        return False
    return any(word in other or (len(other) > 1 and other in word) for other in known if not other.isascii())


def _whole(words: Sequence[ContextWord]) -> Iterator[ContextWord]:
    """Leave out parts of longer words (能手 of 智能手机), and longer ones that say no more than a part."""
    for word in words:
        others = [other for other in words if other is not word]
        if any(word.text in other.text and other.beside >= _HELD * word.beside for other in others):
            continue
        if any(other.text in word.text and word.beside < _HELD * other.beside for other in others):
            continue
        yield word
