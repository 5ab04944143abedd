"""Hosts that asked for a pause: they are not asked again before it is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx

from bot.errors import FetchError
from bot.fetch.guard import shown

UNSAID = timedelta(minutes=15)
"""The pause after 429 from a server that does not say how long."""
_MOST = 1_000


def host_of(target: httpx.URL) -> str:
    """Return host and, where it is unusual, port: what a pause holds for."""
    return target.netloc.decode("ascii").lower()


class Rests:
    """The pauses that run at the moment; ``clock`` tells seconds that never run backwards."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def begin(self, target: httpx.URL, status: int, asked: timedelta | None) -> None:
        """Take note of an answer: 429, or 503 that names a time, is the wish for a pause."""
        if status != 429 and (status != 503 or asked is None):
            return
        now = self._clock()
        if len(self._until) >= _MOST:
            self._until = {host: until for host, until in self._until.items() if until > now}
        until = now + (asked or UNSAID).total_seconds()
        host = host_of(target)
        if host in self._until or len(self._until) < _MOST:
            self._until[host] = max(until, self._until.get(host, until))

    def check(self, target: httpx.URL) -> None:
        """Raise FetchError ``host_rests`` with the rest of the pause while there is one."""
        until = self._until.get(host_of(target))
        if until is None:
            return
        left = until - self._clock()
        if left <= 0:
            del self._until[host_of(target)]
            return
        raise FetchError(
            "host_rests",
            f"{shown(target.host)} asked us to come less often; it is asked again when the pause is over",
            retry_after=timedelta(seconds=left),
        )
