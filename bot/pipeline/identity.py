"""Is an item news to us? The keys by which a source's item is recognised again, whatever the source renames.

1. A guid counts when no two items of the document share it (some feeds give one guid to all).
2. A link counts when it is specific (it has a path or a query) and no two items share it.
3. Title and date together count: a site that moves to another system keeps both and renames the rest.
4. An item with none of these is known by its content.

Keys hold the source's id: two sources that publish one address are two reports of one story, not one entry.
http and https, tracking parameters and fragments are alike (``links.canonical``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from bot.links import canonical
from bot.model import ParsedEntry

ANOTHER_ITEM = 40.0
"""Below this likeness of titles (token_set_ratio), a returned guid with another link is another item."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The keys of one item by their kind; an empty key says nothing."""

    link_key: str = ""
    uid_key: str = ""
    text_key: str = ""
    link: str = ""
    """The canonical address, of which the link key is made."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that says something, the surest first."""
        return tuple(key for key in (self.link_key, self.uid_key, self.text_key) if key)

    @property
    def entry_id(self) -> str:
        """A short id that is the same whenever the same item is read again."""
        return "e" + blake2b(self.keys[0].encode("utf-8", "replace"), digest_size=7).hexdigest()


def identify(items: Sequence[ParsedEntry], source: str) -> list[Identity]:
    """Return the identity of each item of one document, in the same order."""
    uids = Counter(_uid(item) for item in items)
    links = Counter(canonical(item.url) for item in items)
    return [_identity(item, source, uids, links) for item in items]


def recognise(
    items: Sequence[ParsedEntry],
    identities: Sequence[Identity],
    known: Mapping[str, str],
    titles: Mapping[str, tuple[str, str]],
) -> list[str | None]:
    """Return for each item the id of the entry that it is, or None when it is new.

    ``known`` maps keys to entry ids, ``titles`` entry ids to their (title, canonical link). Links and guids
    are asked first: a title that an entry still listed bears is another item with the same title.
    """
    found = [
        _by_address(item, identity, known, titles) for item, identity in zip(items, identities, strict=True)
    ]
    taken = {entry for entry in found if entry is not None}
    for at, identity in enumerate(identities):
        if found[at] is None:
            by_text = known.get(identity.text_key)
            if by_text is not None and by_text not in taken:
                found[at] = by_text
                taken.add(by_text)
    return found


def _by_address(
    item: ParsedEntry, identity: Identity, known: Mapping[str, str], titles: Mapping[str, tuple[str, str]]
) -> str | None:
    entry = known.get(identity.link_key)
    if entry is not None:
        return entry
    entry = known.get(identity.uid_key)
    if entry is None or _another_item(item, identity, titles.get(entry)):
        return None
    return entry


def all_keys(identities: Collection[Identity]) -> set[str]:
    """Return every key of a document, for one look-up."""
    return {key for identity in identities for key in identity.keys}


def _identity(item: ParsedEntry, source: str, uids: Mapping[str, int], links: Mapping[str, int]) -> Identity:
    uid, link = _uid(item), canonical(item.url)
    uid_key = f"u:{source}:{uid}" if uid and uids[uid] == 1 else ""
    link_key = f"l:{source}:{link}" if link and links[link] == 1 and _specific(item.url) else ""
    text_key = ""
    if item.published and item.title:
        text_key = f"t:{source}:{item.title.strip().casefold()}|{item.published.isoformat()}"
    if not (uid_key or link_key or text_key):
        content = f"{item.url}\n{item.title}\n{item.summary}\n{item.body}".encode("utf-8", "replace")
        text_key = f"c:{source}:{blake2b(content, digest_size=16).hexdigest()}"
    return Identity(link_key=link_key, uid_key=uid_key, text_key=text_key, link=link)


def _specific(url: str) -> bool:
    """An address that can be one item's: with a path or a query, not a front page."""
    parts = urlsplit(url)
    return parts.path not in {"", "/"} or bool(parts.query)


def _uid(item: ParsedEntry) -> str:
    uid = item.uid.strip()
    return canonical(uid) if uid.startswith(("http://", "https://")) else uid


def _another_item(item: ParsedEntry, identity: Identity, stored: tuple[str, str] | None) -> bool:
    if stored is None:
        return False
    title, link = stored
    moved = bool(link and identity.link and link != identity.link)
    return moved and fuzz.token_set_ratio(title.casefold(), item.title.casefold()) < ANOTHER_ITEM
