"""Buttons as Telegram delivers them: over HTTP, through the doorman, and back into the message that was pressed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.app.listening import Doorman
from bot.channels import Pacer
from bot.channels.telegram import Telegram
from bot.model import Receiver
from tests.deskwork import CLIMBS, PROFIT
from tests.presses import MEI, TOM, House, Person, PressDesk
from tests.standins import Chat, TelegramStandIn

GROUP = -1001234567890
PATIENCE = 10.0


@pytest.fixture
async def api() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn(chats={GROUP: Chat("supergroup")}, rates=False) as running:
        yield running


@pytest.fixture
async def house(tmp_path: Path, api: TelegramStandIn) -> AsyncIterator[House]:
    """A bot that listens and sends."""
    desk, stop = PressDesk(tmp_path), asyncio.Event()
    channel = Telegram(api.token, api_url=api.url, poll_seconds=1, pacer=Pacer())
    made = House(desk, channel, Receiver(id="desk", via="telegram", chat=str(GROUP)))
    tasks = [asyncio.create_task(Doorman(made, channel).listen()), asyncio.create_task(made.outbox.run(stop))]
    yield made
    stop.set()
    tasks[0].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await channel.close()
    desk.close()


async def until(true: Callable[[], object]) -> None:
    """Wait, for a bounded time, until something is so."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not true():
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.01)


def labels(api: TelegramStandIn, at: int = 0) -> list[str]:
    """What stands under a message."""
    return [label for row in api.messages[at].buttons for label, _ in row]


async def test_an_alert_is_muted_undone_and_snoozed_by_its_buttons(
    house: House, api: TelegramStandIn
) -> None:
    story = house.desk.read("harbour", PROFIT)
    house.outbox.wake()
    await until(lambda: api.messages)
    (alert,) = api.messages
    plain = alert.text

    def press(person: Person, action: str) -> None:
        api.press(GROUP, int(person.id), alert.message_id, f"{action.format(story)}", name=person.name)

    press(TOM, "mute:{}")
    await until(lambda: api.popups)
    assert "Only admins may do this here. Your id is 2;" in api.popups[-1][1]
    assert alert.text == plain

    press(MEI, "mute:{}")
    await until(lambda: "(muted by Mei)" in alert.text)
    assert labels(api) == ["Why", "Undo"]

    press(TOM, "why:{}")
    await until(lambda: "Full trace" in api.popups[-1][1])

    press(MEI, "undo:{}")
    await until(lambda: alert.text == plain)
    assert labels(api) == ["Why", "Mute", "Snooze", "👍", "👎"]

    press(MEI, "snooze:{}")
    await until(lambda: labels(api) == ["4 h", "1 day", "7 days", "‹"])
    press(TOM, "back:{}")
    await until(lambda: labels(api)[0] == "Why")
    press(MEI, "snooze:{}")
    await until(lambda: labels(api)[0] == "4 h")
    press(MEI, "snooze:{}:4h")
    await until(lambda: "Globex snoozed until 16:05 (Mei)" in alert.text)
    assert labels(api) == ["Why", "Undo"]

    await until(lambda: api.calls["answerCallbackQuery"] == 8)
    assert len(api.messages) == 1, "nothing was sent into the chat but the alert"
    assert api.refused == []


async def test_the_trace_leads_to_the_question_which_report_does_not_belong(
    house: House, api: TelegramStandIn
) -> None:
    story = house.desk.read("harbour", PROFIT)
    house.desk.read("pujiang", CLIMBS)
    house.outbox.wake()
    await until(lambda: api.messages)

    api.say(GROUP, int(MEI.id), f"/why {story}")
    await until(lambda: len(api.messages) == 2)
    api.press(GROUP, int(MEI.id), api.messages[1].message_id, f"split:{story}")
    await until(lambda: len(api.messages) == 3)
    asked = api.messages[2]
    cancel = next(action for row in asked.buttons for label, action in row if label == "Cancel")
    api.press(GROUP, int(MEI.id), asked.message_id, cancel)
    await until(lambda: asked.text == "Cancelled by Mei.")

    assert asked.buttons == []
    assert api.refused == []
