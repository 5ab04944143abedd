"""Quiet hours, mutes and the periods of budgets: what keeps a receiver's chat calm, on its own clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model import Budget, Mute, QuietHours, Receiver


def quiet_until(quiet: QuietHours, zone: str, now: datetime) -> datetime | None:
    """Return when the quiet hours that hold at ``now`` end (UTC), or None when none hold."""
    local = now.astimezone(ZoneInfo(zone))
    clock = local.time().replace(tzinfo=None)
    crosses = quiet.start > quiet.until
    inside = clock >= quiet.start or clock < quiet.until if crosses else quiet.start <= clock < quiet.until
    if not inside or quiet.start == quiet.until:
        return None
    day = local.date() + timedelta(days=1 if crosses and clock >= quiet.start else 0)
    end = datetime.combine(day, quiet.until, tzinfo=ZoneInfo(zone))
    if end.astimezone(UTC) <= now:  # the clock was set back over the end: it comes a second time
        end = end.replace(fold=1)
    return end.astimezone(UTC).astimezone(now.tzinfo)


def held_until(receiver: Receiver, score: int, now: datetime) -> datetime | None:
    """Return when the receiver's quiet hours end that hold a message of this score, or None when none do."""
    quiet = receiver.quiet_hours
    if quiet is None or score >= quiet.unless_score:
        return None
    return quiet_until(quiet, receiver.timezone, now)


def budget_began(budget: Budget, zone: str, now: datetime) -> datetime:
    """Return when the day, or the hour, of an alert budget began on the receiver's clock (UTC)."""
    local = now.astimezone(ZoneInfo(zone))
    day = budget.per > timedelta(hours=1)
    hour = 0 if day else local.hour
    # A day begins at its first midnight, where the clock is set back over midnight too.
    fold = 0 if day else local.fold
    began = local.replace(hour=hour, minute=0, second=0, microsecond=0, fold=fold)
    return began.astimezone(UTC).astimezone(now.tzinfo)


def is_muted(mutes: Sequence[Mute], *, receiver: str, watch: str, story: str, now: datetime) -> bool:
    """Tell whether a mute holds for this watch and story at this receiver."""
    return any(
        mute.until > now
        and mute.receiver in {"", receiver}
        and mute.watch in {"", watch}
        and mute.story in {"", story}
        and (mute.watch or mute.story or mute.receiver)
        for mute in mutes
    )
