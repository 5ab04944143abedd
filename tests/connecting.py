"""Commands of the terminal that wait for a chat: typed in a thread, beside a chat service on loopback."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from bot.cli import Folders, run_terminal
from tests.standins import TelegramStandIn

MEI = 4242
GROUP = -1001234567890
SETTINGS = """\
# My settings.
receivers:
  terminal: {via: console}     # this one

routes:
  - {name: important, min_score: important, to: [terminal]}
# the end
"""


_CODE = r"(?:/connect|/wirewatch connect) (\w{8})"


class Keyboard(StringIO):
    """A keyboard at which somebody sits."""

    def isatty(self) -> bool:
        return True


@dataclass
class Typing:
    """A command that runs in a thread, and what it printed so far."""

    words: list[str]
    keys: StringIO
    environ: dict[str, str]
    out: StringIO = field(default_factory=StringIO)
    code: int = -1

    def run(self) -> None:
        """Run to the end."""
        before = Folders.config, Folders.state
        with (
            patch.object(sys, "argv", ["wirewatch", *self.words]),
            patch.object(sys, "stdin", self.keys),
            patch.dict(os.environ, {**self.environ, "COLUMNS": "200"}),
            redirect_stdout(self.out),
            redirect_stderr(self.out),
        ):
            try:
                run_terminal()
                self.code = 0
            except SystemExit as end:
                self.code = int(end.code or 0)
            finally:
                Folders.config, Folders.state = before


@dataclass
class Place:
    """A folder, and a chat service."""

    home: Path
    telegram: TelegramStandIn

    def __post_init__(self) -> None:
        self.environ = {"TELEGRAM_BOT_TOKEN": self.telegram.token, "TELEGRAM_API_URL": self.telegram.url}
        self.config.mkdir()
        self.put("wirewatch.yaml", SETTINGS)
        self.put("watchlist.yaml", "watches:\n  tencent: library\n")
        self.put("sources.yaml", "sources:\n  - {id: harbour, url: 'https://harbour.example/feed'}\n")

    @property
    def config(self) -> Path:
        """The folder with the YAML files."""
        return self.home / "config"

    @property
    def database(self) -> str:
        """Where the store is."""
        return f"sqlite:///{self.home}/state/wirewatch.db"

    @property
    def settings(self) -> str:
        """wirewatch.yaml as it stands."""
        return (self.config / "wirewatch.yaml").read_text()

    @property
    def texts(self) -> list[str]:
        """What the chats were sent."""
        return [message.text for message in self.telegram.messages]

    def put(self, name: str, text: str) -> None:
        """Write a file of the configuration."""
        (self.config / name).write_text(text)

    def typing(self, *words: str, keys: str | None = None) -> Typing:
        """A command, ready to be run; ``keys`` are what is typed where it asks (None: nobody is there)."""
        folders = ("--config", str(self.config), "--state", str(self.home / "state"))
        return Typing([*folders, *words], StringIO() if keys is None else Keyboard(keys), self.environ)

    async def type(self, *words: str, keys: str | None = None) -> Typing:
        """A command, run to its end."""
        typing = self.typing(*words, keys=keys)
        await asyncio.to_thread(typing.run)
        return typing

    @asynccontextmanager
    async def connecting(
        self, *words: str, keys: str | None = None, service: str = "telegram"
    ) -> AsyncIterator[tuple[Typing, str]]:
        """``connect SERVICE`` under way, and its code; ended when the block is."""
        typing = self.typing("connect", service, *words, keys=keys)
        task = asyncio.create_task(asyncio.to_thread(typing.run))
        await until(lambda: re.search(_CODE, typing.out.getvalue()) or task.done(), typing)
        code = re.findall(_CODE, typing.out.getvalue())
        yield typing, code[0] if code else ""
        await asyncio.wait_for(task, 20)


async def until(true: Callable[[], object], typing: Typing) -> None:
    """Wait, for a bounded time."""
    for _ in range(400):
        if true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(typing.out.getvalue())
