"""Lists in JSON as newsrooms, portals and exchanges answer them, read by paths."""

import json
from datetime import UTC, datetime

import pytest

from bot.errors import ParseError
from bot.model import ParsedEntry
from bot.parsers import parse

WHEN = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
URL = "https://api.e.com/v1/list?page=1"


def read(text: str, **selectors: str) -> tuple[ParsedEntry, ...]:
    return parse(text.encode(), url=URL, kind="json", selectors=selectors).entries


def test_a_list_in_json_is_read_by_paths() -> None:
    body = """{"data": {"list": [
        {"t": "腾讯发布财报", "url": "/a/1", "ctime": 1788256800, "id": 7, "x": {"s": "<p>摘要</p>"}},
        {"t": "B", "url": "https://e.com/2", "ctime": "2026-09-01 10:00:00"}, {"ad": true}]}}""".encode()
    selectors = {"item": "data.list", "title": "t", "link": "url", "time": "ctime", "summary": "x.s"}
    document = parse(body, url="https://e.com/api", kind="json", selectors=selectors)
    one, two = document.entries
    assert (document.count, one.title, one.url, one.uid, one.summary) == (
        3,
        "腾讯发布财报",
        "https://e.com/a/1",
        "7",
        "摘要",
    )
    assert one.published == two.published == WHEN


def test_a_list_in_a_callback_is_read() -> None:
    body = b'jsonp_1({"rows": [{"title": "A", "url": "https://e.com/1"}]});'
    assert parse(body, kind="json", selectors={"item": "rows"}).entries[0].title == "A"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"other": 1}', "no list at item: data.list of the JSON; it has 'other'"),
        (b'{"data": {"list": [{"name": "x"}]}}', "none has a title at title or a link at url"),
        (b"<html>", "not valid JSON"),
    ],
)
def test_a_list_that_is_not_there_says_what_is(body: bytes, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        parse(body, kind="json", selectors={"item": "data.list"})


A, B = '{"title": "A", "url": "/1"}', '{"title": "B", "url": "/2"}'
TWO = f"[{A}, {B}]"


@pytest.mark.parametrize(
    ("text", "item"),
    [
        (f'{{"data": {TWO}}}', "data"),
        (f'{{"data": {{"11": {A}, "12": {B}, "total": 2}}}}', "data"),
        (f'{{"data": [[{A}], [{B}]]}}', "data"),
        (json.dumps({"data": TWO}), "data"),
        (json.dumps({"r": f'{{"list": {TWO}}}'}), "r.list"),
        (json.dumps({"r": f'{{"list": {TWO}}}'}), "r.list[]"),
        (TWO, "@"),
        (f'{{"rows": [{A}, {{"title": "C", "ad": true}}, {B}]}}', "rows[?!ad]"),
        (f'{{"feed-list": {{"项目": {TWO}}}}}', "feed-list.项目"),
        (f'/**/cb_1({{"d": {{"l": {TWO}}}}});', "d.l"),
        (f")]}}'\n{{\"l\": {TWO}}}", "l"),
    ],
    ids=["list", "by id", "of lists", "in a text", "in a text, path", "in a text, JMESPath", "at the top",
         "filtered", "odd keys", "callback", "guard"],
)  # fmt: skip
def test_a_list_is_found_however_it_is_wrapped(text: str, item: str) -> None:
    assert [(entry.title, entry.url) for entry in read(text, item=item)] == [
        ("A", "https://api.e.com/1"),
        ("B", "https://api.e.com/2"),
    ]


def test_items_may_be_lists_themselves() -> None:
    (entry,) = read('{"rows": [["A", "/1", 1788256800]]}', item="rows", title="0", link="1", time="2")
    assert (entry.title, entry.url, entry.published) == ("A", "https://api.e.com/1", WHEN)


def test_an_item_that_is_keyed_by_its_id_has_it() -> None:
    assert [
        entry.uid for entry in read('{"d": {"77": {"title": "A"}, "78": {"id": 5, "title": "B"}}}', item="d")
    ] == ["77", "5"]


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("https://www.e.com/detail/{id}", "https://www.e.com/detail/7"),
        ("https://www.e.com/{data.slug}.html", "https://www.e.com/a%20b%3Fc.html"),
        ("/detail/{ id }", "https://api.e.com/detail/7"),
        ("https://static.e.com/{path}", "https://static.e.com/final/2026-11-22/1.PDF"),
        ("https://static.e.com{path}", "https://static.e.com/final/2026-11-22/1.PDF"),
        ("https://static.e.com{dot}", "https://static.e.com/.evil.example/x"),
        ("https://e.com/go?to={path}&id={id}", "https://e.com/go?to=%2Ffinal%2F2026-11-22%2F1.PDF&id=7"),
        ("https://e.com/{codes[0]}/{id}", "https://e.com/600519/7"),
        ("https://e.com/{nothing}/{id}", ""),
        ("/{evil}", "https://api.e.com/evil.example/x"),
    ],
)
def test_a_link_may_be_made_of_fields(template: str, address: str) -> None:
    item = (
        '{"title": "A", "id": 7, "data": {"slug": "a b?c"}, "path": "/final/2026-11-22/1.PDF", "codes": ["600519"], '
        '"evil": "//evil.example/x", "dot": ".evil.example/x"}'
    )
    (entry,) = read(f'{{"l": [{item}]}}', item="l", link=template)
    assert entry.url == address


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("1788256800", WHEN),
        ("1788256800000", WHEN),
        ('"1788256800"', WHEN),
        ('"2026-09-01T10:00:00Z"', WHEN),
        ('"2026-09-01 10:00:00"', datetime(2026, 9, 1, 2, 0, tzinfo=UTC)),
        ('"2026-09-01 10:00:00 +0000"', WHEN),
        ('"2026年9月1日 18:00"', WHEN),
        ('"/Date(1788256800000+0800)/"', WHEN),
        ('"5分钟前"', None),
        ('"昨天 18:30"', None),
        ('"11-22 09:30"', None),
        ("0", None),
        ("true", None),
    ],
)
def test_times_of_a_chinese_list_are_read_or_left_out(written: str, moment: datetime | None) -> None:
    (entry,) = read(f'{{"l": [{{"title": "腾讯发布财报", "time": {written}}}]}}', item="l")
    assert entry.published == moment


