"""Feeds that are hostile or broken, as they are read: cases F1-F22, F28 and F29 of the catalogue of hostile input."""

import json
from datetime import UTC, datetime

import pytest

from bot.errors import ParseError
from bot.model import ParsedDocument, ParsedEntry
from bot.parsers import parse
from tests.charsets import HEADLINES
from tests.loopback import rss

NEWS = "腾讯第三季度营收同比增长，云业务加速"
URL = "https://harbour.example/feed.xml"


def one(
    markup: str, *, declared: str = "utf-8", encoding: str = "utf-8", content_type: str = ""
) -> ParsedEntry:
    """Read a feed of one item that holds this markup."""
    body = f'<?xml version="1.0" encoding="{declared}"?><rss><channel><item>{markup}</item></channel></rss>'
    (entry,) = parse(body.encode(encoding), content_type=content_type, url=URL).entries
    return entry


def title(markup: str, **more: str) -> str:
    return one(f"<title>{markup}</title><guid>1</guid>", **more).title


def reason(body: bytes) -> str:
    with pytest.raises(ParseError) as caught:
        parse(body, url=URL)
    return caught.value.reason


def dated(date: str) -> datetime | None:
    return parse(rss([{"title": "x", "date": date}])).entries[0].published


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">',
        f'<!ENTITY a "{"A" * 10_000}">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY a SYSTEM "http://169.254.169.254/latest/">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1/"> %a;',
        "<!entity a 'b'>",
    ],
)
@pytest.mark.parametrize("root", ["rss", "urlset"])
def test_a_feed_that_declares_entities_is_refused_and_nothing_is_fetched(declaration: str, root: str) -> None:
    """F1, F2"""
    inner = (
        "<channel><item><title>&a;&b;</title></item></channel>"
        if root == "rss"
        else "<url><loc>&a;</loc></url>"
    )
    assert reason(f"<!DOCTYPE {root} [{declaration}]><{root}>{inner}</{root}>".encode()) == "entities"


def test_a_document_type_without_entities_is_no_reason_to_refuse_a_feed() -> None:
    """F2"""
    body = b'<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.example/rss.dtd">' + rss(
        [{"title": "x"}]
    )
    assert parse(body.replace(b'<?xml version="1.0" encoding="utf-8"?>', b"")).entries[0].title == "x"


@pytest.mark.parametrize(
    "odd",
    [
        "\x00",
        "\x08",
        "\x0b",
        "\x1b[31m",
        "\x1b]0;owned\x07",
        "\x9b31m",
        "\x7f",
        "&#0;",
        "&#x1b;[2J",
        "&#8;",
        "\x85",
    ],
)
def test_nothing_that_steers_a_terminal_is_left(odd: str) -> None:
    """F3"""
    entry = one(f"<title>Acme{odd} sued</title><description>Acme{odd} sued</description><guid>g{odd}1</guid>")
    for text in (entry.title, entry.summary, entry.uid):
        assert text.isprintable() or text == "Acme\nsued"
        assert "owned" not in text


def test_wrong_bytes_cost_only_the_characters_that_they_are() -> None:
    """F4"""
    body = rss([{"title": NEWS}, {"title": "Acme caf? sued"}, {"title": NEWS + "?"}])
    titles = [entry.title for entry in parse(body.replace(b"?\x3c/title", b"\xff\x3c/title")).entries]
    body = body.replace(b"Acme caf?", b"Acme caf\xe9").replace((NEWS + "?").encode(), NEWS.encode()[:-1])
    document = parse(body)
    assert [entry.title for entry in document.entries] == [NEWS, "Acme café sued", NEWS[:-1] + "\ufffd"]
    assert titles[0] == NEWS
    assert document.warnings


def test_one_text_in_another_encoding_is_read_as_that() -> None:
    """F4: aggregators paste."""
    body = rss([{"title": NEWS * 3}, {"title": "PASTED"}, {"title": "Acme sued"}])
    document = parse(body.replace(b"PASTED", NEWS.encode("gbk")))
    assert [entry.title for entry in document.entries] == [NEWS * 3, NEWS, "Acme sued"]
    assert document.warnings


