"""The bot's own parts, put together as ``wirewatch run`` does it, polling all sources of a made-up world in passes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.effort import Lag, Spent, lag_watched, share
from bench.memory import held
from bench.publisher import ROUNDS, Answered, Remote, World, address_of
from bot.app.building import newsroom_of
from bot.app.logs import write_logs
from bot.app.pauses import keep_pauses_short
from bot.config import Configuration, load
from bot.dedup import StoryIndex
from bot.fetch import Fetcher
from bot.model import Source
from bot.pipeline import Pipeline, PollResult
from bot.sandbox import Sandbox
from bot.schedule import Schedule
from bot.store import Store, sources

START = Path(__file__).parents[1] / "config"
EVERY = timedelta(minutes=15)
LONGEST = 1_800.0
"""Seconds after which a pass is given up."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass over all sources took; times in seconds, memory in megabytes."""

    polls: int
    wall: float
    spent: Spent
    memory: float
    lag: tuple[float, float, float]
    """The loop's lag: median, 99th percentile, most."""
    delay: tuple[float, float, float]
    """From due to polled, of the sources that don't hang: median, 95th percentile, most."""
    new: int
    unchanged: int
    failed: int
    answered: Answered
    """What the publisher did since it began."""


class Bot:
    """Store, fetcher, sandbox, pipeline and schedule with production settings."""

    def __init__(self, world: World, port: int, folder: Path, polling: Mapping[str, Any]) -> None:
        self._world = world
        self._ahead = timedelta(0)
        configuration = _configuration(world, port, polling)
        settings = configuration.settings
        self.store = Store.open(f"sqlite:///{folder / 'bench.db'}", variants=configuration.tables.variants)
        self.fetcher = Fetcher(settings.polling, resolve=_resolve)
        self.sandbox = Sandbox()
        index = StoryIndex(configuration.tables, window=settings.window)
        pipeline = Pipeline(
            store=self.store,
            fetcher=self.fetcher,
            sandbox=self.sandbox,
            newsroom=newsroom_of(configuration, settings, index),
            clock=self.now,
        )
        keep_pauses_short()
        pipeline.open()
        self._schedule = Schedule(
            store=self.store,
            pipeline=pipeline,
            clock=self.now,
            owner="bench",
            polled=self._note,
            aside=lambda: self.fetcher.aside,
        )
        self._sources = configuration.sources
        self._done: list[tuple[PollResult, float]] = []
        self._all_done = asyncio.Event()

    def now(self) -> datetime:
        """The bot's clock: it jumps ahead between passes, so that everything is due again."""
        return datetime.now(UTC) + self._ahead

    async def close(self) -> None:
        """End the workers and close the store."""
        await self.fetcher.close()
        await self.sandbox.close()
        self.store.close()

    async def poll_all(self, publisher: Remote) -> Pass:
        """Let all sources be due at the same moment and poll each of them once."""
        self._done.clear()
        self._all_done.clear()
        self._ahead += 2 * EVERY if self._ahead else timedelta(seconds=1)
        now = self.now()
        await self.store.write(lambda conn: sources.sync(conn, self._sources, now))
        before, began = Spent.until_now(), perf_counter()
        with lag_watched() as lag:
            async with asyncio.timeout(LONGEST):
                await self._schedule.run(self._all_done, {})
        wall = perf_counter() - began
        spent = Spent.until_now().since(before)
        told = await asyncio.to_thread(publisher.next_round)
        return self._told(began, wall, spent, lag, told)

    def _note(self, result: PollResult) -> None:
        self._done.append((result, perf_counter()))
        if len(self._done) == self._world.count:
            self._all_done.set()

    def _told(self, began: float, wall: float, spent: Spent, lag: Lag, answered: Answered) -> Pass:
        results = [result for result, _ in self._done]
        delays = [
            at - began for result, at in self._done if not self._world.is_hanging(int(result.source[1:]))
        ]
        return Pass(
            polls=len(results),
            wall=wall,
            spent=spent,
            memory=held(),
            lag=(share(lag.seen, 0.5), share(lag.seen, 0.99), max(lag.seen)),
            delay=(share(delays, 0.5), share(delays, 0.95), max(delays)),
            new=sum(result.settled.new for result in results if result.settled),
            unchanged=sum(result.unchanged for result in results),
            failed=sum(bool(result.error) for result in results),
            answered=answered,
        )


async def _resolve(host: str, port: int) -> list[str]:
    return [address_of(host)]


def _configuration(world: World, port: int, changed: Mapping[str, Any]) -> Configuration:
    """Return the starting configuration, with the sources of the made-up world."""
    started = load(START, environ={})
    made = tuple(
        Source(
            id=f"s{number:05}",
            name=f"Source {number}",
            url=f"http://{world.host(number)}:{port}/feed/{number}",
            every=EVERY,
        )
        for number in range(world.count)
    )
    polling = replace(started.settings.polling, allow_private=("127.0.0.0/8",), **changed)
    return replace(started, settings=replace(started.settings, polling=polling), sources=made)


async def _passes(world: World, publisher: Remote, folder: Path, polling: Mapping[str, Any]) -> list[Pass]:
    bot = Bot(world, publisher.port, folder, polling)
    try:
        return [await bot.poll_all(publisher) for _ in range(ROUNDS)]
    finally:
        await bot.close()


def measure(world: World, publisher: Remote, folder: Path, polling: Mapping[str, Any]) -> list[Pass]:
    """Poll the world in passes: all feeds new, then a fifth with news, then that and hanging hosts.

    Meant for a process of its own, whose memory and processor time are counted; its log goes to a file.
    ``polling`` holds settings that differ from the shipped ones.
    """
    with (folder / "log").open("a") as log, redirect_stderr(log):
        write_logs()
        return asyncio.run(_passes(world, publisher, folder, polling))
