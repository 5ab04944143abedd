"""How soon a bot that was killed asks its sources and sends what it owes, with a million entries stored.

``python -m bench.soak.recovery --rows 1000000``: a real process against loopback, started, killed and started again.
"""

from __future__ import annotations

import argparse
import os
import signal
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import DEVNULL, Popen
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from rich.console import Console

from bench.soak.archive import write
from bench.soak.house import configure, environment
from bench.soak.serving import Remote, serving
from bench.soak.world import Plan
from bot.config import load

SOURCES = 200
REQUEST_WITHIN, SEND_WITHIN = 3.0, 5.0
RETENTION = timedelta(days=180)
"""As it is where nobody says otherwise: the oldest of a million entries stays."""
_PATIENCE = 120.0
_DECIDED = "SELECT count(*) FROM sources WHERE last_success > ?"


def started(home: Path, environ: Mapping[str, str]) -> Popen[bytes]:
    """Start a bot as its user does."""
    command = [
        sys.executable,
        "-m",
        "bot",
        "--config",
        str(home / "config"),
        "--state",
        str(home / "state"),
        "run",
    ]
    with (home / "log").open("ab") as log:
        return Popen(command, env={**os.environ, **environ}, stdout=DEVNULL, stderr=log)  # noqa: S603  the bot


def measured(home: Path, world: Remote, screen: Console, name: str) -> bool:
    """Start a bot, wait for its first poll and its first send, kill it; True where both came in time."""
    world.forget_firsts()
    began = datetime.now(UTC)
    process = started(home, environment(world.port))
    try:
        firsts: dict[str, float] = {}
        spent: dict[str, float] = {}
        deadline = perf_counter() + _PATIENCE
        while len(firsts) < 2 and perf_counter() < deadline and process.poll() is None:
            sleep(0.05)
            firsts = {what: at - began.timestamp() for what, at in world.counts()["firsts"].items()}
            for what in firsts:
                spent.setdefault(what, _spent(process.pid))
        loaded = _until_it_decides(home, began, deadline)
        if process.poll() is not None:
            sys.exit(f"the bot ended ({process.returncode}): {(home / 'log').read_text()[-2_000:]}")
        memory = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * 4096 / 1e6
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    poll, send = firsts.get("feed", _PATIENCE), firsts.get("send", _PATIENCE)
    screen.print(
        f"{name}: first request after {poll:.2f} s ({spent.get('feed', 0):.2f} s of processor time), "
        f"first send after {send:.2f} s ({spent.get('send', 0):.2f} s), "
        f"first decided after {loaded:.1f} s, {memory:.0f} MB",
        highlight=False,
    )
    return poll <= REQUEST_WITHIN and send <= SEND_WITHIN


def _until_it_decides(home: Path, began: datetime, deadline: float) -> float:
    """Wait until a poll was decided: the recent stories are loaded; return the seconds since the start."""
    with closing(sqlite3.connect(f"file:{home}/state/wirewatch.db?mode=ro", uri=True)) as conn:
        while perf_counter() < deadline:
            sleep(0.25)
            if conn.execute(_DECIDED, (int(began.timestamp() * 1e6),)).fetchone()[0]:
                break
    return (datetime.now(UTC) - began).total_seconds()


def _spent(pid: int) -> float:
    """Return the seconds of processor time that a process took until now."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Write the database, start the bot on it three times, and exit 1 where it was too slow."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak.recovery", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="entries stored (default: %(default)s)")
    parser.add_argument("--owed", type=int, default=10_000, help="messages owed (default: %(default)s)")
    asked = parser.parse_args()
    screen = Console(width=120)
    plan = Plan(sources=SOURCES, entries=1_000, days=1, hours=0.25, faults=0.0)
    with TemporaryDirectory(prefix="wirewatch-soak-") as folder, serving(plan) as world:
        home = Path(folder)
        configure(home / "config", plan, world.port, retention=RETENTION)
        (home / "state").mkdir()
        world.move(datetime.now(UTC))
        began = perf_counter()
        database = home / "state" / "wirewatch.db"
        now = datetime.now(UTC)
        write(
            database,
            load(home / "config", environ={}),
            now,
            rows=asked.rows,
            owed=asked.owed,
            sent=10 * asked.owed,
        )
        screen.print(
            f"{asked.rows:,} entries written in {perf_counter() - began:.0f} s: "
            f"{database.stat().st_size / 1e6:,.0f} MB",
            highlight=False,
        )
        kept = [measured(home, world, screen, name) for name in ("first start", "after kill -9", "once more")]
    sys.exit(0 if all(kept[1:]) else 1)


if __name__ == "__main__":
    main()
