"""A list in a JSON answer -> entries, by the dotted paths that the source names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import links
from bot.errors import ParseError
from bot.model import ParsedDocument, ParsedEntry
from bot.parsers import clean, dates
from bot.parsers.encoding import Decoded
from bot.parsers.jsonvalue import at, load, text_of

_DEFAULTS = {"title": "title", "link": "url", "time": "time", "summary": "summary", "id": "id"}


def _items(value: Any, path: str) -> list[Any]:
    found = at(value, path) if path else value
    if isinstance(found, dict):
        # Some answers key their entries by number instead of listing them.
        found = list(found.values()) if path else None
    if isinstance(found, list):
        return found
    keys = ", ".join(map(repr, list(value)[:8])) if isinstance(value, dict) else type(value).__name__
    where = f"at item: {path}" if path else "at the top"
    raise ParseError("not_a_feed", f"there is no list {where} of the JSON; it has {clean.line(keys, 300)}")


def _entry(item: Any, paths: Mapping[str, str], base: str) -> ParsedEntry:
    def field(name: str) -> Any:
        return at(item, paths[name])

    summary = clean.paragraphs(text_of(field("summary")))
    return ParsedEntry(
        uid=clean.cut(clean.visible(text_of(field("id"))).strip(), 2_000),
        url=clean.visible(links.absolute(text_of(field("link")), base))[:4_000],
        title=clean.line(text_of(field("title"))) or clean.headline(summary),
        summary=summary,
        published=dates.date_of(field("time")),
    )


def parse(decoded: Decoded, *, url: str = "", selectors: Mapping[str, str]) -> ParsedDocument:
    """Read the list at ``selectors["item"]``; title, link, time, summary and id are paths within an item."""
    items = _items(load(decoded.text), selectors.get("item", ""))
    paths = _DEFAULTS | {name: path for name, path in selectors.items() if path}
    entries = [
        _entry(item, paths, url) for item in items[: clean.MOST_ENTRIES] if isinstance(item, dict | list)
    ]
    kept = tuple(entry for entry in entries if entry.title or entry.url)
    if items and not kept:
        raise ParseError(
            "not_a_feed",
            f"{len(items)} items, but none has a title at {paths['title']} or a link at {paths['link']}",
        )
    return ParsedDocument(kind="json", entries=kept, count=len(items), warnings=decoded.warnings)