def test_markup_in_titles_is_left_out() -> None:
    (entry,) = read('{"l": [{"title": "<em>腾讯</em>发布<b>财报</b> &amp; 指引", "url": "/1"}]}', item="l")
    assert entry.title == "腾讯发布财报 & 指引"


FLASH = "【腾讯第三季度净利润增长超两成】财联社11月22日电，腾讯控股公告，第三季度净利润同比增长。"
PLAIN = "财联社11月22日电，腾讯控股公告回购股份。公司称将继续回购。"


@pytest.mark.parametrize(
    ("title", "summary", "shown"),
    [
        ("", FLASH, "腾讯第三季度净利润增长超两成"),
        ("", PLAIN, "财联社11月22日电，腾讯控股公告回购股份。"),
        (FLASH, "", "腾讯第三季度净利润增长超两成"),
        ("【深度】腾讯为什么要买下这家公司", PLAIN, "【深度】腾讯为什么要买下这家公司"),
        ("腾讯发布财报", FLASH, "腾讯发布财报"),
    ],
)
def test_a_newsflash_without_a_title_gets_what_stands_in_its_brackets(
    title: str, summary: str, shown: str
) -> None:
    text = f'{{"l": [{{"title": "{title}", "content": "{summary}", "url": "/1"}}]}}'
    (entry,) = read(text, item="l", summary="content")
    assert entry.title == shown
    assert entry.summary == (summary or title)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"code": 403, "msg": "签名错误"}', r"answered with an error instead of a list: 签名错误 \(code 403\)"),
        ('{"error": {"message": "Invalid <b>API</b> key"}}', "instead of a list: Invalid API key"),
        ('{"status": "error", "message": "rate limit", "data": []}', r"rate limit \(code error\)"),
        ('{"code": 0, "msg": "success", "result": {}}', "no list at item: data of the JSON; it has .code., .msg., .r"),
        ('{"code": 500, "msg": "' + "x" * 9_000 + '", "data": null}', "instead of a list: x{100,160}…"),
    ],
)  # fmt: skip
def test_what_a_site_says_instead_of_a_list_is_quoted(text: str, said: str) -> None:
    with pytest.raises(ParseError, match=said) as caught:
        read(text, item="data")
    assert caught.value.reason == ("not_a_feed" if said.startswith("no list") else "complaint")
    assert len(str(caught.value)) < 400


def test_an_empty_list_of_a_site_that_is_well_is_no_error() -> None:
    assert read('{"code": 0, "msg": "ok", "data": []}', item="data") == ()


def test_a_function_that_does_not_fit_one_item_costs_that_field_only() -> None:
    text = '{"l": [{"a": ["x", "y"], "url": "/1"}, {"a": 3, "url": "/2"}]}'
    assert [entry.title for entry in read(text, item="l", title="join(' ', a)")] == ["x y", ""]


def test_a_path_that_is_none_is_said() -> None:
    with pytest.raises(ParseError, match="neither a path nor JMESPath") as caught:
        read('{"l": []}', item="l[")
    assert caught.value.reason == "unsupported"
