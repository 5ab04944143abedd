"""Sitemaps in all their forms, and which of an index's sitemaps are worth reading."""

import gzip
from datetime import UTC, datetime

import pytest

from bot.errors import ParseError
from bot.model import ParsedDocument, ParsedEntry
from bot.parsers import packed, parse
from bot.parsers.sitemap import worth_reading

WHEN = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_a_news_sitemap_is_read() -> None:
    body = """<?xml version="1.0" encoding="UTF-8"?>
    <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
     xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
    <url><loc>https://e.com/news/1</loc><image:image><image:loc>https://e.com/i.png</image:loc></image:image>
    <news:news><news:publication><news:name>E</news:name><news:language>zh-cn</news:language></news:publication>
    <news:publication_date>2026-09-01T18:00:00+08:00</news:publication_date>
    <news:title>比亚迪 &amp; 蔚来</news:title>
    </news:news></url>
    <url><loc>https://e.com/2026/acme-raises-50m_again.html</loc><lastmod>2026-09-01T10:00:00Z</lastmod></url>
    </urlset>""".encode()
    document = parse(body)
    one, two = document.entries
    assert (document.kind, document.count, document.complete) == ("sitemap", 2, True)
    assert (one.title, one.url, one.lang, one.published) == (
        "比亚迪 & 蔚来",
        "https://e.com/news/1",
        "zh",
        WHEN,
    )
    assert (two.title, two.published) == ("acme raises 50m again", WHEN)


def test_of_a_large_sitemap_the_newest_are_read() -> None:
    urls = "".join(
        f"<url><loc>https://e.com/{number}</loc><lastmod>{1990 + number // 100}-01-01</lastmod></url>"
        for number in range(3_000)
    )
    document = parse(f"<urlset>{urls}</urlset>".encode())
    assert (document.count, len(document.entries)) == (3_000, 2_000)
    assert min(entry.published for entry in document.entries if entry.published) == datetime(
        2000, 1, 1, tzinfo=UTC
    )


def test_a_broken_sitemap_gives_what_stands_before_the_fault() -> None:
    document = parse(b"<urlset><url><loc>https://e.com/a</loc></url><url><loc>https://e.com/b</lo")
    assert not document.complete
    assert [entry.url for entry in document.entries] == ["https://e.com/a"]


def test_an_index_names_its_sitemaps_and_when_they_changed() -> None:
    body = b"""<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
    <sitemap><loc>/s1.xml</loc><lastmod>2026-09-01T10:00:00Z</lastmod></sitemap>
    <sitemap><loc>https://e.com/s2.xml.gz</loc></sitemap></sitemapindex>"""
    document = parse(body, url="https://e.com/sitemap.xml")
    assert (document.kind, document.count, document.complete) == ("sitemapindex", 2, True)
    assert [(entry.url, entry.published) for entry in document.entries] == [
        ("https://e.com/s1.xml", WHEN),
        ("https://e.com/s2.xml.gz", None),
    ]


def test_of_a_huge_index_the_last_changed_are_kept() -> None:
    rows = "".join(
        f"<sitemap><loc>https://e.com/{n}.xml</loc><lastmod>{1990 + n // 100}-01-01</lastmod></sitemap>"
        for n in range(3_000)
    )
    document = parse(f"<sitemapindex>{rows}</sitemapindex>".encode())
    assert (document.count, len(document.entries)) == (3_000, 2_000)
    assert document.entries[0].url == "https://e.com/2900.xml"


def test_a_sitemap_packed_as_a_file_is_unpacked() -> None:
    body = gzip.compress(b"<urlset><url><loc>https://e.com/acme-buys-beta</loc></url></urlset>")
    document = parse(body, content_type="application/x-gzip")
    assert (document.kind, document.entries[0].title, document.complete) == (
        "sitemap",
        "acme buys beta",
        True,
    )


def test_a_packed_sitemap_that_never_ends_is_read_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MOST_BYTES", 100_000)
    urls = "".join(f"<url><loc>https://e.com/acme-story-{n}</loc></url>" for n in range(10_000))
    document = parse(gzip.compress(f"<urlset>{urls}</urlset>".encode()))
    assert not document.complete
    assert 1_000 < document.count < 3_000
    assert "only its start was read" in document.warnings[-1]


