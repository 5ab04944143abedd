"""A changed file is noticed, however it was changed."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bot.config import signature
from tests.config_folder import good_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return good_folder(tmp_path / "config")


def test_an_edit_of_the_same_length_is_seen(folder: Path) -> None:
    path = folder / "watchlist.yaml"
    before = signature(folder)
    path.write_text(path.read_text(encoding="utf-8").replace("Kimi", "kimi"), encoding="utf-8")
    assert signature(folder) != before


def test_nothing_changed_means_the_same_signature(folder: Path) -> None:
    before = signature(folder)
    os.utime(folder / "watchlist.yaml")
    assert signature(folder) == before


def test_a_replaced_file_is_seen(folder: Path) -> None:
    before = signature(folder)
    (folder / "new").write_text("watches: {}\n")
    (folder / "new").replace(folder / "watchlist.yaml")
    assert signature(folder) != before


def test_a_swapped_link_to_a_folder_is_seen(tmp_path: Path) -> None:
    """Kubernetes swaps ``..data``, and the files are links through it."""
    good_folder(tmp_path / "v1")
    good_folder(tmp_path / "v2", sources="sources: []\n")
    mount = tmp_path / "mount"
    mount.mkdir()
    (mount / "..data").symlink_to(tmp_path / "v1")
    (mount / "sources.yaml").symlink_to("..data/sources.yaml")
    before = signature(mount)
    (mount / "..tmp").symlink_to(tmp_path / "v2")
    (mount / "..tmp").replace(mount / "..data")
    assert signature(mount) != before


def test_dotenv_and_files_that_come_and_go_are_seen(folder: Path) -> None:
    seen = {signature(folder)}
    (folder / ".env").write_text("X=1\n")
    seen.add(signature(folder))
    (folder / "events.yaml").write_text("# none\n")
    seen.add(signature(folder))
    (folder / "wirewatch.yaml").unlink()
    seen.add(signature(folder))
    assert len(seen) == 4


def test_it_never_fails(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "sources.yaml")
    (tmp_path / "watchlist.yaml").mkdir()
    assert signature(tmp_path) == signature(tmp_path)
    assert signature(tmp_path / "nowhere")


@pytest.mark.parametrize("hours", [0, -48, 48], ids=["right", "two days behind", "two days ahead"])
def test_an_edit_is_seen_though_the_time_of_the_file_stays(folder: Path, hours: int) -> None:
    path, moment = folder / "watchlist.yaml", time.time() + hours * 3600
    os.utime(path, (moment, moment))
    before = signature(folder)
    path.write_text(path.read_text(encoding="utf-8").replace("Kimi", "kimi"), encoding="utf-8")
    os.utime(path, (moment, moment))
    assert signature(folder) != before
