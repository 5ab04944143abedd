"""A web page -> the feeds and sitemaps of its site, the most likely one first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot import links
from bot.model import ParsedDocument, ParsedEntry
from bot.parsers import clean, markup
from bot.parsers.encoding import Decoded
from bot.parsers.systems import feeds_of_system

LINK, ANCHOR, SYSTEM, COMMENTS, SITEMAP = "link", "anchor", "system", "comments", "sitemap"
"""What named a candidate: the head of the page, a link in its text, the site's software; feeds of comments
and of single articles are ``comments`` whatever named them, sitemaps ``sitemap``."""

_MOST_LINKS = 20_000
_MOST_CANDIDATES = 50
_FEED_TYPES = re.compile(
    r"(?:application|text)/(?:x[.-])?(?:(?:rss|atom|rdf)(?:\+xml)?|feed\+json|xml)", re.IGNORECASE
)
_JSON_TYPE = re.compile(r"application/json", re.IGNORECASE)
_FEED_PATH = re.compile(
    r"(?:^|[/._-])(?:rss\d?|feeds?|atom|rdf)(?:\.(?:xml|json|rss|rdf|atom|php|aspx?))?/?$"
    r"|\.(?:rss|rdf|atom)$|/(?:rss|feeds?|atom)/[^.]*(?:\.(?:xml|json))?$|(?:^|/)index\.(?:xml|rss|rdf)$",
    re.IGNORECASE,
)
_FEED_QUERY = re.compile(
    r"(?:^|&)(?:feed=(?:rss2?|atom|rdf)|format=(?:rss|atom|feed)|type=rss)\b", re.IGNORECASE
)
_FEED_WORD = re.compile(r"\b(?:rss|atom)\b|\brss\d", re.IGNORECASE)
_SUBSCRIBE = re.compile(r"订阅|訂閱|\bfeeds?\b|\bsubscribe\b", re.IGNORECASE)
_FEEDISH = re.compile(r"rss|feed|atom|\.xml", re.IGNORECASE)
_SITEMAP_PATH = re.compile(r"(?:^|/)[^/]*sitemap[^/]*\.xml(?:\.gz)?$", re.IGNORECASE)
_READERS = re.compile(
    r"(?:^|\.)(?:feedly|inoreader|newsblur|theoldreader|netvibes|bloglovin|follow\.is|my\.yahoo|"
    r"google|facebook|twitter|x|weibo|linkedin)\.(?:com|is)$"
)
_COMMENTS = re.compile(
    r"/comments?(?:/|\.|$)|comments?[-_/]?(?:feed|rss|atom)|withoutcomments|[?&]feed=comments", re.IGNORECASE
)
_COMMENTS_TITLE = re.compile(
    r"\b(?:comments?|kommentar\w*|commentaires?|comentarios?|commenti|reacties)\b|评论|評論|コメント",
    re.IGNORECASE,
)
_OF_ARTICLE = re.compile(r"/\d{4}/\d{1,2}/(?:\d{1,2}/)?[^/]+/feed/?$")
_NARROW = re.compile(
    r"/(?:category|categories|tags?|author|authors|topics?|users?|search)/|podcast|/(?:mp3|m4a|ogg|opus)$|/(?:jobs|events|careers)\b",
    re.IGNORECASE,
)
_LANGUAGE_STEP = re.compile(
    r"(?:^|/)(en|zh|cn|de|fr|es|ja|jp|ko|ru|pt|it)(?:[-_][a-z]{2,4})?(?:/|$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Page:
    """What is known of the page that the links stand on."""

    url: str
    base: str
    lang: str | None
    article: bool

    @property
    def path(self) -> str:
        return markup.path_of(self.url).rstrip("/")


@dataclass(frozen=True, slots=True)
class _Candidate:
    url: str
    title: str
    named_by: str
    lang: str | None


def _query(url: str) -> str:
    try:
        return urlsplit(url).query
    except ValueError:
        return ""


def _address(node: LexborNode, page: _Page) -> str:
    """Return where a link leads; feed: addresses as the http ones that they stand for."""
    href = markup.attribute(node, "href")
    if href.lower().startswith("feed:"):
        rest = href[5:]
        href = "https:" + rest if rest.startswith("//") else rest
    address = links.showable(links.absolute(href.partition("#")[0], page.base)) if href else ""
    return address if address.lower().startswith(("http://", "https://")) else ""


def _head_links(tree: LexborHTMLParser, page: _Page) -> Iterator[_Candidate]:
    """Yield what the page names by <link>; in any place, for many pages close their head too early."""
    for node in tree.css("link[href]")[:_MOST_LINKS]:
        rel = markup.attribute(node, "rel").lower().split()
        address = _address(node, page)
        title = clean.line(markup.attribute(node, "title"), 300)
        lang = clean.language(markup.attribute(node, "hreflang"))
        if not address:
            continue
        if "sitemap" in rel:
            yield _Candidate(address, title, SITEMAP, lang)
        elif ("alternate" in rel or "feed" in rel) and _is_feed_link(node, address, title):
            yield _Candidate(address, title, LINK, lang)


def _is_feed_link(node: LexborNode, address: str, title: str) -> bool:
    kind = markup.attribute(node, "type").partition(";")[0].strip()
    if _FEED_TYPES.fullmatch(kind):
        return True
    if _JSON_TYPE.fullmatch(kind):
        return "feed" in markup.path_of(address).rpartition("/")[2].lower() or "feed" in title.lower()
    return not kind and "feed" in markup.attribute(node, "rel").lower()


def _looks_like_feed(address: str, text: str) -> bool:
    if _FEED_PATH.search(markup.path_of(address)) or _FEED_QUERY.search(_query(address)):
        return True
    if len(text) > 60:
        return False
    return bool(_FEED_WORD.search(text) or (_SUBSCRIBE.search(text) and _FEEDISH.search(address)))


def _anchors(tree: LexborHTMLParser, page: _Page) -> Iterator[_Candidate]:
    """Yield the links in the page's text that look like feeds or sitemaps."""
    for node in tree.css("a[href]")[:_MOST_LINKS]:
        href = markup.attribute(node, "href")
        label = " ".join(
            (markup.line_of(node), markup.attribute(node, "title"), markup.attribute(node, "aria-label"))
        )
        if not (_FEEDISH.search(href) or _FEED_WORD.search(label)):
            continue
        address = _address(node, page)
        if not address or _READERS.search(links.host(address)):
            continue
        title = clean.line(label, 300)
        if _SITEMAP_PATH.search(markup.path_of(address)):
            yield _Candidate(address, title, SITEMAP, None)
        elif _looks_like_feed(address, title.strip()):
            yield _Candidate(address, title, ANCHOR, None)


