"""What feeds and people write stays text in Telegram: 5,100 invented attacks through rendering and markup."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.channels.plain import utf16_units
from bot.channels.telegram.dress import Part, one_part_of, parts_of
from bot.links import showable
from bot.model import Attachment, Block, Level, Message, Span
from bot.render import (
    AlertView,
    CorrectionView,
    DevelopmentView,
    DigestView,
    HeldView,
    alert,
    correction,
    development,
    digest,
    held,
)
from tests.golden.invented import DIGEST, EARNINGS, WATCHLIST, at, reader, report
from tests.newsmaking import story
from tests.standins.samples import line
from tests.standins.telegram_html import live, parse

PAYLOADS = 5_100
SEED = 20261112
PIECES = (
    *("<b>", "</b>", "<i>x", "<a href='https://evil.example/'>", '<a href="tg://user?id=1">you</a>', "</a>"),
    *("<script>", "<tg-spoiler>", "<pre><code class='language-x'>", "<blockquote expandable>", "<!--", "]]>"),
    *("&lt;b&gt;", "&amp;amp;", "&#60;b&#62;", "&#x202e;", "&nbsp;", "&", "<", ">", '"', "'", "<<>>", "</"),
    *("*bold*", "_under_", "__x__", "~gone~", "`tick`", "```", "||hidden||", "[x](https://evil.example/)"),
    *("[[[", "]]](", "((((", "{0.__class__}", "{{7*7}}", "%s", "${x}", "\\", "\\u202e", "\x00", "\x1b[31m"),
    *("@everyone", "@admin", "@WirewatchBot", "me@evil.example", "@\u0333everyone", "＠everyone", "@_x_y_"),
    *(
        "#tag",
        "#标签",
        "$CASH",
        "$a",
        "/stop",
        "/watch remove alibaba",
        "/undo@WirewatchBot",
        "a/mute",
        "//x",
    ),
    *("https://evil.example/x?y=1", "HTTP://EVIL.EXAMPLE", "www.evil.test", "evil.com", "evil.\u030acom"),
    *(
        "tg://resolve?domain=evil",
        "tg:resolve?domain=evil",
        "ton://x",
        "ftp://evil.example",
        "javascript:x()",
    ),
    *(
        "127.0.0.1",
        "10.0.0.1:8080/x",
        "http://[::1]/",
        "xn--evil.com",
        "例子.中国",
        "🔴.com",
        "a.b.c.d.evil.org",
    ),
    *("\u202e", "\u2066", "\u2069", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200f", "\u061c"),
    *(
        "مرحبا",
        "שלום",
        "阿里巴巴",
        "腾讯。",
        "👍",
        "👨‍👩‍👧",
        "🇨🇳",
        "é",
        "e\u0301",
        "\ud83d",
        "\udc00",
        "\U0010ffff",
    ),
    *(
        "Alibaba",
        "profit jumps 34%.",
        "Read on.",
        " ",
        "  ",
        "\n",
        "\r\n",
        "\u2028",
        "\t",
        "+1 555 0100",
        "x" * 70,
    ),
)
ADDRESSES = (
    *("https://news.example/a", "https://news.example/?q=<b>&x='\"", "javascript:alert(1)", "tg://user?id=1"),
    *(
        "https://bank.example@evil.example/",
        "https://evil.example\u202e/",
        "//evil.example",
        "data:text/html,x",
        "",
    ),
)
FEW_OF_THESE = (4096, 5000, 9000)


def payloads(count: int, seed: int = SEED) -> Iterator[str]:
    """Attacks, the same on every run: pieces in any order, joined in several ways, now and then a monster."""
    dice = random.Random(seed)
    for number in range(count):
        pieces = dice.choices(PIECES, k=dice.randint(1, 7))
        made = dice.choice(("", " ", "", " Alibaba ")).join(pieces)
        if number % 250 == 0:
            made *= 1 + dice.choice(FEW_OF_THESE) // max(1, len(made))
        yield made


def news(title: str, body: str, name: str, address: str, dice: random.Random) -> Message:
    """A message in which everything comes from attackers: mostly an alert."""
    bad = report(name, title, at(17, 2), body=f"Alibaba says so. {body}. {body}", url=address)
    other = report(f"Wire {name}", "Alibaba grows", at(17, 3), url=address)
    common: dict[str, Any] = {
        "story": story(bad, other),
        "matches": (EARNINGS,),
        "watchlist": WATCHLIST,
        "receiver": reader(dice.choice(("en", "zh"))),
        "now": at(17, 4),
    }
    kind = dice.randrange(8)
    if kind == 0:
        changed: dict[str, Any] = {
            "became": body,
            "url": address,
            "changed_at": at(17, 3),
            "others_say": name,
        }
        return correction(CorrectionView(**common, source=name, was=f"Alibaba {title}", **changed))
    if kind == 1:
        return development(DevelopmentView(**common, was_score=60, event="executive"))
    if kind in {2, 3}:
        titles = (title, body, name)
        listed = tuple(
            replace(one, title=told, source=name, url=address)
            for one, told in zip(DIGEST, titles, strict=False)
        )
        collected: dict[str, Any] = {key: common[key] for key in ("receiver", "watchlist", "now")}
        drawn = digest(DigestView(**collected, since=at(8), stories=listed)) if kind == 2 else None
        return drawn or held(HeldView(**collected, stories=listed))
    return alert(AlertView(**common, muted_by=name, snoozed_by=name, snoozed_until=at(21)))


def faults(part: Part, longest: int, address: str) -> list[str]:
    """What Telegram would refuse of a part, and what in it would be live that is not ours."""
    text, entities = parse(part.html)
    foreign = {entity.url for entity in entities} - {"", showable(address), "https://news.example/t3ns"}
    found = [f"foreign link {url}" for url in foreign]
    found += [f"live {words}" for words in live(text, entities)]
    found += ["too long"] * (utf16_units(text) > longest)
    found += ["too many entities"] * (len(entities) > 100)
    found += ["strange entity"] * (not {entity.kind for entity in entities} <= {"a", "b", "s"})
    found += ["words differ"] * (text != part.plain)
    found += ["turning or broken"] * bool(
        re.search("[\ud800-\udfff\u202a-\u202e\u2066-\u2069\x00\x1b]", text)
    )
    return found


def test_nothing_that_a_feed_or_a_person_writes_comes_to_life() -> None:
    dice = random.Random(SEED)
    seen = 0
    attacks = payloads(PAYLOADS)
    for title, body, name in zip(attacks, attacks, attacks, strict=True):
        address = dice.choice(ADDRESSES)
        for part in parts_of(news(title, body, name, address, dice)):
            assert faults(part, 4096, address) == [], (title, body, name)
            seen += 1
    assert seen >= PAYLOADS // 3


@pytest.mark.parametrize("caption", [False, True])
def test_no_attack_makes_a_message_or_a_caption_too_long_or_breaks_a_block(caption: bool) -> None:
    """Raw, as no rendering would let it through, and many to a message."""
    listed = list(payloads(300, seed=7))
    picture = Attachment(name="chart.png", content=b"x") if caption else None
    for start in range(0, len(listed), 30):
        rows = [
            (line(one), (Span(one, strike=True), Span(one, bold=True))) for one in listed[start : start + 30]
        ]
        message = Message(blocks=tuple(map(Block, rows)), attachment=picture, level=Level.URGENT)
        parts = parts_of(message)
        for at_, part in enumerate(parts):
            assert faults(part, 1024 if caption and not at_ else 4096, "") == []
        whole = one_part_of(message, caption=caption)
        assert whole is not None
        assert faults(whole, 1024 if caption else 4096, "") == []


@pytest.mark.parametrize(
    "spans",
    [
        (Span("see evil"), Span(".com", bold=True)),
        (Span("see evil."), Span("com/x", bold=True)),
        (Span("write to @"), Span("everyone")),
        (Span("https:"), Span("//evil.example")),
        (Span("Now  "), Span("evil.com", bold=True), Span(" up")),
        (Span("evil.com", bold=True),),
        (Span("/undo", bold=True),),
        (Span("/"), Span("undo")),
    ],
)
def test_a_link_that_begins_in_one_style_and_ends_in_another_is_none(spans: tuple[Span, ...]) -> None:
    (part,) = parts_of(Message(blocks=(Block((spans,)),), level=Level.URGENT))
    assert faults(part, 4096, "") == []


def test_a_command_that_we_offer_can_be_tapped_and_one_in_the_news_cannot() -> None:
    ours = Block((line("Did you mean /status? /help lists them all."),))
    story = (Span("🟠 "), Span("Alibaba says /stop", link="https://news.example/a"), Span(" Wire /undo +1"))
    (part,) = parts_of(Message(blocks=(Block((story, line("said /mute and/or so"))), ours)))
    assert live(*parse(part.html)) == ["/status", "/help"]
