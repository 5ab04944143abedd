"""What is owed to whom, what was told, and how a message looks before a channel dresses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.model.news import Level, Match


class Reason(StrEnum):
    """Why a receiver hears now, later or not. ``why`` prints it, the store keeps it."""

    FIRST_REPORT = "first_report"
    SPIKE = "spike"
    MORE_SOURCES = "more_sources"
    DEVELOPMENT = "development"
    CORRECTION = "correction"
    IN_DIGEST = "in_digest"
    QUIET_HOURS = "quiet_hours"
    OVER_BUDGET = "over_budget"
    ALREADY_TOLD = "already_told"
    BELOW_THRESHOLD = "below_threshold"
    NOT_SUBJECT = "not_subject"
    NO_ROUTE = "no_route"
    MUTED = "muted"
    BASELINE = "baseline"
    TOO_OLD = "too_old"
    ROUND_UP = "round_up"


class DeliveryKind(StrEnum):
    """What a delivery is; also the order in which one chat gets them."""

    ALERT = "alert"
    REPLY = "reply"
    CORRECTION = "correction"
    ANSWER = "answer"
    NOTICE = "notice"
    GREETING = "greeting"
    DIGEST = "digest"
    EDIT = "edit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """Far more stories about a watch than usual, which made one of them ring below a route's threshold."""

    watch: str
    stories: int
    """How many the last ``hours`` opened, the one that rang among them."""
    usual: int
    """How many are usual in as many hours, rounded: 0 is fewer than one."""
    hours: int

    @property
    def detail(self) -> dict[str, str | int]:
        """As it is kept with an order."""
        return {"spike": self.watch, "stories": self.stories, "usual": self.usual, "hours": self.hours}

    @classmethod
    def of(cls, detail: Mapping[str, object]) -> Spike | None:
        """Return the spike that is kept with an order, or None where it had another reason."""
        counts = [detail.get(name) for name in ("stories", "usual", "hours")]
        stories, usual, hours = (count if isinstance(count, int) else 0 for count in counts)
        watch = detail.get("spike")
        return cls(watch=str(watch), stories=stories, usual=usual, hours=hours) if watch else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The named reason for one match and one receiver; ``told`` is True when it leads to a message at once."""

    story: str
    watch: str
    receiver: str
    reason: Reason
    told: bool
    score: int
    threshold: int | None = None
    route: str = ""
    due: datetime | None = None
    late: bool = False
    spike: Spike | None = None
    """The spike that made it ring, now or when it was first told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a receiver was already told of a story (or is owed)."""

    receiver: str
    story: str
    at: datetime
    score: int
    events: frozenset[str] = frozenset()
    watches: tuple[str, ...] = ()
    entries: int = 1
    revision: int = 0
    replies: int = 0
    digest: bool = False
    """True when it stood only in a digest, or waits for one."""
    pending: bool = False
    """True while the first alert is owed and not yet sent (quiet hours, outage)."""

    @property
    def level(self) -> Level:
        """The level that was shown."""
        return Level.of(self.score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A delivery that ``judge`` asks for; the key (story, receiver, kind, revision) is unique for ever."""

    story: str
    receiver: str
    kind: DeliveryKind
    revision: int
    due: datetime
    score: int
    reason: Reason
    watches: tuple[str, ...]
    events: tuple[str, ...] = ()
    entry: str = ""
    """The report that caused it."""
    late: bool = False
    detail: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A story that waits for a receiver's next digest."""

    receiver: str
    story: str
    score: int
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a story means for everyone: nothing here has been sent or stored yet."""

    matches: tuple[Match, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    orders: tuple[Order, ...] = ()
    told: tuple[Told, ...] = ()
    waiting: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A silence with an end, over a watch, a story or both for a receiver; empty fields fit everything."""

    receiver: str = ""
    watch: str = ""
    story: str = ""
    until: datetime
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One owed message, as claimed from the outbox."""

    id: int
    key: str
    story: str
    receiver: str
    kind: DeliveryKind
    revision: int
    due: datetime
    attempts: int
    score: int
    payload: Mapping[str, object]
    maybe_repeat: bool = False
    """True when an earlier attempt may have arrived."""


class Outcome(StrEnum):
    """How one attempt to send ended; also the metric's label."""

    SENT = "sent"
    UNSENT = "unsent"
    """Certainly not delivered, nothing wrong with it: try again."""
    RATE_LIMITED = "rate_limited"
    REFUSED = "refused"
    """Certainly refused for good: a dead letter."""
    UNAUTHORISED = "unauthorised"
    """The token is refused: keep everything, tell the operator."""
    GONE = "gone"
    """The chat is gone or blocks us: stop sending there."""
    AMBIGUOUS = "ambiguous"
    """It may have arrived: the repeat is marked."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style."""

    text: str
    bold: bool = False
    strike: bool = False
    code: bool = False
    link: str = ""
    """An http(s) address, already checked by ``links.showable``; empty for plain text."""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together; ``grey`` ones are small where the chat can. Splitting happens between blocks."""

    lines: tuple[Line, ...]
    grey: bool = False
    tight: bool = False
    """True for a grey block that follows the one above without an empty line, where a chat would set one."""


@dataclass(frozen=True, slots=True)
class Button:
    """A short label and what pressing it asks: ``why:k7f2``."""

    label: str
    action: str
    choices: tuple[Button, ...] = ()
    """What a menu under the button offers, where a chat has menus; elsewhere it is pressed like any other."""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A picture or a file that goes with a message; the message is its caption."""

    name: str
    content: bytes = field(repr=False)
    alt: str = ""
    """What a picture shows, in words."""
    picture: bool = True
    """True for a PNG that is shown, False for a file that is saved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A neutral message: no markup, no limits; the channel does both."""

    blocks: tuple[Block, ...]
    buttons: Rows = ()
    attachment: Attachment | None = None
    silent: bool = True
    notification: str = ""
    """Lines one and two as plain text, for lock screens."""
    language: str = "en"
    level: Level | None = None
    broadcast: bool = False
    """True for a reply that is shown in the channel too, where replies stand in threads (corrections)."""

    @property
    def plain(self) -> str:
        """The text without styles, a line each, blocks apart by an empty line where they are not grey."""
        parts: list[str] = []
        for block in self.blocks:
            if parts and not block.grey:
                parts.append("")
            parts.extend("".join(span.text for span in line) for line in block.lines)
        return "\n".join(parts)
