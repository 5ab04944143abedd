"""Messages that are too long: every word arrives, in order, in parts that the service takes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import Address
from bot.channels.plain import utf16_units
from bot.channels.slack import dress as slack
from bot.channels.telegram import Telegram, dress
from bot.errors import SendError
from bot.model import Block, Button, Line, Message, Outcome, Span
from tests.standins import TelegramStandIn
from tests.standins.samples import alert, line
from tests.standins.slack_blocks import faults, visible
from tests.standins.telegram_html import parse

MEI = Address("4242")


def company(name: str, lines: int, width: int = 60) -> Block:
    rows = [(Span(f"{name} {row} " + "x" * width, link="https://a.example/"),) for row in range(lines)]
    return Block((line(name, bold=True), *rows))


def words_of(text: str) -> list[str]:
    return re.findall(r"\S+", text.replace("\u2060", "").replace("\u200b", ""))


def test_a_long_digest_is_cut_between_companies() -> None:
    message = Message(blocks=tuple(company(f"company{n}", 20) for n in range(9)))
    parts = dress.parts_of(message)
    assert len(parts) == 5
    assert len({part.plain.split()[0] for part in parts}) == 5
    assert all(part.plain.startswith("company") and part.plain.split("\n")[0].isalnum() for part in parts)
    assert words_of("\n".join(part.plain for part in parts)) == words_of(message.plain)


def test_a_company_with_too_many_stories_is_cut_between_lines() -> None:
    (first, *_, last) = dress.parts_of(Message(blocks=(company("alone", 150),)))
    assert first.plain.split("\n")[-1].endswith("x" * 60)
    assert last.plain.split("\n")[0].startswith("alone ")


def test_a_paragraph_is_cut_between_words_and_chinese_and_emoji_between_characters() -> None:
    parts = dress.parts_of(Message(blocks=(Block((line("word " * 2000),)),)))
    assert {word for part in parts for word in part.plain.split()} == {"word"}
    parts = dress.parts_of(Message(blocks=(Block((line("🔴阿里" * 3000),)),)))
    assert "".join(part.plain for part in parts) == "🔴阿里" * 3000


def test_more_than_a_hundred_styles_are_spread_over_parts() -> None:
    rows = tuple(
        (Span(f"{n}", bold=True), Span(f" story {n}", link="https://a.example/")) for n in range(120)
    )
    parts = dress.parts_of(Message(blocks=(Block(rows),)))
    assert [len(parse(part.html)[1]) <= 100 for part in parts] == [True] * 3


def test_an_edit_that_grew_too_long_loses_lines_and_keeps_its_foot() -> None:
    message = Message(blocks=(company("big", 90), Block((line("92 · company in headline"),), grey=True)))
    part = dress.one_part_of(message)
    assert part is not None
    assert utf16_units(part.plain) <= 4096
    assert part.plain.endswith("x\n…\n\n92 · company in headline")
    assert part.plain.startswith("big\nbig 0 ")


def test_an_edit_that_fits_is_left_alone() -> None:
    part = dress.one_part_of(alert())
    assert part is not None
    assert "…" not in part.plain


def test_an_address_longer_than_any_real_one_costs_the_link_not_the_alert() -> None:
    (part,) = dress.parts_of(
        Message(blocks=(Block((line("news", link="https://a.example/" + "x" * 9000),)),))
    )
    assert part.html == "news"


AWKWARD = ["*a*", "_b_", "<c>", "&d;", "@e", "`f`", ":g:", ">", "🔴" * 700, "長" * 2500]
spans = st.builds(
    Span,
    st.text(max_size=40) | st.sampled_from(AWKWARD),
    bold=st.booleans(),
    strike=st.booleans(),
    code=st.booleans(),
    link=st.sampled_from(["", "https://a.example/?b=1&c=<d>|e", "javascript:alert(1)"]),
)
lines: st.SearchStrategy[Line] = st.lists(spans, max_size=5).map(tuple)
blocks = st.builds(Block, st.lists(lines, max_size=6).map(tuple), grey=st.booleans())
messages = st.builds(Message, blocks=st.lists(blocks, max_size=6).map(tuple))


@settings(max_examples=60, deadline=None)
@given(messages)
def test_whatever_is_sent_telegram_can_read_it(message: Message) -> None:
    edit = dress.one_part_of(message)
    for part in [*dress.parts_of(message), *([edit] if edit else [])]:
        text, entities = parse(part.html)
        assert text == part.plain
        assert 0 < utf16_units(text) <= 4096
        assert len(entities) <= 100
        assert {entity.url for entity in entities} <= {"", "https://a.example/?b=1&c=%3Cd%3E%7Ce"}


@settings(max_examples=60, deadline=None)
@given(messages)
def test_whatever_is_sent_slack_can_read_it(message: Message) -> None:
    edit = slack.one_part_of(message, interactive=True)
    for part in [*slack.parts_of(message, interactive=True), *([edit] if edit else [])]:
        assert faults(list(part.blocks)) == []
        assert any(visible(one).strip() for block in part.blocks for one in slack_texts(block))


def slack_texts(block: dict[str, object]) -> list[str]:
    texts = [block["text"]] if "text" in block else block["elements"]
    assert isinstance(texts, list)
    return [text["text"] for text in texts if text["type"] == "mrkdwn"]


def test_a_long_digest_for_slack_has_twelve_companies_and_its_buttons_and_the_rest_below() -> None:
    message = Message(
        blocks=tuple(company(f"company{n}", 4) for n in range(60)), buttons=((Button("All", "digest:all"),),)
    )
    parts = slack.parts_of(message, interactive=True)
    kinds = [[block["type"] for block in part.blocks] for part in parts]
    assert kinds[0] == ["section"] * slack.MOST_SECTIONS + ["actions"]
    assert {kind for part in kinds[1:] for kind in part} == {"section"}
    shown = "\n".join(visible(one) for part in parts for block in part.blocks for one in slack_texts(block))
    assert words_of(shown) == words_of(message.plain)
    assert all(len(part.blocks) <= 50 for part in parts)


async def test_parts_arrive_in_order_with_one_sound_and_the_buttons_last() -> None:
    async with TelegramStandIn() as api:
        telegram = Telegram(api.token, api_url=api.url)
        first = await telegram.send(MEI, alert())
        long = Message(
            blocks=tuple(company(f"c{n}", 25) for n in range(4)),
            buttons=((Button("All", "all"),),),
            silent=False,
        )
        sent = await telegram.send(MEI, long, reply_to=first.message_id)
        parts = api.messages[1:]
        assert sent.parts == tuple(str(part.message_id) for part in parts)
        assert [part.silent for part in parts] == [False, True]
        assert [bool(part.buttons) for part in parts] == [False, True]
        assert [part.reply_to for part in parts] == [1, None]
        await telegram.close()


async def test_a_short_refusal_of_a_later_part_is_waited_out() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        api._paused.clear()

    async with TelegramStandIn() as api:
        telegram = Telegram(api.token, api_url=api.url, sleep=sleep)
        telegram.pacer.pause = lambda chat, seconds: None  # type: ignore[method-assign]
        long = Message(blocks=tuple(company(f"c{n}", 40) for n in range(2)))
        api.fail_next(1, "slow", seconds=0)
        api.fail_next(1, "429", retry_after=17)
        sent = await telegram.send(MEI, long)
        assert len(sent.parts) == 2
        assert slept == [17.0]
        await telegram.close()


async def test_a_lost_later_part_makes_the_whole_message_doubtful() -> None:
    async with TelegramStandIn() as api:
        telegram = Telegram(api.token, api_url=api.url)
        api.fail_next(1, "slow", seconds=0)
        api.fail_next(1, "403")
        with pytest.raises(SendError, match="only 1 of 2 parts arrived") as caught:
            await telegram.send(MEI, Message(blocks=tuple(company(f"c{n}", 40) for n in range(2))))
        assert caught.value.outcome is Outcome.AMBIGUOUS
        await telegram.close()
