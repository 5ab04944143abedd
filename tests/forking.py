"""Real processes of the bot without a real start: forked from one that has imported everything.

A start costs two seconds of imports and tables; the suite starts the bot two hundred times. ``start`` and
``run`` fork a process of its own (own memory, signals, files) that runs ``bot.__main__.main`` with the arguments,
environment and pipes given. What start-up itself does is left to the tests that run ``python -m bot``.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

REPOSITORY = Path(__file__).parents[1]
PATIENCE = 60.0
HERE = "tests.forking"
BEFORE = "TEST_IMPORTS"
"""Environment variable: a module that a forked process imports before it becomes the bot."""


def before_main() -> None:
    return None


"""What a forked process does first; another module that serves may set it."""


class Forked:
    """One forked process, with the part of asyncio's Process that tests use."""

    def __init__(self, pid: int, ended: Future[int]) -> None:
        self.pid = pid
        self.stdout: asyncio.StreamReader | None = None
        self.stderr: asyncio.StreamReader | None = None
        self._ended = ended

    @property
    def returncode(self) -> int | None:
        """The exit code, or minus the signal; None while it runs."""
        return self._ended.result() if self._ended.done() else None

    async def wait(self) -> int:
        """Wait for its end."""
        return await asyncio.shield(asyncio.wrap_future(self._ended))

    async def communicate(self) -> tuple[bytes, bytes]:
        """Read all that it prints and wait for its end."""
        assert self.stdout is not None
        assert self.stderr is not None
        out, err = await asyncio.gather(self.stdout.read(), self.stderr.read())
        await self.wait()
        return out, err

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it without warning."""
        self.send_signal(signal.SIGKILL)


async def start(arguments: Sequence[str], env: Mapping[str, str], *, nursery: str = HERE) -> Forked:
    """Start the bot; its output comes through ``stdout`` and ``stderr``. ``nursery``: the module that forks."""
    out, err = os.pipe(), os.pipe()
    fork = _nursery(nursery).fork
    forked = await asyncio.to_thread(fork, arguments, env, (_nothing(), out[1], err[1]))
    forked.stdout, forked.stderr = await _reader(out[0]), await _reader(err[0])
    return forked


def run(
    arguments: Sequence[str], env: Mapping[str, str], *, given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run the bot to its end."""
    into, out, err = os.pipe(), os.pipe(), os.pipe()
    forked = _nursery(HERE).fork(arguments, env, (into[0], out[1], err[1]))
    printed: dict[int, bytes] = {}
    readers = [threading.Thread(target=_read_all, args=(end, printed)) for end in (out[0], err[0])]
    for reader in readers:
        reader.start()
    with os.fdopen(into[1], "wb") as stream:
        stream.write(given)
    code = forked._ended.result(timeout=PATIENCE)
    for reader in readers:
        reader.join()
    return subprocess.CompletedProcess(list(arguments), code, printed[out[0]], printed[err[0]])


def _read_all(end: int, into: dict[int, bytes]) -> None:
    with os.fdopen(end, "rb") as stream:
        into[end] = stream.read()


def _nothing() -> int:
    return os.open(os.devnull, os.O_RDONLY)


async def _reader(end: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=1 << 20)
    stream: IO[bytes] = os.fdopen(end, "rb")
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), stream)
    return reader


class _Nursery:
    """The process that forks, as seen from the tests."""

    def __init__(self, module: str) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, str(theirs.fileno())],
            cwd=REPOSITORY,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self._socket = ours
        self._lock = threading.Lock()
        self._born: Future[int] = Future()
        self._ends: dict[int, Future[int]] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def fork(self, arguments: Sequence[str], env: Mapping[str, str], files: tuple[int, int, int]) -> Forked:
        """Fork a process with these three files; they are closed here."""
        wanted = json.dumps({"arguments": list(arguments), "env": dict(env)}).encode()
        with self._lock:
            self._born = Future()
            socket.send_fds(self._socket, [wanted], list(files))
            for file in files:
                os.close(file)
            pid = self._born.result(timeout=PATIENCE)
        return Forked(pid, self._ends[pid])

    def _hear(self) -> bytes:
        try:
            news = self._socket.recv(4096)
        except ConnectionError:
            news = b""
        if not news and not self._born.done():
            self._born.set_exception(RuntimeError("the process that forks has ended: its errors stand above"))
        return news

    def _listen(self) -> None:
        while news := self._hear():
            said = json.loads(news)
            if "code" in said:
                self._ends[said["pid"]].set_result(said["code"])
            else:
                self._ends[said["pid"]] = Future()
                self._born.set_result(said["pid"])


@lru_cache(maxsize=2)
def _nursery(module: str) -> _Nursery:
    return _Nursery(module)


def serve(channel: socket.socket) -> None:
    """Fork on demand and tell of every end, until nobody listens any more."""
    _import_all()
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.set_wakeup_fd(wake_write)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    import select

    while True:
        ends: list[Any] = [channel, wake_read]
        ready = select.select(ends, [], [])[0]
        if wake_read in ready:
            os.read(wake_read, 4096)
            _tell_of_the_dead(channel)
        if channel in ready:
            wanted, files, _, _ = socket.recv_fds(channel, 1 << 20, 3)
            if not wanted:
                return
            _fork(channel, json.loads(wanted), files, (wake_read, wake_write))
            for file in files:
                os.close(file)


def _tell_of_the_dead(channel: socket.socket) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        channel.send(json.dumps({"pid": pid, "code": os.waitstatus_to_exitcode(status)}).encode())


def _fork(
    channel: socket.socket, wanted: dict[str, Any], files: Sequence[int], wake: tuple[int, int]
) -> None:
    pid = os.fork()
    if pid:
        channel.send(json.dumps({"pid": pid}).encode())
        return
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    channel.close()
    for end in wake:
        os.close(end)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os._exit(_become_the_bot(wanted))


def _become_the_bot(wanted: dict[str, Any]) -> int:
    from bot.__main__ import main

    os.environ.clear()
    os.environ.update(wanted["env"])
    random.seed()
    if before := os.environ.pop(BEFORE, ""):
        importlib.import_module(before)
    sys.argv = ["wirewatch", *wanted["arguments"]]
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        lines = 1 if name == "stderr" else -1
        stream = open(number, "w" if number else "r", lines, encoding="utf-8", closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    code = 0
    try:
        before_main()
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException as error:  # noqa: BLE001  as the interpreter does
        sys.excepthook(type(error), error, error.__traceback__)
        code = 1
    for name in ("stdout", "stderr"):
        try:
            getattr(sys, name).flush()
        except (OSError, ValueError):
            code = code or 120
    return code


def _import_all() -> None:
    """What every start imports and reads, once."""
    import bot.app.asking
    import bot.app.changing
    import bot.app.listening
    import bot.app.new_sources
    import bot.channels.slack
    import bot.channels.telegram
    import bot.cli.watching  # noqa: F401
    from bot.config.library import read_library
    from bot.config.tables import shipped_tables

    shipped_tables()
    read_library()
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
