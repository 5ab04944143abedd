"""The named points themselves: each stands where it is meant to, once, and does nothing unless it is armed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot import crashpoints
from bot.crashpoints import POINTS, VARIABLE, arm, crashpoint

_CALL = re.compile(r'\bcrashpoint\("([^"]+)"\)')
_ANY_CALL = re.compile(r"(?<!def )\bcrashpoint\(")
_LIFE = "import os; from bot.crashpoints import arm, crashpoint; arm(os.environ)"


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    """Leave no point armed behind."""
    yield
    arm({})


def _code() -> Iterator[str]:
    for file in Path(bot.__file__).parent.rglob("*.py"):
        if file != Path(crashpoints.__file__):
            yield file.read_text("utf-8")


def test_every_point_stands_in_the_code_once_and_no_other_does() -> None:
    texts = list(_code())
    placed = Counter(name for text in texts for name in _CALL.findall(text))

    assert placed == dict.fromkeys(POINTS, 1)
    assert sum(len(_ANY_CALL.findall(text)) for text in texts) == placed.total()


def test_there_are_twenty_five_points_and_more_each_with_its_meaning() -> None:
    assert len(POINTS) >= 25
    assert all(POINTS.values())


def test_a_point_that_is_not_armed_does_nothing() -> None:
    for environ in ({}, {VARIABLE: ""}):
        arm(environ)
        for name in POINTS:
            crashpoint(name)


@pytest.mark.parametrize("wanted", ["no-such-point:1", "composed:0", "composed:-1", "composed:soon"])
def test_a_point_that_there_is_not_or_a_count_that_is_none_is_refused(wanted: str) -> None:
    with pytest.raises(ValueError, match=wanted.partition(":")[0] if "no-such" in wanted else "NAME:N"):
        arm({VARIABLE: wanted})


def test_an_armed_point_ends_the_process_at_its_pass_and_at_no_other() -> None:
    passes = 'crashpoint("parsed"); print(n, flush=True); crashpoint("composed")'
    walk = f"{_LIFE}\nfor n in range(3): {passes}"

    ended = subprocess.run(
        [sys.executable, "-c", walk], env={VARIABLE: "parsed:3"}, capture_output=True, text=True, check=False
    )

    assert ended.returncode == -9
    assert ended.stdout.split() == ["0", "1"]
