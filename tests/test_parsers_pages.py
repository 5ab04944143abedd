"""Pages of headlines and articles: what is not a feed and is read all the same."""

from datetime import UTC, datetime

import pytest

from bot.errors import ParseError
from bot.model import ParsedEntry
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


def headlines(body: str, lang: str = "en", **selectors: str) -> list[ParsedEntry]:
    page = f'<!doctype html><html lang="{lang}"><body>{body}</body></html>'
    return list(parse(page.encode(), url="https://e.com/news/", kind="page", selectors=selectors).entries)


def test_a_selector_may_name_an_attribute() -> None:
    body = """<div class="n" data-id="1" data-url="/a"><b data-full="Acme buys Beta">Acme b…</b>
    <i data-ts="1788256800">today</i></div>"""
    (entry,) = headlines(body, item=".n", title="b@data-full", link="@data-url", time="i@data-ts")
    assert (entry.title, entry.url, entry.published) == ("Acme buys Beta", "https://e.com/a", WHEN)


def test_a_selector_with_an_at_sign_in_a_value_names_no_attribute() -> None:
    body = '<div class="n"><a href="/@acme/1">Acme buys Beta</a><a href="/other">x</a></div>'
    assert headlines(body, item=".n", link='a[href*="@acme"]')[0].url == "https://e.com/@acme/1"


def test_the_link_of_the_heading_is_taken_and_not_that_of_the_label() -> None:
    label = '<a href="/topics/business">Business and Technology of the World</a>'
    inside = f'<div class="n">{label}<h2><a href="/1">Acme buys Beta</a></h2></div>'
    around = f'<div class="n">{label}<a href="/2"><h2>Acme sells Gamma</h2></a></div>'
    plain = (
        '<div class="n"><a href="/c">AI</a><a href="/3">Acme names a new chief</a><a href="/3#c">2</a></div>'
    )
    assert [(entry.title, entry.url) for entry in headlines(inside + around + plain, item=".n")] == [
        ("Acme buys Beta", "https://e.com/1"),
        ("Acme sells Gamma", "https://e.com/2"),
        ("Acme names a new chief", "https://e.com/3"),
    ]


def test_a_picture_a_headline_and_read_more_that_lead_to_one_page_are_one_entry() -> None:
    body = """<a class="n" href="/1"><img alt="A picture" src="i.png"></a><a class="n" href="/1">Acme buys Beta</a>
    <a class="n" href="/1">Read more</a><a class="n" href="/2">Acme sells Gamma</a>"""
    assert [entry.title for entry in headlines(body, item="a.n")] == ["Acme buys Beta", "Acme sells Gamma"]


def test_a_headline_that_is_cut_short_is_read_in_full_from_its_link() -> None:
    body = (
        '<li><a href="/1" title="腾讯控股发布第三季度财报：净利润同比增长">腾讯控股发布第三季度...</a></li>'
    )
    assert headlines(body, item="li")[0].title == "腾讯控股发布第三季度财报：净利润同比增长"


def test_many_pieces_of_news_that_lead_to_one_page_stay_apart() -> None:
    body = "".join(f'<p class="n"><a href="/live">Acme says thing number {n}</a></p>' for n in range(5))
    assert len(headlines(body, item=".n")) == 5


@pytest.mark.parametrize(
    "link", ["javascript:void(0)", "mailto:a@e.com", "#", "", "tel:1", "data:text/html,x"]
)
def test_a_link_that_opens_no_page_is_no_link(link: str) -> None:
    (entry,) = headlines(f'<p class="n"><a href="{link}">Acme buys Beta</a></p>', item=".n")
    assert (entry.title, entry.url, entry.uid) == ("Acme buys Beta", "", "")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-09-01 18:00", WHEN),
        ("2026年9月1日 18:00", WHEN),
        ("2026-09-01T10:00:00Z", WHEN),
        ("3 hours ago", None),
        ("5分钟前", None),
        ("昨天 18:30", None),
        ("今天", None),
        ("11-22 09:30", None),
        ("09:30", None),
    ],
)
def test_a_time_is_read_as_chinas_on_a_chinese_page_and_a_relative_one_is_none(
    written: str, moment: datetime | None
) -> None:
    body = f'<li><a href="/1">腾讯发布财报</a><span class="t">{written}</span></li>'
    assert headlines(body, lang="zh", item="li", time=".t")[0].published == moment


def test_items_that_all_have_one_title_are_a_wrong_selector() -> None:
    body = "".join(f'<li><a href="/{n}">Read more</a></li>' for n in range(4))
    with pytest.raises(ParseError, match=r"all 4 items have the same title \(Read more\)"):
        headlines(body, item="li")


def test_a_page_that_asks_for_a_human_is_told_apart_from_a_changed_one() -> None:
    with pytest.raises(ParseError, match="asks for a human visitor"):
        headlines('<div class="g-recaptcha"></div>', item=".news")


def test_doubts_about_a_selector_are_said() -> None:
    body = "<li>Acme buys Beta</li>" + "<li></li>" * 4
    page = f"<html><body>{body}</body></html>"
    document = parse(page.encode(), kind="page", selectors={"item": "li"})
    assert document.warnings == (
        "4 of 5 items have no title; check item: and title:",
        "no headline has a link; check link:",
    )


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
