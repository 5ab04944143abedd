"""One life of the bot as the harness wants it: another day, no waiting for pacers, and at choice one planted bug.

Run as a module it is the process that forks such lives (``tests.forking``).
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model import ParsedDocument
from tests import forking
from tests.loopback import rss

MODULE = "tests.crash.life"
SHIFT = "WIREWATCH_TEST_SHIFT"
"""Seconds by which the bot's clock is off."""
MUTANT = "WIREWATCH_TEST_MUTANT"
"""The name of a planted bug."""


def prepare() -> None:
    """Change this process, which is about to become the bot."""
    from bot import app, sandbox
    from bot.app import asking, building

    signal.signal(signal.SIGUSR1, _show_tasks)
    shift = timedelta(seconds=float(os.environ.get(SHIFT, "0")))
    defaults: dict[str, Any] = app.App.__init__.__kwdefaults__  # type: ignore[assignment]
    defaults["clock"] = lambda: datetime.now(UTC) + shift
    vars(building).update(TELEGRAM_LIMITS=building.UNLIMITED, SLACK_LIMITS=building.UNLIMITED)
    app.ERRAND_TICK = app.RELOAD_TICK = 0.05
    asking._PAUSE = 0.02
    sandbox.Sandbox.parse = _parse  # type: ignore[assignment,method-assign]
    if name := os.environ.get(MUTANT):
        from tests.crash.mutants import MUTANTS

        MUTANTS[name].plant()


def _show_tasks(*_: object) -> None:
    """Say on standard error what every task waits for."""
    for task in asyncio.all_tasks():
        task.print_stack(limit=6, file=sys.stderr)


async def _parse(
    self: Any, body: bytes, *, content_type: str, url: str, kind: str, selectors: Mapping[str, str]
) -> ParsedDocument:
    """Parse here: a worker takes a second to start, and what it reads is no matter of crashes."""
    from bot import sandbox

    asked = {"content_type": content_type, "url": url, "kind": kind, "selectors": dict(selectors)}
    return sandbox._outcome(sandbox._parsed(asked, body))


def _warm() -> None:
    """Do once what every life does at its start, and import what it imports on its way."""
    import alembic.command  # noqa: F401
    import httpx

    from bot import match
    from bot.channels import slack, telegram  # noqa: F401
    from bot.config import load
    from bot.dedup import memory
    from bot.dedup.frequencies import concept_tables
    from bot.events import EventWords
    from bot.fetch import wire
    from bot.parsers import article, feed, parse  # noqa: F401

    configuration = load(forking.REPOSITORY / "config", environ={})
    match.Matcher(configuration.watchlist, configuration.tables)
    words = EventWords(configuration.tables.events)
    vars(match)["EventWords"] = lambda _: words
    concepts = concept_tables(configuration.tables)
    vars(memory)["concept_tables"] = lambda _: concepts
    parse(rss([{"title": "Globex buys", "link": "http://127.0.0.1/1"}]), content_type="application/rss+xml")
    wire._tls()
    # Nobody here speaks TLS, and a context of one's own takes half a tenth of a second.
    context = httpx.create_ssl_context()
    for module in (httpx, httpx._config, httpx._transports.default):
        vars(module)["create_ssl_context"] = lambda *_, **__: context


if __name__ == "__main__":
    _warm()
    gc.collect()
    gc.freeze()
    forking.before_main = prepare
    forking.serve(socket.socket(fileno=int(sys.argv[1])))
