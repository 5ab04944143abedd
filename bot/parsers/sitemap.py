"""Sitemaps and news sitemaps -> entries."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

from bot import links
from bot.errors import ParseError
from bot.model import ParsedDocument, ParsedEntry
from bot.parsers import clean, dates
from bot.parsers.encoding import Decoded

_PROLOG = re.compile(r"\s*<\?xml[^>]*\?>", re.IGNORECASE)
_OLDEST = datetime(dates.FIRST_YEAR, 1, 1, tzinfo=UTC)


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2].lower()


def _fields(element: ET.Element) -> dict[str, str]:
    """Return the texts below an element by local name; the first of a name counts (loc before image:loc)."""
    found: dict[str, str] = {}
    for child in element.iter():
        name = _local(child.tag)
        if name not in found and child.text and child.text.strip():
            found[name] = child.text.strip()
    return found


def _words_of(address: str) -> str:
    """Return the words of an address's last part, the only title that a plain sitemap gives."""
    try:
        last = unquote(urlsplit(address).path.rstrip("/").rpartition("/")[2])
    except ValueError:
        return ""
    bare = re.sub(r"\.\w{2,5}$", "", last)
    words = [
        word for word in re.split(r"[-_+\s]+", bare) if word and not re.fullmatch(r"\d+|[0-9a-f]{12,}", word)
    ]
    return clean.line(" ".join(words)) if len(words) > 1 or re.search(r"[^\x00-\x7f]", bare) else ""


def _entry(fields: dict[str, str], base: str) -> ParsedEntry:
    address = clean.visible(links.absolute(fields.get("loc", ""), base))[:4_000]
    return ParsedEntry(
        uid=clean.cut(address, 2_000),
        url=address,
        title=clean.line(fields.get("title", "")) or _words_of(address),
        published=dates.date_of(fields.get("publication_date") or fields.get("lastmod")),
        lang=clean.language(fields.get("language")),
    )


def _elements(text: str) -> tuple[list[dict[str, str]], str, bool]:
    """Return (fields per url, the root's name, whether the document is whole), also of a broken document."""
    puller: Any = ET.XMLPullParser(("start", "end"))
    found: list[dict[str, str]] = []
    root = ""
    try:
        for at in range(0, len(text), 65_536):
            puller.feed(text[at : at + 65_536])
            for event, element in puller.read_events():
                name = _local(element.tag)
                root = root or name
                if event == "end" and name in ("url", "sitemap"):
                    found.append(_fields(element))
                    element.clear()
        puller.close()
    except ET.ParseError:
        return found, root, False
    return found, root, True


def parse(decoded: Decoded, *, url: str = "") -> ParsedDocument:
    """Read a sitemap, its 2,000 newest addresses; raise ParseError for an index of sitemaps."""
    if re.search(r"<!ENTITY", decoded.text, re.IGNORECASE):
        raise ParseError("entities", "the sitemap declares XML entities, which are refused")
    found, root, complete = _elements(_PROLOG.sub("", decoded.text, count=1))
    if root == "sitemapindex":
        first = clean.line(found[0].get("loc", ""), 300) if found else ""
        hint = f"; name one of them as the source, such as {first}" if first else ""
        raise ParseError("unsupported", f"this is an index of {len(found)} sitemaps{hint}")
    if root != "urlset":
        raise ParseError("not_a_feed", "this is not a sitemap: it has no urlset")
    entries = [_entry(fields, url) for fields in found if fields.get("loc")]
    if len(entries) > clean.MOST_ENTRIES:
        entries.sort(key=lambda entry: entry.published or _OLDEST, reverse=True)
    warnings = decoded.warnings + (() if complete else ("the sitemap ends in the middle or is broken",))
    return ParsedDocument(
        kind="sitemap",
        entries=tuple(entries[: clean.MOST_ENTRIES]),
        count=len(entries),
        complete=complete,
        warnings=warnings,
    )
