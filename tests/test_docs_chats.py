"""The guides to Telegram and Slack, followed to the letter: from an empty folder to the first alert, in minutes.

In a ``console`` block the lines below a command are its output, and ``...`` stands for what was left out; a code is
another one each time. What ``run`` starts goes on until the alert is there. The sources are those of a newsroom on
loopback, polled every second, because tests need no network.
"""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.main import get_command

from bot.channels.slack.scopes import NEEDED
from bot.cli import terminal
from bot.config import load
from tests import forking
from tests.acceptance.living import Outlet, Running, eventually
from tests.connecting import Keyboard, Typing
from tests.loopback import Newsroom
from tests.standins import SlackStandIn, TelegramStandIn
from tests.test_docs_watchlists import blocks, rows

REPOSITORY = Path(__file__).parents[1]
TELEGRAM = REPOSITORY / "docs" / "telegram.md"
SLACK = REPOSITORY / "docs" / "slack.md"
MANIFEST = YAML(typ="safe").load((REPOSITORY / "config" / "slack-manifest.yaml").read_text(encoding="utf-8"))
GROUP, MEI = -1001234567890, 4242
CHANNEL, MEI_AT_SLACK = "C0123ABC", "U0MEI42"
HEADLINE = "Alibaba cloud revenue jumps 34%, beating forecasts on AI demand"
FIVE_MINUTES = 300.0
FOLDERS = ("--config", "my-watch", "--state", "my-state")


@dataclass
class Step:
    """A command of a guide and what it shows there."""

    words: list[str]
    shown: list[str] = field(default_factory=list)


def steps(guide: Path) -> Iterator[Step]:
    """The commands of a guide, in order."""
    for kind, text in blocks(guide):
        step: Step | None = None
        for line in text.splitlines() if kind == "console" else ():
            if line.startswith("$ wirewatch "):
                if step is not None:
                    yield step
                step = Step(shlex.split(line)[2:])
            elif step is not None:
                step.shown.append(line)
        if step is not None:
            yield step


def missing(shown: list[str], out: str) -> list[str]:
    """The lines of a guide that a command did not print, in their order."""
    lost, at = [], 0
    for line in shown:
        pattern = ".*".join(map(re.escape, line.rstrip().split("..."))).replace("k7f2m9qa", r"\w{8}")
        found = re.compile(pattern).search(out, at)
        if found is None:
            lost.append(line)
        else:
            at = found.end()
    return lost


@dataclass
class Beginner:
    """Somebody who follows a guide in an empty folder; ``tokens`` are what the service gave them."""

    home: Path
    outlet: Outlet
    tokens: dict[str, str]
    api: dict[str, str]
    send_code: Callable[[str], Awaitable[object]]
    heard: Callable[[], list[str]]
    meanwhile: Callable[[Beginner], Awaitable[None]]
    """What is done while the bot runs, once the first alert is there."""

    async def follow(self, guide: Path) -> None:
        """Do what the guide says, until the first alert is there."""
        for step in steps(guide):
            if step.words[-1] == "run":
                await self._run(step)
                return
            out = await self.type(step)
            assert missing(step.shown, out) == [], out
            if step.words[0] == "init":
                self._write_tokens(guide)
                self._read_from_loopback()
        raise AssertionError("the guide never runs the bot")

    async def type(self, step: Step) -> str:
        """Type a command, send the code that it shows, agree to what it asks; return what it printed."""
        typing = Typing(step.words, Keyboard("\ny\n"), self.api)
        task = asyncio.create_task(asyncio.to_thread(typing.run))
        if "connect" in step.words:
            await eventually(lambda: _code(typing.out) or task.done(), typing.out.getvalue)
            await self.send_code(_code(typing.out))
        await asyncio.wait_for(task, 60)
        assert typing.code == 0, typing.out.getvalue()
        return typing.out.getvalue()

    def _write_tokens(self, guide: Path) -> None:
        (text,) = [text for kind, text in blocks(guide) if kind == "ini"]
        names = [line.partition("=")[0] for line in text.splitlines()]
        lines = [f"{name}={self.tokens[name]}\n" for name in names]
        (self.home / "my-watch" / ".env").write_text("".join(lines))

    def _read_from_loopback(self) -> None:
        folder = self.home / "my-watch"
        (folder / "sources.yaml").write_text(
            f'sources:\n  - {{id: harbour, name: Harbour Wire, url: "{self.outlet.url}", every: 1s}}\n'
        )
        settings = (folder / "wirewatch.yaml").read_text(encoding="utf-8")
        text = f"polling: {{allow_private: [127.0.0.1]}}\n{settings}"
        (folder / "wirewatch.yaml").write_text(text, encoding="utf-8")

    async def _run(self, step: Step) -> None:
        here = {name: str(self.home / name) for name in ("my-watch", "my-state")}
        words = [here.get(word, word) for word in step.words]
        process = await forking.start(words, {"COLUMNS": "200", "PATH": "/usr/bin:/bin", **self.api})
        running = Running(process)
        try:
            await eventually(lambda: self._greeted, lambda: running.said)
            self.outlet.publish(HEADLINE)
            await eventually(
                lambda: [text for text in self.heard() if HEADLINE in text], lambda: running.said
            )
        finally:
            await running.stop()

    @property
    def _greeted(self) -> bool:
        return any("New stories arrive from now on" in text for text in self.heard())


