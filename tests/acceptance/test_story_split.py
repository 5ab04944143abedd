"""A wrong joining, undone by its user: in the terminal and in the chat, whether the bot runs, rests or was killed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from bot.store import Store, requests
from tests.acceptance.living import CHAT, Bot, Outlet, eventually, make_bot, telegram_environ
from tests.loopback import Newsroom
from tests.standins import TelegramStandIn

EARNINGS = "Alibaba cloud revenue jumps 34%, beating forecasts on AI demand"
OTHER = "Alibaba cloud arm grows revenue in the quarter to September"
ADMIN, MEI = 11, 5
DOTS = ("🔴", "🟠", "🔵", "⚪")
SETTINGS = f"""\
receivers: {{desk: {{via: telegram, chat: {CHAT}}}}}
routes: [{{min_score: 40, to: [desk]}}]
access: {{telegram: {{admins: [{ADMIN}]}}}}
"""


class World:
    """Two outlets that link to one page, so that what they say is taken for one story."""

    def __init__(self, bot: Bot, outlets: list[Outlet], telegram: TelegramStandIn) -> None:
        self.bot = bot
        self.harbour, self.pujiang = outlets
        self.telegram = telegram
        self.page = self.harbour.newsroom.url("/page/7")

    def publish(self, outlet: Outlet, title: str) -> None:
        """Publish an item that links to the page, or change the outlet's item about it."""
        item: dict[str, Any] = {"title": title, "link": self.page, "id": f"{outlet.name}-7"}
        outlet.items[:] = [{**item, "date": format_datetime(datetime.now(UTC))}]
        outlet.show()

    @property
    def alert(self) -> str:
        """The alert as it stands now."""
        return self.alerts[0]

    @property
    def alerts(self) -> list[str]:
        """The alerts as they stand now: what begins with a coloured dot."""
        return [each.text for each in self.telegram.messages if each.text.startswith(DOTS)]

    def answers(self) -> list[str]:
        """Everything else."""
        return [each.text for each in self.telegram.messages if not each.text.startswith(DOTS)]

    async def joined(self) -> str:
        """Let both report, deliver the alert and its edit; return the story."""
        self.publish(self.harbour, EARNINGS)
        await self.bot.once()
        self.publish(self.pujiang, OTHER)
        await self.bot.once()
        assert "Also Pujiang Wire" in self.alert
        (row, *_) = await self.bot.rows("recent")
        return str(row["story"])

    async def entries(self, story: str) -> list[str]:
        """The headlines of a story."""
        return [str(row["title"]) for row in await self.bot.rows("story", story)]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with Newsroom() as newsroom, TelegramStandIn(chats=[CHAT, ADMIN]) as telegram:
        outlets = [Outlet(newsroom, "harbour"), Outlet(newsroom, "pujiang")]
        bot = make_bot(tmp_path, outlets, SETTINGS, telegram_environ(telegram))
        await bot.once()
        yield World(bot, outlets, telegram)


async def test_a_resting_bot_is_told_in_the_terminal_and_minds_it_from_its_next_start(world: World) -> None:
    story = await world.joined()

    out, _ = await world.bot.do("story", "split", story, "2")
    assert f"Taken out of {story}: new story" in out
    assert await world.entries(story) == [EARNINGS]
    await world.bot.once()
    assert "Pujiang" not in world.alert

    world.publish(world.pujiang, "Alibaba cloud arm grows revenue by a third in the quarter to September")
    await world.bot.once()
    assert await world.entries(story) == [EARNINGS]
    assert len(world.alerts) == 1


async def test_a_running_bot_makes_the_split_between_two_polls(world: World) -> None:
    story = await world.joined()
    async with world.bot.running():
        (row,) = await world.bot.rows("story", "split", story, "2")
        assert row["done"] is True
        assert row["edits"] == ["desk"]
        world.publish(world.pujiang, "Alibaba cloud arm grows revenue by a third in the quarter to September")
        world.harbour.publish("Tencent sued over patents in Texas court")
        await eventually(lambda: len(world.alerts) == 2)

    await world.bot.once()
    assert "Pujiang" not in world.alert, "edited within a minute, or by the next pass"
    assert len(world.alerts) == 2
    assert await world.entries(story) == [EARNINGS]
    assert await world.entries(row["new"]) == [
        "Alibaba cloud arm grows revenue by a third in the quarter to September"
    ]


async def test_an_admin_splits_in_the_chat_and_others_may_not(world: World) -> None:
    story = await world.joined()
    async with world.bot.running():
        world.telegram.say(CHAT, MEI, f"/story split {story} 2")
        await eventually(lambda: any("Only admins" in text for text in world.answers()))
        world.telegram.say(
            CHAT, ADMIN, "/story split 2 —tell", reply_to=world.telegram.messages[0].message_id
        )
        await eventually(lambda: any("Taken out of" in text for text in world.answers()))
        await eventually(lambda: len(world.alerts) == 2)

    assert OTHER in world.alerts[1]
    assert await world.entries(story) == [EARNINGS]


async def test_killed_between_the_request_and_the_tick_it_is_made_by_whoever_runs_next(world: World) -> None:
    story = await world.joined()
    (_, row) = await world.bot.rows("story", story)
    async with world.bot.running() as running:
        await running.kill()
    store = Store.open(f"sqlite:///{world.bot.home / 'state/wirewatch.db'}")
    payload = {"story": story, "entry": row["entry"], "told": True, "by": "telegram:11"}
    with store.begin() as conn:
        requests.add(conn, requests.SPLIT, payload, datetime.now(UTC))
    store.close()

    await world.bot.once()
    await world.bot.once()

    assert await world.entries(story) == [EARNINGS]
    assert "Pujiang" not in world.alert
    assert len(world.alerts) == 1


async def test_what_can_not_be_split_is_a_sentence_and_exit_code_2(world: World) -> None:
    story = await world.joined()
    for words in ([], [story, "9"]):
        out, err = await world.bot.do("story", "split", *words, code=2)
        assert "Traceback" not in out + err
        assert "wirewatch " in out
