"""OPML: what other readers write is understood, what is hostile is refused, what we write comes back."""

from __future__ import annotations

import time

import pytest

from bot.edit.opml import MOST_FEEDS, Outline, read_opml, write_opml
from bot.edit.words import slug, source_id
from bot.errors import EditError


def opml(body: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    """A list with this body."""
    return f'{head}\n<opml version="1.0"><head><title>x</title></head><body>\n{body}\n</body></opml>'.encode()


def test_folders_become_tags() -> None:
    found = read_opml(
        opml(
            '<outline text="Tech News"><outline text="AI &amp; 芯片">\n'
            '<outline type="rss" text="One" xmlUrl="https://one.example/feed"/></outline>\n'
            '<outline type="rss" title="Two" text="2" xmlUrl="https://two.example/feed"/></outline>\n'
            '<outline type="rss" text="Three" xmlUrl="https://three.example/feed"/>'
        )
    )

    assert [(feed.title, feed.tags) for feed in found] == [
        ("One", ("tech-news", "ai-芯片")),
        ("Two", ("tech-news",)),
        ("Three", ()),
    ]
    assert [feed.line for feed in found] == [4, 5, 6]


def test_categories_are_tags_too() -> None:
    (feed,) = read_opml(opml('<outline text="x" xmlUrl="https://x.example" category="/China/Tech,ai"/>'))

    assert feed.tags == ("china", "tech", "ai")


@pytest.mark.parametrize("name", ["xmlUrl", "xmlurl", "XMLURL"])
def test_the_address_is_found_however_its_name_is_written(name: str) -> None:
    (feed,) = read_opml(opml(f'<outline text="x" {name}="https://x.example/feed"/>'))

    assert feed.url == "https://x.example/feed"


def test_bare_ampersands_and_names_of_html_are_taken_as_meant() -> None:
    (feed,) = read_opml(
        opml('<outline text="AT&T &nbsp; &amp; co" xmlUrl="https://x.example/?a=1&b=2&amp;c=3"/>')
    )

    assert feed.url == "https://x.example/?a=1&b=2&c=3"
    assert feed.title.startswith("AT&T")


def test_other_encodings_are_read() -> None:
    text = opml(
        '<outline text="虎嗅" xmlUrl="https://x.example"/>', '<?xml version="1.0" encoding="GBK"?>'
    ).decode()

    assert read_opml(text.encode("gbk"))[0].title == "虎嗅"
    assert read_opml("\ufeff".encode() + text.replace("GBK", "utf-8").encode())[0].title == "虎嗅"


def test_folders_without_feeds_and_links_are_no_feeds() -> None:
    assert read_opml(opml('<outline text="empty"/><outline type="link" url="https://x.example"/>')) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            b'<!DOCTYPE opml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><opml><body/></opml>',
            "line 1: .*entities",
        ),
        (
            b'<?xml version="1.0"?>\n<!doctype opml SYSTEM "file:///etc/passwd"><opml/>',
            "line 2: .*document type",
        ),
        (b"<opml><body><outline text='x'></body></opml>", "line 1: this is not OPML"),
        (b"<rss><channel/></rss>", "does not begin with <opml>"),
        (b"", "not OPML"),
        (b"\x00\x01\x02", "not OPML"),
        (b"<opml>" + b"<outline text='a'>" * 100_000, "deep here"),
    ],
)
def test_what_is_hostile_or_no_opml_is_refused(body: bytes, reason: str) -> None:
    started = time.process_time()

    with pytest.raises(EditError, match=reason):
        read_opml(body)

    assert time.process_time() - started < 2.0


def test_a_list_without_end_is_refused() -> None:
    with pytest.raises(EditError, match="more than 10,000 feeds"):
        read_opml(opml('<outline text="x" xmlUrl="https://x.example"/>' * (MOST_FEEDS + 1)))


def test_codes_that_steer_a_terminal_are_taken_out() -> None:
    (feed,) = read_opml(opml('<outline text="a&#x9b;31m\u202eb" xmlUrl="https://x.example"/>'))

    assert feed.title.isprintable()


def test_what_is_written_is_read_again() -> None:
    feeds = [
        Outline(url="https://a.example/?x=1&y=2", title='Say "hi" <b>', tags=("china", "ai")),
        Outline(url="https://b.example", title="乙", tags=("china",)),
        Outline(url="https://c.example", title="C"),
    ]

    text = write_opml([(feed, {"language": "zh"}) for feed in feeds], "List & more")

    found = read_opml(text.encode())
    assert [(each.url, each.title, each.tags) for each in found] == [
        (each.url, each.title, each.tags) for each in feeds
    ]
    assert '<opml version="2.0">' in text


@pytest.mark.parametrize(
    ("url", "title", "taken", "expected"),
    [
        ("https://technode.com/feed/", "TechNode", (), "technode"),
        ("https://www.scmp.com/rss/36/feed", "SCMP Tech", (), "scmp"),
        ("https://www.scmp.com/rss/36/feed", "SCMP Tech", ("scmp",), "scmp-tech"),
        ("https://www.scmp.com/rss/36/feed", "", ("scmp", "scmp-2"), "scmp-3"),
        ("https://36kr.com/feed-newsflash", "36氪", ("36kr",), "36kr-newsflash"),
        ("http://rss.cnbeta.com.tw/", "", (), "cnbeta"),
        ("https://feeds.bbci.co.uk/news/world/asia/rss.xml", "BBC", ("bbci",), "bbci-asia"),
        ("https://chinai.substack.com/feed", "ChinAI", (), "chinai"),
        ("https://feeds.feedburner.com/TechCrunch", "", (), "techcrunch"),
        ("https://news.google.com/rss/search?q=x", "Caixin - Google News", (), "caixin-google-news"),
        ("http://127.0.0.1:8080/feed", "Night Desk", (), "night-desk"),
        ("http://127.0.0.1:8080/feed", "", (), "127-0-0-1"),
        ("https://xn--fiq228c.example.cn/feed", "", (), "example"),
    ],
)
def test_an_id_is_what_people_call_the_site(
    url: str, title: str, taken: tuple[str, ...], expected: str
) -> None:
    assert source_id(url, title, taken) == expected


def test_a_slug_is_short_and_keeps_chinese() -> None:
    assert slug("Économie & Märkte — 财经新闻!") == "economie-markte-财经新闻"
    assert len(slug("word " * 50)) <= 40
    assert slug("***") == ""
