"""One request on the wire: the host is looked up, every address checked, and a checked one dialled."""

from __future__ import annotations

import asyncio
import re
import ssl
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.util import find_spec

import certifi
import httpx
from httpx_secure import httpx_ssrf_protection

from bot.errors import FetchError
from bot.fetch import failures
from bot.fetch.guard import Guard, Resolver
from bot.model import Polling

_CONNECT = 10.0
_READ = 20.0
_PORTS = {"http": 80, "https": 443}
# httpcore asks for this optional package at every step; where it is missing, all folders are searched each time.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]

_CONTROLS = re.compile(r"[\x00-\x20\x7f]")


def address_of(url: str) -> httpx.URL:
    """Return a checked http(s) address without its fragment; raise FetchError ``scheme`` otherwise."""
    url = url.strip()
    if _CONTROLS.search(url):
        url = url.replace(" ", "%20")
    try:
        target = httpx.URL(url)
        host = target.host
    except (httpx.InvalidURL, ValueError, UnicodeError) as error:
        raise FetchError(
            "scheme", "this is no valid address; it should look like https://example.com/feed"
        ) from error
    if target.scheme not in _PORTS or not host:
        raise FetchError(
            "scheme",
            "only http and https addresses are fetched; it should look like https://example.com/feed",
        )
    if target.userinfo:
        raise FetchError("scheme", f"the address of {host} holds a user or password; use headers_env instead")
    if "%" in host or _CONTROLS.search(host) or port_of(target) > 65_535:
        raise FetchError("scheme", "the address names a host or port that can't exist")
    return target.copy_with(fragment=None)


def port_of(target: httpx.URL) -> int:
    """Return the port that an address means."""
    return target.port or _PORTS[target.scheme]


def same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Tell whether two addresses have the same scheme, host and port."""
    return (one.scheme, one.host, port_of(one)) == (other.scheme, other.host, port_of(other))


class Wire:
    """HTTP clients without cookies and with one TLS context; each sends one request at a time.

    One client for all would look through all its connections at each step of each request.
    """

    def __init__(self, polling: Polling, guard: Guard, resolve: Resolver) -> None:
        self._polling = polling
        self._guard = guard
        self._resolve = resolve
        self._proxied = polling.proxy is not None
        self._idle: list[httpx.AsyncClient] = []
        self._all: set[httpx.AsyncClient] = set()

    async def close(self) -> None:
        """End all connections."""
        await asyncio.gather(*(client.aclose() for client in self._all))

    @asynccontextmanager
    async def ask(self, target: httpx.URL, headers: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        """Send a GET and yield the answer, its body not yet read."""
        addresses = await self._addresses(target)
        async with self._client() as client:
            response = await self._send(client, target, headers, addresses)
            try:
                yield response
            finally:
                await response.aclose()

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx.AsyncClient]:
        """Lend a client; one whose request broke off is not used again, whatever state it may be in."""
        client = self._idle.pop() if self._idle else self._new()
        whole = False
        try:
            yield client
            whole = True
        except FetchError:
            whole = True  # what the answer said, not how the exchange went
            raise
        finally:
            if whole and len(self._idle) < max(1, self._polling.concurrency):
                self._idle.append(client)
            else:
                self._all.discard(client)
                await client.aclose()

    def _new(self) -> httpx.AsyncClient:
        client = _client(self._polling, self._guard, _tls())
        self._all.add(client)
        return client

    async def _addresses(self, target: httpx.URL) -> list[str]:
        try:
            found = await self._resolve(target.raw_host.decode("ascii"), port_of(target))
        except OSError as error:
            if self._proxied:
                return []  # behind a proxy names may be known to the proxy alone
            raise failures.named(error, target.host) from None
        return self._guard.check(target.host, found)

    async def _send(
        self, client: httpx.AsyncClient, target: httpx.URL, headers: Mapping[str, str], addresses: list[str]
    ) -> httpx.Response:
        """Dial the checked addresses in turn until one takes the connection."""
        if self._proxied:
            return await client.send(client.build_request("GET", target, headers=headers), stream=True)
        last: Exception = OSError("no address to dial")
        for number, address in enumerate(addresses):
            patience = _CONNECT if number == len(addresses) - 1 else _CONNECT / 2
            try:
                return await client.send(_literal(client, target, headers, address, patience), stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                last = error
                if failures.is_tls(error):
                    break
        raise last


def _literal(
    client: httpx.AsyncClient, target: httpx.URL, headers: Mapping[str, str], address: str, patience: float
) -> httpx.Request:
    """Return a request that dials ``address`` while Host header and TLS name stay those of ``target``.

    Connections are never kept (``connection: close``), so that none made for one name is used for another.
    """
    request = client.build_request(
        "GET",
        target.copy_with(host=address),
        headers={"host": target.netloc.decode("ascii"), **headers},
        timeout=httpx.Timeout(_READ, connect=patience, pool=None),
    )
    request.extensions["sni_hostname"] = target.raw_host.decode("ascii").rstrip(".")
    return request


def _no_cookies() -> CookieJar:
    return CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))


@cache
def _tls() -> ssl.SSLContext:
    """Trust what the machine trusts, and the usual authorities: a bare container knows none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _client(polling: Polling, guard: Guard, tls: ssl.SSLContext) -> httpx.AsyncClient:
    client = httpx.AsyncClient(
        verify=tls,
        http2=False,
        trust_env=False,
        follow_redirects=False,
        cookies=_no_cookies(),
        proxy=polling.proxy,
        timeout=httpx.Timeout(_READ, connect=_CONNECT, pool=None),
        limits=httpx.Limits(max_connections=1, max_keepalive_connections=0),
    )
    if polling.proxy is None:
        # The second lock on the door: whatever httpx does, it connects to nothing that the guard refuses.
        httpx_ssrf_protection(
            client,
            check_globally_reachable=False,
            custom_validator=lambda _host, address, _port: guard.may_dial(address),
            dns_cache_ttl=0,
        )
    return client
