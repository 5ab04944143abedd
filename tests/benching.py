"""Run a benchmark as ``make bench`` does, small, and read the tables that it prints."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run_bench(name: str, *arguments: str, seconds: int = 300) -> tuple[str, list[list[str]]]:
    """Run ``bench.NAME`` to its end; return what it printed, and the cells of each line."""
    run = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=seconds,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    return run.stdout, [re.split(r"\s*[│|]\s*", line.strip("│| ")) for line in lines]
