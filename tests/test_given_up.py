"""The operator hears once what was given up and that a token is refused, and tries again with a button."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import SendError
from bot.model import DeliveryKind, Operator, Outcome, Receiver
from bot.outbox.given_up import owe_given_up
from bot.outbox.notices import notice
from bot.outbox.refused import owe_refused
from bot.store import deliveries
from tests.deskwork import PROFIT
from tests.golden import assert_golden
from tests.newsmaking import WATCHLIST
from tests.presses import MEI, TOM, PressDesk, action_of

ODD = SendError(Outcome.REFUSED, "Telegram refused the message for chat 1: too odd")
SUED = "Globex sued over brake patents in Texas court"
OPS = {
    language: Receiver(id=f"ops-{language}", via="telegram", chat="9", language=language)
    for language in ("en", "zh")
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PressDesk]:
    opened = PressDesk(tmp_path)
    opened.settings = replace(opened.settings, operator=Operator(to=tuple(opened.settings.receivers)))
    yield opened
    opened.close()


async def give_up(desk: PressDesk, *titles: str) -> None:
    """Alerts that the service refuses for good."""
    desk.chat.down = ODD
    for title in titles:
        desk.read("harbour", title)
    await desk.deliver()
    desk.chat.down = None


async def look(desk: PressDesk) -> list[str]:
    """Look as the bot does every minute, and deliver; return what came since."""
    before = len(desk.chat.posts)
    with desk.store.begin() as conn:
        owe_given_up(conn, desk.settings, desk.now)
    await desk.deliver()
    return [post.text for post in desk.chat.posts[before:]]


async def test_many_that_were_given_up_are_one_notice_told_once(desk: PressDesk) -> None:
    await give_up(desk, PROFIT, SUED)
    (said,) = await look(desk)
    assert "Given up: 2 messages" in said
    assert PROFIT in said
    assert await look(desk) == []


async def test_a_notice_that_is_given_up_itself_is_told_to_nobody(desk: PressDesk) -> None:
    await give_up(desk, PROFIT)
    desk.chat.down = ODD
    await look(desk)
    desk.chat.down = None
    assert await look(desk) == []
    with desk.store.snapshot() as conn:
        assert len(deliveries.dead_letters(conn)) == 2


async def test_what_was_tried_again_before_the_notice_went_is_not_told(desk: PressDesk) -> None:
    await give_up(desk, PROFIT)
    with desk.store.begin() as conn:
        owe_given_up(conn, desk.settings, desk.now)
    given = desk.ask("retry all")
    with desk.store.begin() as conn:
        assert given.effect is not None
        given.effect(conn)
    await desk.deliver()
    assert desk.chat.headlines == [PROFIT]


@pytest.mark.parametrize("under", ["the notice", "status"])
async def test_the_button_tries_again_once_and_only_for_admins(desk: PressDesk, under: str) -> None:
    await give_up(desk, PROFIT)
    await look(desk)
    if under == "status":
        action = desk.ask("status").message.buttons[0][0].action
        assert not desk.ask("status", admin=False).message.buttons
    else:
        action = action_of(desk.wall.shown["1"], "Try again")
    assert action.startswith("retry:")
    assert "Only admins" in (await desk.press(action, by=TOM)).popup
    assert (await desk.press(action, by=MEI)).popup == "1 message owed again at once: desk"
    await desk.deliver()
    assert PROFIT in desk.chat.headlines

    await give_up(desk, SUED)
    assert (await desk.press(action, by=MEI)).popup == "Nothing was given up there.", "an old button"


@pytest.mark.parametrize("mark", ["", "x", "٣", "9" * 40, "-1"])
async def test_a_forged_button_does_nothing(desk: PressDesk, mark: str) -> None:
    await give_up(desk, PROFIT)
    assert (await desk.press(f"retry:{mark}", by=MEI)).popup == "This button does nothing any more."


def made(desk: PressDesk, language: str) -> None:
    """Let the operator be somebody on another service, who reads this language."""
    ops = replace(OPS[language], via="slack")
    receivers = {**desk.settings.receivers, ops.id: ops}
    desk.settings = replace(desk.settings, receivers=receivers, operator=Operator(to=(ops.id,)))


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_notices_read_as_approved(desk: PressDesk, language: str) -> None:
    made(desk, language)
    await give_up(desk, PROFIT, SUED)
    lost = replace(OPS["en"], via="telegram")
    with desk.store.begin() as conn:
        assert owe_given_up(conn, desk.settings, desk.now) == 1
        assert owe_refused(conn, desk.settings, lost, desk.now) == 1
        assert owe_refused(conn, desk.settings, lost, desk.now) == 0, "once a day"
        assert owe_refused(conn, desk.settings, replace(lost, via="slack"), desk.now) == 0, "not there itself"
        owed = deliveries.pending_of(conn, OPS[language].id, DeliveryKind.NOTICE, desk.now)
        shown = {}
        for each in owed:
            about = str(each.payload["about"]).replace(" ", "_")
            shown[about] = notice(conn, each, OPS[language], WATCHLIST, desk.now, buttons=True)
    for about in ("given_up", "token_refused"):
        said = shown[about]
        assert said is not None
        assert_golden(f"{about}.{language}", said.message)
