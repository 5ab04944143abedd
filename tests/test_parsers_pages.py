"""Pages, JSON lists, sitemaps and articles: what is not a feed and is read all the same."""

from datetime import UTC, datetime

import pytest

from bot.errors import ParseError
from bot.parsers import parse

PAGE = """<!doctype html><html><head><title>Newsroom</title><base href="https://acme.example/en/"></head><body>
<nav><a href="/about">About us</a></nav>
<article><h3>Acme <b>buys</b> Beta</h3><a href="news/1">Read</a>
<time datetime="2026-09-01T10:00:00Z">today</time>
<p class="teaser">For a lot of money.</p></article>
<article><h3>Acme 任命新首席执行官</h3><a href="/news/2">Read</a><time>2026年9月1日 10:00</time></article>
</body></html>""".encode()
WHEN = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)


def test_headlines_of_a_page_are_read_by_selectors() -> None:
    selectors = {"item": "article", "title": "h3", "link": "a", "time": "time", "summary": ".teaser"}
    document = parse(PAGE, url="https://acme.example/", kind="page", selectors=selectors)
    one, two = document.entries
    assert (document.kind, document.title, document.count) == ("page", "Newsroom", 2)
    assert (one.title, one.url, one.summary) == (
        "Acme buys Beta",
        "https://acme.example/en/news/1",
        "For a lot of money.",
    )
    assert (two.title, two.url) == ("Acme 任命新首席执行官", "https://acme.example/news/2")
    assert one.published == two.published == WHEN


def test_an_item_may_be_the_link_itself() -> None:
    body = b'<html><body><a class="n" href="/1">One</a><a class="n" href="/2"><h2>Two</h2>more</a></body>'
    document = parse(body, url="https://e.com/", kind="page", selectors={"item": "a.n"})
    assert [(entry.title, entry.url) for entry in document.entries] == [
        ("One", "https://e.com/1"),
        ("Two", "https://e.com/2"),
    ]


@pytest.mark.parametrize(
    ("selectors", "message"),
    [
        ({"item": ".gone"}, "nothing on the page fits item: .gone"),
        ({"item": "article["}, "no valid CSS"),
        ({"item": "article", "title": "h9["}, "no valid CSS"),
        ({"item": "article", "title": "h6"}, "none has a title"),
    ],
)
def test_a_page_that_changed_is_an_error_and_never_no_news(selectors: dict[str, str], message: str) -> None:
    with pytest.raises(ParseError, match=message.replace(".", r"\.").replace("[", r"\[")):
        parse(PAGE, kind="page", selectors=selectors)


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


def test_an_index_of_sitemaps_names_one() -> None:
    body = b"<sitemapindex><sitemap><loc>https://e.com/s1.xml</loc></sitemap></sitemapindex>"
    with pytest.raises(
        ParseError, match=r"1 sitemaps; name one of them as the source, such as https://e\.com/s1\.xml"
    ):
        parse(body)


def test_the_first_line_of_a_text_is_its_title() -> None:
    (entry,) = parse("\n\n阿里巴巴发布财报\n\n第一段。\n第二段 1 < 2。\n".encode(), kind="article").entries
    assert (entry.title, entry.body) == ("阿里巴巴发布财报", "第一段。\n第二段 1 < 2。")


PARAGRAPHS = [
    "Moonshot AI has raised $500 million in a new round led by Alibaba, people close to it said.",
    "The Beijing start-up that makes the Kimi chatbot is now valued at $4.3 billion, up from $3.3 billion.",
    "It will spend the money on computing power and on staff, according to an internal letter of Monday.",
]


@pytest.mark.parametrize(
    "box", ["<article>{}</article>", "<form><table><tr><td>{}</td></tr></table></form>", "<div>{}</div>"]
)
def test_the_main_text_of_a_page_is_found(box: str) -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    related = "".join(
        f'<li><a href="/{n}">Another story about something else entirely, number {n}</a></li>'
        for n in range(9)
    )
    page = f"""<!doctype html><html lang="en"><head><title>Moonshot raises | Paper</title>
    <meta property="og:title" content="Moonshot raises $500m &amp; more">
    <meta property="article:published_time" content="2026-09-01T10:00:00Z"></head><body>
    <nav><ul><li>Home</li></ul></nav><div id="page">{box.format(text)}</div>
    <div class="related"><ul>{related}</ul></div>
    <div class="comments"><p>I have an opinion on this that is long and of no interest to anybody.</p></div>
    <footer><p>Copyright of the Paper, all rights reserved, do not copy.</p></footer></body></html>"""
    (entry,) = parse(page.encode(), url="https://e.com/1", kind="article").entries
    assert entry.title == "Moonshot raises $500m & more"
    assert entry.body.split("\n") == PARAGRAPHS
    assert (entry.published, entry.lang, entry.url) == (WHEN, "en", "https://e.com/1")


def test_a_text_cut_into_boxes_is_read_whole() -> None:
    boxes = "".join(f'<div class="part"><p>{paragraph}</p></div>' for paragraph in PARAGRAPHS)
    page = f"<html><body><h1>T</h1><div>{boxes}</div></body></html>"
    assert parse(page.encode(), kind="article").entries[0].body.split("\n") == PARAGRAPHS


def test_a_page_that_carries_its_text_for_machines_is_believed() -> None:
    whole = " ".join(PARAGRAPHS) * 2
    page = f"""<html><head><script type="application/ld+json">{{"@type": "NewsArticle", "headline": "H",
    "datePublished": "2026-09-01T18:00:00+08:00", "articleBody": "{whole}"}}</script></head>
    <body><p>Subscribe to read this article and everything else that we publish.</p></body></html>"""
    (entry,) = parse(page.encode(), kind="article").entries
    assert (entry.title, entry.body, entry.published) == ("H", whole, WHEN)


def test_a_page_without_text_is_empty() -> None:
    with pytest.raises(ParseError) as caught:
        parse(b"<html><body><script>x</script></body></html>", kind="article")
    assert caught.value.reason == "empty"
