"""A restore that is killed at any step leaves the database of before or the chosen copy, and no half of either."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app.memory import open_store
from bot.cli import backing
from bot.store import Store, backups, meta
from tests.following import write_folder
from tests.newsmaking import NOON

WHO = "who"
MOST_STEPS = 40


class _KilledError(BaseException):
    """The process is gone."""


class _Steps:
    """Counts what is done to files, and ends the process at one of them."""

    def __init__(self, patch: pytest.MonkeyPatch, last: int) -> None:
        self.left = last
        for where, name in ((Path, "replace"), (Path, "mkdir"), (Path, "unlink"), (Path, "chmod")):
            patch.setattr(where, name, self._counted(getattr(where, name)))
        for module, name in ((shutil, "copyfile"), (os, "fsync"), (backups, "mark")):
            patch.setattr(module, name, self._counted(getattr(module, name)))

    def _counted(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any, **more: Any) -> Any:
            if self.left <= 0:
                raise _KilledError
            self.left -= 1
            return real(*given, **more)

        return step


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a database of today, last changed in its log, and a copy of an earlier day."""
    home = tmp_path_factory.mktemp("before")
    write_folder(home)
    (home / "state").mkdir()
    with_who(home, "earlier")
    backups.back_up(home / "state" / "wirewatch.db", home / "chosen.db", NOON - timedelta(days=1))
    with_who(home, "today")
    return home


def with_who(home: Path, who: str) -> None:
    store = _open(home)
    with store.begin() as conn:
        meta.set(conn, WHO, who)
    for side in ("-wal", "-shm"):  # as a killed bot leaves it: what it wrote last stands in the log
        kept = store.file.with_name(f"wirewatch.db{side}")
        shutil.copyfile(kept, home / f"kept{side}")
    body = store.file.read_bytes()
    store.close()
    store.file.write_bytes(body)
    for side in ("-wal", "-shm"):
        shutil.copyfile(home / f"kept{side}", store.file.with_name(f"wirewatch.db{side}"))


def _open(home: Path) -> Store:
    return open_store(f"sqlite:///{home / 'state' / 'wirewatch.db'}", variants={}, now=NOON)


def test_a_restore_that_is_killed_at_any_step_leaves_one_state_or_the_other(
    before: Path, tmp_path: Path
) -> None:
    found: list[str] = []
    for last in range(MOST_STEPS):
        home = tmp_path / str(last)
        shutil.copytree(before, home)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(backing, "write_logs", lambda _: None)
            _Steps(patch, last)
            try:
                assert backing.restore(home / "chosen.db", home / "config", home / "state", yes=True) == 0
            except _KilledError:
                ended = False
            else:
                ended = True
        store = _open(home)
        with store.snapshot() as conn:
            found.append(meta.get(conn, WHO) or "")
        store.close()
        assert not [left for left in (home / "state").iterdir() if left.name.startswith(".wirewatch.db.")]
        if ended:
            break

    assert ended
    assert found == sorted(found, reverse=True)
    assert set(found) == {"today", "earlier"}


def test_what_killed_copies_have_left_is_swept_and_a_copy_under_way_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "backups"
    folder.mkdir(parents=True)
    old, young = folder / ".wirewatch-20260101-033000.db.part", folder / ".wirewatch-20260102-033000.db.part"
    journal, other = folder / f"{old.name}-journal", folder / "notes.part"
    for each in (old, young, journal, other):
        each.write_bytes(b"half")
    for each in (old, journal, other):
        os.utime(each, (1_700_000_000, 1_700_000_000))

    _open(tmp_path).close()

    assert sorted(each.name for each in folder.iterdir()) == [young.name, "notes.part"]
