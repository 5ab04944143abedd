"""What a change of one watch would have told in the last days: two replays of the store, and their difference.

Both the watchlist in force and the one to be tried are replayed, so that only this change shows, and nothing else
that was edited in these days.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from bot.backtest import Listed, Preview, replay_stored
from bot.commands.asking import Desk
from bot.model import DeliveryKind, Watchlist
from bot.render.following import Seen
from bot.store import history

SPANS = tuple(timedelta(hours=hours) for hours in (7 * 24, 3 * 24, 2 * 24, 24, 12, 6, 3, 1))
"""How far back is looked: the longest of these that takes no longer than ``PATIENCE``."""
PATIENCE = 8.0
"""Seconds for both replays together."""
LOOK = 1.0
"""Seconds after which the pace tells how long the whole takes."""
_READING = 0.6
"""The part of a replay that is reading texts; measured on 10,000 entries."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would have been told more and fewer, the best stories first, and in how long a time."""

    more: tuple[Seen, ...]
    fewer: tuple[Seen, ...]
    span: timedelta
    entries: int
    """How many entries that time has; 0: the store is empty."""


_Lines = dict[tuple[str, str], tuple[bool, Listed]]
"""(story, receiver) to whether it is told at once, and the line that tells it."""


def foresee(
    desk: Desk,
    watchlist: Watchlist,
    watch: str,
    *,
    patience: float = PATIENCE,
    look: float = LOOK,
) -> Foreseen:
    """Return what the other watchlist would have told of this watch, beside the one in force.

    Where the store is so large that it would take longer than ``patience`` seconds, fewer days are looked at.
    """
    counts = {span: history.growth_since(desk.conn, desk.now - span).entries for span in SPANS}
    span = SPANS[0]
    if not counts[span]:
        return Foreseen((), (), span, 0)
    try:
        new = _replayed(desk, watchlist, span, _Pace(counts[span], patience, look))
    except _TooLongError as slow:
        span = next((one for one in SPANS if counts[one] <= slow.most), SPANS[-1])
        new = _replayed(desk, watchlist, span)
    old = _replayed(desk, desk.watchlist, span)
    before, after = _lines(old), _lines(new)
    reasons = {(one.story, one.receiver): one.reason for one in new.changes if not one.gained}
    more = _beyond(after, before, watch, {})
    return Foreseen(more, _beyond(before, after, watch, reasons), span, counts[span])


class _TooLongError(Exception):
    """Both replays would take too long; ``most`` entries would not."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(most)


class _Pace:
    """Called for each entry that is read; once, when enough of them were, it tells how long all will take."""

    def __init__(self, entries: int, patience: float, look: float) -> None:
        self._entries, self._patience, self._look = entries, patience, look
        self._began = 0.0
        self._read = 0
        self._judged = False

    def __call__(self) -> None:
        self._began = self._began or monotonic()
        took = monotonic() - self._began
        self._read += 1
        if self._judged or took < self._look or self._read % 20:
            return
        self._judged = True
        whole = 2 * took / self._read * self._entries / _READING
        if whole > self._patience:
            raise _TooLongError(int(self._entries * self._patience / whole))


def _replayed(
    desk: Desk, watchlist: Watchlist, span: timedelta, read: Callable[[], None] = lambda: None
) -> Preview:
    return replay_stored(
        desk.conn,
        desk.now - span,
        settings=desk.settings,
        watchlist=watchlist,
        tables=desk.tables,
        source_tags={source.id: source.tags for source in desk.sources.values() if source.tags},
        read=read,
    )


def _lines(preview: Preview) -> _Lines:
    found: _Lines = {}
    for message in preview.plan.messages:
        if message.kind not in {DeliveryKind.ALERT, DeliveryKind.DIGEST}:
            continue
        at_once = message.kind is DeliveryKind.ALERT
        for line in message.stories or (message.alone,):
            known = found.get((line.story, message.receiver))
            if known is None or (at_once and not known[0]):
                found[line.story, message.receiver] = at_once, line
    return found


def _beyond(
    these: _Lines, others: _Lines, watch: str, reasons: Mapping[tuple[str, str], str]
) -> tuple[Seen, ...]:
    """What is told here, of this watch, and there not at all or only in a digest."""
    found = []
    for key, (at_once, line) in these.items():
        other = others.get(key)
        if watch not in line.watches or (other is not None and other[0] >= at_once):
            continue
        reason = "in_digest" if other is not None else reasons.get(key, "")
        found.append(Seen(key[1], line.title, line.score, at_once, reason))
    return tuple(sorted(found, key=lambda told: (not told.at_once, -told.score, told.title, told.receiver)))
