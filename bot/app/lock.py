"""One instance per state folder: a lock that ends with its process, and says whose it is."""

from __future__ import annotations

import fcntl
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import AlreadyRunning, StoreRefused

PATIENCE = 1.0
"""Seconds to wait for a lock: who only asks whether it is free holds it for a moment."""
_HOLDER = re.compile(r"process \d+ on \S+")
_HELD = Path("/proc/locks")


@contextmanager
def hold(state: Path) -> Iterator[str]:
    """Hold ``state/lock`` and yield this instance's id; AlreadyRunning names the process that has it.

    StoreRefused where the folder can't be used.
    """
    path = state / "lock"
    descriptor = _open(state, path)
    try:
        if not _taken(descriptor):
            raise AlreadyRunning(
                f"{path} is held by {_holder(descriptor)}: Wirewatch is already running on this state folder. "
                "Stop that one first, or give this one its own folder with --state."
            )
        owner = f"process {os.getpid()} on {socket.gethostname()}"
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, owner.encode(), 0)
        yield f"{socket.gethostname()}-{os.getpid()}-{os.urandom(4).hex()}"
    finally:
        os.close(descriptor)


def is_free(state: Path) -> bool:
    """Tell whether no instance runs on this state folder."""
    try:
        descriptor = os.open(state / "lock", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    except OSError as error:
        raise _refused(state, error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _open(state: Path, path: Path) -> int:
    try:
        state.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise _refused(state, error) from error


def _refused(state: Path, error: OSError) -> StoreRefused:
    return StoreRefused(
        f"The state folder {state.absolute()} can't be used ({error.strerror}): create it, and let the bot's user "
        f"(uid {os.geteuid()}) read and write it and what is in it, or name another one with --state"
    )


def _taken(descriptor: int) -> bool:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        else:
            return True


def _holder(descriptor: int) -> str:
    """Return who has the lock: as it wrote itself, else as the system knows it; on another machine, nobody knows."""
    written = _HOLDER.search(os.pread(descriptor, 200, 0).decode("utf-8", "replace"))
    if written:
        return written.group()
    mark = f":{os.fstat(descriptor).st_ino}"
    try:
        rows = [row.split() for row in _HELD.read_text(encoding="ascii", errors="replace").splitlines()]
    except OSError:
        rows = []
    found = next((row[4] for row in rows if len(row) > 5 and "FLOCK" in row and row[5].endswith(mark)), "")
    return f"process {found} on {socket.gethostname()}" if found.isdecimal() else "another process"
