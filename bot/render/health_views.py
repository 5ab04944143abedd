"""What the messages about sources and the bot's own health are made from; values as in ``views``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.model import Receiver
from bot.render.dead import LetterRow
from bot.render.views import DoubtRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One source in a list. ``trouble`` is a reason of ``errors``, ``silent`` or ``shrunk``; "" for a healthy one."""

    name: str
    enabled: bool = True
    read_at: datetime | None = None
    every: timedelta | None = None
    entries: int = 0
    """Entries in the last 24 hours."""
    trouble: str = ""
    status: int | None = None
    since: datetime | None = None
    next_try: datetime | None = None
    rests_until: datetime | None = None
    """When it is polled again, where its host asked for a pause."""
    place: str = ""
    """The address that is read, where it is not the configured one."""
    merged_into: str = ""
    """The name of the source that is read in its place."""
    odd: tuple[tuple[str, str], ...] = ()
    """(what, detail) of each thing that is odd: ``line`` and its words, ``moved`` and where, ``merged`` with whom."""
    scraped: bool = False
    """True for a page or a list that is read by selectors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesView:
    """The health of every source, or of those that fit a query."""

    reader: Receiver
    now: datetime
    rows: tuple[SourceRow, ...]
    limit: int = 40
    query: str = ""
    total: int = 0
    """How many there are, where the rows are only those that fit the query."""


@dataclass(frozen=True, slots=True)
class HeldUpRow:
    """A receiver that is owed ``count`` messages and gets none at present, in the service's own words."""

    receiver: str
    count: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LostView:
    """A receiver whose chat takes no messages, or takes them again since ``back``; read by somebody else."""

    reader: Receiver
    now: datetime
    name: str
    why: str
    """The service's own words."""
    since: datetime
    back: datetime | None = None
    owed: int = 0
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True)
class MovedChat:
    """A chat that has another id than the file says, which the bot follows."""

    receiver: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """What runs, what is owed, what is wrong. Zeros and Nones leave their line out."""

    reader: Receiver
    now: datetime
    version: str
    started: datetime | None
    """None: it does not run."""
    sources: int = 0
    failing: int = 0
    odd: int = 0
    """Sources that are read, and about which something is odd."""
    watches: int = 0
    watchlist_version: str = ""
    entries: int = 0
    stories: int = 0
    told: int | None = 0
    """None where the reader may not know."""
    here: bool = False
    """True where ``told`` counts what this chat was told; else it counts stories told to anybody."""
    median_delay: timedelta | None = None
    """From read to told."""
    median_published: timedelta | None = None
    """From published to told."""
    last_poll: datetime | None = None
    backup: datetime | None = None
    """When the database was last copied."""
    owed: int = 0
    oldest_owed: datetime | None = None
    dead: int = 0
    letters: tuple[LetterRow, ...] = ()
    """The newest of what was given up."""
    in_doubt: int = 0
    doubts: tuple[DoubtRow, ...] = ()
    mutes: Mapping[str, datetime] = field(default_factory=dict)
    """What is muted, as shown, to when that ends."""
    faults: tuple[str, ...] = ()
    """What is wrong with the configuration on disk while the last good one is in force."""
    moved: tuple[MovedChat, ...] = ()
    lost: tuple[LostView, ...] = ()
    """The receivers that can't be reached."""
    held_up: tuple[HeldUpRow, ...] = ()
    """Those whose service is down, or refuses the bot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleView:
    """A source in trouble. ``reason`` is one of ``errors.FetchError``, ``ParseError``, ``silent`` or ``shrunk``."""

    reader: Receiver
    now: datetime
    source: str
    """Its id, for the buttons."""
    name: str
    reason: str
    since: datetime
    """When it began: the last new entry for ``silent``, else the first failure."""
    url: str = ""
    status: int | None = None
    tries: int = 0
    next_try: datetime | None = None
    usual: timedelta | None = None
    """The longest usual silence at this time of the week."""
    same_items: int | None = None
    """How many items its document has now."""
    same_since: datetime | None = None
    usual_items: int | None = None
    scraped: bool = False
    """True for a page or a list that is read by selectors."""
    companies: tuple[str, ...] = ()
    """Names, as shown, that lean on this source."""
    slower: str = ""
    """The longer interval to try: ``30m``."""
    over: bool = False
    """True once it is over: the same notice, marked as that, without what to try."""
    buttons: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyTroubleView:
    """More than three sources in trouble at once."""

    reader: Receiver
    now: datetime
    count: int
    total: int
    since: datetime
    cause: str
    """A reason as in ``TroubleView`` that all share; "" where they differ."""
    rows: tuple[SourceRow, ...] = ()
    """Which they are, and what is wrong with each; left out where it is probably one thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackView:
    """A source that answers again; ``count`` > 1 for several at once."""

    reader: Receiver
    now: datetime
    name: str = ""
    count: int = 1
    since: datetime
    caught_up: int = 0
    told: int = 0
    in_digest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OdditiesView:
    """What is odd about sources that are read all the same."""

    reader: Receiver
    now: datetime
    rows: tuple[SourceRow, ...]
