"""The page of promises names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if re.match(r"\| \d", line)]


def test_every_promise_is_held_by_tests_that_there_are() -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"def (test_\w+)\(", written))
    assert len(ROWS) == 13
    for row in ROWS:
        named = re.findall(r"`(test_\w+)`", row)
        assert named, f"no test holds: {row[:80]}"
        assert set(named) <= there, f"there is no {set(named) - there}"
