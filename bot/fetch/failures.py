"""What went wrong on the way -> FetchError: named by its cause, for a reader, without secrets."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx
from httpx_secure import SSRFProtectionError

from bot.errors import FetchError
from bot.fetch.guard import shown

_NO_WORD = frozenset({socket.EAI_AGAIN, socket.EAI_FAIL})
"""What a resolver says when it could not ask, which is not the fault of the name."""


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions


def is_tls(error: BaseException) -> bool:
    """Tell whether a connection failed at its encryption: another address of the host would fail as well."""
    return any(isinstance(cause, ssl.SSLError) for cause in _causes(error))


def _tls_reason(error: BaseException) -> str:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not valid: {cause.verify_message}"
    return "no encrypted connection could be made"


def named(error: Exception, host: str) -> FetchError:
    """Return the FetchError for what httpx or the system raised while asking ``host``."""
    host = shown(host)
    return _unreached(error, host) or _misread(error, host)


def _unreached(error: Exception, host: str) -> FetchError | None:
    """Name what kept a connection from being made; None when it was made."""
    if isinstance(error, SSRFProtectionError):
        return FetchError("private", f"{host} leads to a private address, which is refused")
    if isinstance(error, socket.gaierror):
        if error.errno in _NO_WORD:
            return FetchError("dns", f"the name server has no answer for {host} at the moment")
        return FetchError("dns", f"{host} is not known to the name server; check the spelling")
    if isinstance(error, httpx.TimeoutException):
        stage = (
            "could not be connected to" if isinstance(error, httpx.ConnectTimeout) else "stopped answering"
        )
        return FetchError("timeout", f"{host} {stage} in time")
    if is_tls(error):
        return FetchError("tls", f"{host}: {_tls_reason(error)}")
    if any(isinstance(cause, ConnectionRefusedError) for cause in _causes(error)):
        return FetchError("refused", f"{host} refused the connection")
    return None


def _misread(error: Exception, host: str) -> FetchError:
    if isinstance(error, httpx.LocalProtocolError):
        return FetchError(
            "protocol", f"the request to {host} can't be sent; check the values that headers_env names"
        )
    if isinstance(error, httpx.RemoteProtocolError) and "location header" in str(error):
        return FetchError("redirects", f"{host} redirects to something that is no address")
    if isinstance(error, httpx.ProtocolError):
        return FetchError("protocol", f"{host} sent something that is no valid HTTP")
    if isinstance(error, httpx.ProxyError):
        return FetchError("network", f"the proxy could not reach {host}")
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return FetchError("scheme", "this is no http or https address")
    return FetchError("network", f"the connection to {host} failed ({type(error).__name__})")
