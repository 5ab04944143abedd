"""Articles: the running text of a page in English and Chinese, and whether it is only for those who pay."""

import subprocess
import sys
import time
from types import ModuleType

import pytest

from bot.errors import ParseError
from bot.model import ParsedEntry
from bot.parsers import parse

ENGLISH = (
    "Moonshot AI has raised $500 million in a new round led by Alibaba, people close to the company said.",
    "The Beijing start-up that makes the Kimi chatbot is now valued at $4.3 billion, up from $3.3 billion.",
    "It will spend the money on computing power and on staff, according to an internal letter of Monday.",
    "Investors are betting that only a few makers of large models will survive the price war at home.",
)
CHINESE = (
    "人工智能初创企业月之暗面日前完成新一轮五亿美元融资，本轮由阿里巴巴领投，腾讯等老股东跟投，公司估值较上一轮增长近三成。",
    "公司创始人在内部信中表示，新资金将主要用于算力采购和人才引进，同时加大对长文本与智能体技术的研发投入。",
    "业内人士认为，大模型行业的竞争正从参数规模转向应用落地，今年上半年国内应用的月活跃用户总数已突破三亿。",
    "不过也有分析师提醒，算力成本居高不下、同质化竞争加剧，仍是摆在所有创业公司面前的难题。",
)
LAYOUTS = {
    "article": "<article><h1>{title}</h1>{p}</article>",
    "box": '<div class="wrap"><h1>{title}</h1><div class="info"><span>2026-09-01</span></div><div>{p}</div></div>',
    "boxes": '<div><h1>{title}</h1><div class="detail">{div}</div></div>',
    "sections": '<div><h1>{title}</h1><section class="rich">{section}</section></div>',
    "breaks": '<div id="main"><h1>{title}</h1><div id="text">{br}</div></div>',
}
AROUND = (
    '<div class="nav"><ul><li><a href="/">Home 首页</a></li><li><a href="/t">Tech 科技</a></li></ul></div>',
    (
        '<div class="hot"><ul><li><a href="/1">茅台股价创新高</a></li><li><a href="/2">BYD sells more</a></li></ul>'
        '</div><div class="footer"><p>版权所有 某某网 Copyright, all rights reserved</p></div>'
    ),
)


def page(body: str, *, head: str = "", title: str = "Headline of the day") -> bytes:
    before, after = AROUND
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body>{before}{body}{after}</body></html>"
    ).encode()


def laid_out(layout: str, paragraphs: tuple[str, ...], title: str) -> bytes:
    wrapped = {
        "p": "".join(f"<p>{text}</p>" for text in paragraphs),
        "div": "".join(f"<div>{text}</div>" for text in paragraphs),
        "section": "".join(f"<section><span>{text}</span></section>" for text in paragraphs),
        "br": "<br><br>".join(paragraphs),
    }
    return page(LAYOUTS[layout].format(title=title, **wrapped), title=title)


def article(body: bytes) -> ParsedEntry:
    return parse(body, url="https://e.com/1", kind="article").entries[0]


def written(paragraphs: tuple[str, ...] = ENGLISH) -> str:
    return "<article>" + "".join(f"<p>{text}</p>" for text in paragraphs) + "</article>"


@pytest.fixture(params=["with the library", "without"])
def _library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without":
        monkeypatch.setitem(sys.modules, "trafilatura", None)
    else:
        pytest.importorskip("trafilatura", reason="the extra full-text is not installed")


