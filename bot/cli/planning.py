"""``plan``: what a watchlist would have told, by day, receiver and message, and what it changes."""

from __future__ import annotations

import logging
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from bot.app.logs import write_logs
from bot.backtest import (
    Change,
    Listed,
    Plan,
    Preview,
    ToldMessage,
    replay_recorded,
    replay_stored,
)
from bot.channels.plain import tame
from bot.cli.archive import recorded_entries, stored
from bot.cli.looking import DOTS
from bot.config import Configuration, load, load_watchlist
from bot.model import DeliveryKind, Level, Reason, Watchlist
from bot.store.codec import dumps

LONG = 2_000
"""Entries from which the work is worth a bar on the terminal: some seconds."""
MOST_DAYS = 7
MOST_A_DAY = 40
"""Messages listed; ``--json`` lists all."""
KINDS: Mapping[DeliveryKind, str] = {
    DeliveryKind.ALERT: "alerts",
    DeliveryKind.REPLY: "replies",
    DeliveryKind.CORRECTION: "corrections",
    DeliveryKind.DIGEST: "digests",
    DeliveryKind.EDIT: "edits",
}


def plan_recorded(place: Path, config: Path, watchlist: Path | None, *, as_json: bool) -> int:
    """Print what a recorded stream would have told."""
    configuration = load(config, environ=os.environ)
    watches = _watches(configuration, watchlist)
    entries = recorded_entries(place, configuration)
    with _progress(len(entries)) as read:
        plan = replay_recorded(
            entries,
            settings=configuration.settings,
            watchlist=watches,
            tables=configuration.tables,
            source_tags=_tags(configuration),
            read=read,
        )
    if as_json:
        for message in plan.messages:
            print(dumps(message_row(message)))
    else:
        _Page(plan, configuration, watches).show()
    return 0


def plan_stored(days: int, config: Path, state: Path, watchlist: Path | None, *, as_json: bool) -> int:
    """Print what the store's last days would have told, held against what was told."""
    write_logs(logging.ERROR)
    configuration = load(config, environ=os.environ)
    watches = _watches(configuration, watchlist)
    preview = _preview(days, configuration, state, watches)
    if as_json:
        for _, row in sorted(_rows(preview), key=lambda dated: dated[0]):
            print(dumps(row))
    else:
        _Page(preview.plan, configuration, watches, preview.changes).show()
    return 0


def _preview(days: int, configuration: Configuration, state: Path, watches: Watchlist) -> Preview:
    instead = "`--in FILE.jsonl` plans on a recorded stream instead"
    with stored(configuration, state, instead) as conn, _progress(0) as read:
        return replay_stored(
            conn,
            datetime.now(UTC) - timedelta(days=days),
            settings=configuration.settings,
            watchlist=watches,
            tables=configuration.tables,
            source_tags=_tags(configuration),
            read=read,
        )


def _rows(preview: Preview) -> Iterator[tuple[datetime, dict[str, object]]]:
    """Every message, marked where it is one more than was told, and every one that is gone."""
    gained = {(one.story, one.receiver, one.at_once) for one in preview.changes if one.gained}
    for message in preview.plan.messages:
        told = [one.story for one in message.stories] or [message.story]
        at_once = {DeliveryKind.ALERT: True, DeliveryKind.DIGEST: False}.get(message.kind)
        more = {story for story in told if (story, message.receiver, at_once) in gained}
        row = message_row(message) | {"change": "+" if more else ""}
        if message.stories:
            row["stories"] = [
                _listed_row(one) | {"change": "+" if one.story in more else ""} for one in message.stories
            ]
        yield message.time, row
    for change in preview.changes:
        if not change.gained:
            yield change.time, _lost_row(change)


def _lost_row(change: Change) -> dict[str, object]:
    return {
        "time": change.time.isoformat(),
        "receiver": change.receiver,
        "kind": (DeliveryKind.ALERT if change.at_once else DeliveryKind.DIGEST).value,
        "verdict": change.reason,
        "score": change.score,
        "story": change.story,
        "watches": list(change.watches),
        "title": change.title,
        "entry": change.entry,
        "change": "-",
    }


