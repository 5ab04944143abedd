"""From a checked ``sources.yaml`` to the sources that are polled."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

from bot.config.faults import SECRET
from bot.config.schema_sources import SourceSection, SourcesFile
from bot.config.selectors import wrong_css, wrong_path
from bot.config.yaml_source import Sheet
from bot.model import Source

_SELECTORS = ("item", "title", "link", "time", "summary")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def build_sources(file: SourcesFile, sheet: Sheet) -> tuple[Source, ...]:
    """Return the sources in the order of the file, disabled ones too; faults go to the sheet."""
    if not file.sources:
        sheet.complain(("sources",), "there is nothing to poll yet", warning=True)
    ids: dict[str, int] = {}
    urls: dict[str, int] = {}
    for at, section in enumerate(file.sources):
        _check_twin(ids, section.id.casefold(), at, "id", sheet)
        _check_twin(urls, _comparable(section.url), at, "url", sheet)
        _check_url(at, section.url, sheet)
        _check_kind(at, section, sheet)
        _check_selectors(at, section, sheet)
        _check_headers(at, section, sheet)
        if isinstance(section.every, timedelta) and section.every < timedelta(minutes=1):
            hint = "1m or more is polite"
            sheet.complain(
                ("sources", at, "every"), "this source is polled more than once a minute", hint, warning=True
            )
    return tuple(map(_source, file.sources))


def _check_twin(seen: dict[str, int], value: str, at: int, key: str, sheet: Sheet) -> None:
    first = seen.setdefault(value, at)
    if first != at:
        line = sheet.root.at(("sources", first, key)).place.line
        sheet.complain(
            ("sources", at, key), f"this {key} stands twice, first in line {line}", "remove or change one"
        )


def _comparable(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path.rstrip('/')}?{parts.query}"


def _check_url(at: int, url: str, sheet: Sheet) -> None:
    path = ("sources", at, "url")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        sheet.complain(path, "this is not an address", "write https://HOST/PATH")
        return
    if parts.scheme.lower() not in {"http", "https"} or not host or " " in url:
        sheet.complain(path, "this is not an address that begins with https:// or http://")
    elif parts.username or parts.password or SECRET.search(url):
        hint = "use headers_env: {Authorization: NAME_OF_AN_ENVIRONMENT_VARIABLE}"
        sheet.complain(path, "a name and password stand in this address", hint)


def _check_kind(at: int, section: SourceSection, sheet: Sheet) -> None:
    path = ("sources", at)
    if section.kind in {"page", "json"} and not section.item:
        example = "a CSS selector such as article" if section.kind == "page" else "a path such as data.list"
        sheet.complain((*path, "kind"), f"kind {section.kind} needs 'item'", f"item: {example}")
    elif section.kind in {"feed", "jsonfeed", "sitemap"} and (key := _first_selector(section)):
        message = f"'{key}' means nothing for kind {section.kind}"
        sheet.complain((*path, key), message, "it is for kind page and json", key=True)


def _check_selectors(at: int, section: SourceSection, sheet: Sheet) -> None:
    """Try every selector, so that ``check`` finds what would fail at the first poll."""
    if section.kind not in {"page", "json"}:
        return
    wrong = wrong_css if section.kind == "page" else wrong_path
    for key in _SELECTORS:
        written = getattr(section, key)
        if written and (fault := wrong(key, written)):
            sheet.complain(("sources", at, key), *fault)


def _first_selector(section: SourceSection) -> str | None:
    return next((key for key in _SELECTORS if getattr(section, key)), None)


def _check_headers(at: int, section: SourceSection, sheet: Sheet) -> None:
    for header in section.headers_env:
        if not _HEADER.fullmatch(header):
            path = ("sources", at, "headers_env", header)
            sheet.complain(path, "this is not the name of an HTTP header", "such as Authorization", key=True)


def _source(section: SourceSection) -> Source:
    selectors = {key: getattr(section, key) for key in _SELECTORS if getattr(section, key)}
    return Source(
        id=section.id,
        name=section.name or section.id,
        url=section.url,
        kind=section.kind,
        weight=section.weight,
        language=section.language,
        every=section.every if isinstance(section.every, timedelta) else None,
        rhythm=section.every == "auto",
        tags=frozenset(section.tags),
        full_text=section.full_text,
        enabled=section.enabled,
        headers_env=section.headers_env,
        selectors=selectors,
    )
