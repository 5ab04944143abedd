"""A first look: a newsroom on loopback, the real bot reading it, and a person watching the terminal.

Nothing here decides or prints an alert: the app does, exactly as ``wirewatch once`` would.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console as RichConsole
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text
from sqlalchemy import Connection

from bot.app import App
from bot.app.calling import how_called
from bot.app.lock import hold
from bot.app.logs import write_logs
from bot.channels import Address
from bot.channels.console import Console
from bot.commands import Asked
from bot.config import load
from bot.demo.newsroom import Newsroom, Step, read_script
from bot.model import Receiver
from bot.schedule.digests import owe_digest_now
from bot.store import requests

PAUSE = 2.0
"""Seconds between the steps, so that a person can read."""
INDENT = (0, 0, 0, 3)

WIREWATCH = """\
timezone: Asia/Shanghai
polling: {every: 1h, allow_private: [127.0.0.1]}
receivers:
  desk: {via: console, language: en}
  yanjiu: {via: console, language: zh}
routes:
  - {name: desk, watches: [alibaba, tencent], min_score: important, to: [desk]}
  - {name: yanjiu, watches: [moonshot], min_score: important, to: [yanjiu]}
  - {name: morning, watches: [alibaba, tencent], min_score: 40, to: [desk], digest: {at: "08:30"}}
"""
WATCHLIST = "watches:\n  alibaba: library\n  tencent: library\n  moonshot: library\n"

NEXT = """\
{0} init my-watch            your own watchlist, sources, receivers
{0} --config my-watch once   a first round, in this terminal
{0} --config my-watch run    from then on

README.md says how to connect Telegram or Slack.
"""


def write_configuration(folder: Path, newsroom: Newsroom, *, settings: str = WIREWATCH) -> None:
    """Write the demo's configuration; tests write the same one with other receivers."""
    rows = [
        f'  - {{id: {outlet}, name: {about["name"]}, url: "{newsroom.feed(outlet)}", '
        f"kind: feed, weight: {about['weight']}, language: {about['language']}}}\n"
        for outlet, about in newsroom.script.outlets.items()
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "wirewatch.yaml").write_text(settings, encoding="utf-8")
    (folder / "sources.yaml").write_text("sources:\n" + "".join(rows), encoding="utf-8")
    (folder / "watchlist.yaml").write_text(WATCHLIST, encoding="utf-8")


def run_demo(*, fast: bool = False, out: RichConsole | None = None) -> int:
    """Show what the bot does, in under a minute; return 0 when all of it worked."""
    write_logs(logging.ERROR)
    screen = out or RichConsole(highlight=False)
    with tempfile.TemporaryDirectory(prefix="wirewatch-demo-") as home:
        return asyncio.run(_show(Path(home), screen, 0.0 if fast else PAUSE))


async def _show(home: Path, screen: RichConsole, pause: float) -> int:
    script = read_script()
    environ: Mapping[str, str] = {}
    async with Newsroom(script) as newsroom:
        write_configuration(home / "config", newsroom)
        configuration = load(home / "config", environ=environ)
        with hold(home / "state") as owner:
            app = App(configuration, home / "state", owner=owner, console=Console(screen), environ=environ)
            try:
                await _play(app, newsroom, screen, pause)
            finally:
                await app.close()
    screen.print(Rule("What to do next", align="left", style="dim"))
    screen.print(Padding(Text(NEXT.format(how_called())), INDENT))
    return 0


async def _play(app: App, newsroom: Newsroom, screen: RichConsole, pause: float) -> None:
    await app.start()
    await app.load_index()
    steps = newsroom.script.steps
    for number, step in enumerate(steps, start=1):
        screen.print(Rule(f"{number} of {len(steps)}", align="left", style="dim"))
        screen.print(Text(step.say + "\n", style="italic"))
        links = newsroom.publish(step.samples, app.now())
        await _read(app, newsroom, screen)
        if step.why:
            await _explain(app, screen, links[-1])
        if step.digest:
            await _digest(app)
        await asyncio.sleep(pause if number < len(steps) else 0)


async def _read(app: App, newsroom: Newsroom, screen: RichConsole) -> None:
    """Poll every outlet now, as the ``poll`` request does, and deliver what that makes due."""
    now = app.now()

    def ask(conn: Connection) -> None:
        for outlet in newsroom.script.outlets:
            requests.add(conn, "poll", {"source": outlet}, now)

    await app.store.write(ask)
    results = await app.schedule.poll_all_due()
    new = sum(result.settled.new for result in results if result.settled)
    told = sum(result.settled.told for result in results if result.settled)
    word = "entry" if new == 1 else "entries"
    screen.print(Text(f"{len(results)} sources polled, {new} new {word}, {told} to tell\n", style="dim"))
    await app.outbox.flush(edits_ahead=True)


async def _explain(app: App, screen: RichConsole, link: str) -> None:
    screen.print(Text(f"wirewatch why {link}\n", style="dim"))
    reader = app.settings.receivers["desk"]
    given = await app.answer(Asked(verb="why", words=link, reader=reader, admin=True))
    await Console(screen).send(Address("terminal"), given.message)


async def _digest(app: App) -> None:
    receivers: list[Receiver] = list(app.settings.receivers.values())
    now = app.now()

    def owe(conn: Connection) -> None:
        for receiver in receivers:
            owe_digest_now(conn, receiver, now)

    await app.store.write(owe)
    await app.outbox.flush()


__all__ = ["Newsroom", "Step", "read_script", "run_demo", "write_configuration"]
