"""A list in a JSON answer -> entries, by the paths that the source names.

A path is dotted (``data.list``, ``images.0.url``) or JMESPath. ``link`` may be a template with fields of the item:
``https://example.com/detail/{id}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from bot import links
from bot.errors import ParseError
from bot.model import ParsedDocument, ParsedEntry
from bot.parsers import clean
from bot.parsers.encoding import Decoded
from bot.parsers.jsonvalue import load, opened, path_of, text_of
from bot.parsers.moments import are_chinese, moment

_DEFAULTS = {"title": "title", "link": "url", "time": "time", "summary": "summary", "id": "id"}
_FIELD = re.compile(r"\{([^{}]+)\}")
_TEMPLATE = re.compile(r"(?:https?:/)?/[^{}]*\{", re.IGNORECASE)
_HOST_ONLY = re.compile(r"https?://[^/]+", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*【([^【】]{8,150})】\s*(?=\S)")
_SENTENCE = re.compile(r".{12,120}?[。！？](?=.)", re.DOTALL)
_CODES = ("code", "errno", "errcode", "error_code", "err_code", "ret", "rc", "status", "state", "error")
_MESSAGES = (
    "msg",
    "message",
    "errmsg",
    "err_msg",
    "error_msg",
    "errorMessage",
    "error",
    "detail",
    "desc",
    "info",
)
_FINE = frozenset(
    {"", "0", "1", "200", "ok", "success", "succeed", "成功", "请求成功", "操作成功", "null", "none"}
)


@dataclass(frozen=True, slots=True)
class _Link:
    """How an item's address is found: at a path, or from a template with fields of the item."""

    written: str

    def of(self, item: Any) -> str:
        if not _TEMPLATE.match(self.written):
            return text_of(path_of(self.written)(item))
        pieces = _FIELD.split(self.written)
        whole = pieces[0]
        for name, following in zip(pieces[1::2], pieces[2::2], strict=True):
            value = text_of(path_of(name.strip())(item)).strip()
            if not value:
                return ""  # an address with a hole leads nowhere
            # A field may hold a path, but never another host: no slash doubles, and "?" stays in its place.
            kept = quote(value, safe="" if "?" in whole else "/")
            if _HOST_ONLY.fullmatch(whole):
                kept = "/" + kept.lstrip("/")
            whole += (kept.lstrip("/") if whole.endswith("/") else kept) + following
        return whole


def _items(value: Any, path: str) -> list[Any]:
    """Return the list at a path; what is keyed by id as a list, a list of lists as one."""
    found = opened(path_of(path)(value) if path else value)
    if isinstance(found, dict) and path:
        keyed = {key: inner for key, inner in found.items() if isinstance(inner, dict | list)}
        found = [_keyed(key, inner) for key, inner in keyed.items()] if keyed else None
    if isinstance(found, list):
        return found
    if answer := _complaint(value):
        raise ParseError("complaint", answer)
    keys = ", ".join(map(repr, list(value)[:8])) if isinstance(value, dict) else type(value).__name__
    where = f"at item: {path}" if path else "at the top"
    raise ParseError("not_a_feed", f"there is no list {where} of the JSON; it has {clean.line(keys, 300)}")


def _keyed(key: str, inner: Any) -> Any:
    """Return an item that stands under its id."""
    return {"id": key, **inner} if isinstance(inner, dict) else inner


def _flat(items: list[Any], paths: Mapping[str, str]) -> list[Any]:
    """Return the items of lists of items; a list whose fields are counted (``title: "0"``) is an item itself."""
    if re.match(r"\d+(?:\.|$)", paths["title"]):
        return items
    return [inner for item in items for inner in (item if isinstance(item, list) else [item])]


def _complaint(value: Any) -> str:
    """Return what an answer that is no list says of its reason; "" where it says nothing."""
    if not isinstance(value, dict):
        return ""
    code = next((text for key in _CODES if (text := text_of(value.get(key)).strip())), "")
    told = next((text for key in _MESSAGES if (text := _message(value.get(key)))), "")
    if not told or told.casefold() in _FINE:
        return ""
    coded = f" (code {clean.line(code, 40)})" if code and code != told else ""
    return f"the site answered with an error instead of a list: {told}{coded}"


def _message(value: Any) -> str:
    inner = value.get("message") or value.get("msg") if isinstance(value, dict) else value
    return clean.headline(clean.line(inner), 160) if isinstance(inner, str) else ""


def _refused(value: Any) -> bool:
    """Tell whether an answer with an empty list says by its code that it is an error."""
    codes = [text_of(value.get(key)).strip() for key in _CODES if isinstance(value.get(key), str | int)]
    return any(code.casefold() not in _FINE for code in codes)


def _titled(title: str, summary: str) -> str:
    """Return the title; for a newsflash without one what stands in 【】 before its text, or its first sentence."""
    flash = _BRACKETS.match(title or summary)
    if flash and len(title or summary) - flash.end() > len(flash[1]):
        return flash[1].strip()
    if title:
        return title
    first = _SENTENCE.match(summary.partition("\n")[0])
    return first[0] if first else clean.headline(summary)


def _entry(item: Any, paths: Mapping[str, str], base: str) -> tuple[ParsedEntry, object]:
    """Return the entry without its time, and the time as it is written."""

    def field(name: str) -> Any:
        return path_of(paths[name])(item)

    summary = clean.paragraphs(text_of(field("summary")))
    given = clean.line(text_of(field("title")))
    title = _titled(given, summary)
    entry = ParsedEntry(
        uid=clean.cut(clean.unbroken(text_of(field("id"))).strip(), 2_000),
        url=clean.unbroken(links.absolute(_Link(paths["link"]).of(item), base))[:4_000],
        title=title,
        summary=summary or (given if given != title else ""),
    )
    return entry, field("time")


def _entries(items: Sequence[Any], paths: Mapping[str, str], base: str) -> tuple[ParsedEntry, ...]:
    read = [_entry(opened(item), paths, base) for item in items if isinstance(opened(item), dict | list)]
    kept = [(entry, written) for entry, written in read if entry.title or entry.url]
    chinese = are_chinese(entry.title for entry, _ in kept)
    return tuple(replace(entry, published=moment(written, chinese=chinese)) for entry, written in kept)


def parse(decoded: Decoded, *, url: str = "", selectors: Mapping[str, str]) -> ParsedDocument:
    """Read the list at ``selectors["item"]``; title, link, time, summary and id are paths within an item.

    ParseError quotes what a site answers instead of a list (``{"code": 403, "msg": ...}``).
    """
    value = opened(load(decoded.text))
    paths = _DEFAULTS | {name: path for name, path in selectors.items() if path}
    items = _flat(_items(value, selectors.get("item", "")), paths)
    kept = _entries(items[: clean.MOST_ENTRIES], paths, url)
    if items and not kept:
        raise ParseError(
            "not_a_feed",
            f"{len(items)} items, but none has a title at {paths['title']} or a link at {paths['link']}",
        )
    if not items and isinstance(value, dict) and _refused(value) and (answer := _complaint(value)):
        raise ParseError("complaint", answer)
    return ParsedDocument(kind="json", entries=kept, count=len(items), warnings=decoded.warnings)
