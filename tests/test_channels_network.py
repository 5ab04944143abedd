"""How chat services are reached: by the operator's proxy, never for loopback, and without showing tokens."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels import Address
from bot.channels.network import proxy_for, without_tokens
from bot.channels.plain import tame, tame_link
from bot.channels.slack import Slack
from bot.channels.telegram import Telegram
from bot.errors import ConfigError, SendError
from bot.model import Outcome
from tests.standins import SlackStandIn, TelegramStandIn
from tests.standins.samples import text


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "internal.example")
    monkeypatch.setenv("NO_PROXY", "internal.example")


@pytest.mark.usefixtures("proxied")
def test_the_proxy_is_taken_from_the_environment() -> None:
    assert proxy_for("https://api.telegram.org") == "http://127.0.0.1:9"
    assert proxy_for("https://internal.example") is None
    assert proxy_for("http://127.0.0.1:8081") is None
    assert proxy_for("http://localhost:8081") is None


def test_a_socks_proxy_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks5://user:secret@127.0.0.1:9")
    with pytest.raises(ConfigError, match="HTTPS_PROXY") as caught:
        proxy_for("https://api.telegram.org")
    assert "secret" not in str(caught.value)


@pytest.mark.usefixtures("proxied")
async def test_a_proxy_that_is_down_leaves_messages_unsent_and_does_not_stand_in_the_way_of_loopback() -> (
    None
):
    for channel in (
        Telegram("1:token", api_url="https://tg.example"),
        Slack("xoxb-1", api_url="https://s.example"),
    ):
        with pytest.raises(SendError) as caught:
            await channel.send(Address("4242"), text("hello"))
        assert caught.value.outcome is Outcome.UNSENT
        await channel.close()
    async with TelegramStandIn() as telegram_api, SlackStandIn() as slack_api:
        telegram = Telegram(telegram_api.token, api_url=telegram_api.url)
        slack = Slack(slack_api.token, api_url=slack_api.api_url)
        await telegram.send(Address("4242"), text("hello"))
        await slack.send(Address("C0123ABC"), text("hello"))
        assert (len(telegram_api.messages), len(slack_api.posts)) == (1, 1)
        await telegram.close()
        await slack.close()


async def test_twenty_chats_at_once_cause_no_refusal() -> None:
    async with TelegramStandIn(chats=range(1, 21)) as api:
        telegram = Telegram(api.token, api_url=api.url)
        sends = [
            telegram.send(Address(str(chat)), text(f"message {n}")) for chat in range(1, 21) for n in range(3)
        ]
        await asyncio.gather(*sends)
        assert len(api.messages) == 60
        assert api.rate_limited == 0
        await telegram.close()


def test_addresses_in_errors_lose_their_token() -> None:
    assert (
        without_tokens("POST https://x/bot1:SECRET/sendMessage 502")
        == "POST https://x/bot<token>/sendMessage 502"
    )


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("line\none\r\n\ttwo", "line one two"),
        ("\x1b[31mred\x07", "[31mred"),
        ("\u202egnp.exe", "gnp.exe"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("阿里巴巴 · 🔴", "阿里巴巴 · 🔴"),
    ],
)
def test_text_is_tamed_to_one_harmless_line(given: str, shown: str) -> None:
    assert tame(given) == shown


def test_only_web_addresses_become_links() -> None:
    assert tame_link("https://a.example/?q=1&r=2#x") == "https://a.example/?q=1&r=2#x"
    assert tame_link('https://a.example/"><b>') == "https://a.example/%22%3E%3Cb%3E"
    assert tame_link("javascript:alert(1)") == ""
    assert tame_link("tg://user?id=1") == ""
