"""RSS, Atom and RDF -> entries, by feedparser, with everything around it that feedparser leaves open."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from bot import links
from bot.errors import ParseError
from bot.model import ParsedDocument, ParsedEntry
from bot.parsers import clean, dates, paid, saxreader
from bot.parsers.encoding import Decoded
from bot.parsers.nesting import without_nested

_PROLOG = re.compile(r"<\?xml[^>]{0,500}\?>", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_REFERENCE = re.compile(r"&#(?:[xX]([0-9A-Fa-f]*)|(\d*));")
_CLOSE = re.compile(r"</(?:[\w-]+:)?(item|entry)\s*>")
_ROOT_END = re.compile(r"</(?:[\w-]+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_DATE = re.compile(r"<(?:[\w-]+:)?(?:pubDate|published|updated|date|issued|modified)\b[^>]*>([^<]{6,60})<")
# feedparser looks for an address in an author by a pattern that is quadratic: 32 KB take 7 seconds.
_LONG_AUTHOR = re.compile(
    r"<((?:[\w-]+:)?(?:author|creator|contributor|managingEditor|webMaster|owner|publisher))\b[^>]*>[^<]{100,}"
    r"(?=</\1)"
)
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{8000,}")
_MOST_ATTRIBUTES = 1_000
# feedparser takes back a wrong decoding in some elements and not in others of the same feed; ``encoding`` decides
# for the whole document. A word joiner between the halves of such a character keeps it; it is no visible text.
_HALVES = re.compile("([\u00c2-\u00f4])(?=[\u0080-\u00bf])")
_PAGE_NAME = re.compile(r"[^\s:]*(?:/|\.[A-Za-z]{2,5}$)[^\s:]*")
_KINDS = (("rss090", "rdf"), ("rss10", "rdf"), ("rss", "rss"), ("cdf", "rss"), ("atom", "atom"))


def _reference(found: re.Match[str]) -> str:
    """Keep a numeric reference that names a character that XML allows; feedparser fails on others."""
    digits = found.group(1) if found.group(1) is not None else found.group(2)
    if not digits or len(digits.lstrip("0")) > 7:
        return ""
    point = int(digits, 16 if found.group(1) is not None else 10)
    allowed = (
        point in (9, 10, 13)
        or 0x20 <= point < 0xD800
        or 0xE000 <= point < 0xFFFE
        or 0x10000 <= point < 0x110000
    )
    return found.group() if allowed else ""


def _newest_first(text: str, opens: list[int]) -> bool:
    """Tell whether the first entry's date is not before the last one's."""
    first = _DATE.search(text, opens[0], opens[1])
    last = _DATE.search(text, opens[-1])
    one = dates.date_of(first.group(1)) if first else None
    other = dates.date_of(last.group(1)) if last else None
    return one is None or other is None or one >= other


def _shortened(text: str, opens: list[int]) -> str:
    """Return a feed with its 2,000 newest entries; feedparser would take half a minute for 100,000."""
    if len(opens) <= clean.MOST_ENTRIES:
        return text
    closes = list(_CLOSE.finditer(text, opens[-1]))
    tail = text[closes[-1].end() :] if closes else ""
    if _newest_first(text, opens):
        return text[: opens[clean.MOST_ENTRIES]] + tail
    return text[: opens[0]] + text[opens[-clean.MOST_ENTRIES] :]


def _check(text: str) -> None:
    if _ENTITY.search(text):
        raise ParseError(
            "entities", "the feed declares XML entities, which are refused; feeds don't need them"
        )
    if any(found.group().count("=") > _MOST_ATTRIBUTES for found in _LONG_TAG.finditer(text)):
        raise ParseError(
            "too_deep", "one tag of the feed has thousands of attributes; it can't be an honest feed"
        )


def _read(text: str) -> Any:
    import feedparser

    library: Any = feedparser  # it has no types
    library.api.PREFERRED_XML_PARSERS = [saxreader.__name__]
    body = ('<?xml version="1.0" encoding="utf-8"?>' + text).encode("utf-8", "ignore")
    try:
        return library.parse(
            BytesIO(body),
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers={"content-type": "application/xml; charset=utf-8"},
        )
    except (MemoryError, KeyboardInterrupt):
        raise
    except RecursionError as error:
        raise ParseError("too_deep", "the feed's tags are nested too deeply") from error
    except Exception as error:  # feedparser raises nearly anything on hostile bytes
        raise ParseError("crashed", f"the feed could not be read ({type(error).__name__})") from error


def _longest(contents: object) -> str:
    """Return the longest readable content of an entry."""
    best = ""
    for content in contents if isinstance(contents, list) else []:
        kind = str(content.get("type") or "text/html").lower()
        value = str(content.get("value") or "")
        if len(value) > len(best) and ("text" in kind or "xml" in kind or "html" in kind):
            best = value
    return best


def _link(item: Mapping[str, Any]) -> str:
    """Return the address as published: the link, or a guid that is one."""
    link, uid = str(item.get("link") or "").strip(), str(item.get("id") or "").strip()
    if link and not (item.get("guidislink") and link == uid):
        return link
    for other in item.get("links") or ():
        if other.get("href") and other.get("rel", "alternate") not in (
            "self",
            "enclosure",
            "edit",
            "replies",
            "hub",
        ):
            return str(other["href"]).strip()
    # By the book every guid is an address unless it says otherwise; many are numbers and forget to say so.
    named = uid.startswith(("http://", "https://")) or _PAGE_NAME.fullmatch(uid)
    return uid if item.get("guidislink") and named else ""


def _published(item: Mapping[str, Any], *, chinese: bool) -> datetime | None:
    for field in ("published", "updated", "created"):
        # Asked for by `in`: feedparser's dictionaries answer .get("updated") with published, and warn.
        if field not in item or not str(item[field] or "").strip():
            continue
        known, moment = dates.read(str(item[field]), chinese=chinese)
        if not known and (parsed := item.get(f"{field}_parsed")):
            moment = _from_struct(parsed)
        if moment is not None:
            return moment
    return None


def _from_struct(parsed: Any) -> datetime | None:
    try:
        return dates.sane(datetime.fromtimestamp(calendar.timegm(parsed), UTC))
    except (ValueError, TypeError, OverflowError):
        return None


def _language(item: Mapping[str, Any]) -> str | None:
    for detail in ("title_detail", "summary_detail"):
        found = clean.language((item.get(detail) or {}).get("language"))
        if found:
            return found
    return clean.language(item.get("language"))


def _entry(item: Mapping[str, Any], *, base: str, lang: str | None) -> ParsedEntry:
    own = _language(item) or lang
    summary = clean.paragraphs(str(item.get("summary") or ""))
    body = clean.paragraphs(_longest(item.get("content")))
    title = clean.line(str(item.get("title") or "")) or clean.headline(summary or body)
    return ParsedEntry(
        uid=clean.cut(clean.unbroken(str(item.get("id") or "")).strip(), 2_000),
        url=clean.unbroken(links.absolute(_link(item), base))[:4_000],
        title=title,
        summary=summary,
        body="" if body == summary else body,
        published=_published(item, chinese=own == "zh"),
        lang=own,
        paid=paid.by_category(_categories(item)) or paid.by_words(title, body or summary),
    )


def _categories(item: Mapping[str, Any]) -> Iterator[str]:
    for tag in item.get("tags") or ():
        yield str(tag.get("term") or tag.get("label") or "")
    yield from (item.get("media_restriction") or {}).get("content") or ()


def _floor(ttl: object) -> timedelta | None:
    """Return RSS ttl (minutes), at most a day."""
    digits = re.match(r"\s*(\d{1,6})\s*$", str(ttl or ""))
    minutes = int(digits.group(1)) if digits else 0
    return timedelta(minutes=min(minutes, 1_440)) if minutes else None


def _base(kind: str, site: str, url: str) -> str:
    """Return what links are relative to: for Atom the document, for RSS by custom the site that it names.

    Of a document from nowhere, links stay as published.
    """
    if kind == "atom" or not url:
        return url
    named = links.absolute(site, url)
    return named if links.host(named) else url


def _warnings(decoded: Decoded, *, cut: bool, complete: bool) -> Iterator[str]:
    yield from decoded.warnings
    if cut:
        yield f"more than {clean.MOST_ENTRIES} entries: only the newest were read"
    if not complete:
        yield "the document ends in the middle: its last entry was left out"


def parse(decoded: Decoded, *, url: str = "") -> ParsedDocument:
    """Read RSS, Atom or RDF; raise ParseError when it is none or hostile. ``url`` is where it was found."""
    _check(decoded.text)
    text, opens = without_nested(_HALVES.sub("\\1\u2060", _PROLOG.sub("", decoded.text, count=1)))
    found = _read(_REFERENCE.sub(_reference, _LONG_AUTHOR.sub(r"<\1>", _shortened(text, opens))))
    items: list[Mapping[str, Any]] = list(found.entries)[: clean.MOST_ENTRIES]
    if not found.get("version") and not items:
        raise ParseError("not_a_feed", "this is XML, but neither RSS nor Atom")
    complete = bool(_ROOT_END.search(text, opens[-1] if opens else 0))
    if not complete and items and len(_CLOSE.findall(text, opens[-1] if opens else 0)) == 0:
        items.pop()
    feed = found.feed
    kind = next((kind for start, kind in _KINDS if str(found.get("version")).startswith(start)), "rss")
    base = _base(kind, str(feed.get("link") or ""), url)
    lang = clean.language(feed.get("language") or (feed.get("title_detail") or {}).get("language"))
    cut = len(opens) > clean.MOST_ENTRIES
    return ParsedDocument(
        kind=kind,
        title=clean.line(str(feed.get("title") or "")),
        entries=tuple(_entry(item, base=base, lang=lang) for item in items),
        count=len(opens) if cut else len(found.entries),
        floor=_floor(feed.get("ttl")),
        complete=complete,
        warnings=tuple(_warnings(decoded, cut=cut, complete=complete)),
    )
