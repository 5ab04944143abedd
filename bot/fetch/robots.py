"""robots.txt: which pages a site lets bots read, and how fast (RFC 9309)."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from protego import Protego

from bot.errors import FetchError
from bot.fetch.guard import shown

AGENT = "wirewatch"
MOST_BYTES = 500 * 1024
"""As much of a robots.txt is read, which RFC 9309 asks for at least; what comes after is not obeyed."""
_KEPT = 24 * 3600.0
_UNREAD = 3600.0
"""Seconds for which a site that can't show its rules is left alone."""
_SLOWEST = 30.0
_PATIENCE = 60.0
_ORIGINS = 1_000
_LINE = 2_000
_LINES = 10_000
_MANY = 32 * 1024
"""Bytes of a robots.txt from which its rules are looked through beside the event loop."""
_AGENT_LINE = re.compile(r"\s*user[- ]?agent\s*:?\s*([^#]*)", re.IGNORECASE)
_PASSING = frozenset({"dns", "private", "scheme", "host_rests"})
"""Failures that the page itself would meet as well: they are told as they are and not remembered."""

Ask = Callable[[httpx.URL, bool], Awaitable[tuple[int, bytes]]]
"""(the address of a robots.txt, whether a slot is held already) -> (status, the start of the body)."""


@dataclass(slots=True)
class _Origin:
    rules: Protego | None = None
    """None: everything may be read, or ``failure`` says why nothing may."""
    failure: FetchError | None = None
    until: float = 0.0
    delay: float = 0.0
    free_at: float = 0.0
    waiting: int = 0
    many: bool = False
    """True when looking through the rules takes long enough to hold up others."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    asking: asyncio.Task[None] | None = None


class Robots:
    """The rules of the sites that were asked lately; each is asked once a day, whoever wants to know."""

    def __init__(self, ask: Ask, clock: Callable[[], float]) -> None:
        self._ask = ask
        self._clock = clock
        self._origins: OrderedDict[str, _Origin] = OrderedDict()

    async def close(self) -> None:
        """Stop asking."""
        asking = [origin.asking for origin in self._origins.values() if origin.asking is not None]
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    async def check(self, target: httpx.URL, *, in_slot: bool = False) -> None:
        """Return when a page may be read; raise FetchError ``robots``, or what kept the rules from being read.

        ``in_slot`` says that the asker holds a slot already and must not wait for another one.
        """
        origin = await self._known(target, in_slot)
        left = timedelta(seconds=max(1.0, origin.until - self._clock()))
        if origin.failure is not None:
            error = origin.failure
            if error.reason in _PASSING:
                raise FetchError(error.reason, str(error), status=error.status, retry_after=error.retry_after)
            # Without the status: it speaks of this file, and of no pause that the host's feeds should keep.
            raise FetchError(
                "network" if error.reason == "status" else error.reason,
                f"the rules for bots of {shown(target.host)} (robots.txt) can't be read, so its pages are left "
                f"alone for an hour: {error}",
                retry_after=left,
            )
        if origin.rules is not None and not await _allows(origin, str(target)):
            raise FetchError(
                "robots",
                f"{shown(target.host)} asks bots not to read this page (robots.txt); "
                "look for a feed of the site, or ask its owner to let Wirewatch in",
                retry_after=left,
            )

    @asynccontextmanager
    async def turn(self, target: httpx.URL) -> AsyncIterator[None]:
        """Wait until the site's Crawl-delay has passed since its last page, 30 s at most; one page at a time.

        Raises FetchError ``host_rests`` where too many wait already.
        """
        origin = self._origin(target)
        if not origin.delay:
            yield
            return
        wait = origin.waiting * origin.delay + max(0.0, origin.free_at - self._clock())
        if wait > _PATIENCE:
            raise FetchError(
                "host_rests",
                f"{shown(target.host)} wants {origin.delay:g} s between two pages (robots.txt), and others wait",
                retry_after=timedelta(seconds=wait),
            )
        origin.waiting += 1
        try:
            async with origin.turn:
                await asyncio.sleep(origin.free_at - self._clock())
                try:
                    yield
                finally:
                    origin.free_at = self._clock() + origin.delay
        finally:
            origin.waiting -= 1

    def _origin(self, target: httpx.URL) -> _Origin:
        name = f"{target.scheme}://{target.netloc.decode('ascii')}"
        origin = self._origins.setdefault(name, _Origin())
        self._origins.move_to_end(name)
        while len(self._origins) > _ORIGINS:
            oldest = next(iter(self._origins))
            if self._origins[oldest].asking is not None or self._origins[oldest].waiting:
                break
            del self._origins[oldest]
        return origin

    async def _known(self, target: httpx.URL, in_slot: bool) -> _Origin:
        origin = self._origin(target)
        if self._clock() >= origin.until:
            if origin.asking is None:
                origin.asking = asyncio.create_task(self._learn(origin, target, in_slot))
            await asyncio.shield(origin.asking)
        return origin

    async def _learn(self, origin: _Origin, target: httpx.URL, in_slot: bool) -> None:
        """Read the rules; those known from before hold on where the site can't show them now."""
        try:
            status, body = await self._ask(target.copy_with(raw_path=b"/robots.txt", fragment=None), in_slot)
        except FetchError as error:
            if error.reason == "redirects":
                self._learned(origin, None, _KEPT)
            else:
                self._failed(origin, error)
        else:
            if status >= 500 or status == 429:
                self._failed(origin, FetchError("status", f"it answered with status {status}", status=status))
            elif status >= 400:
                self._learned(origin, None, _KEPT)
            else:
                self._learned(origin, await asyncio.to_thread(read, body), _KEPT)
                origin.many = len(body) > _MANY
        finally:
            origin.asking = None

    def _learned(self, origin: _Origin, rules: Protego | None, seconds: float) -> None:
        delay = rules.crawl_delay(AGENT) if rules is not None else None
        origin.rules, origin.failure = rules, None
        origin.delay = min(_SLOWEST, delay or 0.0)
        origin.until = self._clock() + seconds

    def _failed(self, origin: _Origin, error: FetchError) -> None:
        known = origin.until > 0 and origin.failure is None
        if error.reason in _PASSING:
            if not known:
                origin.failure, origin.until = error, 0.0
            return
        origin.failure = None if known else error
        origin.until = self._clock() + _UNREAD


async def _allows(origin: _Origin, url: str) -> bool:
    assert origin.rules is not None
    if origin.many:
        return bool(await asyncio.to_thread(origin.rules.can_fetch, url, AGENT))
    return bool(origin.rules.can_fetch(url, AGENT))


def read(body: bytes) -> Protego:
    """Return the rules of a robots.txt; of its groups only those for us and for everybody are looked at."""
    text = body[:MOST_BYTES].decode("utf-8-sig", "replace")
    kept: list[str] = []
    for line in map(_simple, re.split(r"[\r\n]+", text)):
        if len(kept) == _LINES:
            break
        if line and len(line) <= _LINE and not (_AGENT_LINE.match(line) and kept[-1:] == [line]):
            kept.append(line)
    return Protego.parse("\n".join(kept))


def _simple(line: str) -> str:
    found = _AGENT_LINE.match(line)
    return f"User-agent: {_agent(found.group(1))}" if found else line.strip()


def _agent(value: str) -> str:
    """Return whom a group is for: us, everybody or somebody else, whose many names don't matter."""
    value = value.strip().lower()
    if value == "*":
        return "*"
    return AGENT if re.match(r"[a-z_-]*", value).group() == AGENT else "other"  # type: ignore[union-attr]
