"""Who may read the page, and what every answer says to the browser that shows it.

A request passes by the token in an ``Authorization: Bearer`` header, or by the cookie that opening the page once
as ``/?token=...`` sets. Without a token the page is for this machine: the ``Host`` must name it, so that a site
whose name leads here (DNS rebinding) reads nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.config.web import is_loopback

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE = "wirewatch"
LASTS = 30 * 86_400
"""Seconds that a browser is let in for."""
OPEN = frozenset({"/health", "/style.css"})
"""What needs no token: it says nothing of what the bot knows."""
LONGEST_QUERY = 2_000
LARGEST_HEAD = 16 * 1024
MOST_GUESSES = 10
"""Wrong tokens from one address in a minute; after that no token from there is looked at."""
MOST_GUESSERS = 1_000
_HOST = re.compile(r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[^\s:\[\]/@]+))(?::[0-9]{1,5})?")
_ANY = frozenset({"0.0.0.0", "::"})  # noqa: S104  names of what is listened to, no binding
HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex",
    "cache-control": "no-store",
}


class Guesses:
    """Wrong tokens of late, by the address that they came from."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, deque[float]] = OrderedDict()

    def add(self, caller: str, now: float) -> None:
        """Note a wrong one."""
        self._of.setdefault(caller, deque(maxlen=MOST_GUESSES)).append(now)
        self._of.move_to_end(caller)
        if len(self._of) > MOST_GUESSERS:
            self._of.popitem(last=False)

    def too_many(self, caller: str, now: float) -> bool:
        """Tell whether there were as many within a minute as anybody may make."""
        mine = self._of.get(caller)
        return mine is not None and len(mine) == MOST_GUESSES and 0 <= now - mine[0] < 60


class Door:
    """Lets requests through to the site, or answers them itself. ``refused`` is what a browser is shown."""

    def __init__(
        self,
        site: Application,
        host: str,
        token: str | None,
        refused: Callable[[], Response],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._site = site
        self._host = host.lower()
        self._token = token.encode() if token else None
        self._refused = refused
        self._clock = clock
        self._guesses = Guesses()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        answer = self._turned_away(request)
        await (answer or self._site)(scope, receive, _with_headers(send))

    def _turned_away(self, request: Request) -> Response | None:
        """Return the answer to a request that does not reach the site; None for one that does."""
        if request.method not in {"GET", "HEAD"}:
            return PlainTextResponse("This page is read only.\n", 405, headers={"allow": "GET, HEAD"})
        if len(request.scope["query_string"]) > LONGEST_QUERY:
            return PlainTextResponse("The address is too long.\n", 414)
        if sum(len(name) + len(value) for name, value in request.scope["headers"]) > LARGEST_HEAD:
            return PlainTextResponse("The headers are too long.\n", 431)
        bearer = self._bearer(request)
        if bearer is not None:  # no page can make a browser send it: the host's name says nothing then
            return None if self._fits(bearer, request) else self._unknown(request)
        if not self._names_us(request.headers.get("host", "")):
            return PlainTextResponse("There is no such page here: the Host header names another one.\n", 421)
        if _is_foreign(request):
            return PlainTextResponse("Other pages may not read this one.\n", 403)
        if self._token is None or request.scope["path"] in OPEN or self._knows(request):
            return None
        given = request.query_params.get("token")
        if given is None:
            return self._unknown(request)
        return self._let_in(request) if self._fits(given, request) else self._unknown(request)

    def _bearer(self, request: Request) -> str | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        return token.strip() if self._token is not None and kind.lower() == "bearer" else None

    def _fits(self, given: str, request: Request) -> bool:
        """Compare in constant time. Who knows it is let in, whoever else guesses from there: a proxy is many."""
        if self._token is None:
            return False
        if hmac.compare_digest(given.encode("utf-8", "replace"), self._token):
            return True
        self._guesses.add(_caller(request), self._clock())
        return False

    def _unknown(self, request: Request) -> Response:
        if self._guesses.too_many(_caller(request), self._clock()):
            words = "Too many wrong tokens: wait a minute.\n"
            return PlainTextResponse(words, 429, headers={"retry-after": "60"})
        answer = (
            self._refused()
            if "text/html" in request.headers.get("accept", "")
            else PlainTextResponse("This needs the token: Authorization: Bearer ...\n", 401)
        )
        answer.status_code = 401
        answer.headers["www-authenticate"] = 'Bearer realm="wirewatch"'
        return answer

    def _let_in(self, request: Request) -> Response:
        """Remember the browser, and take the token out of the address that it shows and keeps."""
        rest = [(name, value) for name, value in request.query_params.multi_items() if name != "token"]
        path = "/" + request.scope["path"].lstrip("/\\")  # two slashes would lead to another host
        answer = RedirectResponse(path + (f"?{urlencode(rest)}" if rest else ""), 303)
        until = str(int(self._clock()) + LASTS)
        answer.set_cookie(
            COOKIE, f"{until}.{self._seal(until)}", max_age=LASTS, httponly=True, samesite="strict", path="/"
        )
        return answer

    def _knows(self, request: Request) -> bool:
        until, _, seal = request.cookies.get(COOKIE, "").partition(".")
        if not (until.isascii() and until.isdecimal() and len(until) < 16 and seal.isascii()):
            return False
        return int(until) > self._clock() and hmac.compare_digest(seal, self._seal(until))

    def _seal(self, until: str) -> str:
        """What only who knows the token can make; a new token ends what the old one let in."""
        assert self._token is not None
        return hmac.new(self._token, f"wirewatch page {until}".encode(), hashlib.sha256).hexdigest()

    def _names_us(self, header: str) -> bool:
        """Tell whether the Host header names this machine, or what was configured."""
        name = _name(header)
        if name is None:
            return False
        if name == self._host or is_loopback(name):
            return True
        return self._host in _ANY and _is_address(name)


def _name(header: str) -> str | None:
    """The name in a Host header without its port; None where it makes no sense."""
    found = _HOST.fullmatch(header.lower())
    return (found["six"] or found["name"]) if found else None


def _is_address(name: str) -> bool:
    """An address, as against a name that somebody else's name service may lead here."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _caller(request: Request) -> str:
    return request.client.host if request.client else ""


def _is_foreign(request: Request) -> bool:
    """Tell whether another site's page asks, in a way that is no link somebody followed."""
    site = request.headers.get("sec-fetch-site", "none")
    return site in {"cross-site", "same-site"} and request.headers.get("sec-fetch-mode") != "navigate"


def _with_headers(send: Send) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            own = {name for name, _ in message["headers"]}
            extra = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
            message["headers"] = [*message["headers"], *(one for one in extra if one[0] not in own)]
        await send(message)

    return sending
