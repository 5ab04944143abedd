"""Addresses: the form for comparing, and what may be shown as a link."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import links

FORUM = "https://example.com/forum.php?mod=viewthread&tid="


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://Example.com/a", "https://example.com/a/"),
        ("https://www.example.com:443/a", "https://example.com/a"),
        ("https://m.36kr.com/p/123?from=timeline", "https://36kr.com/p/123"),
        ("https://example.com/a?utm_source=x&utm_campaign=y&id=3", "https://example.com/a?id=3"),
        ("https://example.com/a?b=2&a=1", "https://example.com/a?a=1&b=2"),
        ("https://example.com/a?fbclid=1#comments", "https://example.com/a"),
        ("https://example.com/x/../a/./b", "https://example.com/a/b"),
        ("https://example.com/%7euser/%e4%b8%ad", "https://example.com/~user/中"),
        ("https://例子.cn/a", "https://xn--fsqu00a.cn/a"),
        ("//example.com/a", "https://example.com/a"),
        ("https://wsj.com/articles/a?mod=rss_markets_main", "https://wsj.com/articles/a"),
    ],
)
def test_two_spellings_of_one_address_compare_equal(one: str, other: str) -> None:
    assert links.canonical(one) == links.canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a?id=1", "https://example.com/a?id=2"),
        ("https://example.com/?p=1", "https://example.com/?p=2"),
        ("https://example.com/search?q=a", "https://example.com/search?q=b"),
        ("https://app.example.com/#/news/1", "https://app.example.com/#/news/2"),
        (FORUM + "1", FORUM + "2"),
        ("https://example.com/A", "https://example.com/a"),
        ("https://example.com:8443/a", "https://example.com/a"),
    ],
)
def test_addresses_of_different_pages_stay_different(one: str, other: str) -> None:
    assert links.canonical(one) != links.canonical(other)


def test_links_through_a_redirector_stay_as_they_are() -> None:
    address = "https://news.google.com/rss/articles/CBMiXyz?oc=5"
    assert links.canonical(address) == address


@pytest.mark.parametrize("broken", ["", "http://[::1", "mailto:a@b.c", "not an address", "http://a:99999/"])
def test_what_is_no_address_compares_as_itself(broken: str) -> None:
    assert links.canonical(broken) == broken


@given(st.text(max_size=80))
def test_the_form_for_comparing_is_final(text: str) -> None:
    once = links.canonical("https://example.com/" + text)
    assert links.canonical(once) == once


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "tg://resolve?domain=x",
        "file:///etc/passwd",
        "ftp://example.com/a",
        "https://user:secret@example.com/",
        "https://good.com\\@evil.com/",
        "https://exa\u202emple.com/",
        "https://example.com/\x1b[31m",
        "https://example.com/a\nb",
        "https:///a",
        "https://" + "a" * 2_001,
        "/relative",
    ],
)
def test_a_link_that_could_deceive_is_not_shown(address: str) -> None:
    assert links.showable(address) == ""


def test_a_shown_link_cannot_break_out_of_markup() -> None:
    assert links.showable('https://example.com/a b"><i>|x') == "https://example.com/a%20b%22%3E%3Ci%3E%7Cx"


def test_an_ordinary_link_is_shown_unchanged() -> None:
    address = "https://www.example.com/a-b/?id=3&q=%E4%B8%AD#part"
    assert links.showable(address) == address
    assert links.showable("http://[2001:db8::1]:8080/a") == "http://[2001:db8::1]:8080/a"


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("a.html", "https://example.com/feed/rss.xml", "https://example.com/feed/a.html"),
        ("/a", "https://example.com/feed", "https://example.com/a"),
        ("//cdn.example.com/a", "http://example.com/", "http://cdn.example.com/a"),
        (" https://other.com/a\n", "https://example.com/", "https://other.com/a"),
        ("a.html", "", "a.html"),
        ("http://[::1", "https://example.com/", "http://[::1"),
    ],
)
def test_relative_links_become_absolute_where_a_base_is_known(url: str, base: str, expected: str) -> None:
    assert links.absolute(url, base) == expected


def test_the_host_is_named_without_port_and_case() -> None:
    assert links.host("HTTPS://WWW.Example.COM:8080/a") == "www.example.com"
    assert links.host("no address") == ""
