"""Writing back: whole or not at all, over what was read and nothing else, and the file stays what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.edit import read, write
from bot.errors import EditError


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return [path.name for path in folder.iterdir()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with two lines."""
    path = tmp_path / "sources.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    return path


def test_what_was_read_is_written_back_to_the_byte(file: Path) -> None:
    before = file.read_bytes()
    text, version = read(file)

    write(file, version, text)

    assert file.read_bytes() == before
    assert names(file.parent) == ["sources.yaml"]


def test_an_edit_on_disk_meanwhile_is_never_overwritten(file: Path) -> None:
    text, version = read(file)
    file.write_text("a: somebody else\n", encoding="utf-8")

    with pytest.raises(EditError, match="changed meanwhile; look again"):
        write(file, version, text + "c: 3\n")

    assert file.read_text(encoding="utf-8") == "a: somebody else\n"
    assert names(file.parent) == ["sources.yaml"]


def test_the_mode_of_the_file_stays(file: Path) -> None:
    file.chmod(0o640)
    text, version = read(file)

    write(file, version, text + "c: 3\n")

    assert file.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link_and_its_target_is_written(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "config" / "sources.yaml"
    link.parent.mkdir()
    link.symlink_to(Path("..") / "sources.yaml")
    text, version = read(link)

    write(link, version, text + "c: 3\n")

    assert link.is_symlink()
    assert file.read_text(encoding="utf-8-sig").endswith("c: 3\n")
    assert names(link.parent) == ["sources.yaml"]


def test_a_reader_sees_the_old_file_or_the_new_one(file: Path) -> None:
    text, version = read(file)
    with file.open("rb") as reading:
        write(file, version, text * 1000)

        assert reading.read() == b"\xef\xbb\xbfa: 1\r\nb: 2\r\n"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, version = read(file)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(EditError, match="can't be written: no space left"):
        write(file, version, text + "c: 3\n")

    assert read(file) == (text, version)
    assert names(file.parent) == ["sources.yaml"]


def test_a_file_that_went_away_is_named(file: Path) -> None:
    text, version = read(file)
    file.unlink()

    with pytest.raises(EditError, match="is gone; look again"):
        write(file, version, text)
    with pytest.raises(EditError, match="is missing"):
        read(file)


def test_what_is_no_text_in_utf8_is_refused(file: Path) -> None:
    file.write_bytes("a: 阿里".encode("gbk"))

    with pytest.raises(EditError, match="looks like GBK: save it as UTF-8"):
        read(file)
