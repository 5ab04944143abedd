"""Slack's stand-in refuses what Slack refuses, and notices what an app forgets: its tests mean something."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from tests.standins import SlackStandIn, VirtualClock
from tests.standins.slack_blocks import faults

TEAM = "C0123ABC"


def button(action_id: str = "a", *, label: str = "Why", value: str = "why:k7f2") -> dict[str, Any]:
    name = {"type": "plain_text", "text": label}
    return {"type": "button", "action_id": action_id, "value": value, "text": name}


def menu(*options: tuple[str, str], action_id: str = "m") -> dict[str, Any]:
    rows = [{"text": {"type": "plain_text", "text": label}, "value": value} for label, value in options]
    name = {"type": "plain_text", "text": "Snooze"}
    return {"type": "static_select", "action_id": action_id, "placeholder": name, "options": rows}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ([actions(button("a"), button("a"))], "action_id already exists"),
        ([actions(button("a")), actions(button("a"))], "action_id already exists"),
        ([actions(*(button(f"{n}") for n in range(26)))], "malformed block"),
        ([actions(button(label="x" * 76))], "between 1 and 75"),
        ([actions(button(value="x" * 2001))], "malformed element"),
        ([actions(button(label="so :fire: hot"))], "an emoji by name"),
        ([actions(menu())], "between 1 and 100 options"),
        ([actions(menu(*((str(n), str(n)) for n in range(101))))], "between 1 and 100 options"),
        ([actions(menu(("x" * 76, "x")))], "between 1 and 75"),
        ([actions(menu(("x", "x" * 151)))], "1 to 150 characters"),
        ([{"type": "image", "slack_file": {"id": "F1"}, "alt_text": ""}], "malformed block"),
    ],
)
def test_slack_refuses_blocks(blocks: list[dict[str, Any]], said: str) -> None:
    assert any(said in fault for fault in faults(blocks))


def test_slack_takes_a_row_of_buttons_and_a_menu() -> None:
    assert faults([actions(button(), menu(("4 h", "snooze:k7f2:4h")))]) == []


async def call(api: SlackStandIn, method: str, *, token: str = "", **given: Any) -> dict[str, Any]:
    async with aiohttp.ClientSession() as session:
        given = {"token": token or api.token, **given}
        async with session.post(f"{api.api_url}{method}", json=given) as response:
            return dict(await response.json())


async def test_each_method_wants_its_scope() -> None:
    async with SlackStandIn(scopes=()) as api:
        for method, scope in (
            ("chat.postMessage", "chat:write"),
            ("chat.postEphemeral", "chat:write"),
            ("chat.update", "chat:write"),
            ("conversations.open", "im:write"),
            ("files.getUploadURLExternal", "files:write"),
            ("files.completeUploadExternal", "files:write"),
            ("conversations.info", "channels:read"),
        ):
            answer = await call(api, method, channel=TEAM)
            assert (answer["error"], answer["needed"]) == ("missing_scope", scope)


async def test_sockets_are_opened_with_the_other_token_only() -> None:
    async with SlackStandIn() as api:
        opened = await call(api, "apps.connections.open", token=api.app_token)
        assert opened["url"].startswith("ws://127.0.0.1:")
        wrong = await call(api, "apps.connections.open")
        assert wrong["error"] == "not_allowed_token_type"
        assert (await call(api, "chat.postMessage", token=api.app_token))["error"] == "not_allowed_token_type"
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(opened["url"]) as socket:
                assert (await socket.receive_json())["type"] == "hello"
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(opened["url"])


async def test_what_is_not_confirmed_in_time_is_sent_again_and_noted() -> None:
    async with SlackStandIn() as api:
        api.sockets.patience = 0.02
        url = (await call(api, "apps.connections.open", token=api.app_token))["url"]
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            await socket.receive_json()
            await api.mention(TEAM, "U0MEI", "why")
            first, again = await socket.receive_json(), await socket.receive_json()
            assert first["payload"]["event_id"] == again["payload"]["event_id"]
            assert (first["retry_attempt"], again["retry_attempt"]) == (0, 1)
            await socket.send_json({"envelope_id": again["envelope_id"]})
            await asyncio.sleep(0.1)
            assert first["envelope_id"] in api.sockets.late
            assert again["envelope_id"] not in api.sockets.late
            assert len(api.sockets.envelopes) == 2


async def test_a_slash_command_that_nobody_hears_is_lost() -> None:
    async with SlackStandIn() as api:
        await api.slash(TEAM, "U0MEI", "why")
        await api.mention(TEAM, "U0MEI", "why")
        assert api.sockets.late == [api.sockets.envelopes[0].id]


async def test_an_address_takes_five_answers_within_half_an_hour() -> None:
    clock = VirtualClock()
    async with SlackStandIn(clock=clock) as api, aiohttp.ClientSession() as session:
        addresses = []
        for _ in range(2):
            await api.slash(TEAM, "U0MEI", "why")
            addresses.append(api.sockets.envelopes[-1].payload["response_url"])
        for _ in range(5):
            async with session.post(addresses[0], json={"text": "hello"}) as response:
                assert response.status == 200
        async with session.post(addresses[0], json={"text": "hello"}) as response:
            assert (response.status, await response.text()) == (404, "used_url")
        async with session.post(addresses[1], json={"text": "<!channel>"}) as response:
            assert response.status == 400
        clock.now += 1801
        async with session.post(addresses[1], json={"text": "hello"}) as response:
            assert (response.status, await response.text()) == (404, "expired_url")
        assert len(api.whispers) == 5


async def test_a_file_is_there_when_all_three_steps_were_taken() -> None:
    async with SlackStandIn() as api, aiohttp.ClientSession() as session:
        place = await call(api, "files.getUploadURLExternal", filename="a.png", length=4)
        files = [{"id": place["file_id"]}]
        complete = {"files": json.dumps(files), "channel_id": TEAM}
        assert (await call(api, "files.completeUploadExternal", **complete))["error"] == "file_not_found"
        async with session.post(place["upload_url"], data=b"long one") as response:
            assert response.status == 400
        async with session.post(place["upload_url"], data=b"four") as response:
            assert response.status == 200
        assert (await call(api, "files.completeUploadExternal", **complete))["ok"]
        assert [post.files for post in api.posts] == [[place["file_id"]]]
        image = {"type": "image", "slack_file": {"id": place["file_id"]}, "alt_text": "x"}
        quiet: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
        no_picture = await call(api, "chat.postMessage", channel=TEAM, blocks=[image], text="x", **quiet)
        assert no_picture["error"] == "invalid_blocks"


async def test_people_press_only_what_is_there() -> None:
    async with SlackStandIn() as api:
        quiet: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False, "text": "x"}
        await call(api, "chat.postMessage", channel=TEAM, blocks=[actions(button())], **quiet)
        with pytest.raises(ValueError, match="mute:k7f2"):
            await api.press(api.posts[0], "mute:k7f2", "U0MEI")


async def test_plain_text_is_read_for_mentions_as_well() -> None:
    async with SlackStandIn() as api:
        quiet: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False}
        answer = await call(api, "chat.postMessage", channel=TEAM, text="<!channel> look", **quiet)
        assert answer["error"] == "invalid_arguments"


async def test_as_remote_control_it_is_told_what_people_do() -> None:
    async with SlackStandIn() as api, aiohttp.ClientSession() as session:
        for order in (
            {"kind": "slash", "chat": TEAM, "person": "U0MEI", "text": "why"},
            {"kind": "mention", "chat": TEAM, "person": "U0MEI", "text": "why", "thread": "1.1"},
            {"kind": "dm", "person": "U0MEI", "text": "status"},
        ):
            async with session.post(f"{api.url}/_say", json=order) as response:
                assert response.status == 200
        async with session.get(f"{api.url}/_log") as response:
            log = await response.json()
    assert [each["type"] for each in log["envelopes"]] == ["slash_commands", "events_api", "events_api"]