def _code(out: StringIO) -> str:
    found = re.search(r"connect (\w{8})\n", out.getvalue())
    return found[1] if found else ""


async def nothing_more(beginner: Beginner) -> None:
    """The guide ends here."""


@asynccontextmanager
async def newsroom() -> AsyncIterator[Outlet]:
    """One outlet that has published before."""
    async with Newsroom() as room:
        outlet = Outlet(room, "harbour")
        outlet.publish("Tencent buys back shares worth 10 billion", minutes=600)
        yield outlet


async def test_the_guide_to_telegram_leads_to_the_first_alert(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    began = time.monotonic()
    async with TelegramStandIn(chats=[GROUP, MEI]) as telegram, newsroom() as outlet:
        chat = GROUP

        async def send(code: str) -> int:
            return telegram.say(chat, MEI, f"/connect {code}")

        async def connect_another(beginner: Beginner) -> None:
            """The bot may run meanwhile: it takes the code itself, and greets the new chat."""
            nonlocal chat
            chat = MEI
            await beginner.type(Step([*FOLDERS, "connect", "telegram", "--name", "mei", "--yes"]))
            private = [message for message in telegram.messages if message.chat == MEI]
            await eventually(lambda: [m for m in telegram.messages if m.chat == MEI and "mei" in m.text])
            assert "code is right" in private[0].text
            assert not [method for method, said in telegram.refused if "409" in said]

        beginner = Beginner(
            tmp_path,
            outlet,
            {"TELEGRAM_BOT_TOKEN": telegram.token},
            {"TELEGRAM_API_URL": telegram.url},
            send,
            lambda: [message.text for message in telegram.messages],
            connect_another,
        )
        await beginner.follow(TELEGRAM)

    assert time.monotonic() - began < FIVE_MINUTES
    assert [message.silent for message in telegram.messages if HEADLINE in message.text] == [False]
    assert all(message.silent for message in telegram.messages if HEADLINE not in message.text)


async def test_the_guide_to_slack_leads_to_the_first_alert(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    began = time.monotonic()
    async with SlackStandIn(chats=[CHANNEL]) as slack, newsroom() as outlet:

        async def send(code: str) -> None:
            await eventually(lambda: slack.sockets.connected)
            await slack.slash(CHANNEL, MEI_AT_SLACK, f"connect {code}")

        beginner = Beginner(
            tmp_path,
            outlet,
            {"SLACK_BOT_TOKEN": slack.token, "SLACK_APP_TOKEN": slack.app_token},
            {"SLACK_API_URL": slack.api_url},
            send,
            lambda: [post.visible for post in slack.posts],
            nothing_more,
        )
        await beginner.follow(SLACK)

    assert time.monotonic() - began < FIVE_MINUTES
    assert len([post for post in slack.posts if HEADLINE in post.visible]) == 1


@pytest.mark.parametrize("guide", [TELEGRAM, SLACK], ids=["telegram", "slack"])
def test_the_yaml_of_a_guide_loads(guide: Path, tmp_path: Path) -> None:
    texts = [text for kind, text in blocks(guide) if kind == "yaml"]
    assert texts
    (tmp_path / "sources.yaml").write_text("sources:\n  - {id: a, url: 'https://a.example/feed'}\n")
    (tmp_path / "watchlist.yaml").write_text("watches:\n  tencent: library\n")
    for text in texts:
        (tmp_path / "wirewatch.yaml").write_text(text)
        assert load(tmp_path, environ={}).settings.access


@pytest.mark.parametrize("guide", [TELEGRAM, SLACK], ids=["telegram", "slack"])
def test_every_command_and_option_that_a_guide_names_exists(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    root: Any = get_command(terminal)
    options = {name for verb in root.commands.values() for option in verb.params for name in option.opts}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))
    assert named <= options
    assert {"connect", "check", "run", "init"} <= {word for step in steps(guide) for word in step.words}


@pytest.mark.parametrize("guide", [TELEGRAM, SLACK], ids=["telegram", "slack"])
def test_links_lead_somewhere(guide: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", guide.read_text(encoding="utf-8"))
    assert [link for link in links if not (guide.parent / link).exists()] == []


def test_the_manifest_asks_for_the_scopes_that_are_checked_and_told() -> None:
    asked = set(MANIFEST["oauth_config"]["scopes"]["bot"])
    told = {
        scope
        for kind, text in blocks(SLACK)
        if kind == "table"
        for cells in rows(text)
        for scope in re.findall(r"`([a-z_]+:[a-z]+|commands)`", cells[0])
    }
    assert asked == set(NEEDED) == told


def test_the_manifest_turns_on_what_the_bot_listens_to() -> None:
    settings = MANIFEST["settings"]
    assert settings["socket_mode_enabled"]
    assert settings["interactivity"]["is_enabled"]
    assert set(settings["event_subscriptions"]["bot_events"]) == {"app_mention", "message.im"}
    assert [each["command"] for each in MANIFEST["features"]["slash_commands"]] == ["/wirewatch"]
    assert json.dumps(MANIFEST), "Slack takes it as JSON too"
