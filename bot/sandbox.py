"""Parsing hostile bytes in worker processes that can be killed.

``Sandbox`` lives in the bot and talks over pipes to workers, each a ``python -m bot.sandbox``. A worker ends
when its input does, so none outlives the bot, however that ended. Memory and processor time are limited in
the worker, the time on the wall by the bot. An answer is JSON: a worker that was taken over sends wrong texts.

Most documents take milliseconds. One that takes longer than ``quick`` is given up and read again by a worker of
its own, so that a few slow ones don't hold up the others; its address is remembered and begins there next time.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import struct
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from bot.errors import ParseError
from bot.model import ParsedDocument, ParsedEntry

_LENGTHS = struct.Struct(">QQ")
_LENGTH = struct.Struct(">Q")
_READY = b"ready\n"
_ROOT = str(Path(__file__).resolve().parents[1])
_START_SECONDS = 60.0
_CHUNK = 256 * 1024
_MOST_TEXT = 8 * 1024 * 1024
"""Characters in all texts of a document: an honest one of 10 MB has that many, a hostile one no more."""
_LONGEST_ANSWER = 48 * 1024 * 1024
_PARSES_PER_WORKER = 2_000  # feedparser's memory creeps: a worker is replaced now and then
_MOST_SLOW = 1_000
_SLOW = "slow"
_MOST_WAITING = 16  # slow documents kept in memory, of 10 MB each at most
_NO_MEMORY = b'{"reason": "memory"'
_INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT", "PYTHONHOME")


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

    async def ask(self, request: bytes, body: bytes) -> bytes:
        """Send one request and return the answer."""
        self.parses += 1
        self.requests.write(_LENGTHS.pack(len(request), len(body)) + request)
        for at in range(0, len(body), _CHUNK):  # in parts: the transport would copy the whole
            self.requests.write(memoryview(body)[at : at + _CHUNK])
            await self.requests.drain()
        await self.requests.drain()
        (length,) = _LENGTH.unpack(await self.answers.readexactly(_LENGTH.size))
        if length > _LONGEST_ANSWER:
            raise EOFError("an answer without end")
        answer = await self.answers.readexactly(length)
        if answer.startswith(_NO_MEMORY):
            self.parses = _PARSES_PER_WORKER  # it ends now
        return answer

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


class _SlowError(ParseError):
    """The document takes longer than most; it is to be read where it holds up nobody."""


class _Lane:
    """Places for workers, started when first needed; a parse beyond them waits for one."""

    def __init__(self, places: int, seconds: float, megabytes: int, *, again: bool) -> None:
        """``again``: a document whose worker died is given to a new one, when it was not the worker's first."""
        self._limits = seconds, megabytes
        self._wall = seconds * 3
        self._again = again
        self._places: asyncio.Queue[_Worker | None] = asyncio.Queue()
        for _ in range(places):
            self._places.put_nowait(None)
        self.workers: set[_Worker] = set()
        self.closed = False

    async def answer(self, request: bytes, body: bytes) -> bytes:
        """Return a worker's answer; raises ParseError."""
        worker = await self._places.get()
        try:
            worker = await self._fresh(worker)
            try:
                return await self._asked(worker, request, body)
            except _DiedError:
                if worker.parses == 1 or not self._again:
                    raise
                # It may have died before this document reached it: an innocent one is not to pay for that.
                await self._end(worker)
                worker = await self._fresh(None)
                return await self._asked(worker, request, body)
        except BaseException:
            # The worker may be in the middle of something: whatever the reason, it is not used again.
            if worker is not None:
                await asyncio.shield(self._end(worker))
            worker = None
            raise
        finally:
            self._places.put_nowait(worker)

    async def close(self) -> None:
        """End all workers and start no other."""
        self.closed = True
        await asyncio.gather(*map(self._end, list(self.workers)))

    async def _fresh(self, worker: _Worker | None) -> _Worker:
        if self.closed:
            raise ParseError("crashed", "the sandbox is closed")
        if worker is not None and not worker.worn:
            return worker
        if worker is not None:
            await self._end(worker)
        try:
            worker = await _Worker.start(*self._limits)
        except (OSError, EOFError, TimeoutError) as error:
            raise ParseError(
                "crashed", f"no worker process could be started ({type(error).__name__})"
            ) from error
        self.workers.add(worker)
        return worker

    async def _end(self, worker: _Worker) -> None:
        self.workers.discard(worker)
        await worker.kill()

    async def _asked(self, worker: _Worker, request: bytes, body: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._wall):
                return await worker.ask(request, body)
        except TimeoutError as error:
            raise ParseError("timeout", f"reading the document took longer than {self._wall:g} s") from error
        except (EOFError, OSError) as error:
            raise _DiedError("crashed", "the document ended the process that read it") from error


