"""``connect slack``: by slash command, mention or direct message, over Socket Mode."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import load
from tests.connecting import Place
from tests.standins import SlackStandIn, TelegramStandIn

CHANNEL = "C0123ABC"
MEI = "U0MEI42"


class SlackPlace(Place):
    """A folder, and Slack."""

    slack: SlackStandIn


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[SlackPlace]:
    async with SlackStandIn(chats=[CHANNEL]) as slack:
        place = SlackPlace(tmp_path, TelegramStandIn())
        place.slack = slack
        place.environ = {
            "SLACK_BOT_TOKEN": slack.token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
        }
        yield place


async def listening(place: SlackPlace) -> None:
    """Wait until somebody listens."""
    from tests.acceptance.living import eventually

    await eventually(lambda: place.slack.sockets.connected)


async def test_the_slash_command_makes_the_channel_a_receiver(place: SlackPlace) -> None:
    async with place.connecting("--yes", "--name", "team", service="slack") as (typing, code):
        await listening(place)
        await place.slack.slash(CHANNEL, MEI, f"connect {code}")

    assert typing.code == 0, typing.out.getvalue()
    settings = load(place.config, environ={}).settings
    assert (settings.receivers["team"].via, settings.receivers["team"].chat) == ("slack", CHANNEL)
    assert settings.access["slack"].admins == {MEI}
    assert [post.visible for post in place.slack.whispers if "code is right" in post.visible]
    assert [post for post in place.slack.posts if "Wirewatch is connected" in post.visible]


async def test_a_mention_in_a_channel_does_the_same(place: SlackPlace) -> None:
    async with place.connecting("--yes", "--name", "team", service="slack") as (typing, code):
        await listening(place)
        await place.slack.mention(CHANNEL, MEI, f"connect {code}")

    assert typing.code == 0, typing.out.getvalue()
    assert load(place.config, environ={}).settings.receivers["team"].chat == CHANNEL


async def test_a_direct_message_connects_the_chat_with_the_bot(place: SlackPlace) -> None:
    async with place.connecting("--yes", "--name", "me", service="slack") as (typing, code):
        await listening(place)
        chat = await place.slack.direct(MEI, f"connect {code}")

    assert typing.code == 0, typing.out.getvalue()
    assert load(place.config, environ={}).settings.receivers["me"].chat == chat


async def test_a_channel_that_the_bot_is_not_in_is_not_written(place: SlackPlace) -> None:
    place.slack.chats[CHANNEL] = "not_in_channel"
    before = place.settings
    async with place.connecting("--yes", service="slack") as (typing, code):
        await listening(place)
        await place.slack.slash(CHANNEL, MEI, f"connect {code}")

    assert typing.code == 1
    assert "invite the bot" in typing.out.getvalue()
    assert place.settings == before


async def test_both_tokens_are_asked_for_by_name(place: SlackPlace) -> None:
    place.environ = {}
    typing = await place.type("connect", "slack", "--yes")

    assert typing.code == 2
    assert "SLACK_BOT_TOKEN" in typing.out.getvalue()
    assert "SLACK_APP_TOKEN" in typing.out.getvalue()
    assert "docs/slack.md" in typing.out.getvalue()


async def test_socket_mode_and_scopes_are_checked(place: SlackPlace) -> None:
    place.put(
        "wirewatch.yaml",
        place.settings.replace("# this one\n", f"# this one\n  team: {{via: slack, chat: {CHANNEL}}}\n"),
    )
    place.put(
        "sources.yaml", "sources:\n  - {id: harbour, url: 'https://harbour.example/feed', enabled: false}\n"
    )
    good = await place.type("check", "--online")
    place.slack.app_scopes.clear()
    lacking = await place.type("check", "--online")
    place.environ["SLACK_APP_TOKEN"] = "xapp-another"
    refused = await place.type("check", "--online")

    assert good.code == 0, good.out.getvalue()
    assert "ok      Slack scopes: all there" in good.out.getvalue()
    assert "ok      Slack Socket Mode: may listen" in good.out.getvalue()
    assert (lacking.code, refused.code) == (1, 1)
    assert "connections:write" in lacking.out.getvalue()
    assert "App-Level Tokens" in refused.out.getvalue()
    assert "xapp-another" not in refused.out.getvalue()
