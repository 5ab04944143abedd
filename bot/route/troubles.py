"""What is wrong with a source, and when its operator hears of it: once when it begins, once when it is over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum

from bot.route.quiet import Silence

TRIES = 3
TRIES_REFUSED = 2
LASTS = timedelta(minutes=30)
"""A source fails when this many polls in a row failed and the first of them was so long ago."""
SHRUNK = 3
WELL = timedelta(hours=6)
"""So long a source must be well before its next trouble is told; a trouble that itself lasts so long is."""
_REFUSED = frozenset({401, 404, 410})
_SHAPE = frozenset({"web_page", "not_a_feed", "unsupported"})
_GONE = 410
_FEED = re.compile(r"feed|rss|atom|rdf|\.xml|\.json", re.IGNORECASE)


class Kind(StrEnum):
    """What kind of trouble, the lightest first: a graver one is told although a lighter one was."""

    SILENT = "silent"
    SHAPE = "shape"
    FAILING = "failing"
    GONE = "gone"

    @property
    def rank(self) -> int:
        """How grave."""
        return list(Kind).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What is known of one source."""

    id: str
    url: str
    place: str | None = None
    merged_into: str | None = None
    errors: int = 0
    reason: str = ""
    error: str = ""
    status: int | None = None
    failing_since: datetime | None = None
    last_poll: datetime | None = None
    last_success: datetime | None = None
    baseline: datetime | None = None
    due: datetime
    interval: timedelta | None = None
    kind: str = ""
    last_count: int | None = None
    usual_count: int | None = None
    shrunk: int = 0
    oddities: tuple[str, ...] = ()
    moved_to: str | None = None
    told: str = ""
    """What the operator was told, as ``Told`` writes it."""
    told_at: datetime | None = None
    """When that was; without a trouble, when it was over."""
    last_entry: datetime | None = None
    """When its last entry was first seen."""

    @property
    def began(self) -> datetime | None:
        """When the first of the failed polls was, as far as is known."""
        return self.failing_since or self.last_success or self.last_poll


@dataclass(frozen=True, slots=True)
class Told:
    """A trouble that is not over. ``aloud`` is False for one that began too soon after the last to be told."""

    kind: Kind
    since: datetime
    aloud: bool = True

    def __str__(self) -> str:
        return f"{'' if self.aloud else '~'}{self.kind} {self.since.isoformat()}"

    @classmethod
    def of(cls, text: str) -> Told | None:
        """Return what was written; None for a source that is well, or for what nobody can read any more."""
        kind, _, since = text.removeprefix("~").partition(" ")
        try:
            return cls(Kind(kind), datetime.fromisoformat(since), aloud=not text.startswith("~"))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong now. ``reason`` is that of the error, ``silent`` or ``shrunk``."""

    kind: Kind
    reason: str
    since: datetime
    status: int | None = None
    usual: timedelta | None = None
    """The longest usual silence at this time of the week."""


class Step(Enum):
    """What is to be done about one source."""

    NOTHING = "nothing"
    TELL = "tell of its trouble"
    HUSH = "note the trouble, tell nobody"
    BACK = "tell that it is well again"
    WELL = "note that it is well, tell nobody"


def trouble_of(now: Condition, silence: Silence | None = None) -> Trouble | None:
    """Return what is wrong with a source, None when all is well or another one is read in its place.

    ``silence`` is an unusual silence that may have ended since. A trouble that was told goes on until a poll
    succeeds, an entry comes, or the document has its usual size.
    """
    if now.merged_into:
        return None
    told = Told.of(now.told)
    return _failing(now, told) or _shrunk(now, told) or _silent(now, told, silence)


def next_step(told: Told | None, told_at: datetime | None, trouble: Trouble | None, now: datetime) -> Step:
    """Return what is to be done, given what was told (or was over) when, and what is wrong now."""
    lately = told_at is not None and now - told_at < WELL
    if told is None:
        return Step.NOTHING if trouble is None else Step.HUSH if lately else Step.TELL
    if trouble is None:
        return Step.BACK if told.aloud else Step.WELL
    if not told.aloud:
        return Step.NOTHING if lately else Step.TELL
    return Step.TELL if trouble.kind.rank > told.kind.rank else Step.NOTHING


def has_moved(url: str, place: str | None, kind: str) -> bool:
    """Tell whether a source is read at ``place`` because it moved, as against the feed that was found of a site.

    ``url`` and ``kind`` are the configured ones.
    """
    return place is not None and (kind != "auto" or looks_like_feed(url))


def looks_like_feed(url: str) -> bool:
    """Tell whether an address is plainly a feed's, not a site's."""
    return _FEED.search(url) is not None


def _failing(now: Condition, told: Told | None) -> Trouble | None:
    since = now.began
    if not now.errors or since is None:
        return None
    # A silence that was told says nothing of how long polls fail.
    known = told is not None and told.kind is not Kind.SILENT
    if not known and not _fails_long_enough(now, since):
        return None
    kind = Kind.SHAPE if now.reason in _SHAPE else Kind.FAILING
    kind = Kind.GONE if now.status == _GONE else kind
    return Trouble(kind=kind, reason=now.reason, since=since, status=now.status)


def _fails_long_enough(now: Condition, since: datetime) -> bool:
    if now.status == _GONE:
        return True
    if now.status in _REFUSED or now.reason == "robots":
        return now.errors >= TRIES_REFUSED
    return now.errors >= TRIES and (now.last_poll or since) - since >= LASTS


def _shrunk(now: Condition, told: Told | None) -> Trouble | None:
    known = told is not None and told.kind is Kind.SHAPE
    if not now.shrunk or (now.shrunk < SHRUNK and not known):
        return None
    since = told.since if told is not None and known else now.last_entry or now.last_success or now.due
    return Trouble(kind=Kind.SHAPE, reason="shrunk", since=since)


def _silent(now: Condition, told: Told | None, silence: Silence | None) -> Trouble | None:
    if told is not None and told.kind is Kind.SILENT and not _came_since(now, told.since):
        return Trouble(kind=Kind.SILENT, reason="silent", since=told.since)
    if silence is None or _came_since(now, silence.since):
        return None
    if now.last_success is None or now.last_success < silence.unusual_at:
        return None  # nobody asked it since the silence began to be unusual
    return Trouble(kind=Kind.SILENT, reason="silent", since=silence.since, usual=silence.usual)


def _came_since(now: Condition, since: datetime) -> bool:
    return now.last_entry is not None and now.last_entry > since
