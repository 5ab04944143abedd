"""Fold width, case and variants without moving a character; tokens for Latin and Chinese.

Folding keeps the length, so a span in the folded text is the same span in the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

_CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]")
_WORD = re.compile(
    r"[a-z0-9]+(?:[.'&+-][a-z0-9]+)*|[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+", re.IGNORECASE
)
_QUOTES = str.maketrans("‘’ʼ`´“”„«»–—‑‐−", "'''''\"\"\"\"\"-----")
_SUFFIXES = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))


def is_cjk(character: str) -> bool:
    """Tell whether a character is a Chinese ideograph."""
    # Compared one by one because every character of every title comes by here.
    return (
        "\u4e00" <= character <= "\u9fff"
        or "\u3400" <= character <= "\u4dbf"
        or "\uf900" <= character <= "\ufaff"
        or "\U00020000" <= character <= "\U0002fa1f"
    )


def has_cjk(text: str) -> bool:
    """Tell whether a Chinese ideograph stands in a text."""
    return not text.isascii() and _CJK.search(text) is not None


class _Folding(dict[str, str]):
    """Every unusual character met so far to its folded form; small letters and most ideographs are usual."""

    def __init__(self, variants: Mapping[int, str]) -> None:
        super().__init__()
        self.variants = variants
        kept = "".join(f"{chr(first)}-{chr(last)}" for first, last in _gaps(variants, 0x4E00, 0x9FFF))
        self._unusual = re.compile(f"[^\x00-@\\[-_a-\x7f{kept}]")

    def __missing__(self, character: str) -> str:
        bare = _fold_character(character.translate(_QUOTES))
        self[character] = folded = self.variants.get(ord(bare), bare)
        return folded

    def of(self, text: str) -> str:
        """Return the text folded, exactly as long as it was."""
        return self._unusual.sub(lambda found: self[found.group()], text)


def _gaps(taken: Iterable[int], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges between the taken numbers, from ``first`` to ``last``, both counted."""
    for number in sorted(number for number in taken if first <= number <= last):
        if first < number:
            yield first, number - 1
        first = number + 1
    if first <= last:
        yield first, last


_FOLDINGS: dict[int, _Folding] = {}
"""By the identity of the table of variants, of which a program has one or two."""


def _fold_character(character: str) -> str:
    for form in (unicodedata.normalize("NFKD", character), unicodedata.normalize("NFKC", character)):
        bare = "".join(part for part in form if not unicodedata.combining(part)).casefold()
        if len(bare) == 1:
            return bare
    return character


def fold(text: str, variants: Mapping[int, str]) -> str:
    """Return the text in one width, case, accent and Chinese variant; exactly as long as it was."""
    if text.isascii():
        return text.lower()
    folding = _FOLDINGS.get(id(variants))
    if folding is None or folding.variants is not variants:
        folding = _FOLDINGS[id(variants)] = _Folding(variants)
    return folding.of(text)


def stem(word: str) -> str:
    """Take common English endings off a folded word; deliberately light, so that names survive."""
    if len(word) < 5 or not word.isalpha():
        return word
    for ending, replacement in _SUFFIXES:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: -len(ending)] + replacement
    return word


def words(folded: str) -> Iterator[tuple[str, int, int]]:
    """Yield (run, start, end): Latin words with their inner marks, and runs of Chinese."""
    for found in _WORD.finditer(folded):
        yield found.group(), found.start(), found.end()


def bigrams(run: str) -> list[str]:
    """Return the overlapping pairs of a Chinese run; a single character stands for itself."""
    return [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]


def language_of(text: str) -> str:
    """Return ``zh`` when at least a sixth of the letters are Chinese, else ``en`` (the two languages served)."""
    chinese = len(_CJK.findall(text))
    return "zh" if chinese and chinese * 6 >= sum(map(str.isalpha, text)) else "en"
