"""The harness sees what it is there to see: planted bugs are caught, and the same acts pass without them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.drive import Drive
from tests.crash.mutants import MUTANTS, answer_lost, calm, paused, refused, sudden
from tests.crash.planted import PLANTED
from tests.crash.scenes import play


async def test_without_a_bug_every_act_passes() -> None:
    async def acts(drive: Drive) -> None:
        for point in ("on-wire", "arrived", "delivery-claimed", "poll-claimed", "entries-saved", "parsed"):
            await sudden(drive, point)

    reports = [await play(71, [acts, calm]), await play(72, [refused, paused, answer_lost])]

    assert not [line for report in reports for line in report.breaches]


@pytest.mark.parametrize("name", MUTANTS)
async def test_a_planted_bug_is_caught(name: str) -> None:
    mutant = MUTANTS[name]

    report = await play(73, [mutant.act], mutant=name)

    assert any(mutant.says in line for line in report.breaches), str(report)


@pytest.mark.parametrize("name", PLANTED)
async def test_a_check_holds_and_fails_once_its_bug_is_planted(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = PLANTED[name]
    for home in ("sound", "buggy"):
        (tmp_path / home).mkdir()

    assert await planted.holds(tmp_path / "sound")
    planted.plant(monkeypatch)
    assert not await planted.holds(tmp_path / "buggy")


def test_there_are_twenty_bugs_and_more() -> None:
    assert len(MUTANTS) + len(PLANTED) >= 20
