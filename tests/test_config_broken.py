"""Five hundred broken files: each is refused with its place and its words, and what is in force stays in force."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from bot.channels.console import Console
from bot.cli.checking import check_folder
from bot.config import load
from tests.breaking import GOOD, SECRET, Broken, broken_files

COUNT = 500
PLACED = re.compile(r"^[^:]+(:[1-9]\d*:[1-9]\d*)?: \S")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    for name, text in GOOD.items():
        (tmp_path / "config" / name).write_text(text, encoding="utf-8")
    return tmp_path / "config"


@pytest.fixture
async def app(folder: Path, tmp_path: Path) -> AsyncIterator[App]:
    opened = App(load(folder, environ={}), tmp_path / "state", owner="broken", console=Console(), environ={})
    await opened.start()
    yield opened
    await opened.close()


async def test_every_one_of_five_hundred_broken_files_is_refused_and_the_last_good_stays(
    folder: Path, app: App, capsys: pytest.CaptureFixture[str]
) -> None:
    in_force, seen = app.configuration, 0
    wrong: list[str] = []
    for at, broken in enumerate(broken_files(seed=7, count=COUNT)):
        (folder / broken.file).write_bytes(broken.body)
        began = time.monotonic()
        taken = await app.reload()
        took = time.monotonic() - began
        if taken or app.configuration is not in_force or took > 4:
            wrong.append(f"{broken}: taken {taken}, {took:.1f} s")
        wrong += [f"{broken}: {fault}" for fault in _misled(broken, folder, app.faults)]
        if at % 25 == 0:
            capsys.readouterr()
            assert check_folder(folder) == 2
            assert tuple(capsys.readouterr().out.splitlines()) == app.faults, str(broken)
        (folder / broken.file).write_text(GOOD[broken.file], encoding="utf-8")
        seen += 1

    assert wrong == []
    assert seen == COUNT
    (folder / "watchlist.yaml").write_text("watches:\n  acme: {name: Acme, tags: [ai]}\n", encoding="utf-8")
    assert await app.reload()
    assert app.faults == ()


def _misled(broken: Broken, folder: Path, faults: tuple[str, ...]) -> list[str]:
    """What a person could not use of what is said."""
    file = str(folder / broken.file)
    of_file = [fault.removeprefix(file) for fault in faults if fault.startswith(file)]
    if not of_file:
        return [f"not one fault names it: {faults}"]
    found = [fault for fault in faults if not PLACED.match(fault) or "Traceback" in fault or SECRET in fault]
    if not any(word in fault for word in broken.said for fault in of_file):
        found.append(f"none says any of {broken.said}: {of_file}")
    if broken.line and not any(fault.startswith(f":{broken.line}:") for fault in of_file):
        found.append(f"none is of line {broken.line}: {of_file}")
    return found
