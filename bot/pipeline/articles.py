"""``full_text: true``: the article behind each new entry, fetched before the entry is decided.

What can't be read in time leaves the entry as its source gave it: an alert is never held up for its text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from bot.errors import FetchError, ParseError
from bot.fetch import Fetcher
from bot.model import ParsedEntry, Source
from bot.sandbox import Sandbox

log = structlog.get_logger()

MOST = 12
"""Articles fetched at one poll, the newest; a site's fresh archive is not worth its traffic."""
ENOUGH = 2_000
"""Characters of text in the entry itself from which the article is not asked for."""
PATIENCE = 20.0
_AT_ONCE = 3
_OLDEST = datetime(1970, 1, 1, tzinfo=UTC)


async def read_articles(
    source: Source,
    items: Mapping[int, ParsedEntry],
    *,
    fetcher: Fetcher,
    sandbox: Sandbox,
    headers: Callable[[str], Mapping[str, str]],
) -> dict[int, ParsedEntry]:
    """Return the articles that could be read within 20 seconds, by the place of their item."""
    wanted = _worth_reading(items)
    slots = asyncio.Semaphore(_AT_ONCE)
    found: dict[int, ParsedEntry] = {}

    async def read(at: int, item: ParsedEntry) -> None:
        async with slots:
            article = await _article(item.url, fetcher, sandbox, headers(item.url))
        if article is not None:
            found[at] = article

    try:
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
            for at, item in wanted:
                group.create_task(read(at, item))
    except TimeoutError:
        log.info("articles not read in time", source=source.id, missing=len(wanted) - len(found))
    return found


def _worth_reading(items: Mapping[int, ParsedEntry]) -> list[tuple[int, ParsedEntry]]:
    short = [
        (at, item)
        for at, item in items.items()
        if item.url and max(len(item.body), len(item.summary)) < ENOUGH
    ]
    short.sort(key=lambda pair: pair[1].published or _OLDEST, reverse=True)
    return short[:MOST]


async def _article(
    url: str, fetcher: Fetcher, sandbox: Sandbox, headers: Mapping[str, str]
) -> ParsedEntry | None:
    try:
        document = await fetcher.fetch(url, headers=headers, robots=True)
        if document.body is None or not document.complete:
            return None
        parsed = await sandbox.parse(
            document.body, content_type=document.content_type, url=document.url, kind="article"
        )
    except (FetchError, ParseError) as error:
        log.info("article not read", reason=error.reason)
        return None
    return parsed.entries[0] if parsed.entries else None


def with_article(item: ParsedEntry, article: ParsedEntry | None) -> ParsedEntry:
    """Return the item with what its article adds: the longer text, a date where it had none, the lock."""
    if article is None:
        return item
    longer = article.body if len(article.body) > max(len(item.body), len(item.summary)) else item.body
    return replace(
        item,
        body=longer,
        summary=item.summary or article.summary,
        published=item.published or article.published,
        paid=item.paid or article.paid,
    )
