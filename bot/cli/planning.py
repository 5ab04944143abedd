"""``plan``: what a watchlist would have told, by day, receiver and message, and what it changes."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from bot.app.logs import write_logs
from bot.backtest import (
    Change,
    Listed,
    Preview,
    ToldMessage,
    replay_recorded,
    replay_stored,
)
from bot.cli.archive import recorded_entries, stored
from bot.cli.plan_page import PlanPage
from bot.config import Configuration, load, load_watchlist
from bot.model import DeliveryKind, Watchlist
from bot.store.codec import dumps

LONG = 2_000
"""Entries from which the work is worth a bar on the terminal: some seconds."""


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
        PlanPage(plan, configuration, watches).show()
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
        PlanPage(preview.plan, configuration, watches, preview.changes).show()
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
