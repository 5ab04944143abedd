"""Files that no editor writes on purpose: refused with a fault, at once, and never with a traceback."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from bot.config import yaml_source
from bot.config.reading import MOST_BYTES
from tests.config_folder import DATA, faults_of, good_folder, load, said

GOOD = (DATA / "good" / "watchlist.yaml").read_bytes()


def watchlist_of(tmp_path: Path, body: bytes) -> Path:
    folder = good_folder(tmp_path / "config")
    (folder / "wirewatch.yaml").unlink()
    (folder / "watchlist.yaml").write_bytes(body)
    return folder


@pytest.mark.parametrize(
    "body",
    [b"\xef\xbb\xbf" + GOOD, GOOD.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n")],
    ids=["byte order mark", "windows line ends", "both"],
)
def test_what_windows_editors_save_is_read(body: bytes, tmp_path: Path) -> None:
    assert "moonshot" in load(watchlist_of(tmp_path, body)).watchlist.watches


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (GOOD.decode().encode("utf-16"), "watchlist.yaml: is written in UTF-16 (save it as UTF-8)\n"),
        (
            "watches:\n  a: {name: 阿里}\n".encode("gbk"),
            "watchlist.yaml:2:13: is not UTF-8: byte 0xb0 (it looks like GBK: save it as UTF-8)\n",
        ),
        (
            b"watches:\n  a: {name: A\x00cme}\n",
            "watchlist.yaml:2:14: the control character U+0000 stands here (delete it)\n",
        ),
        (b"x" * (MOST_BYTES + 1), "watchlist.yaml: is larger than 1024 KiB\n"),
    ],
    ids=["utf-16", "gbk", "nul", "too large"],
)
def test_another_encoding_is_named(body: bytes, expected: str, tmp_path: Path) -> None:
    folder = watchlist_of(tmp_path, body)
    assert said(folder, faults_of(folder)) == expected


def test_a_named_pipe_is_never_waited_for(tmp_path: Path) -> None:
    folder = good_folder(tmp_path / "config")
    (folder / "sources.yaml").unlink()
    os.mkfifo(folder / "sources.yaml")
    assert faults_of(folder)[0].message == "is a named pipe, not a file"


def test_a_folder_and_a_device_are_no_files(tmp_path: Path) -> None:
    folder = good_folder(tmp_path / "config")
    for name in ("sources.yaml", "watchlist.yaml", "events.yaml"):
        (folder / name).unlink(missing_ok=True)
    (folder / "sources.yaml").mkdir()
    (folder / "watchlist.yaml").symlink_to("/dev/zero")
    assert [fault.message for fault in faults_of(folder)] == [
        "is a folder, not a file",
        "is a device or socket, not a file",
    ]


def test_a_broken_link_is_a_missing_file(tmp_path: Path) -> None:
    folder = good_folder(tmp_path / "config")
    (folder / "sources.yaml").unlink()
    (folder / "sources.yaml").symlink_to("nowhere.yaml")
    assert "is missing" in {fault.message for fault in faults_of(folder)}


@pytest.mark.parametrize(
    "body",
    [
        b"[" * MOST_BYTES,
        b"{a: " * (MOST_BYTES // 4),
        b"a: &a [" + b"x," * 10 + b"]\nb: [" + b"*a," * 30_000 + b"]\n",
        b"watches:\n  a: {name: " + b"9" * 100_000 + b"}\n",
        b"- " * 1000,
    ],
    ids=["brackets", "braces", "aliases", "a long number", "dashes"],
)
def test_a_bomb_is_refused_soon_and_in_few_words(body: bytes, tmp_path: Path) -> None:
    folder = watchlist_of(tmp_path, body)
    start = time.process_time()
    faults = faults_of(folder)
    assert 1 <= len(faults) <= 101
    assert time.process_time() - start < 60


def test_a_bomb_of_many_values_is_refused_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the bomb, of the limit and of the time: what is read costs the same, value by value."""
    most = yaml_source.MOST_NODES // 10
    monkeypatch.setattr(yaml_source, "MOST_NODES", most)
    folder = watchlist_of(tmp_path, b"watches: [" + b"1," * 15_000)
    start = time.process_time()
    assert [fault.message for fault in faults_of(folder)] == [f"the file holds more than {most} values"]
    assert time.process_time() - start < 6


def test_a_half_written_file_loads_or_is_a_fault(tmp_path: Path) -> None:
    folder = watchlist_of(tmp_path, GOOD)
    for cut in range(0, len(GOOD), 13):
        (folder / "watchlist.yaml").write_bytes(GOOD[:cut])
        assert all(fault.message for fault in faults_of(folder))
    (folder / "watchlist.yaml").write_bytes(b"")
    assert faults_of(folder)


@pytest.mark.parametrize("which", ["wirewatch", "sources", "watchlist"])
def test_a_damaged_file_never_raises_anything_but_faults(which: str, tmp_path: Path) -> None:
    folder = good_folder(tmp_path / "config")
    body = (folder / f"{which}.yaml").read_text(encoding="utf-8")
    chance = random.Random(20_26)
    refused = 0
    for _ in range(60):
        at = chance.randrange(len(body))
        junk = chance.choice(
            [
                "：",
                "\t",
                "- ",
                ": ",
                "[",
                "}",
                "*a",
                "&a ",
                "!!x ",
                '"',
                "'",
                "\n",
                "\u3000",
                "#",
                "0",
                "𝔘",
                "\\",
            ]
        )
        (folder / f"{which}.yaml").write_text(
            body[:at] + junk + body[at + chance.randrange(3) :], encoding="utf-8"
        )
        refused += bool(faults_of(folder))
    assert refused > 20


def test_a_fault_is_one_line_without_what_steers_a_terminal(tmp_path: Path) -> None:
    folder = watchlist_of(tmp_path, b'watches: {"a\\n\\e[31mb": {name: Acme, "x\\u202ey": 1}}\n')
    lines = [str(fault) for fault in faults_of(folder)]
    assert lines
    assert all(line.isprintable() for line in lines)
