"""OPML, in which feed readers exchange their lists: read with care, written for any of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from bot.edit.words import slug
from bot.errors import EditError
from bot.parsers.clean import visible
from bot.parsers.encoding import decode

MOST_BYTES = 16 * 1024 * 1024
MOST_FEEDS = 10_000
DEEPEST = 30
_LONGEST = 200
_BARE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
_DECLARATION = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list; ``tags`` are the folders in which it stands, and its categories."""

    url: str
    title: str = ""
    tags: tuple[str, ...] = ()
    line: int = 0


class _Reading:
    """What was read so far."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.parser = parser
        self.folders: list[str | None] = []
        self.depth = 0
        self.found: list[Outline] = []
        self.is_opml = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise EditError(
                f"line {self.parser.CurrentLineNumber}: folders stand more than {DEEPEST} deep here"
            )
        self.is_opml = self.is_opml or name.lower() == "opml"
        if name.lower() != "outline":
            return
        given = {key.lower(): visible(value).strip() for key, value in attributes.items()}
        title = " ".join((given.get("title") or given.get("text") or "").split())[:_LONGEST]
        url = given.get("xmlurl", "")
        self.folders.append(None if url else title)
        if url:
            self._take(url, title, given.get("category", ""))

    def _take(self, url: str, title: str, category: str) -> None:
        if len(self.found) >= MOST_FEEDS:
            raise EditError(f"it holds more than {MOST_FEEDS:,} feeds; split it")
        words = [folder for folder in self.folders if folder]
        words += [part for path in category.split(",") for part in path.split("/")]
        tags = tuple(dict.fromkeys(tag for word in words if (tag := slug(word))))
        line = self.parser.CurrentLineNumber
        self.found.append(Outline(url=url, title=title, tags=tags, line=line))

    def end(self, name: str) -> None:
        self.depth -= 1
        if name.lower() == "outline":
            self.folders.pop()


def read_opml(body: bytes) -> list[Outline]:
    """Return the feeds of a list in their order; raise EditError for what is no OPML, or is hostile.

    A bare ``&`` in an address, which XML does not allow and many programs write, is taken as it is meant.
    """
    if len(body) > MOST_BYTES:
        raise EditError(f"it is larger than {MOST_BYTES // 1024**2} MiB")
    text = decode(body, "text/xml").text
    if declared := _DECLARATION.search(text):
        line = text.count("\n", 0, declared.start()) + 1
        raise EditError(f"line {line}: it declares entities or a document type, which no list of feeds needs")
    parser = expat.ParserCreate(encoding="utf-8")
    reading = _Reading(parser)
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    try:
        parser.Parse(_BARE.sub("&amp;", text).encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise EditError(f"line {error.lineno}: this is not OPML ({expat.ErrorString(error.code)})") from None
    if not reading.is_opml:
        raise EditError("this is not OPML: it does not begin with <opml>")
    return reading.found


def write_opml(feeds: Iterable[tuple[Outline, Mapping[str, str]]], title: str) -> str:
    """Return OPML 2.0 with a folder for each first tag; the mapping holds further attributes of a feed."""
    folders: dict[str, list[str]] = {}
    for feed, further in feeds:
        folders.setdefault(feed.tags[0] if feed.tags else "", []).append(_outline(feed, further))
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    lines += ["  <head>", f"    <title>{escape(title)}</title>", "  </head>", "  <body>"]
    for tag, outlines in folders.items():
        lines += _folder(tag, outlines) if tag else [f"    {outline}" for outline in outlines]
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _folder(tag: str, outlines: Sequence[str]) -> list[str]:
    name = quoteattr(tag)
    head = f"    <outline text={name} title={name}>"
    return [head, *(f"      {outline}" for outline in outlines), "    </outline>"]


def _outline(feed: Outline, further: Mapping[str, str]) -> str:
    given = {"type": "rss", "text": feed.title, "title": feed.title, "xmlUrl": feed.url, **further}
    if len(feed.tags) > 1:
        given["category"] = ",".join(feed.tags)
    return "<outline " + " ".join(f"{name}={quoteattr(value)}" for name, value in given.items()) + "/>"
