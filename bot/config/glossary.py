"""Read the glossary that ships with the bot: one concept per line, ``中文词 中文词 = english words, a phrase``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import TypeVar

from bot.config.faults import FaultList, Place, one_of
from bot.model import COMMON, NAME, PLACE, Glossary
from bot.text import fold, stem

_SECTIONS = {"[matters]": "", "[products]": "", "[names]": NAME, "[places]": PLACE, "[shields]": ""}
"""The heading of a section to the mark of its concepts."""
_WORD = re.compile(r"[a-z0-9]+(?:[.'&+][a-z0-9]+)*")
_HOW = "write: 中文词 中文词 = english words, a phrase"
_VOWELS = frozenset("aeiou")
_SINGLE = frozenset("aeiouwx")
"""Letters that are never doubled before -ed and -ing."""
Words = tuple[str, ...]
Key = TypeVar("Key")


def read_glossary(
    text: str, file: str, *, variants: Mapping[int, str], stop_words: Collection[str], faults: FaultList
) -> Glossary:
    """Return the glossary that a text holds; every line that can't be understood becomes a fault."""
    reader = _Reader(file, stop_words, faults)
    for number, line in enumerate(fold(text, variants).splitlines(), 1):
        if line and line[0] != "#":
            reader.read(line.strip(), number)
    return reader.glossary()


class _Reader:
    """What the lines so far say."""

    def __init__(self, file: str, stop_words: Collection[str], faults: FaultList) -> None:
        self._file = file
        self._stop_words = stop_words
        self._faults = faults
        self._section = ""
        self._lines: dict[str, int] = {}
        self._chinese: dict[str, Words] = {}
        self._english: dict[str, Words] = {}
        self._phrases: dict[Words, Words] = {}
        self._written: set[str] = set()
        self._inflected: list[tuple[str, Words, str]] = []

    def read(self, line: str, number: int) -> None:
        if line.startswith("["):
            self._section = line
            if line not in _SECTIONS:
                self._fault(number, f"there is no section {line}", one_of(line, _SECTIONS))
        elif not self._section:
            self._fault(number, "this line stands before the first section", f"one of {', '.join(_SECTIONS)}")
        elif self._section == "[shields]":
            for term in line.split():
                self._chinese.setdefault(term, ())
        elif line:
            self._concept(line, number)

    def glossary(self) -> Glossary:
        self._inflect()
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for term in self._chinese:
            lengths[term[0]].add(len(term))
        phrases: defaultdict[str, list[tuple[Words, Words]]] = defaultdict(list)
        for words in sorted(self._phrases, key=len, reverse=True):
            phrases[words[0]].append((words, self._phrases[words]))
        return Glossary(
            chinese=self._chinese,
            lengths={first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()},
            english=self._english,
            phrases={first: tuple(found) for first, found in phrases.items()},
        )

    def _concept(self, line: str, number: int) -> None:
        left, _, right = line.removeprefix("~").partition("=")
        terms, phrases = left.split(), [phrase for part in right.split(",") if (phrase := part.strip())]
        if not phrases:
            self._fault(number, "there is no English after a =", _HOW)
            return
        if not right.isascii() or any(map(str.isascii, terms)):
            self._fault(number, "the languages stand on the wrong side of the =", _HOW)
            return
        mark = COMMON if line[0] == "~" else _SECTIONS.get(self._section, "")
        concept = mark + (terms[0] if terms else phrases[0])
        first = self._lines.setdefault(concept, number)
        if first != number:
            self._fault(number, f"{concept} is a concept already", f"add the words to line {first}")
        for term in terms:
            _add(self._chinese, term, concept)
        for phrase in phrases:
            if phrase.isalnum() and phrase not in self._stop_words:
                self._add_word(concept, phrase)
            else:
                self._add_phrase(concept, phrase, number)

    def _add_word(self, concept: str, word: str) -> None:
        """Add a word; its regular endings wait for all lines."""
        _add(self._english, _stem(word), concept)
        if self._section == "[matters]":
            self._inflected.append((concept, (), word))
            self._written.add(word)

    def _add_phrase(self, concept: str, phrase: str, number: int) -> None:
        """Add the words of a phrase that a title keeps."""
        words = _WORD.findall(phrase)
        kept = [word.removesuffix("'s") for word in words if word not in self._stop_words]
        if not kept or (len(kept) == 1 and len(words) > 1):
            left = f"only {kept[0]}" if kept else "nothing"
            hint = "stop words (words.yaml) are left out of titles"
            self._fault(number, f"a title keeps {left} of '{phrase}'", hint)
        elif len(kept) == 1:
            self._add_word(concept, kept[0])
        else:
            stems = tuple([_stem(word) for word in kept])
            _add(self._phrases, stems, concept)
            if self._section == "[matters]":
                self._inflected.append((concept, stems[:-1], kept[-1]))

    def _inflect(self) -> None:
        """Add regular endings, but none that is a word of its own: "planes" are no plan, "cared" is no car."""
        for concept, start, word in self._inflected:
            for last in _inflections(word):
                if start:
                    _add(self._phrases, (*start, last), concept)
                elif last not in self._written:
                    _add(self._english, last, concept)

    def _fault(self, number: int, message: str, hint: str) -> None:
        self._faults.add(self._file, Place(number, 1), message, hint)


def _add(table: dict[Key, Words], key: Key, concept: str) -> None:
    known = table.get(key)
    if known is None:
        table[key] = (concept,)
    elif concept not in known:
        table[key] = (*known, concept)


def _stem(word: str) -> str:
    return stem(word) if word[-1] in "sdg" else word  # no other letter ends what is taken off


def _inflections(word: str) -> Words:
    """Return the stems of a word's regular endings (-s, -ed, -ing) where they differ from its own."""
    length, last = len(word), word[-1]
    if length < 3 or not last.isalpha():
        return ()
    # The stemmer leaves words of four letters and fewer alone, so their plurals are words of their own.
    plural = (word + "s",) if length == 3 and last != "s" else ()
    if last == "e":
        return (*plural, word[:-1] if length > 3 else word + "d")
    if last == "s":
        return (word,)
    if last == "y":
        return (*plural, word[:-1] + "i")
    if last in _SINGLE or word[-2] not in _VOWELS or word[-3] in _VOWELS:
        return plural
    return (*plural, word + last)