def message_row(message: ToldMessage) -> dict[str, object]:
    """Return a told message as a line of ``--json``; ``stories`` only where it tells several."""
    row = {
        "time": message.time.isoformat(),
        "receiver": message.receiver,
        "kind": message.kind.value,
        "verdict": message.verdict.value,
        "score": message.score,
        "story": message.story,
        "watches": list(message.watches),
        "title": message.title,
        "entry": message.entry,
    }
    return row | ({"stories": [_listed_row(one) for one in message.stories]} if message.stories else {})


def _listed_row(listed: Listed) -> dict[str, object]:
    return {
        "story": listed.story,
        "score": listed.score,
        "verdict": listed.verdict.value,
        "watches": list(listed.watches),
        "title": listed.title,
        "entry": listed.entry,
    }


def _tags(configuration: Configuration) -> dict[str, frozenset[str]]:
    return {source.id: source.tags for source in configuration.sources if source.tags}


def _watches(configuration: Configuration, given: Path | None) -> Watchlist:
    if given is None:
        return configuration.watchlist
    watches = load_watchlist(given, tables=configuration.tables)
    for route in configuration.settings.routes:
        if missing := sorted(route.watches - watches.watches.keys()):
            which = f"{', '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not there"
            print(f"{given}: the route {route.name} watches {which}", file=sys.stderr)
    return watches


@contextmanager
def _progress(entries: int) -> Iterator[Callable[[], None]]:
    """Show on standard error how far long work is, where somebody looks; 0 entries: nobody knows how long."""
    if 0 < entries < LONG or not sys.stderr.isatty():
        yield lambda: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading", total=entries or None)
        yield lambda: bar.advance(task)


