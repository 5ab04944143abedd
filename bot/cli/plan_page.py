"""A plan as a person reads it in the terminal, in the language of the receiver that the terminal is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.backtest import Change, Plan, ToldMessage
from bot.channels.plain import tame
from bot.cli.reader import terminal_reader
from bot.config import Configuration
from bot.model import DeliveryKind, Level, Reason, Watchlist
from bot.render.words import DOTS, NO_HEADLINE, colon, listed, reason_word, say, semicolon

MOST_DAYS = 7
MOST_A_DAY = 40
"""Messages listed; ``--json`` lists all."""
KINDS = (
    DeliveryKind.ALERT,
    DeliveryKind.REPLY,
    DeliveryKind.CORRECTION,
    DeliveryKind.DIGEST,
    DeliveryKind.EDIT,
)
_WEEKDAYS = "一二三四五六日"
_RINGS_BECAUSE = {Reason.QUIET_HOURS: "plan_was_quiet", Reason.SPIKE: "plan_was_spike"}


@dataclass(frozen=True, slots=True)
class PlanPage:
    """What a person reads of a plan: counts by day and receiver, then the messages, the newest day last.

    With ``changes``, those are listed instead: what would have been told beside what was.
    """

    plan: Plan
    configuration: Configuration
    watchlist: Watchlist
    changes: tuple[Change, ...] | None = None

    @property
    def language(self) -> str:
        """The language of whoever sits at the terminal."""
        return terminal_reader(self.configuration.settings).language

    def show(self) -> None:
        """Print it."""
        out = Console(highlight=False)
        out.print(Text(self._head(), style="bold"), soft_wrap=not out.is_terminal)
        if self.plan.messages:
            out.print()
            out.print(self._counts())
        elif self.plan.entries:
            out.print(self._silence())
        lines = self._messages() if self.changes is None else self._changes(self.changes)
        for line in self._by_day(list(lines)):
            _print(out, line)

    def _say(self, key: str, /, **values: str | int) -> str:
        return say(self.language, key, **values)

    def _head(self) -> str:
        plan = self.plan
        if plan.first is None or plan.last is None:
            return self._say("plan_no_entries")
        first, last = (self._local(moment).date() for moment in (plan.first, plan.last))
        over = self._say("plan_over", first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}")
        said = self._say(
            "plan_span",
            days=(last - first).days + 1,
            over=f"{first:%Y-%m-%d}" if first == last else over,
            zone=self.configuration.settings.timezone,
            entries=plan.entries,
            stories=plan.stories,
            messages=len(plan.messages),
        )
        return f"{said}{self._balance()}"

    def _balance(self) -> str:
        """``+14, -3``: what is told at once; digests apart."""
        if self.changes is None:
            return ""
        counted = Counter((one.at_once, one.gained) for one in self.changes)
        said = self._say("plan_at_once", more=counted[True, True], less=counted[True, False])
        if counted[False, True] or counted[False, False]:
            less = counted[False, False]
            digests = self._say("plan_digests", more=counted[False, True], less=less)
            said = f"{said}{semicolon(self.language)}{digests}"
        return f"\n{self._say('plan_balance', balance=said)}"

    def _silence(self) -> str:
        settings = self.configuration.settings
        return self._say("plan_heard_none" if settings.receivers and settings.routes else "plan_no_routes")

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.configuration.settings.timezone))

    def _day(self, day: date) -> str:
        if self.language == "zh":
            return f"{day:%Y-%m-%d} 周{_WEEKDAYS[day.weekday()]}"
        return f"{day:%a %Y-%m-%d}"

    def _counts(self) -> Table:
        counted = Counter(
            (self._local(one.time).date(), one.receiver, one.kind) for one in self.plan.messages
        )
        kinds = [kind for kind in KINDS if kind is DeliveryKind.ALERT or any(kind in key for key in counted)]
        table = Table(box=None, pad_edge=False)
        table.add_column(self._say("plan_day"))
        table.add_column(self._say("plan_receiver"))
        for kind in kinds:
            table.add_column(self._say(f"plan_kinds_{kind.value}"), justify="right")
        for day, receiver in sorted({key[:2] for key in counted}):
            figures = (counted[day, receiver, kind] for kind in kinds)
            table.add_row(self._day(day), tame(receiver), *map(_figure, figures))
        for receiver in sorted({one.receiver for one in self.plan.messages}):
            totals = Counter(one.kind for one in self.plan.messages if one.receiver == receiver)
            figures = (totals[kind] for kind in kinds)
            table.add_row(self._say("plan_all"), tame(receiver), *map(_figure, figures), style="bold")
        return table

    def _by_day(self, lines: Sequence[tuple[datetime, Text]]) -> Iterator[Text]:
        """Put a head over each day's lines, and cut what is too long to read."""
        days = sorted({self._local(time).date() for time, _ in lines})
        if hidden := sum(self._local(time).date() in days[:-MOST_DAYS] for time, _ in lines):
            yield Text()
            yield Text(self._say("plan_more_earlier", count=hidden), style="dim")
        for day in days[-MOST_DAYS:]:
            mine = [line for time, line in lines if self._local(time).date() == day]
            yield Text()
            yield Text(self._day(day), style="bold")
            yield from mine[:MOST_A_DAY]
            if len(mine) > MOST_A_DAY:
                yield Text(self._say("plan_more", count=len(mine) - MOST_A_DAY), style="dim")

    def _messages(self) -> Iterator[tuple[datetime, Text]]:
        """A line for each message that makes a sound; an alert says how often it is edited."""
        edits = Counter(
            (one.story, one.receiver) for one in self.plan.messages if one.kind is DeliveryKind.EDIT
        )
        for one in self.plan.messages:
            if one.kind is not DeliveryKind.EDIT:
                alone = one.kind is DeliveryKind.ALERT and not one.stories
                edited = edits[one.story, one.receiver] if alone else 0
                after = self._say("plan_edited", count=edited) if edited else ""
                yield one.time, self._line(one, self._remark(one), after)

    def _changes(self, changes: Iterable[Change]) -> Iterator[tuple[datetime, Text]]:
        """A line for each story more or less, of each day those told at once first."""
        for one in sorted(changes, key=lambda one: (self._local(one.time).date(), not one.at_once, one.time)):
            said = self._reason(one.reason)
            if not one.at_once and one.reason != Reason.IN_DIGEST.value:
                said = self._say("plan_in_digest" if one.gained else "plan_out_of_digest", reason=said)
            line = self._line(one, f"{said}{colon(self.language)}")
            yield one.time, Text("+ " if one.gained else "- ").append(line)

    def _reason(self, reason: str) -> str:
        return reason_word(reason, "zh") if self.language == "zh" else reason.replace("_", " ")

    def _remark(self, message: ToldMessage) -> str:
        """What a message is beside a first report told at once."""
        if message.kind is DeliveryKind.DIGEST:
            said = self._say("plan_digest_of", count=len(message.stories))
        elif message.stories:
            said = self._say("plan_held", count=len(message.stories))
        elif message.kind is not DeliveryKind.ALERT:
            said = self._say(f"plan_kind_{message.kind.value}")
        else:
            key = _RINGS_BECAUSE.get(message.verdict)
            said = self._say(key) if key else ""
        return f"{said}{colon(self.language)}" if said else ""

    def _line(self, one: ToldMessage | Change, before: str, after: str = "") -> Text:
        several = len(self.configuration.settings.receivers) > 1
        line = Text(f"{self._local(one.time):%H:%M}  {DOTS[Level.of(one.score)]} {one.score:>3}  ")
        line.append(f"{tame(one.receiver)}  " if several else "", style="dim")
        line.append(f"{self._names(one.watches)}  ", style="bold")
        line.append(before, style="dim").append(tame(one.title) or NO_HEADLINE[self.language == "zh"])
        return line.append(after, style="dim")

    def _names(self, watches: Sequence[str], most: int = 3) -> str:
        known = {**self.configuration.watchlist.watches, **self.watchlist.watches}
        names = [known[watch].shown(self.language) if watch in known else watch for watch in watches]
        more = f" +{len(names) - most}" if len(names) > most else ""
        return tame(listed(names[:most], self.language)) + more


def _figure(count: int) -> str:
    return str(count) if count else "-"


def _print(out: Console, line: Text) -> None:
    """Print one line: cut at a terminal's width, whole in a file or a pipe."""
    if out.is_terminal:
        out.print(line, no_wrap=True, overflow="ellipsis")
    else:
        out.print(line, soft_wrap=True)
