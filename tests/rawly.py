"""A server on loopback that says what a test makes it say, byte by byte, HTTP or not."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Raw:
    """Waits for the head of a request, then follows the script; counts connections and bytes sent."""

    def __init__(self, script: Script, *, tls: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.connections = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._met, "127.0.0.1", 0, ssl=self._tls)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await self._server.wait_closed()
        await asyncio.sleep(0)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def url(self, path: str = "/feed") -> str:
        """Return an address of it."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            await reader.readuntil(b"\r\n\r\n")
            await self._script(writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()


def saying(*parts: bytes, pause: float = 0.0) -> Script:
    """Say these parts, pausing before each, and hang up."""

    async def script(writer: asyncio.StreamWriter) -> None:
        for part in parts:
            await asyncio.sleep(pause)
            writer.write(part)
            await writer.drain()

    return script


def endlessly(head: bytes, part: bytes, *, pause: float = 0.0) -> Script:
    """Say the head, then the part again and again until nobody listens."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)

    return script
