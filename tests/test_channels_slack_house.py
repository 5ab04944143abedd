"""A desk in Slack: asked and pressed by Socket Mode, answered over HTTP, with a real store in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.app.listening import Doorman
from bot.channels import Pacer
from bot.channels.slack import Slack
from bot.model import Access, Receiver
from tests.deskwork import CLIMBS, PROFIT
from tests.presses import House, PressDesk
from tests.standins import SlackStandIn

TEAM, MEI, TOM = "C0123ABC", "U0MEI", "U0TOM"
PATIENCE = 10.0


@pytest.fixture
async def api() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(chats={TEAM}, rates=False) as running:
        yield running


@pytest.fixture
async def house(tmp_path: Path, api: SlackStandIn) -> AsyncIterator[House]:
    desk, stop = PressDesk(tmp_path), asyncio.Event()
    channel = Slack(api.token, app_token=api.app_token, api_url=api.api_url, pacer=unhurried())
    here = Receiver(id="desk", via="slack", chat=TEAM)
    made = House(desk, channel, here, access={"slack": Access(admins=frozenset({MEI}))})
    tasks = [asyncio.create_task(Doorman(made, channel).listen()), asyncio.create_task(made.outbox.run(stop))]
    await until(lambda: api.sockets.connected)
    yield made
    stop.set()
    tasks[0].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await channel.close()
    desk.close()


def unhurried() -> Pacer:
    async def skip(seconds: float) -> None:
        await asyncio.sleep(0)
        clock[0] += seconds

    clock = [0.0]
    return Pacer(clock=lambda: clock[0], sleep=skip)


async def until(so: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not so():  # noqa: ASYNC110 - what is waited for happens behind a socket
            await asyncio.sleep(0.01)


async def told(house: House, api: SlackStandIn) -> str:
    story = house.desk.read("harbour", PROFIT)
    house.outbox.wake()
    await until(lambda: api.posts)
    return story


async def test_an_alert_is_muted_snoozed_and_undone_by_its_buttons(house: House, api: SlackStandIn) -> None:
    story = await told(house, api)
    (alert,) = api.posts
    plain = alert.visible
    assert alert.labels() == ["Why", "Mute story", "Snooze", "👍", "👎"]

    await api.press(alert, f"mute:{story}", TOM, name="tom")
    await until(lambda: api.whispers)
    assert (api.whispers[0].person, api.whispers[0].visible.startswith("Only admins")) == (TOM, True)
    assert TOM in api.whispers[0].visible

    await api.press(alert, f"mute:{story}", MEI)
    await until(lambda: "(muted by mei)" in alert.visible)
    assert alert.labels() == ["Why", "Undo"]
    await api.press(alert, f"undo:{story}", MEI)
    await until(lambda: alert.visible == plain)

    await api.press(alert, f"snooze:{story}:4h", MEI)
    await until(lambda: "snoozed until" in alert.visible)
    assert len(api.posts) == 1


async def test_why_is_for_the_presser_until_it_is_shared(house: House, api: SlackStandIn) -> None:
    story = await told(house, api)
    await api.press(api.posts[0], f"why:{story}", TOM, name="tom")
    await until(lambda: api.whispers)
    trace = api.whispers[0]
    assert (trace.person, trace.visible.startswith("Told to desk")) == (TOM, True)
    assert trace.labels()[-1] == "Share here"
    await api.press(trace, f"share:why {story}", TOM, name="tom")
    await until(lambda: len(api.posts) == 2)
    shared = api.posts[1]
    assert (shared.person, shared.visible) == ("", trace.visible)
    assert "Share here" not in shared.labels()


async def test_in_an_alerts_thread_a_mention_asks_about_it(house: House, api: SlackStandIn) -> None:
    await told(house, api)
    await api.mention(TEAM, TOM, "why", thread=api.posts[0].ts)
    await until(lambda: api.whispers)
    assert api.whispers[0].visible.startswith("Told to desk")
    assert api.whispers[0].thread_ts == api.posts[0].ts


async def test_a_list_opens_its_stories_from_a_menu(house: House, api: SlackStandIn) -> None:
    story = await told(house, api)
    house.desk.read("delta", CLIMBS)
    await api.slash(TEAM, TOM, "recent", name="tom")
    await until(lambda: api.whispers)
    page = api.whispers[0]
    assert page.labels() == ["Open story", "Share here"]
    await api.press(page, f"story:{story}", TOM, name="tom")
    await until(lambda: len(api.whispers) == 2)
    assert api.whispers[1].visible.startswith(story)


async def test_help_status_and_nonsense_are_answered_and_a_retry_is_not(
    house: House, api: SlackStandIn
) -> None:
    for words in ("", "status", "recnt"):
        await api.slash(TEAM, TOM, words, name="tom")
    await until(lambda: len(api.whispers) == 3)
    assert {each.visible.split("\n")[0].split(" ")[0] for each in api.whispers} >= {"Wirewatch"}
    await api.mention(TEAM, TOM, "status")
    again = api.sockets.envelopes[-1]
    await api.sockets.tell("events_api", again.payload, attempt=1)
    await api.slash(TEAM, TOM, "status")
    await until(lambda: len(api.whispers) == 5)
    assert api.calls["chat.postEphemeral"] == 5


async def test_a_stranger_gets_silence_and_an_admin_is_answered_anywhere(
    house: House, api: SlackStandIn
) -> None:
    await told(house, api)
    api.chats["C0ELSE"] = "ok"
    await api.slash("C0ELSE", TOM, "recent")
    await api.direct(TOM, "recent")
    await api.slash("C0ELSE", MEI, "recent")
    chat = await api.direct(MEI, "status")
    await until(lambda: api.whispers and len(api.posts) == 2)
    assert [(each.channel, each.person) for each in api.whispers] == [("C0ELSE", MEI)]
    assert [post.channel for post in api.posts[1:]] == [chat]
    assert api.sockets.late == []
