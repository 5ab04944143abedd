"""The demo is the real bot: the same items through ``once`` and Telegram give the same alerts."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console as RichConsole

from bot.demo import Newsroom, read_script, run_demo, write_configuration
from tests.acceptance.living import CHAT, Bot, telegram_environ
from tests.standins import TelegramStandIn

SECOND = -1001
SETTINGS = f"""\
timezone: Asia/Shanghai
polling: {{every: 1s, allow_private: [127.0.0.1]}}
receivers:
  desk: {{via: telegram, chat: {CHAT}, language: en}}
  yanjiu: {{via: telegram, chat: {SECOND}, language: zh}}
routes:
  - {{name: desk, watches: [alibaba, tencent], min_score: important, to: [desk]}}
  - {{name: yanjiu, watches: [moonshot], min_score: important, to: [yanjiu]}}
"""


def test_the_demo_shows_an_alert_in_both_languages_a_joining_a_refusal_and_a_digest() -> None:
    out = io.StringIO()

    assert run_demo(fast=True, out=RichConsole(file=out, width=100)) == 0

    shown = out.getvalue()
    for words in (
        "🔴 Alibaba · Earnings",
        "🟠 月之暗面 · 融资",
        "Also East Asia Business",
        "另见 Harbour Wire",
        "” is excluded by Moonshot AI",
        "digest · ",
        "wirewatch init",
    ):
        assert words in shown, shown
    assert shown.count("\nAlibaba cloud revenue jumps 34%") == 1, "told once"


async def test_the_same_items_through_once_and_telegram_give_the_same_alerts(tmp_path: Path) -> None:
    script = read_script()
    async with TelegramStandIn(chats=[CHAT, SECOND]) as telegram, Newsroom(script) as newsroom:
        write_configuration(tmp_path / "config", newsroom, settings=SETTINGS)
        bot = Bot(tmp_path, telegram_environ(telegram))
        for step in script.steps:
            newsroom.publish_now(step.samples)
            await bot.once()

        alerts = [message for message in telegram.messages if not message.reply_to]

    told = [message.text.splitlines()[0].split(" ", 1)[1] for message in alerts]
    assert told == ["Alibaba · Earnings", "月之暗面 · 融资"]
    assert [len(message.edits) for message in alerts] == [1, 1], "each alert grew once"
