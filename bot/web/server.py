"""The server inside the bot's own event loop: small limits, no signal handlers, no log of who asked for what."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.config.web import is_loopback, place_of
from bot.web.door import LARGEST_HEAD
from bot.web.house import House
from bot.web.site import site

MOST_CONNECTIONS = 32
IDLE = 5
"""Seconds that a connection is kept for another request."""
LONGEST = 30.0
"""Seconds that a connection lasts, however slowly it is written or read."""
FAREWELL = 1
"""Seconds that answers under way get when the page is taken down."""


class _Brief(H11Protocol):
    """A connection that ends after a while, so that dribblers can't hold all of them."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._end = asyncio.get_running_loop().call_later(LONGEST, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end.cancel()
        super().connection_lost(exc)


class _Guest(Server):
    """A server that leaves the process's signals to the bot."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve_at(house: House, listen: str, token: str | None, opened: asyncio.Event | None = None) -> None:
    """Show the page until cancelled; ``opened`` is set once it can be read. OSError where nothing can listen there."""
    place = place_of(listen)
    if place is None:
        raise OSError(f"{listen} is not HOST:PORT")
    if token is None and not is_loopback(place[0]):
        # The configuration is refused then; but one that was taken over may have lost its token since.
        raise OSError("others could read it there, and WIREWATCH_WEB_TOKEN is not set")
    bound = await _bound(*place)
    server = _Guest(
        Config(
            site(house, place[0], token),
            http=_Brief,
            ws="none",
            loop="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=MOST_CONNECTIONS,
            backlog=MOST_CONNECTIONS,
            timeout_keep_alive=IDLE,
            timeout_graceful_shutdown=FAREWELL,
            h11_max_incomplete_event_size=LARGEST_HEAD,
        )
    )
    bound.listen(MOST_CONNECTIONS)
    serving = asyncio.create_task(server.serve(sockets=[bound]), name="status page")
    if opened is not None:
        opened.set()
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await asyncio.wait({serving}, timeout=3 * FAREWELL)
        raise
    finally:
        serving.cancel()
        bound.close()


async def _bound(host: str, port: int) -> socket.socket:
    """A socket that is bound and listens to nobody yet."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = found[0]
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.setblocking(False)
    except BaseException:
        made.close()
        raise
    return made
