"""The fetcher: slots, deadline, redirects by hand, and what an answer means."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b

import httpx

import bot
from bot.crashpoints import crashpoint
from bot.errors import FetchError
from bot.fetch import failures, freshness
from bot.fetch.body import Inflater, coding_of, collect
from bot.fetch.guard import Guard, Resolver, SystemResolver
from bot.fetch.rests import Rests, host_of
from bot.fetch.robots import MOST_BYTES, Robots
from bot.fetch.slots import Slots
from bot.fetch.wire import Wire, address_of, same_origin
from bot.model import Document, Polling, Validators

MOST_REDIRECTS = 6
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.6, */*;q=0.1"
)

# httpx writes every address in full to its log, with whatever secrets stand in it.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Fetcher:
    """Long-lived: one for the whole bot. ``polling.contact`` tells site owners in the User-Agent whom to ask."""

    def __init__(
        self,
        polling: Polling,
        *,
        resolve: Resolver | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._polling = polling
        self._system = SystemResolver()
        self._slots = Slots(polling.concurrency, polling.per_host)
        self._wire = Wire(polling, Guard(polling.allow_private), resolve or self._system)
        self._rests = Rests(clock)
        self._robots = Robots(self._robots_txt, clock)
        about = "".join(
            character for character in polling.contact if " " <= character <= "~" and character not in "()\\"
        )
        self._headers = {
            "user-agent": f"Wirewatch/{bot.__version__}" + (f" (+{about})" if about else ""),
            "accept": _ACCEPT,
            "accept-encoding": "gzip",
            "connection": "close",
        }

    async def close(self) -> None:
        """End all connections."""
        await self._robots.close()
        await self._wire.close()
        self._system.close()

    @property
    def aside(self) -> int:
        """How many requests wait for a slow host or for their turn at one: they are in nobody's way."""
        return self._slots.aside

    async def fetch(
        self,
        url: str,
        *,
        validators: Validators = Validators(),  # noqa: B008 (frozen)
        known_hash: str = "",
        headers: Mapping[str, str] | None = None,
        robots: bool = False,
    ) -> Document:
        """Ask for an address; the time limit counts from when a slot is free and covers everything.

        ``validators`` and ``known_hash`` are those of the last body that was stored; ``headers`` go to the
        origin of ``url`` only. With ``robots`` the site's robots.txt is obeyed, wherever redirects lead: for
        pages, which nobody publishes for programs. Raises FetchError: ``robots`` where the page is forbidden,
        ``host_rests`` where the host asked for a pause. ``Document.url`` is the address that answered.
        """
        target = address_of(url)
        if not robots:
            return await self._in_slot(target, validators, known_hash, headers or {})
        await self._robots.check(target)
        async with self._robots.turn(target):
            return await self._in_slot(target, validators, known_hash, headers or {}, robots=True)

    async def _in_slot(
        self,
        target: httpx.URL,
        validators: Validators,
        known_hash: str,
        extra: Mapping[str, str],
        *,
        robots: bool = False,
    ) -> Document:
        async with self._slots.of(target.host, self._polling.timeout.total_seconds()):
            return await self._follow(target, validators, known_hash, extra, robots=robots)

    async def _follow(
        self,
        target: httpx.URL,
        validators: Validators,
        known_hash: str,
        extra: Mapping[str, str],
        *,
        robots: bool,
    ) -> Document:
        """Follow redirects by hand: the same checks at each hop, own headers to their own origin only."""
        first = target
        permanent = True
        for hop in range(MOST_REDIRECTS + 1):
            own = extra if same_origin(first, target) else {}
            sent = {**self._headers, **_conditions(validators), **own}
            async with self._asked(target, sent) as response:
                if response.status_code not in _REDIRECTS or "location" not in response.headers:
                    document = await self._document(target, response, validators, known_hash)
                    return replace(document, moved_to=str(target)) if hop and permanent else document
                permanent = permanent and response.status_code in _PERMANENT
                target = _next(target, response.headers["location"])
            if robots:
                await self._robots.check(target, in_slot=True)
        raise FetchError("redirects", f"{first.host} redirects more than {MOST_REDIRECTS} times")

    @asynccontextmanager
    async def _asked(self, target: httpx.URL, headers: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        self._rests.check(target)
        crashpoint("fetch-started")
        try:
            async with self._wire.ask(target, headers) as response:
                crashpoint("fetch-headers")
                if response.status_code in (429, 503):
                    asked = freshness.retry_after(response.headers, datetime.now(UTC))
                    self._rests.begin(target, response.status_code, asked)
                yield response
        except FetchError:
            raise
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise failures.named(error, target.host) from None

    async def _document(
        self, target: httpx.URL, response: httpx.Response, validators: Validators, known_hash: str
    ) -> Document:
        now = datetime.now(UTC)
        if response.status_code == 304:
            return _unchanged(target, response, validators, known_hash, now)
        if response.status_code not in (200, 203, 226):
            raise _refused(target, response, now)
        body, complete = await self._body(response)
        crashpoint("fetch-body")
        digest = blake2b(body, digest_size=16).hexdigest() if complete else ""
        return Document(
            url=str(target),
            status=response.status_code,
            body=None if digest and digest == known_hash else body,
            content_type=response.headers.get("content-type", ""),
            validators=_validators(response) if complete else Validators(),
            body_hash=digest,
            floor=freshness.floor(response.headers, now),
            complete=complete,
        )

    async def _robots_txt(self, target: httpx.URL, in_slot: bool) -> tuple[int, bytes]:
        """Return status and the start of the body of a robots.txt, following redirects."""
        seconds = self._polling.timeout.total_seconds()
        lent = asyncio.timeout(seconds) if in_slot else self._slots.of(target.host, seconds)
        try:
            async with lent:
                for _hop in range(MOST_REDIRECTS + 1):
                    async with self._asked(target, {**self._headers, "accept": "text/plain"}) as response:
                        if response.status_code not in _REDIRECTS or "location" not in response.headers:
                            return response.status_code, await self._start(response)
                        target = _next(target, response.headers["location"])
        except TimeoutError as error:
            raise FetchError("timeout", f"{target.host} did not answer within {seconds:g} s") from error
        raise FetchError("redirects", f"{target.host} redirects more than {MOST_REDIRECTS} times")

    async def _start(self, response: httpx.Response) -> bytes:
        inflater = Inflater(coding_of(response.headers.get("content-encoding", "")), 2 * MOST_BYTES)
        try:
            await collect(response.aiter_raw(), inflater)
        except FetchError as error:
            if error.reason not in ("too_big", "bomb"):
                raise
        return inflater.so_far

    async def _body(self, response: httpx.Response) -> tuple[bytes, bool]:
        """Read the body: cut off while plain it is incomplete, cut off while packed it is an error."""
        coding = coding_of(response.headers.get("content-encoding", ""))
        length = response.headers.get("content-length", "")
        if length.isdecimal() and int(length) > self._polling.max_body:
            raise FetchError(
                "too_big", f"the body is larger than polling.max_body ({self._polling.max_body:,} bytes)"
            )
        inflater = Inflater(coding, self._polling.max_body)
        try:
            await collect(response.aiter_raw(), inflater)
        except (httpx.RemoteProtocolError, httpx.ReadError):
            body, whole = inflater.finish()
            if not body or not whole:
                raise
            return body, False
        body, whole = inflater.finish()
        if not whole:
            raise FetchError("encoding", "the compressed body ends in the middle")
        return body, True


def _conditions(validators: Validators) -> dict[str, str]:
    conditions = {"if-none-match": validators.etag, "if-modified-since": validators.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _validators(response: httpx.Response) -> Validators:
    return Validators(response.headers.get("etag") or None, response.headers.get("last-modified") or None)


def _next(target: httpx.URL, location: str) -> httpx.URL:
    """Return where a redirect leads; refuse what is no http(s) and what gives up encryption."""
    try:
        joined = str(target.join(location.strip()))
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError("redirects", f"{target.host} redirects to something that is no address") from error
    following = address_of(joined)
    if target.scheme == "https" and following.scheme == "http":
        raise FetchError(
            "redirects",
            f"{target.host} redirects from https to http at {following.host}; if that is wanted, "
            "write the http address as the source",
        )
    return following


def _unchanged(
    target: httpx.URL, response: httpx.Response, validators: Validators, known_hash: str, now: datetime
) -> Document:
    if validators == Validators():
        raise FetchError(
            "protocol", f"{target.host} says that nothing changed (304), but was not asked that", status=304
        )
    new = _validators(response)
    return Document(
        url=str(target),
        status=304,
        body=None,
        validators=Validators(new.etag or validators.etag, new.last_modified or validators.last_modified),
        body_hash=known_hash,
        floor=freshness.floor(response.headers, now),
    )


_MEANINGS = {
    401: "wants a login (401); name its header in headers_env",
    403: "refuses us (403)",
    404: "has nothing at this address (404)",
    410: "has removed this address for good (410)",
    429: "asks us to come less often (429)",
}


def _refused(target: httpx.URL, response: httpx.Response, now: datetime) -> FetchError:
    status = response.status_code
    meaning = _MEANINGS.get(status, f"answered with status {status}")
    return FetchError(
        "status",
        f"{target.host} {meaning}",
        status=status,
        retry_after=freshness.retry_after(response.headers, now),
        host=host_of(target),
    )