class Sandbox:
    """``workers`` for all documents and one more for slow ones."""

    def __init__(
        self, *, workers: int = 2, seconds: float = 8.0, megabytes: int = 384, quick: float = 1.0
    ) -> None:
        """``seconds`` of processor time limit one parse, ``megabytes`` the memory of a worker.

        Honest documents of 10 MB need up to 6 s and 250 MB; a busy machine takes three times as long by the clock.
        """
        self._quick = min(quick, seconds)
        self._fast = _Lane(max(1, workers), seconds, megabytes, again=False)
        self._slow = _Lane(1, seconds, megabytes, again=True)
        self._slow_urls: dict[str, None] = {}
        self.aside = 0  # slow documents that are read, or wait for it: they hold up nobody else

    async def parse(
        self, body: bytes, *, content_type: str = "", url: str = "", kind: str = "auto",
        selectors: Mapping[str, str] | None = None,
    ) -> ParsedDocument:  # fmt: skip
        """Do what ``parsers.parse`` does, in a worker; raises ParseError (also timeout, memory, crashed)."""
        asked = {"content_type": content_type, "url": url, "kind": kind, "selectors": dict(selectors or {})}
        if not url or url not in self._slow_urls:
            with suppress(_SlowError, _DiedError):
                return _outcome(await self._fast.answer(_request(asked, self._quick), body))
        self._remember(url)
        if self.aside >= _MOST_WAITING:
            raise ParseError("timeout", "too many slow documents wait to be read; it is tried again")
        started = asyncio.get_running_loop().time()
        self.aside += 1
        try:
            document = _outcome(await self._slow.answer(_request(asked, 0.0), body))
        finally:
            self.aside -= 1
        if asyncio.get_running_loop().time() - started < self._quick / 2:
            self._slow_urls.pop(url, None)
        return document

    async def close(self) -> None:
        """End all workers."""
        await asyncio.gather(self._fast.close(), self._slow.close())

    @property
    def pids(self) -> list[int]:
        """The processes that are there now."""
        return [worker.running.pid for lane in (self._fast, self._slow) for worker in lane.workers]

    def _remember(self, url: str) -> None:
        self._slow_urls[url] = None
        for oldest in list(islice(self._slow_urls, max(0, len(self._slow_urls) - _MOST_SLOW))):
            del self._slow_urls[oldest]


def _request(asked: Mapping[str, object], quick: float) -> bytes:
    return json.dumps({"asked": asked, "quick": quick}).encode()


