"""The database is held while it is open: no other program that looks into it takes anything away from under the bot."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from bot.store import Store, meta

DIES = """
import os, sys
from bot.store import Store, meta
store = Store.open(sys.argv[1])
with store.begin() as conn:
    meta.set(conn, "told", "yes")
os._exit(0)
"""
TAKES = """
import fcntl, sys
with open(sys.argv[1], "r+b") as index:
    try:
        fcntl.lockf(index, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 128)
    except OSError:
        print("held")
"""
"""What SQLite tries when it opens a database: who gets this lock is alone with it, and begins its index anew."""


def test_after_a_crash_the_database_is_held_against_other_programs(tmp_path: Path) -> None:
    file = tmp_path / "wirewatch.db"
    _run(DIES, f"sqlite:///{file}")
    assert file.with_name("wirewatch.db-shm").exists()

    with closing(Store.open(f"sqlite:///{file}")) as store:
        assert _run(TAKES, str(file.with_name("wirewatch.db-shm"))) == "held"
        with store.snapshot() as conn:
            assert meta.get(conn, "told") == "yes"


def _run(program: str, argument: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, argument],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()
