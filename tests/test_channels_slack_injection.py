"""Text of feeds and people is inert in Slack: 5,000 hostile texts, through the renderers and into blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from bot.channels.plain import tame
from bot.channels.slack.dress import Part, commented, mrkdwn, one_part_of, parts_of, plain_of
from bot.channels.slack.posting import Attempt
from bot.links import showable
from bot.model import Attachment, Block, Button, Message, Span, Watch, Watchlist
from bot.render import (
    AlertView,
    CorrectionView,
    DevelopmentView,
    DigestView,
    RecentView,
    alert,
    correction,
    development,
    digest,
    recent,
)
from tests.golden.invented import CLOUD_FACTS, GROWN, at, headline, match, point, reader, report
from tests.hostile_texts import LINKS, payloads
from tests.standins.slack_blocks import faults, live, markup_faults, styled, visible
from tests.standins.slack_rules import texts_of

COUNT = 5_000
_LINK = re.compile(r"<(https?://[^|<>]*)\|")
SLACK = reader("en", via="slack")


def _alert(text: str, link: str) -> Message:
    named = Watchlist(watches={"alibaba": Watch(id="alibaba", name=text[:200], names={"zh": text})})
    first = report(text, text, at(17), body=text * 2, url=link, facts=CLOUD_FACTS, rule="first")
    story = replace(GROWN, reports=(first, report(text + "2", "x", at(17), url=link), *GROWN.reports[2:4]))
    view = AlertView(
        story=story,
        matches=(match("alibaba", point("headline", 55, text), point("event:earnings", 22, text)),),
        watchlist=named,
        receiver=SLACK,
        now=at(17, 3),
        muted_by=text,
    )
    return alert(view)


def _development(text: str, link: str) -> Message:
    news = report(text, text, at(18), url=link)
    view = DevelopmentView(
        story=replace(GROWN, reports=(*GROWN.reports, news)),
        matches=(match("alibaba", point("headline", 97)),),
        watchlist=Watchlist(watches={"alibaba": Watch(id="alibaba", name=text)}),
        receiver=SLACK,
        now=at(18, 1),
        was_score=96,
        event="executive",
        entry=news.entry.id,
    )
    return development(view)


def _correction(text: str, link: str) -> Message:
    view = CorrectionView(
        story=GROWN,
        matches=(match("alibaba", point("headline", 97)),),
        watchlist=Watchlist(watches={"alibaba": Watch(id="alibaba", name=text)}),
        receiver=SLACK,
        now=at(18, 21),
        source=text,
        was=f"{text} 34%",
        became=f"{text} 24%",
        url=link,
        changed_at=at(18, 20),
        others=6,
    )
    return correction(view)


def _digest(text: str, link: str) -> Message:
    story = replace(headline("k7f2", 61, text, text, at(14), "alibaba", paid=True), url=link)
    named = Watchlist(watches={"alibaba": Watch(id="alibaba", name=text)})
    view = DigestView(receiver=SLACK, watchlist=named, now=at(18), since=at(8), stories=(story,))
    drawn = digest(view)
    assert drawn is not None
    return drawn


def _recent(text: str, link: str) -> Message:
    story = replace(headline("k7f2", 61, text, text, at(14)), url=link)
    view = RecentView(
        reader=SLACK, now=at(18), title=text, quoted=True, total=1, stories=(story,), reference="r1"
    )
    return recent(view)


def _bare(text: str, link: str) -> Message:
    """Whatever a renderer may forget to clean stays inert all the same."""
    shown = showable(link)
    spans = (Span(text, bold=True, link=shown), Span(text), Span(text, code=True), Span(text, strike=True))
    lines = ((Span(text),), spans)
    choice = Button(text, "snooze:k7f2:4h")
    return Message(
        blocks=(Block(lines), Block(lines, grey=True)),
        buttons=((Button(text, "why:k7f2"), Button(text, "snooze:k7f2", (choice,))),),
        notification=text,
        attachment=Attachment(name=text, content=b"x", alt=text),
    )


KINDS: tuple[Callable[[str, str], Message], ...] = (
    _alert,
    _development,
    _correction,
    _digest,
    _recent,
    _bare,
)


def _hostile(kind: Callable[[str, str], Message]) -> Iterator[tuple[Message, str]]:
    for number, text in enumerate(payloads(COUNT)):
        if number % len(KINDS) == KINDS.index(kind) or (kind is _bare and number < 200):
            link = LINKS[number % len(LINKS)]
            yield kind(text, link), link


def _texts(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        yield part.text
        yield from texts_of(list(part.blocks))


def _own_styles(message: Message) -> set[str]:
    spans = [span for block in message.blocks for line in block.lines for span in line]
    return {_letters(tame(span.text)) for span in spans if span.bold or span.strike}


def _letters(text: str) -> str:
    return re.sub(r"[*_~`ˋ\s\u200b]", "", text)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_a_feed_says_comes_alive(kind: Callable[[str, str], Message]) -> None:
    for message, link in _hostile(kind):
        parts = parts_of(message, interactive=True, picture="F0001")
        shown = showable(link)
        own = _own_styles(message)
        for part in parts:
            assert faults(list(part.blocks)) == []
            assert sum(map(len, texts_of(list(part.blocks)))) <= 12_500
        for text in _texts(parts):
            assert markup_faults(text) == []
            assert live(text) == []
            assert all(
                found.replace("&amp;", "&").startswith("https://ok.example/") and shown
                for found in _LINK.findall(text)
                if "news.example" not in found
            )
            runs = {_letters(visible(run)) for run in styled(text)}
            assert all(len(run) > 1_000 for run in runs - own), runs - own


def test_an_edit_a_comment_and_plain_text_are_as_inert() -> None:
    for number, text in enumerate(payloads(400, seed=7)):
        message = _bare(text, LINKS[number % len(LINKS)])
        part = one_part_of(message, interactive=True)
        if part is None:
            continue  # nothing but what nobody can see
        assert faults(list(part.blocks)) == []
        said = commented(message)
        assert markup_faults(said) == live(said) == []
        assert len(said) <= 3_000
        plain = Attempt("C0", part, plain_of(message), plain=True).content
        assert markup_faults(plain["text"]) == live(plain["text"]) == []


@pytest.mark.parametrize("text", [":草:", ":FIRE:", "a:b:c", ":100:", ":+1:", "x :fire: y"])
def test_emoji_by_name_are_words(text: str) -> None:
    dressed = mrkdwn((Span(text),))
    assert live(dressed) == []
    assert visible(dressed) == text


def test_times_and_addresses_are_left_whole() -> None:
    assert mrkdwn((Span("at 12:30:45, see host:8080/a:b"),)) == "at 12:30:45, see host:8080/a:b"
