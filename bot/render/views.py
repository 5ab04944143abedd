"""What each message is made from: plain frozen values that callers fill. Datetimes are aware UTC.

``reader`` or ``receiver`` is who reads the message: language, zone and kind of chat decide the form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import Budget, Match, QuietHours, Reason, Receiver, Spike, Story, Verdict, Watchlist


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """A story for a receiver, its matches in any order: the first alert, and every later edit of it."""

    story: Story
    matches: tuple[Match, ...]
    watchlist: Watchlist
    receiver: Receiver
    now: datetime
    late_told_at: datetime | None = None
    """When it was told; shown where that is more than 15 minutes after the report."""
    maybe_repeat: bool = False
    corrected_at: datetime | None = None
    corrected_by: str = ""
    """The source that corrected itself, where it is not the one whose headline is shown."""
    lead: str = ""
    """The entry that made it ring."""
    spike: Spike | None = None
    buttons: bool = True
    muted_by: str = ""
    """Who silenced this story; the foot says so."""
    snoozed_by: str = ""
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DevelopmentView:
    """A reply under an alert: a new kind of event, or the next level."""

    story: Story
    matches: tuple[Match, ...]
    watchlist: Watchlist
    receiver: Receiver
    now: datetime
    was_score: int
    event: str = ""
    """The new kind of event; "" when only the level rose."""
    entry: str = ""
    """The report that brought it. "" for the newest one where there is an event, else for more sources alone."""
    buttons: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """A reply under an alert: a source changed its headline, or took the report down."""

    story: Story
    matches: tuple[Match, ...]
    watchlist: Watchlist
    receiver: Receiver
    now: datetime
    source: str
    was: str
    became: str = ""
    """The headline now; "" when the report was taken down."""
    url: str = ""
    changed_at: datetime
    others: int = 0
    """How many other sources still say what was corrected."""
    others_say: str = ""
    """What they say; "" for the part that changed."""
    told_score: int = 0
    """The score that the chat was told: a correction rings when that was urgent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A story in one line of headline and one of source; ``reports.headline_of`` makes one."""

    story: str
    score: int
    title: str
    url: str
    source: str
    time: datetime
    paid: bool = False
    more: int = 0
    """Further sources."""
    watches: tuple[str, ...] = ()
    """The ids of the watches it is about, best first."""
    late: bool = False
    corrected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestView:
    """Stories collected for one receiver since its last digest."""

    receiver: Receiver
    watchlist: Watchlist
    now: datetime
    since: datetime
    stories: tuple[Headline, ...]
    """In any order; each stands under the first of its watches."""
    told_at_once: int = 0
    held: int = 0
    """How many of them are here because of the budget."""
    reference: str = ""
    """Names this digest in its buttons; "" for a digest without buttons."""
    chart: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyWeek:
    """A company's week: its best story, how many there were, and how many more than the week before."""

    watch: str
    count: int
    change: int
    best: Headline


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyView:
    """The caption under the picture of a week."""

    receiver: Receiver
    watchlist: Watchlist
    now: datetime
    first_day: datetime
    last_day: datetime
    """Any moments of the first and the last day."""
    count: int
    told: int
    companies: tuple[CompanyWeek, ...]
    """In any order; the three with the best stories are named."""
    quiet: tuple[str, ...] = ()
    """Watches with nothing this week that usually have something."""
    usually: int = 0
    """Stories a week that the quiet ones usually have, at least; 0 for unknown."""
    usually_most: int = 0
    """As many as that at most; 0 for as many as at least."""
    collected: tuple[Headline, ...] = ()
    """What waited for it, where no button answers with that: listed below."""
    held: int = 0
    """How many of the stories are here because of the budget."""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldView:
    """More than three alerts that were held, as one message."""

    receiver: Receiver
    watchlist: Watchlist
    now: datetime
    stories: tuple[Headline, ...]
    cause: Reason | None = None
    """``QUIET_HOURS``, ``OVER_BUDGET``, or None for an outage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GreetingView:
    """The first message in a new chat."""

    receiver: Receiver
    now: datetime
    companies: int
    sources: int
    stories: tuple[Headline, ...] = ()
    """The best of the last 24 hours, best first."""
    example: str = ""
    """A company to ask for, as the reader would type it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentView:
    """An alert that did not arrive: since when its chat is lost, when it is tried again; or why it was given up."""

    lost_since: datetime | None = None
    refused: bool = False
    """True where the service refuses the token."""
    next_try: datetime | None = None
    """None where it was never tried: it is on its way."""
    given_up: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceView:
    """Everything known about one story and one receiver, told or not.

    ``story`` is None when nothing that was read fits what was asked. ``to`` is the receiver asked
    about ("" for all), ``reader`` the one who asks.
    """

    reader: Receiver
    watchlist: Watchlist
    now: datetime
    to: str = ""
    story: Story | None = None
    match: Match | None = None
    """The match that decided: the receiver's strongest."""
    verdict: Verdict | None = None
    told_at: datetime | None = None
    developed_at: datetime | None = None
    """When it rang again, where it did."""
    quiet_hours: QuietHours | None = None
    muted_until: datetime | None = None
    muted_by: str = ""
    muted_story: bool = False
    """True where this story was muted, not a company."""
    budget: Budget | None = None
    asked: str = ""
    """What was asked for; used when nothing was seen."""
    nearest: Headline | None = None
    nearest_told_at: datetime | None = None
    unsent: UnsentView | None = None
    """The alert, where it should be there and is not."""
    before: bool = False
    """True where the story was judged before the receiver had a route."""
    guest: bool = False
    """True for a reader whom nothing is told: the trace says what the story is worth, not who heard of it."""
    buttons: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """A story with all its reports and why each joined."""

    reader: Receiver
    watchlist: Watchlist
    now: datetime
    story: Story
    matches: tuple[Match, ...] = ()
    doubt: float = 0.0
    """Joinings with a smaller margin are marked as in doubt."""
    limit: int = 30
    """Reports that are listed; the rest is a number."""
    admin: bool = False
    """True for a reader who may take the story apart: the last line says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitView:
    """A story that was taken apart: what was taken out, what is left, and who hears of it."""

    reader: Receiver
    now: datetime
    story: str
    new: str
    taken: Headline | None = None
    left: Headline | None = None
    count: int = 0
    """Reports that are left."""
    told: bool = True
    """True when the new story counts as told to whoever was told of the old one."""
    edits: tuple[str, ...] = ()
    rings: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    """Receivers whose alert is edited, who get an alert of the new story, in whose next digest it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtRow:
    """A joining with a thin margin: the two headlines, and what is typed to undo it."""

    title: str
    source: str
    other_title: str
    other_source: str
    margin: float
    at: datetime
    undo: str
    """Without the chat's prefix: ``story split k7f2 e3fa``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentView:
    """A page of stories. ``first`` is the number of the first one, from 1."""

    reader: Receiver
    now: datetime
    title: str
    """A company's name as shown, or the query as typed."""
    quoted: bool = False
    """True for words that were looked for, as against a company."""
    span: timedelta | None = None
    """The time asked about; None for everything."""
    total: int
    stories: tuple[Headline, ...]
    first: int = 1
    page: int = 1
    reference: str = ""
    """Names the question in the buttons that turn pages; "" for an answer without buttons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingView:
    """Nothing found: what was looked for, and what to try."""

    reader: Receiver
    now: datetime
    query: str
    span: timedelta | None = None
    meant: str = ""
    """The nearest known name."""
    meant_count: int = 0
    meant_span: timedelta | None = None
    searched_all: bool = False
    """True when the whole archive was looked through already."""
    buttons: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRow:
    """One command: what to type, and what it does in the reader's language."""

    usage: str
    does: str
    admin: bool = False
