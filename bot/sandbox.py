"""Parsing hostile bytes in worker processes that can be killed.

``Sandbox`` lives in the bot and talks over pipes to workers, each a ``python -m bot.sandbox``. A worker ends
when its input does, so none outlives the bot, however that ended. Memory and processor time are limited in
the worker, the time on the wall by the bot. An answer holds plain values and two types of ``bot.model``.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import resource
import struct
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from bot.errors import ParseError
from bot.model import ParsedDocument, ParsedEntry

_LENGTH = struct.Struct(">Q")
_READY = b"ready\n"
_ROOT = str(Path(__file__).resolve().parents[1])
_START_SECONDS = 60.0
_LONGEST_ANSWER = 256 * 1024 * 1024
_PARSES_PER_WORKER = 2_000
"""feedparser's memory creeps: a worker is replaced now and then."""
_INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT", "PYTHONHOME")
_ALLOWED: dict[tuple[str, str], object] = {
    (ParsedDocument.__module__, "ParsedDocument"): ParsedDocument,
    (ParsedEntry.__module__, "ParsedEntry"): ParsedEntry,
    ("datetime", "datetime"): datetime,
    ("datetime", "timedelta"): timedelta,
    ("datetime", "timezone"): timezone,
}


class _Answers(pickle.Unpickler):
    """Reads an answer; a worker that was taken over can name no other type."""

    def find_class(self, module: str, name: str, /) -> object:
        """Return one of the allowed types."""
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError("a type that no answer holds") from None


class _Worker:
    """One process and its pipes."""

    def __init__(self, running: asyncio.subprocess.Process) -> None:
        assert running.stdin is not None
        assert running.stdout is not None
        self.running = running
        self.requests = running.stdin
        self.answers = running.stdout
        self.parses = 0

    @classmethod
    async def start(cls, seconds: float, megabytes: int) -> _Worker:
        """Start a worker and wait until it can parse."""
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        places = [
            _ROOT,
            *os.environ.get("PYTHONPATH", "").split(os.pathsep),
        ]
        environment["PYTHONPATH"] = os.pathsep.join(place for place in places if place)
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "bot.sandbox", str(seconds), str(megabytes),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C in a terminal stops the bot, and the bot its workers
            limit=1024 * 1024,
        )  # fmt: skip
        worker = cls(running)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await worker.answers.readexactly(len(_READY))
        except BaseException:
            await worker.kill()
            raise
        return worker

    async def ask(self, request: bytes) -> bytes:
        """Send one request and return the answer."""
        self.parses += 1
        self.requests.write(_LENGTH.pack(len(request)))
        self.requests.write(request)
        await self.requests.drain()
        (length,) = _LENGTH.unpack(await self.answers.readexactly(_LENGTH.size))
        if length > _LONGEST_ANSWER:
            raise EOFError("an answer without end")
        return await self.answers.readexactly(length)

    @property
    def worn(self) -> bool:
        """True when the next request should go to a new worker."""
        return self.running.returncode is not None or self.parses >= _PARSES_PER_WORKER

    async def kill(self) -> None:
        """End the process now and wait for it."""
        if self.running.returncode is None:
            with suppress(ProcessLookupError):
                self.running.kill()
        self.requests.close()
        await self.running.wait()


class _DiedError(ParseError):
    """The worker ended without an answer."""


