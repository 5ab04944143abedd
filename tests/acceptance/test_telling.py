"""From a feed to a chat: one alert per story, edited as it grows, in Telegram and in Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.acceptance.living import CHANNEL, CHAT, Bot, Outlet, make_bot, slack_environ, telegram_environ
from tests.loopback import Newsroom
from tests.standins import SlackStandIn, TelegramStandIn

EARNINGS = "Alibaba cloud revenue jumps 34%, beating forecasts on AI demand"
AGAIN = "Alibaba cloud revenue climbs 34% on AI demand, beating forecasts"
IN_CHINESE = "阿里巴巴云业务营收增长34%，超出市场预期"
BOTH = f"""\
receivers:
  desk: {{via: telegram, chat: {CHAT}}}
  team: {{via: slack, chat: {CHANNEL}, language: zh}}
routes: [{{min_score: important, to: [desk, team]}}]
"""


class World:
    """Two outlets, two chats, one bot."""

    def __init__(
        self, home: Path, newsroom: Newsroom, telegram: TelegramStandIn, slack: SlackStandIn
    ) -> None:
        self.home = home
        self.telegram = telegram
        self.slack = slack
        self.harbour = Outlet(newsroom, "harbour")
        self.pujiang = Outlet(newsroom, "pujiang")

    def bot(self, settings: str = BOTH) -> Bot:
        """A bot with these receivers and routes, and both tokens."""
        environ = telegram_environ(self.telegram) | slack_environ(self.slack)
        return make_bot(self.home, [self.harbour, self.pujiang], settings, environ)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with Newsroom() as newsroom, TelegramStandIn(chats=[CHAT]) as telegram, SlackStandIn() as slack:
        yield World(tmp_path, newsroom, telegram, slack)


async def test_a_first_poll_tells_nobody_and_the_next_story_is_told_once_on_both_chats(world: World) -> None:
    bot = world.bot()
    world.harbour.publish("Alibaba sued in Texas over a warehouse fire", minutes=60)

    out, _ = await bot.once()
    assert world.telegram.messages == []
    assert "Alibaba sued in Texas" in out, "the terminal shows what would have been told"

    world.harbour.publish(EARNINGS, "Cloud revenue rose to 39.8 billion yuan.")
    await bot.once()
    await bot.once()

    assert [message.text.splitlines()[:2] for message in world.telegram.messages] == [
        ["🟠 Alibaba · Earnings", EARNINGS]
    ]
    assert [post.text for post in world.slack.posts] == [f"🟠 阿里巴巴 · 财报：{EARNINGS}"]


async def test_a_second_source_and_one_in_the_other_language_edit_the_alert(world: World) -> None:
    bot = world.bot()
    await bot.once()
    world.harbour.publish(EARNINGS, "Alibaba cloud revenue rose to 39.8 billion yuan.")
    await bot.once()
    world.pujiang.publish(IN_CHINESE, "阿里巴巴九月季度云业务收入升至398亿元。")
    await bot.once()

    alert = world.telegram.messages[0]
    assert len(world.telegram.messages) == 1
    assert "Also Pujiang Wire" in alert.text
    assert len(alert.edits) == 1
    assert len(world.slack.posts) == 1
    assert "另见" in world.slack.posts[0].visible


async def test_why_says_what_was_told_and_what_was_not(world: World) -> None:
    bot = world.bot()
    await bot.once()
    told = world.harbour.publish(EARNINGS)
    silent = world.harbour.publish("City unveils moonshot goals for clean transport")
    await bot.once()

    reasons = {(row["receiver"], row["reason"]) for row in await bot.rows("why", told)}
    assert reasons == {("desk", "first_report"), ("team", "first_report")}
    (row,) = await bot.rows("why", silent)
    assert row["reason"] == "no_match"
    assert row["refused"][0]["text"] == "moonshot"
    out, _ = await bot.do("why", silent)
    assert "excluded" in out


async def test_small_news_waits_for_the_digest_and_stands_in_it_once(world: World) -> None:
    bot = world.bot(
        f"receivers: {{desk: {{via: telegram, chat: {CHAT}}}}}\n"
        'routes: [{min_score: 40, to: [desk], digest: {at: "08:30"}}]\n'
    )
    await bot.once()
    world.harbour.publish("Tencent adds a note-taking feature to its meeting app")
    await bot.once()
    assert world.telegram.messages == []

    await bot.do("digest")
    await bot.do("digest")

    (digest,) = world.telegram.messages
    assert digest.silent
    assert "Tencent adds a note-taking feature" in digest.text


async def test_quiet_hours_hold_an_alert_and_an_urgent_one_pierces_them(world: World) -> None:
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    start, until = (f"{now + timedelta(hours=hours):%H:%M}" for hours in (-2, 3))
    bot = world.bot(
        f"timezone: Asia/Shanghai\nreceivers: {{desk: {{via: telegram, chat: {CHAT}, "
        f'quiet_hours: {{from: "{start}", until: "{until}", unless_score: 85}}}}}}\n'
        "routes: [{min_score: important, to: [desk]}]\n"
    )
    await bot.once()
    held = world.harbour.publish("Tencent sued over patents in Texas court")
    await bot.once()
    assert world.telegram.messages == []
    (row,) = await bot.rows("why", held)
    assert row["reason"] == "quiet_hours"

    body = "Alibaba reported. " * 8
    bot.write(
        "sources.yaml",
        (bot.home / "config/sources.yaml").read_text().replace("every:", "weight: 1.5, every:"),
    )
    world.pujiang.publish(EARNINGS, body)
    await bot.once()

    assert [message.text.splitlines()[1] for message in world.telegram.messages] == [EARNINGS]


async def test_an_edited_headline_is_a_correction_to_those_who_heard_it(world: World) -> None:
    bot = world.bot()
    await bot.once()
    world.harbour.publish(EARNINGS)
    await bot.once()
    world.harbour.items[0]["title"] = EARNINGS.replace("34%", "24%")
    world.harbour.show()
    await bot.once()

    alert, correction = world.telegram.messages
    assert correction.reply_to == alert.message_id
    assert "✏️" in correction.text
    assert "24%" in correction.text
    assert "24%" in alert.text
    assert "corrected" in alert.text, "the alert's foot says so"
    assert world.slack.posts[1].thread_ts == world.slack.posts[0].ts


async def test_a_down_source_has_its_own_health_line_and_the_others_go_on(world: World) -> None:
    bot = world.bot()
    await bot.once()
    world.harbour.newsroom.publish(
        "/pujiang.xml", b"<html><title>Log in</title></html>", content_type="text/html"
    )
    world.harbour.publish(EARNINGS)
    await bot.once()

    assert len(world.telegram.messages) == 1
    health = {row["source"]: row for row in await bot.rows("sources")}
    assert health["pujiang"]["reason"] == "web_page"
    assert health["harbour"]["errors"] == 0


async def test_what_was_published_is_found_by_a_two_character_name(world: World) -> None:
    bot = world.bot()
    world.pujiang.publish("腾讯回购10亿港元股份")
    await bot.once()

    assert [row["title"] for row in await bot.rows("search", "腾讯")] == ["腾讯回购10亿港元股份"]
    assert [row["watches"] for row in await bot.rows("recent", "Tencent")] == [["tencent"]]
    assert [row["watches"] for row in await bot.rows("recent", "腾讯", "since:3d")] == [["tencent"]]
    assert await bot.rows("recent", "Alibaba") == []


async def test_without_a_token_the_terminal_is_the_channel_and_says_so(world: World) -> None:
    bot = world.bot()
    bot.environ.clear()
    await bot.once()
    world.harbour.publish(EARNINGS)
    out, err = await bot.once()

    assert EARNINGS in out
    assert "TELEGRAM_BOT_TOKEN is not set" in err


async def test_a_wrong_token_loses_nothing_and_is_named(world: World) -> None:
    bot = world.bot(
        f"receivers: {{desk: {{via: telegram, chat: {CHAT}}}}}\nroutes: [{{min_score: 60, to: [desk]}}]\n"
    )
    await bot.once()
    bot.environ["TELEGRAM_BOT_TOKEN"] = "999:wrong-token-of-nobody"
    world.harbour.publish(EARNINGS)
    out, err = await bot.once(code=1)
    assert world.telegram.messages == []
    assert "desk was not told, it stays owed" in err
    (status,) = await bot.rows("status")
    assert status["owed"] == 1
    assert "wrong-token" not in out + err

    bot.environ["TELEGRAM_BOT_TOKEN"] = world.telegram.token
    await bot.once()
    assert [message.text.splitlines()[1] for message in world.telegram.messages] == [EARNINGS]
