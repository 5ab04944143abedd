"""Where the status page is shown, and the token that it needs where others than this machine can reach it."""

from __future__ import annotations

import ipaddress
import re

from bot.config.secrets import WEB, Secrets
from bot.config.yaml_source import Sheet

SHORTEST = 16
"""Characters of a token: shorter ones can be guessed."""
_LISTEN = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<host>[A-Za-z0-9.-]+)):(?P<port>[0-9]{1,5})")


def place_of(listen: str) -> tuple[str, int] | None:
    """Return (host, port) of ``127.0.0.1:8787`` or ``[::1]:8787``; None for anything else."""
    found = _LISTEN.fullmatch(listen)
    if found is None or not 0 < int(found["port"]) < 65_536:
        return None
    return found["six"] or found["host"], int(found["port"])


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach what listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def check_web(listen: str | None, sheet: Sheet, secrets: Secrets) -> None:
    """Complain of a page that strangers could read, and of a token that they could guess."""
    place = place_of(listen) if listen else None
    token = secrets.get(WEB)
    path = ("web", "listen")
    if place is not None and token is None and not is_loopback(place[0]):
        hint = f"set {WEB} to {SHORTEST} characters or more, or write 127.0.0.1:{place[1]}"
        sheet.complain(path, "others could read the status page there: it needs a token", hint)
    elif listen and token is not None and not (len(token) >= SHORTEST and token.isascii()):
        hint = "such as what this prints: python3 -c 'import secrets; print(secrets.token_urlsafe())'"
        message = f"{WEB} is too easy to guess: it needs {SHORTEST} ASCII characters or more"
        sheet.complain(path, message, hint)