def test_a_packed_file_that_is_damaged_is_refused_by_name() -> None:
    with pytest.raises(ParseError, match="a gzip file that is damaged"):
        parse(b"\x1f\x8b\x08" + b"nonsense" * 5)


def test_a_sitemap_of_plain_lines_is_read() -> None:
    body = b"https://e.com/acme-buys-beta\r\nhttp://e.com/acme-sells-gamma.html\r\n\r\n"
    document = parse(body, content_type="text/plain")
    assert (document.kind, document.count) == ("sitemap", 2)
    assert [entry.title for entry in document.entries] == ["acme buys beta", "acme sells gamma"]


def test_words_that_begin_with_an_address_are_no_sitemap() -> None:
    with pytest.raises(ParseError, match="neither a feed nor a sitemap"):
        parse(b"https://e.com/ is down for maintenance\nplease come again\n")


def test_a_feed_in_place_of_a_sitemap_is_read_as_the_feed_it_is() -> None:
    body = b"<rss version='2.0'><channel><item><title>A</title><link>https://e.com/1</link></item></channel></rss>"
    assert parse(body, kind="sitemap").kind == "rss"


def test_pictures_and_films_of_a_sitemap_name_no_entry() -> None:
    body = b"""<urlset xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"
    xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"><url>
    <video:video><video:title>A film</video:title><video:publication_date>2020-01-01</video:publication_date>
    </video:video>
    <image:image><image:loc>https://e.com/i.png</image:loc><image:title>A picture</image:title></image:image>
    <loc>https://e.com/acme-buys-beta</loc><lastmod>2026-09-01T10:00:00Z</lastmod></url></urlset>"""
    (entry,) = parse(body).entries
    assert (entry.url, entry.title, entry.published) == (
        "https://e.com/acme-buys-beta",
        "acme buys beta",
        WHEN,
    )


def index(*children: tuple[str, str]) -> ParsedDocument:
    entries = tuple(
        ParsedEntry(
            url=f"https://e.com/{name}",
            published=datetime.fromisoformat(f"{day}T08:00+00:00") if day else None,
        )
        for name, day in children
    )
    return ParsedDocument(kind="sitemapindex", entries=entries, count=len(entries))


@pytest.mark.parametrize(
    ("children", "chosen"),
    [
        ([("posts.xml", "2026-11-23"), ("news.xml", "2026-11-01"), ("pages.xml", "")], ["news.xml", "posts.xml"]),
        ([("a.xml", "2026-01-01"), ("b.xml", "2026-11-23"), ("c.xml", "2026-11-22")], ["b.xml", "c.xml"]),
        ([("sitemap-2026-9.xml", ""), ("sitemap-2026-10.xml", ""), ("sitemap-2026-11.xml", "")],
         ["sitemap-2026-11.xml", "sitemap-2026-10.xml"]),
        ([("post-sitemap.xml", ""), ("post-sitemap2.xml", ""), ("post-sitemap12.xml", "")],
         ["post-sitemap12.xml", "post-sitemap2.xml"]),
        ([("sitemap-2027-01.xml", ""), ("sitemap-2026-11.xml", ""), ("sitemap-2026-10.xml", "")],
         ["sitemap-2026-11.xml", "sitemap-2026-10.xml"]),
        ([("image-sitemap.xml", "2026-11-23"), ("post_tag-sitemap.xml", "2026-11-23"),
          ("category-sitemap.xml", "2026-11-23"), ("author.xml", "2026-11-23"), ("x.xml", "2020-01-01"),
          ("stage-plays.xml", "")], ["x.xml", "stage-plays.xml"]),
        ([("old.xml", "2026-11-20"), ("wrong.xml", "2036-01-01")], ["old.xml", "wrong.xml"]),
    ],
)  # fmt: skip
def test_of_an_index_the_newest_news_is_read(children: list[tuple[str, str]], chosen: list[str]) -> None:
    assert worth_reading(index(*children), NOW, most=2) == tuple(f"https://e.com/{name}" for name in chosen)


def test_of_an_index_three_sitemaps_are_read_at_most_and_none_without_an_address() -> None:
    assert len(worth_reading(index(*((f"{n}.xml", "") for n in range(9))), NOW)) == 3
    assert (
        worth_reading(ParsedDocument(kind="sitemapindex", entries=(ParsedEntry(url="file:///x"),)), NOW) == ()
    )
