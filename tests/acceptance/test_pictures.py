"""A week as a picture on both chats, and a chart for who asks: over HTTP, from a store and from a running bot."""

from __future__ import annotations

import json
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels import Limits, Pacer
from bot.channels.slack import Slack
from bot.channels.telegram import Telegram
from bot.outbox import Outbox
from tests.acceptance.living import CHANNEL, CHAT, Outlet, eventually, make_bot, telegram_environ
from tests.golden.invented import WATCHLIST
from tests.loopback import Newsroom
from tests.picturing import MONDAY
from tests.standins import SlackStandIn, TelegramStandIn
from tests.weeks import Weeks


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn(chats=[CHAT]) as running:
        yield running


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as running:
        yield running


def some_weeks(home: Path, via: str, chat: str, *, language: str = "en") -> Weeks:
    weeks = Weeks(home, via=via, chat=chat, language=language)
    for number in range(6):
        weeks.news(f"Alibaba opens park {number}", days_ago=number + 0.5)
    weeks.news("Tencent profit jumps 34%", "tencent", score=90, event="earnings", rang=True, days_ago=3)
    assert weeks.owe() == 1
    return weeks


async def deliver(weeks: Weeks, channel: Telegram | Slack) -> None:
    via = weeks.receiver.via
    outbox = Outbox(
        store=weeks.store,
        channels={via: channel},
        pacers={via: Pacer(Limits(every=1e-9, burst=1))},
        configuration=lambda: (weeks.settings, WATCHLIST),
        clock=lambda: MONDAY,
        owner="me",
        buttons=frozenset({via}),
    )
    await outbox.flush()
    await channel.close()
    weeks.close()


def is_picture(content: bytes) -> bool:
    return content.startswith(b"\x89PNG") and struct.unpack(">II", content[16:24]) == (1200, 900)


async def test_in_telegram_a_week_is_one_photo_with_its_caption_and_buttons(
    tmp_path: Path, telegram: TelegramStandIn
) -> None:
    weeks = some_weeks(tmp_path, "telegram", str(CHAT), language="zh")

    await deliver(weeks, Telegram(telegram.token, api_url=telegram.url))

    (message,) = telegram.messages
    assert (message.kind, message.file_name) == ("photo", "week-2026-11-15.png")
    assert message.silent
    assert message.text.startswith(
        "本周 · 11月9日至15日 · 7 条，已推送 1 条\n\n🔴 腾讯 1\nTencent profit jumps 34%"
    )
    assert [label for label, _ in message.buttons[0]] == ["全部新闻", "腾讯", "阿里巴巴"]
    assert telegram.refused == []


async def test_in_slack_a_week_is_an_image_over_its_words(tmp_path: Path, slack: SlackStandIn) -> None:
    weeks = some_weeks(tmp_path, "slack", CHANNEL)

    await deliver(weeks, Slack(slack.token, api_url=slack.api_url))

    (post,) = slack.posts
    assert post.blocks[0]["type"] == "image"
    assert post.blocks[0]["alt_text"] == "Stories a day: Alibaba 6, Tencent 1"
    (file,) = slack.files.kept.values()
    assert is_picture(file.content)
    assert "*Your week*" in json.dumps(post.blocks)
    assert slack.refused == []


async def test_who_asks_a_running_bot_for_a_chart_and_a_timeline_gets_them(
    tmp_path: Path, telegram: TelegramStandIn
) -> None:
    async with Newsroom() as newsroom:
        outlet = Outlet(newsroom, "harbour")
        settings = f"receivers:\n  desk: {{via: telegram, chat: {CHAT}}}\nroutes: [{{to: [desk]}}]\n"
        bot = make_bot(tmp_path, [outlet], settings, telegram_environ(telegram))
        outlet.publish("Alibaba profit jumps 34% on cloud demand", minutes=60)
        async with bot.running():
            await eventually(lambda: len(newsroom.asked("/harbour.xml")) > 1)
            telegram.say(CHAT, 7, "/chart Alibaba since:7d")
            await eventually(lambda: any(each.kind == "photo" for each in telegram.messages))
            telegram.say(CHAT, 7, "/timeline alibaba")
            await eventually(lambda: any("· 30 days ·" in each.text for each in telegram.messages))

    (photo,) = [each for each in telegram.messages if each.kind == "photo"]
    assert photo.file_name.startswith("alibaba-")
    assert photo.text.startswith("Alibaba · ")
    assert "1 story" in photo.text
    assert telegram.refused == []
