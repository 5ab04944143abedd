"""One instance per state folder: a lock that ends with its process, and says whose it is."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import AlreadyRunning


@contextmanager
def hold(state: Path) -> Iterator[str]:
    """Hold ``state/lock`` and yield this instance's id; AlreadyRunning names the process that has it."""
    state.mkdir(parents=True, exist_ok=True)
    path = state / "lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(descriptor, 200).decode("utf-8", "replace").strip() or "another process"
            raise AlreadyRunning(
                f"{path} is held by {holder}: Wirewatch is already running on this state folder. "
                "Stop that one first, or give this one its own folder with --state."
            ) from error
        owner = f"process {os.getpid()} on {socket.gethostname()}"
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, owner.encode(), 0)
        yield f"{socket.gethostname()}-{os.getpid()}-{os.urandom(4).hex()}"
    finally:
        os.close(descriptor)


def is_free(state: Path) -> bool:
    """Tell whether no instance runs on this state folder."""
    path = state / "lock"
    if not path.exists():
        return True
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
