"""Secrets stay in: whatever breaks, no log, error, chat, page, file or child shows a token or a password."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.acceptance.living import CHANNEL, CHAT, Bot, Outlet, Running, eventually, make_bot
from tests.forking import BEFORE
from tests.loopback import Newsroom
from tests.standins import SlackStandIn, TelegramStandIn

TELEGRAM = "123456:CANARYtelegramAAAAAAAAAAAAAAAAAAAAA"
SLACK, APP = "xoxb-CANARYslackbot-7", "xapp-CANARYslackapp-7"
HEADER, PAGE = "Bearer CANARYheader77", "CANARYpage-token-0123456789"
MARKS = (
    "CANARYtelegram", "CANARYslackbot", "CANARYslackapp", "CANARYheader", "CANARYping", "CANARYapprise", "CANARYpage",
    "CANARYproxy", "CANARYuserinfo",
)  # fmt: skip
SETTINGS = """\
receivers:
  desk: {{via: telegram, chat: {chat}}}
  team: {{via: slack, chat: {channel}, language: zh}}
  others: {{via: apprise, url_env: WIREWATCH_APPRISE_URL}}
routes: [{{min_score: 0, to: [desk, team, others]}}]
access: {{telegram: {{admins: [{chat}]}}}}
operator: {{to: [desk], heartbeat: "09:00", ping_url_env: WIREWATCH_PING_URL}}
web: {{listen: "127.0.0.1:{port}"}}
"""
SOURCES = """\
  - {{id: locked, name: Locked, url: "{locked}", every: 1m, headers_env: {{Authorization: WIRE_KEY}}}}
  - {{id: broken, name: Broken, url: "{broken}", every: 1m, headers_env: {{X-Key: WIRE_KEY}}}}
  - {{id: nobody, name: Nobody, url: "http://127.0.0.1:1/feed", every: 1m}}
  - {{id: babble, name: Babble, url: "{babble}", every: 1m, headers_env: {{Authorization: WIRE_KEY}}}}
