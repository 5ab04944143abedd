"""Read a configuration file: bounded, never waiting, UTF-8 only."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

from bot.config.faults import NOWHERE, FaultList, Place

MOST_BYTES = 1024 * 1024
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class UnreadableError(Exception):
    """A file can't be read; the text says why, and ``hint`` what to do."""

    def __init__(self, message: str, hint: str = "", place: Place = NOWHERE) -> None:
        self.hint = hint
        self.place = place
        super().__init__(message)


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """Return the bytes of a regular file; raise UnreadableError for anything else; never wait for a FIFO."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise UnreadableError(*_reason(error)) from None
    except ValueError:
        raise UnreadableError("has a name that no file can have") from None
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise UnreadableError(f"is {_kind(mode)}, not a file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            body = file.read(most + 1)
    except OSError as error:
        raise UnreadableError(*_reason(error)) from None
    finally:
        os.close(descriptor)
    if len(body) > most:
        raise UnreadableError(f"is larger than {most // 1024} KiB")
    return body


def _reason(error: OSError) -> tuple[str, str]:
    if error.errno == errno.ENOENT:
        return "is missing", ""
    if error.errno in {errno.EACCES, errno.EPERM}:
        return "can't be read: permission denied", "let the user that runs the bot read it"
    return f"can't be read: {os.strerror(error.errno or 0).lower()}", ""


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a named pipe" if stat.S_ISFIFO(mode) else "a device or socket"


def decode(body: bytes) -> str:
    """Return the text of a UTF-8 file, without byte order mark; raise UnreadableError at a bad byte."""
    if body.startswith(_UTF16):
        raise UnreadableError("is written in UTF-16", "save it as UTF-8")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = _place(body[: error.start].decode("utf-8", "replace"))
        hint = "it looks like GBK: save it as UTF-8" if _is_gbk(body) else "save it as UTF-8"
        raise UnreadableError(f"is not UTF-8: byte 0x{body[error.start]:02x}", hint, at) from None
    if control := _CONTROL.search(text):
        code = f"U+{ord(control.group()):04X}"
        raise UnreadableError(
            f"the control character {code} stands here", "delete it", _place(text[: control.start()])
        )
    return text


def _is_gbk(body: bytes) -> bool:
    try:
        body.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _place(before: str) -> Place:
    return Place(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def read_text(path: Path, name: str, faults: FaultList) -> str | None:
    """Return the text of a file, or None after adding the fault."""
    try:
        return decode(read_bytes(path))
    except UnreadableError as problem:
        faults.add(name, problem.place, str(problem), problem.hint)
        return None
