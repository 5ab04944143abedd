"""Entries of feeds: which there are, where they lead, and which are only for those who pay."""

import json

import pytest

from bot.parsers import parse
from tests.loopback import rss
from tests.test_parsers_feed import raw

SITE = "<link>https://site.example/blog/</link>"


@pytest.mark.parametrize(
    ("items", "titles"),
    [
        ("<item><title>A</title><item><title>quoted</title></item></item><item><title>C</title></item>", ["A", "C"]),
        ("<item><title>A</title><item><title>B</title></item><item><title>C</title></item>", ["A", "B", "C"]),
        ("<item><title>A</title><description><![CDATA[<item>]]></description></item>", ["A"]),
        ("<item><title>A</title><!-- <item><item> --></item><item><title>B</title></item>", ["A", "B"]),
        ("<item/><item><title>B</title></item>", ["", "B"]),
    ],
)  # fmt: skip
def test_an_entry_inside_another_is_quoted_and_one_that_is_not_closed_is_no_reason_to_lose_others(
    items: str, titles: list[str]
) -> None:
    document = parse(raw(items))
    assert [entry.title for entry in document.entries] == titles
    assert document.count == len(titles)


def test_an_entry_within_a_source_is_not_the_feeds() -> None:
    source = "<source><title>S</title><entry><title>theirs</title></entry></source>"
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>ours</title>{source}</entry></feed>'
    document = parse(body.encode())
    assert [entry.title for entry in document.entries] == ["ours"]


def test_thousands_of_comments_that_never_end_take_no_time() -> None:
    document = parse(raw("<item><title>A</title></item>" + "<!-- <![CDATA[ " * 20_000))
    assert document.entries[0].title == "A"


@pytest.mark.parametrize(
    ("guid", "url"),
    [
        ('<guid isPermaLink="true">/a/1</guid>', "https://site.example/a/1"),
        ("<guid>posts/1</guid>", "https://site.example/blog/posts/1"),
        ("<guid>one-page.html</guid>", "https://site.example/blog/one-page.html"),
        ("<guid>12345</guid>", ""),
        ("<guid>tag:e.com,2026:1/2</guid>", ""),
        ("<guid>urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6</guid>", ""),
        ('<guid isPermaLink="false">/a/1</guid>', ""),
    ],
)
def test_a_guid_is_an_address_only_where_it_looks_like_one(guid: str, url: str) -> None:
    body = raw(f"<item><title>x</title>{guid}</item>", head=SITE)
    assert parse(body, url="https://feeds.example/rss.xml").entries[0].url == url


def test_a_link_of_a_document_from_nowhere_stays_as_published() -> None:
    body = raw("<item><title>x</title><link>posts/1</link></item>", head=SITE)
    assert parse(body).entries[0].url == "posts/1"


def test_western_text_that_was_decoded_wrongly_is_shown_as_published_in_every_entry() -> None:
    titles = ["VÃ\xadtima Ã© encontrada", "ComunicaÃ§Ã£o e â€œconversaâ€\x9d"]
    document = parse(rss([{"title": title} for title in titles]))
    assert [entry.title for entry in document.entries] == [titles[0], titles[1].rstrip("\x9d")]


@pytest.mark.parametrize(
    "item",
    [
        "<title>x</title><category>Paid</category>",
        '<title>x</title><category>News</category><category domain="AccessClassName">PAID</category>',
        "<title>x</title><category>付费文章</category>",
        "<title>[Paid] What Alibaba does next</title>",
        "<title>🔒 What Alibaba does next</title>",
        "<title>What Alibaba does next ∙ Paid</title>",
        "<title>【会员专享】阿里的下一步</title>",
        "<title>x</title><description>It rose. This post is for paid subscribers</description>",
        "<title>x</title><description>It rose.&lt;p&gt;Subscribe to read more&lt;/p&gt;</description>",
        "<title>x</title><description>公司营收增长。剩余70%内容订阅后可读</description>",
        "<title>x</title><description>公司营收增长。登录后阅读全文</description>",
    ],
)
def test_an_entry_for_those_who_pay_is_marked(item: str) -> None:
    assert parse(raw(f"<item>{item}</item>")).entries[0].paid


@pytest.mark.parametrize(
    "item",
    [
        "<title>Paid leave for all</title><category>Work</category>",
        "<title>Members only: a new club opens</title>",
        "<title>x</title><category>Paid media</category><category>Paywalls</category>",
        "<title>付费阅读兴起</title><description>微信公众号上线付费阅读功能，作者可自行定价。</description>",
        "<title>x</title><description>The paper said its paywall works: it has 10m paid subscribers.</description>",
        "<title>x</title><description>Premium content drove growth at iQiyi, said the company.</description>",
        (
            "<title>x</title><description>Subscribe to read more? No, said the court. It sided with readers."
            " The ruling ends a case that took four years and went through three courts, and it binds every"
            " publisher of the country from January on, the ministry said in a statement on Monday.</description>"
        ),
        "<title>x</title><description>Read the full story at example.com</description>",
        "<title>x</title><description>腾讯视频付费会员数达到1.17亿，订阅收入增长20%。</description>",
        (
            '<title>x</title><media:restriction xmlns:media="http://search.yahoo.com/mrss/" relationship="deny" '
            'type="country">us</media:restriction>'
        ),
    ],
)
def test_news_about_paying_is_for_everybody(item: str) -> None:
    assert not parse(raw(f"<item>{item}</item>")).entries[0].paid


def test_an_item_of_a_json_feed_may_be_paid() -> None:
    items = [
        {"id": "1", "title": "A", "tags": ["subscribers-only"]},
        {"id": "2", "title": "B", "tags": "Paid"},
    ]
    document = parse(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}).encode())
    assert [entry.paid for entry in document.entries] == [True, False]
