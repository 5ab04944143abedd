"""One instance per state folder: the second names the first and ends; what can't be used is said with what to do."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.app import lock
from bot.app.lock import hold, is_free
from bot.errors import AlreadyRunning, StoreRefused
from bot.store import opening


@contextmanager
def held_elsewhere(state: Path, junk: bytes | None = None) -> Iterator[int]:
    """Another process that holds the folder; yields its id."""
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        with hold(state):
            if junk is not None:
                (state / "lock").write_bytes(junk)
            os.write(tell, b"x")
            time.sleep(60)
        os._exit(0)
    try:
        assert os.read(ready, 1) == b"x"
        yield child
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(ready)
        os.close(tell)


@pytest.mark.parametrize("junk", [None, b"", b"\x00\xff" * 300, "进程 7".encode()])
def test_the_second_names_the_first_whatever_stands_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, junk: bytes | None
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.1)
    with held_elsewhere(tmp_path, junk) as first:
        assert not is_free(tmp_path)
        with (
            pytest.raises(AlreadyRunning, match=rf"process {first} on {os.uname().nodename}"),
            hold(tmp_path),
        ):
            pass
    assert is_free(tmp_path)
    with hold(tmp_path):
        assert not is_free(tmp_path)


def test_what_a_bot_started_does_not_hold_its_folder_when_the_bot_is_gone(tmp_path: Path) -> None:
    with hold(tmp_path):
        program = "import time; print(flush=True); time.sleep(60)"
        left = subprocess.Popen([sys.executable, "-c", program], close_fds=False, stdout=subprocess.PIPE)
    try:
        assert left.stdout is not None
        assert left.stdout.read(1) == b"\n"
        assert is_free(tmp_path)
        assert left.poll() is None
    finally:
        left.kill()
        left.communicate()


def test_who_only_looks_whether_it_is_free_does_not_keep_a_bot_from_starting(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path) as looker:
        os.kill(looker, signal.SIGSTOP)
        os.kill(looker, signal.SIGKILL)
        with hold(tmp_path):
            assert not is_free(tmp_path)


@pytest.mark.parametrize("broken", ["state is a file", "lock is a folder"])
def test_a_state_folder_that_can_not_be_used_is_explained(tmp_path: Path, broken: str) -> None:
    state = tmp_path / "state"
    if broken == "state is a file":
        state.write_text("")
    else:
        (state / "lock").mkdir(parents=True)
    with pytest.raises(StoreRefused, match=r"can't be used .* --state"), hold(state):
        pass


@pytest.fixture
def not_mine() -> Iterator[Path]:
    """A folder that the user of the bot may read and not write; for root every folder may be written."""
    folder, was = Path(tempfile.mkdtemp()), os.geteuid()
    folder.chmod(0o555)
    if was == 0:
        os.seteuid(65534)
    yield folder
    os.seteuid(was)
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_state_folder_of_somebody_else_is_explained_with_the_user_it_needs(not_mine: Path) -> None:
    with pytest.raises(StoreRefused, match=rf"uid {os.geteuid()}\) read and write it"), hold(not_mine):
        pass


@pytest.mark.parametrize(
    ("place", "kind"),
    [("/data/news/wirewatch.db", "nfs4"), ("/my disk/w.db", "cifs"), ("/home/w.db", ""), ("/data2/w.db", "")],
)
def test_a_network_disk_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, kind: str
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\nhost:/x /data nfs4 rw 0 0\n//host/y /my\\040disk cifs rw 0 0\nbroken\n"
    )
    monkeypatch.setattr(opening, "MOUNTS", mounts)
    assert opening.far_away(Path(place)) == kind
    said = list(opening.cautions(Path(place), "wal"))
    assert bool(said) is bool(kind)
    assert all(kind in each for each in said)
