"""``plan [days]`` in a chat: what the watchlist in force would have told it of the last days, beside what was."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.backtest import Change, Preview, replay_stored
from bot.commands.asking import Answer, Asked, Desk, concerns, is_guest
from bot.errors import CommandError
from bot.model import DeliveryKind
from bot.render.planned import ChangeRow, DayRow, PlanView, planned
from bot.render.times import Clock
from bot.render.typed import typed
from bot.render.words import say
from bot.store import history

MOST_DAYS = 7
MOST_ENTRIES = 40_000
"""Entries that are read for an answer in a chat; the terminal reads any number."""
_DAYS = re.compile(r"^(?:[-—–]*days[ =]?)?\s*(\d{1,4})\s*(?:d|days?|天|日)?$", re.IGNORECASE)


def answer_plan(asked: Asked, desk: Desk) -> Answer:
    """Counts by day, and each story more or less, for the chat's receiver; admins elsewhere see all receivers."""
    days = _fitting(_days(asked), desk)
    if is_guest(asked):
        raise CommandError(say(asked.reader.language, "plan_nobody"))
    preview = replay_stored(
        desk.conn,
        desk.now - timedelta(days=days),
        settings=desk.settings,
        watchlist=desk.watchlist,
        tables=desk.tables,
        source_tags={source.id: source.tags for source in desk.sources.values() if source.tags},
    )
    view = _view(preview, days, asked, desk)
    return Answer(
        planned(view), tuple(_change_row(one) for one in preview.changes if concerns(asked, one.receiver))
    )


def _days(asked: Asked) -> int:
    words = asked.words.strip()
    found = _DAYS.match(words) if words else None
    if words and found is None:
        command = typed(asked.reader.via, "plan 3")
        raise CommandError(say(asked.reader.language, "plan_usage", command=command))
    return max(1, min(MOST_DAYS, int(found.group(1)))) if found else MOST_DAYS


def _fitting(days: int, desk: Desk) -> int:
    """Fewer days where so many would take too long to read."""
    while (
        days > 1 and history.growth_since(desk.conn, desk.now - timedelta(days=days)).entries > MOST_ENTRIES
    ):
        days -= 1
    return days


def _view(preview: Preview, days: int, asked: Asked, desk: Desk) -> PlanView:
    mine = [one for one in preview.changes if concerns(asked, one.receiver)]
    return PlanView(
        reader=asked.reader,
        watchlist=desk.watchlist,
        now=desk.now,
        receivers=tuple(name for name in desk.settings.receivers if concerns(asked, name)),
        days=days,
        entries=preview.plan.entries,
        counts=tuple(_counts(preview, asked, desk)),
        changes=tuple(_row(one) for one in sorted(mine, key=lambda one: (not one.at_once, -one.score))),
    )


def _counts(preview: Preview, asked: Asked, desk: Desk) -> list[DayRow]:
    """What would have been told, by the reader's days, the newest last."""
    clock = Clock.of(asked.reader, desk.now)
    rows: dict[tuple[str, str], DayRow] = {}
    for one in preview.plan.messages:
        if concerns(asked, one.receiver) and one.kind is not DeliveryKind.EDIT:
            key = (f"{clock.local(one.time):%Y-%m-%d}", one.receiver)
            row = rows.get(key) or DayRow(receiver=one.receiver, at=one.time)
            rows[key] = row.with_one(one.kind)
    return [rows[key] for key in sorted(rows)]


def _row(change: Change) -> ChangeRow:
    return ChangeRow(
        gained=change.gained,
        at_once=change.at_once,
        receiver=change.receiver,
        story=change.story,
        time=change.time,
        reason=change.reason,
        score=change.score,
        watches=change.watches,
        title=change.title,
    )


def _change_row(change: Change) -> dict[str, object]:
    return {
        "change": "+" if change.gained else "-",
        "at_once": change.at_once,
        "time": change.time.isoformat(),
        "receiver": change.receiver,
        "story": change.story,
        "verdict": change.reason,
        "score": change.score,
        "watches": list(change.watches),
        "title": change.title,
    }
