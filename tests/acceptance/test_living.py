"""The running bot: it survives being killed, hears what is asked, and keeps its last good configuration."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.acceptance.living import CHAT, Bot, Outlet, eventually, make_bot, telegram_environ
from tests.loopback import Newsroom
from tests.standins import TelegramStandIn

EARNINGS = "Alibaba cloud revenue jumps 34%, beating forecasts on AI demand"
STRANGER, STRANGE_CHAT, ADMIN = 666, 777, 11
SETTINGS = f"""\
receivers: {{desk: {{via: telegram, chat: {CHAT}}}}}
routes: [{{min_score: important, to: [desk]}}]
access: {{telegram: {{admins: [{ADMIN}]}}}}
"""


class World:
    """One outlet, one chat, one bot that has seen its baseline."""

    def __init__(self, bot: Bot, harbour: Outlet, telegram: TelegramStandIn) -> None:
        self.bot = bot
        self.harbour = harbour
        self.telegram = telegram

    def told(self) -> list[str]:
        """The headlines of the alerts so far: greetings and answers are silent."""
        return [message.text.splitlines()[1] for message in self.telegram.messages if not message.silent]

    def answers(self) -> list[str]:
        """The texts that were not alerts, without the greeting."""
        silent = [message.text for message in self.telegram.messages if message.silent]
        return [text for text in silent if "Wirewatch is connected" not in text]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with Newsroom() as newsroom, TelegramStandIn(chats=[CHAT, STRANGE_CHAT, ADMIN]) as telegram:
        harbour = Outlet(newsroom, "harbour")
        bot = make_bot(tmp_path, [harbour], SETTINGS, telegram_environ(telegram))
        await bot.once()
        yield World(bot, harbour, telegram)


async def test_a_story_is_told_within_seconds_and_a_new_chat_is_greeted_once(world: World) -> None:
    async with world.bot.running():
        world.harbour.publish(EARNINGS)
        await eventually(lambda: world.told() == [EARNINGS])
        await eventually(
            lambda: any("Wirewatch is connected" in each.text for each in world.telegram.messages)
        )
    async with world.bot.running():
        world.harbour.publish("Tencent sued over patents in Texas court")
        await eventually(lambda: len(world.told()) == 2)

    greetings = [each for each in world.telegram.messages if "Wirewatch is connected" in each.text]
    assert len(greetings) == 1


async def test_kill_and_restart_lose_nothing_and_repeat_nothing(world: World) -> None:
    async with world.bot.running() as running:
        world.harbour.publish(EARNINGS)
        await eventually(lambda: world.told() == [EARNINGS])
        # Killed before the answer is written down, it would have to say that it may repeat itself.
        for _ in range(20):
            if not (await world.bot.rows("status"))[0]["owed"]:
                break
        await running.kill()
    world.harbour.publish("Tencent sued over patents in Texas court")
    async with world.bot.running():
        await eventually(lambda: len(world.told()) == 2)

    assert world.told() == [EARNINGS, "Tencent sued over patents in Texas court"]


async def test_killed_while_sending_it_tells_again_and_says_that_it_may_be_a_repeat(world: World) -> None:
    async with world.bot.running() as running:
        await eventually(
            lambda: any("Wirewatch is connected" in each.text for each in world.telegram.messages)
        )
        world.telegram.fail_next(1, "accept_then_hang", method="sendMessage")
        world.harbour.publish(EARNINGS)
        await eventually(lambda: world.told() == [EARNINGS])
        await running.kill()
    async with world.bot.running():
        await eventually(lambda: len(world.told()) == 2)

    first, repeat = (message.text for message in world.telegram.messages if not message.silent)
    assert "(may be a repeat)" in repeat
    assert "(may be a repeat)" not in first


async def test_people_in_the_chat_are_answered_and_strangers_get_silence(world: World) -> None:
    world.harbour.publish(EARNINGS)
    await world.bot.once()
    alert = world.telegram.messages[0]
    async with world.bot.running():
        world.telegram.say(STRANGE_CHAT, STRANGER, "/recent")
        world.telegram.say(CHAT, 5, "/recent 阿里巴巴")
        await eventually(lambda: len(world.answers()) == 1)
        world.telegram.say(CHAT, 5, "/why", reply_to=alert.message_id)
        await eventually(lambda: len(world.answers()) == 2)
        world.telegram.say(ADMIN, ADMIN, "/status")
        await eventually(lambda: len(world.answers()) == 3)
        world.telegram.say(CHAT, 5, "/statuss")
        await eventually(lambda: len(world.answers()) == 4)

    recent, why, status, unknown = world.answers()
    assert EARNINGS in recent
    assert "company in headline" in why
    assert "Wirewatch" in status
    assert "/status" in unknown
    assert not [each for each in world.telegram.messages if each.chat == STRANGE_CHAT]


async def test_a_broken_edit_changes_nothing_and_a_good_one_takes_force_while_it_runs(world: World) -> None:
    async with world.bot.running() as running:
        world.bot.write(
            "watchlist.yaml", "watches:\n  alibaba: library\n  acme: {name: Acme, aliasses: [Acme Corp]}\n"
        )
        await running.says("watchlist.yaml:3:")
        assert "aliases" in running.said
        world.harbour.publish(EARNINGS)
        await eventually(lambda: world.told() == [EARNINGS])
        world.bot.write("watchlist.yaml", "watches:\n  acme: {name: Acme Rockets}\n")
        await running.says("configuration in force")
        world.harbour.publish("Acme Rockets files for bankruptcy after launch failure")
        await eventually(lambda: len(world.told()) == 2)


async def test_a_second_instance_names_the_first_and_ends(world: World) -> None:
    async with world.bot.running() as running:
        _, err = await world.bot.do("once", code=1)

    assert str(running.process.pid) in err
    assert "already running" in err


async def test_the_health_check_knows_a_running_bot_from_none(world: World) -> None:
    out, _ = await world.bot.do("status", "--health", code=1)
    assert "not running" in out
    async with world.bot.running():
        out, _ = await world.bot.do("status", "--health")
    assert out.strip() == "running"


async def test_a_first_start_refuses_broken_files_and_a_later_one_watches_on_with_the_last_good_ones(
    world: World,
) -> None:
    kept = world.bot.home / "state" / "last_good.json"
    aside = kept.rename(kept.with_name("aside"))
    world.bot.write("watchlist.yaml", "watches: [alibaba\n")

    _, err = await world.bot.do("run", code=2)
    assert "watchlist.yaml:" in err
    assert "Traceback" not in err

    aside.rename(kept)
    async with world.bot.running(until="the last good one is in force"):
        world.harbour.publish(EARNINGS)
        await eventually(lambda: world.told() == [EARNINGS])


async def test_a_group_that_becomes_a_supergroup_is_followed_while_the_bot_runs(tmp_path: Path) -> None:
    old, new = -77, -1001234567890
    async with Newsroom() as newsroom, TelegramStandIn(chats=[old]) as telegram:
        harbour = Outlet(newsroom, "harbour")
        settings = SETTINGS.replace(f"chat: {CHAT}", f"chat: {old}")
        assert settings != SETTINGS
        bot = make_bot(tmp_path, [harbour], settings, telegram_environ(telegram))
        await bot.once()
        async with bot.running():
            telegram.move(old, new)
            harbour.publish(EARNINGS)
            await eventually(lambda: [each.chat for each in telegram.messages if not each.silent] == [new])
            telegram.say(new, 5, "/status")
            await eventually(
                lambda: any("write chat: -1001234567890" in each.text for each in telegram.messages)
            )
    assert not [name for name, _ in telegram.refused if name == "sendMessage"]
