"""What people follow, where it is read, and who hears: the checked values of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something we poll."""

    id: str
    name: str
    url: str
    kind: str = "auto"
    """auto, feed, jsonfeed, sitemap, page or json."""
    weight: float = 1.0
    language: str | None = None
    every: timedelta | None = None
    """None: ``polling.every`` holds."""
    rhythm: bool = False
    """True for ``every: auto``: follow the source's own rhythm between polling.min and polling.max."""
    tags: frozenset[str] = frozenset()
    full_text: bool = False
    enabled: bool = True
    headers_env: Mapping[str, str] = field(default_factory=dict)
    """Header name to the name of the environment variable with its value."""
    selectors: Mapping[str, str] = field(default_factory=dict)
    """item, title, link, time, summary: CSS selectors (page) or paths (json)."""


@dataclass(frozen=True, slots=True)
class Ticker:
    """A listed stock: ``Ticker("NYSE", "BABA")``, ``Ticker("HK", "9988")``; exchange in the field's short form."""

    exchange: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One company or topic followed."""

    id: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    """Language to the name shown in it (zh: the first Chinese alias)."""
    aliases: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    tickers: tuple[Ticker, ...] = ()
    context: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    case_sensitive: frozenset[str] = frozenset()
    any: tuple[str, ...] = ()
    all: tuple[tuple[str, ...], ...] = ()
    none: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()
    min_score: int | None = None
    enabled: bool = True

    @property
    def topic(self) -> bool:
        """True for a topic: words instead of a company."""
        return bool(self.any or self.all)

    def shown(self, language: str) -> str:
        """The name in a receiver's language, where the watch has one in it."""
        return self.names.get(language, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlist:
    """All enabled watches, and the hash of what they say."""

    watches: Mapping[str, Watch]
    version: str = ""

    def tagged(self, tags: frozenset[str]) -> frozenset[str]:
        """The ids of the watches that bear one of the tags."""
        return frozenset(watch.id for watch in self.watches.values() if watch.tags & tags)


@dataclass(frozen=True, slots=True)
class Budget:
    """At most ``count`` alerts in ``per`` (a day or an hour of the receiver)."""

    count: int
    per: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Recurring silence in the receiver's time; may cross midnight. ``unless_score`` and above rings anyway."""

    start: time
    until: time
    unless_score: int = 101


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """A named destination: a chat, or the terminal."""

    id: str
    via: str
    """console, telegram, slack or apprise."""
    chat: str = ""
    topic: int | None = None
    language: str = "en"
    timezone: str = "UTC"
    at_most: Budget | None = None
    quiet_hours: QuietHours | None = None
    url_env: str = ""


@dataclass(frozen=True, slots=True)
class DigestPlan:
    """When a digest is due, in the receiver's time. ``days`` are 0 (Monday) to 6."""

    at: time
    days: frozenset[int] = frozenset(range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The rule that chooses who hears. An empty set fits everything."""

    name: str
    to: tuple[str, ...]
    watches: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    source_tags: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    min_score: int | None = None
    """None: every story whose subject the route watches."""
    max_age: timedelta = timedelta(hours=24)
    digest: DigestPlan | None = None
    stop: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """How sources are polled. ``max_body`` is in bytes, after decompression."""

    every: timedelta = timedelta(minutes=5)
    min: timedelta = timedelta(minutes=1)
    max: timedelta = timedelta(hours=6)
    concurrency: int = 32
    per_host: int = 2
    timeout: timedelta = timedelta(seconds=30)
    max_body: int = 10 * 1024 * 1024
    allow_private: tuple[str, ...] = ()
    """Host names and networks that sources may have although they are not public."""
    proxy: str | None = None
    contact: str = ""
    """Whom site owners may ask; stands in the User-Agent."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask, beside the receivers' chats, and who may change, on one chat service."""

    admins: frozenset[str] = frozenset()
    chats: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who hears about the bot itself. ``heartbeat`` is a local time of the first receiver."""

    to: tuple[str, ...] = ()
    heartbeat: time | None = None
    ping_url_env: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``wirewatch.yaml``, checked."""

    timezone: str = "UTC"
    database: str = "sqlite:///state/wirewatch.db"
    polling: Polling = field(default_factory=Polling)
    window: timedelta = timedelta(days=3)
    receivers: Mapping[str, Receiver] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    access: Mapping[str, Access] = field(default_factory=dict)
    operator: Operator = field(default_factory=Operator)
    retention: timedelta = timedelta(days=180)
    web_listen: str | None = None
