"""Numbers by key, found by the key's hash alone: some 20 bytes a key, where a dictionary of texts takes 120."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Mapping

_SMALLEST = 32
_FULL = 0.75
_GROWTH = 1.4


class Hashed:
    """Whole numbers from 1 by key; 0 stands for none. Two keys of one hash of 64 bits would share a number.

    A table with open places: a key stands at the first free place downwards from where its hash points.
    Places below 0 count from the end, as Python has it.
    """

    __slots__ = ("_hashes", "_numbers", "_room", "_size")

    def __init__(self) -> None:
        self._make(_SMALLEST)

    def get(self, key: Hashable) -> int:
        """Return the number of a key, 0 where it has none."""
        wanted = hash(key) or 1
        hashes = self._hashes
        place = wanted % self._size
        while (found := hashes[place]) != wanted:
            if not found:
                return 0
            place -= 1
        return self._numbers[place]

    def put(self, key: Hashable, number: int) -> None:
        """Give a key this number; 0 takes it out."""
        place = self._place(key)  # may put another table in the place of this one
        self._numbers[place] = number

    def add(self, keys: Iterable[Hashable], times: int) -> None:
        """Add ``times`` to the number of each of these keys."""
        for key in keys:
            place = self._place(key)
            self._numbers[place] += times

    def add_each(self, times: Mapping[Hashable, int]) -> None:
        """Add to the number of each key what stands for it here."""
        hashes = self._hashes
        for key, more in times.items():
            wanted = hash(key) or 1
            place = wanted % self._size
            while (found := hashes[place]) != wanted:
                if not found:
                    place = self._place(key)
                    hashes = self._hashes
                    break
                place -= 1
            self._numbers[place] += more

    def fit(self) -> None:
        """Make the table as large as what it holds asks for; keys without a number go."""
        held = len(self._numbers) - self._numbers.count(0)
        old = zip(self._hashes, self._numbers, strict=True)
        size = self._make(max(_SMALLEST, int(held * _GROWTH / _FULL)))
        hashes, numbers = self._hashes, self._numbers
        for key, number in old:
            if number:
                place = key % size
                while hashes[place]:
                    place -= 1
                hashes[place], numbers[place] = key, number
        self._room -= held

    def _place(self, key: Hashable) -> int:
        """Return the place of a key, which takes a free one where it has none."""
        wanted = hash(key) or 1
        hashes = self._hashes
        place = wanted % self._size
        while (found := hashes[place]) != wanted:
            if not found:
                if not self._room:
                    self.fit()
                    return self._place(key)
                self._room -= 1
                hashes[place] = wanted
                break
            place -= 1
        return place

    def _make(self, size: int) -> int:
        self._size = size
        self._hashes = array("q", bytes(8 * size))
        self._numbers = array("I", bytes(4 * size))
        self._room = int(size * _FULL)
        return size
