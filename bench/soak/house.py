"""The bot in a soak: all its parts, with real sockets, a clock that jumps, and no waiting between two messages."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console as Screen
from sqlalchemy import func, select

from bench.memory import held
from bench.soak.serving import Remote
from bench.soak.world import Plan
from bot.app import App
from bot.app.rounds import Rounds
from bot.channels.console import Console
from bot.channels.pacer import Limits
from bot.config import load
from bot.store.schema import entries, sources

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
RETENTION = timedelta(days=12)
CLEANED = timedelta(hours=24)
_UNLIMITED = Limits(every=1e-9, burst=1)
_LATEST = 40
"""Polls of a source within which all that failed must have arrived."""
_SKIPPED = frozenset({"splits", "errands", "reload"})


@dataclass(frozen=True, slots=True)
class Sample:
    """What the bot holds at one moment of the soak's clock."""

    hours: float
    memory: float
    """Megabytes."""
    files: int
    threads: int
    tasks: int
    entries: int
    index: int
    database: float
    """Megabytes."""


def configure(folder: Path, plan: Plan, port: int, *, retention: timedelta = RETENTION) -> None:
    """Write the configuration of a soak."""
    folder.mkdir(parents=True)
    every = f"{round(plan.hours * 60)}m"
    (folder / "wirewatch.yaml").write_text(
        f"polling: {{every: {every}, allow_private: [127.0.0.0/8], timeout: 10s, per_host: 16}}\n"
        "receivers:\n  desk: {via: telegram, chat: 4242, language: en}\n"
        "routes:\n  - {watches: [alibaba], to: [desk]}\n"
        f"retention: {{entries: {retention.days}d}}\n"
    )
    (folder / "watchlist.yaml").write_text("watches:\n  alibaba: library\n  tencent: library\n")
    rows = "".join(
        f'  - {{id: s{number:05}, name: Source {number}, url: "http://127.0.0.1:{port}/feed/{number}"}}\n'
        for number in range(plan.sources)
    )
    (folder / "sources.yaml").write_text(f"sources:\n{rows}")


def environment(port: int) -> dict[str, str]:
    """Return the environment of a soaked bot."""
    return {
        "TELEGRAM_BOT_TOKEN": "123456:soak-token-that-opens-nothing",
        "TELEGRAM_API_URL": f"http://127.0.0.1:{port}",
    }


class House:
    """Drives one bot through the days; ``samples`` is what it held from hour to hour."""

    def __init__(self, plan: Plan, world: Remote, home: Path) -> None:
        self.now = BEGIN
        self.samples: list[Sample] = []
        self.sent = 0
        self._plan = plan
        self._world = world
        self._database = home / "state" / "wirewatch.db"
        configure(home / "config", plan, world.port)
        self._log = (home / "log").open("a")
        environ = environment(world.port)
        screen = Console(Screen(file=io.StringIO()))
        self.app = App(
            load(home / "config", environ=environ),
            home / "state",
            owner="soak",
            console=screen,
            environ=environ,
            clock=lambda: self.now,
        )
        for pacer in self.app._switchboard.pacers.values():  # noqa: SLF001  at a chat's pace it would take weeks
            pacer.limits = _UNLIMITED
        self._jobs = {name: job for name, job in Rounds(self.app).jobs().items() if name not in _SKIPPED}
        self._nights = Rounds(self.app).nights()

    async def live(self) -> None:
        """Start, take a baseline of every source, and let nothing be owed."""
        with redirect_stderr(self._log):
            self._world.move(self.now, silent=True)
            await self.app.start(spread=False)
            await self.app.load_index()
            while await self._lacks_baseline():  # also of those whose first polls failed
                await self._turn()
                self.now += timedelta(hours=self._plan.hours)

    async def pass_until(self, until: datetime) -> None:
        """Let the world publish and the bot poll and tell, step by step."""
        with redirect_stderr(self._log):
            while self.now < until:
                self.now += timedelta(hours=self._plan.hours / 4)
                await asyncio.to_thread(self._world.move, self.now)
                await self._turn()
            await self._clean()
            self.samples.append(await self._sample())

    async def settle(self) -> None:
        """Publish nothing more, and let the bot catch up with what failed."""
        with redirect_stderr(self._log):
            for _ in range(_LATEST):
                counts = await asyncio.to_thread(self._world.counts)
                if counts["accepted"] == counts["owed"]:
                    break
                self.now += timedelta(hours=self._plan.hours)
                await self._turn()

    async def close(self) -> None:
        """End the bot."""
        await self.app.close()
        self._log.close()

    async def _lacks_baseline(self) -> bool:
        lacking = select(sources.c.id).where(sources.c.baseline.is_(None)).limit(1)
        return await self.app.store.read(lambda conn: conn.execute(lacking).first() is not None)

    async def _turn(self) -> None:
        await self.app.schedule.poll_all_due()
        for _, work in self._jobs.values():
            await work()
        await self.app.outbox.flush()
        self.sent = self.app.outbox.sent

    async def _clean(self) -> None:
        for night in self._nights.values():
            work = night[1]
            await work()

    async def _sample(self) -> Sample:
        stored = await self.app.store.read(
            lambda conn: int(conn.execute(select(func.count()).select_from(entries)).scalar_one())
        )
        return Sample(
            hours=(self.now - BEGIN) / timedelta(hours=1),
            memory=held(),
            files=_open_files(),
            threads=threading.active_count(),
            tasks=len(asyncio.all_tasks()),
            entries=stored,
            index=len(self.app.pipeline.newsroom.index),
            database=sum(each.stat().st_size for each in _files(self._database)) / 1e6,
        )


def _files(database: Path) -> Iterator[Path]:
    return (each for each in (database, database.with_name(database.name + "-wal")) if each.exists())


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