@pytest.mark.parametrize(
    ("declared", "encoding", "content_type"),
    [
        *(("utf-8", "gbk", ""), ("gbk", "utf-8", ""), ("", "gbk", ""), ("utf-16", "utf-16-le", "")),
        *(("utf-8", "utf-16-be", ""), ("utf-7", "utf-8", ""), ("gbk", "gbk", "text/xml; charset=utf-8")),
        *(("utf-8", "utf-8", "text/xml; charset=big5"), ("iso-8859-1", "gbk", ""), ("big5", "gbk", "")),
    ],
)
def test_chinese_is_readable_whatever_was_declared(declared: str, encoding: str, content_type: str) -> None:
    """F5"""
    assert title(NEWS, declared=declared, encoding=encoding, content_type=content_type) == NEWS


def test_real_utf_7_is_not_read_but_told() -> None:
    """F5: browsers refuse it too; it hides markup."""
    body = f'<?xml version="1.0" encoding="utf-7"?><rss><channel><item><title>{NEWS}</title></item></channel></rss>'
    written = body.encode("utf-7").replace(b"+ADw-", b"<").replace(b"+AD4-", b">").replace(b"+ACI-", b'"')
    assert "which is not read" in " ".join(parse(written).warnings)


@pytest.mark.parametrize(
    "reference", ["&#xD800;", "&#99999999999;", "&#x110000;", "&#0;", "&#xFFFE;", "&#;", "&#x;"]
)
def test_references_to_no_character_are_left_out(reference: str) -> None:
    """F6"""
    assert title(f"Acme {reference}sued").replace(reference, "") == "Acme sued"


@pytest.mark.parametrize(
    "declared", ["idna", "utf-7", "punycode", "zlib", "rot13", "undefined", "../../x", "mbcs"]
)
def test_an_encoding_that_is_none_does_no_harm(declared: str) -> None:
    """F6"""
    assert title(NEWS, declared=declared) == NEWS


def test_of_fifty_thousand_entries_two_thousand_are_read_and_it_is_told() -> None:
    """F7"""
    document = parse(b"<rss><channel>" + b"<item><title>a</title></item>" * 50_000 + b"</channel></rss>")
    assert (len(document.entries), document.count) == (2_000, 50_000)
    assert any("2000" in warning for warning in document.warnings)


@pytest.mark.parametrize(
    "markup",
    [
        "<title>" + "Acme " * 200_000 + "</title>",
        "<title>Acme</title><link>https://e.example/" + "a" * 1_000_000 + "</link>",
        "<title>Acme</title><description>" + "字" * 300_000 + "</description>",
        "<title>Acme</title><guid>" + "g" * 1_000_000 + "</guid>",
        "<title>Acme</title><x y='" + "z" * 1_000_000 + "'/>",
        "<!--" + "x" * 1_000_000 + "--><title>Acme</title>",
    ],
    ids=["title", "link", "text", "id", "attribute", "comment"],
)
def test_everything_that_is_kept_has_a_bound(markup: str) -> None:
    """F8"""
    entry = one(markup)
    assert entry.title.startswith("Acme")
    assert len(entry.title.encode()) <= 1_024
    assert len(entry.url) <= 4_000
    assert len(entry.uid) <= 2_000
    assert len(entry.summary.encode()) <= 64 * 1_024


def test_nesting_beyond_sense_ends_well() -> None:
    """F9: far deeper ones are stopped by the sandbox."""
    body = (
        b"<rss><channel><item><title>Acme</title>"
        + b"<b>" * 3_000
        + b"</b>" * 3_000
        + b"</item></channel></rss>"
    )
    assert parse(body).entries[0].title == "Acme"
    assert reason(b'{"items":' + b"[" * 100_000) == "too_deep"


