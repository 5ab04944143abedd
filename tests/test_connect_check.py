"""``check --online``: each token, chat and source is tried, and what fails says what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.connecting import GROUP, SETTINGS, Place
from tests.loopback import Newsroom, rss
from tests.standins import SlackStandIn, TelegramStandIn

DESK = f"  desk: {{via: telegram, chat: {GROUP}}}\n"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with TelegramStandIn(chats=[GROUP]) as telegram, Newsroom() as newsroom:
        place = Place(tmp_path, telegram)
        newsroom.publish("/feed", rss([{"title": "Tencent buys", "link": "https://a.example/1"}]))
        place.put("sources.yaml", f"sources:\n  - {{id: harbour, url: '{newsroom.url('/feed')}'}}\n")
        place.put(
            "wirewatch.yaml",
            SETTINGS.replace("# this one\n", f"# this one\n{DESK}")
            + "polling: {allow_private: [127.0.0.1]}\n",
        )
        yield place


async def test_what_answers_is_said_to_be_fine(place: Place) -> None:
    checked = await place.type("check", "--online")

    assert checked.code == 0, checked.out.getvalue()
    lines = checked.out.getvalue()
    assert "ok      TELEGRAM_BOT_TOKEN: @WirewatchBot" in lines
    assert f"ok      desk: @WirewatchBot may write to chat {GROUP}" in lines
    assert "ok      harbour: rss, 1 entry" in lines
    assert place.texts == [], "a look sends nothing"


async def test_send_sends_every_receiver_one_silent_message(place: Place) -> None:
    checked = await place.type("check", "--send")

    assert checked.code == 0, checked.out.getvalue()
    (message,) = place.telegram.messages
    assert message.silent
    assert "desk" in message.text


async def test_a_token_that_is_missing_is_named_with_where_it_goes(place: Place) -> None:
    del place.environ["TELEGRAM_BOT_TOKEN"]
    checked = await place.type("check", "--online")

    assert checked.code == 1
    (line,) = [line for line in checked.out.getvalue().splitlines() if line.startswith("missing")]
    assert "TELEGRAM_BOT_TOKEN" in line
    assert str(place.config / ".env") in line
    assert "BotFather" in line


async def test_a_token_that_is_refused_says_where_to_get_another(place: Place) -> None:
    place.environ["TELEGRAM_BOT_TOKEN"] = "123456:another"
    checked = await place.type("check", "--online")

    assert checked.code == 1
    assert "failed  TELEGRAM_BOT_TOKEN" in checked.out.getvalue()
    assert "BotFather" in checked.out.getvalue()
    assert "123456:another" not in checked.out.getvalue()


async def test_a_chat_that_the_bot_was_thrown_out_of_fails_and_the_rest_is_tried(place: Place) -> None:
    place.put("wirewatch.yaml", place.settings.replace(str(GROUP), "-1009999"))
    checked = await place.type("check", "--send")

    assert checked.code == 1
    assert "failed  desk:" in checked.out.getvalue()
    assert "ok      harbour" in checked.out.getvalue()


async def test_a_token_that_no_receiver_uses_says_how_to_connect(place: Place) -> None:
    place.put("wirewatch.yaml", place.settings.replace(DESK, ""))
    checked = await place.type("check", "--online")

    assert checked.code == 0
    assert "connect telegram" in checked.out.getvalue()


async def test_a_source_that_fails_says_how_to_look_closer(place: Place) -> None:
    place.put("sources.yaml", "sources:\n  - {id: gone, url: 'http://127.0.0.1:9/feed'}\n")
    checked = await place.type("check", "--online")

    assert checked.code == 1
    (line,) = [line for line in checked.out.getvalue().splitlines() if line.startswith("failed  gone")]
    assert "sources test gone" in line


async def test_slack_without_its_app_token_is_a_note_and_lacking_scopes_are_a_fault(place: Place) -> None:
    async with SlackStandIn(chats=["C0123ABC"], scopes=["chat:write", "channels:read"]) as slack:
        place.environ |= {"SLACK_BOT_TOKEN": slack.token, "SLACK_API_URL": slack.api_url}
        place.put("wirewatch.yaml", place.settings.replace(DESK, "  team: {via: slack, chat: C0123ABC}\n"))
        checked = await place.type("check", "--online")

    lines = checked.out.getvalue()
    assert "note    SLACK_APP_TOKEN: not set" in lines
    assert "xapp-" in lines
    assert "may write to C0123ABC" in lines
    assert "failed  Slack scopes: missing: " in lines
    assert "files:write" in lines
    assert checked.code == 1
