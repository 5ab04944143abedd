"""The running bot changes its watchlist from Telegram: the effect, the button, the next alert, and every byte back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.acceptance.living import CHAT, Bot, Outlet, eventually, make_bot, telegram_environ
from tests.loopback import Newsroom
from tests.standins import TelegramStandIn

ADMIN, READER = 11, 5
SETTINGS = f"""\
receivers: {{desk: {{via: telegram, chat: {CHAT}}}}}
routes: [{{min_score: 40, to: [desk]}}]
access: {{telegram: {{admins: [{ADMIN}]}}}}
"""
WATCHES = "# ours\nwatches:\n  tencent: library   # games\n  acme: {name: Acme}\n"
BEFORE = "Bluebird Motors sued over brake patents in Texas court"
RINGS = "Tencent buys back shares worth HK$1 billion"
AFTER = "Bluebird Motors recalls 40,000 cars over brakes"


class World:
    """One outlet, one chat, one bot that has seen its baseline."""

    def __init__(self, bot: Bot, harbour: Outlet, telegram: TelegramStandIn) -> None:
        self.bot, self.harbour, self.telegram = bot, harbour, telegram
        self.file = bot.home / "config" / "watchlist.yaml"

    @property
    def text(self) -> str:
        """The file as it stands."""
        return self.file.read_bytes().decode()

    async def says(self, words: str) -> int:
        """Wait until a message of the chat shows these words now, and return its number."""
        await eventually(lambda: self._showing(words), lambda: "\n---\n".join(self.shown()))
        return int(self._showing(words)[-1])

    def shown(self) -> list[str]:
        """What the messages of the chat say now."""
        return [message.text for message in self.telegram.messages]

    def _showing(self, words: str) -> list[int]:
        return [message.message_id for message in self.telegram.messages if words in message.text]

    def press(self, number: int, label: str, person: int = ADMIN) -> None:
        """Press a button by its label."""
        (message,) = [one for one in self.telegram.messages if one.message_id == number]
        (action,) = [data for row in message.buttons for name, data in row if name == label]
        self.telegram.press(CHAT, person, number, action)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with Newsroom() as newsroom, TelegramStandIn(chats=[CHAT, ADMIN]) as telegram:
        harbour = Outlet(newsroom, "harbour")
        bot = make_bot(tmp_path, [harbour], SETTINGS, telegram_environ(telegram))
        bot.write("watchlist.yaml", WATCHES)
        await bot.once()
        yield World(bot, harbour, telegram)


async def test_an_alias_from_the_chat_is_shown_confirmed_live_and_taken_back(world: World) -> None:
    async with world.bot.running():
        world.harbour.publish(BEFORE)
        world.harbour.publish(RINGS)
        await world.says(RINGS)
        world.telegram.say(CHAT, READER, "/watch alias acme Bluebird Motors")
        await world.says("Only admins may change this")

        world.telegram.say(CHAT, ADMIN, "/watch alias acme Bluebird Motors")
        shown = await world.says("acme: {name: Acme, aliases: [Bluebird Motors]}")
        await world.says(f"+ 🟠 {BEFORE}")
        assert world.text == WATCHES
        world.press(shown, "Do it", READER)
        await eventually(lambda: world.telegram.popups)
        assert world.text == WATCHES
        world.press(shown, "Do it")
        await world.says("Live since")
        assert world.text == WATCHES.replace("{name: Acme}", "{name: Acme, aliases: [Bluebird Motors]}")

        world.harbour.publish(AFTER)
        await world.says(AFTER)

        world.telegram.say(CHAT, ADMIN, "/watch undo")
        world.press(await world.says("Take back: watch alias acme Bluebird Motors"), "Do it")
        await world.says("Done: undo")
        assert world.text == WATCHES

        world.telegram.say(CHAT, ADMIN, "/关注 添加 月之暗面")
        shown = await world.says("moonshot: library")
        world.bot.write("watchlist.yaml", WATCHES + "  globex: {name: Globex}\n")
        world.press(shown, "Do it")
        await world.says("was edited since this was shown")
        assert "moonshot" not in world.text
