"""A web page names its feeds in many ways; comments and single articles are not what a reader wants."""

import pytest

from bot.errors import ParseError
from bot.parsers import parse

URL = "https://www.acme.example/"
RSS = "application/rss+xml"


def named(text: str, *, url: str = URL, lang: str = "en", head: str = "") -> list[tuple[str, str]]:
    """Return (what named it, address) of the candidates on a page, best first."""
    page = (
        f'<!doctype html><html lang="{lang}"><head><title>Acme</title>{head}</head><body>{text}</body></html>'
    )
    document = parse(page.encode(), url=url, kind="site")
    assert (document.kind, document.title) == ("site", "Acme")
    return [(entry.uid, entry.url) for entry in document.entries]


@pytest.mark.parametrize(
    "link",
    [
        f'<link rel="alternate" type="{RSS}" title="News" href="https://www.acme.example/f/1">',
        f"<link rel='alternate' type='{RSS}' href='/f/1'>",
        f"<link rel=alternate type={RSS} href=/f/1>",
        f"<LINK REL='ALTERNATE' TYPE='{RSS.upper()}' HREF='/f/1'/>",
        f'<link href="/f/1" type="{RSS}; charset=utf-8" rel="home alternate">',
        '<link rel="alternate" type="application/atom+xml" href="//www.acme.example/f/1">',
        '<link rel="alternate" type="application/feed+json" href="f/1#top">',
        '<link rel="alternate" type="text/xml" href="feed:https://www.acme.example/f/1">',
        f'<base href="/f/"><link rel="alternate" type="{RSS}" href=" 1 ">',
        '<link rel="feed" href="/f/1">',
    ],
)
def test_a_feed_in_the_head_is_found_however_it_is_written(link: str) -> None:
    assert named("", head=link) == [("link", "https://www.acme.example/f/1")]


def test_links_that_are_no_feeds_are_left_out() -> None:
    head = """<link rel="alternate" hreflang="de" href="/de/"><link rel="stylesheet" href="/rss.css">
    <link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
    <link rel="alternate" type="application/json+oembed" href="/oembed?u=1"><link rel="search" href="/os.xml">
    <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
    <link rel="alternate" type="application/rss+xml" href="">"""
    assert (
        named('<a href="/news/feedback">Feedback</a> <a href="https://feedly.com/i/rss">RSS</a>', head=head)
        == []
    )


@pytest.mark.parametrize(
    "anchor",
    ['<a href="/feed/">x</a>', '<a href="/blog.rss">x</a>', '<a href="/rss.xml">x</a>', '<a href="/a/atom.xml">x</a>',
     '<a href="/feed.json">x</a>', '<a href="/?feed=rss2">x</a>', '<a href="/subscribe">RSS</a>',
     '<a href="/out/xml/all.xml">订阅本站</a>', '<a title="RSS feed" href="/x"><img src="i.png"></a>',
     '<a href="/rss/china.xml">中国新闻</a>', '<a href="/index.xml">x</a>'],
)  # fmt: skip
def test_a_link_in_the_text_that_looks_like_a_feed_is_found(anchor: str) -> None:
    (found,) = named(anchor)
    assert found[0] == "anchor"


def test_comments_categories_and_other_languages_come_after_the_main_feed() -> None:
    link = f'<link rel="alternate" type="{RSS}" title="{{}}" href="{{}}">'
    head = "".join(
        link.format(title, address)
        for title, address in [
            ("Acme » Comments Feed", "/comments/feed/"),
            ("Acme » 评论", "/pinglun.xml"),
            ("Business", "/category/business/feed/"),
            ("English", "/en/feed.xml"),
            ("Acme » Feed", "/feed/"),
        ]
    )
    found = named("", head=head, lang="zh-CN")
    assert [(what, address.removeprefix(URL)) for what, address in found] == [
        ("link", "feed/"),
        ("link", "category/business/feed/"),
        ("link", "en/feed.xml"),
        ("comments", "comments/feed/"),
        ("comments", "pinglun.xml"),
    ]


def test_on_the_page_of_a_section_its_own_feed_comes_first() -> None:
    link = f'<link rel="alternate" type="{RSS}" href="{{}}">'
    links = link.format("/feed/") + link.format("/category/ai/feed/")
    assert named("", head=links, url=URL + "category/ai/")[0][1] == URL + "category/ai/feed/"


