"""Room on the disk: a reserve file that is given up when the disk is full, so that what was sent is still noted."""

from __future__ import annotations

import os
import shutil
import threading
from contextlib import suppress
from pathlib import Path

import structlog

log = structlog.get_logger()

RESERVE = 4 * 1024 * 1024
"""Bytes kept for notes of what was sent while the disk is full: some ten thousand of them."""


class Room:
    """Whether the disk takes what is written, and the reserve beside the database."""

    def __init__(self, database: Path, size: int = RESERVE) -> None:
        self.file = database.with_name("reserve")
        self.size = size
        self._turn = threading.Lock()
        self.full = False
        """True from the first write that the disk refused until it has room again: nobody polls meanwhile."""

    def run_out(self, why: object) -> bool:
        """A write was refused: give the reserve up; True where that made room just now."""
        with self._turn:
            if not self.full:
                log.error("the disk is full: nothing is polled until it has room", why=str(why))
            self.full = True
            try:
                self.file.unlink()
            except OSError:
                return False
            return True

    def keep(self) -> bool:
        """Make the reserve where there is none; True where it stands. It is not made of the last free bytes."""
        with self._turn:
            if self.file.exists():
                return True
            if shutil.disk_usage(self.file.parent).free < 2 * self.size:
                return False
            try:
                self._make()
            except OSError as error:
                log.debug("no room for the reserve", why=error.strerror)
                with suppress(OSError):
                    self.file.unlink()
                return False
            return True

    def _make(self) -> None:
        descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            try:
                os.posix_fallocate(descriptor, 0, self.size)
            except OSError:
                # Not every file system sets room aside by name; bytes that can't be compressed it has to store.
                for at in range(0, self.size, 1 << 20):
                    os.pwrite(descriptor, os.urandom(min(1 << 20, self.size - at)), at)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