"""
ASKED = (
    "/status",
    "/sources",
    "/sources list",
    "/stats",
    "/why",
    "/export since:30d",
    "/recent",
    "/nonsense",
)


def shapes(mark: str) -> Iterator[bytes]:
    """A mark as it is, and in base64 wherever it stands in what was coded."""
    yield mark.encode()
    for before in range(3):
        coded = b64encode(b"\0" * before + mark.encode()).decode().rstrip("=")
        yield coded[-(-before * 8 // 6) : len(coded) - 1].encode()


@dataclass
class House:
    """A bot with secrets of every kind, and chats that hear it."""

    bot: Bot
    outlet: Outlet
    newsroom: Newsroom
    telegram: TelegramStandIn
    slack: SlackStandIn
    page: str

    @property
    def traces(self) -> dict[str, bytes]:
        """What the bot left in files and chats."""
        home = self.bot.home
        files = [path for path in home.rglob("*") if path.is_file() and path.name != ".env"]
        said = {str(path.relative_to(home)): path.read_bytes() for path in files}
        said["telegram"] = json.dumps(self.telegram.log(), ensure_ascii=False).encode()
        said["slack"] = json.dumps(self.slack.log(), ensure_ascii=False).encode()
        return said


def assert_no_canary(said: dict[str, bytes]) -> None:
    found = [
        (where, mark) for where, text in said.items() for mark in MARKS for one in shapes(mark) if one in text
    ]
    places = {
        (where, mark, said[where][max(0, said[where].find(mark.encode()) - 200) :][:300])
        for where, mark in found
    }
    assert not found, places


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with (
        Newsroom() as newsroom,
        TelegramStandIn(token=TELEGRAM, chats={CHAT}, rates=False) as telegram,
        SlackStandIn(token=SLACK, app_token=APP, rates=False) as slack,
    ):
        outlet, port = Outlet(newsroom, "good"), free_port()
        secrets = {
            "SLACK_BOT_TOKEN": SLACK,
            "SLACK_APP_TOKEN": APP,
            "SLACK_API_URL": slack.api_url,
            "TELEGRAM_API_URL": telegram.url,
            "WIRE_KEY": HEADER,
            "WIREWATCH_PING_URL": newsroom.url("/ping/CANARYping-1234"),
            "WIREWATCH_APPRISE_URL": newsroom.url("/CANARYapprise77").replace(
                "http://", "json://CANARYapprise:CANARYapprise9@"
            ),
            "WIREWATCH_WEB_TOKEN": PAGE,
            "HTTPS_PROXY": "http://mei:CANARYproxy99@127.0.0.1:1",
            "PYTHONASYNCIODEBUG": "1",
            "WIREWATCH_LOG_LEVEL": "debug",
        }
        settings = SETTINGS.format(chat=CHAT, channel=CHANNEL, port=port)
        bot = make_bot(tmp_path, [outlet], settings, secrets)
        (bot.home / "config" / ".env").write_text(f"TELEGRAM_BOT_TOKEN={TELEGRAM}\n")
        newsroom.publish("/locked", b"", status=401)
        newsroom.publish("/broken", b"", status=500)
        newsroom.publish("/babble", b"<rss><chan")
        places = {name: newsroom.url(f"/{name}") for name in ("locked", "broken", "babble")}
        written = (bot.home / "config" / "sources.yaml").read_text()
        bot.write("sources.yaml", written + SOURCES.format(**places))
        yield House(bot, outlet, newsroom, telegram, slack, f"http://127.0.0.1:{port}")


def children(pid: int) -> list[Path]:
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found.append(place)
    return found


def leaves_no_dump(pid: int) -> bool:
    return bool(re.search(r"Max core file size +0 ", Path(f"/proc/{pid}/limits").read_text()))


async def live_badly(house: House, running: Running) -> dict[str, bytes]:
    """Let everything go wrong that can, ask, and return what was said, shown and handed to children."""
    for how in ("500", "200html", "accept_then_reset", "401"):
        house.telegram.fail_next(1, how)
        house.slack.fail_next(1, how)
    house.telegram.fail_next(1, "500", method="getUpdates")
    house.outlet.publish("Alibaba cloud revenue jumps 34%, beating forecasts")
    await running.says("blab")
    await eventually(lambda: house.telegram.calls["sendMessage"], lambda: running.said[-3000:])
    for question in ASKED:
        house.telegram.say(CHAT, CHAT, question)
    await eventually(lambda: "/help lists" in str(house.telegram.messages), lambda: running.said[-3000:])
    shown = await pages(house)
    assert b"wirewatch_" in shown["page /metrics"]
    assert leaves_no_dump(running.process.pid), "a dump of its memory would hold all"
    offspring = children(running.process.pid)
    assert offspring, "the bot reads feeds in processes of their own"
    for child in offspring:
        shown[f"{child}"] = (child / "environ").read_bytes() + (child / "cmdline").read_bytes()
    running.process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(running.process.wait(), 20) == 1
    await running.stop()
    return shown | {"log": running.said.encode()}


async def pages(house: House) -> dict[str, bytes]:
    """What the status page shows, to who has the token and to who has not."""
    shown: dict[str, bytes] = {}
    async with httpx.AsyncClient(trust_env=False, timeout=5, base_url=house.page) as browser:
        for path in ("/health", "/metrics", "/", "/sources", "/wrong?token=x"):
            for headers in ({}, {"authorization": f"Bearer {PAGE}"}):
                answer = await browser.get(path, headers=headers)
                shown[f"page {path}"] = answer.content + repr(answer.headers).encode()
    return shown


async def test_a_bot_that_fails_in_every_way_shows_no_secret(house: House) -> None:
    house.bot.environ[BEFORE] = "tests.loud"
    async with house.bot.running() as running:
        shown = await live_badly(house, running)
    said = shown["log"].decode()
    assert "[TELEGRAM_BOT_TOKEN]" in said, "the secrets were on their way out"
    assert "[WIRE_KEY]" in said
    assert "the bot itself failed" in said
    kept = b"".join(house.traces.values())
    assert b"the bot itself failed: [" in kept, "what broke is kept, without its secrets"
    assert_no_canary(shown | house.traces)


async def test_verbs_of_the_terminal_show_no_secret(house: House) -> None:
    written = (house.bot.home / "config" / "wirewatch.yaml").read_text()
    house.bot.write("wirewatch.yaml", written.replace("per_host: 8", "per_host: 8, proxy: environment"))
    house.telegram.fail_next(2, "401", method="getMe")
    house.slack.fail_next(2, "500", method="auth.test")
    verbs = (("check", "--online"), ("once",), ("status", "--json"), ("backup",))
    said = {" ".join(verb): await printed(house, verb) for verb in verbs}
    assert b"locked" in said["check --online"]
    assert b'"sources": 5' in said["status --json"]
    assert_no_canary(said | house.traces)


async def printed(house: House, verb: tuple[str, ...]) -> bytes:
    process = await house.bot.start(*verb)
    return b"".join(await asyncio.wait_for(process.communicate(), 30))


async def test_a_password_in_the_address_of_a_source_is_refused_and_not_repeated(house: House) -> None:
    spare = "https://mei:CANARYuserinfo@wire.example/feed"
    text = (house.bot.home / "config" / "sources.yaml").read_text()
    house.bot.write("sources.yaml", f'{text}  - {{id: spare, name: Spare, url: "{spare}"}}\n')
    said = await printed(house, ("check",))
    assert b"1 fault" in said
    assert_no_canary({"check": said})