@pytest.mark.usefixtures("_library")
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("paragraphs", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_the_text_is_read_whole_and_alone_however_it_is_laid_out(
    layout: str, paragraphs: tuple[str, ...]
) -> None:
    title = "月之暗面完成新一轮融资" if paragraphs is CHINESE else "Moonshot AI raises $500 million"
    found = article(laid_out(layout, paragraphs, title))
    assert found.title == title
    assert found.body.split("\n") == list(paragraphs)


def library(monkeypatch: pytest.MonkeyPatch, *answers: str | Exception) -> None:
    """Put a trafilatura in place that gives these answers."""
    given = iter(answers)

    def extract(text: str, **_: object) -> str:
        assert "<html" in text
        answer = next(given)
        if isinstance(answer, Exception):
            raise answer
        return answer

    module = ModuleType("trafilatura")
    monkeypatch.setattr(module, "extract", extract, raising=False)
    monkeypatch.setitem(sys.modules, "trafilatura", module)


def test_the_way_that_agrees_with_the_others_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = "\n".join(ENGLISH)
    library(monkeypatch, "Home 首页\nTech 科技", whole)
    assert article(page(written())).body == whole
    library(monkeypatch, f"# Headline of the day\n{whole}", f"Headline of the day\n{whole}")
    noisy = (
        written() + "<div>" + "<p>Words of a reader who has another opinion, and says so at length.</p>" * 9
    )
    assert article(page(noisy + "</div>")).body == whole


@pytest.mark.parametrize("failure", [ValueError("odd"), RecursionError(), AssertionError()])
def test_a_library_that_fails_costs_nothing(monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    library(monkeypatch, failure)
    assert article(page(written())).body.split("\n") == list(ENGLISH)


def test_the_library_is_loaded_for_articles_only() -> None:
    code = (
        "import sys, bot.__main__, bot.sandbox, bot.parsers.article; sys.exit('trafilatura' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


@pytest.mark.usefixtures("_library")
def test_a_page_of_two_megabytes_is_read_in_time() -> None:
    body = page("<article>" + "<p>One sentence of a very long list of them.</p>" * 42_000 + "</article>")
    started = time.process_time()
    assert len(article(body).body) > 60_000
    assert time.process_time() - started < 4  # 1 s on a quiet machine


@pytest.mark.parametrize(
    "body",
    ["<div>" * 100_000, "<p>text</p><b><i>" * 20_000, "<div " + " ".join(f'a{n}="1"' for n in range(50_000))],
    ids=["boxes", "left open", "attributes"],
)
def test_a_page_that_would_take_for_ever_is_refused_at_once(body: str) -> None:
    started = time.process_time()
    with pytest.raises(ParseError) as caught:
        article(page(body + ">"))
    assert caught.value.reason == "too_deep"
    assert time.process_time() - started < 1


def test_a_long_list_that_closes_nothing_is_no_deep_page() -> None:
    assert article(page(written() + "<ul>" + "<li>one<p>two" * 3_000)).body.startswith(ENGLISH[0])


JSON_LD = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "H", %s}</script>'
TIER = '<meta property="article:content_tier" content="%s">'


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (JSON_LD % '"isAccessibleForFree": false', written()),
        (JSON_LD % '"isAccessibleForFree": "False"', written()),
        (JSON_LD % '"hasPart": {"@type": "WebPageElement", "isAccessibleForFree": false}', written()),
        (JSON_LD % '"hasPart": [{"isAccessibleForFree": "False", "cssSelector": ".x"}]', written()),
        ('<meta itemprop="isAccessibleForFree" content="False">', written()),
        (TIER % "locked", written()),
        (TIER % "metered", written()),
        ("", written((*ENGLISH[:2], "This article is for subscribers only."))),
        ("", written((*CHINESE[:2], "本文为付费文章，订阅后可阅读全文"))),
        ("", written(ENGLISH[:2]) + '<div class="paywall-box">Subscribe to go on. From $1 a week.</div>'),
        ("", written((*ENGLISH[:2], "Already a subscriber? Sign in"))),
    ],
)  # fmt: skip
def test_an_article_for_those_who_pay_is_marked(head: str, body: str) -> None:
    assert article(page(body, head=head)).paid


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", written()),
        ("", written(CHINESE)),
        (JSON_LD % '"isAccessibleForFree": true', written()),
        (JSON_LD % '"isAccessibleForFree": true, "hasPart": {"isAccessibleForFree": false}', written()),
        (TIER % "free", written()),
        ("", '<a class="paywall-login-link" href="/login">Log in</a>' + written(ENGLISH[:1])),
        ("", written(ENGLISH[:2]) + '<div class="paywall" style="display: none">Subscribe to go on.</div>'),
        ("", written(ENGLISH * 4) + '<div class="paywall">Subscribe to support our newsroom.</div>'),
        ("", written((*ENGLISH, "The newspaper said that its paywall brought a million paid subscribers."))),
        ("", written((*CHINESE, "微信公众号上线付费阅读功能，会员专享内容将由作者自行定价。"))),
    ],
)  # fmt: skip
def test_an_article_for_everybody_is_not_whatever_it_is_about(head: str, body: str) -> None:
    assert not article(page(body, head=head)).paid


def test_a_text_file_may_break_off_too() -> None:
    assert article(b"Alibaba buys a studio\nIt said so on Monday.\nSubscribe to read the full story").paid
    assert not article(b"Alibaba sells subscriptions\nIt said so on Monday.").paid
