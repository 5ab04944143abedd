"""One life of the bot as the harness wants it: another day, no waiting for pacers, and at choice one planted bug.

Run as a module it is the process that forks such lives (``tests.forking``).
"""

from __future__ import annotations

import asyncio
import atexit
import gc
import io
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.model import ParsedDocument, Tables, Watchlist
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
    from bot.app import asking, building, rounds

    signal.signal(signal.SIGUSR1, _show_tasks)
    shift = timedelta(seconds=float(os.environ.get(SHIFT, "0")))
    defaults: dict[str, Any] = app.App.__init__.__kwdefaults__  # type: ignore[assignment]
    defaults["clock"] = lambda: datetime.now(UTC) + shift
    vars(building).update(TELEGRAM_LIMITS=building.UNLIMITED, SLACK_LIMITS=building.UNLIMITED)
    app.ERRAND_TICK = app.RELOAD_TICK = 0.05
    asking._PAUSE = 0.02
    rounds.FIRST_CLEAN_TICK = 0.05
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


def _a_world() -> Path:
    """Write what every world is configured with, so that no life reads it for the first time."""
    from tests.crash import world

    folder = Path(tempfile.mkdtemp(prefix="wirewatch-crash-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "watchlist.yaml").write_text(world.watchlist(), encoding="utf-8")
    (folder / "wirewatch.yaml").write_text(world.settings(), encoding="utf-8")
    (folder / "sources.yaml").write_text("sources: []\n", encoding="utf-8")
    return folder


def _warm() -> None:
    """Do once what every life does at its start, and import what it imports on its way."""
    import alembic.command  # noqa: F401
    import httpx

    from bot import match
    from bot.app import building
    from bot.channels import slack, telegram  # noqa: F401
    from bot.config import load
    from bot.dedup import memory
    from bot.dedup.frequencies import concept_tables
    from bot.events import EventWords
    from bot.fetch import wire
    from bot.parsers import article, feed, parse  # noqa: F401

    configuration = load(_a_world(), environ={})
    matcher = match.Matcher(configuration.watchlist, configuration.tables)

    def matcher_of(watchlist: Watchlist, tables: Tables) -> Any:
        same = watchlist == configuration.watchlist
        return matcher if same else match.Matcher(watchlist, tables)

    vars(building)["Matcher"] = matcher_of
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


def _keep_statements() -> None:
    """Let what one life compiled of its SQL serve the next ones."""
    from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite as Dialect
    from sqlalchemy.util import LRUCache

    from bot.store import opening

    real = opening.connect
    compiled: LRUCache[Any, Any] = LRUCache(4000)

    def connect(*given: Any, **more: Any) -> Any:
        engine = real(*given, **more)
        vars(engine)["_compiled_cache"] = compiled
        return engine

    vars(opening)["connect"] = connect
    # What is compiled is kept by the dialect it is for; every engine has one of its own, and all are alike.
    setattr(Dialect, "__eq__", lambda one, other: type(one) is type(other))  # noqa: B010
    setattr(Dialect, "__hash__", lambda one: hash(type(one)))  # noqa: B010


def _live_once() -> None:
    """Be the bot, twice: what it imports, compiles and reads on its way is there for every life to come."""
    from bot.__main__ import main
    from tests.crash import world

    news, told = threading.Event(), threading.Event()
    homes: list[dict[str, str]] = []

    async def around() -> None:
        with tempfile.TemporaryDirectory(prefix="wirewatch-crash-") as home:
            async with world.made(Path(home), 1) as alive:
                homes.append({**alive.environ(), "home": home})
                news.set()
                await asyncio.to_thread(told.wait)
                told.clear()
                alive.publish("harbour", alive.story(world.LOUD, "desk"))
                news.set()
                await asyncio.to_thread(told.wait)

    beside = threading.Thread(target=asyncio.run, args=(around(),))
    beside.start()
    before = dict(os.environ)
    for _ in range(2):
        news.wait()
        news.clear()
        home = homes[0]["home"]
        os.environ.update(homes[0])
        sys.argv = ["wirewatch", "--config", f"{home}/config", "--state", f"{home}/state", "once"]
        prepare()
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said), suppress(SystemExit):
            main()
        told.set()
    beside.join()
    os.environ.clear()
    os.environ.update(before)
    sys.excepthook = sys.__excepthook__
    structlog.reset_defaults()


if __name__ == "__main__":
    _channel = socket.socket(fileno=int(sys.argv[1]))
    _warm()
    _keep_statements()
    _live_once()
    gc.collect()
    gc.freeze()
    forking.before_main = prepare
    forking.serve(_channel)
