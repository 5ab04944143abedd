"""What becomes of what was told: edits keep their pace, held alerts come together, two stories become one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import Match, Told, Watchlist

EDIT_EVERY = timedelta(minutes=1)
"""At most one edit a minute per message, the first one at once."""
MOST_HELD = 3
"""More held alerts than this become one message."""


def edit_due(last_edit: datetime | None, now: datetime) -> datetime:
    """Return when a message may be edited that was last edited then."""
    return now if last_edit is None else max(now, last_edit + EDIT_EVERY)


def join_told(one: Told, other: Told, *, sent: bool) -> Told:
    """Return what two tellings of what turned out to be one story amount to, under the name of the first.

    ``sent`` is True when a message of either has gone out.
    """
    at_once = [told for told in (one, other) if not told.digest]
    return replace(
        one,
        at=min(one.at, other.at),
        score=max(one.score, other.score),
        events=one.events | other.events,
        watches=tuple(dict.fromkeys((*one.watches, *other.watches))),
        entries=one.entries + other.entries,
        revision=max(one.revision, other.revision),
        replies=one.replies + other.replies,
        digest=one.digest and other.digest,
        pending=not sent and all(told.pending for told in at_once or (one, other)),
    )


def matches_told(known: Iterable[Match], told: Told | None, watchlist: Watchlist) -> tuple[Match, ...]:
    """Return the matches that a message shows, best first: of the watches that were told, or else of all."""
    followed = [match for match in known if match.watch in watchlist.watches]
    mine = [match for match in followed if told is None or match.watch in told.watches]
    return tuple(sorted(mine or followed, key=lambda match: (-match.score, match.watch)))
