"""Names for new sources: an id from an address and a title, a tag from the name of a folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator
from urllib.parse import urlsplit

from bot import links

LONGEST = 40
_PARTS = re.compile(r"[^\W_]+")
_NO_NAMES = frozenset(
    "www www2 feeds feed rss news blog blogs m mobile wap api cdn en zh cn static atom xml export".split()  # noqa: SIM905
)
_HOSTING = frozenset({"feedburner", "substack", "medium", "wordpress", "blogspot", "github", "google", "ghost",
                      "tumblr", "typepad", "youtube", "rsshub", "bearblog", "gitlab", "netlify", "vercel"})  # fmt: skip
_IN_PATHS = frozenset(
    "feed feeds rss rss2 atom xml index json default all latest news en zh cn search publication www".split()  # noqa: SIM905
)


def slug(text: str) -> str:
    """Return a text in small letters, digits and ideographs, joined by ``-``; "" where it has none."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    words = _PARTS.findall(unicodedata.normalize("NFC", plain).replace("'", "").replace("’", ""))
    joined = "-".join(words)
    return joined if len(joined) <= LONGEST else joined[:LONGEST].rpartition("-")[0] or joined[:LONGEST]


def source_id(url: str, title: str, taken: Container[str]) -> str:
    """Return a short id that is not taken: the site's name, else with a word of its path, else the title's.

    ``taken`` holds ids in ``casefold``.
    """
    for proposed in _proposals(url, title):
        if proposed and proposed.casefold() not in taken:
            return proposed
    stem = _site(url) or slug(title) or slug(links.host(url)) or "source"
    if stem.casefold() not in taken:
        return stem
    number = 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def _proposals(url: str, title: str) -> Iterator[str]:
    site, path = _site(url), _path_words(url)
    if site:
        yield site
        for words in reversed(path):
            further = [word for word in slug(words).split("-") if word not in {*_IN_PATHS, *site.split("-")}]
            if further and not "".join(further).isdecimal():
                yield slug(" ".join((site, *further)))
    yield slug(title)


def _site(url: str) -> str:
    """Return the word of the host by which people know the site; "" where there is none."""
    host = links.host(url)
    if host.replace(".", "").isdecimal() or ":" in host:
        return ""
    labels = _readable(host).split(".")
    if len(labels) > 1:
        labels = labels[: -2 if len(labels) > 2 and labels[-2] in links.SECOND_LEVELS else -1]
    if labels[-1] not in _HOSTING:
        return slug(labels[-1])
    own = [label for label in labels[:-1] if label not in _NO_NAMES]
    path = _path_words(url)
    return slug(own[-1] if own else path[0] if path else "")


def _readable(host: str) -> str:
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _path_words(url: str) -> list[str]:
    """Return the words of the path that tell one feed of a site from another."""
    parts = [re.sub(r"\.(?:xml|rss|atom|json|rdf|php|aspx?|html?)$", "", part.lstrip("@~"))
             for part in urlsplit(url).path.split("/")]  # fmt: skip
    return [part for part in parts if part and part.lower() not in _IN_PATHS and len(part) <= LONGEST]
