"""The sign of life for a watcher elsewhere: an address of the operator's is asked for while all is well.

When the asking stops, that watcher raises the alarm: it also works where this machine can say nothing any more.
"""

from __future__ import annotations

import asyncio

import httpx
import structlog

log = structlog.get_logger()

EVERY = 60.0
PATIENCE = 20.0


class Pinger:
    """Asks for the address, and logs a line when it begins to fail and one when it works again.

    The address is a secret, for who knows it can say that all is well: no line and no error shows it.
    """

    def __init__(self) -> None:
        self._failed = ""
        self._client: httpx.AsyncClient | None = None

    async def ping(self, address: str) -> bool:
        """Ask once; False where it failed. The answer's body is not read."""
        why = await self._asked(address)
        if why and why != self._failed:
            log.warning("the ping address does not answer, so its watcher may raise an alarm", why=why)
        elif self._failed and not why:
            log.info("the ping address answers again")
        self._failed = why
        return not why

    async def _asked(self, address: str) -> str:
        """Return why it failed in words that show nothing of the address, "" where it did not."""
        if self._client is None:
            # Nothing stays open between two pings, so that there is nothing to close.
            closing = httpx.Limits(max_keepalive_connections=0)
            self._client = httpx.AsyncClient(timeout=PATIENCE, limits=closing)
        try:
            async with asyncio.timeout(PATIENCE), self._client.stream("GET", address) as response:
                return "" if response.status_code < 400 else f"status {response.status_code}"
        except TimeoutError:
            return f"no answer within {PATIENCE:g} s"
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return type(error).__name__
