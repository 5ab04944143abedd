"""JSON Feed -> entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import links
from bot.errors import ParseError
from bot.model import ParsedDocument, ParsedEntry
from bot.parsers import clean, dates, paid
from bot.parsers.encoding import Decoded
from bot.parsers.jsonvalue import load, text_of


def _entry(item: Mapping[str, Any], *, base: str, lang: str | None) -> ParsedEntry:
    summary = clean.paragraphs(text_of(item.get("summary")))
    content = text_of(item.get("content_html")) or text_of(item.get("content_text"))
    body = clean.paragraphs(content)
    uid = text_of(item.get("id")).strip()
    link = text_of(item.get("url")) or text_of(item.get("external_url"))
    if not link and uid.startswith(("http://", "https://")):
        link = uid
    own = clean.language(item.get("language")) or lang
    title = clean.line(text_of(item.get("title"))) or clean.headline(summary or body)
    tags = item.get("tags")
    categories = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    published = text_of(item.get("date_published")) or text_of(item.get("date_modified"))
    return ParsedEntry(
        uid=clean.cut(clean.unbroken(uid), 2_000),
        url=clean.unbroken(links.absolute(link, base))[:4_000],
        title=title,
        summary=summary,
        body="" if body == summary else body,
        published=dates.date_of(published, chinese=own == "zh"),
        lang=own,
        paid=paid.by_category(categories) or paid.by_words(title, body or summary),
    )


def is_feed(value: object) -> bool:
    """Tell whether a JSON value is a JSON Feed: it says so, or has items with an id or an address."""
    if not isinstance(value, dict) or not isinstance(value.get("items"), list):
        return False
    if "jsonfeed.org" in text_of(value.get("version")):
        return True
    first = next((item for item in value["items"] if isinstance(item, dict)), {})
    return ("id" in first or "url" in first) and bool(
        {"title", "content_html", "content_text"} & first.keys()
    )


def parse(decoded: Decoded, *, url: str = "") -> ParsedDocument:
    """Read a JSON Feed; raise ParseError when it is none."""
    value = load(decoded.text)
    if not is_feed(value):
        raise ParseError(
            "not_a_feed",
            "this is JSON, but no JSON Feed; for other lists set kind: json with item, title and link",
        )
    feed: dict[str, Any] = value
    items = [item for item in feed["items"] if isinstance(item, dict)]
    base = url or text_of(feed.get("feed_url")) or text_of(feed.get("home_page_url"))
    lang = clean.language(feed.get("language"))
    cut = (f"more than {clean.MOST_ENTRIES} entries: only the first were read",)
    return ParsedDocument(
        kind="jsonfeed",
        title=clean.line(text_of(feed.get("title"))),
        entries=tuple(_entry(item, base=base, lang=lang) for item in items[: clean.MOST_ENTRIES]),
        count=len(items),
        warnings=decoded.warnings + (cut if len(items) > clean.MOST_ENTRIES else ()),
    )