class Sandbox:
    """A few workers, started when first needed; a parse beyond them waits for one."""

    def __init__(self, *, workers: int = 2, seconds: float = 10.0, megabytes: int = 512) -> None:
        """``seconds`` limits one parse, ``megabytes`` the memory of a worker."""
        self._seconds = seconds
        self._megabytes = megabytes
        self._places: asyncio.Queue[_Worker | None] = asyncio.Queue()
        for _ in range(max(1, workers)):
            self._places.put_nowait(None)
        self._all: set[_Worker] = set()
        self._closed = False

    async def parse(
        self, body: bytes, *, content_type: str = "", url: str = "", kind: str = "auto",
        selectors: Mapping[str, str] | None = None,
    ) -> ParsedDocument:  # fmt: skip
        """Do what ``parsers.parse`` does, in a worker; raises ParseError (also timeout, memory, crashed)."""
        request = pickle.dumps((body, content_type, url, kind, dict(selectors or {})))
        worker = await self._places.get()
        try:
            worker = await self._fresh(worker)
            try:
                answer = await self._answer(worker, request)
            except _DiedError:
                if worker.parses == 1:
                    raise
                # It may have died before this document reached it: an innocent one is not to pay for that.
                await self._end(worker)
                worker = await self._fresh(None)
                answer = await self._answer(worker, request)
        except BaseException:
            # The worker may be in the middle of something: whatever the reason, it is not used again.
            if worker is not None:
                await asyncio.shield(self._end(worker))
            worker = None
            raise
        finally:
            self._places.put_nowait(worker)
        return _outcome(answer)

    async def close(self) -> None:
        """End all workers."""
        self._closed = True
        await asyncio.gather(*map(self._end, list(self._all)))

    async def _fresh(self, worker: _Worker | None) -> _Worker:
        if self._closed:
            raise ParseError("crashed", "the sandbox is closed")
        if worker is not None and not worker.worn:
            return worker
        if worker is not None:
            await self._end(worker)
        try:
            worker = await _Worker.start(self._seconds, self._megabytes)
        except (OSError, EOFError, TimeoutError) as error:
            raise ParseError(
                "crashed", f"no worker process could be started ({type(error).__name__})"
            ) from error
        self._all.add(worker)
        return worker

    async def _end(self, worker: _Worker) -> None:
        self._all.discard(worker)
        await worker.kill()

    async def _answer(self, worker: _Worker, request: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._seconds):
                return await worker.ask(request)
        except TimeoutError as error:
            raise ParseError(
                "timeout", f"reading the document took longer than {self._seconds:g} s"
            ) from error
        except (EOFError, OSError) as error:
            raise _DiedError("crashed", "the document ended the process that read it") from error


def _outcome(answer: bytes) -> ParsedDocument:
    """Return the document of an answer or raise its error."""
    try:
        found = _Answers(BytesIO(answer)).load()
    except Exception as error:
        raise ParseError("crashed", "the process that read the document gave no sensible answer") from error
    if isinstance(found, ParsedDocument):
        return found
    match found:
        case (str(reason), str(message)):
            raise ParseError(reason, message)
    raise ParseError("crashed", "the process that read the document gave no sensible answer")


def _limit(kind: int, amount: int) -> None:
    """Lower a limit of this process as far as it may be lowered."""
    _, hard = resource.getrlimit(kind)
    allowed = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    with suppress(OSError, ValueError):
        resource.setrlimit(kind, (allowed, hard))


def _limit_processor(seconds: float) -> None:
    """Allow so much more processor time than was used; beyond it the system ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + seconds) + 2)


def _parsed(request: bytes) -> object:
    from bot.parsers import parse

    try:
        body, content_type, url, kind, selectors = pickle.loads(request)  # noqa: S301 (from our own parent)
        return parse(body, content_type=content_type, url=url, kind=kind, selectors=selectors)
    except ParseError as error:
        return error.reason, str(error)
    except MemoryError:
        return "memory", "reading the document took too much memory"
    except Exception as error:  # noqa: BLE001 (hostile bytes; the parent is told the kind of failure)
        return "crashed", f"the document could not be read ({type(error).__name__})"


def _work(requests: BinaryIO, answers: BinaryIO, seconds: float) -> None:
    """Answer requests until the input ends."""
    while len(head := requests.read(_LENGTH.size)) == _LENGTH.size:
        (length,) = _LENGTH.unpack(head)
        request = requests.read(length)
        if len(request) < length:
            return
        _limit_processor(seconds)
        answer: Any = _parsed(request)
        packed = pickle.dumps(answer)
        answers.write(_LENGTH.pack(len(packed)) + packed)
        answers.flush()
        if isinstance(answer, tuple) and answer[0] == "memory":
            return  # what is left of the memory is not worth another try


def _main() -> None:
    import gc

    import feedparser  # noqa: F401 (loaded before the limits hold and before the first document waits)

    from bot.parsers import article, feed, jsonfeed, jsonlist, page, sitemap  # noqa: F401

    seconds, megabytes = float(sys.argv[1]), int(sys.argv[2])
    _limit(resource.RLIMIT_AS, megabytes * 1024 * 1024)
    _limit(resource.RLIMIT_CORE, 0)
    gc.freeze()
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(2, sys.stdout.fileno())
    answers.write(_READY)
    answers.flush()
    _work(sys.stdin.buffer, answers, seconds)


if __name__ == "__main__":
    _main()
