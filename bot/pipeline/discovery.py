"""A site's address -> its feed or its sitemap: what its page names, the usual places, robots.txt."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from bot import links
from bot.errors import FetchError, ParseError
from bot.fetch import Fetcher
from bot.model import Document, ParsedDocument, ParsedEntry
from bot.parsers import clean
from bot.parsers.site import ANCHOR, COMMENTS, LINK, SITEMAP
from bot.parsers.sitemap import is_news, worth_reading
from bot.pipeline.children import INDEX
from bot.sandbox import Sandbox

__all__ = ["Found", "discover"]

MOST_REQUESTS = 16
SECONDS = 60.0
_FOR_SITEMAPS = 5
"""Of the requests so many are kept for robots.txt and sitemaps."""
_USUAL = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
_USUAL_SITEMAPS = ("/sitemap_news.xml", "/news-sitemap.xml", "/sitemap.xml")
_SITEMAP_LINE = re.compile(rb"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)
_ROBOTS_BYTES = 500 * 1024
_MOST_NAMED = 5
_MOST_OF_LISTING = 3
_MOST_SILENCES = 2
_PAGE = "a web page"
_DATED = re.compile(r"^[^/]*//[^/]*/.*\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a site's news is read."""

    url: str
    """The address to poll."""
    kind: str
    """rss, atom, rdf, jsonfeed, sitemap or sitemapindex."""
    title: str
    document: Document
    parsed: ParsedDocument
    """What stands at ``url``: for an index its sitemaps."""
    sample: ParsedDocument
    """Entries to show: those of ``parsed``, for an index those of the sitemap in it that was tried."""
    tried: tuple[tuple[str, str], ...]
    """Every address that was asked and what happened there, in order."""
    others: tuple[ParsedEntry, ...]
    """Further candidates that the page names, best first (``parsers.site``)."""


async def discover(
    url: str,
    *,
    fetcher: Fetcher,
    sandbox: Sandbox,
    headers: Mapping[str, str] | None = None,
    feeds_only: bool = False,
) -> Found:
    """Find the feed or sitemap of the site at ``url``, in at most 16 requests, one after another, within 60 s.

    What the page does not name itself is asked for only where robots.txt allows it. ``feeds_only`` leaves out
    sitemaps: in place of a feed that stays away for a while they would be something else. ``headers`` go to the
    origin of ``url`` only. Raises FetchError when the address itself can't be fetched, or its host asks for a
    pause meanwhile; ParseError ``web_page`` when nothing was found, and what is wrong with the address where it
    is no web page.
    """
    search = _Search(url, fetcher, sandbox, headers or {}, feeds_only=feeds_only)
    try:
        async with asyncio.timeout(SECONDS):
            found = await search.run()
    except TimeoutError:
        found = search.empty
    if found is None:
        raise ParseError("web_page", _nothing(url, search.tried))
    return found


def _nothing(url: str, tried: Sequence[tuple[str, str]]) -> str:
    return (
        f"no feed and no sitemap was found at {links.host(url) or url}: {len(tried)} places were tried; "
        "to read the headlines of the page itself set kind: page and item:"
    )


def _counted(parsed: ParsedDocument) -> str:
    return f"{parsed.kind}, {parsed.count} {'entry' if parsed.count == 1 else 'entries'}"


def _has_news(sample: ParsedDocument) -> bool:
    """Tell whether something can be read: entries, and of a sitemap titles to most of them."""
    titled = sum(bool(entry.title) for entry in sample.entries)
    return bool(sample.entries) and (sample.kind != "sitemap" or 2 * titled > len(sample.entries))


class _StopError(Exception):
    """The search has no requests left, or its host answers no more."""


