"""Which cards hold a word, a link or a title: newest last."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from bot.dedup.hashed import Hashed

_MANY = 1 << 31
"""Added to a number that stands for a list: most keys are held by one card alone and need none."""


class Postings(Hashed):
    """Key to the slots of the cards that hold it; a slot is a card's place in the memory."""

    __slots__ = ("_lists",)

    def __init__(self) -> None:
        super().__init__()
        self._lists: list[array[int]] = []

    def file(self, keys: Iterable[Hashable], slot: int) -> None:
        """Note under each of these keys that the card of this slot holds it."""
        lists, hashes = self._lists, self._hashes
        for key in keys:
            # As ``_place`` does it, without a call: a start files millions.
            wanted = hash(key) or 1
            place = wanted % self._size
            while (found := hashes[place]) != wanted:
                if not found:
                    place = self._place(key)
                    hashes = self._hashes
                    break
                place -= 1
            held = self._numbers[place]
            if not held:
                self._numbers[place] = slot + 1
            elif held >= _MANY:
                lists[held - _MANY].append(slot)
            elif held != slot + 1:
                self._numbers[place] = _MANY + len(lists)
                lists.append(array("I", (held - 1, slot)))

    def unfile(self, keys: Iterable[Hashable]) -> None:
        """Take the newest card of each of these keys out."""
        for key in keys:
            held = self.get(key)
            if held >= _MANY and len(self._lists[held - _MANY]) > 1:
                self._lists[held - _MANY].pop()
            elif held:
                self.put(key, 0)

    def newest(self, key: Hashable, most: int) -> Sequence[int]:
        """Return at most so many of the newest cards that hold a key, dead or alive, newest last."""
        held = self.get(key)
        if held >= _MANY:
            return self._lists[held - _MANY][-most:]
        return (held - 1,) if held else ()

    def all(self, key: Hashable) -> Iterator[int]:
        """Yield the cards that hold a key, dead or alive, newest first."""
        held = self.get(key)
        if held >= _MANY:
            return reversed(self._lists[held - _MANY])
        return iter((held - 1,) if held else ())

    def purge(self, alive: Callable[[int], bool]) -> None:
        """Drop the dead."""
        numbers, lists = self._numbers, self._lists
        self._lists = []
        for place, held in enumerate(numbers):
            if held >= _MANY:
                numbers[place] = self._kept(array("I", filter(alive, lists[held - _MANY])))
            elif held and not alive(held - 1):
                numbers[place] = 0
        self.fit()

    def _kept(self, slots: array[int]) -> int:
        """Return the number that stands for these cards."""
        if len(slots) > 1:
            self._lists.append(slots)
            return _MANY + len(self._lists) - 1
        return slots[0] + 1 if slots else 0