def _plain(value: object) -> object:
    """Return a date or a span of time as JSON can hold it."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    if isinstance(value, ParsedDocument | ParsedEntry):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(type(value).__name__)


def _typed(value: Any) -> Any:
    match value:
        case {"moment": str(text)}:
            return datetime.fromisoformat(text)
        case {"seconds": int(seconds) | float(seconds)}:
            return timedelta(seconds=seconds)
        case list():
            return tuple(map(_typed, value))
    return value


def _packed(document: ParsedDocument) -> bytes:
    return json.dumps({"document": document}, default=_plain, ensure_ascii=False).encode("utf-8", "replace")


def _unpacked(found: Mapping[str, Any]) -> ParsedDocument:
    entries = tuple(
        ParsedEntry(**{name: _typed(value) for name, value in entry.items()}) for entry in found["entries"]
    )
    rest = {name: _typed(value) for name, value in found.items() if name != "entries"}
    return ParsedDocument(entries=entries, **rest)


def _outcome(answer: bytes) -> ParsedDocument:
    """Return the document of an answer or raise its error."""
    try:
        found = json.loads(answer)
        if "document" in found:
            return _unpacked(found["document"])
        reason, message = str(found["reason"]), str(found["message"])
    except Exception as error:
        raise ParseError("crashed", "the process that read the document gave no sensible answer") from error
    raise _SlowError(reason, message) if reason == _SLOW else ParseError(reason, message)


def _refusal(reason: str, message: str) -> bytes:
    return json.dumps({"reason": reason, "message": message}).encode()


class _TooSlow(BaseException):
    """Raised in the middle of a parse by its alarm; no Exception, because libraries catch those."""


def _too_slow(*_: object) -> None:
    raise _TooSlow


def _limit(kind: int, amount: int) -> None:
    """Lower a limit of this process as far as it may be lowered."""
    _, hard = resource.getrlimit(kind)
    allowed = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    with suppress(OSError, ValueError):
        resource.setrlimit(kind, (allowed, hard))


def _limit_processor(seconds: float) -> None:
    """Allow so much more processor time than was used; beyond it the system ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + seconds) + 1)


def _bounded(document: ParsedDocument) -> ParsedDocument:
    """Cut the texts of a document that has too much of them, each to its share."""
    if sum(len(entry.summary) + len(entry.body) for entry in document.entries) <= _MOST_TEXT:
        return document
    share = _MOST_TEXT // len(document.entries) // 2
    entries = tuple(
        replace(entry, summary=entry.summary[:share], body=entry.body[:share]) for entry in document.entries
    )
    cut = f"its texts are very long: the first {share} characters of each were read"
    return replace(document, entries=entries, warnings=(*document.warnings, cut))


def _parsed(asked: Mapping[str, Any], body: bytes) -> bytes:
    from bot.parsers import parse

    try:
        return _packed(_bounded(parse(body, **asked)))
    except ParseError as error:
        return _refusal(error.reason, str(error))
    except MemoryError:
        return _refusal("memory", "reading the document took too much memory")
    except Exception as error:  # noqa: BLE001 (hostile bytes; the parent is told the kind of failure)
        return _refusal("crashed", f"the document could not be read ({type(error).__name__})")


def _in_time(asked: Mapping[str, Any], body: bytes, quick: float) -> bytes:
    """Parse, but for so many seconds of processor time at most; 0 is without end."""
    try:
        # Again and again: where a library swallows the first alarm, the next one comes.
        signal.setitimer(signal.ITIMER_PROF, quick, quick / 4)
        answer = _parsed(asked, body)
        signal.setitimer(signal.ITIMER_PROF, 0.0)
    except _TooSlow:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        return _refusal(_SLOW, "the document takes long")
    return answer


def _work(requests: BinaryIO, answers: BinaryIO, seconds: float) -> None:
    """Answer requests until the input ends."""
    while len(head := requests.read(_LENGTHS.size)) == _LENGTHS.size:
        first, second = _LENGTHS.unpack(head)
        request, body = requests.read(first), requests.read(second)
        if len(request) < first or len(body) < second:
            return
        asked, quick = json.loads(request).values()
        _limit_processor(quick + 1.0 if quick else seconds)
        answer = _in_time(asked, body, quick)
        answers.write(_LENGTH.pack(len(answer)) + answer)
        answers.flush()
        if answer.startswith(_NO_MEMORY):
            return  # what is left of the memory is not worth another try


def _main() -> None:
    import gc

    import feedparser  # noqa: F401 (loaded before the limits hold and before the first document waits)

    from bot.parsers import article, feed, jsonfeed, jsonlist, page, sitemap  # noqa: F401

    seconds, megabytes = float(sys.argv[1]), int(sys.argv[2])
    _limit(resource.RLIMIT_AS, megabytes * 1024 * 1024)
    _limit(resource.RLIMIT_CORE, 0)
    signal.signal(signal.SIGPROF, _too_slow)
    gc.freeze()
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(2, sys.stdout.fileno())
    answers.write(_READY)
    answers.flush()
    _work(sys.stdin.buffer, answers, seconds)


if __name__ == "__main__":
    _main()