@dataclass(frozen=True, slots=True)
class _Page:
    """What a person reads of a plan: counts by day and receiver, then the messages, the newest day last.

    With ``changes``, those are listed instead: what would have been told beside what was.
    """

    plan: Plan
    configuration: Configuration
    watchlist: Watchlist
    changes: tuple[Change, ...] | None = None

    def show(self) -> None:
        out = Console(highlight=False)
        out.print(Text(self._head(), style="bold"), soft_wrap=not out.is_terminal)
        if self.plan.messages:
            out.print()
            out.print(self._counts())
        elif self.plan.entries:
            out.print(self._silence())
        lines = self._messages() if self.changes is None else self._changes(self.changes)
        listed = list(lines)
        for line in self._by_day(listed):
            _print(out, line)

    def _head(self) -> str:
        plan = self.plan
        if plan.first is None or plan.last is None:
            return "There are no entries."
        zone = self.configuration.settings.timezone
        days = [self._local(moment).date() for moment in (plan.first, plan.last)]
        span = (days[1] - days[0]).days + 1
        over = f"{days[0]:%Y-%m-%d}" if span == 1 else f"{days[0]:%Y-%m-%d} to {days[1]:%Y-%m-%d}"
        counts = ((plan.entries, "entry"), (plan.stories, "story"), (len(plan.messages), "message"))
        return (
            f"{_count(span, 'day')} ({over}, {zone}): "
            f"{', '.join(_count(count, noun) for count, noun in counts)}. Nothing was sent."
            f"{self._balance()}"
        )

    def _balance(self) -> str:
        """``+14, -3``: what is told at once; digests apart."""
        if self.changes is None:
            return ""
        counted = Counter((one.at_once, one.gained) for one in self.changes)
        said = f"\nBeside what was told: +{counted[True, True]}, -{counted[True, False]} at once"
        if counted[False, True] or counted[False, False]:
            said += f"; +{counted[False, True]}, -{counted[False, False]} in digests"
        return f"{said}."

    def _silence(self) -> str:
        settings = self.configuration.settings
        if not settings.receivers or not settings.routes:
            return "Nobody would have heard: the configuration has no receivers, or no routes to them."
        return "Nobody would have heard anything."

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.configuration.settings.timezone))

    def _counts(self) -> Table:
        counted = Counter(
            (self._local(one.time).date(), one.receiver, one.kind) for one in self.plan.messages
        )
        kinds = [kind for kind in KINDS if kind is DeliveryKind.ALERT or any(kind in key for key in counted)]
        table = Table(box=None, pad_edge=False)
        table.add_column("day")
        table.add_column("receiver")
        for kind in kinds:
            table.add_column(KINDS[kind], justify="right")
        for day, receiver in sorted({key[:2] for key in counted}):
            figures = (counted[day, receiver, kind] for kind in kinds)
            table.add_row(f"{day:%a %Y-%m-%d}", tame(receiver), *map(_figure, figures))
        for receiver in sorted({one.receiver for one in self.plan.messages}):
            totals = Counter(one.kind for one in self.plan.messages if one.receiver == receiver)
            table.add_row("all", tame(receiver), *(_figure(totals[kind]) for kind in kinds), style="bold")
        return table

    def _by_day(self, lines: Sequence[tuple[datetime, Text]]) -> Iterator[Text]:
        """Put a head over each day's lines, and cut what is too long to read."""
        days = sorted({self._local(time).date() for time, _ in lines})
        if hidden := sum(self._local(time).date() in days[:-MOST_DAYS] for time, _ in lines):
            yield Text()
            yield Text(f"... and {hidden} more on earlier days; --json shows all", style="dim")
        for day in days[-MOST_DAYS:]:
            mine = [line for time, line in lines if self._local(time).date() == day]
            yield Text()
            yield Text(f"{day:%a %Y-%m-%d}", style="bold")
            yield from mine[:MOST_A_DAY]
            if len(mine) > MOST_A_DAY:
                yield Text(f"... and {len(mine) - MOST_A_DAY} more; --json shows all", style="dim")

    def _messages(self) -> Iterator[tuple[datetime, Text]]:
        """A line for each message that makes a sound; an alert says how often it is edited."""
        edits = Counter(
            (one.story, one.receiver) for one in self.plan.messages if one.kind is DeliveryKind.EDIT
        )
        for one in self.plan.messages:
            if one.kind is not DeliveryKind.EDIT:
                alone = one.kind is DeliveryKind.ALERT and not one.stories
                edited = edits[one.story, one.receiver] if alone else 0
                after = f" ({_count(edited, 'edit')})" if edited else ""
                yield one.time, self._line(one, _remark(one), after)

    def _changes(self, changes: Iterable[Change]) -> Iterator[tuple[datetime, Text]]:
        """A line for each story more or less, of each day those told at once first."""
        for one in sorted(changes, key=lambda one: (self._local(one.time).date(), not one.at_once, one.time)):
            said = one.reason.replace("_", " ")
            if not one.at_once and one.reason != Reason.IN_DIGEST.value:
                said = f"in the digest, {said}" if one.gained else f"no more in the digest, {said}"
            yield one.time, Text("+ " if one.gained else "- ").append(self._line(one, f"{said}: "))

    def _line(self, one: ToldMessage | Change, before: str, after: str = "") -> Text:
        several = len(self.configuration.settings.receivers) > 1
        line = Text(f"{self._local(one.time):%H:%M}  {DOTS[Level.of(one.score)]} {one.score:>3}  ")
        line.append(f"{tame(one.receiver)}  " if several else "", style="dim")
        line.append(f"{self._names(one.watches)}  ", style="bold")
        line.append(before, style="dim").append(tame(one.title) or "(no headline)")
        return line.append(after, style="dim")

    def _names(self, watches: Sequence[str], most: int = 3) -> str:
        known = {**self.configuration.watchlist.watches, **self.watchlist.watches}
        names = [known[watch].name if watch in known else watch for watch in watches]
        more = f" +{len(names) - most}" if len(names) > most else ""
        return tame(", ".join(names[:most])) + more


_RINGS_BECAUSE = {Reason.QUIET_HOURS: "held by quiet hours: ", Reason.SPIKE: "more news than usual: "}


def _remark(message: ToldMessage) -> str:
    """What a message is beside a first report told at once."""
    if message.kind is DeliveryKind.DIGEST:
        return f"digest of {_count(len(message.stories), 'story')}: "
    if message.stories:
        return f"{len(message.stories)} alerts held by quiet hours: "
    if message.kind is not DeliveryKind.ALERT:
        return f"{message.kind.value}: "
    return _RINGS_BECAUSE.get(message.verdict, "")


def _figure(count: int) -> str:
    return str(count) if count else "-"


def _count(count: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"


def _print(out: Console, line: Text) -> None:
    """Print one line: cut at a terminal's width, whole in a file or a pipe."""
    if out.is_terminal:
        out.print(line, no_wrap=True, overflow="ellipsis")
    else:
        out.print(line, soft_wrap=True)