class _Search:
    """One search: what was asked so far, and what came of it."""

    def __init__(
        self, url: str, fetcher: Fetcher, sandbox: Sandbox, headers: Mapping[str, str], *, feeds_only: bool
    ) -> None:
        self._url = url
        self._feeds_only = feeds_only
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._headers = headers
        self._home = url
        self._asked: set[str] = set()
        self._silences = 0
        self._others: tuple[ParsedEntry, ...] = ()
        self._title = ""
        self.empty: Found | None = None
        """A feed that is right but has no entries: better than none."""
        self.tried: list[tuple[str, str]] = []

    async def run(self) -> Found | None:
        """Search; None when there is nothing."""
        document = await self._fetch(self._url)
        self._home = document.url
        try:
            parsed = await self._parse(document, "auto")
        except ParseError as error:
            if error.reason != "web_page":
                raise
            self.tried.append((self._url, _PAGE))
        else:
            return await self._answer(self._url, document, parsed)
        try:
            site = await self._site(document)
            self._title, self._others = site.title, site.entries
            return await self._feed(site.entries) or await self._sitemap(site.entries) or self.empty
        except _StopError:
            return self.empty

    async def _site(self, document: Document) -> ParsedDocument:
        """Return the candidates that a page names."""
        try:
            return await self._parse(document, "site")
        except ParseError as error:
            self.tried.append((document.url, str(error)))
            return ParsedDocument(kind="site")

    async def _feed(self, site: Sequence[ParsedEntry]) -> Found | None:
        """Try what the page names, then what the home page names, then the usual places."""
        named = _feeds(site)[:_MOST_NAMED]
        waiting = [(entry.url, True) for entry in named]
        home = urljoin(self._home, "/")
        if not any(entry.uid == LINK for entry in named):
            waiting.append((home, True))
        waiting += [(url, False) for url in self._usual()]
        listing = {entry.url for entry in named if entry.uid == ANCHOR} | {home}
        while waiting and len(self._asked) < MOST_REQUESTS - _FOR_SITEMAPS:
            url, is_named = waiting.pop(0)
            found, page = await self._look(url, named=is_named)
            if found is not None:
                return found
            if page is not None and url in listing:
                # A list of the site's feeds, or its home page: what these name comes before guesses.
                more = _feeds((await self._site(page)).entries)[:_MOST_OF_LISTING]
                waiting[:0] = [(entry.url, True) for entry in more]
        return None

    def _usual(self) -> Iterator[str]:
        """Yield the places where sites mostly have their feed: below the page, then below the root."""
        section = urlsplit(self._home).path.rstrip("/")
        if section and "." not in section.rpartition("/")[2] and section.count("/") <= 2:
            yield urljoin(self._home, section + "/feed")
        for place in _USUAL:
            yield urljoin(self._home, place)

    async def _sitemap(self, site: Sequence[ParsedEntry]) -> Found | None:
        if self._feeds_only:
            return None
        named = [entry.url for entry in site if entry.uid == SITEMAP]
        usual = [urljoin(self._home, place) for place in _USUAL_SITEMAPS]
        listed = [url for url in await self._robots() if links.site_of(url) == links.site_of(self._home)]
        # Those for news first: they are short and have titles.
        for url in sorted((*named, *listed, *usual), key=lambda url: not is_news(url)):
            found, _ = await self._look(url, named=url in named)
            if found is not None:
                return found
        return None

    async def _robots(self) -> list[str]:
        url = urljoin(self._home, "/robots.txt")
        try:
            document = await self._fetch(url)
        except FetchError as error:
            self._failed(url, error)
            return []
        found = _SITEMAP_LINE.findall((document.body or b"")[:_ROBOTS_BYTES])[:20]
        self.tried.append((url, f"names {len(found)} {'sitemap' if len(found) == 1 else 'sitemaps'}"))
        named = (clean.unbroken(line.decode("utf-8", "replace")) for line in found)
        return [links.absolute(line, self._home) for line in named]

    async def _look(self, url: str, *, named: bool) -> tuple[Found | None, Document | None]:
        """Return (what stands at a place if it is news, the document if it is a web page)."""
        if links.canonical(url) in self._asked:
            return None, None
        document = None
        try:
            document = await self._fetch(url, robots=not named)
            if not named and links.site_of(document.url) != links.site_of(self._home):
                self.tried.append((url, f"leads to another site, {links.host(document.url)}"))
                return None, None
            parsed = await self._parse(document, "auto")
            return await self._answer(url, document, parsed), None
        except ParseError as error:
            is_page = error.reason == "web_page"
            self.tried.append((url, _PAGE if is_page else str(error)))
            return None, document if is_page else None
        except FetchError as error:
            self._failed(url, error)
        return None, None

    async def _answer(self, url: str, document: Document, parsed: ParsedDocument) -> Found | None:
        """Return a place with entries; one without is kept for the case that there is no better one."""
        sample = parsed
        if parsed.kind == INDEX:
            child = await self._child(parsed)
            if child is None:
                return None
            alone = sum(is_news(entry.url) for entry in parsed.entries) == 1
            if url != self._url and alone and is_news(child.url) and not _DATED.search(child.url):
                return child
            sample = child.parsed
        self.tried.append((url, _counted(parsed)))
        found = self._as_found(url, document, parsed, sample)
        if url == self._url or _has_news(sample):
            return found
        if not sample.entries:
            self.empty = self.empty or found
        return None

    async def _child(self, index: ParsedDocument) -> Found | None:
        """Return the first sitemap of an index that has entries."""
        for url in worth_reading(index, datetime.now(UTC), most=2):
            if links.canonical(url) in self._asked or links.site_of(url) != links.site_of(self._home):
                continue
            try:
                document = await self._fetch(url)
                parsed = await self._parse(document, "sitemap")
            except ParseError as error:
                self.tried.append((url, str(error)))
                continue
            except FetchError as error:
                self._failed(url, error)
                continue
            self.tried.append((url, _counted(parsed)))
            if parsed.entries and parsed.kind != INDEX:
                return self._as_found(url, document, parsed, parsed)
        return None

    def _as_found(
        self, url: str, document: Document, parsed: ParsedDocument, sample: ParsedDocument
    ) -> Found:
        return Found(
            url=url,
            kind=parsed.kind,
            title=parsed.title or self._title,
            document=document,
            parsed=parsed,
            sample=sample,
            tried=tuple(self.tried),
            others=tuple(entry for entry in self._others if entry.url != url),
        )

    async def _fetch(self, url: str, *, robots: bool = False) -> Document:
        if len(self._asked) >= MOST_REQUESTS:
            raise _StopError
        self._asked.add(links.canonical(url))
        own = self._headers if links.same_origin(url, self._url) else {}
        document = await self._fetcher.fetch(url, headers=own, robots=robots)
        self._silences = 0
        return document

    async def _parse(self, document: Document, kind: str) -> ParsedDocument:
        return await self._sandbox.parse(
            document.body or b"", content_type=document.content_type, url=document.url, kind=kind
        )

    def _failed(self, url: str, error: FetchError) -> None:
        """Remember a place that could not be fetched; a host that wants rest, or is silent twice, ends the search."""
        self.tried.append((url, str(error)))
        if links.host(url) != links.host(self._home):
            return
        if error.reason == "host_rests" or error.status == 429 or error.retry_after is not None:
            raise error
        self._silences = self._silences + 1 if error.status is None else 0
        if self._silences >= _MOST_SILENCES:
            raise _StopError


def _feeds(site: Sequence[ParsedEntry]) -> list[ParsedEntry]:
    """Return the candidates that may be a feed of news."""
    return [entry for entry in site if entry.uid not in (COMMENTS, SITEMAP)]