def test_on_the_page_of_an_article_its_own_feed_is_one_of_comments() -> None:
    link = f'<link rel="alternate" type="{RSS}" href="/acme-buys-beta/feed/">'
    head = '<meta property="og:type" content="article">' + link
    assert named("", head=head, url=URL + "acme-buys-beta/") == [("comments", URL + "acme-buys-beta/feed/")]
    dated = f'<link rel="alternate" type="{RSS}" href="/2026/11/22/acme-buys-beta/feed/">'
    assert named("", head=dated)[0][0] == "comments"


@pytest.mark.parametrize(
    ("mark", "url", "feed"),
    [
        ('<meta name="generator" content="WordPress 6.9">', URL, URL + "feed/"),
        ('<script src="/wp-includes/js/x.js"></script>', URL + "about/", URL + "feed/"),
        ('<meta name="generator" content="Ghost 5.2">', URL, URL + "rss/"),
        ('<meta name=Generator content="Hexo 7.0.0">', URL, URL + "atom.xml"),
        ('<meta name="generator" content="Hugo 0.140">', URL + "blog/", URL + "index.xml"),
        ('<script src="https://substackcdn.com/a.js"></script>', URL, URL + "feed"),
        ('<meta name="generator" content="Discourse 3.4">', URL, URL + "latest.rss"),
        ('<script src="https://static1.squarespace.com/x.js"></script>', URL + "blog", URL + "blog?format=rss"),
        ('<script>{"externalId":"UCabcdefghijklmnopqrstuv"}</script>', "https://www.youtube.com/@acme",
         "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"),
        ("", "https://medium.com/@acme/about", "https://medium.com/feed/@acme"),
    ],
)  # fmt: skip
def test_the_software_of_a_site_tells_where_its_feed_is(mark: str, url: str, feed: str) -> None:
    assert named("", head=mark, url=url)[0] == ("system", feed)


def test_sitemaps_come_after_feeds() -> None:
    head = '<link rel="sitemap" type="application/xml" href="/sitemap-index.xml">'
    found = named('<a href="/news_sitemap.xml">Sitemap</a><a href="/rss">RSS</a>', head=head)
    assert [what for what, _ in found] == ["anchor", "sitemap", "sitemap"]


def test_a_feed_named_three_times_is_one_and_a_hostile_page_names_fifty_at_most() -> None:
    twice = (
        f'<link rel="alternate" type="{RSS}" href="/feed"><link rel="alternate" type="{RSS}" href="/feed/">'
    )
    assert len(named('<a href="http://acme.example/feed/">RSS</a>', head=twice)) == 1
    many = "".join(f'<a href="/{n}/rss.xml">RSS</a>' for n in range(5_000))
    assert len(named(many)) == 50


@pytest.mark.parametrize(
    "text",
    ["<html><head></head></html>", "no page at all", '{"json": 1}', "<base href='http://[::1'><a href=/rss>"],
)
def test_a_page_without_feeds_names_none_and_never_fails(text: str) -> None:
    assert all(entry.url for entry in parse(text.encode(), url=URL, kind="site").entries)


def test_a_web_page_in_place_of_a_feed_is_told_apart_from_other_trouble() -> None:
    page = f'<!doctype html><html><head><link rel="alternate" type="{RSS}" href="/feed"></head><body>Hi</body></html>'
    with pytest.raises(ParseError, match=r"it names a feed: https://www\.acme\.example/feed") as caught:
        parse(page.encode(), url=URL)
    assert caught.value.reason == "web_page"
    with pytest.raises(ParseError) as caught:
        parse(page.encode(), url=URL, kind="feed")
    assert caught.value.reason == "not_a_feed"
    with pytest.raises(ParseError, match="asks for a human visitor") as caught:
        parse(b"<html><head><title>Just a moment...</title></head><body></body></html>", url=URL)
    assert caught.value.reason == "not_a_feed"


def test_an_honest_page_with_a_puzzle_in_its_login_form_is_a_web_page() -> None:
    links = "".join(f'<a href="/{n}">Story {n}</a>' for n in range(30))
    with pytest.raises(ParseError) as caught:
        parse(f"<html><body><script src='recaptcha.js'></script>{links}</body></html>".encode(), url=URL)
    assert caught.value.reason == "web_page"
