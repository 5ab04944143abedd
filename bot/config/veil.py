"""What nobody may see: the secrets that were read, in every spelling that a log, an error or an answer may hold.

    veil.learn({"TELEGRAM_BOT_TOKEN": "..."})     # whoever reads a secret
    veil.masked(text)                             # whoever writes a text that others wrote: logs, errors

The process knows one veil; a secret that was changed stays hidden.
"""

from __future__ import annotations

import json
import re
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from urllib.parse import SplitResult, quote, quote_plus, unquote, urlsplit

SHORTEST = 6
"""Characters; what is shorter stands in too many words to be taken out."""
_SHORTEST_CODED = 9
_MOST_SEGMENT = 16
_HIDDEN = "[hidden]"
_PAIR = re.compile(r"\d{4,}:(\S{16,})")
_SCHEME = re.compile(r"(?:bearer|basic|token|apikey)\s+(\S+)", re.IGNORECASE)
_SHAPES = (
    # Whatever has the shape of a token or stands where passwords stand, known or not.
    (re.compile(r"(?<=/bot)\d+:[\w%-]+"), _HIDDEN),
    (re.compile(r"\b\d{6,12}:[\w-]{30,}"), _HIDDEN),
    (re.compile(r"\bx(?:ox[a-z](?:\.xox[a-z])?|app)-[\w-]{8,}"), _HIDDEN),
    (re.compile(r"(?<=://)[^/\s@'\"<>]+@"), f"{_HIDDEN}@"),
    (re.compile(r"(?i)(\bauthorization\W{1,6}(?:b?['\"])?(?:bearer|basic|token)\s+)[^\s'\",]+"), rf"\1{_HIDDEN}"),
    (re.compile(r"(?i)([?&](?:ticket|token|access_token|api_?key|password|secret)=)[^&\s'\"]+"), rf"\1{_HIDDEN}"),
)  # fmt: skip


class Veil:
    """Takes known secrets out of texts; each becomes its name in brackets."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._names: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        self._lock = threading.Lock()
        self.learn(values or {})

    def learn(self, values: Mapping[str, str]) -> None:
        """Hide these values from now on, each under its name."""
        with self._lock:
            before = len(self._names)
            for name, value in values.items():
                for form in _forms(value):
                    self._names.setdefault(form, name)
            if len(self._names) > before:
                known = sorted(self._names, key=lambda form: (-len(form), form))
                self._pattern = re.compile("|".join(map(re.escape, known)))

    def over(self, text: str) -> str:
        """Return the text without any known secret, and without what has the shape of one."""
        if self._pattern is not None:
            text = self._pattern.sub(lambda found: f"[{self._names[found[0]]}]", text)
        for shape, instead in _SHAPES:
            text = shape.sub(instead, text)
        return text


_veil = Veil()


def learn(values: Mapping[str, str]) -> None:
    """Hide these values, by name, from everything that goes through ``masked``."""
    _veil.learn(values)


def masked(text: str) -> str:
    """Return a text without any secret that this process has read."""
    return _veil.over(text)


def login_of(address: str) -> str:
    """Return what is secret in an address that is none itself: user and password in front of its host, or ""."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        password = parts.password
    except ValueError:
        return ""
    return f"{parts.username}:{password}" if password else ""


def _forms(value: str) -> Iterator[str]:
    """Yield the spellings of a secret and of its parts that give it away."""
    for part in dict.fromkeys(_parts(value.strip())):
        if len(part) < SHORTEST:
            continue
        yield part
        yield quote(part, safe="")
        yield quote(part)
        yield quote_plus(part)
        yield json.dumps(part)[1:-1]
        yield json.dumps(part, ensure_ascii=False)[1:-1]
        if len(part) >= _SHORTEST_CODED:
            yield from _coded(part.encode())


def _coded(part: bytes) -> Iterator[str]:
    """Yield what base64 makes of it, wherever in a longer text it stands."""
    for before in range(3):
        coded = b64encode(b"\0" * before + part).decode()
        # The first characters hold bits of what stands before it, the last ones of what comes after.
        first, spare = -(-before * 8 // 6), (before + len(part)) % 3
        whole = coded.rstrip("=")
        core = whole[first : len(whole) - 1 if spare else len(whole)]
        yield core
        yield core.replace("+", "-").replace("/", "_")


def _parts(value: str) -> Iterator[str]:
    yield value
    if pair := _PAIR.fullmatch(value):
        yield pair[1]
    if scheme := _SCHEME.fullmatch(value):
        yield scheme[1]
        yield from _decoded(scheme[1])
    if ":" in value and "://" not in value and len(value.partition(":")[2]) >= SHORTEST:
        yield value.partition(":")[2]
    for address in re.split(r"[\s,]+", value):
        if "://" in address:
            yield address
            yield from _of_address(address)


def _decoded(login: str) -> Iterator[str]:
    try:
        plain = b64decode(login, validate=True).decode()
    except ValueError:
        return
    yield plain
    yield plain.partition(":")[2]


def _of_address(address: str) -> Iterator[str]:
    try:
        parts = urlsplit(address)
        login = f"{parts.username or ''}:{parts.password or ''}".strip(":")
    except ValueError:
        return
    yield login
    yield unquote(login)
    yield unquote(parts.password or "")
    yield from filter(_is_odd, _segments(parts))


def _segments(parts: SplitResult) -> Iterator[str]:
    host = (parts.netloc.rpartition("@")[2]).partition(":")[0]
    # In apprise's addresses even the place of the host may hold a token; names have dots.
    yield from ([] if "." in host else [host])
    for segment in re.split(r"[/&?=;]", f"{parts.path}/{parts.query}"):
        yield segment
        yield unquote(segment)


def _is_odd(segment: str) -> bool:
    """Tell whether a part of an address looks like a secret: no plain word."""
    return len(segment) >= SHORTEST and (
        any(character.isdigit() for character in segment) or len(segment) >= _MOST_SEGMENT
    )
