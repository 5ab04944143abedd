"""The world that a soaked bot lives in: sources that publish by a clock of their own, and a chat that keeps count.

Every twentieth call goes wrong, on both sides. Each item has a word of its own, by which the chat tells which items
arrived, how often, and whether a second time was marked as one.
"""

from __future__ import annotations

import json
import re
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

SHOWN = 60
"""A feed shows so many items, so that a poll may fail a few times before one is gone."""
MARK = "may be a repeat"
_SYLLABLES = [start + vowel for start in "bcdfghjklmnprstvwxyz" for vowel in "aeiou"]
_WORD = re.compile(r"[a-z]{8}")
_COMMON = 3_000
_LENGTH = 24
_TOO_MANY = json.dumps(
    {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
).encode()
_CHAT = '{"id":4242,"type":"private"}'
_ABOUT = {
    "getMe": '{"id":123456,"is_bot":true,"first_name":"Wirewatch","username":"WirewatchBot"}',
    "getChat": '{"id":4242,"type":"private","accent_color_id":0,"max_reaction_count":11}',
    "editMessageText": f'{{"message_id":100,"date":1,"chat":{_CHAT}}}',
}
"""What other calls are answered with."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a soak is: so many entries from so many sources over so many days of its clock."""

    sources: int
    entries: int
    days: int
    hours: float
    """Between two polls of a source."""
    faults: float = 0.05
    watched: float = 0.1
    """The share of items that are about a company that is watched."""


@dataclass(slots=True)
class Counts:
    """What the world did and what it saw; ``lost`` and ``unmarked`` name items."""

    published: int = 0
    owed: int = 0
    accepted: int = 0
    messages: int = 0
    repeats: int = 0
    marked: int = 0
    doubtful: int = 0
    """Sends whose answer left the bot unable to tell whether they arrived."""
    lost: list[str] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """How a call is answered: ``status`` 0 drops the connection; ``cut`` is how much of the body arrives."""

    status: int
    body: bytes = b""
    head: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None


def word(number: int) -> str:
    """Return a made-up word of eight letters, another for each number, unlike those of its neighbours."""
    count = len(_SYLLABLES)
    number = number * 7_654_321 % count**4
    return "".join(_SYLLABLES[number // count**place % count] for place in range(4))


class World:
    """Publishes as its clock is moved, answers polls and sends, and keeps count."""

    def __init__(self, plan: Plan, *, seed: int = 5) -> None:
        self._plan = plan
        self._chance = Random(seed)  # noqa: S311  made-up news, no secrets
        self._feeds: list[deque[tuple[str, str, datetime]]] = [
            deque(maxlen=SHOWN) for _ in range(plan.sources)
        ]
        self._versions = [0] * plan.sources
        self._now = datetime(2026, 1, 1, tzinfo=UTC)
        self._share = 0.0
        self._owed: dict[str, int] = {}
        self._faults: Counter[str] = Counter()
        self._counts = Counts()
        self._message = 100
        self.firsts: dict[str, float] = {}
        """When the first poll and the first send came, in seconds since 1970."""

    def move(self, now: datetime, *, silent: bool = False) -> None:
        """Publish what comes until then; what is published while ``silent`` (a baseline) is owed to nobody."""
        span = now - self._now if self._counts.published else timedelta(hours=self._plan.hours)
        self._share += self._plan.entries * (span / timedelta(days=self._plan.days))
        self._now = now
        while self._share >= 1:
            self._share -= 1
            self._publish(now, silent=silent)

    def feed(self, number: int, validator: str) -> Reply:
        """Answer a poll."""
        fault = self._fault(("500", "503", "reset", "junk", "half", "404"), "fetch")
        version = f'"{self._versions[number]}"'
        head = {"Content-Type": "application/rss+xml", "ETag": version}
        match fault:
            case "500" | "503" | "404":
                return Reply(int(fault))
            case "reset":
                return Reply(0)
            case "junk":
                return Reply(200, self._chance.randbytes(400), {"Content-Type": "text/xml"})
            case "half":
                return Reply(200, self._rss(number), head, cut=300)
        return Reply(304, b"", head) if validator == version else Reply(200, self._rss(number), head)

    def send(self, method: str, text: str) -> Reply:
        """Answer a call of the chat's API; what is accepted is counted, whatever becomes of the answer."""
        if method != "sendMessage":
            return _ok(_ABOUT.get(method, "true"))
        fault = self._fault(("429", "500", "reset", "accepted and 502", "accepted and dropped"), "send")
        if fault == "429":
            return Reply(429, _TOO_MANY)
        self._counts.doubtful += fault is not None
        if fault in {"500", "reset"}:
            return Reply(500 if fault == "500" else 0, b"{}")
        self._accept(text)
        if fault is not None:
            return Reply(502 if fault.endswith("502") else 0, b"<html>")
        return self._fine()

    def counts(self) -> dict[str, object]:
        """Return what was counted until now."""
        counts = self._counts
        counts.lost = [each for each, times in self._owed.items() if not times][:20]
        counts.owed = len(self._owed)
        counts.accepted = sum(times > 0 for times in self._owed.values())
        counts.faults = dict(self._faults)
        return asdict(counts) | {"firsts": dict(self.firsts)}

    def _publish(self, now: datetime, *, silent: bool) -> None:
        counts, chance = self._counts, self._chance
        first = counts.published * 5
        own = [word(first + at) for at in range(5)]
        counts.published += 1
        watched = chance.random() < self._plan.watched
        title = f"{'Alibaba ' if watched else ''}{' '.join(own)}"
        text = " ".join(word(chance.randrange(_COMMON) + 50_000_000) for _ in range(_LENGTH))
        number = chance.randrange(self._plan.sources)
        self._feeds[number].appendleft((title, text, now))
        self._versions[number] += 1
        if watched and not silent:
            self._owed[own[0]] = 0

    def _rss(self, number: int) -> bytes:
        items = "".join(
            f"<item><title>{title}</title><link>http://press.example/{number}/{title.split()[-1]}</link>"
            f"<guid>{number}-{title.split()[-1]}</guid><pubDate>{format_datetime(at)}</pubDate>"
            f"<description>{text}</description></item>"
            for title, text, at in self._feeds[number]
        )
        head = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Source {number}</title>'
        return f"{head}{items}</channel></rss>".encode()

    def _fault(self, kinds: tuple[str, ...], what: str) -> str | None:
        if self._chance.random() >= self._plan.faults:
            return None
        kind = self._chance.choice(kinds)
        self._faults[f"{what}: {kind}"] += 1
        return kind

    def _accept(self, text: str) -> None:
        self._counts.messages += 1
        repeat = MARK in text
        for each in {found for found in _WORD.findall(text) if found in self._owed}:
            self._owed[each] += 1
            if self._owed[each] > 1:
                self._counts.repeats += 1
                self._counts.marked += repeat
                if not repeat and len(self._counts.unmarked) < 20:
                    self._counts.unmarked.append(each)

    def _fine(self) -> Reply:
        self._message += 1
        return _ok(f'{{"message_id":{self._message},"date":1,"chat":{_CHAT}}}')


def _ok(result: str) -> Reply:
    return Reply(200, f'{{"ok":true,"result":{result}}}'.encode(), {"Content-Type": "application/json"})
