"""Sitemaps, news sitemaps and indexes of sitemaps -> entries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

from bot import links
from bot.errors import ParseError
from bot.model import ParsedDocument, ParsedEntry
from bot.parsers import clean, dates
from bot.parsers.encoding import Decoded

_PROLOG = re.compile(r"<\?xml[^>]{0,500}\?>", re.IGNORECASE)
_OLDEST = datetime(dates.FIRST_YEAR, 1, 1, tzinfo=UTC)
_EXTENSIONS = re.compile(r"sitemap-(?:image|video)", re.IGNORECASE)
_MOST_BYTES = 2_000
DAY = timedelta(days=1)


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2].lower()


def _fields(element: ET.Element) -> dict[str, str]:
    """Return the texts below an element by local name; pictures and films are left out, the first of a name counts."""
    found: dict[str, str] = {}
    for child in element.iter():
        name = _local(child.tag)
        if name in found or not child.text or not child.text.strip():
            continue
        if not _EXTENSIONS.search(str(child.tag)):
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


def _address(text: str, base: str) -> str:
    return clean.unbroken(links.absolute(text, base))[:4_000]


def _entry(fields: dict[str, str], base: str) -> ParsedEntry:
    address = _address(fields.get("loc", ""), base)
    lang = clean.language(fields.get("language"))
    return ParsedEntry(
        uid=clean.cut(address, _MOST_BYTES),
        url=address,
        title=clean.line(fields.get("title", "")) or _words_of(address),
        published=dates.date_of(
            fields.get("publication_date") or fields.get("lastmod"), chinese=lang == "zh"
        ),
        lang=lang,
    )


def _child(fields: dict[str, str], base: str) -> ParsedEntry:
    address = _address(fields.get("loc", ""), base)
    return ParsedEntry(
        uid=clean.cut(address, _MOST_BYTES), url=address, published=dates.date_of(fields.get("lastmod"))
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


def _lines(text: str) -> list[dict[str, str]]:
    """Return the fields of a sitemap that is plain text, an address in each line."""
    return [
        {"loc": line.strip()}
        for line in text.splitlines()
        if line.strip().lower().startswith(("http://", "https://"))
    ]


def parse(decoded: Decoded, *, url: str = "") -> ParsedDocument:
    """Read a sitemap, its 2,000 newest addresses.

    An index of sitemaps is of kind ``sitemapindex``: its entries are the sitemaps that it names, with the time
    of their last change (see ``worth_reading``).
    """
    if re.search(r"<!ENTITY", decoded.text, re.IGNORECASE):
        raise ParseError("entities", "the sitemap declares XML entities, which are refused")
    if decoded.text[:4].lower() == "http":
        found, root, complete = _lines(decoded.text), "urlset", True
    else:
        found, root, complete = _elements(_PROLOG.sub("", decoded.text, count=1))
    if root not in ("urlset", "sitemapindex"):
        raise ParseError("not_a_feed", "this is not a sitemap: it has no urlset")
    read = _child if root == "sitemapindex" else _entry
    entries = [read(fields, url) for fields in found if fields.get("loc")]
    if len(entries) > clean.MOST_ENTRIES:
        entries.sort(key=lambda entry: entry.published or _OLDEST, reverse=True)
    warnings = decoded.warnings + (() if complete else ("the sitemap ends in the middle or is broken",))
    return ParsedDocument(
        kind="sitemap" if root == "urlset" else root,
        entries=tuple(entries[: clean.MOST_ENTRIES]),
        count=len(entries),
        complete=complete,
        warnings=warnings,
    )


_NEWS = re.compile(r"news|latest|recent", re.IGNORECASE)
_NO_NEWS = re.compile(
    r"image|video|photo|categor|(?<![a-z])(?:post_)?tags?(?![a-z])|author|topic|(?<![a-z])pages?(?![a-z])|product|"
    r"location|static|user|taxonom|archive",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")


def is_news(url: str) -> bool:
    """Tell whether a sitemap's name says that it holds news."""
    try:
        return bool(_NEWS.search(urlsplit(url).path.rpartition("/")[2]))
    except ValueError:
        return False


def _numbers(url: str, now: datetime) -> tuple[int, ...]:
    """Return the numbers in a sitemap's name: a date or a count; a date to come is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ()
    name = parts.path.rpartition("/")[2] + "?" + parts.query
    found = tuple(int(number) for number in _NUMBER.findall(name)[:6] if len(number) <= 8)
    years = [number for number in found if 1990 <= number <= 2100 or 199_000 <= number <= 21_001_231]
    soon = now + DAY
    if years and years[0] > (soon.year if years[0] < 10_000 else int(f"{soon:%Y%m%d}")):
        return ()
    return found


def _worth(child: ParsedEntry, now: datetime) -> tuple[int, float, tuple[int, ...]]:
    name = urlsplit(child.url).path.rpartition("/")[2]
    kind = 2 if is_news(child.url) else 0 if _NO_NEWS.search(name) else 1
    changed = child.published if child.published and child.published <= now + DAY else None
    # All sitemaps that one run of a site's software wrote bear nearly one time: then the names decide.
    day = changed.timestamp() // 3_600 if changed else 0.0
    return kind, day, _numbers(child.url, now)


def worth_reading(parsed: ParsedDocument, now: datetime, most: int = 3) -> tuple[str, ...]:
    """Return the addresses of at most so many sitemaps of an index that should hold the newest entries.

    First those named after news, then the last changed, then those with the latest date or number in their
    name; sitemaps of pictures, films, categories, tags and authors come last.
    """
    children = _readable(parsed.entries)
    ranked = sorted(children, key=lambda child: _worth(child, now), reverse=True)
    return tuple(child.url for child in ranked[:most])


def _readable(entries: Sequence[ParsedEntry]) -> list[ParsedEntry]:
    return [entry for entry in entries if links.host(entry.url)]
