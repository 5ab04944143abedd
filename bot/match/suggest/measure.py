"""How surprising a count is, and what to expect by chance: the figures behind every suggestion."""

from __future__ import annotations

import re
from collections import Counter
from math import log, log2

from bot.text import is_cjk

SURE, LIKELY = 10.83, 3.84
"""Log-likelihoods from which chance explains a count once in a thousand times, and once in twenty."""
_MOST_HEADLINES = 200_000
_MOST_KINDS = 400_000
"""Different words and pairs counted; beyond that those seen once are forgotten."""
_LATIN = re.compile(r"[a-z][a-z0-9&]*(?:[-'][a-z0-9]+)*")


def words_of(folded: str) -> list[str]:
    """Return the Latin words of a folded text, without a possessive ``'s``."""
    return [word.removesuffix("'s") for word in _LATIN.findall(folded)]


class Background:
    """How often single characters, pairs of them and Latin words stand in the first headlines read. Bounded."""

    def __init__(self) -> None:
        self.headlines = 0
        """How many were counted."""
        self._characters: Counter[str] = Counter()
        self._pairs: Counter[str] = Counter()
        self._words: Counter[str] = Counter()
        self._sum_characters = 0
        self._sum_words = 0

    def read(self, folded: str) -> None:
        """Count one folded headline, unless enough were counted."""
        if self.headlines >= _MOST_HEADLINES:
            return
        self.headlines += 1
        words = words_of(folded)
        self._words.update(words)
        self._sum_words += len(words)
        if not folded.isascii():
            self._characters.update(folded)
            self._pairs.update([folded[at : at + 2] for at in range(len(folded) - 1)])
            self._sum_characters += len(folded)
        for counted in (self._pairs, self._words):
            if len(counted) > _MOST_KINDS:
                for rare in [one for one, count in counted.items() if count == 1]:
                    del counted[rare]

    def chance(self, part: str) -> float:
        """Return how likely a place holds this word, character or run of Chinese; above 0, below 1.

        A run is as likely as its pairs that don't overlap, what is left over as its character.
        """
        if not is_cjk(part[0]):
            return _share(self._words[part], self._sum_words)
        found = 1.0
        for at in range(0, len(part) - 1, 2):
            found *= _share(self._pairs[part[at : at + 2]], self._sum_characters)
        return found * (_share(self._characters[part[-1]], self._sum_characters) if len(part) % 2 else 1.0)

    def beside(self, part: str) -> int:
        """Return how often a word, or a run of Chinese at the most, stands in all headlines."""
        if not is_cjk(part[0]):
            return self._words[part]
        return min(self._pairs[part[at : at + 2]] for at in range(len(part) - 1))


def _share(count: int, total: int) -> float:
    return min((count + 0.5) / (total + 1), 0.9)


def surprise(count: int, of: int, chance: float) -> float:
    """Return the log-likelihood ratio of ``count`` in ``of`` where ``chance`` is expected; 0 for fewer."""
    if count <= of * chance:
        return 0.0
    rest, expected = of - count, of * (1 - chance)
    return 2 * (count * log(count / (of * chance)) + (rest * log(rest / expected) if rest else 0.0))


def contrast(here: int, of: int, there: int, of_there: int) -> float:
    """Return the log-likelihood ratio of ``here`` in ``of`` against ``there``; 0 where it isn't more."""
    if not of or not of_there or here * of_there <= there * of:
        return 0.0
    share = (here + there) / (of + of_there)
    parts = (
        (here, of * share),
        (of - here, of * (1 - share)),
        (there, of_there * share),
        (of_there - there, of_there * (1 - share)),
    )
    return 2 * sum(seen * log(seen / expected) for seen, expected in parts if seen and expected)


def bits(count: int, of: int, chance: float) -> float:
    """Return the pointwise mutual information: 3.0 for eight times as often as by chance."""
    return log2(count / of / chance) if count and of else 0.0
