"""Is an item news to us? The keys by which a source's item is recognised again, whatever the source renames.

In this order, and no entry is taken for two items of one document:

1. By its link, when it is specific (it has a path or a query) and no two items of the document share it.
2. By its guid, when no two items share it (some feeds give one guid to all) and it is not plainly given to
   another item: under another address, guids are believed where the rest of the document bears them out, the
   date is the same or the headlines are alike.
3. By title and date together: a site that moves to another system keeps both and renames the rest.
4. By title alone, where nearly nothing of the document has a known address and most of the rest bears known
   titles: a site that moved and dropped or renewed its dates.
5. An item with none of these is known by its content.

Keys hold the source's id: two sources that publish one address are two reports of one story, not one entry.
http and https, tracking parameters and fragments are alike (``links.canonical``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from bot.links import canonical
from bot.model import ParsedEntry
from bot.store.entries import Known
from bot.text import is_cjk
from bot.text.tokens import strip_publisher

ALIKE = 55.0
"""From this likeness of headlines (token_set_ratio, Chinese by characters) one is the other, edited.

Of random headlines of one language 1% are as like, of two reports of one event 70%.
"""
_STEADY = 2
"""So many items whose links and guids lead to the same entries bear the guids out; one that doesn't, disproves."""
_FEWEST_MOVED = 3
_FEW_FRESH = 2
_WORDS = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
_DAY_BREAKS = frozenset({(0, 0), (16, 0)})
"""Midnight in Greenwich and in China: a date that was published without a time."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The keys of one item by their kind; an empty key says nothing."""

    link_key: str = ""
    uid_key: str = ""
    text_key: str = ""
    title_key: str = ""
    link: str = ""
    """The canonical address, of which the link key is made."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that says something, the surest first."""
        every = (self.link_key, self.uid_key, self.text_key, self.title_key)
        return tuple(key for key in every if key)

    def entry_id(self, known: Mapping[str, str]) -> str:
        """Return a short id for an item that is new: the same whenever it is read again, and no other's."""
        free = next((key for key in self.keys if key not in known), "\n".join(self.keys))
        return "e" + blake2b(free.encode("utf-8", "replace"), digest_size=7).hexdigest()


def identify(items: Sequence[ParsedEntry], source: str) -> list[Identity]:
    """Return the identity of each item of one document, in the same order."""
    uids = Counter(_uid(item) for item in items)
    links = Counter(canonical(item.url) for item in items)
    return [_identity(item, source, uids, links) for item in items]


def all_keys(identities: Collection[Identity]) -> set[str]:
    """Return every key of a document, for one look-up."""
    return {key for identity in identities for key in identity.keys}


def recognise(
    items: Sequence[ParsedEntry],
    identities: Sequence[Identity],
    known: Mapping[str, str],
    stored: Mapping[str, Known],
) -> list[str | None]:
    """Return for each item the id of the entry that it is, or None when it is new.

    ``known`` maps keys to entry ids; ``stored`` has what is stored of these entries, which may be nothing
    where retention has taken them.
    """
    found: list[str | None] = [known.get(identity.link_key) for identity in identities]
    taken = {entry for entry in found if entry is not None}
    trust = _trust_in_guids(identities, known)
    for at, entry in _candidates(found, [known.get(identity.uid_key) for identity in identities]):
        sure = _same_item(items[at], identities[at], stored.get(entry)) if trust is None else trust
        if entry not in taken and sure:
            found[at] = entry
            taken.add(entry)
    addressed = len(items) - found.count(None)
    for at, entry in _candidates(found, [known.get(identity.text_key) for identity in identities]):
        if entry not in taken:
            found[at] = entry
            taken.add(entry)
    for at, entry in _moved(found, identities, known, taken, addressed):
        found[at] = entry
    return found


@dataclass(frozen=True, slots=True)
class Renamed:
    """What recognised items are called now."""

    keys: dict[str, list[str]]
    """The keys by which they are known from now on, by entry."""
    unsettled: tuple[str, ...]
    """Marks of the keys that may be others at the next poll; they are kept if they are not."""
    warnings: tuple[str, ...]


def renamed(
    identities: Sequence[Identity],
    found: Sequence[str | None],
    known: Mapping[str, str],
    unsettled: Collection[str],
) -> Renamed:
    """Return the new keys of recognised items. ``unsettled`` is what was not settled at the poll before.

    Where most items of a document come under other guids (or addresses) than before, they may do so at every
    poll: what each leaves behind would be kept for ever. So these have to come twice.
    """
    again = [
        (identity, entry) for identity, entry in zip(identities, found, strict=True) if entry is not None
    ]
    keys: dict[str, list[str]] = {}
    doubted: dict[str, list[str]] = {}
    for kind in _KINDS:
        fresh = [(key, entry) for each, entry in again if (key := getattr(each, kind)) and key not in known]
        given = sum(bool(getattr(each, kind)) for each, _ in again)
        unsteady = len(fresh) > _FEW_FRESH and 2 * len(fresh) > given
        for key, entry in fresh:
            if unsteady and _mark(key) not in unsettled:
                doubted.setdefault(kind, []).append(_mark(key))
            else:
                keys.setdefault(entry, []).append(key)
    warnings = (
        f"{len(marks)} of {len(again)} known items came under other {_KINDS[kind]} than before; "
        "they were recognised by the rest"
        for kind, marks in doubted.items()
        if _KINDS[kind]
    )
    return Renamed(keys, tuple(mark for marks in doubted.values() for mark in marks), tuple(warnings))


