"""Characters and dates: readable whatever the publisher declared, None where there is nothing to trust."""

from datetime import UTC, datetime

import pytest

from bot.errors import ParseError
from bot.parsers import clean, dates, parse
from bot.parsers.encoding import decode
from tests.loopback import rss

NEWS = "腾讯第三季度营收同比增长，云业务加速"


def titled(title: str, declared: str | None, encoding: str) -> bytes:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return f"{prolog}<rss><channel><item><title>{title}</title></item></channel></rss>".encode(encoding)


@pytest.mark.parametrize(
    ("title", "declared", "encoding", "content_type"),
    [
        (NEWS, "utf-8", "utf-8", ""),
        (NEWS, None, "utf-8", ""),
        (NEWS, "utf-8", "utf-8-sig", ""),
        (NEWS, "gbk", "gbk", ""),
        (NEWS, "gb2312", "gbk", ""),
        ("朱镕基 囍 深圳", "gb2312", "gbk", ""),
        (NEWS, "utf-8", "gbk", ""),
        (NEWS, "utf-8", "gbk", "text/xml; charset=utf-8"),
        (NEWS, "gbk", "utf-8", ""),
        (NEWS, None, "gbk", "text/xml; charset=GB2312"),
        (NEWS, None, "gbk", ""),
        ("OpenAI发布新模型", "utf-8", "gbk", ""),
        ("騰訊第三季營收成長，雲端業務加速", "utf-8", "big5", ""),
        ("騰訊第三季營收成長", "big5", "big5", ""),
        ("ソフトバンク、アリババ株を売却", "utf-8", "shift_jis", ""),
        ("삼성전자 3분기 영업이익 증가 전망", "utf-8", "euc_kr", ""),
        (NEWS, "utf-16", "utf-16", ""),
        (NEWS, "utf-16", "utf-16-le", ""),
        (NEWS, "utf-16", "utf-16-be", ""),
        ("Café résumé", "iso-8859-1", "latin-1", ""),
        ("Café résumé", "utf-8", "latin-1", ""),
        ("“Quoted” – dashed", "iso-8859-1", "cp1252", ""),
        (NEWS, "idna", "utf-8", ""),
        (NEWS, "utf-7", "utf-8", "text/xml; charset=no-such-thing"),
    ],
)
def test_the_title_is_readable_whatever_was_declared(
    title: str, declared: str | None, encoding: str, content_type: str
) -> None:
    document = parse(titled(title, declared, encoding), content_type=content_type)
    assert document.entries[0].title == title


def test_a_wrong_declaration_is_told() -> None:
    (warning,) = parse(titled(NEWS, "utf-8", "gbk")).warnings
    assert warning == "declared as utf-8, but it reads as gb18030"
    assert parse(titled(NEWS, "gb2312", "gbk")).warnings == ()


def test_some_wrong_bytes_do_not_spoil_the_rest() -> None:
    body = rss([{"title": NEWS}, {"title": "caf?"}]).replace(b"caf?", b"caf\xe9")
    assert [entry.title for entry in parse(body).entries] == [NEWS, "café"]


def test_a_character_cut_in_half_at_the_end_changes_nothing_else() -> None:
    assert decode((NEWS * 10).encode()[:-1]).text == (NEWS * 10)[:-1]


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 01 Sep 2026 10:00:00 GMT",
        "Tue, 1 Sep 2026 18:00:00 +0800",
        "01 Sep 26 06:00 EDT",
        "Tuesday, 1 September 2026 10:00:00 Z",
        "Tue, 01 Sep 2026 10:00:00 +0000 (UTC)",
        "2026-09-01T10:00:00Z",
        "2026-09-01T18:00:00+08:00",
        "2026-09-01 18:00:00  +0800",
        "2026-09-01 10:00",
        "2026-09-01T10:00:00.123Z",
        "2026/09/01 10:00:00",
        "2026年9月1日 10:00",
        "2026年09月01日 10时00分",
        "发布时间：2026-09-01 10:00",
        "September 1, 2026 10:00 AM",
        "Sep 1, 2026 at 6:00 am EDT",
        "1788256800",
        "1788256800000",
        "20260901100000",
        "20260901T100000Z",
    ],
)
def test_dates_are_read_in_many_forms(text: str) -> None:
    moment = dates.date_of(text)
    assert moment == datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
    assert moment is not None
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "12", "1" * 400, "30 Feb 2026 10:00:00 GMT", "2026-02-30", "2026-13-01"),
        *("2026-09-01T25:00:00Z", "0001-01-01T00:00:00Z", "Mon, 01 Jan 0001 00:00:00 +0000"),
        *("1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "Tue, 01 Sep 2026 10:00:00 -99:99"),
        *(None, True, 0, 1e30, float("nan"), ["2026-09-01"]),
    ],
)
def test_impossible_dates_are_none(text: object) -> None:
    assert dates.date_of(text) is None


@pytest.mark.parametrize("date", ["Tue, 30 Feb 2026 10:00:00 GMT", "Tue, 01 Sep 2026 10:00 -99:99", "0000"])
def test_a_feeds_impossible_date_is_none_whatever_the_library_says(date: str) -> None:
    assert parse(rss([{"title": "x", "date": date}])).entries[0].published is None


def test_a_leap_second_is_a_moment() -> None:
    assert dates.date_of("2016-12-31T23:59:60Z") == datetime(2017, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One <b>bold</b> word.</p>\n<p>Two.</p>", "One bold word.\nTwo."),
        ("One<br/>Two<br>Three", "One\nTwo\nThree"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("plain\n\n  text ", "plain\ntext"),
        ("a &lt;b&gt;c&lt;/b&gt; d", "a c d"),
        ("<style>p{}</style><p>x</p><script>if (a<b) {}</script>", "x"),
        ("腾<em>讯</em>控股", "腾讯控股"),
        ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
        ("<!-- hidden -->seen", "seen"),
        ("<p>unclosed <b>tags", "unclosed tags"),
    ],
)
def test_bodies_keep_their_paragraphs_and_nothing_else(markup: str, text: str) -> None:
    assert clean.paragraphs(markup) == text


@pytest.mark.parametrize(
    ("code", "language"),
    [
        *(("zh-Hans-CN", "zh"), ("EN_us", "en"), ("cn", "zh"), ("english", "en")),
        *(("", None), (None, None), ("123", None)),
    ],
)
def test_languages_are_two_letters(code: object, language: str | None) -> None:
    assert clean.language(code) == language


def test_an_unknown_kind_lists_the_known_ones() -> None:
    with pytest.raises(ParseError, match="auto, feed, jsonfeed"):
        parse(b"x", kind="rss3")
