"""Fetch and parse one source: its document, the feed of its site, or the sitemaps that its index names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.crashpoints import crashpoint
from bot.errors import ParseError
from bot.fetch import Fetcher
from bot.links import same_origin
from bot.metrics import timed
from bot.model import Document, ParsedDocument, Source, Validators
from bot.pipeline.children import DAY, INDEX, Known, read_children
from bot.route.troubles import looks_like_feed
from bot.sandbox import Sandbox
from bot.store import Store, documents
from bot.store.sources import SourceState

_LOOK_AGAIN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one poll read; ``parsed`` is None when nothing changed."""

    document: Document
    parsed: ParsedDocument | None
    place: str | None = None
    """The address of the feed that was found for a site."""
    children: tuple[tuple[str, Document], ...] | None = None
    """The sitemaps of an index: address and document; None for a source that is no index."""
    whole: bool = True
    """False when only the part that changed was read: its count says nothing about the source."""


class Reader:
    """Reads sources; knows nothing of what their entries mean."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        sandbox: Sandbox,
        headers: Callable[[Source], Mapping[str, str]],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._headers = headers
        self._clock = clock

    async def read(self, source: Source, state: SourceState) -> Reading:
        """Read a source once; raises FetchError and ParseError."""
        fetching = self._fetcher.fetch(
            state.address,
            validators=self._validators(state),
            known_hash=state.body_hash,
            headers=self.headers_at(source, state.address),
            robots=_is_page(source),
        )
        document = await timed("fetch_seconds", fetching)
        if document.body is None:
            if state.kind != INDEX:
                return Reading(document=document, parsed=None)
            return await self._index(source, document, None)
        try:
            parsed = await self._parsed(source, document)
        except ParseError as error:
            if error.reason != "web_page" or not _worth_looking(source, state):
                raise
            return await self._found(source, state)
        crashpoint("parsed")
        if parsed.kind == INDEX:
            return await self._index(source, document, parsed)
        return Reading(document=document, parsed=parsed)

    def _validators(self, state: SourceState) -> Validators:
        stale = state.read_at is not None and self._clock() - state.read_at >= DAY
        return Validators() if stale else state.validators

    async def _parsed(self, source: Source, document: Document) -> ParsedDocument:
        parsing = self._sandbox.parse(
            document.body or b"",
            content_type=document.content_type,
            url=document.url,
            kind=source.kind,
            selectors=dict(source.selectors),
        )
        return await timed("parse_seconds", parsing)

    async def _found(self, source: Source, state: SourceState) -> Reading:
        """The address is a site's: poll the feed that the site has."""
        from bot.pipeline.discovery import discover

        found = await discover(
            source.url,
            fetcher=self._fetcher,
            sandbox=self._sandbox,
            headers=self._headers(source),
            feeds_only=state.baseline is not None or looks_like_feed(source.url),
        )
        document = replace(found.document, moved_to=None)
        place = None if found.url == state.address else found.url
        if found.parsed.kind == INDEX:
            return replace(await self._index(source, document, found.parsed), place=place)
        return Reading(document=document, parsed=found.parsed, place=place)

    async def _index(self, source: Source, document: Document, parsed: ParsedDocument | None) -> Reading:
        """Read the sitemaps of an index; one that did not change still leads to those that may have."""
        from bot.parsers.sitemap import worth_reading

        known: Known = await self._store.read(lambda conn: documents.of(conn, source.id))
        urls = list(known) if parsed is None else list(worth_reading(parsed, self._clock()))
        if not urls:
            raise ParseError("empty", "the index of sitemaps names no sitemap")
        together, read, whole = await read_children(
            urls,
            known,
            fetcher=self._fetcher,
            sandbox=self._sandbox,
            headers=partial(self.headers_at, source),
            now=self._clock(),
        )
        return Reading(document=document, parsed=together, children=read, whole=whole)

    def headers_at(self, source: Source, url: str) -> Mapping[str, str]:
        """Secrets go to the host that they were given for, wherever the source has moved."""
        return self._headers(source) if same_origin(url, source.url) else {}


def _worth_looking(source: Source, state: SourceState) -> bool:
    """A site is searched at its first poll, and when its feed stays away; now and then, not at every error."""
    if source.kind != "auto":
        return False
    tries = state.errors if state.baseline is None else state.errors - 3
    return tries >= 0 and (state.error_reason != "web_page" or tries % _LOOK_AGAIN == 0)


def _is_page(source: Source) -> bool:
    """Tell whether a page is scraped: its site is asked first (robots.txt)."""
    return source.kind == "page" or (source.kind == "auto" and "item" in source.selectors)
