"""A folder whose list of sources is changed from the terminal, beside a newsroom that they are tried at."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot.cli import Folders, run_terminal
from tests.loopback import Newsroom, rss

SOURCES = """\
# My sources.
sources:
  # Wires
  - {id: harbour, name: Harbour Wire, url: "https://harbour.example/feed", tags: [china, wires]}   # keep
  - {id: delta, name: Delta Daily, url: "https://delta.example/rss", language: en}

  # A page.
  - {id: notices, name: Notices, url: "https://notices.example/", kind: page, item: li}
"""
SETTINGS = "receivers: {terminal: {via: console}}\nroutes: [{to: [terminal]}]\npolling: {allow_private: [127.0.0.1]}\n"
WATCHLIST = "watches:\n  grandcar: {name: Grandcar, aliases: [宏图汽车]}\n"
TITLES = ("Grandcar opens a plant in Wuhan", "Harbour traffic rises in October", "宏图汽车发布新车",
          "Rain delays ferry", "Grandcar recalls 4,000 cars", "Steel prices fall again")  # fmt: skip


def feed(
    hours: float = 2.0, title: str = "Night Desk", titles: tuple[str, ...] = TITLES, *, days: int = 0
) -> bytes:
    """A feed whose entries are so many hours apart, the newest so many days old."""
    now = datetime.now(UTC) - timedelta(days=days)
    return rss(
        [
            {
                "title": text,
                "link": f"https://night.example/{at}",
                "id": str(at),
                "date": format_datetime(now - timedelta(hours=hours * at, minutes=5)),
            }
            for at, text in enumerate(titles)
        ],
        title,
    )


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def row(self) -> Any:
        """Its answer, one line of JSON."""
        return json.loads(self.out)


@dataclass(frozen=True)
class SourceDesk:
    """The folder; ``newsroom`` answers at loopback."""

    home: Path
    newsroom: Newsroom

    def __post_init__(self) -> None:
        self.config.mkdir()
        self.put("wirewatch.yaml", SETTINGS)
        self.put("watchlist.yaml", WATCHLIST)
        self.put("sources.yaml", SOURCES)

    @property
    def config(self) -> Path:
        """The folder with the YAML files."""
        return self.home / "config"

    @property
    def text(self) -> str:
        """The file of sources as it stands."""
        return (self.config / "sources.yaml").read_text(encoding="utf-8")

    def put(self, name: str, text: str) -> None:
        """Write a file of the configuration."""
        (self.config / name).write_text(text, encoding="utf-8")

    async def type(self, *words: object) -> Ended:
        """Type ``wirewatch sources WORDS`` where no terminal is."""
        folders = ("--config", self.config, "--state", self.home / "state")
        return await asyncio.to_thread(_typed, [str(word) for word in (*folders, "sources", *words)])


def _typed(words: list[str]) -> Ended:
    """Run the terminal in this process: starting one for each command would take most of the time."""
    out, err = StringIO(), StringIO()
    before = Folders.config, Folders.state
    with (
        patch.object(sys, "argv", ["wirewatch", *words]),
        patch.object(sys, "stdin", StringIO()),
        patch.dict(os.environ, {"COLUMNS": "80"}),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            run_terminal()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            Folders.config, Folders.state = before
    return Ended(code, out.getvalue(), err.getvalue())
