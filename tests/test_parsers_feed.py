"""Feeds: what a reader would see of RSS, Atom, RDF and JSON Feed, in good order and in bad."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import ParseError
from bot.parsers import parse
from tests.loopback import atom, json_feed, rss

ITEM = {
    "title": "Alibaba raises $1bn",
    "link": "https://example.com/1",
    "id": "id-1",
    "summary": "<p>First &amp; foremost</p>",
    "body": "<p>One.</p><p>Two.</p>",
}
WHEN = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
DATES = {
    "rss": "Tue, 01 Sep 2026 18:00:00 +0800",
    "atom": "2026-09-01T10:00:00Z",
    "jsonfeed": "2026-09-01T12:00:00+02:00",
}
MAKERS = {"rss": rss, "atom": atom, "jsonfeed": json_feed}


def raw(items: str, *, version: str = "2.0", head: str = "") -> bytes:
    return f'<rss version="{version}"><channel><title>t</title>{head}{items}</channel></rss>'.encode()


def title_of(markup: str) -> str:
    return parse(raw(f"<item><title>{markup}</title><link>https://e.com/1</link></item>")).entries[0].title


@pytest.mark.parametrize("kind", ["rss", "atom", "jsonfeed"])
def test_every_kind_of_feed_gives_the_same_entry(kind: str) -> None:
    document = parse(MAKERS[kind]([{**ITEM, "date": DATES[kind]}], title="News & more", language="en-GB"))
    assert (document.kind, document.title, document.count, document.complete) == (
        kind,
        "News & more",
        1,
        True,
    )
    (entry,) = document.entries
    assert (entry.uid, entry.url, entry.title) == ("id-1", "https://example.com/1", "Alibaba raises $1bn")
    assert (entry.summary, entry.body) == ("First & foremost", "One.\nTwo.")
    assert (entry.published, entry.lang) == (WHEN, "en")


def test_rdf_is_read() -> None:
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>t</title></channel>'
        '<item rdf:about="https://e.com/1"><title>X</title><link>https://e.com/1</link>'
        "<dc:date>2026-09-01T10:00:00Z</dc:date></item></rdf:RDF>"
    )
    document = parse(body.encode())
    assert (document.kind, document.count) == ("rdf", 1)
    assert document.entries[0].published == WHEN


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("a &lt; b", "a < b"),
        ("AT&amp;amp;T", "AT&T"),
        ("AT&amp;T", "AT&T"),
        ("&lt;b&gt;Bold&lt;/b&gt; move", "Bold move"),
        ("&amp;lt;b&amp;gt;Bold&amp;lt;/b&amp;gt; move", "Bold move"),
        ("<![CDATA[<i>Tencent</i> &amp; Co]]>", "Tencent & Co"),
        ("Vec&lt;T&gt; and 3 &lt; 4 &gt; 2", "Vec<T> and 3 < 4 > 2"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Safe", "Safe"),
        ("  two\n\t lines ", "two lines"),
        ("It&amp;#8217;s", "It’s"),
        ("腾&amp;nbsp;讯", "腾 讯"),
        ("cafe&#x301;", "café"),
        ("&lt;img src=x onerror=alert(1)&gt;Photo", "Photo"),
    ],
)
def test_titles_are_plain_text(markup: str, title: str) -> None:
    assert title_of(markup) == title


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("a&#x202E;b&#x2066;c", "abc"),
        ("a\x00b\x08c", "abc"),
        ("red \x1b[31malert", "red alert"),
        ("&#xD800;a&#99999999999;b&#0;", "ab"),
        ("zero&#x200B;width&#xAD;", "zerowidth"),
        ("z" + "&#x301;" * 50, "ź" + "\u0301" * 4),
        ("👨&#x200D;👩", "👨\u200d👩"),
    ],
)
def test_nothing_invisible_survives_in_titles(markup: str, title: str) -> None:
    assert title_of(markup) == title


def test_long_texts_are_cut_without_breaking_a_character() -> None:
    long = "阿" * 200_000
    (entry,) = parse(rss([{"title": long, "summary": long}])).entries
    assert len(entry.title.encode()) <= 1_024
    assert len(entry.summary.encode()) <= 64 * 1_024
    assert set(entry.title + entry.summary) == {"阿"}


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        ("<link>/a</link>", "https://site.example/a"),
        ("<link> https://e.com/1\n</link>", "https://e.com/1"),
        ('<guid isPermaLink="true">https://e.com/2</guid>', "https://e.com/2"),
        ("<guid>https://e.com/3</guid>", "https://e.com/3"),
        ('<guid isPermaLink="false">https://e.com/4</guid>', ""),
        ('<enclosure url="https://e.com/a.mp3" type="audio/mpeg" length="1"/>', ""),
        ("<link>http://[::1</link>", "http://[::1"),
    ],
)
def test_the_link_is_found_and_made_absolute(markup: str, url: str) -> None:
    body = raw(f"<item><title>x</title>{markup}</item>", head="<link>https://site.example/</link>")
    assert parse(body, url="https://feeds.example/rss.xml").entries[0].url == url


def test_xml_base_is_honoured() -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://e.com/blog/"><title>t</title>'
        '<entry xml:base="2026/"><title>x</title><link href="a.html"/></entry></feed>'
    )
    assert (
        parse(body.encode(), url="https://other.example/feed").entries[0].url
        == "https://e.com/blog/2026/a.html"
    )


def test_an_entry_without_title_is_called_by_its_text() -> None:
    (entry,) = parse(rss([{"summary": "<p>Tencent buys a studio.</p><p>More.</p>"}])).entries
    assert entry.title == "Tencent buys a studio."


def test_an_entry_with_nothing_breaks_nothing() -> None:
    (entry,) = parse(raw("<item></item>")).entries
    assert (entry.uid, entry.url, entry.title, entry.published) == ("", "", "", None)


def test_a_chinese_feed_means_its_own_time_by_cst() -> None:
    date = "Tue, 01 Sep 2026 18:00:00 CST"
    assert parse(rss([{"title": "x", "date": date}], language="zh-cn")).entries[0].published == WHEN


@pytest.mark.parametrize("ttl", ["60", " 60 "])
def test_ttl_is_a_floor_for_the_next_poll(ttl: str) -> None:
    assert parse(raw("<item/>", head=f"<ttl>{ttl}</ttl>")).floor == timedelta(hours=1)


@pytest.mark.parametrize("ttl", ["", "0", "-5", "soon", "1e9"])
def test_a_ttl_without_sense_is_none(ttl: str) -> None:
    assert parse(raw("<item/>", head=f"<ttl>{ttl}</ttl>")).floor is None


def test_a_feed_cut_in_the_middle_loses_only_its_last_entry() -> None:
    body = rss([{"title": f"Title {number}", "summary": "words " * 20} for number in range(10)])
    document = parse(body[: body.index(b"Title 7") + 40])
    assert not document.complete
    assert [entry.title for entry in document.entries] == [f"Title {number}" for number in range(7)]
    assert document.warnings


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_very_many_entries_the_newest_are_read(newest_first: bool) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    items = [
        {
            "title": str(number),
            "date": (start + timedelta(minutes=number)).strftime("%a, %d %b %Y %H:%M:%S +0000"),
        }
        for number in range(2_500)
    ]
    document = parse(rss(items[::-1] if newest_first else items))
    assert document.count == 2_500
    assert document.complete
    assert {entry.title for entry in document.entries} == {str(number) for number in range(500, 2_500)}


def test_an_empty_feed_is_a_feed() -> None:
    assert parse(rss([])).entries == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n\xef\xbb\xbf ", "empty"),
        (b"<!doctype html><html><body>Hello</body></html>", "web_page"),
        (b"<note><to>you</to></note>", "not_a_feed"),
        (b"just words", "not_a_feed"),
        (b'{"items": 3}', "not_a_feed"),
        (b'{"items": [', "not_a_feed"),
        (b"[" * 100_000, "too_deep"),
        (b'{"items": [' + b"9" * 10_000 + b"]}", "not_a_feed"),
        (b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>', "entities"),
        (b"<rss><channel><x " + b" ".join(b'a%d="1"' % n for n in range(3_000)) + b"/>", "too_deep"),
    ],
)  # fmt: skip
def test_what_is_no_feed_or_hostile_is_refused_by_name(body: bytes, reason: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(body)
    assert caught.value.reason == reason


def test_a_web_page_names_the_feed_that_it_has() -> None:
    page = b"""<!doctype html><html><head><link rel="stylesheet" href="/a.css">
        <link rel="alternate" type="application/rss+xml" href="/feed?a=1&amp;b=2"></head><body>Hi</html>"""
    with pytest.raises(ParseError, match=r"names a feed: https://example\.com/feed\?a=1&b=2"):
        parse(page, url="https://example.com/news", kind="feed")


def test_a_page_that_wants_a_human_says_so() -> None:
    with pytest.raises(ParseError, match="human"):
        parse(b"<!doctype html><html><head><title>Just a moment...</title></head><body></body></html>")


def test_a_feed_behind_rubbish_is_found() -> None:
    body = b"<br />\n<b>Warning</b>: mysql in x.php\n" + rss([{"title": "x"}])
    assert parse(body).entries[0].title == "x"


@pytest.mark.parametrize("byte", range(0, 256, 5))
def test_damage_never_raises_anything_but_a_parse_error(byte: int) -> None:
    body = bytearray(rss([ITEM, ITEM]))
    body[byte : byte + 3] = bytes([byte, 0, 255 - byte])
    with suppress(ParseError):
        assert len(parse(bytes(body)).entries) <= 2


def test_a_long_author_does_not_take_long() -> None:
    author = "a@" + "a." * 30_000 + "!"
    body = raw(f"<item><title>x</title><author>{author}</author></item>")
    started = datetime.now(UTC)
    assert parse(body).entries[0].title == "x"
    assert datetime.now(UTC) - started < timedelta(seconds=2)


def test_json_feed_takes_what_loose_publishers_write() -> None:
    item = {"id": 17, "external_url": "/a", "content_text": "Words\n\nmore", "date_published": 1788256800}
    body = json.dumps({"items": [item, 3]}).encode()
    (entry,) = parse(body, url="https://example.com/feed.json").entries
    assert (entry.uid, entry.url, entry.title, entry.body) == (
        "17",
        "https://example.com/a",
        "Words",
        "Words\nmore",
    )
    assert entry.published == datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
