"""Which records hold a word, a link or a title: newest last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from bot.dedup.records import Record

Key = TypeVar("Key")


class Postings(dict[Key, Record | list[Record]]):
    """Key to the record that holds it, or to the list of those that do: most keys are held by one alone."""

    __slots__ = ()

    def file(self, keys: Iterable[Key], record: Record) -> None:
        """Note under each of these keys that the record holds it."""
        put = self.setdefault
        for key in keys:
            held = put(key, record)
            if held is record:
                continue
            if isinstance(held, list):
                held.append(record)
            else:
                self[key] = [held, record]

    def unfile(self, keys: Iterable[Key]) -> None:
        """Take the newest record of each of these keys out."""
        for key in keys:
            held = self[key]
            if isinstance(held, list) and len(held) > 1:
                held.pop()
            else:
                del self[key]

    def newest(self, key: Key, most: int) -> Sequence[Record]:
        """Return at most so many of the newest records that hold a key, dead or alive, newest last."""
        held = self.get(key)
        if held is None:
            return ()
        return held[-most:] if isinstance(held, list) else (held,)

    def alive(self, key: Key) -> Iterator[Record]:
        """Yield the records that hold a key, newest first."""
        held = self.get(key)
        if held is None:
            return iter(())
        found = reversed(held) if isinstance(held, list) else (held,)
        return (record for record in found if record.alive)

    def purge(self) -> None:
        """Drop the dead."""
        for key, held in list(self.items()):
            kept = [record for record in (held if isinstance(held, list) else (held,)) if record.alive]
            if not kept:
                del self[key]
            else:
                self[key] = kept if len(kept) > 1 else kept[0]