@pytest.mark.parametrize(
    ("markup", "seen"),
    [
        ("&lt;script&gt;alert(1)&lt;/script&gt;Acme sued", "Acme sued"),
        ("&amp;lt;b&amp;gt;Acme&amp;lt;/b&amp;gt; sued", "Acme sued"),
        ("Acme &amp;amp; Globex", "Acme & Globex"),
        ("profit &lt; 3 and &gt; 2", "profit < 3 and > 2"),
        ("<![CDATA[<img src=x onerror=alert(1)>Acme]]>", "Acme"),
        ("<![CDATA[a < b]]>", "a < b"),
    ],
)
def test_markup_in_titles_is_gone_and_a_literal_bracket_stays(markup: str, seen: str) -> None:
    """F10"""
    assert title(markup) == seen


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("Acme\u202edeus\u202c sued", "Acmedeus sued"),
        ("Al\u200bi\u200cbaba", "Ali\u200cbaba"),
        ("Acme\u2066 sued\u2069", "Acme sued"),
        ("\ufeffAcme", "Acme"),
    ],
)
def test_what_turns_or_hides_text_is_left_out(written: str, seen: str) -> None:
    """F15: the joiners that emoji and Persian need stay."""
    assert title(written) == seen


def test_piled_marks_are_cut_and_emoji_stay_whole() -> None:
    """F16"""
    piled = title("Z" + "\u0301\u0302\u0303" * 200 + "algo 👩‍👩‍👧‍👦")
    assert len(piled) < 30
    assert piled.endswith("algo 👩‍👩‍👧‍👦")


@pytest.mark.parametrize(
    "date", ["Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "253402300800"]
)
@pytest.mark.parametrize("more", ["", " "])
def test_a_date_that_no_news_has_is_none(date: str, more: str) -> None:
    """F17, F18"""
    assert dated(date + more) is None


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("1700000000", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("Thu, 12 Nov 2026 20:00:00 +0800", datetime(2026, 11, 12, 12, tzinfo=UTC)),
        ("Thu, 12 Nov 2026 08:30:00 -0330", datetime(2026, 11, 12, 12, tzinfo=UTC)),
        ("Thu, 12 Nov 2026 17:45:00 +0545", datetime(2026, 11, 12, 12, tzinfo=UTC)),
        ("2026-11-12T12:00:00", datetime(2026, 11, 12, 12, tzinfo=UTC)),
        ("Sat, 31 Dec 2016 23:59:60 GMT", datetime(2017, 1, 1, tzinfo=UTC)),
        ("Mon, 30 Feb 2026 10:00:00 GMT", None),
        ("Thu, 12 Nov 2026 12:00:00 -99:99", None),
    ],
)
def test_dates_mean_the_moment_that_they_say_or_nothing(date: str, moment: datetime | None) -> None:
    """F18, F19"""
    assert dated(date) == moment


def test_an_entry_with_nothing_in_it_is_no_fault() -> None:
    """F20"""
    document = parse(
        b"<rss><channel><item/><item><description>Acme sued</description></item></channel></rss>"
    )
    assert document.count == 2
    assert document.entries[-1].title == "Acme sued"


def test_a_feed_cut_in_the_middle_gives_what_is_whole() -> None:
    """F28"""
    body = rss([{"title": f"Title {number}", "summary": "words"} for number in range(5)])
    document: ParsedDocument = parse(body[: body.index(b"Title 3")])
    assert [entry.title for entry in document.entries] == ["Title 0", "Title 1", "Title 2"]
    assert not document.complete


BAD_BASES = ("http://[::1", "http://[", "//[::", "http://a\\b@[c", "\x00", "http://" + "a" * 70_000)


@pytest.mark.parametrize("base", BAD_BASES)
def test_an_address_that_is_none_raises_nothing(base: str) -> None:
    """F29"""
    attribute = base.replace("\x00", "").replace("\\", "/")
    atom = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{attribute}"><link href="{attribute}"/>'
        f'<entry><title>x</title><link href="a"/><id>{attribute}</id></entry></feed>'
    )
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        f'<channel><link>{attribute}</link></channel><item rdf:about="{attribute}"><title>x</title></item></rdf:RDF>'
    )
    feed = json.dumps({"version": "https://jsonfeed.org/version/1", "home_page_url": base, "feed_url": base,
                       "items": [{"id": base, "url": base, "title": "x"}]})  # fmt: skip
    for body in (atom, rdf, feed):
        for url in ("", URL, attribute):
            assert [entry.title for entry in parse(body.encode(), url=url).entries] == ["x"]


def test_every_language_of_the_samples_is_read() -> None:
    """F5"""
    for titles in HEADLINES.values():
        assert [entry.title for entry in parse(rss([{"title": each} for each in titles])).entries] == [
            each.replace("\u3000", " ") for each in titles
        ]
