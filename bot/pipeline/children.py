"""An index of sitemaps -> the entries of the sitemaps in it that are worth reading."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import FetchError, ParseError
from bot.fetch import Fetcher
from bot.model import Document, ParsedDocument, ParsedEntry, Validators
from bot.sandbox import Sandbox

DAY = timedelta(days=1)
"""After so long a document is asked for without validators: some servers' never change (RFC 9111 trusts them)."""
Known = Mapping[str, tuple[Validators, str, datetime | None]]
"""Address to what is stored: the validators, the body's hash, and when a whole body was last fetched."""
INDEX = "sitemapindex"
"""The kind of a document that names sitemaps instead of entries."""
UNREAD = (Validators(), "", None)
_Read = tuple[str, Document, ParsedDocument | None]


async def read_children(
    urls: Sequence[str],
    known: Known,
    *,
    fetcher: Fetcher,
    sandbox: Sandbox,
    headers: Callable[[str], Mapping[str, str]],
    now: datetime,
) -> tuple[ParsedDocument | None, tuple[tuple[str, Document], ...], bool]:
    """Read the sitemaps at these addresses, unchanged ones only as far as the server's word.

    Returns (the entries of those that changed, or None when none did; address and document of each, to be kept;
    whether all were read anew). One that fails is a warning; the error is raised when all fail.
    """
    tasks = [_read(url, known, fetcher, sandbox, headers(url), now) for url in urls]
    results = await asyncio.gather(*tasks, return_exceptions=True)
    read: list[_Read] = []
    failed: dict[str, BaseException] = {}
    for url, result in zip(urls, results, strict=True):
        if isinstance(result, BaseException):
            if not isinstance(result, FetchError | ParseError):
                raise result
            failed[url] = result
        else:
            read.append(result)
    if failed and not read:
        raise _of_the_index(next(iter(failed.values())))
    parsed = [one for _, _, one in read if one is not None]
    reached = tuple((url, document) for url, document, _ in read)
    reached += tuple((url, _as_before(url, known)) for url in failed)
    warnings = tuple(f"one of its sitemaps could not be read: {error}" for error in failed.values())
    whole = len(parsed) == len(urls)
    return (_together(parsed, warnings) if parsed or warnings else None), reached, whole


def _of_the_index(error: BaseException) -> BaseException:
    """What is gone is a sitemap, not the index: its status must not end the source."""
    if isinstance(error, FetchError) and error.status in {404, 410}:
        return FetchError(error.reason, str(error), host=error.host)
    return error


async def _read(
    url: str, known: Known, fetcher: Fetcher, sandbox: Sandbox, headers: Mapping[str, str], now: datetime
) -> _Read:
    validators, body_hash, read_at = known.get(url, UNREAD)
    if read_at is not None and now - read_at >= DAY:
        validators = Validators()
    document = await fetcher.fetch(url, validators=validators, known_hash=body_hash, headers=headers)
    if document.body is None:
        return url, document, None
    parsed = await sandbox.parse(
        document.body, content_type=document.content_type, url=document.url, kind="sitemap"
    )
    if parsed.kind == INDEX:
        raise ParseError("unsupported", f"{url} is an index within an index of sitemaps")
    if not parsed.complete:
        document = replace(document, validators=validators, body_hash=body_hash)
    return url, document, parsed


def _as_before(url: str, known: Known) -> Document:
    """One that could not be read is asked for again at the next poll, under the validators that it had."""
    validators, body_hash, _ = known.get(url, UNREAD)
    return Document(url=url, status=0, body=None, validators=validators, body_hash=body_hash)


def _together(parsed: Sequence[ParsedDocument], warnings: tuple[str, ...]) -> ParsedDocument:
    entries: dict[str, ParsedEntry] = {}
    for one in parsed:
        for entry in one.entries:
            entries.setdefault(entry.url, entry)
    return ParsedDocument(
        kind=INDEX,
        entries=tuple(entries.values()),
        count=sum(one.count for one in parsed),
        complete=all(one.complete for one in parsed),
        warnings=tuple(dict.fromkeys(line for one in parsed for line in one.warnings)) + warnings,
    )
