"""Seven small documents and ways to damage them, for tests that read thousands of broken ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from tests.loopback import atom, json_feed, rss

ITEMS = [
    {
        "title": "Globex profit jumps 34% on cloud demand",
        "link": "https://harbour.example/news/1",
        "id": "guid-1",
        "date": "Thu, 12 Nov 2026 11:48:00 GMT",
        "summary": "<p>Cloud <b>demand</b> grew &amp; grew.</p><p>More &lt; less.</p>",
    },
    {"title": "腾讯第三季度营收同比增长", "link": "/news/2", "id": "2", "date": "2026-11-12T11:50:00+08:00"},
]
_RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://harbour.example/"><title>H</title>
</channel><item rdf:about="https://harbour.example/1"><title>Acme sued over patents</title>
<link>https://harbour.example/1</link><dc:date>2026-11-12T11:48:00Z</dc:date></item></rdf:RDF>"""
_SITEMAP = """<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://harbour.example/news/acme-sued</loc>
<news:news><news:publication_date>2026-11-12T11:48:00Z</news:publication_date><news:title>Acme sued</news:title>
</news:news></url><url><loc>https://harbour.example/a-b-c.html</loc><lastmod>2026-11-12</lastmod></url></urlset>"""
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Harbour</title>
<base href="https://harbour.example/"></head><body><article><h2><a href="/news/1">Acme sued</a></h2>
<time datetime="2026-11-12T11:48:00Z">today</time><p>Text &amp; more</p></article>
<article><h2><a href="news/2">腾讯营收增长</a></h2></article></body></html>"""
_LIST = {
    "data": {
        "list": [
            {"id": 7, "title": "Acme sued", "url": "/news/7", "ctime": 1_794_484_080, "summary": "a<br>b"},
            {"id": "8", "title": "腾讯营收增长", "url": "//harbour.example/8", "ctime": "2026-11-12 11:48"},
        ]
    }
}


@dataclass(frozen=True)
class Seed:
    """A document before it is damaged, and how it is asked for."""

    body: bytes
    kind: str = "auto"
    selectors: Mapping[str, str] = field(default_factory=dict)


SEEDS: dict[str, Seed] = {
    "rss": Seed(rss(ITEMS, language="zh-cn")),
    "atom": Seed(atom(ITEMS)),
    "rdf": Seed(_RDF.encode()),
    "json feed": Seed(json_feed(ITEMS)),
    "sitemap": Seed(_SITEMAP.encode()),
    "page": Seed(_PAGE.encode(), "page", {"item": "article", "title": "h2", "summary": "p"}),
    "list": Seed(
        json.dumps(_LIST, ensure_ascii=False).encode(),
        "json",
        {"item": "data.list", "title": "title", "link": "url", "time": "ctime", "summary": "summary"},
    ),
}

_WORDS: tuple[bytes, ...] = (
    *(b"&#xD800;", b"&#99999999999;", b"&#0;", b"&#x1b;[31m", b"&nbsp;", b"&bogus;", b"&amp;lt;", b"&#x202e;", b"&"),
    *(b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<!DOCTYPE x [", b"<!ENTITY a 'b'>", b"<?xml version='1.1'?>"),
    *(b"<item>", b"</item>", b"<entry/>", b"</channel>", b"<title>", b"</title>", b"<a><b><c>", b"<x:y>"),
    *(b'xml:base="http://[::1"', b' xmlns:a=""', b'<link href="http://[bad/"/>', b"javascript:alert(1)", b"//[::"),
    *(b"\x00", b"\x08", b"\x0b", b"\x1b]0;title\x07", b"\xe2\x80\xae", b"\xe2\x81\xa6", b"\xef\xbb\xbf"),
    *(b"\xef\xbf\xbf", b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\r", b"\xc2\x85"),
    *(b"1e999", b"-1", b"NaN", b"9" * 400, b"null", b"[[[[", b"]]}}", b'"', b"\\ud800", b"\\u0000", b"\\"),
    *(b"Thu, 99 Nov 99999 99:99:99 -9999", b"0000-00-00T00:00:00Z", b"10000-01-01", b"253402300800", b"-62135596801"),
    *(b"\xcc\x81" * 50, b"\xf0\x9f\x91\xa9\xe2\x80\x8d" * 20, b"x" * 5_000, b"\xd6\xd0\xce\xc4", b" " * 2_000),
    *(b"<ttl>99999999999999999999</ttl>", b"<pubDate></pubDate>", b"<guid isPermaLink='x'>\n</guid>", b"<id>"),
)  # fmt: skip

_CHARSETS = (
    b"gbk",
    b"utf-16",
    b"utf-7",
    b"idna",
    b"big5",
    b"iso-2022-kr",
    b"hz",
    b"rot13",
    b"zlib",
    b"utf-8-sig",
    b"",
)


def _flip(body: bytes, random: Random) -> bytes:
    changed = bytearray(body)
    for _ in range(random.randint(1, 8)):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _cut(body: bytes, random: Random) -> bytes:
    return body[: random.randrange(1, len(body) + 1)]


def _drop(body: bytes, random: Random) -> bytes:
    at = random.randrange(len(body))
    return body[:at] + body[at + random.randint(1, 60) :]


def _double(body: bytes, random: Random) -> bytes:
    at = random.randrange(len(body))
    piece = body[at : at + random.randint(1, 300)]
    return body[:at] + piece * random.choice((2, 3, 40)) + body[at:]


def _insert(body: bytes, random: Random) -> bytes:
    at = random.randrange(len(body) + 1)
    return body[:at] + random.choice(_WORDS) + body[at:]


def _replace_text(body: bytes, random: Random) -> bytes:
    """Put something odd where a text stands."""
    places = [at for at, byte in enumerate(body) if byte in b'>":']
    at = random.choice(places) + 1 if places else 0
    return body[:at] + random.choice(_WORDS) + body[at + random.randint(0, 30) :]


def _nest(body: bytes, random: Random) -> bytes:
    at, depth = random.randrange(len(body)), random.choice((3, 30, 300))
    opened, closed = random.choice(
        ((b"<div>", b"</div>"), (b"<item>", b"</item>"), (b"[", b"]"), (b"<b>", b""))
    )
    return body[:at] + opened * depth + body[at:] + closed * depth


def _declare(body: bytes, random: Random) -> bytes:
    return b'<?xml version="1.0" encoding="' + random.choice(_CHARSETS) + b'"?>' + body


def _recode(body: bytes, random: Random) -> bytes:
    target = random.choice(("gbk", "utf-16", "utf-16-le", "big5", "shift_jis", "latin-1", "utf-7", "cp037"))
    return body.decode("utf-8", "replace").encode(target, "replace")


def _swap(body: bytes, random: Random) -> bytes:
    first, second = sorted(random.randrange(len(body)) for _ in range(2))
    return body[second:] + body[first:second] + body[:first]


DAMAGES: tuple[Callable[[bytes, Random], bytes], ...] = (
    *(_flip, _cut, _drop, _double, _insert, _insert, _replace_text, _replace_text, _nest, _declare, _recode, _swap),
)  # fmt: skip


def damaged(random: Random) -> tuple[Seed, bytes]:
    """Return one of the documents as it was, and broken in one to four ways."""
    seed = random.choice(list(SEEDS.values()))
    body = seed.body
    for _ in range(random.randint(1, 4)):
        body = random.choice(DAMAGES)(body, random) or b" "
    return seed, body
