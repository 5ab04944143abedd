"""What sources do to headlines and texts: edits, clocks, markup, odd characters, wrong encodings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bureau import Bureau
from tests.loopback import Newsroom
from tests.trapping import HEADLINES, OLD, REGIMES, feed, item, moved

RSS = '<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel>{head}{items}</channel></rss>'


@pytest.fixture(params=REGIMES)
async def bureau(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bureau]:
    async with (
        Newsroom() as newsroom,
        Bureau(tmp_path, newsroom, restarts=REGIMES[request.param]()) as bureau,
    ):
        await bureau.read(feed())
        yield bureau


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Bureau]:
    async with Newsroom() as newsroom, Bureau(tmp_path, newsroom) as bureau:
        await bureau.read(feed())
        yield bureau


def raw(items: str, *, encoding: str = "utf-8", head: str = "") -> str:
    """A feed as it is written by hand."""
    return RSS.format(encoding=encoding, head=head, items=items)


async def test_a_reworded_headline_is_a_quiet_edit_of_the_alert(bureau: Bureau) -> None:
    """T6"""
    first = item(0)
    await bureau.read(
        feed(first),
        feed(moved(first, title="Globex profit jumps 34% on strong cloud demand")),
        feed(moved(first, title="Globex profit jumps 34% on strong cloud demand", link=first["link"] + "-2")),
    )

    assert bureau.told == [HEADLINES[0]]
    assert "strong cloud demand" in bureau.alert
    assert bureau.replies == []
    assert bureau.edits == 1
    assert len(bureau.stored) == 2


async def test_a_changed_figure_is_told_to_those_who_heard_the_old_one(bureau: Bureau) -> None:
    """T6"""
    first, second = item(0), moved(item(0), title=HEADLINES[0].replace("34%", "24%"))
    await bureau.read(feed(first), feed(second), feed(second, item(1, ago=-32)))

    assert bureau.told == list(HEADLINES[:2])
    (correction,) = bureau.replies
    assert "Corrected" in correction
    assert "24%" in bureau.chat.posts[0].shown
    assert bureau.edits == 1


async def test_a_headline_rewritten_whole_at_a_new_address_is_an_update(bureau: Bureau) -> None:
    """T6, where nothing but the guid and the date stay."""
    first = item(0)
    other = moved(first, title="Cloud boom lifts Globex", link="https://harbour.example/news/cloud-boom")
    await bureau.read(feed(first), feed(other), feed(other))

    assert bureau.told == [HEADLINES[0]]
    assert bureau.stored == [OLD["title"], "Cloud boom lifts Globex"]


async def test_a_headline_that_names_a_company_only_after_its_edit_is_told_then(bureau: Bureau) -> None:
    """T6"""
    first = item(0, "Retailer profit jumps 34%")
    await bureau.read(feed(first), feed(moved(first, title="Globex profit jumps 34%")))
    await bureau.read(feed(moved(first, title="Globex profit jumps 34%"), item(1, ago=-32)))
    assert bureau.told == ["Globex profit jumps 34%", HEADLINES[1]]


async def test_a_text_with_a_clock_or_a_counter_changes_nothing(bureau: Bureau) -> None:
    """T7"""
    for minute in range(5):
        text = f"Globex reported on Thursday. Read by {minute * 31} people. Updated 12:{minute:02d}."
        await bureau.read(feed(item(0, summary=text)))
    assert bureau.told == [HEADLINES[0]]
    assert bureau.edits == 0
    assert [post.edits for post in bureau.chat.posts] == [[]]


async def test_a_headline_with_a_counter_does_not_go_on_for_ever(desk: Bureau) -> None:
    """T7, in the headline."""
    for count in range(40):
        await desk.read(feed(item(0, f"{HEADLINES[0]} ({count} comments)")), minutes=2)
    assert len(desk.told) == 1
    assert len(desk.replies) <= 3
    assert desk.edits <= 24
    assert len(desk.stored) == 2


@pytest.mark.parametrize(
    ("head", "markup", "link"),
    [
        ("<link>https://harbour.example/</link>", "<link>/news/9</link>", "https://harbour.example/news/9"),
        ("", "<link>/news/9</link>", "{origin}/news/9"),
        ("", '<link>news/9</link><guid isPermaLink="false">9</guid>', "{origin}/news/9"),
        ("", "<guid>https://harbour.example/news/9</guid>", "https://harbour.example/news/9"),
        ("<link>https://harbour.example/</link>", "<guid>/news/9</guid>", "https://harbour.example/news/9"),
        (
            "<link>https://harbour.example/</link>",
            '<guid isPermaLink="true">/news/9?id=3</guid>',
            "https://harbour.example/news/9?id=3",
        ),
    ],
    ids=["relative", "no feed link", "relative to the feed", "guid", "relative guid", "guid with a query"],
)
async def test_the_alert_links_to_an_absolute_address(
    desk: Bureau, head: str, markup: str, link: str
) -> None:
    """T18, T27"""
    body = raw(f"<item><title>{HEADLINES[0]}</title>{markup}</item>", head=head).encode()
    await desk.read(body)
    await desk.restart()
    await desk.read(body + b"\n", body)

    assert len(desk.told) == 1
    assert desk.chat.posts[0].links[0] == link.format(origin=desk.newsroom.url("").rstrip("/"))


async def test_xml_base_names_what_links_are_relative_to(desk: Bureau) -> None:
    """T18"""
    body = (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://harbour.example/en/">'
        f'<entry><title>{HEADLINES[0]}</title><id>urn:1</id><link href="news/9"/></entry></feed>'
    )
    await desk.read(body.encode())
    assert desk.chat.posts[0].links[0] == "https://harbour.example/en/news/9"


@pytest.mark.parametrize(
    ("markup", "headline"),
    [
        ("Globex profit &amp;lt;b&amp;gt;jumps&amp;lt;/b&amp;gt; 34%", "Globex profit jumps 34%"),
        ("<![CDATA[Globex <em>profit</em> jumps 34%]]>", "Globex profit jumps 34%"),
        ("Globex &amp;amp; AT&amp;amp;T profit jumps 34%", "Globex & AT&T profit jumps 34%"),
        ("Globex profit: 3 &lt; 4, a < b", "Globex profit: 3 < 4, a < b"),
        ("Globex profit <![CDATA[& loss]]> &#8212; 34%", "Globex profit & loss — 34%"),
        ("<![CDATA[Globex profit <script>alert(1)</script>jumps 34%]]>", "Globex profit jumps 34%"),
    ],
)
async def test_markup_in_a_headline_is_told_as_plain_text(desk: Bureau, markup: str, headline: str) -> None:
    """T19: the same headline without its markup is no edit, either."""
    link = "<link>https://harbour.example/9</link>"
    await desk.read(raw(f"<item><title>{markup}</title>{link}</item>").encode())
    await desk.restart()
    await desk.read(feed(item(9, headline, link="https://harbour.example/9", id=None, date=None)))

    assert desk.told == [headline]
    assert desk.edits == 0


@pytest.mark.parametrize(
    "title",
    [
        "Globex profit jumps 34% 👩‍👩‍👧‍👦🏳️‍🌈",
        "Globex profit \u202ejumps\u202c 34% \u2066hidden\u2069",
        "Globex profit jumps 34% شركة غلوبكس ترفع أرباحها",
        "Globex profit\x00 jumps\x08 34%\x1b[31m",
        "Globex profit jumps 34% " + "a\u0300\u0301\u0302\u0303\u0304\u0305\u0306" * 40,
        "Globex profit jumps 34% " + "word " * 10_000,
        "Globex profit jumps 34% " + "字" * 50_000,
        "Globex profit jumps 34% " + "x" * 50_000,
    ],
    ids=["emoji", "bidi", "arabic", "control", "piled", "words", "chinese", "one word"],
)
async def test_any_headline_makes_a_message_that_a_chat_takes(desk: Bureau, title: str) -> None:
    """T20"""
    body = raw(f"<item><title>{title}</title><guid>9</guid></item>").encode()
    await desk.read(body)
    await desk.restart()
    await desk.read(body + b"\n", feed(item(1, ago=-42)))

    assert len(desk.told) == 2
    assert desk.edits == 0
    text = desk.chat.posts[0].text
    assert text.splitlines()[1].startswith("Globex profit")
    assert len(text) <= 600
    assert not set(text) & set("\x00\x08\x1b\u202e\u2066")


@pytest.mark.parametrize(
    ("declared", "written", "http"),
    [
        ("utf-8", "gbk", "application/rss+xml"),
        ("gb2312", "gbk", "application/rss+xml"),
        ("gbk", "gbk", "application/rss+xml; charset=utf-8"),
        ("iso-8859-1", "utf-8", "application/rss+xml"),
        ("utf-8", "utf-8", "application/rss+xml; charset=gbk"),
        ("utf-16", "utf-8", "text/xml"),
        ("utf-8", "big5", "text/xml"),
    ],
)
async def test_a_headline_is_readable_whatever_encoding_was_declared(
    desk: Bureau, declared: str, written: str, http: str
) -> None:
    """T25"""
    title = (
        "格洛貝克斯第三季度淨利潤同比增長34%"
        if written == "big5"
        else "格洛贝克斯囍：第三季度净利润同比增长34%，朱镕基"
    )
    body = raw(f"<item><title>{title}</title><guid>9</guid></item>", encoding=declared)
    desk.publish(body.encode(written), content_type=http)
    await desk.poll()
    await desk.restart()
    desk.publish(body.encode(), content_type="text/xml; charset=utf-8")
    await desk.poll()

    assert desk.told == [title]
    assert desk.edits == 0
    assert desk.health().errors == 0
