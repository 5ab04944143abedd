"""Two that change a file at once, a writer that was killed: no change is lost, and no half of one is ever seen."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.config.faults import FaultList
from bot.config.yaml_source import parse
from bot.edit import append_item, read, write
from bot.errors import EditError

ROUNDS = 200
HEAD = "# what to poll, by hand\nsources:  # newest last\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sources.yaml"
    path.write_text(HEAD + "  - {id: first}  # the oldest\n", encoding="utf-8")
    path.chmod(0o640)
    return path


def add_all(file: Path, writer: str, count: int) -> int:
    """Add lines one by one; whoever comes too late looks again. Return how often that was."""
    late = 0
    for number in range(count):
        while True:
            text, version = read(file)
            try:
                write(file, version, f"{text}  - {{id: {writer}-{number}}}\n")
            except EditError as error:
                assert "changed meanwhile" in str(error)  # noqa: PT017  the only way in which it may fail
                late += 1
            else:
                break
    return late


def test_of_two_hundred_changes_by_two_writers_none_is_lost_and_no_half_of_one_is_seen(file: Path) -> None:
    done, seen = threading.Event(), set[int]()

    def look() -> None:
        while not done.is_set():
            text = file.read_text(encoding="utf-8")
            assert text.startswith(HEAD)
            assert text.endswith("\n")
            seen.add(text.count("id:"))
            done.wait(0.002)

    with ThreadPoolExecutor(3) as threads:
        looking = threads.submit(look)
        writers = [threads.submit(add_all, file, writer, ROUNDS // 2) for writer in ("chat", "terminal")]
        late = sum(writer.result(timeout=60) for writer in writers)
        done.set()
        looking.result(timeout=10)

    text = file.read_text(encoding="utf-8")
    faults = FaultList()
    root = parse(text, "", faults)
    assert root is not None
    wanted = {"first"} | {f"{writer}-{at}" for writer in ("chat", "terminal") for at in range(ROUNDS // 2)}
    ids = [each["id"] for each in root.value["sources"]]
    assert (len(ids), set(ids)) == (ROUNDS + 1, wanted)
    assert "# the oldest" in text
    assert late > 0, "the two never met: this proves nothing"
    assert len(seen) > 1
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_change_shown_before_somebody_else_saved_is_refused_and_theirs_stays(file: Path) -> None:
    text, version = read(file)
    after = append_item(text, ("sources",), {"id": "acme"})
    theirs = text.replace("first", "changed")
    file.write_text(theirs, encoding="utf-8")

    with pytest.raises(EditError, match="changed meanwhile; look again"):
        write(file, version, after)

    assert file.read_text(encoding="utf-8") == theirs


def test_what_a_killed_writer_left_is_swept_away_by_the_next(file: Path) -> None:
    left = file.with_name(".sources.yaml.x1y2.new")
    left.write_text("half", encoding="utf-8")
    other = file.with_name(".watchlist.yaml.x1y2.new")
    other.write_text("of another file", encoding="utf-8")
    text, version = read(file)

    write(file, version, text + "# done\n")

    assert not left.exists()
    assert other.exists()
