"""Two hundred kills: nothing is lost, nothing is repeated but what was on the wire, and then it says so.

A failure names its seed and its kills; ``python -m tests.crash --seed SEED --kills 1`` plays that world again.
"""

from __future__ import annotations

import asyncio

import pytest

from bot.crashpoints import POINTS
from tests.crash.scenes import CHATS, DAY, play

WORLDS = 3


@pytest.mark.parametrize("seed", range(1, WORLDS + 1))
async def test_a_bot_killed_at_every_point_loses_nothing_and_marks_what_it_may_repeat(seed: int) -> None:
    reports = await asyncio.gather(play(seed, DAY), play(seed, CHATS))

    assert not any(report.breaches for report in reports), "\n\n".join(map(str, reports))
    assert {kill.point for report in reports for kill in report.kills} == {*POINTS, "any moment"}
