"""How a chat service is reached: through which proxy, and with loggers that never print a token."""

from __future__ import annotations

import logging
import re
from ipaddress import ip_address
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from bot.errors import ConfigError, Fault

_TALKATIVE = ("httpx", "httpcore", "telegram", "slack_sdk", "slack_bolt", "aiohttp.client")
_LOGS_ADDRESSES = ("httpx", "telegram.Bot")
_TOKEN_IN_PATH = re.compile(r"/bot[^/\s]+")


def proxy_for(url: str) -> str | None:
    """Return the proxy that the environment names for this address (``HTTPS_PROXY``, ``NO_PROXY``), or None.

    Loopback never goes through a proxy. Raises ConfigError for a SOCKS proxy, which is not supported.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if _is_loopback(host) or proxy_bypass(host):
        return None
    proxy = getproxies().get(parts.scheme)
    if proxy and not proxy.lower().startswith(("http://", "https://")):
        name = f"{parts.scheme.upper()}_PROXY"
        raise ConfigError([Fault(name, 0, 0, "only http:// and https:// proxies are supported")])
    return proxy


def checked_root(name: str, url: str) -> str:
    """Return the address of a service without its last slash; raises ConfigError naming the variable."""
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError([Fault(name, 0, 0, "this is not an http(s) address", "for example https://HOST")])
    return url.strip().rstrip("/")


def quiet_loggers() -> None:
    """Keep the libraries from logging requests: Telegram's addresses hold the token.

    The level is the first lock; the filter holds when somebody turns these loggers up again.
    """
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _LOGS_ADDRESSES:
        logger = logging.getLogger(name)
        if not any(isinstance(known, _WithoutTokens) for known in logger.filters):
            logger.addFilter(_WithoutTokens())


class _WithoutTokens(logging.Filter):
    """Takes tokens out of addresses before a record reaches any log."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = without_tokens(record.getMessage())
        record.args = ()
        return True


def without_tokens(text: str) -> str:
    """Return text in which no address of the Bot API shows its token."""
    return _TOKEN_IN_PATH.sub("/bot<token>", text)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
