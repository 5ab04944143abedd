"""Read a file to change it, and write it back: whole or not at all, and only over what was read."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.config.reading import UnreadableError, decode, read_bytes
from bot.crashpoints import crashpoint
from bot.errors import EditError


def read(path: Path) -> tuple[str, str]:
    """Return the text of a file, byte order mark and line breaks as they are, and the hash of its bytes."""
    try:
        body = read_bytes(path)
        decode(body)
    except UnreadableError as problem:
        hint = f" ({problem.hint})" if problem.hint else ""
        raise EditError(f"{path}: {problem}{hint}") from None
    return body.decode("utf-8"), version_of(body)


def version_of(body: bytes) -> str:
    """Return the hash by which ``write`` knows the file again."""
    return hashlib.sha256(body).hexdigest()


def write(path: Path, before_hash: str, text: str) -> None:
    """Replace a file's content if it is still what was read; raise EditError, and change nothing, if not.

    A link stays a link, the mode stays; after a crash the file is the old one or the new one. Of two that write
    this way, in whatever process, one waits for the other and then sees its change. An editor waits for nobody: what
    it saves in the millisecond between looking and replacing is overwritten.
    """
    body = text.encode("utf-8")
    try:
        target = path.resolve(strict=True)
        with _alone(target.parent):
            if read(target)[1] != before_hash:
                raise EditError(f"{path} changed meanwhile; look again")
            _sweep(target)
            _replace(target, body)
    except FileNotFoundError:
        raise EditError(f"{path} is gone; look again") from None
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise EditError(f"{path} can't be written: {reason}") from None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until nobody else writes a file of this folder in this way; the lock ends with its process."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # some file systems have no such thing
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sweep(target: Path) -> None:
    """Take away what a writer left that was killed."""
    for left in target.parent.glob(f".{target.name}.*.new"):
        left.unlink(missing_ok=True)


def _replace(target: Path, body: bytes) -> None:
    found = target.stat()
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
    new = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            crashpoint("config-written")
            os.fchmod(file.fileno(), found.st_mode & 0o7777)
            with suppress(OSError):  # only root gives files away
                os.fchown(file.fileno(), found.st_uid, found.st_gid)
            os.fsync(file.fileno())
        crashpoint("config-synced")
        new.replace(target)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    crashpoint("config-renamed")
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # some file systems have no such thing
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
