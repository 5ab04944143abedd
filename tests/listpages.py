"""Pages of headlines as sites make them, in English and Chinese, with all that stands around the headlines."""

from __future__ import annotations

from collections.abc import Iterable

ENGLISH = (
    "Acme signs ten-year battery supply deal with Beta Motors",
    "Acme reports third-quarter revenue growth of 14 percent",
    "Acme names Jane Roe as chief financial officer from January",
    "Acme opens its second plant in Ningde for sodium-ion cells",
    "Acme and Gamma agree to end their patent dispute in Texas",
    "Acme recalls 12,000 home storage units after two fires",
    "Acme board approves share buyback of up to $2 billion",
    "Acme to spin off its recycling business by next summer",
)
CHINESE = (
    "宁德时代第三季度净利润同比增长超两成",
    "比亚迪宣布在匈牙利新建电池工厂计划",
    "阿里云发布新一代大模型并全面降价",
    "腾讯控股拟回购不超过一千亿港元股份",
    "小米汽车工厂二期竣工产能将翻一番",
    "工信部就锂电池行业规范公开征求意见",
    "月之暗面完成新一轮五亿美元融资谈判",
    "港交所受理智谱华章主板上市申请材料",
)
_MENU = "".join(
    f'<li><a href="/{word.lower()}">{word}</a></li>' for word in ("Home", "Products", "Careers", "Contact")
)
_POPULAR = (
    "How to choose the right battery for your house and garden",
    "Five questions about recycling that customers ask us often",
    "What the new European battery rules mean for all of us",
    "A visit to the laboratory where our cells are tested daily",
    "Our engineers explain what happens in a charging station",
)


def page(content: str, *, lang: str = "en", head: str = "") -> bytes:
    """Return a page with a menu, a side column of popular articles and a footer around its content."""
    popular = "".join(f'<li><a href="/guide/{at}">{title}</a></li>' for at, title in enumerate(_POPULAR))
    return f"""<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Newsroom | Acme</title>
    {head}</head>
    <body><header class="site-header"><nav><ul>{_MENU}</ul></nav></header>
    <main>{content}</main>
    <aside class="sidebar"><h2>Popular</h2><ul class="popular">{popular}</ul></aside>
    <footer><ul>{_MENU}<li><a href="/legal">Privacy statement and terms of use of this site</a></li></ul></footer>
    <script>var items = "<article><a href='/x'>never a headline that anybody sees here</a></article>";</script>
    </body></html>""".encode()


def cards(titles: Iterable[str] = ENGLISH) -> str:
    """Return a newsroom of cards: picture, label, heading, time, teaser, and a link for more."""
    return "".join(
        f"""<div class="card news-card is-new col-md-4"><a href="/news/2026/acme-story-{at}"><img src="/{at}.jpg"></a>
        <span class="label"><a href="/topics/business">Business</a></span>
        <h3 class="card-title"><a href="/news/2026/acme-story-{at}">{title}</a></h3>
        <span class="card-date">November {at + 1}, 2026</span>
        <p class="teaser">The company said so on Monday in a statement from its headquarters, number {at}, and it
        expects further growth.</p><a class="more" href="/news/2026/acme-story-{at}">Read more</a></div>"""
        for at, title in enumerate(titles)
    )


def plain_list(titles: Iterable[str] = CHINESE) -> str:
    """Return the list of a Chinese site: a date and a link per line."""
    rows = "".join(
        f'<li><span class="date">2026-11-{at + 10}</span><a href="/art/2026/11/{at + 10}/art_{7000 + at}.html" '
        f'target="_blank" title="{title}">{title}</a></li>'
        for at, title in enumerate(titles)
    )
    return f'<div class="crumbs">您现在的位置：<a href="/">首页</a></div><ul class="news-list">{rows}</ul>'


def table(titles: Iterable[str] = CHINESE) -> str:
    """Return the announcements of an exchange: a table with code, title and time."""
    rows = "".join(
        f'<tr><td>{600000 + at}</td><td><a href="/disclosure/{at}123456.PDF">{title}</a></td>'
        f"<td>2026-11-{at + 10} 18:30</td></tr>"
        for at, title in enumerate(titles)
    )
    head = "<tr><th>代码</th><th>标题</th><th>时间</th></tr>"
    return f'<table id="announcements"><thead>{head}</thead><tbody>{rows}</tbody></table>'


def generated(titles: Iterable[str] = ENGLISH) -> str:
    """Return a page whose classes a build tool made up: they change with every release."""
    rows = "".join(
        f'<div class="css-1q2w3e4"><a class="css-9x8y7z" href="/stories/acme-news-item-{at}">'
        f'<div class="sc-fzXfMv">{title}</div></a>'
        f'<time datetime="2026-11-{at + 10}T08:00:00Z">{at} hours ago</time></div>'
        for at, title in enumerate(titles)
    )
    return f'<section id="latest"><div class="css-0a1b2c3">{rows}</div></section>'


def linked_blocks(titles: Iterable[str] = ENGLISH) -> str:
    """Return items that are links themselves, with everything inside."""
    return "".join(
        f'<a class="post-link" href="/blog/{title.lower().replace(" ", "-")[:40]}"><article><h2>{title}</h2>'
        f"<p>{at + 3} min read</p><time>2026-11-{at + 10}</time></article></a>"
        for at, title in enumerate(titles)
    )


def bare(titles: Iterable[str] = CHINESE) -> str:
    """Return a list without a single class."""
    rows = "".join(
        f'<div><a href="/a/2026112{at}.html">{title}</a><span>2026-11-{at + 10}</span></div>'
        for at, title in enumerate(titles)
    )
    return f"<div><div>{rows}</div></div>"


def utilities(titles: Iterable[str] = ENGLISH) -> str:
    """Return a list whose classes say only how it looks."""
    return "".join(
        f'<div class="flex flex-col gap-4 p-4 md:flex-row border-b"><a class="text-lg" '
        f'href="/posts/{at}-acme-story">{title}</a><p class="text-gray-500 text-sm">Nov {at + 1}, 2026</p></div>'
        for at, title in enumerate(titles)
    )


def cut_short(titles: Iterable[str] = CHINESE) -> str:
    """Return a list of an exchange that shows the first characters of each headline."""
    rows = "".join(
        f'<dd><span>2026-11-{at + 10}</span><a href="/c/{at}.shtml" title="{title}">{title[:12]}...</a></dd>'
        for at, title in enumerate(titles)
    )
    return f'<dl class="sse_list">{rows}</dl>'


def covered(titles: Iterable[str] = ENGLISH) -> str:
    """Return cards that an empty link covers: its words stand in its label."""
    return "".join(
        f'<div class="story-card"><a href="/blog/{at}-acme-story-today" aria-label="{title}"></a><h2>{title}</h2>'
        f"<time>2026-11-{at + 10}</time></div>"
        for at, title in enumerate(titles)
    )
