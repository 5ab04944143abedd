"""Each mistake in tests/data/config/bad is told as the file beside it says: place, words and hint."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.config_folder import DATA, faults_of, good_folder, load, said

BAD = sorted((DATA / "bad").glob("*.yaml"))
PLACED = re.compile(r"(?:wirewatch|sources|watchlist|events)\.yaml:[0-9]+:[0-9]+: ")


def folder_with(bad: Path, target: Path) -> Path:
    """The mistake among files that are right; without routes that name what another watchlist lacks."""
    which = bad.stem.rpartition(".")[2]
    folder = good_folder(target)
    if which != "wirewatch":
        (folder / "wirewatch.yaml").unlink()
    (folder / f"{which}.yaml").write_bytes(bad.read_bytes())
    return folder


@pytest.mark.parametrize("bad", BAD, ids=[path.stem for path in BAD])
def test_a_mistake_is_told_with_its_place_and_what_to_do(bad: Path, tmp_path: Path) -> None:
    folder = folder_with(bad, tmp_path / "config")
    assert said(folder, faults_of(folder)) == bad.with_suffix(".faults").read_text(encoding="utf-8")


@pytest.mark.parametrize("bad", BAD, ids=[path.stem for path in BAD])
def test_every_mistake_but_an_empty_file_has_a_line_and_a_column(bad: Path) -> None:
    lines = bad.with_suffix(".faults").read_text(encoding="utf-8").splitlines()
    assert lines
    assert all(PLACED.match(line) or "the file is empty" in line for line in lines)


@pytest.mark.parametrize("bad", BAD, ids=[path.stem for path in BAD])
def test_no_password_of_a_broken_file_is_repeated(bad: Path) -> None:
    told = bad.with_suffix(".faults").read_text(encoding="utf-8")
    assert "hunter2" not in told
    assert "AAAAAAAA" not in told
    assert "xoxb" not in told


def test_all_files_are_checked_before_anything_is_said(tmp_path: Path) -> None:
    folder = good_folder(
        tmp_path / "config",
        wirewatch="timezone: Mars\n",
        sources="sources: [{id: a}]\n",
        watchlist="watches: {acme: {}}\n",
        events="earnings: 5\n",
    )
    assert [Path(fault.file).name for fault in faults_of(folder)] == [
        "events.yaml",
        "sources.yaml",
        "watchlist.yaml",
        "wirewatch.yaml",
    ]


def test_a_route_is_not_blamed_for_a_broken_watchlist(tmp_path: Path) -> None:
    folder = good_folder(tmp_path / "config", watchlist="watches: {alibaba: {nam: x}}\n")
    assert {Path(fault.file).name for fault in faults_of(folder)} == {"watchlist.yaml"}


@pytest.mark.parametrize("missing", ["sources", "watchlist"])
def test_a_missing_file_says_how_to_get_one(missing: str, tmp_path: Path) -> None:
    folder = good_folder(tmp_path / "config")
    (folder / f"{missing}.yaml").unlink()
    first = faults_of(folder)[0]
    assert first.message == "is missing"
    assert f"wirewatch init {folder}" in first.hint


def test_a_file_with_the_other_ending_is_to_be_renamed(tmp_path: Path) -> None:
    folder = good_folder(tmp_path / "config")
    (folder / "wirewatch.yaml").rename(folder / "wirewatch.yml")
    assert [fault.hint for fault in faults_of(folder)] == ["rename wirewatch.yml to wirewatch.yaml"]


def test_polling_more_than_once_a_minute_is_a_warning(tmp_path: Path) -> None:
    source = "sources: [{id: scmp-tech, url: 'https://example.org', every: 10s, tags: [press]}]\n"
    folder = good_folder(tmp_path / "config", sources=source)
    assert "sources.yaml:1:62: warning: this source is polled more than once a minute" in said(
        folder, load(folder).warnings
    )


def test_an_entry_left_empty_in_a_list_is_a_warning(tmp_path: Path) -> None:
    watchlist = "watches:\n  acme:\n    name: Acme\n    aliases:\n      -\n      - Acme Inc\n"
    folder = good_folder(tmp_path / "config", watchlist=watchlist)
    (folder / "wirewatch.yaml").unlink()
    configuration = load(folder)
    assert configuration.watchlist.watches["acme"].aliases == ("Acme Inc",)
    assert "watchlist.yaml:5:8: warning: an empty entry in this list" in said(folder, configuration.warnings)