_KINDS = {"link_key": "addresses", "uid_key": "guids", "text_key": "", "title_key": ""}


def _mark(key: str) -> str:
    return blake2b(key.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _candidates(found: Sequence[str | None], entries: Sequence[str | None]) -> Iterator[tuple[int, str]]:
    """Yield (place, entry) where an item is not recognised yet and a key leads to an entry."""
    for at, entry in enumerate(entries):
        if found[at] is None and entry is not None:
            yield at, entry


def _trust_in_guids(identities: Sequence[Identity], known: Mapping[str, str]) -> bool | None:
    """Tell whether the guids of this document lead where its links lead; None where nothing tells."""
    pairs = [(known.get(each.link_key), known.get(each.uid_key)) for each in identities]
    agreeing = [link == uid for link, uid in pairs if link is not None and uid is not None]
    return all(agreeing) if len(agreeing) >= _STEADY or not all(agreeing) else None


def _same_item(item: ParsedEntry, identity: Identity, stored: Known | None) -> bool:
    """Tell whether an item under a known guid is that entry: an edited headline, perhaps at a new address."""
    if stored is None:
        # Too old to be held against: a guid that came round again must not hide news.
        return not identity.link_key
    if not stored.link or not identity.link or stored.link == identity.link:
        return True
    if item.published is not None and item.published == stored.published and _timed(item.published):
        return True
    return fuzz.token_set_ratio(_words(stored.title), _words(item.title)) >= ALIKE


def _moved(
    found: Sequence[str | None],
    identities: Sequence[Identity],
    known: Mapping[str, str],
    taken: set[str],
    addressed: int,
) -> list[tuple[int, str]]:
    """Return (place, entry) of the items that are known by their titles, if the whole site seems to have moved."""
    if addressed * 10 > len(found):
        return []
    titled: dict[str, int] = {}
    for at, entry in _candidates(found, [known.get(identity.title_key) for identity in identities]):
        if entry not in taken:
            titled.setdefault(entry, at)
    if len(titled) < _FEWEST_MOVED or 2 * len(titled) < found.count(None):
        return []
    return [(at, entry) for entry, at in titled.items()]


def _identity(item: ParsedEntry, source: str, uids: Mapping[str, int], links: Mapping[str, int]) -> Identity:
    uid, link = _uid(item), canonical(item.url)
    uid_key = f"u:{source}:{uid}" if uid and uids[uid] == 1 else ""
    link_key = f"l:{source}:{link}" if link and links[link] == 1 and _specific(item.url) else ""
    bare = " ".join(strip_publisher(item.title).casefold().split())
    text_key = ""
    if item.published and bare and (_timed(item.published) or _telling(bare) or not (uid_key or link_key)):
        text_key = f"t:{source}:{item.title.strip().casefold()}|{item.published.isoformat()}"
    elif not link_key:
        text = uid if uid_key else f"{item.summary}\n{item.body}"
        content = f"{item.url}\n{item.title}\n{text}".encode("utf-8", "replace")
        text_key = f"c:{source}:{blake2b(content, digest_size=16).hexdigest()}"
    title_key = f"n:{source}:{bare}" if bare else ""
    return Identity(link_key=link_key, uid_key=uid_key, text_key=text_key, title_key=title_key, link=link)


def _specific(url: str) -> bool:
    """An address that can be one item's: with a path or a query, not a front page."""
    parts = urlsplit(url)
    return parts.path not in {"", "/"} or bool(parts.query)


def _uid(item: ParsedEntry) -> str:
    uid = item.uid.strip()
    return canonical(uid) if uid.startswith(("http://", "https://")) else uid


def _timed(moment: datetime) -> bool:
    return (moment.hour, moment.minute) not in _DAY_BREAKS or bool(moment.second)


def _telling(title: str) -> bool:
    """Tell whether a title is one piece of news' own: "Board resolution" is the title of many."""
    return len(title.split()) > 3 or sum(map(is_cjk, title)) >= 10


def _words(title: str) -> str:
    """Return the words of a title, Chinese ones a character each, as the likeness is measured on."""
    words = (" ".join(word) if any(map(is_cjk, word)) else word for word in _WORDS.findall(title.casefold()))
    return " ".join(words)