def _is_of_comments(candidate: _Candidate, page: _Page) -> bool:
    """Tell whether a feed holds comments, or is about the single article that the page is."""
    if _COMMENTS.search(candidate.url) or _COMMENTS_TITLE.search(candidate.title):
        return True
    if _OF_ARTICLE.search(markup.path_of(candidate.url)):
        return True
    return page.article and len(page.path) > 1 and markup.path_of(candidate.url).startswith(page.path + "/")


def _marked(candidate: _Candidate, page: _Page) -> _Candidate:
    if candidate.named_by == SITEMAP or not _is_of_comments(candidate, page):
        return candidate
    return _Candidate(candidate.url, candidate.title, COMMENTS, candidate.lang)


def _lang_of(candidate: _Candidate) -> str | None:
    step = _LANGUAGE_STEP.search(markup.path_of(candidate.url))
    return candidate.lang or (clean.language(step.group(1)) if step else None)


_RANKS = {LINK: 0, ANCHOR: 40, SYSTEM: 60, SITEMAP: 100, COMMENTS: 200}


def _rank(candidate: _Candidate, page: _Page) -> int:
    """Return how late a candidate is to be tried."""
    rank = _RANKS[candidate.named_by]
    path = markup.path_of(candidate.url)
    lang = _lang_of(candidate)
    if lang and page.lang and lang != page.lang:
        rank += 30
    if not page.article and len(page.path) > 1 and path.startswith(page.path + "/"):
        return rank - 5  # the page is a section of the site, and this is the section's own feed
    if _NARROW.search(path) or _NARROW.search(candidate.title.lower()):
        rank += 20
    if links.host(candidate.url) != links.host(page.url):
        rank += 3
    return rank


def _page_of(tree: LexborHTMLParser, url: str) -> _Page:
    article = tree.css_first('meta[property="og:type"][content="article"]') is not None
    return _Page(url, markup.base_of(tree, url), markup.language_of(tree), article)


def parse(decoded: Decoded, *, url: str = "") -> ParsedDocument:
    """Return the candidates of a page as entries: url, title, uid = what named it, lang where it is said.

    They are not checked: some will lead nowhere. A page without any gives a document without entries.
    """
    tree = LexborHTMLParser(decoded.text)
    page = _page_of(tree, url)
    candidates: dict[str, _Candidate] = {}
    for candidate in (*_head_links(tree, page), *_anchors(tree, page), *_of_system(tree, decoded.text, page)):
        candidates.setdefault(links.canonical(candidate.url), _marked(candidate, page))
    candidates.pop(links.canonical(url), None)
    ranked = sorted(candidates.values(), key=lambda candidate: _rank(candidate, page))
    return ParsedDocument(
        kind="site",
        title=markup.line_of(tree.css_first("title")),
        entries=tuple(map(_entry, ranked[:_MOST_CANDIDATES])),
        count=len(ranked),
        warnings=decoded.warnings,
    )


def _of_system(tree: LexborHTMLParser, text: str, page: _Page) -> Iterator[_Candidate]:
    generator = tree.css_first('meta[name="generator" i]')
    named = markup.attribute(generator, "content") if generator is not None else ""
    for system, address in feeds_of_system(text, named, page.url):
        yield _Candidate(address, system, SYSTEM, None)


def _entry(candidate: _Candidate) -> ParsedEntry:
    return ParsedEntry(
        uid=candidate.named_by, url=candidate.url, title=candidate.title, lang=_lang_of(candidate)
    )
